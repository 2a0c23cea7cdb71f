//! Answers as they are documented, seen in the field, or possible where nobody knows.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::aws::convert::risk::{client_risk, pool_risk};
use crate::aws::error::{CallError, Fault};
use crate::model::arbitrary;
use crate::model::client::Override;
use crate::model::exception::RiskExceptions;
use crate::model::observed::Failure;
use crate::model::response::{AccountTakeover, Action, PasswordEvent, Response, RiskConfiguration};
use crate::plan::RiskSets;

const POOL: &str = "us-west-2_EXAMPLE";
const CLIENT: &str = "1example23456789";

fn answer(members: impl Into<Value>) -> Value {
    let members = members.into();
    json!({ "RiskConfiguration": members })
}

fn error(fault: Fault) -> CallError {
    CallError {
        fault,
        detail: "words".to_owned(),
    }
}

/// Every answer that may mean "nothing is configured".
fn nothing() -> Vec<Result<Value, CallError>> {
    vec![
        Ok(json!({})),
        Ok(answer(json!(null))),
        Ok(answer(json!({}))),
        Ok(answer(json!({"UserPoolId": POOL}))),
        Ok(answer(json!({"UserPoolId": POOL, "ClientId": "ALL"}))),
        Ok(answer(json!({
            "UserPoolId": POOL, "AccountTakeoverRiskConfiguration": {}, "CompromisedCredentialsRiskConfiguration": {},
            "RiskExceptionConfiguration": {}, "LastModifiedDate": 1_687_297_330,
        }))),
        Ok(answer(json!({
            "AccountTakeoverRiskConfiguration": {"Actions": {"LowAction": null, "HighAction": {}}, "NotifyConfiguration": {}},
            "CompromisedCredentialsRiskConfiguration": {"EventFilter": []},
            "RiskExceptionConfiguration": {"BlockedIPRangeList": [], "SkippedIPRangeList": []},
        }))),
        Err(error(Fault::NotFound)),
        Err(error(Fault::AddOnNotEnabled)),
    ]
}

#[test]
fn every_answer_for_nothing_configured() {
    for answer in nothing() {
        assert_eq!(
            pool_risk(answer.clone()),
            Ok(RiskConfiguration::default()),
            "{answer:?}"
        );
        assert_eq!(
            client_risk(answer.clone(), CLIENT),
            Ok(Override::Inherit),
            "{answer:?}"
        );
        let Ok(mut own) = answer else { continue };
        if own["RiskConfiguration"].is_object() {
            own["RiskConfiguration"]["ClientId"] = json!(CLIENT);
            assert_eq!(
                client_risk(Ok(own.clone()), CLIENT),
                Ok(Override::Inherit),
                "{own}"
            );
        }
    }
}

#[test]
fn failures_are_never_nothing() {
    for failure in Failure::ALL {
        let error = error(Fault::Failed(failure));
        assert_eq!(pool_risk(Err(error.clone())), Err(error.clone()));
        assert_eq!(client_risk(Err(error.clone()), CLIENT), Err(error));
    }
}

