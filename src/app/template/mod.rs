//! Templates that `--from` names: read, and as the pools that they would make.

pub(super) mod advice;
pub(super) mod change;
mod clients;
mod counterpart;
mod finish;
mod known;
mod lists;
pub mod load;
mod pairs;
pub(super) mod scan;
pub mod text;
pub(super) mod walk;
mod when;
pub(super) mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;

use crate::fault::{FIX_FIRST, InputError};
use crate::finding::{Finding, Location, Related};
use crate::model::log_delivery::LogDelivery;
use crate::model::observed::{Estate, Failure, Observed, Unread};
use crate::model::posture::{Part, Posture};
use crate::observe::template::{
    At, Construct, GivenParameters, HclPlaces, TemplateCase, TemplateCases, TemplatePool,
};
use crate::pointer::Pointer;
use crate::policy::secret;
use crate::report::{NotChecked, RunParameter};
use crate::source::{Position, Source, SourceId, Sources};
use crate::span::Span;
use crate::text::{count, join_words};

/// What is given beside the files.
#[derive(Clone, Debug, Default)]
pub struct TemplateTerms {
    /// Parameters by name, for all templates.
    pub parameters: GivenParameters,
    /// Those that other files have, so that none of these needs them.
    pub declared: BTreeSet<String>,
    /// Region of stacks that name none.
    pub region: Option<String>,
    /// Account of stacks that name none.
    pub account: Option<String>,
    /// Parts that live in files which are not given.
    pub elsewhere: BTreeSet<Part>,
    /// Folder with the Terraform configuration that plans are made of.
    pub source: Option<String>,
}

/// Where people wrote what the files hold.
#[derive(Debug, Default)]
pub(in crate::app) struct Written {
    /// Names and texts of files of Terraform configuration.
    pub(in crate::app) files: Vec<(String, String)>,
    /// Blocks of them.
    pub(in crate::app) hcl: HclPlaces,
    /// Constructs by file of an assembly and logical id.
    pub(in crate::app) constructs: BTreeMap<usize, BTreeMap<String, Construct>>,
    /// Texts of the files that made them, by name.
    pub(in crate::app) texts: BTreeMap<String, String>,
}

/// Templates that were read.
#[derive(Debug, Default)]
pub struct Templates {
    /// Names and texts, by the index of places. Texts of plans are left out: they may hold what is sensitive.
    pub(in crate::app) files: Vec<(String, Arc<str>)>,
    /// Where reading stopped in a file without a text, by its index: its only place.
    pub(in crate::app) stopped: BTreeMap<usize, Position>,
    /// Pointers to the values that findings may be about, by file and place.
    pub(in crate::app) pointers: BTreeMap<(usize, Span), Pointer>,
    /// Files that were read as a whole, but for those that others nest.
    pub(in crate::app) whole: Vec<usize>,
    /// Files that others nest, and the outermost of those.
    pub(in crate::app) outermost: BTreeMap<usize, usize>,
    /// All cases.
    pub cases: TemplateCases,
    /// Cases of what was before, where something says so: a plan, or `--before`.
    pub before: Option<Vec<TemplateCase>>,
    /// What is wrong with files that could not be used, by file.
    pub(in crate::app) broken: Vec<(usize, InputError, Span, String, String)>,
    /// The parameters that they have.
    pub declared: BTreeSet<String>,
    /// The parameters that they were read with.
    pub parameters: BTreeSet<RunParameter>,
    /// What is worth knowing of how they were read.
    pub notes: Vec<NotChecked>,
    /// Where people wrote what they hold.
    pub(in crate::app) written: Written,
}

/// Why a part is not read that lives in files which are not given.
const ELSEWHERE: &str = "other files set it (--elsewhere)";

/// Has parts unread that live in files which are not given.
pub(in crate::app) fn leave_out(pool: &mut Observed, parts: &BTreeSet<Part>) {
    for part in parts {
        let is_absent = match part {
            Part::Alarms => pool.posture.alarms.as_ref().is_some_and(Vec::is_empty),
            Part::LogDelivery => pool
                .posture
                .log_delivery
                .as_ref()
                .is_some_and(|log| *log == LogDelivery::default()),
            _ => true,
        };
        if is_absent {
            unread(pool, *part, ELSEWHERE);
        } else if *part == Part::Alarms && pool.posture.alarms.is_some() {
            // Those that are here are judged.
            pool.posture.template.more_alarms = true;
            let others = "other files have more (--elsewhere)";
            pool.unread
                .push(Unread::new(*part, None, "template", Failure::NotInFiles, others));
            pool.unread.sort();
        }
    }
}

