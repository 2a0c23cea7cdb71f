//! Which operations there are.

use serde_json::Value;

use crate::simulator::cognito::{read, risk};
use crate::simulator::context::Context;
use crate::simulator::failure::Answer;

/// Carries out an operation; `None` if there is none of this name.
pub(in crate::simulator) fn call(
    context: &mut Context<'_>,
    operation: &str,
    input: &Value,
) -> Option<Answer> {
    Some(match operation {
        "ListUserPools" => read::list_user_pools(context, input),
        "DescribeUserPool" => read::describe_user_pool(context, input),
        "GetUserPoolMfaConfig" => read::get_user_pool_mfa_config(context, input),
        "ListUserPoolClients" => read::list_user_pool_clients(context, input),
        "DescribeUserPoolClient" => read::describe_user_pool_client(context, input),
        "GetLogDeliveryConfiguration" => read::get_log_delivery_configuration(context, input),
        "ListTagsForResource" => read::list_tags_for_resource(context, input),
        "DescribeRiskConfiguration" => risk::describe(context, input),
        _ => return None,
    })
}
