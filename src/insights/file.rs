//! The question file: the types that `questions/<id>.yaml` decodes to, and their JSON Schema.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

use crate::insights::member::{QuestionMember, RecordKind};

crate::ident::spelled!(InsightMeasure);

/// One question about events: which count, by what they are grouped, and what is measured.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "cogward question")]
pub struct QuestionFile {
    /// Kebab-case name. The file is called `<id>.yaml`.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"), length(max = 64))]
    pub id: String,
    /// What is asked, in a few words without a full stop.
    #[schemars(length(min = 4, max = 100))]
    pub title: String,
    /// Why one asks, and how to read the answer.
    #[schemars(length(min = 10))]
    pub why: String,
    /// What is counted: `events` (auth events) or `trail` (`CloudTrail` records of Cognito). Default: `events`.
    #[serde(default)]
    pub of: RecordKind,
    /// Conditions that all must hold. Default: everything counts. What cannot be decided, because a record does not say,
    /// is counted apart.
    #[serde(default)]
    pub filter: Vec<QuestionFilter>,
    /// Members whose values make a row.
    #[schemars(length(min = 1, max = 4))]
    pub group: Vec<QuestionMember>,
    /// What is measured in each row. Default: `events`.
    #[serde(default = "events_only")]
    #[schemars(length(min = 1, max = 6))]
    pub measure: Vec<InsightMeasure>,
    /// The measure that rows are ordered by, largest first. Default: the first.
    pub order: Option<InsightMeasure>,
    /// Which rows are kept. Default: all.
    pub keep: Option<KeptGroups>,
    /// Most rows; the others are counted.
    #[serde(default = "some_rows")]
    #[schemars(range(min = 1, max = 10_000))]
    pub limit: u32,
    /// How rows are drawn.
    #[serde(default)]
    pub chart: ChartKind,
}

fn events_only() -> Vec<InsightMeasure> {
    vec![InsightMeasure::Events]
}

fn some_rows() -> u32 {
    20
}

/// A condition: exactly one of `is`, `not` and `known`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionFilter {
    /// The member.
    pub member: QuestionMember,
    /// It is one of these.
    #[schemars(length(min = 1))]
    pub is: Option<Vec<ConditionValue>>,
    /// It is known, and none of these.
    #[schemars(length(min = 1))]
    pub not: Option<Vec<ConditionValue>>,
    /// Whether the record says it.
    pub known: Option<bool>,
}

/// A value in a condition: a text, or true or false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionValue(pub String);

impl<'de> Deserialize<'de> for ConditionValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Flag(bool),
            Text(String),
        }
        Ok(Self(match Either::deserialize(deserializer)? {
            Either::Flag(is) => is.to_string(),
            Either::Text(text) => text,
        }))
    }
}

impl JsonSchema for ConditionValue {
    fn schema_name() -> Cow<'static, str> {
        "ConditionValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A text, or true or false.",
            "type": ["string", "boolean"],
        })
    }
}

/// What is measured.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    Serialize,
    JsonSchema,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum InsightMeasure {
    /// Events, or records.
    Events,
    /// Different users.
    Users,
    /// Different addresses.
    Addresses,
    /// Different clients.
    Clients,
    /// Risk of the first event that has a time and a known risk: `none`, `low`, `medium` or `high`.
    FirstRisk,
    /// Risk of the last one.
    LastRisk,
}

impl InsightMeasure {
    /// The member whose different values are counted, if that is what is measured.
    pub fn distinct(self) -> Option<QuestionMember> {
        match self {
            Self::Users => Some(QuestionMember::User),
            Self::Addresses => Some(QuestionMember::Address),
            Self::Clients => Some(QuestionMember::Client),
            Self::Events | Self::FirstRisk | Self::LastRisk => None,
        }
    }
}

/// Which rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeptGroups {
    /// Those whose last risk is higher than their first.
    RiskClimbs,
}

/// How rows are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChartKind {
    /// A bar beside each row.
    #[default]
    Bar,
    /// Numbers only.
    None,
}
