//! Documents to policies, for every verb that begins with policies.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::app::baselines;
use crate::app::gather::Gathered;
use crate::fault::InputError;
use crate::finding::{Finding, Location};
use crate::lint;
use crate::plan::{Setting, WrittenKeys};
use crate::pointer::Pointer;
use crate::policy::assemble::{Policy, assemble};
use crate::policy::inputs::PolicyInputs;
use crate::policy::parse::ParsedFile;
use crate::policy::variable::{UsedVariable, Variables};
use crate::policy::withheld::{Withheld, Withholding};
use crate::report::NotChecked;
use crate::rule::catalogue::Catalogue;
use crate::schema::Validator;
use crate::source::{Source, Sources};
use crate::span::Span;
use crate::yaml::Node;

/// A document's way to a checked policy.
pub struct Checked {
    /// Index of its file in [`Gathered::files`].
    pub file: usize,
    /// The policy, unless faults keep it from being one.
    pub policy: Option<Policy>,
    /// Faults and hints.
    pub findings: Vec<Finding>,
    /// Whether faults of its own are among the findings.
    pub faulty: bool,
    /// What rules of a user's own see of it.
    pub withheld: Withheld,
}

/// Notes on policies that are for no pool, although no other file extends theirs: they are compared with nothing.
pub fn aimless(checked: &[Checked], gathered: &Gathered, sources: &Sources) -> Vec<Finding> {
    let one = |document: &Checked| {
        let policy = document
            .policy
            .as_ref()
            .filter(|policy| policy.target.is_none())?;
        let name = sources.get(policy.places.source).name();
        if gathered.layers.contains_key(name) {
            return None;
        }
        let place = policy.places.key(&Pointer::root().child("version"));
        let message = format!(
            "policy `{}` has no `target`: it is compared with no pool",
            policy.name
        );
        let help = "add `target: { pool: us-west-2_EXAMPLE }`; a file that others extend needs none";
        Some(InputError::TargetMissing.finding(place, message).help(help))
    };
    checked.iter().filter_map(one).collect()
}

/// Takes out what is only worth knowing of a value that is a fault anyway: the fault says what to write.
pub fn once(findings: &mut Vec<Finding>) {
    let faulty: BTreeSet<_> = findings
        .iter()
        .filter(|finding| finding.is_input_fault)
        .map(|finding| (finding.primary.source, finding.primary.span.start))
        .collect();
    let note = InputError::AmbiguousScalar.rule_id();
    findings.retain(|finding| {
        finding.rule != note || !faulty.contains(&(finding.primary.source, finding.primary.span.start))
    });
}

/// Makes a policy of every document, in parallel; the order is that of files and documents.
pub fn check(
    catalogue: &Catalogue,
    variables: &Variables<'_>,
    gathered: &Gathered,
    sources: &Sources,
    validator: &Validator,
) -> Vec<Checked> {
    let builtin = baselines::names();
    let inputs = PolicyInputs {
        validator,
        layers: &gathered.layers,
        builtin: &builtin,
        texts: &gathered.texts,
        variables,
        name_of: &|id| sources.get(id).name().to_owned(),
    };
    let mut checked: Vec<Checked> = gathered
        .files
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, file)| {
            let source = sources.get(file.source);
            let inputs = &inputs;
            file.documents
                .iter()
                .enumerate()
                .map(move |(position, document)| {
                    let (mut policy, mut findings) = match gathered.too_heavy.get(&(file.source, position)) {
                        Some((message, help)) => (None, vec![too_heavy(&document.root, message, help)]),
                        None => assemble(document.clone(), inputs),
                    };
                    if position == 0 {
                        findings.append(&mut lint::unknown_ignores(file, catalogue));
                    }
                    if policy.is_none() {
                        findings.append(&mut lint::unknown_waivers(&document.root, catalogue));
                    }
                    if let Some(policy) = &mut policy {
                        policy.lines = lines(file, position, source);
                    }
                    Checked {
                        file: index,
                        policy,
                        faulty: findings
                            .iter()
                            .any(|finding| finding.is_input_fault && finding.primary.source == file.source),
                        findings,
                        withheld: Withheld::Nothing,
                    }
                })
        })
        .collect();
    if catalogue.rules().iter().any(|rule| !rule.meta.builtin) {
        withhold(&mut checked, &variables.used(), &inputs);
    }
    checked
}

/// Keeps what policies took from the environment from rules of a user's own.
fn withhold(checked: &mut [Checked], used: &BTreeSet<UsedVariable>, inputs: &PolicyInputs<'_>) {
    let withholding = Withholding::new(used, inputs);
    checked.par_iter_mut().for_each(|document| {
        let Some(policy) = &document.policy else { return };
        let (withheld, finding) = withholding.of(policy);
        document.withheld = withheld;
        document.findings.extend(finding);
    });
}

/// A document under which too much lies, at what it extends.
fn too_heavy(root: &Node, message: &str, help: &str) -> Finding {
    let extends = root.get("extends");
    let location = Location::at(
        root.source,
        extends.map_or_else(|| Span::at(root.span.start), |node| node.span),
        extends.map_or_else(Pointer::root, |_| Pointer::root().child("extends")),
    );
    InputError::TooLarge.finding(location, message).help(help)
}

/// Documents that are whole themselves, and yet no policies: something under them is not.
pub fn unjudged(checked: &[Checked], files: &[ParsedFile], sources: &Sources) -> Vec<NotChecked> {
    let below = checked
        .iter()
        .filter(|document| document.policy.is_none() && !document.faulty);
    let mut names: Vec<_> = below
        .map(|document| sources.get(files[document.file].source).name())
        .collect();
    names.dedup();
    let entry = |name: &str| NotChecked::left_out(name, "a layer under it has input errors");
    names.into_iter().map(entry).collect()
}

/// Files of folders that are somebody else's, in one entry: a file of that name is checked once it is named.
pub fn foreign(gathered: &Gathered) -> Option<NotChecked> {
    let [first, rest @ ..] = gathered.foreign.as_slice() else {
        return None;
    };
    let what = match rest.len() {
        0 => first.clone(),
        more => format!("{first} and {more} more"),
    };
    Some(NotChecked::left_out(
        what,
        "not a policy: it has none of a policy's keys; name it to check it",
    ))
}

/// First and last line that belong to a document: up to the line before the next one.
fn lines(file: &ParsedFile, position: usize, source: &Source) -> (usize, usize) {
    let start = |index: usize| {
        file.documents
            .get(index)
            .map(|document| source.line(document.span.start))
    };
    let first = if position == 0 {
        1
    } else {
        start(position).unwrap_or(1)
    };
    (
        first,
        start(position + 1).map_or_else(|| source.lines(), |next| next.saturating_sub(1).max(first)),
    )
}

/// How a policy's tree writes its leaves.
pub(in crate::app) struct KeysOf<'a>(pub(in crate::app) &'a Policy);

impl WrittenKeys for KeysOf<'_> {
    fn writes(&self, leaf: &Setting) -> bool {
        self.0.places.tree.locate(&leaf.pointer()).is_some()
    }

    fn writes_alarm(&self, index: usize, member: &str) -> bool {
        let at = Pointer::root().child("alarms").child(index).child(member);
        self.0.places.tree.locate(&at).is_some()
    }
}
