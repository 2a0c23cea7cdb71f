//! What a change of templates, or a plan, does to protection: each pool before and after, case by case.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::app::template::counterpart::{Named, counterparts};
use crate::app::template::pairs::{Matched, Pair, of_case, pairs};
use crate::app::template::when::{Held, SUPPOSITION, enforced, when, when_both, with_plan};
use crate::app::template::{Templates, clients, known, lists};
use crate::difference::Difference;
use crate::drift::Kind;
use crate::finding::{Finding, Location};
use crate::model::effective::{Cell, CellChange, Comparison, Direction, Scope, Signal, Table, compare};
use crate::model::mode::Mode;
use crate::observe::template::{At, TemplateCase, TemplatePool};
use crate::plan::{Change, Diff, Setting, between};
use crate::pointer::Pointer;
use crate::report::{NotChecked, PolicyFate, ReviewedPool, SettingChange};
use crate::source::SourceId;
use crate::span::Span;

/// What comparing gave; places of findings are pointers in the later pool.
#[derive(Default)]
pub(in crate::app) struct Compared<'a> {
    /// What gets weaker, or may, with the pool that it is about.
    pub(in crate::app) findings: Vec<(Finding, &'a TemplatePool)>,
    /// Pools that are gone, always or in some cases. Their places are not in the later files.
    pub(in crate::app) gone: Vec<(Finding, &'a TemplatePool)>,
    /// Pools that change, are new or gone, those that get weaker first.
    pub(in crate::app) changes: Vec<ReviewedPool>,
    /// What could not be compared.
    pub(in crate::app) notes: Vec<NotChecked>,
}

/// Compares every pool, case by case. One that is new, always or in some cases, weakens nothing. One that is gone may weaken
/// sign-ins, as nobody knows what takes its place: also a finding, which counts for `--fail-on`.
pub(in crate::app) fn changes<'a>(templates: &'a Templates, before: &'a [TemplateCase]) -> Compared<'a> {
    let mut found = Compared::default();
    let earlier = each(before);
    let by_pool = templates.by_pool();
    let later: Vec<_> = by_pool.iter().map(|(id, cases)| (*id, cases[0].1)).collect();
    let counterparts = counterparts(&earlier, &later);
    let all = templates.cases.cases.as_slice();
    for (id, cases) in &by_pool {
        let Some(own) = counterparts.get(id) else {
            match cases[0].1 {
                pool if pool.is_outside => found.notes.push(unseen(pool)),
                pool => found.changes.push(new(pool, None, templates)),
            }
            continue;
        };
        let part = &all[cases[0].0].part;
        let cases: Vec<_> = cases
            .iter()
            .map(|(index, pool)| (index - part.start, *pool))
            .collect();
        let sides = [part_of(before, own), &all[part.clone()]];
        one(own, &cases, templates, sides, &mut found);
    }
    let matched: BTreeSet<_> = counterparts.values().collect();
    for (id, _) in earlier.iter().filter(|(id, _)| !matched.contains(id)) {
        one(id, &[], templates, [part_of(before, id), all], &mut found);
    }
    found.changes.sort_by_key(ReviewedPool::direction);
    found
}

/// The cases of the part in which a pool is.
fn part_of<'c>(all: &'c [TemplateCase], id: &str) -> &'c [TemplateCase] {
    let first = all.iter().find(|case| of_case(case, id).is_some());
    first.map_or(all, |case| &all[case.part.clone()])
}

/// Every pool once, with its id.
fn each(cases: &[TemplateCase]) -> Vec<Named<'_>> {
    let pools = cases.iter().flat_map(|case| &case.found.pools);
    let mut found = BTreeMap::new();
    for pool in pools {
        found.entry(pool.observed.id()).or_insert(pool);
    }
    found.into_iter().collect()
}

