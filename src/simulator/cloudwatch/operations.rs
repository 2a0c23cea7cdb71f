//! Which operations there are.

use serde_json::Value;

use crate::simulator::cloudwatch::{alarms, data, history, metrics};
use crate::simulator::context::Context;
use crate::simulator::failure::Answer;

/// Carries out an operation; `None` if there is none of this name.
pub(in crate::simulator) fn call(
    context: &mut Context<'_>,
    operation: &str,
    input: &Value,
) -> Option<Answer> {
    Some(match operation {
        "DescribeAlarms" => alarms::describe(context, input),
        "DescribeAlarmHistory" => history::describe(context, input),
        "PutMetricAlarm" => alarms::put(context, input),
        "DeleteAlarms" => alarms::delete(context, input),
        "ListMetrics" => metrics::list(context, input),
        "GetMetricData" => data::get(context, input),
        _ => return None,
    })
}
