//! Observed pools as texts: each written as a policy, so that findings have a place to point at.

use rayon::prelude::*;
use serde_json::{Map, Value};

use crate::lint::Mask;
use crate::model::effective::Table;
use crate::model::observed::Observed;
use crate::policy::place::Places;
use crate::policy::secret;
use crate::policy::write;
use crate::report::PoolProtection;
use crate::source::{Source, SourceId, Sources};
use crate::span::Span;
use crate::yaml::{self, Budget, Node, Style};

/// The name under which a pool's text is shown.
#[must_use]
pub fn file_name(pool: &Observed) -> String {
    format!("live/{}.yaml", pool.id())
}

/// A pool as a policy document: everything that was seen of it.
#[must_use]
pub fn document(pool: &Observed) -> Value {
    let mut document = write::document(&pool.posture);
    let mut named = Map::new();
    named.extend(
        document
            .shift_remove("version")
            .map(|version| ("version".to_owned(), version)),
    );
    named.insert("name".to_owned(), pool.name.clone().into());
    named.extend(document);
    Value::Object(named)
}

/// Adds every pool's text to `sources`; the places come in the pools' order.
#[must_use]
pub fn places(pools: &[Observed], sources: &mut Sources) -> Vec<Places> {
    let first = sources.iter().count();
    let written: Vec<(Source, Places)> = pools
        .par_iter()
        .enumerate()
        .map(|(index, pool)| write_pool(pool, SourceId(first + index)))
        .collect();
    let add = |(source, places)| {
        sources.add(source);
        places
    };
    written.into_iter().map(add).collect()
}

fn write_pool(pool: &Observed, id: SourceId) -> (Source, Places) {
    let text = yaml::to_yaml(&document(pool));
    let (source, _) = secret::source(&file_name(pool), text);
    // A pool has up to 10,000 clients: what is written here is not hostile in size.
    let budget = Budget {
        bytes: usize::MAX,
        nodes: usize::MAX,
        ..Budget::default()
    };
    let parsed = yaml::parse(id, source.text(), &budget)
        .documents
        .into_iter()
        .next();
    let nothing = Node {
        source: id,
        span: Span::at(0),
        value: yaml::Value::Null,
        style: Style::Plain,
    };
    let places = Places {
        tree: parsed.map_or(nothing, |document| document.root),
        source: id,
        extends: None,
    };
    (source, places)
}

/// The effective table of every pool.
#[must_use]
pub fn protections(pools: &[Observed], mask: &Mask) -> Vec<PoolProtection> {
    let one = |pool: &Observed| {
        let mut protection = PoolProtection {
            title: pool.title(),
            source: file_name(pool),
            table: Table::of(&pool.posture),
        };
        mask.credential(&mut protection.title);
        mask.table(&mut protection.table);
        protection
    };
    pools.par_iter().map(one).collect()
}
