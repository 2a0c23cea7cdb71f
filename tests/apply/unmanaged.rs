//! What a policy does not manage of a simulated world: it must be the same, byte for byte, before and after.

use cogward::simulator::AwsState;
use serde_json::{Value, json};

use crate::apply::scene::{APP, WEB};
use crate::apply::support::{ACCOUNT, POOL, REGION};

/// The world without what the policy manages. `first` is the world before anything was done: a client that had
/// no override then has nothing of it that is anybody else's.
pub fn unmanaged(world: &AwsState, first: &AwsState, policy: &Value) -> Value {
    let mut whole = serde_json::to_value(world).unwrap();
    let region = &mut whole["accounts"][ACCOUNT]["regions"][REGION];
    let mut pool = region["pools"][POOL].take();
    user_pool(&mut pool["user_pool"], policy);
    mfa(&mut pool["mfa"], policy);
    for (id, key) in [(WEB, "web"), (APP, "app")] {
        client(&mut pool["clients"][id], &policy["clients"][key]);
        let manages = policy["clients"].get(key).or_else(|| policy["clients"].get("*"));
        let had = first.pool(POOL).unwrap().risk_configurations.contains_key(id);
        risk(
            &mut pool["risk_configurations"],
            id,
            manages.unwrap_or(&Value::Null),
            had,
        );
    }
    risk(&mut pool["risk_configurations"], "", policy, true);
    logs(&mut pool, policy);
    region["pools"][POOL] = pool;
    alarm(region, policy);
    whole
}

fn remove(members: &mut Value, names: &[&str]) {
    if let Some(members) = members.as_object_mut() {
        members.retain(|name, _| !names.contains(&name.as_str()));
    }
}

fn user_pool(pool: &mut Value, policy: &Value) {
    remove(pool, &["LastModifiedDate"]);
    if policy.get("feature_plan").is_some() {
        remove(pool, &["UserPoolTier"]);
    }
    if policy.get("mfa").is_some() {
        remove(pool, &["MfaConfiguration"]);
    }
    if policy.get("mode").is_none() {
        return;
    }
    let mut add_ons = pool["UserPoolAddOns"].take();
    if policy["mode"].get("standard").is_some() || add_ons["AdvancedSecurityMode"] == "OFF" {
        remove(&mut add_ons, &["AdvancedSecurityMode"]);
    }
    if policy["mode"].get("custom").is_some() {
        remove(
            &mut add_ons["AdvancedSecurityAdditionalFlows"],
            &["CustomAuthMode"],
        );
    }
    let none = |value: &Value| value.is_null() || *value == json!({});
    if none(&add_ons["AdvancedSecurityAdditionalFlows"]) {
        remove(&mut add_ons, &["AdvancedSecurityAdditionalFlows"]);
    }
    remove(pool, &["UserPoolAddOns"]);
    if !none(&add_ons) {
        pool["UserPoolAddOns"] = add_ons;
    }
}

fn mfa(mfa: &mut Value, policy: &Value) {
    if policy.get("mfa").is_none() {
        return;
    }
    for (factor, member) in [
        ("SoftwareTokenMfaConfiguration", "Enabled"),
        ("WebAuthnConfiguration", "FactorConfiguration"),
    ] {
        strip(mfa, factor, &[member]);
    }
    let is_off = policy["mfa"]["configuration"] == "OFF";
    if policy["mfa"].get("factors").is_some() || is_off {
        remove(mfa, &["EmailMfaConfiguration"]);
    }
    prune(mfa);
}

fn client(client: &mut Value, managed: &Value) {
    remove(client, &["LastModifiedDate"]);
    for (key, member) in [
        ("auth_flows", "ExplicitAuthFlows"),
        ("oauth_flows", "AllowedOAuthFlows"),
        ("identity_providers", "SupportedIdentityProviders"),
    ] {
        if managed.get(key).is_some() {
            remove(client, &[member]);
        }
    }
}

