//! Pools as templates would make them: `CloudFormation`, SAM and CDK, Terraform plans and states.
//!
//! ```text
//! text ──> kind ──> stacks ──> evaluate + expand ──┐
//!              └──> plan, state ──> terraform ─────┴──> resources ──> assemble ──> one posture per case
//! ```
//!
//! A template is a set of postures: what is open and has few values is decided case by case. Nothing that is not known is
//! read as absent.

mod alarm;
mod assemble;
mod cases;
mod condition;
mod evaluate;
mod expand;
mod kind;
mod owner;
mod pool;
mod read;
mod reference;
mod resource;
mod risk;
mod shape;
mod stack;
mod terraform;
mod text_function;
mod translate;
mod value;
mod written;

pub use assemble::{Assembled, TemplatePool};
pub use cases::{MAX_CASES, OpenQuestion, condition};
pub use kind::{Assembly, AssemblyStack, FileKind, assembly, detect, nested_files, template_parameters};
pub use read::{FileFault, Notes};
pub use stack::Stack;
pub use terraform::PlanFile;
pub use value::At;
pub use written::{Construct, HclPlaces, constructs, hcl};

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::InputError;
use crate::model::observed::Estate;
use crate::observe::template::evaluate::Evaluator;
use crate::observe::template::read::ValueReader;

/// Whether resources of a `CloudFormation` type say something of pools.
#[must_use]
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

/// One case of a set: the answers that make it, and its pools.
#[derive(Clone, Debug)]
pub struct TemplateCase {
    /// What was chosen for open values.
    pub answers: BTreeMap<OpenQuestion, String>,
    /// What follows.
    pub found: Assembled,
}

impl TemplateCase {
    /// Pools that were seen elsewhere, as the one case of a set.
    #[must_use]
    pub fn of_estate(estate: Estate) -> Self {
        let pool = |observed| TemplatePool {
            observed,
            notes: Notes::default(),
        };
        Self {
            answers: BTreeMap::new(),
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
    /// Those that were looked at; one where nothing is open.
    pub cases: Vec<TemplateCase>,
    /// How many there are at least, where that is more.
    pub of: Option<usize>,
    /// What is wrong with the files, ordered.
    pub faults: BTreeSet<FileFault>,
}

/// Evaluates a set in all its cases, up to [`MAX_CASES`].
#[must_use]
pub fn evaluate(set: &TemplateSet) -> TemplateCases {
    let mut faults = BTreeSet::new();
    let run = |choices: &mut cases::Choices| {
        let mut evaluator = Evaluator::new(&set.stacks, choices);
        let mut expanded = expand::expand(&mut evaluator);
        faults.extend(evaluator.faults.into_iter().map(|(at, message)| FileFault {
            at,
            check: InputError::ValueInvalid,
            message,
            help: "correct it: the deployment would fail".to_owned(),
        }));
        for (index, plan) in set.plans.iter().enumerate() {
            expanded
                .resources
                .extend(plan.resources(set.stacks.len() + index));
            expanded.unexpanded.extend(plan.unexpanded.iter().cloned());
            faults.extend(plan.faults.iter().cloned());
        }
        for resource in &mut expanded.resources {
            resource.fit(&mut faults);
        }
        let mut reader = ValueReader {
            choices,
            faults: BTreeSet::new(),
        };
        let found = assemble::assemble(&mut reader, &expanded.resources, &expanded.unexpanded);
        faults.append(&mut reader.faults);
        found
    };
    let (cases, of) = cases::enumerate(run, |found| found.pools.len());
    let cases = cases
        .into_iter()
        .map(|(answers, found)| TemplateCase { answers, found });
    TemplateCases {
        cases: cases.collect(),
        of,
        faults,
    }
}
