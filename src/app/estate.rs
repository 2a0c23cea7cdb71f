//! Observed pools as places that findings point at, and what is said of all of them.

use jiff::civil::Date;
use rayon::prelude::*;
use serde_json::{Map, Value};

use crate::lint::Mask;
use crate::model::effective::Table;
use crate::model::mode::Mode;
use crate::model::observed::{Failure, Observed};
use crate::policy::secret;
use crate::policy::write;
use crate::report::{PoolOverview, PoolProtection};
use crate::source::{Source, SourceId, Sources};
use crate::text;
use crate::yaml;

/// A pool as a policy document: everything that was seen of it.
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

/// Adds every pool to `sources`, in their order: what is found in a pool stands at a pointer in it.
pub fn sources(pools: &[Observed], sources: &mut Sources) -> Vec<SourceId> {
    let nothing_known = Mask::default();
    let add = |pool: &Observed| {
        let mut title = pool.title();
        nothing_known.credential(&mut title);
        sources.add(Source::pool(title, pool.id()))
    };
    pools.iter().map(add).collect()
}

/// The mask of a run over pools: credentials in their texts are hidden wherever they are quoted.
pub fn mask(pools: &[Observed], sources: &Sources) -> Mask {
    let text = |pool: &Observed| {
        let document = document(pool);
        // Of most pools that is all that has to be written.
        if !secret::is_possible(&document.to_string()) {
            return None;
        }
        let text = yaml::to_yaml(&document);
        (!secret::find(&text).is_empty()).then_some(text)
    };
    let texts: Vec<_> = pools.par_iter().filter_map(text).collect();
    Mask::of(sources, texts.iter().map(String::as_str))
}

/// The effective table of every pool.
pub fn protections(pools: &[Observed], mask: &Mask) -> Vec<PoolProtection> {
    let one = |pool: &Observed| {
        let mut protection = PoolProtection {
            title: pool.title(),
            source: String::new(),
            table: Table::of(&pool.posture),
        };
        mask.credential(&mut protection.title);
        mask.table(&mut protection.table);
        protection
    };
    pools.par_iter().map(one).collect()
}

/// The row of every pool in an overview; `today` is the last day of which the pools show something.
pub fn overviews(pools: &[Observed], mask: &Mask, today: Date) -> Vec<PoolOverview> {
    let one = |pool: &Observed| {
        let mut title = pool.title();
        mask.credential(&mut title);
        let tags = pool.tags.iter().map(|(key, value)| format!("{key}={value}"));
        let mut tags: Vec<_> = tags.collect();
        for tag in &mut tags {
            mask.credential(tag);
        }
        let mode = pool.posture.mode;
        let audited = [mode.standard, mode.custom].contains(&Some(Mode::Audit));
        let modified = pool.modified(today).filter(|_| audited);
        PoolOverview {
            tags,
            audit_days: modified.map(|at| text::days(text::day(at), today)),
            // What is in no file of a template nobody meant to read.
            partial: pool
                .unread
                .iter()
                .any(|unread| unread.failure != Failure::NotInFiles),
            ..PoolOverview::of(title, &pool.posture, &Table::of(&pool.posture))
        }
    };
    pools.par_iter().map(one).collect()
}