fn one<'a>(
    earlier: &str,
    cases: &[(usize, &'a TemplatePool)],
    templates: &'a Templates,
    [before, all]: [&'a [TemplateCase]; 2],
    found: &mut Compared<'a>,
) {
    let Some(matched) = pairs(earlier, cases, [before, all]) else {
        let what = format!("pool {earlier}, before and after");
        let why = "too many open values: give more with --parameter";
        found.notes.push(NotChecked::failed(what, why));
        return;
    };
    let mut changes: Vec<(ReviewedPool, Held)> = Vec::new();
    let mut findings: Vec<(Finding, &TemplatePool, Held)> = Vec::new();
    sides(earlier, cases, &matched, [before, all], templates, found);
    for one in matched.pairs {
        let (was, gone) = &clients::as_after(one.before, one.after);
        gone_clients(one.after, gone, when_both(&one.held, before, all), found);
        let pair = Pair { before: was, ..one };
        for note in not_compared(&pair) {
            if !found.notes.contains(&note) {
                found.notes.push(note);
            }
        }
        let (comparison, diff, weaker, supposition) = of_pair(&pair);
        for finding in weaker {
            match findings.iter_mut().find(|(own, ..)| *own == finding) {
                Some((.., held)) => held.extend(&pair.held),
                None => findings.push((finding, one.after, pair.held.clone())),
            }
        }
        let Some(mut change) = reviewed(&pair, comparison, &diff, templates) else {
            continue;
        };
        change.condition = supposition;
        match changes.iter_mut().find(|(own, _)| *own == change) {
            Some((_, held)) => held.extend(&pair.held),
            None => changes.push((change, pair.held)),
        }
    }
    for (mut finding, pool, held) in findings {
        if let Some(when) = when_both(&held, before, all) {
            finding.message = format!("{when}: {}", finding.message);
        }
        found.findings.push((finding, pool));
    }
    let conditional = |(mut change, held): (ReviewedPool, Held)| {
        change.condition = match (when_both(&held, before, all), change.condition) {
            (Some(when), Some(supposition)) => Some(format!("{when}, and {supposition}")),
            (when, supposition) => when.or(supposition),
        };
        change
    };
    found.changes.extend(changes.into_iter().map(conditional));
}

/// What becomes of requests and of settings, what gets weaker, and what has to hold for it that no file says.
fn of_pair(pair: &Pair<'_>) -> (Comparison, Diff, Vec<Finding>, Option<String>) {
    let states = [pair.before, pair.after];
    let [old, new] = &lists::equalized(states).map(with_plan);
    let mut comparison = compared(&Table::of(old), &Table::of(new));
    comparison.addresses.retain(|one| lists::is_certain(one, states));
    let diff = between(old, new);
    let mut weaker = weakenings(pair, &comparison, &diff);
    weaker.extend(of_unknown(pair));
    let mut supposition = None;
    if let Some([old, new]) = enforced(old, new) {
        let mut supposed = compared(&Table::of(&old), &Table::of(&new));
        supposed.addresses.retain(|one| lists::is_certain(one, states));
        let more = weakenings(pair, &supposed, &between(&old, &new));
        suppose(&mut weaker, more);
        if supposed != comparison {
            (comparison, supposition) = (supposed, Some(SUPPOSITION.to_owned()));
        }
    }
    (comparison, diff, weaker, supposition)
}

/// What gets weaker, or may, where something is not known.
fn of_unknown(pair: &Pair<'_>) -> Vec<Finding> {
    let unknown = known::no_longer(pair.before, pair.after).into_iter();
    let of_parts =
        unknown.map(|(at, message)| finding(pair, Direction::Undefined, &at, message, String::new()));
    let mut found: Vec<_> = of_parts.collect();
    let title = pair.after.observed.title();
    for list in lists::open_lists([pair.before, pair.after]) {
        let (at, open) = (&list.pointer, &list.open);
        let message = match list.direction {
            Some(Direction::Weaker) => format!("`{at}` changes, which weakens pool `{title}`"),
            Some(_) => format!("`{at}` changes, which may weaken pool `{title}`: {open} is not known"),
            None => continue,
        };
        let direction = list.direction.unwrap_or(Direction::Undefined);
        found.push(finding(pair, direction, at, message, String::new()));
    }
    found
}

/// Notes clients that are there before alone, always or in some cases.
fn gone_clients(pool: &TemplatePool, gone: &[String], when: Option<String>, found: &mut Compared<'_>) {
    let (title, words) = (pool.observed.title(), prefix(when));
    let note = |key: &String| {
        let what = format!("client {key} of pool {title}, before and after");
        NotChecked::not_compared(what, format!("{words}the client is gone"))
    };
    found.notes.extend(gone.iter().map(note));
}

/// What of a pool could not be compared, where no finding says so.
fn not_compared(pair: &Pair<'_>) -> Vec<NotChecked> {
    let what = format!("pool {}, before and after", pair.after.observed.title());
    let parts = known::on_no_side(pair.before, pair.after).into_iter();
    let of_parts = parts.map(|part| format!("{part}: known on neither side"));
    let lists = lists::open_lists([pair.before, pair.after]).into_iter();
    let of_lists = lists
        .filter(|list| list.direction.is_none())
        .map(|list| format!("{}: {} is not known", list.pointer, list.open));
    let note = |why: String| NotChecked::not_compared(what.clone(), why);
    of_parts.chain(of_lists).map(note).collect()
}

/// Adds what weakens the pool under [`SUPPOSITION`] alone; what is less certain of the same setting gives way to it.
fn suppose(certain: &mut Vec<Finding>, more: Vec<Finding>) {
    let more: Vec<_> = more.into_iter().filter(|one| !certain.contains(one)).collect();
    let same = |one: &Finding| {
        more.iter()
            .any(|other| other.primary.pointer == one.primary.pointer)
    };
    certain.retain(|one| !same(one));
    certain.extend(more.into_iter().map(|one| Finding {
        message: format!("{SUPPOSITION}: {}", one.message),
        ..one
    }));
}

/// Says in which cases only one side has a pool.
fn sides<'a>(
    earlier: &str,
    cases: &[(usize, &'a TemplatePool)],
    matched: &Matched<'a>,
    [before, after]: [&'a [TemplateCase]; 2],
    templates: &Templates,
    found: &mut Compared<'a>,
) {
    if let Some((_, pool)) = cases.iter().find(|(index, _)| matched.new.contains(index))
        && !pool.is_outside
    {
        let new = new(pool, when(&matched.new, after), templates);
        found.changes.push(new);
    }
    let earlier = before.iter().find_map(|case| of_case(case, earlier));
    if let Some(pool) = earlier.filter(|pool| !matched.gone.is_empty() && pool.notes.is_kept) {
        let words = prefix(when(&matched.gone, after));
        let why =
            format!("{words}no template has it after, and it stays as it is (`DeletionPolicy: Retain`)");
        let what = format!("pool {}", pool.observed.title());
        found.notes.push(NotChecked::not_compared(what, why));
    } else if let Some(pool) = earlier.filter(|_| !matched.gone.is_empty()) {
        // Its file may be none of this run.
        found.changes.push(ReviewedPool {
            names: vec![(pool.observed.title(), String::new())],
            fate: PolicyFate::Removed,
            is_pool: true,
            condition: when(&matched.gone, after),
            ..ReviewedPool::default()
        });
        let (title, words) = (pool.observed.title(), prefix(when(&matched.gone, after)));
        let message = if pool.is_outside {
            format!("{words}no resource sets the responses of pool `{title}` any more: they may be reset")
        } else {
            format!(
                "{words}pool `{title}` is there before and not after: it is destroyed, or has another name"
            )
        };
        found.gone.push((of_no_case(title, message), pool));
    }
    if let Some(pool) = earlier.filter(|_| !matched.lost.is_empty()) {
        let (title, words) = (pool.observed.title(), prefix(when(&matched.lost, before)));
        let message = format!(
            "{words}this is no longer possible after the change: what becomes of pool `{title}` is not known"
        );
        found.gone.push((of_no_case(title, message), pool));
    }
    if let Some((_, pool)) = cases
        .iter()
        .find(|(index, _)| matched.without_before.contains(index))
    {
        let what = format!("pool {}, before and after", pool.observed.title());
        let words = prefix(when(&matched.without_before, after));
        let why = format!("{words}this was not possible before the change");
        found.notes.push(NotChecked::not_compared(what, why));
    }
}

/// The cases in which something is so, before what is.
fn prefix(condition: Option<String>) -> String {
    condition.map_or_else(String::new, |condition| format!("{condition}: "))
}

/// A finding about a pool that is in no file after.
fn of_no_case(title: String, message: String) -> Finding {
    Finding {
        policy: Some(title),
        ..Kind::ChangeUndefined
            .meta()
            .finding(Location::file(SourceId(0)), message)
    }
}

/// A pool that is not in the files: it was there before, whatever it was like.
fn unseen(pool: &TemplatePool) -> NotChecked {
    let what = format!("pool {}, before", pool.observed.title());
    // Nobody meant to read what is in no file.
    NotChecked::left_out(
        what,
        "the pool is not in the files, and nothing in them set anything of it",
    )
}

/// A pool that is new, always or in some cases: nothing was before with which it could be compared.
fn new(pool: &TemplatePool, condition: Option<String>, templates: &Templates) -> ReviewedPool {
    ReviewedPool {
        names: vec![(pool.observed.title(), file(pool, templates).to_owned())],
        fate: PolicyFate::Added,
        is_pool: true,
        condition,
        ..ReviewedPool::default()
    }
}

/// The file that has a pool.
fn file<'a>(pool: &TemplatePool, templates: &'a Templates) -> &'a str {
    match pool.notes.places.get("") {
        Some(At::Text { file, .. } | At::Address { file, .. }) => templates.file(*file).0,
        None => "",
    }
}

/// What changes in a pool; `None` for nothing.
fn reviewed(
    pair: &Pair<'_>,
    mut comparison: Comparison,
    diff: &Diff,
    templates: &Templates,
) -> Option<ReviewedPool> {
    comparison
        .changes
        .retain(|change| change.direction != Direction::Neutral);
    if comparison.is_empty() && diff.changes.is_empty() {
        return None;
    }
    let setting = |change: &Change| SettingChange {
        pointer: change.leaf.pointer(),
        before: change.live.clone(),
        after: change.wanted.clone(),
    };
    Some(ReviewedPool {
        names: vec![(
            pair.after.observed.title(),
            file(pair.after, templates).to_owned(),
        )],
        fate: PolicyFate::Changed,
        is_pool: true,
        settings: diff.changes.iter().map(setting).collect(),
        comparison,
        condition: None,
    })
}

/// Compares two tables. Nothing is weaker or stronger than what nobody knows.
fn compared(before: &Table, after: &Table) -> Comparison {
    let mut comparison = compare(before, after);
    for cell in &mut comparison.changes {
        cell.direction = claim(cell);
    }
    comparison
}

/// What may be claimed of a cell. Where AWS does not say whether it covers the flow: what holds if it does; if it does
/// not, nothing changes.
fn claim(cell: &CellChange) -> Direction {
    Cell::claim(cell.before.under(true), cell.after.under(true))
}

/// How a cell gets worse, if it does. What was unknown before weakens nothing by being known: nobody can have had it on
/// purpose.
fn worse(cell: &CellChange) -> Option<Direction> {
    match claim(cell) {
        Direction::Weaker => Some(Direction::Weaker),
        Direction::Undefined if !cell.after.under(true).outcome.is_known() => Some(Direction::Undefined),
        _ => None,
    }
}

/// How a setting's change is worse, if it is: by its cells, where it moves any; MFA, logs and address sets have none.
fn worse_by(change: &Change) -> Option<Direction> {
    let is_bad = |direction: Direction| matches!(direction, Direction::Weaker | Direction::Undefined);
    if !is_bad(change.direction) {
        return None;
    }
    let mut cells = change
        .cells
        .iter()
        .filter(|cell| is_bad(cell.direction))
        .peekable();
    let beside = change
        .addresses
        .iter()
        .any(|one| one.direction == Direction::Weaker);
    if cells.peek().is_none() || beside {
        return Some(change.direction);
    }
    // A mode that no longer enforces takes away what nobody knows, if it moves nothing else.
    let no_longer_enforces =
        matches!(change.leaf, Setting::Mode(_)) && change.live == Some(json!(Mode::Enforced));
    let by_cells = cells.filter_map(worse).min();
    by_cells.or(no_longer_enforces.then_some(Direction::Undefined))
}

/// What gets weaker, or may: by the setting that does it, and of what is left by the client.
fn weakenings(pair: &Pair<'_>, comparison: &Comparison, diff: &Diff) -> Vec<Finding> {
    let of_settings = diff.changes.iter();
    let mut found: Vec<Finding> = of_settings
        .filter_map(|change| Some(of_setting(pair, change, worse_by(change)?)))
        .collect();
    let key = |cell: &CellChange| (cell.flow, cell.event, cell.signal);
    let is_named = |cell: &CellChange| {
        let mut own = diff.changes.iter().flat_map(|change| &change.cells);
        own.any(|other| key(other) == key(cell) && other.scope.key() == cell.scope.key())
    };
    let mut said: Vec<&Scope> = Vec::new();
    for cell in &comparison.changes {
        let Some(direction) = worse(cell) else { continue };
        if is_named(cell) || said.contains(&&cell.scope) {
            continue;
        }
        said.push(&cell.scope);
        let at = match cell.scope.key() {
            Some(key) => Pointer::root().child("clients").child(key),
            None => Pointer::root(),
        };
        let (scope, title) = (cell.scope.label(), pair.after.observed.title());
        let may = if direction == Direction::Weaker {
            "get"
        } else {
            "may get"
        };
        let message = format!("requests of {scope} of pool `{title}` {may} weaker");
        found.push(finding(pair, direction, &at, message, effect(cell)));
    }
    found
}

fn of_setting(pair: &Pair<'_>, change: &Change, direction: Direction) -> Finding {
    let pointer = change.leaf.pointer();
    let is_short = |value: &Option<Value>| {
        let long = |value: &Value| value.is_array() || Difference::has_sections(value);
        !change.leaf.is_text() && !value.as_ref().is_some_and(long)
    };
    let values = if is_short(&change.live) && is_short(&change.wanted) {
        let [before, after] = [&change.live, &change.wanted].map(|value| Difference::words(value.as_ref()));
        format!(" from `{before}` to `{after}`")
    } else {
        String::new()
    };
    let title = pair.after.observed.title();
    let weakens = if direction == Direction::Weaker {
        "weakens"
    } else {
        "may weaken"
    };
    let message = format!("`{pointer}` changes{values}, which {weakens} pool `{title}`");
    // High risk says more than the first cell.
    let cells = || change.cells.iter().filter(|cell| worse(cell) == Some(direction));
    let shown = cells()
        .find(|cell| cell.signal == Signal::High)
        .or_else(|| cells().next());
    finding(
        pair,
        direction,
        &pointer,
        message,
        shown.map(effect).unwrap_or_default(),
    )
}

/// `SRP sign-in at high risk: blocked before, allowed after`.
fn effect(cell: &CellChange) -> String {
    let (before, after) = (cell.before.words_in_change(), cell.after.words_in_change());
    format!("{}: {before} before, {after} after", cell.what())
}

fn finding(pair: &Pair<'_>, direction: Direction, at: &Pointer, message: String, label: String) -> Finding {
    let kind = match direction {
        Direction::Weaker => Kind::ChangeWeaker,
        _ => Kind::ChangeUndefined,
    };
    let primary = Location::at(SourceId(0), Span::at(0), at.clone());
    Finding {
        label,
        policy: Some(pair.after.observed.title()),
        ..kind.meta().finding(primary, message)
    }
}
