//! Places of the objects that calls replace, and the leaves that they belong to.

use crate::app::apply::object::Object;
use crate::model::client_setting::ClientSetting;
use crate::model::log_delivery::LogSource;
use crate::plan::{Auth, Holder, RiskSetting, Setting, risk_places};
use crate::pointer::Pointer;

const POOL: [(&str, Setting); 3] = [
    ("/UserPoolTier", Setting::FeaturePlan),
    (
        "/UserPoolAddOns/AdvancedSecurityMode",
        Setting::Mode(Auth::Standard),
    ),
    (
        "/UserPoolAddOns/AdvancedSecurityAdditionalFlows/CustomAuthMode",
        Setting::Mode(Auth::Custom),
    ),
];

/// The leaves that a place of an object belongs to, where the object's client goes by a key: none for a place of which
/// no policy speaks.
pub(super) fn leaves(object: &Object, key: &str, place: &Pointer) -> Vec<Setting> {
    let is_at = |at: &str| Pointer::parse(at).is_some_and(|at| touch(&at, place));
    match object {
        Object::Pool => {
            let found = POOL.into_iter().filter(|(at, _)| is_at(at));
            found.map(|(_, leaf)| leaf).collect()
        }
        Object::Mfa if is_at("/MfaConfiguration") => vec![Setting::Mfa],
        Object::Mfa => vec![Setting::MfaFactors],
        Object::Client(_) => {
            let found = ClientSetting::ALL
                .iter()
                .filter(|setting| touch(&Pointer::root().child(setting.member()), place));
            found
                .map(|setting| Setting::Client(key.to_owned(), *setting))
                .collect()
        }
        Object::Risk(client) => {
            let holder = match client {
                None => Holder::Pool,
                Some(_) => Holder::Client(key.to_owned()),
            };
            RiskSetting::all()
                .filter(|leaf| risk_places(*leaf).iter().any(|at| touch(at, place)))
                .map(|leaf| Setting::Risk(holder.clone(), leaf))
                .collect()
        }
        Object::Logs => {
            let is_of = |source: &LogSource| is_at(&format!("/LogConfigurations/{}", source.api_name()));
            LogSource::ALL
                .into_iter()
                .filter(is_of)
                .map(Setting::LogDelivery)
                .collect()
        }
        Object::Alarm(_) => Vec::new(),
    }
}

/// Whether changes of settings show what a call does at a place of an object: everything that policies have words for. A
/// place that a journal names and that they do not show is said by itself.
pub(super) fn is_shown(object: &Object, place: &Pointer) -> bool {
    let is_at = |at: &str| Pointer::parse(at).is_some_and(|at| place.covers(&at) || at == *place);
    match object {
        Object::Pool | Object::Client(_) | Object::Risk(_) => !leaves(object, "", place).is_empty(),
        Object::Mfa => MFA.into_iter().any(is_at),
        Object::Logs => LogSource::ALL.into_iter().any(|source| {
            let entry = format!("/LogConfigurations/{}", source.api_name());
            LOG_MEMBERS
                .into_iter()
                .any(|member| is_at(&format!("{entry}{member}")))
        }),
        Object::Alarm(_) => true,
    }
}

/// What of MFA settings a policy's `mfa` says.
const MFA: [&str; 5] = [
    "/MfaConfiguration",
    "/SoftwareTokenMfaConfiguration/Enabled",
    "/EmailMfaConfiguration",
    "/SmsMfaConfiguration",
    "/WebAuthnConfiguration/FactorConfiguration",
];

/// What of an entry of log delivery a policy says.
const LOG_MEMBERS: [&str; 5] = [
    "/EventSource",
    "/LogLevel",
    "/CloudWatchLogsConfiguration/LogGroupArn",
    "/S3Configuration/BucketArn",
    "/FirehoseConfiguration/StreamArn",
];

/// Whether one of two places is, or holds, the other.
fn touch(one: &Pointer, other: &Pointer) -> bool {
    one.covers(other) || other.covers(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A place belongs to the leaves that it is part of.
    #[test]
    fn leaves_of_a_partial_place() {
        let at = |text: &str| Pointer::parse(text).unwrap();
        let risk = Object::Risk(Some("1".to_owned()));
        let of = |object: &Object, text: &str| -> Vec<String> {
            let found = leaves(object, "web", &at(text));
            found.iter().map(|leaf| leaf.pointer().to_string()).collect()
        };
        let actions = "/AccountTakeoverRiskConfiguration/Actions";
        assert_eq!(
            of(&risk, &format!("{actions}/HighAction/Notify")),
            ["/clients/web/account_takeover/high"]
        );
        assert_eq!(of(&risk, actions).len(), 3);
        for unknown in [
            "/NewSection/A",
            &format!("{actions}/HighAction/Delay"),
            &format!("{actions}/NewAction"),
        ] {
            assert_eq!(of(&risk, unknown), <[&str; 0]>::default(), "{unknown}");
        }
        assert_eq!(of(&Object::Pool, "/UserPoolAddOns").len(), 2);
        assert_eq!(of(&Object::Mfa, "/MfaConfiguration"), ["/mfa/configuration"]);
        assert_eq!(
            of(&Object::Mfa, "/EmailMfaConfiguration/Message"),
            ["/mfa/factors"]
        );
        let logs = "/LogConfigurations/userAuthEvents/S3Configuration/Prefix";
        assert_eq!(of(&Object::Logs, logs), ["/log_delivery/user_auth_events"]);
        let client = Object::Client("1".to_owned());
        assert_eq!(of(&client, "/AllowedOAuthFlows"), ["/clients/web/oauth_flows"]);
    }
}
