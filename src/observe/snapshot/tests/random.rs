//! Estates of any shape.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

use crate::model::alarm::{Alarm, Beyond, OtherAlarm, WarmUp, Watched};
use crate::model::arbitrary;
use crate::model::client::Client;
use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::model::mode::{FeaturePlan, Mfa, MfaConfiguration, MfaFactor, Mode, Modes};
use crate::model::observed::{Estate, Failure, Observed, Unreachable, Unread};
use crate::model::posture::{Origin, Part, Posture, SeenMetric, Topic};
use crate::model::response::RiskConfiguration;

/// Short texts, hostile ones and mail addresses among them.
pub(super) fn text() -> BoxedStrategy<String> {
    prop_oneof![
        ".{0,6}",
        Just("\u{1b}[31m\"\\\u{0}\u{2028}".to_owned()),
        Just("Doe <j.doe@example.com>".to_owned()),
        "[a-c]",
    ]
    .boxed()
}

/// What people do not write freely: words of the services.
fn word() -> BoxedStrategy<String> {
    prop_oneof![".{0,3}", "[a-z0-9_-]{0,6}"]
        .prop_filter("no mail address", |word| !word.contains('@'))
        .boxed()
}

fn maybe<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    prop::option::of(strategy)
}

fn one<T: Clone + std::fmt::Debug + 'static>(of: impl Into<Vec<T>>) -> impl Strategy<Value = T> {
    prop::sample::select(of.into())
}

fn map() -> BoxedStrategy<BTreeMap<String, String>> {
    prop::collection::btree_map(word(), text(), 0..3).boxed()
}

fn set() -> BoxedStrategy<BTreeSet<String>> {
    prop::collection::btree_set(text(), 0..3).boxed()
}

fn words() -> BoxedStrategy<BTreeSet<String>> {
    prop::collection::btree_set(word(), 0..3).boxed()
}

fn risk() -> BoxedStrategy<RiskConfiguration> {
    let ranges = || arbitrary::ranges(word());
    arbitrary::responses(maybe(arbitrary::notifications(&text())), ranges(), ranges())
}

fn client() -> BoxedStrategy<Client> {
    let parts = (
        text(),
        maybe(text()),
        arbitrary::overriding(risk()),
        maybe(words()),
        maybe(words()),
        maybe(set()),
        maybe(any::<bool>()),
        maybe(any::<bool>()),
    );
    parts
        .prop_map(
            |(
                key,
                id,
                risk,
                auth_flows,
                oauth_flows,
                identity_providers,
                propagate_user_context,
                has_secret,
            )| Client {
                key,
                id,
                risk,
                settings: serde_json::from_value(json!({
                    "auth_flows": auth_flows, "oauth_flows": oauth_flows, "identity_providers": identity_providers,
                    "propagate_user_context": propagate_user_context,
                }))
                .unwrap(),
                has_secret,
            },
        )
        .boxed()
}

fn alarm() -> BoxedStrategy<Alarm> {
    let words = [word(), word(), word(), word(), word()].map(Strategy::boxed);
    let numbers = (
        any::<u32>(),
        any::<u32>(),
        prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::SUBNORMAL,
    );
    let rest = (
        any::<bool>(),
        prop::collection::vec(text(), 0..3),
        maybe(text()),
        map(),
        beyond(),
    );
    (words, numbers, rest)
        .prop_map(
            |(
                words,
                (period, evaluation_periods, threshold),
                (actions_enabled, actions, name, dimensions, beyond),
            )| {
                let [namespace, metric, statistic, comparison, treat_missing_data] = words;
                Alarm {
                    name,
                    namespace,
                    metric,
                    dimensions,
                    statistic,
                    period,
                    evaluation_periods,
                    threshold,
                    comparison,
                    treat_missing_data,
                    actions_enabled,
                    actions,
                    beyond,
                }
            },
        )
        .boxed()
}

fn beyond() -> BoxedStrategy<Beyond> {
    let warm_up = (any::<u32>(), any::<bool>()).prop_map(|(minutes, lasts)| WarmUp { minutes, lasts });
    let numbers = (maybe(any::<u32>()), maybe(warm_up), any::<bool>());
    let unknown = proptest::collection::vec(text(), 0..2);
    (numbers, maybe(word()), maybe(word()), maybe(text()), unknown)
        .prop_map(
            |((datapoints_to_alarm, warm_up, is_other_kind), unit, low_samples, wall_clock, unknown)| {
                Beyond {
                    datapoints_to_alarm,
                    unit,
                    low_samples,
                    warm_up,
                    wall_clock,
                    is_other_kind,
                    unknown,
                }
            },
        )
        .boxed()
}

fn other_alarm() -> BoxedStrategy<OtherAlarm> {
    let on = prop_oneof![
        text().prop_map(Watched::Alarms),
        text().prop_map(Watched::Query),
        text().prop_map(Watched::Expression),
    ];
    (text(), on, any::<bool>(), prop::collection::vec(text(), 0..3))
        .prop_map(|(name, on, actions_enabled, actions)| OtherAlarm {
            name,
            on,
            actions_enabled,
            actions,
        })
        .boxed()
}

