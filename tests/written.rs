//! A posture that is written as a policy and read back is the same posture.
//!
//! The same means: equal, but for what a policy cannot say. Origin, topics, metrics with data and unread parts are
//! of observed pools only; no events of compromised credentials means all of them, and is written so; an empty
//! section and none are one thing; why and until when an address is excepted is not written.

#![expect(clippy::panic, reason = "tests fail loudly")]

use std::collections::{BTreeMap, BTreeSet};

use cogward::app::diff::Policies;
use cogward::fs::Tree;
use cogward::model::alarm::Alarm;
use cogward::model::client::{Client, Override};
use cogward::model::log_delivery::{Delivery, LogDelivery};
use cogward::model::mode::{FeaturePlan, Mfa, MfaConfiguration, MfaFactor, Mode, Modes};
use cogward::model::posture::Posture;
use cogward::model::response::{PasswordEvent, RiskConfiguration};
use cogward::policy::write;
use cogward::rule::catalogue::Catalogue;
use cogward::source::Sources;
use cogward::yaml;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use crate::arbitrary;

/// Texts that YAML is prone to misread, and any others. `$` begins a variable in a policy.
fn text() -> BoxedStrategy<String> {
    prop_oneof![
        "[^$\\p{C}]{1,12}",
        select(vec![
            "no",
            "null",
            "0x1f",
            "1_000",
            "- a",
            "a: b",
            "# c",
            "\"",
            "'",
            "{}",
            "2026-01-01",
            "|",
            "&a",
            "*a",
            "!t",
            "%",
            "a\nb\n",
            "a\r\nb",
            " lead",
            "trail ",
            "\n",
            "ä\u{2028}b",
            "\ttab",
            "?",
            "~",
            "{username}",
            "..."
        ])
        .prop_map(str::to_owned),
    ]
    .boxed()
}

fn range() -> BoxedStrategy<String> {
    prop_oneof![
        (any::<[u8; 4]>(), 1..=32_u8)
            .prop_map(|(ip, bits)| format!("{}/{bits}", std::net::Ipv4Addr::from(ip))),
        (any::<[u8; 16]>(), 1..=128_u8)
            .prop_map(|(ip, bits)| format!("{}/{bits}", std::net::Ipv6Addr::from(ip))),
    ]
    .boxed()
}

/// Responses with at least one level and one section.
fn risk() -> BoxedStrategy<RiskConfiguration> {
    let lists = || arbitrary::ranges(range());
    (
        arbitrary::responses(of(arbitrary::notifications(&text())), lists(), lists()),
        arbitrary::response(),
    )
        .prop_map(|(mut risk, response)| {
            let takeover = risk.account_takeover.get_or_insert_default();
            takeover.high.get_or_insert(response);
            risk
        })
        .boxed()
}

fn words(of: &'static [&'static str]) -> BoxedStrategy<BTreeSet<String>> {
    prop::collection::btree_set(select(of).prop_map(str::to_owned), 0..=of.len()).boxed()
}

fn client() -> BoxedStrategy<Client> {
    let flows = &[
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    ];
    let risk = arbitrary::overriding(risk());
    let sets = (
        of(words(flows)),
        of(words(&["code", "implicit"])),
        of(words(&["COGNITO", "x y"])),
    );
    ("[A-Za-z0-9_+]{1,9}", risk, sets, of(any::<bool>()))
        .prop_map(|(id, risk, sets, propagate_user_context)| Client {
            key: String::new(),
            id: Some(id),
            risk,
            settings: serde_json::from_value(json!({
                "auth_flows": sets.0, "oauth_flows": sets.1, "identity_providers": sets.2,
                "propagate_user_context": propagate_user_context,
            }))
            .unwrap_or_else(|error| panic!("{error}")),
            has_secret: None,
        })
        .boxed()
}

/// Clients under keys of any text but `*`, each with an id of its own.
fn clients() -> BoxedStrategy<Vec<Client>> {
    let keyed = prop::collection::btree_map(text(), client(), 0..4);
    keyed
        .prop_map(|clients| {
            let clients = clients.into_iter().filter(|(key, _)| key != "*").enumerate();
            clients
                .map(|(at, (key, client))| Client {
                    key,
                    id: client.id.map(|id| format!("{id}{at}")),
                    ..client
                })
                .collect()
        })
        .boxed()
}

