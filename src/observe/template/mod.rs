//! Pools as templates would make them: `CloudFormation`, SAM and CDK, Terraform plans and states.
//!
//! ```text
//! text ──> kind ──> stacks ──> evaluate + expand ──┐
//!              └──> plan, state ──> terraform ─────┴──> resources ──> assemble ──> one posture per case
//! ```
//!
//! A template is a set of postures: what is open and has few values is decided case by case. Nothing that is not known is
//! read as absent.

mod across;
mod alarm;
mod assemble;
mod attribute;
mod candidates;
mod cases;
mod compared;
mod condition;
mod custom;
mod evaluate;
mod expand;
mod finished;
mod form;
mod kind;
mod loops;
mod mapping;
mod naming;
mod owner;
mod parameter;
mod plan_change;
mod pool;
mod provider;
mod raw;
mod read;
mod reference;
mod resource;
mod risk;
mod shape;
mod stack;
mod target;
mod terraform;
mod text_function;
mod translate;
mod value;
mod written;

pub use assemble::Assembled;
pub use cases::{ANOTHER, MAX_CASES, OpenQuestion, condition};
pub use evaluate::STACK_NAME;
pub use finished::TemplatePool;
pub use kind::{Assembly, AssemblyStack, FileKind, assembly, detect, nested_files, template_parameters};
pub use naming::FileNotes;
pub use read::{FileFault, Notes};
pub use stack::{GivenParameters, Stack};
pub use terraform::PlanFile;
pub use value::At;
pub use written::{Construct, HclPlaces, constructs, hcl};

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rayon::prelude::*;

use crate::model::observed::Estate;
use crate::observe::template::evaluate::Evaluator;
use crate::observe::template::finished::PoolIds;
use crate::observe::template::read::ValueReader;

/// Whether resources of a `CloudFormation` type say something of pools.
pub fn matters(kind: &str) -> bool {
    resource::ResourceKind::of(kind).is_some()
}

/// Everything that a set of templates is.
#[derive(Debug, Default)]
pub struct TemplateSet {
    /// `CloudFormation` templates; nested ones included.
    pub stacks: Vec<Stack>,
    /// Terraform plans and states.
    pub plans: Vec<PlanFile>,
}

/// One case of a set, or of a part of it that has nothing to do with the others: the answers that make it, and its pools.
#[derive(Clone, Debug)]
pub struct TemplateCase {
    /// What was chosen for open values.
    pub answers: BTreeMap<OpenQuestion, String>,
    /// All cases of the same part, by their indices.
    pub part: Range<usize>,
    /// Whether those are all that the part has.
    pub is_whole: bool,
    /// What follows.
    pub found: Assembled,
}

impl TemplateCase {
    /// Pools that were seen elsewhere, as the one case of a set.
    pub fn of_estate(estate: Estate) -> Self {
        let pool = |observed| TemplatePool {
            observed,
            is_outside: false,
            home: None,
            notes: Notes::default(),
        };
        Self {
            answers: BTreeMap::new(),
            part: 0..1,
            is_whole: true,
            found: Assembled {
                pools: estate.pools.into_iter().map(pool).collect(),
                ..Assembled::default()
            },
        }
    }
}

/// All cases of a set.
#[derive(Clone, Debug, Default)]
pub struct TemplateCases {
    /// Those that were looked at, part by part; one of a part in which nothing is open.
    pub cases: Vec<TemplateCase>,
    /// How many there are at least, where that is more.
    pub of: Option<usize>,
    /// What is wrong with the files, and what in them is not known.
    pub notes: FileNotes,
}

/// Evaluates a set in all its cases, up to [`MAX_CASES`].
pub fn evaluate(set: &TemplateSet) -> TemplateCases {
    if let Some(found) = apart(set) {
        return found;
    }
    let mut all = TemplateCases::default();
    all.add(together(&set.stacks, &set.plans, MAX_CASES), &mut PoolIds::new());
    all
}

impl TemplateCases {
    /// The same for a run that reads other files: what stands in these has no place there.
    #[must_use]
    pub fn of_other_files(mut self) -> Self {
        let pools = self.cases.iter_mut().flat_map(|case| &mut case.found.pools);
        pools.for_each(|pool| pool.notes.places.clear());
        self
    }

    /// Adds a part, and the ids of its pools to those that are taken.
    fn add(&mut self, (cases, of, notes): Found, taken: &mut PoolIds) {
        let (start, mut ids) = (self.cases.len(), PoolIds::new());
        let part = start..start + cases.len();
        if of.is_some() || self.of.is_some() {
            let before = self.of.unwrap_or(start);
            self.of = Some(before.saturating_add(of.unwrap_or(cases.len())));
        }
        for (answers, (mut found, _)) in cases {
            let mut own = PoolIds::new();
            for pool in &mut found.pools {
                finished::distinct(&mut pool.observed.posture, taken, &mut own);
            }
            for (id, count) in own {
                let most = ids.entry(id).or_default();
                *most = count.max(*most);
            }
            self.cases.push(TemplateCase {
                answers,
                part: part.clone(),
                is_whole: of.is_none(),
                found,
            });
        }
        self.notes.append(notes);
        for (id, count) in ids {
            *taken.entry(id).or_default() += count;
        }
    }
}