fn unread(pool: &mut Observed, part: Part, why: &str) {
    unread_as(pool, part, Failure::NotInFiles, why);
}

fn unread_as(pool: &mut Observed, part: Part, failure: Failure, why: &str) {
    clear(&mut pool.posture, part);
    pool.posture.unread.insert(part);
    if pool
        .unread
        .iter()
        .all(|unread| unread.part != part || unread.client.is_some())
    {
        pool.unread
            .push(Unread::new(part, None, "template", failure, why));
        pool.unread.sort();
    }
}

/// Has nothing of a pool read that is in templates: what the cases that were not tried would change nobody knows.
fn leave_all_out(pool: &mut Observed) {
    let why = "it has more cases than are checked; give more with --parameter";
    for part in Part::ALL {
        if !matches!(part, Part::Topics | Part::Metrics) {
            unread_as(pool, part, Failure::Stopped, why);
        }
    }
}

fn clear(posture: &mut Posture, part: Part) {
    match part {
        Part::Plan => posture.feature_plan = None,
        Part::Mode => posture.mode = crate::model::mode::Modes::default(),
        Part::Mfa => posture.mfa = crate::model::mode::Mfa::default(),
        Part::Domain => posture.domain = None,
        Part::Triggers => posture.triggers = None,
        Part::Responses => posture.responses = crate::model::response::RiskConfiguration::default(),
        Part::Clients => posture.clients.clear(),
        Part::Alarms => {
            posture.alarms = None;
            posture.other_alarms = None;
        }
        Part::LogDelivery => posture.log_delivery = None,
        Part::Topics | Part::Metrics => {}
    }
}

impl Templates {
    /// Every pool once: what differs between the cases is not read.
    pub fn estate(&self) -> Estate {
        estate_of(&self.cases.cases)
    }

    /// The id of the pool that has an address in a plan.
    pub fn pool_at(&self, wanted: &str) -> Option<&str> {
        let mut pools = self.cases.cases.iter().flat_map(|case| &case.found.pools);
        let has = |pool: &&TemplatePool| {
            let at = pool.notes.places.get("");
            at.is_some_and(|at| matches!(at, At::Address { address, .. } if **address == *wanted))
        };
        pools.find(has).map(|pool| pool.observed.id())
    }

    /// Every pool with what could not be read of it in some case, and nothing else.
    pub(super) fn unread(&self) -> Estate {
        let one = |(id, cases): (&str, Vec<(usize, &TemplatePool)>)| {
            let all = cases.iter().flat_map(|(_, pool)| &pool.observed.unread);
            let unread: BTreeSet<_> = all.cloned().collect();
            let posture = Posture {
                pool_id: Some(id.to_owned()),
                ..Posture::default()
            };
            Observed {
                posture,
                unread: unread.into_iter().collect(),
                ..Observed::default()
            }
        };
        Estate {
            pools: self.by_pool().into_iter().map(one).collect(),
            ..Estate::default()
        }
    }

    /// All pools with the answers of their cases, by pool.
    pub fn by_pool(&self) -> BTreeMap<&str, Vec<(usize, &TemplatePool)>> {
        let mut found: BTreeMap<&str, Vec<(usize, &TemplatePool)>> = BTreeMap::new();
        for (index, case) in self.cases.cases.iter().enumerate() {
            for pool in &case.found.pools {
                found.entry(pool.observed.id()).or_default().push((index, pool));
            }
        }
        found
    }

    /// Adds the texts to those of a run.
    pub fn sources(&self, sources: &mut Sources) -> Vec<SourceId> {
        let one = |(index, (name, text)): (usize, &(String, Arc<str>))| {
            if let Some(at) = self.stopped.get(&index) {
                return Source::place(name.as_str(), *at);
            }
            let source = secret::source(name, Arc::clone(text)).0;
            let is_generated = self.written.constructs.contains_key(&index);
            if is_generated { source.generated() } else { source }
        };
        let all: Vec<Source> = self.files.par_iter().enumerate().map(one).collect();
        all.into_iter().map(|source| sources.add(source)).collect()
    }

    /// Name and text of a file, by its index.
    pub fn file(&self, index: usize) -> (&str, &str) {
        self.files
            .get(index)
            .map_or(("", ""), |(name, text)| (name, text))
    }