/// A client's own is told from what it inherits by its id.
#[test]
fn client_override_recognized_by_id() {
    let sections = json!({"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}, "EventFilter": []}});
    let with = |id: Value| {
        let mut members = sections.clone();
        members["ClientId"] = id;
        client_risk(Ok(answer(members)), CLIENT)
    };
    assert!(matches!(with(json!(CLIENT)), Ok(Override::Own(_))));
    for inherited in [json!(null), json!(""), json!("ALL")] {
        assert_eq!(with(inherited), Ok(Override::Inherit));
    }
    for odd in [json!("2other"), json!(7)] {
        assert_eq!(with(odd).unwrap_err().failure(), Failure::NotUnderstood);
    }
    let mut members = sections;
    members["ClientId"] = json!(CLIENT);
    assert_eq!(
        pool_risk(Ok(answer(members))).unwrap_err().failure(),
        Failure::NotUnderstood
    );
}

/// Recorded by others from a live client through Cloud Control (docs/facts.md, "Compromised credentials").
#[test]
fn an_empty_filter_stands_for_all_events() {
    let body = answer(json!({
        "CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}, "EventFilter": []},
        "UserPoolId": POOL, "ClientId": CLIENT,
        "AccountTakeoverRiskConfiguration": {"Actions": {
            "HighAction": {"Notify": false, "EventAction": "BLOCK"},
            "MediumAction": {"Notify": true, "EventAction": "MFA_REQUIRED"},
            "LowAction": {"Notify": false},
        }},
    }));
    let Ok(Override::Own(own)) = client_risk(Ok(body), CLIENT) else {
        panic!("the client's own")
    };
    let compromised = own.compromised_credentials.unwrap();
    assert!(PasswordEvent::ALL.iter().all(|event| compromised.checks(*event)));
    let takeover = own.account_takeover.unwrap();
    assert_eq!(takeover.low, None, "a level without an action");
    assert_eq!(
        takeover.medium,
        Some(Response {
            action: Action::MfaRequired,
            notify: true
        })
    );
    assert_eq!(own.risk_exceptions, None);
}

/// What is not understood is told with its value.
#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn unknown_value_quoted_in_error() {
    let level =
        |level: Value| json!({"AccountTakeoverRiskConfiguration": {"Actions": {"HighAction": level}}});
    for (members, words) in [
        (
            level(json!({"Notify": true, "EventAction": "QUARANTINE"})),
            "HighAction/EventAction is `QUARANTINE`",
        ),
        (
            level(json!({"Notify": "yes", "EventAction": "BLOCK"})),
            "HighAction/Notify is `yes`",
        ),
        (level(json!([])), "HighAction is a list"),
        (
            json!({"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "MFA_REQUIRED"}}}),
            "EventAction is `MFA_REQUIRED`",
        ),
        (
            json!({"CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_OUT"]}}),
            "EventFilter/0 is `SIGN_OUT`",
        ),
        (
            json!({"RiskExceptionConfiguration": {"SkippedIPRangeList": [7]}}),
            "SkippedIPRangeList/0 is 7",
        ),
        (
            json!({"AccountTakeoverRiskConfiguration": {"NotifyConfiguration": {"From": {}}}}),
            "From is an object",
        ),
        (
            json!({"NewSection": {"A": 1}}),
            "/RiskConfiguration/NewSection is an object",
        ),
        (
            json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": [], "BlockedCountryList": ["XX"]}}),
            "/BlockedCountryList is a list",
        ),
        (
            json!({"CompromisedCredentialsRiskConfiguration": {"Mode": "STRICT", "EventFilter": ["SIGN_IN"]}}),
            "/Mode is `STRICT`",
        ),
        (
            json!({"CompromisedCredentialsRiskConfiguration": {"Actions": {"Escalation": "STRICT"}}}),
            "/Actions/Escalation is `STRICT`",
        ),
        (
            level(json!({"Notify": true, "NewAction": "CAPTCHA"})),
            "/HighAction/NewAction is `CAPTCHA`",
        ),
        (
            json!({"AccountTakeoverRiskConfiguration": {"Actions": {"ExtremeAction": {"EventAction": "BLOCK"}}}}),
            "/Actions/ExtremeAction is an object",
        ),
        (
            json!({"AccountTakeoverRiskConfiguration": {"Scores": {"Low": 3}}}),
            "/Scores is an object",
        ),
        (
            json!({"AccountTakeoverRiskConfiguration": {"NotifyConfiguration": {"TemplateSet": "kind"}}}),
            "/TemplateSet is `kind`",
        ),
        (
            json!({"AccountTakeoverRiskConfiguration": {"NotifyConfiguration": {
                "SourceArn": "arn:x", "MfaEmail": {"TemplateId": "t"},
            }}}),
            "/MfaEmail/TemplateId is `t`",
        ),
    ] {
        let trouble = pool_risk(Ok(answer(members))).unwrap_err();
        assert_eq!(trouble.failure(), Failure::NotUnderstood);
        assert!(trouble.detail.contains(words), "{}", trouble.detail);
    }
    assert!(pool_risk(Ok(json!([]))).is_err());
    assert!(pool_risk(Ok(answer(json!("x")))).is_err());
}

fn risk() -> impl Strategy<Value = RiskConfiguration> {
    let text = ".{6,12}".boxed();
    let ranges = || arbitrary::ranges("[0-9a-f.:/]{1,12}");
    let notifications = prop::option::of(arbitrary::notifications(&text));
    // A section that says nothing is not written.
    arbitrary::responses(notifications, ranges(), ranges()).prop_map(|mut risk| {
        risk.account_takeover
            .take_if(|t| *t == AccountTakeover::default());
        risk
    })
}

/// A document of the words that answers are made of, in any arrangement.
fn document() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "RiskConfiguration",
        "ClientId",
        "Actions",
        "HighAction",
        "EventAction",
        "BLOCK",
        "ALL",
        "Notify",
        "EventFilter",
        "AccountTakeoverRiskConfiguration",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i8>().prop_map(Value::from),
        word.clone().prop_map(Value::from)
    ];
    leaf.prop_recursive(6, 32, 4, move |inner| {
        let members = prop::collection::vec((word.clone(), inner.clone()), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            members.prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// What is written is what is read, at both scopes, whatever members the service adds.
    #[test]
    fn reading_undoes_writing(risk in risk()) {
        let sets = RiskSets { pool: Some(POOL.to_owned()), to: risk.clone(), only: None };
        if !sets.resets() {
            let mut body = sets.members(None);
            prop_assert_eq!(pool_risk(Ok(answer(body.clone()))), Ok(settled(&risk)));
            body["NewMember"] = json!({"EventAction": "QUARANTINE"});
            let found = pool_risk(Ok(answer(body)));
            if settled(&risk) == RiskConfiguration::default() {
                prop_assert_eq!(found.unwrap_err().failure(), Failure::NotUnderstood);
            } else {
                prop_assert_eq!(found, Ok(settled(&risk)));
            }
        }
        if !sets.resets() {
            let body = sets.members(Some(CLIENT));
            let own = settled(&risk);
            let wanted = if own == RiskConfiguration::default() { Override::Inherit } else { Override::Own(Box::new(own)) };
            prop_assert_eq!(client_risk(Ok(answer(body)), CLIENT), Ok(wanted));
        }
    }

    /// No document makes it panic, and one that is not understood is reported.
    #[test]
    fn any_document_is_read_or_told(body in document()) {
        for trouble in [pool_risk(Ok(body.clone())).err(), client_risk(Ok(body), CLIENT).err()].into_iter().flatten() {
            prop_assert_eq!(trouble.failure(), Failure::NotUnderstood);
            prop_assert!(!trouble.detail.is_empty());
        }
    }
}

/// A configuration of nothing but empty lists says nothing.
fn settled(risk: &RiskConfiguration) -> RiskConfiguration {
    let only_lists = risk.account_takeover.is_none() && risk.compromised_credentials.is_none();
    let empty = risk
        .risk_exceptions
        .as_ref()
        .is_none_or(|lists| *lists == RiskExceptions::default());
    if only_lists && empty {
        RiskConfiguration::default()
    } else {
        risk.clone()
    }
}
