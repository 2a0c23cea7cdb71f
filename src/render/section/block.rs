//! What is said, without a format. Texts are hostile: who draws them escapes them.

use super::timeline::Timeline;

/// How something stands: a colour on a terminal and on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Nothing to say.
    Plain,
    /// As it should be.
    Good,
    /// What somebody has to act on.
    Bad,
}

impl Tone {
    /// The class on a page.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "clean",
            Self::Bad => "error",
        }
    }
}

/// One subject, such as a pool.
pub(super) struct Part {
    pub(super) head: String,
    pub(super) blocks: Vec<Block>,
}

/// Something below a head.
pub(super) enum Block {
    /// A line that says how something stands.
    Line(Tone, String),
    /// Names with what is known of each.
    Rows(Rows),
    /// Evidence on an axis of days.
    Timeline(Timeline),
}

/// A table of two columns.
pub(super) struct Rows {
    pub(super) heads: [&'static str; 2],
    /// Columns of a terminal for the names.
    pub(super) width: usize,
    pub(super) entries: Vec<(String, String)>,
}
