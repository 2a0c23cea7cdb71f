//! The pools of templates judged case by case: a finding holds always, or under a condition that it names.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::app::template::Templates;
use crate::app::template::advice::advice;
use crate::app::template::change;
use crate::finding::{Finding, Location, Related};
use crate::ident::RuleId;
use crate::lint::{self, Evaluated, LintContext};
use crate::observe::template::{
    At, Notes, OpenQuestion, Stack, TemplateCase, TemplateCases, TemplatePool, condition,
};
use crate::pointer::Pointer;
use crate::policy::secret;
use crate::report::{NotChecked, ReviewedPool};
use crate::source::{Position, Source, SourceId, Sources};
use crate::span::Span;

/// What judging templates gave.
pub(in crate::app) struct Judged {
    pub(in crate::app) findings: Vec<Finding>,
    /// Rules that could not run, by pool.
    pub(in crate::app) left_out: Vec<(String, Vec<RuleId>)>,
    /// What changes, where something says what was before.
    pub(in crate::app) changes: Option<Vec<ReviewedPool>>,
    /// What could not be compared with what was before.
    pub(in crate::app) notes: Vec<NotChecked>,
}

/// Ways in which one finding is put; the rest is counted.
const MOST_VARIANTS: usize = 3;

/// Where findings point in the files.
struct Finder<'a> {
    templates: &'a Templates,
    ids: Vec<SourceId>,
    addresses: BTreeMap<String, SourceId>,
    written: BTreeMap<String, SourceId>,
    sources: &'a mut Sources,
}

/// Pointers to the values that findings may be about, by file and place. They are kept instead of the templates, which are large.
pub(in crate::app) fn pointers(
    stacks: Vec<Stack>,
    cases: &TemplateCases,
) -> BTreeMap<(usize, Span), Pointer> {
    let pools = cases.cases.iter().flat_map(|case| &case.found.pools);
    let of_pools = pools.flat_map(|pool| pool.notes.places.values());
    let mut places: BTreeMap<usize, BTreeSet<Span>> = BTreeMap::new();
    for at in of_pools.chain(cases.notes.faults.iter().map(|fault| &fault.at)) {
        if let At::Text { file, span } = at {
            places.entry(*file).or_default().insert(*span);
        }
    }
    let of_stack = |stack: Stack| {
        let spans = places.get(&stack.file).into_iter().flatten();
        let found = spans.filter_map(|span| Some(((stack.file, *span), stack.pointer(*span)?)));
        found.collect::<Vec<_>>()
    };
    stacks.into_par_iter().flat_map_iter(of_stack).collect()
}

/// What is wrong with templates, where a file needs it to be said; `sources` gets their texts.
pub(in crate::app) fn faults(templates: &Templates, sources: &mut Sources) -> Vec<Finding> {
    if !templates.is_faulty() {
        return Vec::new();
    }
    let mut finder = Finder::new(templates, sources);
    finder.faults()
}

/// Judges every pool in every case.
pub(in crate::app) fn judge(
    templates: &Templates,
    sources: &mut Sources,
    context: LintContext<'_>,
) -> Judged {
    let mut finder = Finder::new(templates, sources);
    let mut judged = Judged {
        findings: finder.faults(),
        left_out: Vec::new(),
        changes: None,
        notes: Vec::new(),
    };
    let by_pool: Vec<_> = templates.by_pool().into_iter().collect();
    let ruled: Vec<_> = by_pool
        .par_iter()
        .map(|(_, cases)| ruled(cases, context))
        .collect();
    for ((id, _), states) in by_pool.iter().zip(ruled) {
        pool(id, states, &mut finder, &mut judged);
    }
    if let Some(before) = &templates.before {
        let found = change::changes(templates, before);
        for (mut finding, pool) in found.findings {
            finder.relocate(&mut finding, &pool.notes);
            judged.findings.push(finding);
        }
        for (mut finding, pool) in found.gone {
            finding.primary.source = finder.gone(pool);
            judged.findings.push(finding);
        }
        judged.changes = Some(found.changes);
        judged.notes = found.notes;
    }
    tell_apart(&mut judged.findings, &of_one_line(&by_pool));
    judged
}

