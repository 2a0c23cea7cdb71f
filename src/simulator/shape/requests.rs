//! The shape of each request.

use crate::simulator::shape::check::{Member, Shape, may, must};
use crate::simulator::shape::common::{ARN, CLIENT_ID, POOL_ID};
use crate::simulator::shape::{client, pool, risk};

/// A token, which no check but that of the listing looks into.
const TOKEN: Shape = Shape::Text(1, 131_072);

/// Items on a page.
const MAX_RESULTS: Shape = Shape::Whole(1, 60);

const OF_POOL: Shape = Shape::Of(&[must("UserPoolId", &POOL_ID)]);

/// The shape of an operation's request; `None` if there is no such operation.
pub(in crate::simulator) fn of(operation: &str) -> Option<&'static Shape> {
    Some(match operation {
        "ListUserPools" => &LIST_USER_POOLS,
        "DescribeUserPool" | "GetUserPoolMfaConfig" | "GetLogDeliveryConfiguration" => &OF_POOL,
        "ListUserPoolClients" => &LIST_USER_POOL_CLIENTS,
        "DescribeUserPoolClient" => &OF_CLIENT,
        "ListTagsForResource" => &LIST_TAGS,
        "DescribeRiskConfiguration" => &DESCRIBE_RISK,
        "ListUsers" => &LIST_USERS,
        "AdminListUserAuthEvents" => &LIST_AUTH_EVENTS,
        "AdminUpdateAuthEventFeedback" => &FEEDBACK,
        "SetRiskConfiguration" => &risk::SET,
        "UpdateUserPool" => &pool::UPDATE,
        "SetUserPoolMfaConfig" => &pool::SET_MFA,
        "UpdateUserPoolClient" => &client::UPDATE,
        "SetLogDeliveryConfiguration" => &pool::SET_LOG_DELIVERY,
        _ => return None,
    })
}

const LIST_USER_POOLS: Shape = Shape::Of(&[must("MaxResults", &MAX_RESULTS), may("NextToken", &TOKEN)]);

const LIST_USER_POOL_CLIENTS: Shape = Shape::Of(&[
    must("UserPoolId", &POOL_ID),
    may("MaxResults", &MAX_RESULTS),
    may("NextToken", &TOKEN),
]);

/// Items on a page of users or of their events, where 0 is as good as none.
const UP_TO_SIXTY: Shape = Shape::Whole(0, 60);

const LIST_USERS: Shape = Shape::Of(&[
    must("UserPoolId", &POOL_ID),
    may("AttributesToGet", &Shape::List(0, 2048, &Shape::Text(1, 32))),
    may("Limit", &UP_TO_SIXTY),
    may("PaginationToken", &TOKEN),
    may("Filter", &Shape::Text(0, 256)),
]);

const LIST_AUTH_EVENTS: Shape = Shape::Of(&[
    must("UserPoolId", &POOL_ID),
    must("Username", &Shape::Text(1, 128)),
    may("MaxResults", &UP_TO_SIXTY),
    may("NextToken", &TOKEN),
]);

const FEEDBACK: Shape = Shape::Of(&[
    must("UserPoolId", &POOL_ID),
    must("Username", &Shape::Text(1, 128)),
    must("EventId", &Shape::Text(1, 50)),
    must("FeedbackValue", &Shape::OneOf(&["Valid", "Invalid"])),
]);

const OF_CLIENT: Shape = Shape::Of(&[must("UserPoolId", &POOL_ID), must("ClientId", &CLIENT_ID)]);

const LIST_TAGS: Shape = Shape::Of(&[must("ResourceArn", &ARN)]);

const DESCRIBE_RISK: Shape = Shape::Of(RISK_IDS);

const RISK_IDS: &[Member] = &[must("UserPoolId", &POOL_ID), may("ClientId", &CLIENT_ID)];