    /// What is wrong with the files, as findings. `place` says where something stands, and what else shows it.
    pub fn findings(
        &self,
        ids: &[SourceId],
        place: &mut dyn FnMut(&At) -> (Location, Option<Related>),
    ) -> Vec<Finding> {
        let broken = self.broken.iter().map(|(file, check, span, message, help)| {
            let location = Location::new(ids[*file], *span);
            check.finding(location, message.clone()).help(help.clone())
        });
        let mut found: Vec<_> = broken.collect();
        for fault in &self.cases.notes.faults {
            let (location, related) = place(&fault.at);
            let mut finding = fault
                .check
                .finding(location, fault.message.clone())
                .help(fault.help.clone());
            finding.related.extend(related);
            found.push(finding);
        }
        found
    }

    /// Names in templates that this version does not know, by file.
    pub(super) fn unknown_names(&self) -> Vec<NotChecked> {
        const MOST: usize = 8;
        let mut by_file: BTreeMap<usize, Vec<(Span, &str)>> = BTreeMap::new();
        for (at, what) in &self.cases.notes.unknown {
            if let At::Text { file, span } = at {
                by_file.entry(*file).or_default().push((*span, what));
            }
        }
        let one = |(file, names): (usize, Vec<(Span, &str)>)| {
            let (name, text) = self.file(file);
            let source = Source::new(name, text, &[]);
            let place = |(span, what): &(Span, &str)| {
                let position = source.position(span.start);
                format!("{what} ({}:{})", position.line, position.column)
            };
            let mut shown: Vec<_> = names.iter().take(MOST).map(place).collect();
            if names.len() > MOST {
                shown.push(format!("{} more", names.len() - MOST));
            }
            let why = format!("this version does not know {}", join_words(&shown));
            NotChecked::left_out(name, why)
        };
        by_file.into_iter().map(one).collect()
    }

    /// How many files were read, where it is certain that none makes a pool, or sets anything of one: that is an answer. Else 0.
    pub(super) fn without_any_pool(&self) -> usize {
        let is_certain = self.broken.is_empty() && self.cases.notes.pools.is_empty();
        if is_certain { self.whole.len() } else { 0 }
    }

    /// Files that make no pool, and set nothing of one.
    pub(super) fn without_pools(&self) -> Vec<NotChecked> {
        const MOST: usize = 8;
        let outermost = |file| *self.outermost.get(file).unwrap_or(file);
        let of_pools: BTreeSet<usize> = self.cases.notes.pools.iter().map(outermost).collect();
        let files = self.whole.iter().copied().filter(|file| !of_pools.contains(file));
        let left_out: BTreeSet<usize> = self.cases.notes.left_out.iter().map(outermost).collect();
        let (conditional, others): (Vec<usize>, Vec<usize>) = files.partition(|file| left_out.contains(file));
        let names = |files: Vec<usize>| files.into_iter().map(|file| self.file(file).0.to_owned());
        let note =
            |name| NotChecked::left_out(name, "with these values its conditions leave its user pool out");
        let mut notes: Vec<_> = names(conditional).map(note).collect();
        let note = |name| NotChecked::left_out(name, "no user pool in it");
        notes.extend(names(others.iter().take(MOST).copied().collect()).map(note));
        if let Some(more) = others.len().checked_sub(MOST).filter(|more| *more > 0) {
            let what = count(more, "more file", "more files");
            notes.push(NotChecked::left_out(what, "no user pool in any of them"));
        }
        notes
    }

    /// Whether something keeps a file, or a part of one, from being used.
    pub fn is_faulty(&self) -> bool {
        !self.broken.is_empty() || !self.cases.notes.faults.is_empty()
    }

    /// What keeps files from being used, in their order, for verbs without a report of findings; what is beyond a few is counted.
    pub fn troubles(&self) -> Vec<String> {
        const MOST: usize = 20;
        let broken = self.broken.iter();
        let broken = broken.map(|(file, _, span, message, help)| (*file, *span, message, help));
        let faults = self.cases.notes.faults.iter().map(|fault| {
            let (file, span) = match &fault.at {
                At::Text { file, span } => (*file, *span),
                At::Address { file, .. } => (*file, Span::at(0)),
            };
            (file, span, &fault.message, &fault.help)
        });
        let all: BTreeSet<_> = broken.chain(faults).collect();
        let one = |(file, span, message, help): &(usize, Span, &String, &String)| {
            let (name, text) = self.file(*file);
            let position = match self.stopped.get(file) {
                Some(at) => Some(*at),
                None if text.is_empty() => None,
                None => Some(Source::new(name, text, &[]).position(span.start)),
            };
            let place = position.map(|at| format!(":{}:{}", at.line, at.column));
            let place = place.unwrap_or_default();
            format!("`{name}`{place}: {message}; {help}")
        };
        let mut said: Vec<_> = all.iter().take(MOST).map(one).collect();
        if let Some(more) = all.len().checked_sub(MOST).filter(|more| *more > 0) {
            said.push(format!(
                "{}; {FIX_FIRST}",
                count(more, "more problem", "more problems")
            ));
        }
        said
    }
}