fn logs() -> BoxedStrategy<LogDelivery> {
    let delivery = || {
        let parts = (maybe(word()), maybe(text()), maybe(text()), maybe(text()));
        maybe(parts.prop_map(|(level, cloudwatch_logs, s3, firehose)| Delivery {
            level,
            cloudwatch_logs,
            s3,
            firehose,
            nowhere: false,
        }))
    };
    let both = (delivery(), delivery());
    both.prop_map(|(user_auth_events, user_notification)| LogDelivery {
        user_auth_events,
        user_notification,
    })
    .boxed()
}

fn unread() -> BoxedStrategy<Unread> {
    let parts = (one(Part::ALL), maybe(text()), word(), one(Failure::ALL), text());
    parts
        .prop_map(|(part, client, operation, failure, detail)| Unread {
            part,
            client,
            operation,
            failure,
            detail,
        })
        .boxed()
}

fn mode() -> BoxedStrategy<Option<Mode>> {
    maybe(one([Mode::Off, Mode::Audit, Mode::Enforced])).boxed()
}

fn surroundings() -> BoxedStrategy<Posture> {
    let topic = prop_oneof![
        Just(Topic::Missing),
        Just(Topic::Hidden),
        any::<(u32, u32)>().prop_map(|(confirmed, pending)| Topic::Found { confirmed, pending }),
    ];
    let metric = (word(), map(), any::<bool>()).prop_map(|(name, dimensions, older)| SeenMetric {
        name,
        dimensions,
        older,
    });
    let parts = (
        maybe(prop::collection::vec(alarm(), 0..3)),
        maybe(logs()),
        prop::collection::btree_map(text(), topic, 0..3),
        maybe(prop::collection::vec(metric, 0..3)),
        maybe(prop::collection::vec(other_alarm(), 0..3)),
    );
    parts
        .prop_map(
            |(alarms, log_delivery, topics, seen_metrics, other_alarms)| Posture {
                origin: Origin::Observed,
                alarms,
                other_alarms,
                log_delivery,
                topics,
                seen_metrics,
                ..Posture::default()
            },
        )
        .boxed()
}

fn posture() -> BoxedStrategy<Posture> {
    let plan = maybe(one([
        FeaturePlan::Lite,
        FeaturePlan::Essentials,
        FeaturePlan::Plus,
    ]));
    let mfa = maybe(one([
        MfaConfiguration::Off,
        MfaConfiguration::On,
        MfaConfiguration::Optional,
    ]));
    let factor = one([
        MfaFactor::Sms,
        MfaFactor::SoftwareToken,
        MfaFactor::Email,
        MfaFactor::WebAuthn,
    ]);
    let factors = maybe(prop::collection::btree_set(factor, 0..3));
    let places = (maybe(word()), maybe(word()));
    let triggers = maybe(prop::collection::btree_set(word(), 0..3));
    let settings = (plan, mode(), mode(), mfa, factors, maybe(any::<bool>()), triggers);
    let protection = (risk(), prop::collection::vec(client(), 0..3));
    (surroundings(), places, settings, protection)
        .prop_map(|(rest, (account, region), settings, (responses, clients))| {
            let (feature_plan, standard, custom, configuration, factors, domain, triggers) = settings;
            Posture {
                account,
                region,
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
                ..rest
            }
        })
        .boxed()
}

fn pool() -> BoxedStrategy<Observed> {
    let modified = maybe(
        (-62_135_596_800_000_000_i64..253_402_300_799_000_000)
            .prop_map(|us| Timestamp::from_microsecond(us).unwrap()),
    );
    let parts = (
        text(),
        map(),
        posture(),
        modified,
        maybe(any::<u64>()),
        prop::collection::vec(unread(), 0..3),
    );
    parts
        .prop_map(
            |(name, tags, mut posture, last_modified, estimated_users, unread)| {
                posture.unread = unread.iter().map(|unread| unread.part).collect();
                Observed {
                    name,
                    tags,
                    posture,
                    created: last_modified.filter(|at| at.as_second() % 2 == 0),
                    last_modified,
                    estimated_users,
                    unread,
                }
            },
        )
        .boxed()
}

/// An estate whose pools have ids of their own.
pub(super) fn estate() -> BoxedStrategy<Estate> {
    let place = (
        maybe(word()),
        word(),
        maybe(word()),
        word(),
        one(Failure::ALL),
        text(),
    );
    let unreachable = place.prop_map(
        |(account, region, pool, operation, failure, detail)| Unreachable {
            account,
            region,
            pool,
            operation,
            failure,
            detail,
        },
    );
    let parts = (
        prop::collection::vec(pool(), 0..3),
        prop::collection::vec(word(), 0..3),
        prop::collection::vec(unreachable, 0..3),
        prop::collection::vec(word(), 0..2),
    );
    parts
        .prop_map(|(mut pools, missing, unreachable, endpoints)| {
            for (number, pool) in pools.iter_mut().enumerate() {
                pool.posture.pool_id = Some(format!("us-west-2_{number}"));
            }
            Estate {
                pools,
                missing,
                unreachable,
                endpoints,
                ..Estate::default()
            }
        })
        .boxed()
}
