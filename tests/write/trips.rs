//! Describe, update, describe: nothing but the managed members is different, whatever the service resets.

use std::collections::BTreeSet;
use std::sync::Arc;

use cogward::aws::{Effect, ReadPort, WritePort};
use cogward::model::client_setting::ClientSettings;
use cogward::model::mode::{FeaturePlan, Mode};
use cogward::simulator::{Behaviour, Options, RawMembers, Server, Update};
use cogward::update::{PoolSettings, update_client, update_user_pool};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::random;
use crate::write::support::{CLIENT, POOL, describe, describe_client, ports, start};

/// A simulated service that resets in one of the ways, and the ports to it.
struct Bench {
    server: Server,
    reader: Arc<dyn ReadPort>,
    writer: Arc<dyn WritePort>,
}

const WAYS: [(Update, bool); 3] = [
    (Update::Documented, false),
    (Update::Measured, false),
    (Update::Documented, true),
];

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

fn bench(runtime: &tokio::runtime::Runtime, (update, custom_mode_needs_standard): (Update, bool)) -> Bench {
    let behaviour = Behaviour {
        update,
        custom_mode_needs_standard,
        takes_both_email_messages: true,
        ..Behaviour::default()
    };
    let server = start(Options {
        behaviour,
        ..Options::default()
    });
    let (reader, writer) = runtime.block_on(ports(&server.endpoint()));
    Bench {
        server,
        reader,
        writer,
    }
}

fn modes() -> impl Strategy<Value = Option<Mode>> {
    option::of(select(&[Mode::Off, Mode::Audit, Mode::Enforced]))
}

fn pool_settings() -> impl Strategy<Value = PoolSettings> {
    let plans = select(&[FeaturePlan::Lite, FeaturePlan::Essentials, FeaturePlan::Plus]);
    (option::weighted(0.2, plans), modes(), modes()).prop_map(|(feature_plan, standard, custom)| {
        PoolSettings {
            feature_plan,
            standard,
            custom,
        }
    })
}

/// What a pool must be after an update, said in another way than the update is made.
fn wanted(mut pool: Value, set: PoolSettings) -> Value {
    if let Some(plan) = set.feature_plan {
        pool["UserPoolTier"] = json!(plan);
    }
    let had = pool.get("UserPoolAddOns").is_some();
    if let Some(mode) = set.standard
        && (had || mode != Mode::Off)
    {
        pool["UserPoolAddOns"]["AdvancedSecurityMode"] = json!(mode);
    }
    match set.custom {
        Some(Mode::Off) => {
            let add_ons = pool.get_mut("UserPoolAddOns").and_then(Value::as_object_mut);
            if let Some(Value::Object(flows)) =
                add_ons.and_then(|a| a.get_mut("AdvancedSecurityAdditionalFlows"))
            {
                flows.remove("CustomAuthMode");
            }
        }
        Some(mode) => {
            pool["UserPoolAddOns"]["AdvancedSecurityAdditionalFlows"]["CustomAuthMode"] = json!(mode);
            let add_ons = pool["UserPoolAddOns"].as_object_mut().unwrap();
            add_ons.entry("AdvancedSecurityMode").or_insert(json!("OFF"));
        }
        None => {}
    }
    without_dates(pool)
}

/// Without what every update changes, and without an empty list of flows, which is as good as none.
fn without_dates(mut members: Value) -> Value {
    let object = members.as_object_mut().unwrap();
    object.remove("LastModifiedDate");
    if let Some(Value::Object(add_ons)) = object.get_mut("UserPoolAddOns")
        && add_ons.get("AdvancedSecurityAdditionalFlows") == Some(&json!({}))
    {
        add_ons.remove("AdvancedSecurityAdditionalFlows");
    }
    members
}

/// Where a custom mode needs a standard one, no pool has the one without the other.
fn legal(mut pool: RawMembers, needs_standard: bool) -> RawMembers {
    if let Some(add_ons) = pool.get_mut("UserPoolAddOns")
        && needs_standard
        && add_ons["AdvancedSecurityMode"] == json!("OFF")
    {
        add_ons["AdvancedSecurityAdditionalFlows"] = json!({});
    }
    pool
}

async fn pool_trip(bench: &Bench, pool: RawMembers, set: PoolSettings) -> Result<bool, TestCaseError> {
    bench
        .server
        .change(|world| world.pool_mut(POOL).unwrap().user_pool = pool);
    let (stored, before) = (bench.server.world(), describe(&*bench.reader).await);
    let update = match update_user_pool(&before, set, &[]) {
        Ok(update) => update,
        // What `LITE` does not have is refused before the call.
        Err(refusal)
            if refusal
                .to_string()
                .contains("the feature plan `LITE` does not have") =>
        {
            return Ok(false);
        }
        Err(refusal) => return Err(TestCaseError::fail(refusal.to_string())),
    };
    let result = bench.writer.update_user_pool(&update.body).await;
    let after = describe(&*bench.reader).await;
    if let Err(error) = result {
        // What the plan does not have is refused, and nothing is different then.
        prop_assert_eq!(error.effect, Effect::Refused);
        prop_assert!(!update.changed.is_empty(), "what is there is taken back: {error}");
        prop_assert_eq!(stored, bench.server.world());
        return Ok(false);
    }
    let changes = without_dates(before.clone()) != without_dates(after.clone());
    prop_assert_eq!(&without_dates(after), &wanted(before, set));
    prop_assert_eq!(changes, !update.changed.is_empty());
    Ok(true)
}

