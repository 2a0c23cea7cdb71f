//! Refusals: what AWS is known not to take, and the words that say what would become weaker.

use cogward::app::apply::propose;
use cogward::plan::guard::Permits;
use cogward::proposal::Guard;
use cogward::simulator::{Options, Pool};
use serde_json::{Value, json};

use crate::apply::scene::pool;
use crate::apply::support::{Bench, POOL, job, raw};

/// What stands against a policy by one guard, in words.
fn refusals(pool: Pool, policy: &Value, guard: Guard) -> Vec<String> {
    let bench = Bench::new(pool, Options::default());
    let (fetched, nothing) = (bench.look(), Permits::default());
    let mut policy = policy.clone();
    policy["version"] = 1.into();
    policy["name"] = "all".into();
    policy["target"] = json!({ "pool": POOL });
    let prepared = propose(&bench.policies(&policy), &job(&fetched, &nothing)).unwrap();
    let refused = prepared.proposal.refused.into_iter();
    refused
        .filter(|one| one.guard == guard)
        .map(|one| one.message)
        .collect()
}

/// Email is no factor of a pool that does not send through SES.
#[test]
fn email_factor_needs_ses() {
    let policy = json!({ "mfa": { "factors": ["SOFTWARE_TOKEN", "EMAIL"] } });
    for (sender, is_refused) in [
        (json!({ "EmailSendingAccount": "DEVELOPER" }), false),
        (json!({ "EmailSendingAccount": "COGNITO_DEFAULT" }), true),
        (json!({}), true),
        (Value::Null, true),
        // Nobody knows of a word of tomorrow.
        (json!({ "EmailSendingAccount": "PARTNER" }), false),
    ] {
        let mut pool = pool();
        pool.user_pool.insert("EmailConfiguration".into(), sender.clone());
        let found = refusals(pool, &policy, Guard::ServiceRefuses);
        assert_eq!(!found.is_empty(), is_refused, "{sender}: {found:?}");
        assert!(
            found.iter().all(|words| words.contains("Amazon SES")),
            "{found:?}"
        );
    }
    // A pool that has it has it, however that came.
    let mut pool = pool();
    pool.user_pool.insert("EmailConfiguration".into(), json!({}));
    pool.mfa = raw(json!({ "EmailMfaConfiguration": {} }));
    let found = refusals(pool, &policy, Guard::ServiceRefuses);
    assert_eq!(found, <[String; 0]>::default());
}

#[test]
fn a_weakening_is_said_in_words() {
    let enforced = || {
        let mut pool = pool();
        let add_ons = json!({ "AdvancedSecurityMode": "ENFORCED",
            "AdvancedSecurityAdditionalFlows": { "CustomAuthMode": "AUDIT" } });
        pool.user_pool.insert("UserPoolAddOns".into(), add_ons);
        // Without it the service refuses custom authentication.
        let function = "arn:aws:lambda:us-west-2:123456789012:function:a";
        let functions = json!({ "DefineAuthChallenge": function });
        pool.user_pool.insert("LambdaConfig".into(), functions);
        let response = json!({ "EventAction": "BLOCK", "Notify": false });
        let actions = json!({ "LowAction": response, "MediumAction": response, "HighAction": response });
        let risk = json!({ "AccountTakeoverRiskConfiguration": { "Actions": actions } });
        pool.risk_configurations = [(String::new(), raw(risk))].into();
        pool
    };
    let flows =
        |more: &str| json!({ "clients": { "web": { "auth_flows": ["ALLOW_USER_PASSWORD_AUTH", more] } } });
    let mut with_logs = enforced();
    with_logs.log_configurations = Some(vec![crate::apply::scene::log("userAuthEvents", "INFO")]);
    let forwards = |pool: &mut Pool| {
        let web = pool.clients.get_mut(crate::apply::scene::WEB).unwrap();
        web.insert("EnablePropagateAdditionalUserContextData".into(), true.into());
    };
    let mut forwarding = enforced();
    forwards(&mut forwarding);
    for (pool, policy, words) in [
        (
            enforced(),
            json!({ "mfa": { "configuration": "OFF" } }),
            "no sign-in needs a second factor any more",
        ),
        (
            enforced(),
            json!({ "mfa": { "factors": ["EMAIL"] } }),
            "`SOFTWARE_TOKEN` is no factor of MFA any more",
        ),
        (
            enforced(),
            json!({ "feature_plan": "ESSENTIALS" }),
            "threat protection is on, and only `PLUS` has it",
        ),
        (
            enforced(),
            flows("ALLOW_CUSTOM_AUTH"),
            "client `web` gets a way to sign in that is weaker at low risk than all that it has: custom authentication (audit only \
             (would be: blocked)), beside password (blocked)",
        ),
        (
            enforced(),
            flows("ALLOW_USER_AUTH"),
            "client `web` gets a way to sign in that is protected at no risk level: choice-based",
        ),
        (
            forwarding,
            json!({ "clients": { "web": { "propagate_user_context": false } } }),
            "client `web` no longer passes on whose address a sign-in comes from",
        ),
        (
            with_logs,
            json!({ "log_delivery": { "user_auth_events": "none" } }),
            "the log is not exported any more",
        ),
    ] {
        let found = refusals(pool, &policy, Guard::Weakening);
        assert!(
            found.iter().any(|message| message.contains(words)),
            "{policy}: {found:#?}"
        );
    }
}