fn alarm() -> BoxedStrategy<Alarm> {
    let dimensions = prop::collection::btree_map(text(), text(), 1..4);
    // What CloudWatch takes: whole minutes, together at most a day.
    let numbers = (
        (1..=20_u32).prop_map(|minutes| 60 * minutes),
        1..=72_u32,
        -1e6..1e6_f64,
    );
    let one_of = |words: [&'static str; 4]| select(words.to_vec()).prop_map(str::to_owned);
    let comparison = one_of([
        "GreaterThanOrEqualToThreshold",
        "GreaterThanThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
    ]);
    let missing = one_of(["breaching", "notBreaching", "ignore", "missing"]);
    let statistic = one_of(["Sum", "SampleCount", "p99.9", "TM(10%:90%)"]);
    let rest = (any::<bool>(), prop::collection::vec(text(), 0..=5), of(text()));
    (
        [text(), text(), statistic.boxed()],
        (comparison, missing),
        dimensions,
        numbers,
        rest,
    )
        .prop_map(
            |(
                [namespace, metric, statistic],
                (comparison, treat_missing_data),
                dimensions,
                numbers,
                rest,
            )| {
                Alarm {
                    name: rest.2,
                    namespace,
                    metric,
                    dimensions,
                    statistic,
                    period: numbers.0,
                    evaluation_periods: numbers.1,
                    threshold: numbers.2,
                    comparison,
                    treat_missing_data,
                    actions_enabled: rest.0,
                    actions: rest.1,
                    beyond: cogward::model::alarm::Beyond::default(),
                }
            },
        )
        .boxed()
}

fn log_delivery() -> BoxedStrategy<LogDelivery> {
    let to = (of(text()), text()).prop_map(|(level, arn)| Delivery {
        level,
        cloudwatch_logs: Some(arn),
        ..Delivery::default()
    });
    (to.clone(), of(to))
        .prop_map(|(to, user_notification)| LogDelivery {
            user_auth_events: Some(to),
            user_notification,
        })
        .boxed()
}

fn posture() -> BoxedStrategy<Posture> {
    let plan = of(select(vec![
        FeaturePlan::Lite,
        FeaturePlan::Essentials,
        FeaturePlan::Plus,
    ]));
    let mode = of(select(vec![Mode::Off, Mode::Audit, Mode::Enforced]));
    let mfa = of(select(vec![
        MfaConfiguration::Off,
        MfaConfiguration::Optional,
        MfaConfiguration::On,
    ]));
    let factors = prop::collection::btree_set(
        select(vec![MfaFactor::Sms, MfaFactor::SoftwareToken, MfaFactor::Email]),
        0..3,
    );
    let triggers = of(words(&[
        "CustomEmailSender",
        "CustomSMSSender",
        "DefineAuthChallenge",
    ]));
    let settings = (
        plan,
        mode.clone(),
        mode,
        mfa,
        of(factors),
        of(any::<bool>()),
        triggers,
    );
    let alarms = of(prop::collection::vec(alarm(), 0..3)).prop_map(|alarms| {
        // CloudWatch knows an alarm by its name alone, and one without a name gets one from its metric.
        let own = |(at, alarm): (usize, Alarm)| Alarm {
            name: alarm.name.map(|name| format!("{name}{at}")),
            metric: format!("{}{at}", alarm.metric),
            ..alarm
        };
        alarms.map(|alarms| alarms.into_iter().enumerate().map(own).collect::<Vec<_>>())
    });
    (settings, risk(), clients(), alarms, of(log_delivery()))
        .prop_map(
            |(
                (feature_plan, standard, custom, configuration, factors, domain, triggers),
                responses,
                clients,
                alarms,
                log_delivery,
            )| {
                Posture {
                    account: Some("123456789012".to_owned()),
                    region: Some("us-west-2".to_owned()),
                    pool_id: Some("us-west-2_EXAMPLE".to_owned()),
                    feature_plan,
                    mode: Modes { standard, custom },
                    mfa: Mfa {
                        configuration,
                        factors,
                    },
                    domain,
                    triggers,
                    responses,
                    clients,
                    alarms,
                    log_delivery,
                    ..Posture::default()
                }
            },
        )
        .boxed()
}

/// What a policy can say, in one form.
fn sayable(posture: &Posture) -> Posture {
    let mut posture = Posture {
        origin: Posture::default().origin,
        topics: BTreeMap::new(),
        other_alarms: None,
        seen_metrics: None,
        unread: BTreeSet::new(),
        ..posture.clone()
    };
    let own = posture
        .clients
        .iter_mut()
        .filter_map(|client| match &mut client.risk {
            Override::Own(own) => Some(own.as_mut()),
            Override::Unknown | Override::Inherit => None,
        });
    for risk in own.chain([&mut posture.responses]) {
        if let Some(section) = &mut risk.compromised_credentials
            && section.events.is_empty()
        {
            section.events = PasswordEvent::ALL.into();
        }
        risk.risk_exceptions
            .take_if(|lists| lists.always_allow.is_empty() && lists.always_block.is_empty());
    }
    posture
}

fn read(text: &str) -> Posture {
    let mut sources = Sources::default();
    let catalogue = Catalogue::builtin(&mut sources);
    let tree = Tree::new("/nonexistent".into());
    match Policies::read_text(&tree, text, &catalogue, &mut sources) {
        Ok((_, posture)) => posture,
        Err(findings) => {
            let words: Vec<_> = findings.into_iter().map(|finding| finding.message).collect();
            panic!("{words:#?}\n{text}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_written_posture_reads_back_as_it_was(posture in posture()) {
        let text = yaml::to_yaml(&write::document(&posture).into());
        let back = read(&text);
        prop_assert_eq!(sayable(&back), sayable(&posture), "{}", text);
    }
}