/// Titles of pools that one line makes together with others, as a loop does.
fn of_one_line(by_pool: &[(&str, Vec<(usize, &TemplatePool)>)]) -> BTreeSet<String> {
    let mut lines: BTreeMap<&At, Vec<String>> = BTreeMap::new();
    for (_, cases) in by_pool {
        let first = cases.first().map(|(_, pool)| *pool);
        if let Some((at, pool)) = first.and_then(|pool| Some((pool.notes.places.get("")?, pool))) {
            lines.entry(at).or_default().push(pool.observed.title());
        }
    }
    let several = lines.into_values().filter(|titles| titles.len() > 1);
    several.flatten().collect()
}

/// Names the pool in findings that would be the same for several, and in those on pools that one line makes.
fn tell_apart(findings: &mut [Finding], of_one_line: &BTreeSet<String>) {
    let mut pools: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for Finding {
        rule,
        primary,
        message,
        policy,
        ..
    } in &*findings
    {
        let same = pools.entry((rule, primary, message)).or_default();
        same.extend(policy.as_deref());
    }
    let is_shared = |finding: &Finding| {
        let same = pools.get(&(&finding.rule, &finding.primary, &finding.message));
        let is_of_line = finding
            .policy
            .as_ref()
            .is_some_and(|pool| of_one_line.contains(pool));
        same.is_some_and(|pools| pools.len() > 1) || is_of_line && !finding.is_input_fault
    };
    let shared: Vec<bool> = findings.iter().map(is_shared).collect();
    for (finding, _) in findings
        .iter_mut()
        .zip(shared)
        .filter(|(_, is_shared)| *is_shared)
    {
        let pool = finding.policy.as_deref().unwrap_or_default();
        finding.message = format!("{} (pool `{pool}`)", finding.message);
    }
}

/// A pool in cases that differ in nothing of it, and what the rules say of it.
type Ruled<'a> = (&'a TemplatePool, Vec<usize>, Evaluated);

/// Has the rules judge a pool, once for all cases that differ in nothing of it.
fn ruled<'a>(cases: &[(usize, &'a TemplatePool)], context: LintContext<'_>) -> Vec<Ruled<'a>> {
    let mut distinct: Vec<(&TemplatePool, Vec<usize>)> = Vec::new();
    for (index, pool) in cases {
        match distinct.iter_mut().find(|(own, _)| *own == *pool) {
            Some((_, indices)) => indices.push(*index),
            None => distinct.push((pool, vec![*index])),
        }
    }
    let one = |(pool, indices): (&'a TemplatePool, Vec<usize>)| {
        let mut observed = pool.observed.clone();
        if observed.posture.region.is_none() {
            // What stands for the id is none: no region may be read out of it.
            observed.posture.pool_id = None;
        }
        let evaluated = lint::evaluate_observed(&observed, SourceId(0), context.settings.today, context);
        (pool, indices, evaluated)
    };
    distinct.into_iter().map(one).collect()
}

fn pool(id: &str, states: Vec<Ruled<'_>>, finder: &mut Finder<'_>, judged: &mut Judged) {
    let mut found: Vec<(Finding, Vec<usize>)> = Vec::new();
    let mut left_out: Vec<RuleId> = Vec::new();
    for (pool, indices, evaluated) in states {
        for rule in evaluated.left_out {
            if !left_out.contains(&rule) {
                left_out.push(rule);
            }
        }
        for mut finding in evaluated.findings {
            if rests_on_unknown(&finding, &pool.notes) {
                continue;
            }
            finding.policy = Some(pool.observed.title());
            finder.relocate(&mut finding, &pool.notes);
            match found.iter_mut().find(|(own, _)| *own == finding) {
                Some((_, own)) => own.extend(&indices),
                None => found.push((finding, indices.clone())),
            }
        }
    }
    for variants in at_one_place(found) {
        judged
            .findings
            .extend(together(variants, &finder.templates.cases.cases));
    }
    if !left_out.is_empty() {
        judged.left_out.push((id.to_owned(), left_out));
    }
}

/// Findings of one rule at one place that never hold in the same case: one finding in other words.
fn at_one_place(found: Vec<(Finding, Vec<usize>)>) -> Vec<Vec<(Finding, Vec<usize>)>> {
    let mut places: Vec<Vec<(Finding, Vec<usize>)>> = Vec::new();
    for (finding, indices) in found {
        let fits = |variants: &&mut Vec<(Finding, Vec<usize>)>| {
            variants.iter().all(|(other, own)| {
                (&other.rule, &other.primary) == (&finding.rule, &finding.primary)
                    && own.iter().all(|index| !indices.contains(index))
            })
        };
        match places.iter_mut().find(fits) {
            Some(variants) => variants.push((finding, indices)),
            None => places.push(vec![(finding, indices)]),
        }
    }
    places
}

