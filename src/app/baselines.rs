//! Shipped layers: the layers that `extends` names without a path.

use include_dir::{Dir, include_dir};

static BASELINES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/policies/baselines");

/// Names and texts, ordered by name.
#[must_use]
pub fn all() -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<_> = BASELINES
        .files()
        .filter_map(|file| Some((file.path().file_stem()?.to_str()?, file.contents_utf8()?)))
        .collect();
    found.sort_unstable();
    found
}

/// Names, ordered.
#[must_use]
pub fn names() -> Vec<&'static str> {
    all().into_iter().map(|(name, _)| name).collect()
}