/// A configuration without the leaves that are managed. `manages` has the sections; a client's may be the word
/// `inherit`, or say that it inherits: then nothing of it is anybody else's.
fn risk(configurations: &mut Value, key: &str, manages: &Value, had: bool) {
    let inherits = *manages == json!("inherit") || manages.get("inherit").is_some();
    let is_new = manages.get("account_takeover").is_some() && !had;
    if inherits || is_new {
        remove(configurations, &[key]);
        return;
    }
    if configurations.get(key).is_none() {
        configurations[key] = json!({});
    }
    let own = &mut configurations[key];
    remove(own, &["LastModifiedDate"]);
    if let Some(section) = manages.get("account_takeover") {
        takeover(own, section);
    }
    if manages.get("compromised_credentials").is_some() {
        strip(own, "CompromisedCredentialsRiskConfiguration", &["EventFilter"]);
        strip(
            &mut own["CompromisedCredentialsRiskConfiguration"],
            "Actions",
            &["EventAction"],
        );
    }
    // The service writes the filter out.
    if own["CompromisedCredentialsRiskConfiguration"]["EventFilter"] == json!([]) {
        strip(own, "CompromisedCredentialsRiskConfiguration", &["EventFilter"]);
    }
    for (list, member) in [
        ("always_block", "BlockedIPRangeList"),
        ("always_allow", "SkippedIPRangeList"),
    ] {
        let is_managed = manages["risk_exceptions"].get(list).is_some();
        let lists = &mut own["RiskExceptionConfiguration"];
        if is_managed || lists[member] == json!([]) {
            remove(lists, &[member]);
        }
    }
    prune(own);
}

fn strip(own: &mut Value, section: &str, members: &[&str]) {
    if own.get(section).is_some() {
        remove(&mut own[section], members);
    }
}

fn takeover(own: &mut Value, managed: &Value) {
    let section = &mut own["AccountTakeoverRiskConfiguration"];
    for (level, member) in [
        ("low", "LowAction"),
        ("medium", "MediumAction"),
        ("high", "HighAction"),
    ] {
        if managed.get(level).is_some() {
            remove(&mut section["Actions"][member], &["EventAction", "Notify"]);
        }
    }
    if let Some(mails) = managed.get("notifications") {
        let notify = &mut section["NotifyConfiguration"];
        remove(notify, &["SourceArn"]);
        if mails.get("from").is_some() {
            remove(notify, &["From"]);
        }
        if mails.get("block_email").is_some() {
            remove(&mut notify["BlockEmail"], &["Subject", "TextBody"]);
        }
    }
}

/// Takes nulls and empty objects away, which this module leaves where it looked.
fn prune(value: &mut Value) {
    if let Some(members) = value.as_object_mut() {
        members.values_mut().for_each(prune);
        members.retain(|_, value| !value.is_null() && *value != json!({}));
    }
}

fn logs(pool: &mut Value, policy: &Value) {
    let sources = [
        ("user_auth_events", "userAuthEvents"),
        ("user_notification", "userNotification"),
    ];
    let list = pool["log_configurations"].as_array().cloned().unwrap_or_default();
    let mut rest = Vec::new();
    for mut entry in list {
        let managed = sources.iter().find(|(key, source)| {
            entry["EventSource"] == *source && policy["log_delivery"].get(key).is_some()
        });
        if let Some((key, _)) = managed {
            remove(&mut entry, &["EventSource", "LogLevel"]);
            // An entry has one destination: with another kind of it, the old one goes with all its members, and the plan
            // names those that cogward does not know (`unknown::what_goes_with_something_…`).
            let to = &policy["log_delivery"][key];
            for (kind, member, arn) in [
                ("cloudwatch_logs", "CloudWatchLogsConfiguration", "LogGroupArn"),
                ("s3", "S3Configuration", "BucketArn"),
                ("firehose", "FirehoseConfiguration", "StreamArn"),
            ] {
                if to.get(kind).is_some() {
                    strip(&mut entry, member, &[arn]);
                } else {
                    remove(&mut entry, &[member]);
                }
            }
        }
        prune(&mut entry);
        if entry != json!({}) {
            rest.push(entry);
        }
    }
    pool["log_configurations"] = Value::Array(rest);
}

/// Of the alarm that a policy names, what it does not say.
fn alarm(region: &mut Value, policy: &Value) {
    let Some(managed) = policy["alarms"].get(0) else {
        return;
    };
    let alarm = &mut region["alarms"]["risk"];
    if alarm["AlarmDescription"].is_null() {
        // It was not there before.
        remove(region, &["alarms"]);
        return;
    }
    // What the policy leaves out has its default, and of the periods all must breach.
    let mut names = vec!["Threshold", "Period", "EvaluationPeriods", "DatapointsToAlarm"];
    names.extend(managed.get("actions").map(|_| "AlarmActions"));
    names.extend([
        "StateUpdatedTimestamp",
        "AlarmConfigurationUpdatedTimestamp",
        "StateTransitionedTimestamp",
    ]);
    names.extend(["AlarmArn", "StateValue", "StateReason", "Dimensions"]);
    remove(alarm, &names);
}
