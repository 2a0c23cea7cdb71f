//! Properties of diffs over random postures, and the edges that users see.

mod alarm_coverage;
mod alarms;
mod directions;
mod lockouts;
mod logs;
mod lost_ways_in;
mod needs;
mod plans;
mod whole;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::json;

use crate::model::alarm::{Alarm, Beyond};
use crate::model::arbitrary;
use crate::model::client::{Client, Override};
use crate::model::client_setting::ClientSettings;
use crate::model::effective::Direction;
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::model::mode::{FeaturePlan, Mfa, MfaConfiguration, MfaFactor, Mode, Modes};
use crate::model::posture::{Origin, Part, Posture};
use crate::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, PasswordEvent, Response,
    RiskConfiguration,
};
use crate::plan::{Diff, Missing, Setting, WrittenKeys, diff};

/// A policy that writes everything.
pub struct Everything;

impl WrittenKeys for Everything {
    fn writes(&self, _: &Setting) -> bool {
        true
    }

    fn writes_alarm(&self, _: usize, _: &str) -> bool {
        true
    }
}

/// A policy that writes no list of IP exceptions and of alarms only what distinguishes them.
struct Little;

impl WrittenKeys for Little {
    fn writes(&self, _: &Setting) -> bool {
        false
    }

    fn writes_alarm(&self, _: usize, _: &str) -> bool {
        false
    }
}

fn risk() -> BoxedStrategy<RiskConfiguration> {
    let text = select(vec!["one", "another\nbody", "a@x.org"]).prop_map(str::to_owned);
    let list = || {
        let ranges = vec!["192.0.2.0/24", "192.0.2.7/24", "198.51.100.0/25", "2001:db8::/32"];
        let list = subsequence(ranges, 1..=3);
        list.prop_map(|texts| texts.into_iter().map(IpRange::new).collect())
            .boxed()
    };
    let notifications = prop::option::of(arbitrary::notifications(&text.boxed()));
    arbitrary::responses(notifications, list(), list())
        .prop_map(|mut risk| {
            risk.account_takeover
                .take_if(|t| *t == AccountTakeover::default());
            risk
        })
        .boxed()
}

fn client(key: &'static str) -> BoxedStrategy<Client> {
    let own = risk().prop_map(|risk| Override::Own(Box::new(risk)));
    let flows = vec![
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
    ];
    (
        prop_oneof![Just(Override::Inherit), own],
        subsequence(flows, 1..=3),
        any::<bool>(),
    )
        .prop_map(move |(risk, flows, propagate)| Client {
            key: key.to_owned(),
            id: Some(format!("id{key}")),
            risk,
            settings: ClientSettings {
                auth_flows: Some(flows.into_iter().map(ToOwned::to_owned).collect()),
                propagate_user_context: Some(propagate),
                ..ClientSettings::default()
            },
            ..Client::default()
        })
        .boxed()
}

fn alarm() -> BoxedStrategy<Alarm> {
    let metric = select(vec!["AccountTakeoverRisk", "AccountTakeOverRisk", "Risk"]);
    (metric, 1_u32..3, any::<bool>())
        .prop_map(|(metric, threshold, enabled)| Alarm {
            name: Some(format!("{metric} {threshold}")),
            namespace: "AWS/Cognito".to_owned(),
            metric: metric.to_owned(),
            dimensions: [("UserPoolId".to_owned(), "us-west-2_A".to_owned())].into(),
            statistic: "Sum".to_owned(),
            period: 300,
            evaluation_periods: 1,
            threshold: f64::from(threshold),
            comparison: "GreaterThanOrEqualToThreshold".to_owned(),
            treat_missing_data: "notBreaching".to_owned(),
            actions_enabled: enabled,
            actions: vec!["arn:aws:sns:us-west-2:123456789012:a".to_owned()],
            beyond: Beyond::default(),
        })
        .boxed()
}

prop_compose! {
    pub(crate) fn posture()(
        plan in select(vec![FeaturePlan::Lite, FeaturePlan::Plus]),
        standard in select(vec![Mode::Off, Mode::Audit, Mode::Enforced]),
        custom in select(vec![Mode::Off, Mode::Audit, Mode::Enforced]),
        mfa in select(vec![MfaConfiguration::Off, MfaConfiguration::Optional, MfaConfiguration::On]),
        factors in subsequence(vec![MfaFactor::Sms, MfaFactor::SoftwareToken], 0..=2),
        responses in risk(),
        web in client("web"),
        api in client("api"),
        mut alarms in prop::collection::vec(alarm(), 0..2),
        bucket in prop::option::of(select(vec!["arn:aws:s3:::a", "arn:aws:s3:::b"])),
    ) -> Posture {
        // Alarm names are unique in a region.
        alarms.dedup_by(|a, b| a.name == b.name);
        Posture {
            origin: Origin::Observed,
            account: Some("123456789012".into()),
            region: Some("us-west-2".into()),
            pool_id: Some("us-west-2_A".into()),
            feature_plan: Some(plan),
            mode: Modes { standard: Some(standard), custom: Some(custom) },
            mfa: Mfa { configuration: Some(mfa), factors: Some(factors.into_iter().collect()) },
            domain: Some(true),
            responses,
            clients: vec![web, api],
            alarms: Some(alarms),
            log_delivery: Some(LogDelivery {
                user_auth_events: bucket.map(|bucket| Delivery { s3: Some(bucket.into()), ..Delivery::default() }),
                user_notification: None,
            }),
            ..Posture::default()
        }
    }
}

