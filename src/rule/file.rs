//! The rule file: the types that `rules/<id>.yaml` decodes to, and their JSON Schema.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Reference, Severity};
use crate::impact::SignIns;
use crate::model::posture::Part;

/// The schema of a rule file, made from [`RuleFile`] (`schemas/rule.json`).
pub fn schema() -> serde_json::Value {
    crate::schema::of::<RuleFile>("rule")
}

/// One lint rule: what it finds, why it matters, and examples that prove it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "cogward rule")]
pub struct RuleFile {
    /// Kebab-case name of the fault. The file is called `<id>.yaml`.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"), length(max = 64))]
    pub id: String,
    /// How much it matters: `error`, `warning` or `note`.
    pub severity: Severity,
    /// Which postures the rule checks: policies (`desired`), live pools and snapshots (`observed`), or both.
    #[schemars(length(min = 1))]
    pub sees: Vec<Sees>,
    /// Parts of an observed posture that must have been read; without them the rule is reported as not checked.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// When the rule runs. Only rules about waivers, ignores, baselines, overlaps and recorded
    /// events need another stage.
    #[serde(default)]
    pub stage: Stage,
    /// The guard of `apply` that checks the same by what AWS shows: `apply` leaves the rule's findings to it.
    pub guard: Option<RuleGuard>,
    /// The fault in a few words, without a full stop.
    #[schemars(length(min = 8, max = 100))]
    pub summary: String,
    /// Why it matters, with the facts. Markdown.
    #[schemars(length(min = 20))]
    pub rationale: String,
    /// What to do about it. The first sentence is shown as the finding's help. Markdown.
    #[schemars(length(min = 10))]
    pub remediation: String,
    /// Where the facts come from.
    #[serde(default)]
    pub references: Vec<Reference>,
    /// Controls of other frameworks that this relates to, such as `security-hub: [Cognito.1]`.
    #[serde(default)]
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// CEL expression: the list of things to check, each bound to `it`. Default: the policy, once.
    pub each: Option<String>,
    /// CEL expression: whether `it` is at fault.
    pub when: String,
    /// CEL expression: the pointer of the fault. Default: `it.pointer`.
    pub at: Option<String>,
    /// CEL expression: `"error"`, `"warning"` or `"note"`, where the severity depends on `it`.
    pub severity_of: Option<String>,
    /// The finding's sentence; `{{ expression }}` is replaced by the expression's value.
    #[schemars(length(min = 10))]
    pub message: String,
    /// Short text under the marked place; `{{ expression }}` is replaced.
    pub label: Option<String>,
    /// Other places that explain the fault.
    #[serde(default)]
    pub related: Vec<RelatedPlace>,
    /// A safe fix.
    pub fix: Option<FixTemplate>,
    /// Policies that prove the rule. In a built-in rule they are the last key of the file.
    #[schemars(required)]
    pub examples: Option<Examples>,
}

/// What a rule checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sees {
    /// Policies.
    Desired,
    /// Live pools, snapshots, templates.
    Observed,
}

/// A part of a posture that a rule needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Feature plan.
    Plan,
    /// Modes.
    Mode,
    /// MFA settings.
    Mfa,
    /// Domain.
    Domain,
    /// Lambda triggers.
    Triggers,
    /// The pool's risk configuration.
    Responses,
    /// Clients and their risk configurations.
    Clients,
    /// Alarms.
    Alarms,
    /// Log delivery.
    LogDelivery,
}

impl Need {
    /// The part of a posture.
    pub fn part(self) -> Part {
        match self {
            Self::Plan => Part::Plan,
            Self::Mode => Part::Mode,
            Self::Mfa => Part::Mfa,
            Self::Domain => Part::Domain,
            Self::Triggers => Part::Triggers,
            Self::Responses => Part::Responses,
            Self::Clients => Part::Clients,
            Self::Alarms => Part::Alarms,
            Self::LogDelivery => Part::LogDelivery,
        }
    }
}

/// When a rule runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// With the policy: nearly every rule.
    #[default]
    Posture,
    /// After all posture rules, when it is known which waivers and ignores were used.
    Hygiene,
    /// At the end, when all policies of the run are known.
    Run,
    /// In `cogward impact`, on a policy and the recorded events of its pool.
    Events,
}

/// A guard of `apply` that checks what a rule checks, and knows more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleGuard {
    /// The audit gate: it has the pool's own dates, CloudTrail and metrics beside what a policy declares.
    AuditGateUnmet,
}

impl RuleGuard {
    /// The guard's id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuditGateUnmet => "audit-gate-unmet",
        }
    }
}

/// Another place that explains the fault.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RelatedPlace {
    /// CEL expression: a list, each bound to `other`. Default: once, with `other` being `it`.
    pub each: Option<String>,
    /// CEL expression: the place's pointer. An empty string after evaluation drops the place.
    pub at: String,
    /// What stands there; `{{ expression }}` is replaced.
    pub label: String,
}

