//! Which operations there are.

use serde_json::Value;

use crate::simulator::cognito::{
    feedback, log_delivery, mfa, read, record::record, risk, set_risk, update_client, update_pool, users,
};
use crate::simulator::context::Context;
use crate::simulator::failure::Answer;
use crate::simulator::shape::{check::check, requests};

/// Carries out an operation; `None` if there is none of this name.
pub(in crate::simulator) fn call(
    context: &mut Context<'_>,
    operation: &str,
    input: &Value,
) -> Option<Answer> {
    let shape = requests::of(operation)?;
    if let Err(failure) = check(shape, input) {
        return Some(Err(failure));
    }
    let answer = match operation {
        "ListUserPools" => read::list_user_pools(context, input),
        "DescribeUserPool" => read::describe_user_pool(context, input),
        "GetUserPoolMfaConfig" => read::get_user_pool_mfa_config(context, input),
        "ListUserPoolClients" => read::list_user_pool_clients(context, input),
        "DescribeUserPoolClient" => read::describe_user_pool_client(context, input),
        "GetLogDeliveryConfiguration" => read::get_log_delivery_configuration(context, input),
        "ListTagsForResource" => read::list_tags_for_resource(context, input),
        "DescribeRiskConfiguration" => risk::describe(context, input),
        "ListUsers" => users::list_users(context, input),
        "AdminListUserAuthEvents" => users::list_auth_events(context, input),
        "AdminUpdateAuthEventFeedback" => feedback::give(context, input),
        "SetRiskConfiguration" => set_risk::set(context, input),
        "UpdateUserPool" => update_pool::update(context, input),
        "SetUserPoolMfaConfig" => mfa::set(context, input),
        "UpdateUserPoolClient" => update_client::update(context, input),
        "SetLogDeliveryConfiguration" => log_delivery::set(context, input),
        _ => return None,
    };
    let writes = operation.starts_with("Set") || operation.starts_with("Update");
    if writes && answer.is_ok() && context.behaviour.writes_leave_events {
        record(context, operation, input);
    }
    Some(answer)
}