fn without_alarms(diff: &Diff) -> Vec<&Setting> {
    let leaves = diff.changes.iter().map(|change| &change.leaf);
    leaves.filter(|leaf| !matches!(leaf, Setting::Alarm(_))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_pool_differs_in_nothing_from_itself(pool in posture()) {
        let found = diff(&pool, &pool, &Everything);
        prop_assert!(found.is_empty(), "{:?}", found.changes);
        prop_assert!(found.comparison.is_empty());
        prop_assert_eq!(&found.wanted, &pool);
    }

    /// What a policy does not name is not touched.
    #[test]
    fn unnamed_settings_untouched(pool in posture(), other in posture()) {
        let nothing = diff(&Posture::default(), &pool, &Little);
        prop_assert!(nothing.is_empty());
        prop_assert_eq!(&nothing.wanted, &pool);
        // Only the plan is named: everything else stays as it is.
        let only = Posture { feature_plan: other.feature_plan, ..Posture::default() };
        let found = diff(&only, &pool, &Little);
        let expected = Posture { feature_plan: other.feature_plan, ..pool.clone() };
        prop_assert_eq!(&found.wanted, &expected);
    }

    #[test]
    fn making_the_changes_leaves_none(desired in posture(), pool in posture()) {
        let found = diff(&desired, &pool, &Everything);
        let again = diff(&desired, &found.wanted, &Everything);
        prop_assert!(without_alarms(&again).is_empty(), "{:?}", again.changes);
        // And back: a pool that was up to date is undone by the old posture, but for what was not managed.
        let wanted = diff(&found.wanted, &found.wanted, &Everything);
        prop_assert!(wanted.is_empty());
    }

    #[test]
    fn a_weaker_whole_has_a_weaker_change(desired in posture(), pool in posture()) {
        let found = diff(&desired, &pool, &Everything);
        for direction in [Direction::Weaker, Direction::Stronger] {
            let named = found.changes.iter().any(|change| match direction {
                // A change that strengthens here may take something else away.
                Direction::Stronger => change.direction == direction || change.strengthens,
                _ => change.direction == direction,
            });
            prop_assert!(named || !found.comparison.has(direction), "{direction:?} {:#?}", found.comparison);
        }
        let weaker = found.changes.iter().any(|change| change.live_is() == Direction::Weaker);
        prop_assert!(weaker || !found.comparison.has(Direction::Stronger), "{:#?}", found.comparison);
        if found.changes.is_empty() {
            prop_assert!(found.comparison.is_empty());
        }
    }
}

fn enforced(action: Action) -> Posture {
    let response = Response {
        action,
        notify: false,
    };
    Posture {
        origin: Origin::Observed,
        mode: Modes {
            standard: Some(Mode::Enforced),
            custom: None,
        },
        responses: RiskConfiguration {
            account_takeover: Some(AccountTakeover {
                high: Some(response),
                ..AccountTakeover::default()
            }),
            ..RiskConfiguration::default()
        },
        ..Posture::default()
    }
}

/// A laxer live answer is weaker and names the cells.
#[test]
fn laxer_live_response_names_cells() {
    let found = diff(&enforced(Action::Block), &enforced(Action::NoAction), &Little);
    assert_eq!(found.comparison.direction().reversed(), Direction::Weaker);
    let [change] = found.changes.as_slice() else {
        panic!("{:?}", found.changes)
    };
    assert_eq!(change.leaf.pointer().as_str(), "/account_takeover/high");
    assert_eq!(change.direction, Direction::Stronger);
    assert_eq!(change.live, Some(json!({"action": "NO_ACTION", "notify": false})));
    assert_eq!(change.wanted, Some(json!({"action": "BLOCK", "notify": false})));
    assert!(
        change
            .cells
            .iter()
            .any(|cell| cell.what() == "password sign-in at high risk")
    );
}

/// Two changes that weaken only together are both weaker.
#[test]
fn jointly_weakening_changes_both_weaker() {
    let pool = enforced(Action::Block);
    let mut desired = enforced(Action::NoAction);
    desired.mode.standard = Some(Mode::Audit);
    let found = diff(&desired, &pool, &Little);
    assert_eq!(found.comparison.direction(), Direction::Weaker);
    assert!(
        found
            .changes
            .iter()
            .all(|change| change.direction == Direction::Weaker)
    );
    assert_eq!(found.changes.len(), 2);
}

/// Sets and ranges compare as what they mean.
#[test]
fn sets_and_ranges_compared_by_meaning() {
    let with = |text: &str| {
        let mut posture = enforced(Action::Block);
        posture.responses.risk_exceptions = Some(RiskExceptions {
            always_block: vec![IpRange::new(text)],
            always_allow: Vec::new(),
        });
        posture.responses.compromised_credentials = Some(CompromisedCredentials {
            action: CompromisedAction::Block,
            events: if text.ends_with("7/24") {
                std::collections::BTreeSet::new()
            } else {
                PasswordEvent::ALL.into()
            },
        });
        posture
    };
    assert!(diff(&with("192.0.2.0/24"), &with("192.0.2.7/24"), &Everything).is_empty());
    let found = diff(&with("192.0.2.0/24"), &with("192.0.3.0/24"), &Everything);
    assert_eq!(found.changes.len(), 1);
    // A list that the policy does not write is not managed.
    assert!(diff(&with("192.0.2.0/24"), &with("192.0.3.0/24"), &Little).is_empty());
}

fn named(key: &str, id: &str, risk: Override) -> Client {
    Client {
        key: key.to_owned(),
        id: (!id.is_empty()).then(|| id.to_owned()),
        risk,
        ..Client::default()
    }
}

/// Clients are found by id or name and the rest is spoken of too.
#[test]
fn clients_matched_by_id_or_name() {
    let own = || Override::Own(Box::default());
    let pool = Posture {
        clients: vec![
            named("web", "w1", own()),
            named("twin (t1)", "t1", Override::Inherit),
            named("twin (t2)", "t2", own()),
            named("other", "o1", own()),
        ],
        ..enforced(Action::Block)
    };
    let desired = Posture {
        clients: vec![
            named("front", "w1", Override::Inherit),
            named("twin", "", Override::Inherit),
            named("lost", "", Override::Inherit),
        ],
        other_clients: Some(named("*", "", Override::Inherit)),
        ..Posture::default()
    };
    let found = diff(&desired, &pool, &Little);
    let expected = [
        ("twin".to_owned(), Missing::Ambiguous),
        ("lost".to_owned(), Missing::Gone),
    ];
    assert_eq!(found.missing, expected);
    let leaves: Vec<_> = found.changes.iter().map(|change| change.leaf.clone()).collect();
    let over = |key: &str| Setting::Override(key.to_owned());
    assert_eq!(leaves, [over("front"), over("twin (t2)"), over("other")]);
    assert!(
        found
            .changes
            .iter()
            .all(|change| change.wanted == Some(json!("inherit")))
    );
}

/// A step down is one, whatever the responses are that nobody could read.
#[test]
fn lower_mode_weaker_without_responses() {
    let mut pool = enforced(Action::NoAction);
    pool.responses = RiskConfiguration::default();
    pool.unread = [Part::Responses].into();
    let mut desired = Posture::default();
    for to in [Mode::Audit, Mode::Off] {
        desired.mode.standard = Some(to);
        let found = diff(&desired, &pool, &Little);
        let found: Vec<_> = found.changes.iter().map(|change| change.direction).collect();
        assert_eq!(found, [Direction::Weaker], "{to:?}");
    }
}

/// What was not read is unseen and never a change.
#[test]
fn unread_parts_unseen_not_changed() {
    let mut pool = enforced(Action::NoAction);
    pool.unread = [Part::Responses, Part::Clients, Part::Alarms].into();
    pool.clients = vec![
        named("web", "w1", Override::Unknown),
        named("api", "a1", Override::Inherit),
    ];
    let mut desired = enforced(Action::Block);
    desired.clients = vec![
        named("web", "", Override::Inherit),
        named("api", "", Override::Inherit),
        named("new", "", Override::Inherit),
    ];
    desired.alarms = Some(Vec::new());
    let found = diff(&desired, &pool, &Little);
    assert!(found.changes.is_empty(), "{:?}", found.changes);
    assert_eq!(found.missing, []);
    let pointers: Vec<_> = found
        .unseen
        .iter()
        .map(|leaf| leaf.pointer().to_string())
        .collect();
    assert_eq!(
        pointers,
        ["/account_takeover/high", "/clients/web", "/clients/new"]
    );
    // What is said of every other client is not said of nobody.
    desired.clients.clear();
    desired.other_clients = Some(named("*", "", Override::Inherit));
    pool.clients.clear();
    let found = diff(&desired, &pool, &Little);
    let last = found.unseen.last().map(|leaf| leaf.pointer().to_string());
    assert_eq!(last.as_deref(), Some("/clients/*"));
    pool.unread.remove(&Part::Clients);
    assert!(
        !diff(&desired, &pool, &Little)
            .unseen
            .contains(&Setting::Override("*".into()))
    );
}