/// What each case gives, and whether it may be all there is of its resources; how many cases there are where that is more; and
/// what is wrong.
type Found = (
    Vec<(BTreeMap<OpenQuestion, String>, (Assembled, bool))>,
    Option<usize>,
    FileNotes,
);

/// Evaluates what may belong together, in at most so many cases.
fn together(stacks: &[Stack], plans: &[PlanFile], most: usize) -> Found {
    let (mut notes, mut by_case) = (FileNotes::default(), Vec::new());
    let run = |choices: &mut cases::Choices| {
        let mut evaluator = Evaluator::new(stacks, choices);
        let mut expanded = expand::expand(&mut evaluator);
        let asks = evaluator.asks;
        let used = evaluator.used.into_iter();
        notes
            .parameters
            .extend(used.map(|(stack, name)| (stacks[stack].file, name)));
        notes.append(evaluator.wrong);
        for (index, plan) in plans.iter().enumerate() {
            expanded.resources.extend(plan.resources(stacks.len() + index));
            expanded.unexpanded.extend(plan.unexpanded.iter().cloned());
            notes.faults.extend(plan.faults.iter().cloned());
            notes.pools.extend(plan.may_make_pools);
        }
        notes.append(std::mem::take(&mut expanded.wrong));
        let absent = expanded.absent.iter();
        let absent = absent.filter(|symbol| stacks[symbol.scope].is_pool(&symbol.id));
        notes
            .left_out
            .extend(absent.map(|symbol| stacks[symbol.scope].file));
        for resource in &mut expanded.resources {
            resource.fit(&mut notes);
        }
        let of_pools = expanded
            .resources
            .iter()
            .filter(|resource| resource.kind.is_of_pools());
        notes.pools.extend(of_pools.map(|resource| resource.at.file()));
        notes
            .pools
            .extend(expanded.unexpanded.iter().map(|(at, _)| at.file()));
        notes
            .pools
            .extend(expanded.maybe.iter().map(|open| open.at.file()));
        let mut reader = ValueReader {
            choices,
            faults: BTreeSet::new(),
        };
        let found = assemble::assemble(&mut reader, &expanded);
        by_case.push(reader.faults);
        let is_closed = !asks && (expanded.resources.is_empty() || !found.pools.is_empty());
        (found, is_closed)
    };
    let (cases, of) = cases::enumerate(run, most, |(found, _)| found.pools.len());
    let answers: Vec<_> = cases.iter().map(|(answers, _)| answers).collect();
    notes.faults.extend(conditional(&by_case, &answers));
    (cases, of, notes)
}

/// The faults of all cases; one that is in some says in which.
fn conditional(
    by_case: &[BTreeSet<FileFault>],
    answers: &[&BTreeMap<OpenQuestion, String>],
) -> BTreeSet<FileFault> {
    let worded = |fault: &FileFault| {
        let holds = by_case.iter().map(|own| own.contains(fault));
        let cases: Vec<_> = answers.iter().copied().zip(holds).collect();
        let is_certain = cases.iter().all(|(_, holds)| *holds);
        let when = (!is_certain).then(|| format!("{}: ", condition(&cases)));
        FileFault {
            message: when.unwrap_or_default() + &fault.message,
            ..fault.clone()
        }
    };
    let all: BTreeSet<_> = by_case.iter().flatten().collect();
    all.into_iter().map(worded).collect()
}

/// Templates that have nothing to do with each other, each by itself and on all cores, which is the same as together; `None`
/// where one may have to do with another.
fn apart(set: &TemplateSet) -> Option<TemplateCases> {
    let is_single = |stack: &Stack| stack.parent.is_none() && stack.nested.is_empty();
    if set.stacks.len() < 2 || !set.plans.is_empty() || !set.stacks.iter().all(is_single) {
        return None;
    }
    let most = cases::most_of_each(set.stacks.len());
    let one = |stack: &Stack| {
        let found = together(std::slice::from_ref(stack), &[], most);
        let is_apart = |(_, (found, may_be)): &(_, (Assembled, bool))| *may_be && is_closed(found);
        found.0.iter().all(is_apart).then_some(found)
    };
    let parts: Option<Vec<_>> = set.stacks.par_iter().map(one).collect();
    let (mut all, mut taken) = (TemplateCases::default(), PoolIds::new());
    for part in parts? {
        all.add(part, &mut taken);
    }
    Some(all)
}

