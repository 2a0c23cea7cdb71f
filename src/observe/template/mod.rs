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

use rayon::prelude::*;

use crate::fault::InputError;
use crate::model::observed::Estate;
use crate::observe::template::evaluate::Evaluator;
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
pub fn evaluate(set: &TemplateSet) -> TemplateCases {
    if let Some(found) = apart(set) {
        return found;
    }
    let (cases, of, faults) = together(&set.stacks, &set.plans);
    let cases = cases
        .into_iter()
        .map(|(answers, (found, _))| TemplateCase { answers, found });
    TemplateCases {
        cases: cases.collect(),
        of,
        faults,
    }
}

/// What each case gives, and whether it may be all there is of its resources; how many cases there are where that is more; and
/// what is wrong.
type Found = (
    Vec<(BTreeMap<OpenQuestion, String>, (Assembled, bool))>,
    Option<usize>,
    BTreeSet<FileFault>,
);

fn together(stacks: &[Stack], plans: &[PlanFile]) -> Found {
    let mut faults = BTreeSet::new();
    let run = |choices: &mut cases::Choices| {
        let mut evaluator = Evaluator::new(stacks, choices);
        let mut expanded = expand::expand(&mut evaluator);
        let asks = evaluator.asks;
        faults.extend(evaluator.faults.into_iter().map(|(at, message)| FileFault {
            at,
            check: InputError::ValueInvalid,
            message,
            help: "correct it: the deployment would fail".to_owned(),
        }));
        for (index, plan) in plans.iter().enumerate() {
            expanded.resources.extend(plan.resources(stacks.len() + index));
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
        let is_closed = !asks && (expanded.resources.is_empty() || !found.pools.is_empty());
        (found, is_closed)
    };
    let (cases, of) = cases::enumerate(run, |(found, _)| found.pools.len());
    (cases, of, faults)
}

/// Templates that have nothing to do with each other, each by itself and on all cores, which is the same as together; `None`
/// where one may have to do with another.
fn apart(set: &TemplateSet) -> Option<TemplateCases> {
    let is_single = |stack: &Stack| stack.parent.is_none() && stack.nested.is_empty();
    if set.stacks.len() < 2 || !set.plans.is_empty() || !set.stacks.iter().all(is_single) {
        return None;
    }
    let one = |stack: &Stack| {
        let (mut cases, of, faults) = together(std::slice::from_ref(stack), &[]);
        let (_, (found, may_be_closed)) = cases.pop().filter(|_| of.is_none() && cases.is_empty())?;
        (may_be_closed && is_closed(&found)).then_some((found, faults))
    };
    let parts: Option<Vec<_>> = set.stacks.par_iter().map(one).collect();
    let (mut whole, mut all, mut taken) = (Assembled::default(), BTreeSet::new(), BTreeSet::new());
    for (mut found, faults) in parts? {
        for pool in &mut found.pools {
            assemble::distinct(&mut pool.observed.posture, &mut taken);
        }
        whole.pools.append(&mut found.pools);
        all.extend(faults);
    }
    Some(TemplateCases {
        cases: vec![TemplateCase {
            answers: BTreeMap::new(),
            found: whole,
        }],
        of: None,
        faults: all,
    })
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
            false,
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
            region: None,
            account: None,
            parameters: BTreeMap::new(),
            parent: None,
            nested: BTreeMap::new(),
        }
    }

    /// What is evaluated by itself is what it is together with the others.
    #[test]
    fn templates_apart_are_what_they_are_together() {
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
                let (cases, of, faults) = together(&set.stacks, &[]);
                assert_eq!((cases.len(), of, &faults), (1, None, &found.faults));
                let (answers, (whole, _)) = &cases[0];
                let own = &found.cases[0];
                assert_eq!((answers, &whole.strays), (&own.answers, &own.found.strays));
                assert_eq!(whole.pools, own.found.pools, "{first} {second}");
            }
        }
    }
}
