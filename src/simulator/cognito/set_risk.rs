//! `SetRiskConfiguration`. docs/facts.md, "`SetRiskConfiguration` and its limits" and "Sections that are not sent".

use ipnet::IpNet;
use serde_json::{Value, json};

use crate::model::{arn::Arn, ses};
use crate::simulator::cognito::read::{mode_is_off, pool};
use crate::simulator::cognito::risk::{ALL, POOL, add_on_not_enabled, key};
use crate::simulator::context::Context;
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::options::{AllClients, Behaviour, Unsent, Update};
use crate::simulator::state::RawMembers;
use crate::simulator::times::touch;

/// Responses from lax to strict (docs/facts.md, "Stricter actions at higher risk").
const STRICTNESS: [&str; 4] = ["NO_ACTION", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "BLOCK"];

pub(super) fn set(context: &mut Context<'_>, input: &Value) -> Answer {
    let (behaviour, now, region) = (context.behaviour.clone(), context.now, context.region.to_owned());
    let (pool_id, pool) = pool(context, input)?;
    let key = key(pool, input)?;
    if behaviour.responses_need_mode && mode_is_off(pool) {
        return Err(add_on_not_enabled());
    }
    check(input, &region, &behaviour)?;
    let mut sent: RawMembers = input.as_object().cloned().unwrap_or_default();
    sent.retain(|name, value| name != "UserPoolId" && name != "ClientId" && !value.is_null());
    if behaviour.update != Update::Bare
        && let Some(Value::Object(section)) = sent.get_mut("CompromisedCredentialsRiskConfiguration")
    {
        section.entry("EventFilter").or_insert(json!([]));
    }
    let answer = if sent.is_empty() {
        pool.risk_configurations.remove(&key);
        RawMembers::new()
    } else {
        let mut whole = match behaviour.unsent_sections {
            Unsent::Removed => RawMembers::new(),
            Unsent::Kept => pool.risk_configurations.get(&key).cloned().unwrap_or_default(),
        };
        whole.extend(sent);
        whole.insert("LastModifiedDate".into(), json!(now));
        pool.risk_configurations.insert(key.clone(), whole.clone());
        whole
    };
    if behaviour.responses_touch_pool {
        touch(&mut pool.user_pool, now);
    }
    Ok(json!({ "RiskConfiguration": with_ids(answer, &pool_id, &key, behaviour.all_clients) }))
}

fn with_ids(mut members: RawMembers, pool_id: &str, key: &str, all: AllClients) -> RawMembers {
    members.insert("UserPoolId".into(), json!(pool_id));
    if key != POOL {
        members.insert("ClientId".into(), json!(key));
    } else if all == AllClients::Always {
        members.insert("ClientId".into(), json!(ALL));
    }
    members
}

/// What the service checks beyond the shape.
fn check(input: &Value, region: &str, behaviour: &Behaviour) -> Result<(), Failure> {
    let takeover = input.get("AccountTakeoverRiskConfiguration");
    let notify = takeover.and_then(|t| t.get("NotifyConfiguration"));
    if let Some(source) = notify.and_then(|n| n.get("SourceArn")?.as_str()) {
        sender(source, region)?;
    }
    if let Some(actions) = takeover.and_then(|t| t.get("Actions")) {
        responses(actions, notify.is_some(), behaviour)?;
    }
    let exception = input.get("RiskExceptionConfiguration");
    let list = |name: &str| ranges(exception.and_then(|e| e.get(name)), behaviour);
    let blocked = list("BlockedIPRangeList")?;
    let skipped = list("SkippedIPRangeList")?;
    if behaviour.refuses_range_in_both_lists && blocked.iter().any(|range| skipped.contains(range)) {
        let what = "An IP range cannot be in BlockedIPRangeList and in SkippedIPRangeList";
        return Err(Failure::invalid(what));
    }
    Ok(())
}

fn sender(source: &str, region: &str) -> Result<(), Failure> {
    let from = Arn::parse(source).map(|arn| arn.region);
    if from.is_some_and(|from| ses::allowed(region, from) == ses::Allowed::No) {
        let regions = ses::regions(region).unwrap_or_default().join(", ");
        return Err(Failure::invalid(format!(
            "Invalid NotifyConfiguration.SourceArn. Provided SourceArn must be in one of the following SES regions: {regions}."
        )));
    }
    Ok(())
}

fn responses(actions: &Value, configured: bool, behaviour: &Behaviour) -> Result<(), Failure> {
    let levels = ["LowAction", "MediumAction", "HighAction"];
    let set: Vec<_> = levels.iter().filter_map(|level| actions.get(*level)).collect();
    let strict = |action: &Value| {
        let word = action.get("EventAction").and_then(Value::as_str);
        STRICTNESS.iter().position(|known| Some(*known) == word)
    };
    if behaviour.refuses_falling_responses && !set.iter().map(|action| strict(action)).is_sorted() {
        let what = "A less restrictive action cannot be assigned to a higher risk level";
        return Err(Failure::invalid(what));
    }
    let notifies = set
        .iter()
        .any(|action| action.get("Notify") == Some(&json!(true)));
    if behaviour.refuses_notify_without_configuration && notifies && !configured {
        let what = "NotifyConfiguration is required when Notify is true";
        return Err(Failure::invalid(what));
    }
    Ok(())
}

fn ranges(list: Option<&Value>, behaviour: &Behaviour) -> Result<Vec<IpNet>, Failure> {
    let incorrect = || Failure::invalid("Incorrect CIDR format");
    let texts = list.and_then(Value::as_array).into_iter().flatten();
    let range = |text: &str| {
        let net: IpNet = text.parse().map_err(|_| incorrect())?;
        let host_bits = behaviour.refuses_host_bits && net.trunc() != net;
        let whole = behaviour.refuses_whole_internet && net.prefix_len() == 0;
        if host_bits || whole {
            return Err(incorrect());
        }
        Ok(net)
    };
    texts.filter_map(Value::as_str).map(range).collect()
}