/// Every pool of some cases once: what differs between them is not read.
pub(in crate::app) fn estate_of(cases: &[TemplateCase]) -> Estate {
    let mut pools: IndexMap<&str, Vec<(&TemplateCase, &Observed)>> = IndexMap::new();
    for case in cases {
        for pool in &case.found.pools {
            let own = pools.entry(pool.observed.id()).or_default();
            own.push((case, &pool.observed));
        }
    }
    let mut pools: Vec<_> = pools.values().filter_map(|cases| once(cases)).collect();
    for pool in &mut pools {
        let id = pool.id().to_owned();
        if pool.posture.template.more_alarms {
            // Which of a policy's alarms are missing nobody knows.
            unread(pool, Part::Alarms, ELSEWHERE);
        }
        for alarm in pool.posture.alarms.iter_mut().flatten() {
            if let Some(own) = alarm.dimensions.get_mut("UserPoolId") {
                own.clone_from(&id);
            }
        }
    }
    Estate {
        pools,
        ..Estate::default()
    }
}

/// Why a pool of a template cannot be told by its name, and what to do; `None` for a name that is known. No name of AWS has a `$`.
pub fn open_name(name: &str) -> Option<String> {
    const GIVEN: [(&str, &str); 4] = [
        ("${AWS::StackName}", "--parameter AWS::StackName=NAME"),
        ("${AWS::Region}", "--region"),
        ("${AWS::AccountId}", "--account"),
        ("${parameter '", "--parameter"),
    ];
    if !name.contains("${") {
        return None;
    }
    let options = GIVEN.into_iter().filter(|(open, _)| name.contains(open));
    let options: Vec<_> = options.map(|(_, option)| option.to_owned()).collect();
    Some(if options.is_empty() {
        format!("its name `{name}` is not known from the files")
    } else {
        let options = join_words(&options);
        format!("its name `{name}` is not known: add {options}")
    })
}

/// A pool out of its cases, without what is not the same in all; `None` without any.
fn once(cases: &[(&TemplateCase, &Observed)]) -> Option<Observed> {
    let ((first_case, first), others) = cases.split_first()?;
    let mut own = (*first).clone();
    if !first_case.is_whole {
        leave_all_out(&mut own);
        return Some(own);
    }
    let mut open: BTreeMap<Part, BTreeSet<&str>> = BTreeMap::new();
    for (case, other) in others {
        own.posture.unknown.extend(other.posture.unknown.iter().cloned());
        for one in &other.unread {
            if !own.unread.contains(one) {
                own.unread.push(one.clone());
            }
        }
        for part in &other.posture.unread {
            // Clients that are there are known where others may be as well.
            if own.posture.unread.insert(*part) && *part != Part::Clients {
                clear(&mut own.posture, *part);
            }
        }
        own.posture.template.more_clients |= other.posture.template.more_clients;
        // Where the cases differ in one answer, that is the cause.
        let mut answers = case
            .answers
            .iter()
            .filter(|(question, answer)| first_case.answers.get(question) != Some(answer));
        let cause = answers
            .next()
            .filter(|_| answers.next().is_none())
            .map(|((_, words), _)| words.as_str());
        for part in differing(&first.posture, &other.posture) {
            open.entry(part).or_default().extend(cause);
        }
    }
    for (part, causes) in open {
        let named: Vec<_> = causes.into_iter().map(str::to_owned).collect();
        let what = if named.is_empty() {
            "values that are open".to_owned()
        } else {
            join_words(&named)
        };
        unread(&mut own, part, &format!("it depends on {what}"));
    }
    own.unread.sort();
    Some(own)
}

/// The parts that are not the same.
fn differing(a: &Posture, b: &Posture) -> impl Iterator<Item = Part> {
    let parts = [
        (Part::Plan, a.feature_plan != b.feature_plan),
        (Part::Mode, a.mode != b.mode),
        (Part::Mfa, a.mfa != b.mfa),
        (Part::Domain, a.domain != b.domain),
        (Part::Triggers, a.triggers != b.triggers),
        (Part::Responses, a.responses != b.responses),
        (Part::Clients, a.clients != b.clients),
        (
            Part::Alarms,
            a.alarms != b.alarms || a.other_alarms != b.other_alarms,
        ),
        (Part::LogDelivery, a.log_delivery != b.log_delivery),
    ];
    parts
        .into_iter()
        .filter_map(|(part, differs)| differs.then_some(part))
}