/// Whether everything is known of the pools of a template, and of its resources whose they are.
fn is_closed(found: &Assembled) -> bool {
    let is_whole = |pool: &TemplatePool| {
        let posture = &pool.observed.posture;
        let is_alone = posture.other_alarms.as_ref().is_some_and(Vec::is_empty);
        pool.notes.unread.is_empty() && is_alone && posture.domain.is_some() && posture.triggers.is_some()
    };
    found.strays.is_empty() && found.pools.iter().all(is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{Budget, Dialect, parse_as};

    const POOL: &str = "
  Pool: { Type: AWS::Cognito::UserPool, Properties: { UserPoolAddOns: { AdvancedSecurityMode: AUDIT } } }";

    /// Resources, and whether a template with them has nothing to do with others.
    const TEMPLATES: [(&str, bool); 12] = [
        (POOL, true),
        (
            "
  Pool: { Type: AWS::Cognito::UserPool }
  Web: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Pool } }
  All: { Type: AWS::Cognito::UserPoolRiskConfigurationAttachment, Properties: { UserPoolId: !Ref Pool, ClientId: ALL } }
  Own: { Type: AWS::Cognito::UserPoolDomain, Properties: { UserPoolId: !Ref Pool } }
  On:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Cognito
      MetricName: CompromisedCredentialRisk
      Dimensions: [{ Name: UserPoolId, Value: !Ref Pool }, { Name: Operation, Value: SignIn }]",
            true,
        ),
        ("\n  Queue: { Type: AWS::SQS::Queue }", true),
        // A value of the wrong kind is not known.
        ("\n  Pool: { Type: AWS::Cognito::UserPool, Properties: { UserPoolAddOns: [] } }", false),
        ("\n  Pool: { Type: AWS::Cognito::UserPool, Properties: { UserPoolName: !ImportValue name } }", false),
        (
            "\n  All: { Type: AWS::Cognito::UserPoolRiskConfigurationAttachment, Properties: { UserPoolId: Pool, ClientId: ALL } }",
            false,
        ),
        (
            "\n  All: { Type: AWS::Cognito::UserPoolRiskConfigurationAttachment, Properties: { UserPoolId: !Ref Open, ClientId: ALL } }",
            false,
        ),
        ("\n  Either: { Type: AWS::CloudWatch::CompositeAlarm, Properties: { AlarmRule: ALARM(a) } }", false),
        ("\n  Own: { Type: AWS::Cognito::UserPoolDomain, Properties: { UserPoolId: !Ref Open } }", false),
        (
            "
  Run:
    Type: AWS::Serverless::Function
    Properties: { Events: { A: { Type: Cognito, Properties: { UserPool: !Ref Open, Trigger: DefineAuthChallenge } } } }",
            false,
        ),
        (
            "
  On:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Cognito
      MetricName: CompromisedCredentialRisk
      Dimensions: [{ Name: UserPoolId, Value: !Ref Open }, { Name: Operation, Value: SignIn }]",
            false,
        ),
        (
            "\n  Pool: { Type: AWS::Cognito::UserPool, Properties: { UserPoolAddOns: { AdvancedSecurityMode: !Ref Open } } }",
            true,
        ),
    ];

    fn stack(file: usize, resources: &str) -> Stack {
        let text = format!(
            "Parameters: {{ Open: {{ Type: String }} }}\nResources:{resources}\nOutputs: {{ Name: {{ Value: shop, Export: {{ Name: name }} }} }}\n"
        );
        let parsed = parse_as(SourceId(0), &text, &Budget::default(), Dialect::Template);
        Stack {
            file,
            root: parsed.documents.into_iter().next().unwrap().root,
            name: None,
            stage: None,
            region: None,
            account: None,
            parameters: BTreeMap::new(),
            parent: None,
            nested: BTreeMap::new(),
        }
    }

    /// What is evaluated by itself is what it is together with the others.
    #[test]
    fn separate_evaluation_equals_joint() {
        for (first, (one, is_closed)) in TEMPLATES.iter().enumerate() {
            for (second, (other, is_other_closed)) in TEMPLATES.iter().enumerate() {
                let set = TemplateSet {
                    stacks: vec![stack(0, one), stack(1, other)],
                    plans: Vec::new(),
                };
                let found = apart(&set);
                assert_eq!(
                    found.is_some(),
                    *is_closed && *is_other_closed,
                    "{first} {second}"
                );
                let Some(found) = found else { continue };
                let (cases, of, notes) = together(&set.stacks, &[], MAX_CASES);
                let [one, other] = [0, found.cases.len() - 1].map(|at| found.cases[at].part.clone());
                assert_eq!((cases.len(), of), (one.len() * other.len(), None));
                assert_eq!(notes, found.notes);
                let mut all = cases.iter();
                for one in &found.cases[one] {
                    for other in &found.cases[other.clone()] {
                        let (answers, (whole, _)) = all.next().unwrap();
                        let given = one.answers.values().chain(other.answers.values());
                        assert!(answers.values().eq(given), "{first} {second}");
                        let pools = one.found.pools.iter().chain(&other.found.pools);
                        assert!(whole.pools.iter().eq(pools), "{first} {second}");
                        assert!(whole.strays.is_empty());
                    }
                }
            }
        }
    }
}
