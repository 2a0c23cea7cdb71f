//! MFA settings that cannot hold together: the service refuses them, or does not take a part of them.

use crate::model::mode::{Mfa, MfaConfiguration, MfaFactor};

/// Why a pool cannot have some MFA settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MfaFault {
    /// The key under `mfa` that has to change: `configuration` or `factors`.
    pub field: &'static str,
    /// What: a sentence without its full stop.
    pub message: String,
    /// What to do, imperative.
    pub help: String,
    /// Whether it is not confirmed that the service refuses it.
    pub unconfirmed: bool,
}

/// Factors that the service counts when it decides whether MFA can be on: the blocks of `SetUserPoolMfaConfig` for text
/// messages, apps and email. A passkey is a first factor that may satisfy MFA as well.
const SECOND: [MfaFactor; 3] = [MfaFactor::Sms, MfaFactor::SoftwareToken, MfaFactor::Email];

impl Mfa {
    /// Why these settings cannot hold together; `None` where they can, or where one of them is unknown.
    ///
    /// The service refuses MFA that is on without a factor ("can't turn on MFA without configuring an MFA") and MFA that is
    /// off with one ("can't turn off MFA and configure an MFA together";
    /// docs/facts.md, "`SetUserPoolMfaConfig` replaces all factors"). What it does where
    /// passkeys are the only factor is not confirmed.
    pub fn impossible(&self) -> Option<MfaFault> {
        let (configuration, factors) = (self.configuration?, self.factors.as_ref()?);
        let second = SECOND.iter().any(|factor| factors.contains(factor));
        match configuration {
            MfaConfiguration::Off if factors.is_empty() => None,
            MfaConfiguration::Off => Some(MfaFault {
                field: "factors",
                message: "with MFA `OFF` no factor can be on".to_owned(),
                help: "write `factors: []`, or `configuration: OPTIONAL`".to_owned(),
                unconfirmed: !second,
            }),
            MfaConfiguration::Optional | MfaConfiguration::On if second => None,
            on => {
                let word = if on == MfaConfiguration::On {
                    "ON"
                } else {
                    "OPTIONAL"
                };
                let none = factors.is_empty();
                Some(MfaFault {
                    field: "configuration",
                    message: if none {
                        format!("MFA cannot be `{word}` without a factor")
                    } else {
                        format!("MFA may not be able to be `{word}` with passkeys as the only factor")
                    },
                    help: "add `SOFTWARE_TOKEN` to `factors`".to_owned(),
                    unconfirmed: !none,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(
        configuration: Option<MfaConfiguration>,
        factors: Option<&[MfaFactor]>,
    ) -> Option<(&'static str, bool)> {
        let mfa = Mfa {
            configuration,
            factors: factors.map(|factors| factors.iter().copied().collect()),
        };
        mfa.impossible().map(|fault| (fault.field, fault.unconfirmed))
    }

    #[test]
    fn every_combination() {
        use MfaConfiguration::{Off, On, Optional};
        use MfaFactor::{Email, Sms, SoftwareToken, WebAuthn};
        let all = [Sms, SoftwareToken, Email, WebAuthn];
        for bits in 0_u8..16 {
            let on = |index: &usize| bits & (1 << index) != 0;
            let factors: Vec<_> = (0..4).filter(on).map(|index| all[index]).collect();
            let second = factors.iter().any(|factor| *factor != WebAuthn);
            let off = (!factors.is_empty()).then_some(("factors", !second));
            assert_eq!(found(Some(Off), Some(&factors)), off, "{factors:?}");
            let lacks = (!second).then_some(("configuration", !factors.is_empty()));
            for configuration in [On, Optional] {
                assert_eq!(found(Some(configuration), Some(&factors)), lacks, "{factors:?}");
            }
            assert_eq!(found(None, Some(&factors)), None, "the configuration is unknown");
        }
        for configuration in [None, Some(Off), Some(Optional), Some(On)] {
            assert_eq!(found(configuration, None), None, "the factors are unknown");
        }
    }
}