/// An update of a pool changes what is managed and nothing else.
#[test]
fn pool_update_changes_managed_only() {
    let runtime = runtime();
    for way in WAYS {
        let bench = bench(&runtime, way);
        let taken = std::cell::Cell::new(0);
        let mut runner = TestRunner::new(Config {
            cases: 200,
            failure_persistence: None,
            ..Config::default()
        });
        let trips = runner.run(&(random::pool(), pool_settings()), |(pool, set)| {
            let through = runtime.block_on(pool_trip(&bench, legal(pool, way.1), set))?;
            taken.set(taken.get() + u32::from(through));
            Ok(())
        });
        trips.unwrap_or_else(|error| panic!("{way:?}: {error}"));
        assert!(taken.get() > 60, "{way:?}: {} updates were taken", taken.get());
    }
}

fn client_settings() -> impl Strategy<Value = ClientSettings> {
    let set = |items: &'static [&'static str]| {
        let some = subsequence(items, 0..=items.len());
        option::of(some.prop_map(|items| items.into_iter().map(str::to_owned).collect::<BTreeSet<_>>()))
    };
    let all = (
        set(&["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_AUTH"]),
        set(&["code", "implicit"]),
        set(&["COGNITO", "Facebook"]),
        option::of(any::<bool>()),
    );
    all.prop_map(
        |(auth_flows, oauth_flows, identity_providers, propagate_user_context)| {
            serde_json::from_value(json!({
                "auth_flows": auth_flows, "oauth_flows": oauth_flows, "identity_providers": identity_providers,
                "propagate_user_context": propagate_user_context,
            }))
            .unwrap()
        },
    )
}

/// Whether a list has what is wanted, in any order, or as it was where nothing is.
fn as_wanted(before: &Value, after: &Value, name: &str, wanted: Option<&BTreeSet<String>>) -> bool {
    match wanted {
        None => before[name] == after[name],
        Some(wanted) => {
            let list = after[name].as_array().into_iter().flatten();
            let found: Vec<_> = list.filter_map(Value::as_str).collect();
            found.len() == wanted.len() && found.iter().all(|item| wanted.contains(*item))
        }
    }
}

async fn client_trip(bench: &Bench, client: RawMembers, set: &ClientSettings) -> Result<(), TestCaseError> {
    bench.server.change(|world| {
        let clients = &mut world.pool_mut(POOL).unwrap().clients;
        clients.insert(CLIENT.into(), client)
    });
    let before = describe_client(&*bench.reader).await;
    let update =
        update_client(&before, set, &[]).map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
    bench.writer.update_user_pool_client(&update.body).await.unwrap();
    let after = describe_client(&*bench.reader).await;
    let lists = [
        ("ExplicitAuthFlows", &set.auth_flows),
        ("AllowedOAuthFlows", &set.oauth_flows),
        ("SupportedIdentityProviders", &set.identity_providers),
    ];
    for (name, wanted) in lists {
        prop_assert!(
            as_wanted(&before, &after, name, wanted.as_ref()),
            "{name}: {after}"
        );
    }
    let flag = "EnablePropagateAdditionalUserContextData";
    prop_assert_eq!(
        &after[flag],
        &set.propagate_user_context
            .map_or(before[flag].clone(), Value::from)
    );
    let rest = |client: &Value| {
        let mut rest = client.as_object().unwrap().clone();
        rest.retain(|name, _| {
            *name != "LastModifiedDate" && *name != flag && lists.iter().all(|(list, _)| name != list)
        });
        rest
    };
    prop_assert_eq!(rest(&before), rest(&after));
    let stored = bench.server.world();
    let secret = &stored.pool(POOL).unwrap().clients[CLIENT]["ClientSecret"];
    prop_assert_eq!(secret, &json!(crate::write::support::SECRET));
    Ok(())
}

/// An update of a client changes what is managed and nothing else.
#[test]
fn client_update_changes_managed_only() {
    let runtime = runtime();
    for update in [Update::Documented, Update::Measured] {
        let bench = bench(&runtime, (update, false));
        let mut runner = TestRunner::new(Config {
            cases: 150,
            failure_persistence: None,
            ..Config::default()
        });
        let trips = runner.run(&(random::client(), client_settings()), |(client, set)| {
            runtime.block_on(client_trip(&bench, client, &set))
        });
        trips.unwrap_or_else(|error| panic!("{update:?}: {error}"));
    }
}
