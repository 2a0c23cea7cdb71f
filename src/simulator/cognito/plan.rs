//! What a pool may have on its feature plan. docs/facts.md, "Feature plans".

use serde_json::Value;

use crate::simulator::failure::Failure;
use crate::simulator::state::{Pool, RawMembers};

/// The error code of what the plan does not have.
const UNAVAILABLE: &str = "FeatureUnavailableInTierException";

/// The event source that needs the plan `PLUS`.
pub(super) const USER_ACTIVITY: &str = "userAuthEvents";

/// The event source of a log configuration.
pub(super) fn source(entry: &Value) -> &str {
    let source = entry.get("EventSource").and_then(Value::as_str);
    source.unwrap_or_default()
}

/// Whether a pool may export user activity.
pub(super) fn check_export(user_pool: &RawMembers) -> Result<(), Failure> {
    match without(user_pool) {
        None => Ok(()),
        Some(plan) => Err(Failure::new(
            UNAVAILABLE,
            format!(
                "The following feature is not available for the {plan} pricing tier configured: Log Streaming"
            ),
        )),
    }
}

/// The plan, where it is not `PLUS`. A pool that does not say its plan may have everything.
fn without(user_pool: &RawMembers) -> Option<&str> {
    plan(user_pool).filter(|plan| *plan != "PLUS")
}

fn plan(user_pool: &RawMembers) -> Option<&str> {
    user_pool.get("UserPoolTier")?.as_str()
}

/// Whether threat protection is on, for either kind of authentication.
fn protects(user_pool: &RawMembers) -> bool {
    let add_ons = user_pool.get("UserPoolAddOns").unwrap_or(&Value::Null);
    let standard = add_ons.get("AdvancedSecurityMode").and_then(Value::as_str);
    let custom = add_ons.pointer("/AdvancedSecurityAdditionalFlows/CustomAuthMode");
    standard.is_some_and(|mode| mode != "OFF") || custom.is_some_and(Value::is_string)
}

/// What a changed pool may not have. A `LITE` pool that had threat protection before keeps it.
pub(super) fn check(old: &Pool, new: &RawMembers) -> Result<(), Failure> {
    let Some(name) = without(new) else { return Ok(()) };
    let unavailable = |feature: &str| {
        Err(Failure::new(
            "FeatureUnavailableInTierException",
            format!(
                "The following features need to be disabled for the {name} pricing tier configured: {feature}"
            ),
        ))
    };
    let was_lite = plan(&old.user_pool) == Some("LITE");
    let grandfathered = name == "LITE" && was_lite && protects(&old.user_pool);
    if protects(new) && !grandfathered {
        return unavailable("Threat Protection");
    }
    let exports = |entry: &Value| source(entry) == USER_ACTIVITY;
    let leaves = plan(&old.user_pool) == Some("PLUS");
    if leaves && old.log_configurations.iter().flatten().any(exports) {
        return unavailable("Log Streaming");
    }
    Ok(())
}
