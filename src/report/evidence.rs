//! What `evidence` has to say: controls, pools and what keeps a control from being met. The types are those of
//! `schemas/evidence.json`, version 1: fields may be added, and none is renamed, removed or given another meaning.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::effective::CellOutcome;
use crate::report::{PoolGate, SubjectHistory};
use crate::text;

/// Evidence of a run.
#[derive(Clone, Debug)]
pub struct EvidenceSection {
    /// What it is of.
    pub head: EvidenceHead,
    /// Controls, by framework and id.
    pub controls: Vec<Control>,
    /// Pools, in the order of the estate.
    pub pools: Vec<PoolEvidence>,
}

/// What evidence is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1EvidenceHead")]
pub struct EvidenceHead {
    /// The day as of which it was judged.
    #[schemars(with = "String", extend("format" = "date"))]
    pub today: Date,
    /// When the pools were read, UTC; absent where a snapshot does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<String>,
    /// Where the pools are: `account in region`, ordered.
    pub places: Vec<String>,
    /// Files of the policies, layers included, ordered.
    pub policy_files: Vec<String>,
    /// SHA-256 over the names and texts of these files, in hexadecimal.
    pub policies_digest: String,
}

/// A control of a framework, or a rule of cogward that found something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Control")]
pub struct Control {
    /// `security-hub`, `prowler`, `aws-config`, another framework that a rule names, or `cogward`.
    pub framework: String,
    /// Its id there.
    pub id: String,
    /// The rules that it was judged by.
    pub rules: Vec<String>,
    /// Ids of pools in which all of these rules ran and none found anything. The framework's own check may say otherwise.
    pub no_findings: Vec<String>,
    /// Ids of pools in which one of them found something that is not waived.
    pub findings: Vec<String>,
    /// Ids of pools in which all that they found is waived.
    pub waived: Vec<String>,
    /// Ids of pools in which some of them did not run (disabled, failed, or what they need was not read), and the others found
    /// nothing that is not waived.
    pub not_seen: Vec<String>,
}

/// One pool.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1PoolEvidence")]
pub struct PoolEvidence {
    /// Pool id.
    pub pool: String,
    /// Pool name.
    pub name: String,
    /// Account id, where it is known.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Mode of standard authentication; absent where it could not be read.
    pub standard: Option<&'static str>,
    /// Mode of custom authentication; absent where it could not be read.
    pub custom: Option<&'static str>,
    /// What happens at sign-in at low, medium and high risk and with leaked passwords: the weakest of all clients.
    pub sign_in: Vec<SignInOutcome>,
    /// Policies that are for it, with what differs.
    pub policies: Vec<PolicyAgreement>,
    /// What the rules found in it.
    pub findings: Vec<EvidenceFinding>,
    /// Its audit gates, with their evidence.
    pub gates: Vec<PoolGate>,
    /// What ledgers, journals and kept reports say of it; absent where none does.
    pub history: Option<SubjectHistory>,
}

/// What happens at a signal.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1SignInOutcome")]
pub struct SignInOutcome {
    /// `low`, `medium`, `high` or `compromised-credentials`.
    pub signal: &'static str,
    /// The outcome in words, such as `blocked`.
    pub outcome: String,
    /// Whether another client or flow has another outcome, which is a stronger one.
    pub varies: bool,
    /// Whether nothing is checked in some flow where others are: SRP hides the password.
    pub not_checked: bool,
    /// With an outcome that is unknown because not all clients could be read: the weakest of those that were.
    pub at_most: Option<&'static str>,
}

/// A policy and a pool that it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1PolicyAgreement")]
pub struct PolicyAgreement {
    /// Name of the policy.
    pub policy: String,
    /// Its file.
    pub file: String,
    /// Settings in which the pool differs from it, as JSON pointers.
    pub differs: Vec<String>,
    /// Settings that it manages and that could not be read, as JSON pointers.
    pub unread: Vec<String>,
}

/// A finding of a rule.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1EvidenceFinding")]
pub struct EvidenceFinding {
    /// Rule id.
    pub rule: String,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// JSON pointer of the place.
    pub at: Option<String>,
    /// The waiver that covers it.
    pub waived: Option<EvidenceWaiver>,
}

/// A waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1EvidenceWaiver")]
pub struct EvidenceWaiver {
    /// The policy that has it.
    pub policy: String,
    /// Why.
    pub reason: String,
    /// Its last day.
    pub until: String,
}

impl PoolEvidence {
    /// Name and id. Hostile text.
    pub fn title(&self) -> String {
        text::titled(&self.name, &self.pool)
    }
}

impl EvidenceSection {
    /// `4 pools: 3 ENFORCED (1 of them with an undefined outcome), 2 match their policies`. Controls are not counted: what
    /// cogward's rules find is not what a framework's own check says.
    pub fn closing(&self) -> String {
        let pools = text::count(self.pools.len(), "pool", "pools");
        let number = |is: fn(&PoolEvidence) -> bool| self.pools.iter().filter(|pool| is(pool)).count();
        let enforced = number(|pool| pool.standard == Some("ENFORCED"));
        let agreeing = number(|pool| {
            let mut policies = pool.policies.iter();
            !pool.policies.is_empty() && policies.all(|one| one.differs.is_empty() && one.unread.is_empty())
        });
        let undefined = number(|pool| {
            let mut outcomes = pool.sign_in.iter();
            pool.standard == Some("ENFORCED")
                && outcomes.any(|one| one.outcome == CellOutcome::Undefined.label())
        });
        let undefined = match undefined {
            0 => String::new(),
            some => format!(" ({some} of them with an undefined outcome)"),
        };
        let agreeing = if agreeing == 1 {
            "1 matches its policy".to_owned()
        } else {
            format!("{agreeing} match their policies")
        };
        format!("{pools}: {enforced} ENFORCED{undefined}, {agreeing}")
    }
}
