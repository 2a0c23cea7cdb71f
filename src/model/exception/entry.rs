//! The two exception lists as they are written.

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::exception::cidr::{self, CidrCheck};

/// Most entries that a list may have (docs/facts.md, "`SetRiskConfiguration` and its limits").
pub const LIMIT: usize = 200;

/// One entry of an exception list. `text` is what the author wrote and may not be CIDR at all: the
/// rules, not the loader, check it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct IpRange {
    /// As written.
    pub text: String,
    /// Whether the policy used the long form (`{cidr, reason, owner, until}`).
    pub long_form: bool,
    /// Who is responsible for it (long form).
    pub owner: Option<String>,
    /// Last day of the exception (long form), ISO 8601 as written.
    pub until: Option<String>,
}

impl From<String> for IpRange {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<IpRange> for String {
    fn from(range: IpRange) -> Self {
        range.text
    }
}

impl IpRange {
    /// An entry in the short form.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            long_form: false,
            owner: None,
            until: None,
        }
    }

    /// What the text is, and what is wrong with it.
    pub fn parse(&self) -> CidrCheck {
        cidr::check(&self.text)
    }

    /// The range without host bits; `None` where the text is not CIDR.
    pub fn net(&self) -> Option<IpNet> {
        self.parse().net.map(|net| net.trunc())
    }
}

// `RiskExceptionConfiguration`.
/// Exception lists, as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ExceptionsV1")]
pub struct RiskExceptions {
    /// `BlockedIPRangeList`.
    #[schemars(with = "Vec<String>")]
    pub always_block: Vec<IpRange>,
    /// `SkippedIPRangeList`.
    #[schemars(with = "Vec<String>")]
    pub always_allow: Vec<IpRange>,
}