/// One finding of its variants, the worst severity counts; each says when it holds, unless it always does.
fn together(found: Vec<(Finding, Vec<usize>)>, all: &[TemplateCase]) -> Option<Finding> {
    let mut variants: Vec<(Finding, Vec<usize>)> = Vec::new();
    for (finding, indices) in found {
        // What differs is not said: the name of the pool, such as of each stage.
        let is_same = |(own, _): &&mut (Finding, Vec<usize>)| {
            own.message == finding.message && own.severity == finding.severity
        };
        match variants.iter_mut().find(is_same) {
            Some((_, own)) => own.extend(indices),
            None => variants.push((finding, indices)),
        }
    }
    let TemplateCase { part, is_whole, .. } = &all[*variants.first()?.1.first()?];
    let all = &all[part.clone()];
    let when = |indices: &[usize]| {
        let holds: Vec<(&BTreeMap<OpenQuestion, String>, bool)> = part
            .clone()
            .zip(all)
            .map(|(index, case)| (&case.answers, indices.contains(&index)))
            .collect();
        condition(&holds)
    };
    let cases: usize = variants.iter().map(|(_, indices)| indices.len()).sum();
    let is_certain = cases == all.len();
    let said = |(finding, indices): &(Finding, Vec<usize>)| {
        let message = &finding.message;
        match (indices.len() < all.len(), is_certain) {
            (false, _) if *is_whole => message.clone(),
            (false, _) => format!("in the {} cases that were checked: {message}", all.len()),
            (true, true) => format!("{message} ({})", when(indices)),
            (true, false) => format!("{}: {message}", when(indices)),
        }
    };
    let shown: Vec<_> = variants.iter().take(MOST_VARIANTS).map(said).collect();
    let more = variants.len().saturating_sub(MOST_VARIANTS);
    let mut message = shown.join("; ");
    if more > 0 {
        message = format!("{message}; and otherwise in {more} more cases");
    }
    let worst_last = variants.into_iter().rev();
    let (finding, _) = worst_last.max_by_key(|(finding, _)| finding.severity)?;
    Some(Finding { message, ..finding })
}

/// Whether a finding says something of a value that is not known.
fn rests_on_unknown(finding: &Finding, notes: &Notes) -> bool {
    let at = finding.primary.pointer.as_ref().map_or("", Pointer::as_str);
    notes.unknown.iter().any(|(pointer, shown)| {
        if let Some(exact) = pointer.strip_prefix('=') {
            return exact == at;
        }
        let within = at
            .strip_prefix(pointer.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let rule = finding.rule.as_str();
        // The region of an ARN can be known though its account is not.
        let is_region =
            rule == "notify-source-region" && shown.split(':').nth(3).is_some_and(|part| !part.contains('$'));
        let of_sender =
            pointer.ends_with("/notifications/source_arn") || pointer.ends_with("/notifications/from");
        let of_notice = rule.starts_with("notify-source-") || rule == "notify-from-mismatch";
        (within || (of_sender && of_notice)) && !is_region
    })
}

/// Where the nearest part is that has a place.
fn nearest<'n>(location: &Location, notes: &'n Notes) -> Option<&'n At> {
    let mut pointer = location.pointer.as_ref().map_or("", Pointer::as_str);
    loop {
        if let Some(at) = notes.places.get(pointer) {
            return Some(at);
        }
        (pointer, _) = pointer.rsplit_once('/')?;
    }
}

impl<'a> Finder<'a> {
    fn new(templates: &'a Templates, sources: &'a mut Sources) -> Self {
        Self {
            templates,
            ids: templates.sources(sources),
            addresses: BTreeMap::new(),
            written: BTreeMap::new(),
            sources,
        }
    }

    /// What is wrong with the files.
    fn faults(&mut self) -> Vec<Finding> {
        let (templates, ids) = (self.templates, self.ids.clone());
        templates.findings(&ids, &mut |at| self.place(at))
    }

