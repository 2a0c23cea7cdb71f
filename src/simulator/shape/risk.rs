//! The shape of `SetRiskConfiguration`. docs/facts.md, "`SetRiskConfiguration` and its limits".

use crate::simulator::shape::check::{Shape, may, must};
use crate::simulator::shape::common::{ARN, CLIENT_ID, POOL_ID, TEXT};

pub(super) const SET: Shape = Shape::Of(&[
    must("UserPoolId", &POOL_ID),
    may("ClientId", &CLIENT_ID),
    may("CompromisedCredentialsRiskConfiguration", &COMPROMISED),
    may("AccountTakeoverRiskConfiguration", &TAKEOVER),
    may("RiskExceptionConfiguration", &EXCEPTION),
]);

const COMPROMISED: Shape = Shape::Of(&[
    may(
        "EventFilter",
        &Shape::List(
            0,
            usize::MAX,
            &Shape::OneOf(&["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"]),
        ),
    ),
    must(
        "Actions",
        &Shape::Of(&[must("EventAction", &Shape::OneOf(&["BLOCK", "NO_ACTION"]))]),
    ),
]);

const TAKEOVER: Shape = Shape::Of(&[
    may("NotifyConfiguration", &NOTIFY),
    must(
        "Actions",
        &Shape::Of(&[
            may("LowAction", &ACTION),
            may("MediumAction", &ACTION),
            may("HighAction", &ACTION),
        ]),
    ),
]);

/// In the order in which the service prints them.
const ACTION: Shape = Shape::Of(&[
    must("Notify", &Shape::Flag),
    must(
        "EventAction",
        &Shape::OneOf(&["MFA_IF_CONFIGURED", "BLOCK", "NO_ACTION", "MFA_REQUIRED"]),
    ),
]);

const NOTIFY: Shape = Shape::Of(&[
    must("SourceArn", &ARN),
    may("From", &TEXT),
    may("ReplyTo", &TEXT),
    may("BlockEmail", &EMAIL),
    may("NoActionEmail", &EMAIL),
    may("MfaEmail", &EMAIL),
]);

const EMAIL: Shape = Shape::Of(&[
    must("Subject", &Shape::Text(1, 140)),
    may("HtmlBody", &Shape::Text(6, 20_000)),
    may("TextBody", &Shape::Text(6, 20_000)),
]);

const RANGES: Shape = Shape::List(0, 200, &TEXT);

const EXCEPTION: Shape = Shape::Of(&[
    may("BlockedIPRangeList", &RANGES),
    may("SkippedIPRangeList", &RANGES),
]);
