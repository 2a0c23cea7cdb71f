//! What is refused, left out and said, case by case.

use super::*;

#[test]
fn what_a_language_replaces_is_refused() {
    let with = |mark: &str| {
        with_text(
            Posture {
                alarms: None,
                ..Posture::default()
            },
            &format!("a {mark}x"),
        )
    };
    for (language, mark) in [
        (Language::CloudFormation, "{{resolve:ssm:/x}}"),
        (Language::Cdk, "{{resolve:ssm:/x}}"),
        (Language::Cdk, "${Token[TOKEN.1]}"),
    ] {
        let refused = text(language, &[exported_to(language, "p", &with(mark))]).unwrap_err();
        assert!(refused.contains("cannot be escaped"), "{refused}");
    }
    for language in [Language::Terraform, Language::AwsCli] {
        assert!(
            text(
                language,
                &[exported_to(language, "p", &with("{{resolve:ssm:/x}}"))]
            )
            .is_ok()
        );
    }
}

#[test]
fn what_a_language_lacks_is_said() {
    let mut asked = Posture {
        feature_plan: Some(FeaturePlan::Plus),
        ..Posture::default()
    };
    asked.mode.custom = Some(Mode::Enforced);
    asked.mfa.factors = Some([MfaFactor::Sms, MfaFactor::Email, MfaFactor::WebAuthn].into());
    let left_out = |language, asked: &Posture| {
        let found = exported_to(language, "p", asked).left_out;
        found
            .into_iter()
            .map(|(at, _)| at.to_string())
            .collect::<Vec<_>>()
    };
    for language in [Language::CloudFormation, Language::Cdk] {
        assert_eq!(left_out(language, &asked), ["/mode/custom"]);
    }
    assert_eq!(
        left_out(Language::Terraform, &asked),
        ["/mode/custom", "/mfa/factors", "/mfa/factors"]
    );
    assert_eq!(
        left_out(Language::AwsCli, &asked),
        ["/feature_plan", "/mode", "/mfa"]
    );
    round_trip(
        Language::CloudFormation,
        "p",
        &Posture {
            mode: crate::model::mode::Modes::default(),
            ..asked
        },
    );
}

