//! The metrics that threat protection publishes. docs/facts.md, "Threat-protection metrics" and "Spelling of metrics".

use strum::VariantArray as _;

use crate::ident::all;
use crate::text;

crate::ident::spelled!(ThreatMetric);

/// The namespace of Cognito's metrics.
pub const NAMESPACE: &str = "AWS/Cognito";

/// CloudWatch's own statistics; all others are its extended ones.
pub const STATISTICS: [&str; 5] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

/// Values of the dimension `Operation`: documented for `CompromisedCredentialRisk`, used in the
/// field for the others.
pub const OPERATIONS: [&str; 3] = ["PasswordChange", "SignIn", "SignUp"];

/// Values of the dimension `RiskLevel` as the documentation has them. `High`, `Medium` and `Low`
/// are seen in the field as well; which are published is unconfirmed.
pub const RISK_LEVELS: [&str; 3] = ["high", "medium", "low"];

/// Cognito's other metrics, which have the dimensions `UserPool` and `UserPoolClient`.
pub(super) const OTHER_FAMILY: [&str; 8] = [
    "SignInSuccesses",
    "SignInThrottles",
    "SignUpSuccesses",
    "SignUpThrottles",
    "TokenRefreshSuccesses",
    "TokenRefreshThrottles",
    "FederationSuccesses",
    "FederationThrottles",
];

/// Spellings that other sources print: which is published is unconfirmed.
pub(super) const OTHER_SPELLINGS: [&str; 2] = ["AccountTakeOverRisk", "CompromisedCredentialsRisk"];

/// `[\w-]+_[0-9a-zA-Z]+`, at most 55 characters. docs/facts.md, "Ids, names and ARNs".
pub fn is_pool_id(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.len() <= 55
        && text.rsplit_once('_').is_some_and(|(region, id)| {
            !region.is_empty()
                && region.chars().all(word)
                && !id.is_empty()
                && id.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

/// A metric of threat protection.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::VariantArray,
)]
pub enum ThreatMetric {
    /// Leaked or guessed passwords.
    CompromisedCredentialRisk,
    /// Adaptive authentication's risks.
    AccountTakeoverRisk,
    /// Requests blocked because of the configuration.
    OverrideBlock,
    /// Requests with a risk.
    Risk,
    /// Requests without.
    NoRisk,
}

impl ThreatMetric {
    /// All of them.
    pub const ALL: [Self; 5] = all(Self::VARIANTS);

    /// The dimensions it is published with; CloudWatch wants them all, and no other.
    pub fn dimensions(self) -> &'static [&'static str] {
        match self {
            Self::Risk | Self::NoRisk => &["Operation", "UserPoolId"],
            _ => &["Operation", "RiskLevel", "UserPoolId"],
        }
    }

    /// The metric that a name means, however it is spelt: case and punctuation do not count, and
    /// in the long names a slip does not either. `None` for anything else, Cognito's other metrics
    /// included.
    pub fn meant(name: &str) -> Option<Self> {
        if OTHER_FAMILY.contains(&name) {
            return None;
        }
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let same = |m: &Self| m.as_str().eq_ignore_ascii_case(&plain);
        if let Some(found) = Self::ALL.into_iter().find(same) {
            return Some(found);
        }
        let near = text::nearest(&plain, Self::LONG.map(Self::as_str))?;
        let close = strsim::osa_distance(&plain, &near.to_ascii_lowercase()) <= MOST_SLIPS;
        Self::LONG
            .into_iter()
            .find(|metric| close && metric.as_str() == near)
    }

    /// Names long enough that a slip in them can be distinguished from another word.
    const LONG: [Self; 3] = [
        Self::CompromisedCredentialRisk,
        Self::AccountTakeoverRisk,
        Self::OverrideBlock,
    ];

    /// Whether the name alone shows that Cognito's metric is meant, whatever the namespace.
    pub(super) fn is_distinctive(self) -> bool {
        matches!(self, Self::CompromisedCredentialRisk | Self::AccountTakeoverRisk)
    }
}

/// Most edits that still are a slip.
const MOST_SLIPS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_what_they_mean() {
        use ThreatMetric::{AccountTakeoverRisk, CompromisedCredentialRisk, NoRisk, OverrideBlock, Risk};
        for metric in ThreatMetric::ALL {
            assert_eq!(ThreatMetric::meant(metric.as_str()), Some(metric));
        }
        for (name, meant) in [
            ("AccountTakeOverRisk", Some(AccountTakeoverRisk)),
            ("CompromisedCredentialsRisk", Some(CompromisedCredentialRisk)),
            ("compromised-credential-risk", Some(CompromisedCredentialRisk)),
            ("AccountTakoverRisk", Some(AccountTakeoverRisk)),
            ("OverideBlock", Some(OverrideBlock)),
            ("RISK", Some(Risk)),
            ("no_risk", Some(NoRisk)),
            ("Disk", None),
            ("Risks", None),
            ("SignInSuccesses", None),
            ("AccountLockoutCount", None),
            ("", None),
            ("日本", None),
        ] {
            assert_eq!(ThreatMetric::meant(name), meant, "{name}");
        }
        assert!(
            OTHER_FAMILY
                .iter()
                .all(|name| ThreatMetric::meant(name).is_none())
        );
        assert!(
            OTHER_SPELLINGS
                .iter()
                .all(|name| ThreatMetric::meant(name).is_some())
        );
    }
}
