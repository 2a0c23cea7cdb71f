//! What this version cannot read is never removed: it is sent back as it was, or the pool is refused before anything
//! is written. One row for each kind of place, at every level of every object that a call replaces.

use cogward::proposal::{Ended, Guard};
use cogward::simulator::{Behaviour, Options, Pool};
use serde_json::{Value, json};

use crate::apply::scene::{APP, WEB, pool, put_alarm};
use crate::apply::support::{Bench, POOL, raw, writes};

/// A place in a simulated pool, what stands there, and what the policy asks for.
type Row = (&'static str, Value, Value);

const RISK: &str = "/risk_configurations/";
const TAKEOVER: &str = "/risk_configurations//AccountTakeoverRiskConfiguration";

fn high() -> Value {
    json!({ "account_takeover": { "high": { "action": "BLOCK", "notify": false } } })
}

fn of_client(what: &Value) -> Value {
    json!({ "clients": { "app": what } })
}

/// Members, sections and values of the pool's risk configuration that nobody knows. The policy is about one level.
#[expect(clippy::too_many_lines, reason = "one table")]
fn of_pools_risk() -> Vec<Row> {
    let takeover = |rest: &str| -> &'static str { Box::leak(format!("{TAKEOVER}{rest}").into_boxed_str()) };
    let section = |rest: &str| -> &'static str { Box::leak(format!("{RISK}/{rest}").into_boxed_str()) };
    let sender = "arn:aws:ses:us-west-2:123456789012:identity/a@example.com";
    vec![
        (
            section("RiskExceptionConfiguration"),
            json!({ "BlockedCountryList": ["XX"] }),
            high(),
        ),
        (
            section("RiskExceptionConfiguration"),
            json!({ "BlockedIPRangeList": [], "BlockedCountryList": ["XX"] }),
            high(),
        ),
        (
            section("RiskExceptionConfiguration"),
            json!({ "BlockedIPRangeList": [{ "Cidr": "192.0.2.0/24" }] }),
            high(),
        ),
        (
            section("CompromisedCredentialsRiskConfiguration"),
            json!({ "Mode": "STRICT", "EventFilter": ["SIGN_IN"] }),
            high(),
        ),
        (
            section("CompromisedCredentialsRiskConfiguration"),
            json!({ "Actions": { "Escalation": "STRICT" } }),
            high(),
        ),
        (
            section("CompromisedCredentialsRiskConfiguration"),
            json!({ "Actions": { "EventAction": "BLOCK" }, "EventFilter": ["SIGN_OUT"] }),
            high(),
        ),
        (
            section("CompromisedCredentialsRiskConfiguration"),
            json!({ "Actions": { "EventAction": "BLOCK", "Delay": 3 }, "EventFilter": ["SIGN_UP", "SIGN_IN"], "New": 1 }),
            high(),
        ),
        (section("NewSection"), json!({ "Deep": [{ "A": null }] }), high()),
        (
            takeover("/Actions/LowAction"),
            json!({ "Notify": true, "NewAction": "CAPTCHA" }),
            high(),
        ),
        (
            takeover("/Actions/LowAction"),
            json!({ "Notify": true, "EventAction": "CAPTCHA" }),
            high(),
        ),
        (
            takeover("/Actions/ExtremeAction"),
            json!({ "EventAction": "BLOCK" }),
            high(),
        ),
        (
            takeover("/NotifyConfiguration"),
            json!({ "TemplateSet": "kind" }),
            high(),
        ),
        (
            takeover("/NotifyConfiguration"),
            json!({ "SourceArn": sender, "BlockEmail": { "TemplateId": "t" } }),
            high(),
        ),
        (
            takeover("/NotifyConfiguration"),
            json!({ "SourceArn": sender, "BlockEmail": { "Subject": "s", "TemplateId": "t" }, "Tone": "kind" }),
            high(),
        ),
        (takeover("/Scores"), json!({ "Low": 3 }), high()),
    ]
}

/// A whole configuration without anything that is known, and a client's own.
fn of_whole_configurations() -> Vec<Row> {
    let new = json!({ "NewSection": { "A": 1 } });
    let empty = json!({ "RiskExceptionConfiguration": { "BlockedIPRangeList": [], "Countries": ["XX"] } });
    let app = "/risk_configurations/2app";
    vec![
        ("/risk_configurations/", new.clone(), high()),
        ("/risk_configurations/", empty.clone(), high()),
        (app, new, of_client(&high())),
        (app, empty, of_client(&high())),
        (
            "/risk_configurations/2app/CompromisedCredentialsRiskConfiguration/Mode",
            json!("STRICT"),
            of_client(&high()),
        ),
        (
            "/risk_configurations/2app/RiskExceptionConfiguration",
            json!({ "BlockedCountryList": ["XX"] }),
            of_client(&high()),
        ),
    ]
}

fn of_pools() -> Vec<Row> {
    let enforced = || json!({ "mode": { "standard": "ENFORCED" } });
    let custom = || json!({ "mode": { "custom": "AUDIT" } });
    vec![
        (
            "/user_pool/NewMember",
            json!({ "Deep": [{ "A": [1, null] }] }),
            enforced(),
        ),
        (
            "/user_pool/UserPoolAddOns",
            json!({ "NewMode": "STRICT" }),
            enforced(),
        ),
        (
            "/user_pool/UserPoolAddOns",
            json!({ "AdvancedSecurityMode": "STRICT" }),
            enforced(),
        ),
        ("/user_pool/UserPoolAddOns/New", json!({ "A": 1 }), enforced()),
        (
            "/user_pool/UserPoolAddOns/AdvancedSecurityAdditionalFlows",
            json!({ "PasskeyMode": "ENFORCED" }),
            custom(),
        ),
        ("/user_pool/Policies/NewPolicy", json!({ "A": 1 }), enforced()),
        ("/user_pool/AdminCreateUserConfig/New", json!(1), enforced()),
        (
            "/user_pool/LambdaConfig/NewTrigger",
            json!({ "LambdaArn": "a" }),
            enforced(),
        ),
        (
            "/user_pool/UserPoolTags",
            json!({ "ClientSecretOwner": "team-a", "env": "prod" }),
            enforced(),
        ),
        (
            "/user_pool/NewMember",
            json!({ "ClientSecretArn": "arn:x" }),
            enforced(),
        ),
        (
            "/user_pool/AccountRecoverySetting/RecoveryMechanisms/0/New",
            json!(1),
            enforced(),
        ),
    ]
}

fn of_clients() -> Vec<Row> {
    let flows = || json!({ "clients": { "web": { "auth_flows": ["ALLOW_USER_SRP_AUTH"] } } });
    vec![
        (
            "/clients/1web/New",
            json!({ "Deep": [{ "A": [1, null] }] }),
            flows(),
        ),
        ("/clients/1web/ClientSecretExpiry", json!(90), flows()),
        ("/clients/1web/New", json!({ "ClientSecret": "kept" }), flows()),
        ("/clients/1web/RefreshTokenRotation", json!({ "New": 1 }), flows()),
        (
            "/clients/1web/ExplicitAuthFlows/0",
            json!("ALLOW_TELEPATHY"),
            json!({ "clients": { "web": {
            "oauth_flows": ["code"] } } }),
        ),
    ]
}

fn of_mfa() -> Vec<Row> {
    let on = || json!({ "mfa": { "configuration": "ON" } });
    let off = || json!({ "mfa": { "configuration": "OFF" } });
    vec![
        ("/mfa/NewFactor", json!({ "On": true }), on()),
        (
            "/mfa/NewFactor",
            json!({ "On": true }),
            json!({ "mfa": { "factors": ["SOFTWARE_TOKEN", "EMAIL"] } }),
        ),
        ("/mfa/SoftwareTokenMfaConfiguration/New", json!(1), on()),
        ("/mfa/SoftwareTokenMfaConfiguration/New", json!(1), off()),
        (
            "/mfa/SoftwareTokenMfaConfiguration",
            json!({ "State": "STRICT" }),
            on(),
        ),
        (
            "/mfa/SmsMfaConfiguration",
            json!({ "NewSender": { "A": 1 } }),
            on(),
        ),
        ("/mfa/EmailMfaConfiguration", json!({ "New": 1 }), off()),
        (
            "/mfa/WebAuthnConfiguration",
            json!({ "NewFactorConfiguration": "BOTH" }),
            on(),
        ),
        (
            "/mfa/WebAuthnConfiguration",
            json!({ "FactorConfiguration": "BOTH" }),
            on(),
        ),
        (
            "/mfa/WebAuthnConfiguration",
            json!({ "FactorConfiguration": "SINGLE_FACTOR", "New": 1 }),
            json!({ "mfa": {
            "factors": ["SOFTWARE_TOKEN", "WEB_AUTHN"] } }),
        ),
    ]
}

fn of_logs() -> Vec<Row> {
    let group = "arn:aws:logs:us-west-2:123456789012:log-group:x";
    let events = || json!({ "log_delivery": { "user_auth_events": { "cloudwatch_logs": group } } });
    let notes = || json!({ "log_delivery": { "user_notification": { "cloudwatch_logs": group } } });
    let entry = |destination: Value| {
        let mut entry = json!({ "EventSource": "userAuthEvents", "LogLevel": "INFO" });
        entry.as_object_mut().unwrap().extend(raw(destination));
        json!([entry])
    };
    let list = "/log_configurations";
    vec![
        (
            list,
            entry(json!({ "KafkaConfiguration": { "TopicArn": "arn:x" } })),
            events(),
        ),
        (
            list,
            entry(json!({ "KafkaConfiguration": { "TopicArn": "arn:x" } })),
            notes(),
        ),
        (
            list,
            entry(json!({ "S3Configuration": { "Bucket": "b" } })),
            notes(),
        ),
        (
            list,
            entry(json!({ "S3Configuration": { "BucketArn": "arn:aws:s3:::b", "Prefix": "p" } })),
            notes(),
        ),
        (
            list,
            json!([{ "EventSource": "userDreams", "LogLevel": "INFO" }]),
            notes(),
        ),
        ("/log_configurations/0/Batch", json!({ "Size": 1 }), notes()),
        (
            "/log_configurations/0/CloudWatchLogsConfiguration/Format",
            json!("json"),
            notes(),
        ),
        ("/log_delivery", json!({ "Retry": { "Times": 3 } }), notes()),
    ]
}

/// Puts a value at a place of a simulated pool.
fn plant(at: &str, value: &Value) -> Pool {
    let mut whole = serde_json::to_value(pool()).unwrap();
    let mut place = &mut whole;
    for token in at.split('/').skip(1) {
        place = match place {
            Value::Array(items) => &mut items[token.parse::<usize>().unwrap()],
            place => &mut place[token],
        };
    }
    *place = value.clone();
    serde_json::from_value(whole).unwrap()
}

fn document(policy: &Value) -> Value {
    let mut whole = json!({ "version": 1, "name": "narrow", "target": { "pool": POOL } });
    whole.as_object_mut().unwrap().extend(raw(policy.clone()));
    whole
}

/// Whether a plan was refused because of what cannot be read or sent back, and nothing else.
fn is_refused(bench: &Bench, refused: &[cogward::proposal::Refused], what: &str) -> bool {
    let guards: Vec<_> = refused.iter().map(|one| one.guard).collect();
    let right = guards
        .iter()
        .all(|guard| matches!(guard, Guard::PoolPartial | Guard::NotCarried));
    assert!(right, "{what}: {refused:#?}");
    assert_eq!(writes(&bench.server), <[&str; 0]>::default(), "{what}");
    !guards.is_empty()
}

/// What is not known is sent back or refused before anything is written.
#[test]
fn unknown_members_kept_or_refused() {
    let rows = [
        of_pools_risk(),
        of_whole_configurations(),
        of_pools(),
        of_clients(),
        of_mfa(),
        of_logs(),
    ];
    let mut lost = Vec::new();
    for (at, value, policy) in rows.into_iter().flatten() {
        let what = format!("{at} {value} by {policy}");
        let bench = Bench::new(plant(at, &value), Options::default());
        let prepared = bench.plan(&document(&policy));
        if is_refused(&bench, &prepared.proposal.refused, &what) {
            continue;
        }
        let outcome = bench.carry_out(&prepared, "a.jsonl");
        let after = serde_json::to_value(bench.server.world().pool(POOL).unwrap()).unwrap();
        // The policy asks for another place to deliver to; everything else of what stood there is still there.
        let kept = after
            .pointer(at)
            .is_some_and(|there| holds(there, &value, at.starts_with("/log_conf")));
        // The service may refuse what it does not take, and then nothing is different.
        let failed = outcome.pools[0]
            .calls
            .iter()
            .any(|call| call.ended == Ended::Failed);
        let as_told = outcome.exit_code() == 0 || (failed && outcome.pools[0].trouble.is_empty());
        if !as_told || !kept {
            lost.push(format!(
                "{what}\n    {:?} {:?}",
                after.pointer(at),
                outcome.pools[0].trouble
            ));
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

/// Whether all of a value is still in another. A policy may move known values: those of texts that it names.
fn holds(there: &Value, value: &Value, of_list: bool) -> bool {
    match (there, value) {
        (Value::Object(there), Value::Object(value)) => value
            .iter()
            .filter(|(name, _)| !KNOWN.contains(&name.as_str()))
            .all(|(name, value)| there.get(name).is_some_and(|there| holds(there, value, of_list))),
        (Value::Array(there), Value::Array(value)) if of_list => value
            .iter()
            .all(|value| there.iter().any(|there| holds(there, value, true))),
        _ => there == value,
    }
}

/// What the policies of these rows set.
const KNOWN: [&str; 4] = [
    "AdvancedSecurityMode",
    "FactorConfiguration",
    "LogGroupArn",
    "LogLevel",
];

/// What a policy takes away on purpose goes with all that is in it, and the plan says so.
#[test]
fn loss_inside_removed_part_in_plan() {
    let group = "arn:aws:logs:us-west-2:123456789012:log-group:x";
    let s3 = json!([{ "EventSource": "userAuthEvents", "LogLevel": "INFO",
        "S3Configuration": { "BucketArn": "arn:aws:s3:::b", "Prefix": "p" } }]);
    for (at, value, policy, word) in [
        (
            "/risk_configurations/2app/CompromisedCredentialsRiskConfiguration/Delay",
            json!(3),
            json!({ "clients": { "app": "inherit" } }),
            "CompromisedCredentialsRiskConfiguration.Delay",
        ),
        (
            "/risk_configurations/2app/NewSection",
            json!({ "A": 1 }),
            json!({ "clients": { "app": "inherit" } }),
            "NewSection",
        ),
        (
            "/log_configurations",
            s3,
            json!({ "log_delivery": { "user_auth_events": { "cloudwatch_logs": group } } }),
            "S3Configuration.Prefix",
        ),
        (
            "/mfa/EmailMfaConfiguration",
            json!({ "Message": "{####}", "New": 1 }),
            json!({ "mfa": { "factors": ["SOFTWARE_TOKEN"] } }),
            "EmailMfaConfiguration.Message and EmailMfaConfiguration.New",
        ),
    ] {
        let bench = Bench::new(plant(at, &value), Options::default());
        let prepared = bench.plan(&document(&policy));
        let notes = prepared.proposal.pools[0].notes.join("\n");
        assert!(notes.contains(word), "{at}: {notes}");
        let outcome = bench.carry_out(&prepared, "a.jsonl");
        assert_eq!(outcome.exit_code(), 0, "{at}: {outcome:#?}");
    }
    assert_ne!(APP, WEB);
}

/// An alarm with members that nobody knows is not replaced.
#[test]
fn alarm_with_unknown_members_kept() {
    let bench = Bench::new(pool(), Options::default());
    bench.server.change(|world| {
        put_alarm(world, 9.0);
        let alarms = &mut world
            .region_mut(crate::apply::support::ACCOUNT, crate::apply::support::REGION)
            .alarms;
        alarms
            .get_mut("risk")
            .unwrap()
            .insert("NewSetting".into(), json!({ "A": 1 }));
    });
    let policy = document(
        &json!({ "alarms": [{ "name": "risk", "metric": "AccountTakeoverRisk",
        "operation": "SignIn", "risk_level": "High", "threshold": 1 }] }),
    );
    let prepared = bench.plan(&policy);
    assert!(is_refused(&bench, &prepared.proposal.refused, "alarm"));
}

/// Documented is an error; samples have pools with both. It is sent as it was read, and an error is the service's.
#[test]
fn template_with_both_messages_sent() {
    let template = json!({ "DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailMessage": "{####}", "EmailMessageByLink": "{##a##}" });
    let twins = ("EmailVerificationMessage".to_owned(), json!("{####}"));
    for takes_both_email_messages in [true, false] {
        let behaviour = Behaviour {
            takes_both_email_messages,
            ..Behaviour::default()
        };
        let options = Options {
            behaviour,
            ..Options::default()
        };
        let mut pool = plant("/user_pool/VerificationMessageTemplate", &template);
        pool.user_pool.extend([twins.clone()]);
        let bench = Bench::new(pool, options);
        let prepared = bench.plan(&document(&json!({ "mode": { "standard": "ENFORCED" } })));
        let outcome = bench.carry_out(&prepared, "a.jsonl");
        let call = &outcome.pools[0].calls[0];
        if takes_both_email_messages {
            assert_eq!(outcome.exit_code(), 0, "{outcome:#?}");
        } else {
            assert_eq!((call.ended, outcome.exit_code()), (Ended::Failed, 4));
            let words = call.detail.clone().unwrap();
            assert!(
                words.contains("EmailMessage and EmailMessageByLink cannot both be given"),
                "{words}"
            );
        }
        let world = bench.server.world();
        assert_eq!(
            world.pool(POOL).unwrap().user_pool["VerificationMessageTemplate"],
            template
        );
    }
}

/// A number of days that stands alone is sent as the one that it mirrors.
#[test]
fn lone_validity_days_sent_as_twin() {
    let bench = Bench::new(
        {
            let mut pool = plant(
                "/user_pool/AdminCreateUserConfig/UnusedAccountValidityDays",
                &json!(5),
            );
            pool.user_pool["Policies"] = json!({ "PasswordPolicy": { "MinimumLength": 20 } });
            pool
        },
        Options::default(),
    );
    let prepared = bench.plan(&document(&json!({ "mode": { "standard": "ENFORCED" } })));
    assert_eq!(bench.carry_out(&prepared, "a.jsonl").exit_code(), 0);
    let world = bench.server.world();
    let policy = &world.pool(POOL).unwrap().user_pool["Policies"]["PasswordPolicy"];
    assert_eq!(
        *policy,
        json!({ "MinimumLength": 20, "TemporaryPasswordValidityDays": 5 })
    );
}