/// A call takes deliveries away only where the policy says so.
#[test]
fn cli_removes_delivery_only_on_request() {
    let exported = |logs: LogDelivery| {
        let asked = Posture {
            log_delivery: Some(logs),
            ..Posture::default()
        };
        exported_to(Language::AwsCli, "p", &asked).resources
    };
    assert_eq!(exported(LogDelivery::default()), []);
    let somewhere = || Delivery {
        s3: Some("arn:aws:s3:::logs".to_owned()),
        ..Delivery::default()
    };
    // What the pool delivers of the other source is not known: nothing is written that would remove it.
    for to in [Delivery::to_nowhere(), somewhere()] {
        let alone = LogDelivery {
            user_auth_events: Some(to),
            user_notification: None,
        };
        assert_eq!(exported(alone), []);
    }
    let found = exported(LogDelivery {
        user_auth_events: Some(somewhere()),
        user_notification: Some(Delivery::to_nowhere()),
    });
    let entries = found[0].properties["LogConfigurations"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    let said = "Removes the delivery of user_notification, which the policy sets to none.";
    assert!(found[0].comments.iter().any(|one| one == said), "{found:?}");
}

const LANGUAGES: [Language; 4] = [
    Language::CloudFormation,
    Language::Terraform,
    Language::Cdk,
    Language::AwsCli,
];

fn risk_of(found: &Exported) -> (usize, Vec<String>) {
    let risk = found.resources.iter().filter(|one| one.kind == ExportKind::Risk);
    let left_out = found.left_out.iter().map(|(at, _)| at.to_string());
    (risk.count(), left_out.collect())
}

/// Empty exceptions alone are no resource and no call.
#[test]
fn empty_exceptions_export_nothing() {
    let empty = RiskConfiguration {
        risk_exceptions: Some(RiskExceptions::default()),
        ..RiskConfiguration::default()
    };
    for language in LANGUAGES {
        let asked = Posture {
            responses: empty.clone(),
            ..Posture::default()
        };
        let found = exported_to(language, "p", &asked);
        assert_eq!(
            risk_of(&found),
            (0, vec!["/risk_exceptions".to_owned()]),
            "{language:?}"
        );
    }
}

/// A call is not made for a part of a risk configuration.
#[test]
fn cli_refuses_partial_risk_configuration() {
    let whole = RiskConfiguration {
        account_takeover: Some(AccountTakeover {
            low: Some(Response {
                action: Action::Block,
                notify: false,
            }),
            ..AccountTakeover::default()
        }),
        compromised_credentials: Some(CompromisedCredentials {
            action: CompromisedAction::Block,
            events: BTreeSet::new(),
        }),
        risk_exceptions: Some(RiskExceptions::default()),
    };
    let part = RiskConfiguration {
        risk_exceptions: None,
        ..whole.clone()
    };
    let comment = "removes what the policy does not set: risk_exceptions.";
    for language in LANGUAGES {
        let of = |responses: &RiskConfiguration| {
            let asked = Posture {
                responses: responses.clone(),
                ..Posture::default()
            };
            exported_to(language, "p", &asked)
        };
        // Empty lists are set: nothing is said to be removed against the policy.
        let all = of(&whole);
        assert_eq!(risk_of(&all), (1, Vec::new()), "{language:?}");
        assert!(!format!("{all:?}").contains(comment), "{all:?}");
        let some = of(&part);
        if language == Language::AwsCli {
            let places = ["/account_takeover", "/compromised_credentials"].map(str::to_owned);
            assert_eq!(risk_of(&some), (0, places.to_vec()));
            assert!(
                some.left_out[0].1.ends_with("does not set: risk_exceptions"),
                "{some:?}"
            );
        } else {
            assert_eq!(risk_of(&some), (1, Vec::new()), "{language:?}");
            assert!(format!("{some:?}").contains(comment), "{some:?}");
        }
    }
}

/// What is to be empty is said where no resource says it.
#[test]
fn unexportable_empty_values_reported() {
    let asked = Posture {
        clients: vec![Client {
            key: "web".to_owned(),
            risk: Override::Inherit,
            ..Client::default()
        }],
        log_delivery: Some(LogDelivery {
            user_auth_events: Some(Delivery::to_nowhere()),
            user_notification: Some(Delivery::to_nowhere()),
        }),
        ..Posture::default()
    };
    let places = [
        "/clients/web",
        "/log_delivery/user_auth_events",
        "/log_delivery/user_notification",
    ];
    for language in LANGUAGES {
        let found = exported_to(language, "p", &asked).left_out;
        let found: Vec<_> = found.iter().map(|(at, _)| at.as_str()).collect();
        // The AWS CLI has a call that takes deliveries away.
        let expected = if language == Language::AwsCli {
            &places[..1]
        } else {
            &places
        };
        assert_eq!(found, expected, "{language:?}");
    }
}

/// Names differ in the letters of every language.
#[test]
fn resource_names_differ_by_case() {
    for language in LANGUAGES {
        let mut names = BTreeSet::new();
        let place = |_: &Pointer| (String::new(), 1);
        let mut texts = Vec::new();
        let asked = Posture::default();
        for name in ["IPRange", "IpRange", "OAuth", "Oauth"] {
            let found = exported(language, &policy(name, &asked), &mut names, &place);
            texts.push(found);
        }
        assert_eq!(names.len(), 4, "{names:?}");
        if language == Language::Terraform {
            let body: hcl::Body = hcl::parse(&text(language, &texts).unwrap()).unwrap();
            let labels = body.blocks().map(|block| block.labels()[1].as_str().to_owned());
            assert_eq!(labels.collect::<BTreeSet<_>>().len(), 4);
        }
    }
}

#[test]
fn names_are_identifiers_and_differ() {
    let mut names = BTreeSet::new();
    let place = |_: &Pointer| (String::new(), 1);
    let mut all = Vec::new();
    for name in ["shop prod", "shop-prod", "1st", "日本", "", "new"] {
        let found = exported(
            Language::Terraform,
            &policy(name, &Posture::default()),
            &mut names,
            &place,
        );
        all.extend(found.resources.into_iter().map(|resource| resource.name));
    }
    assert_eq!(
        all,
        [
            "ShopProdPool",
            "ShopProdPool2",
            "P1stPool",
            "PPool",
            "PPool2",
            "NewPool"
        ]
    );
}