/// A fix.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixTemplate {
    /// CEL expression: whether the fix is safe for `it`. Default: always.
    pub when: Option<String>,
    /// What it does, imperative; `{{ expression }}` is replaced.
    pub title: String,
    /// CEL expression: the place to change.
    pub at: String,
    /// CEL expression: the new value; without it the entry is removed.
    pub value: Option<String>,
}

/// What is known of an observed pool beside what a policy can say.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservedFacts {
    /// Day on which the pool was created, `YYYY-MM-DD`.
    pub created: Option<String>,
    /// Day on which something of it was modified last, `YYYY-MM-DD`.
    pub modified: Option<String>,
    /// About how many users the pool has.
    pub users: Option<u64>,
    /// Whether clients have a secret, by key; the other clients' is unknown.
    #[serde(default)]
    pub secrets: BTreeMap<String, bool>,
    /// Alarms on other alarms, on queries or on expressions.
    pub other_alarms: Option<Vec<OtherAlarmFacts>>,
    /// Topics that alarms notify, by ARN.
    #[serde(default)]
    pub topics: BTreeMap<String, TopicFacts>,
    /// Metrics of the pool that have data.
    pub metrics: Option<Vec<MetricFacts>>,
    /// What the template or plan shows that makes the pool.
    #[serde(default)]
    pub template: TemplateExample,
}

/// What a template or plan shows of a pool.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TemplateExample {
    /// Whether the feature plan is left out.
    pub plan_left_out: bool,
    /// Whether a plan creates the pool.
    pub is_created: bool,
    /// Whether other files have alarms, too.
    pub more_alarms: bool,
    /// Resources that set what another one sets: name to the client's key, or to an empty text for the pool.
    pub set_twice: BTreeMap<String, String>,
    /// Resources that are destroyed, and what they set another one sets; likewise.
    pub reset: BTreeMap<String, String>,
    /// Resources of Terraform whose client is the word `ALL`.
    pub named_all: Vec<String>,
}

/// Who a topic notifies. Without any number there is no such topic.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicFacts {
    /// Confirmed subscriptions.
    pub confirmed: Option<u32>,
    /// Subscriptions that nobody has confirmed.
    pub pending: Option<u32>,
}

/// An alarm on other alarms, on a query or on an expression: one of the three.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherAlarmFacts {
    /// Alarm name.
    pub name: String,
    /// `AlarmRule` of a composite alarm.
    pub rule: Option<String>,
    /// A query over metrics.
    pub query: Option<String>,
    /// A metric-math expression, of which the pool's alarms of this name are the metrics.
    pub expression: Option<String>,
    /// ARNs notified.
    #[serde(default)]
    pub actions: Vec<String>,
}

/// A metric that has data.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetricFacts {
    /// Name.
    pub metric: String,
    /// Dimensions, name to value.
    #[serde(default)]
    pub dimensions: BTreeMap<String, String>,
    /// Whether there is only data of more than two weeks ago.
    #[serde(default)]
    pub older: bool,
}

/// Proofs of a rule. Each policy may leave out `version`; parts it does not name are unmanaged.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// Policies with the fault, and exactly what is found.
    #[schemars(length(min = 1))]
    pub bad: Vec<BadExample>,
    /// Policies without it.
    #[schemars(length(min = 1))]
    pub good: Vec<Example>,
    /// Policies that look like it and are not.
    #[schemars(length(min = 1))]
    pub lookalike: Vec<Example>,
}

/// A policy with the fault.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BadExample {
    /// What it shows.
    pub name: String,
    /// The policy: a mapping, or YAML text where layout, comments or several documents matter.
    pub policy: serde_json::Value,
    /// The baseline file's content, for rules about baselines.
    pub baseline: Option<serde_json::Value>,
    /// Given, the policy stands for a live pool, of which these facts are known as well.
    pub observed: Option<ObservedFacts>,
    /// What was recorded of the pool, for rules with `stage: events`.
    pub events: Option<SignIns>,
    /// All findings of this rule, in order.
    #[schemars(length(min = 1))]
    pub findings: Vec<Expected>,
    /// The policy after all fixes of this rule; checked where given. A mapping, or YAML text.
    pub fixed: Option<serde_json::Value>,
}

/// A policy without the fault.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The policy: a mapping, or YAML text where layout, comments or several documents matter.
    pub policy: serde_json::Value,
    /// The baseline file's content, for rules about baselines.
    pub baseline: Option<serde_json::Value>,
    /// Given, the policy stands for a live pool, of which these facts are known as well.
    pub observed: Option<ObservedFacts>,
    /// What was recorded of the pool, for rules with `stage: events`.
    pub events: Option<SignIns>,
}

/// One expected finding.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Pointer of the fault (`#0` for an ignore comment, `@0` for a secret).
    pub at: String,
    /// The whole message.
    pub message: String,
}