    /// The place of a pool that is gone: its resource in the plan that destroys it, else the file that no longer has it.
    fn gone(&mut self, pool: &TemplatePool) -> SourceId {
        if let Some(At::Address { file, address, .. }) = pool.notes.places.get("") {
            return self.address(*file, address);
        }
        let file = self
            .templates
            .whole
            .first()
            .map_or("", |file| self.templates.file(*file).0);
        let place = Source::resource(file, pool.observed.id());
        self.sources.add(place)
    }

    /// What stands for a resource of a plan.
    fn address(&mut self, file: usize, address: &str) -> SourceId {
        if address.is_empty() {
            return self.ids[file];
        }
        let (name, _) = self.templates.file(file);
        let sources = &mut *self.sources;
        let known = self.addresses.entry(format!("{name}: {address}"));
        *known.or_insert_with(|| sources.add(Source::resource(name, address)))
    }

    fn relocate(&mut self, finding: &mut Finding, notes: &Notes) {
        if let Some(at) = nearest(&finding.primary, notes).or(notes.places.get("")) {
            finding.help = advice(&finding.help, at);
        }
        let beside;
        (finding.primary, beside) = self.resolved(&finding.primary, notes);
        for related in &mut finding.related {
            related.location = self.resolved(&related.location, notes).0;
        }
        finding.related.extend(beside);
    }

    /// The place of the nearest part that has one, and what else shows it.
    fn resolved(&mut self, location: &Location, notes: &Notes) -> (Location, Option<Related>) {
        match nearest(location, notes) {
            Some(at) => self.place(at),
            None => (location.clone(), None),
        }
    }

    fn place(&mut self, at: &At) -> (Location, Option<Related>) {
        match at {
            At::Text { file, span } => {
                let templates = self.templates;
                let location = Location {
                    source: self.ids[*file],
                    span: self.first_line(*file, *span),
                    pointer: templates.pointers.get(&(*file, *span)).cloned(),
                };
                let made = self.made(*file, location.pointer.as_ref());
                (location, made)
            }
            At::Address { file, address, path } => {
                let location = Location {
                    source: self.address(*file, address),
                    span: Span::at(0),
                    pointer: Pointer::parse(path),
                };
                match self.block(address, path) {
                    Some(block) => {
                        let label = format!("planned as `{address}`");
                        (block, Some(Related { location, label }))
                    }
                    None => (location, None),
                }
            }
        }
    }

    /// The block of Terraform configuration that a part of a resource is written in.
    fn block(&mut self, address: &str, path: &str) -> Option<Location> {
        let templates = self.templates;
        let (file, span) = templates.written.hcl.find(address, path)?;
        let (name, text) = templates.written.files.get(file)?;
        Some(Location::new(self.written(name, text), span))
    }

    fn written(&mut self, name: &str, text: &str) -> SourceId {
        let sources = &mut *self.sources;
        let known = self.written.entry(name.to_owned());
        *known.or_insert_with(|| sources.add(secret::source(name, text).0))
    }

    /// The line that made the construct of a resource of an assembly.
    fn made(&mut self, file: usize, pointer: Option<&Pointer>) -> Option<Related> {
        let templates = self.templates;
        let id = pointer?.tokens().nth(1)?;
        let construct = templates.written.constructs.get(&file)?.get(&*id)?;
        let label = format!("construct `{}`", construct.path);
        let (name, line, column) = construct.made_at.as_ref()?;
        let text = templates.written.texts.get(name);
        let found = text.and_then(|text| {
            let source = self.written(name, text);
            let line = self.sources.get(source).line_span(*line)?;
            let start = (line.start + column.saturating_sub(1)).min(line.end);
            Some((source, Span::new(start, line.end)))
        });
        let (source, span) = match found {
            Some(found) => found,
            // The file is not there, or was changed since.
            None => (self.unseen(name, *line, *column), Span::at(0)),
        };
        let location = Location::new(source, span);
        Some(Related { location, label })
    }

    /// A place in a file that is not there.
    fn unseen(&mut self, name: &str, line: usize, column: usize) -> SourceId {
        let sources = &mut *self.sources;
        let known = self.written.entry(format!("{name}:{line}:{column}"));
        *known.or_insert_with(|| sources.add(Source::place(name, Position { line, column })))
    }

    fn first_line(&self, file: usize, span: Span) -> Span {
        let (_, text) = self.templates.file(file);
        let own = text.get(span.start..span.end).unwrap_or_default();
        let line = own.find('\n').map_or(own, |end| own[..end].trim_end());
        Span::new(span.start, span.start + line.len())
    }
}
