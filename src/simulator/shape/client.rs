//! The shape of `UpdateUserPoolClient`, as in its API reference. docs/facts.md, "Ids, names and ARNs".

use crate::simulator::shape::check::{Shape, may, must};
use crate::simulator::shape::common::{ARN, CLIENT_ID, POOL_ID, TEXT};

pub(super) const UPDATE: Shape = Shape::Of(&[
    must("UserPoolId", &POOL_ID),
    must("ClientId", &CLIENT_ID),
    may("ClientName", &Shape::Text(1, 128)),
    may("RefreshTokenValidity", &Shape::Whole(0, 315_360_000)),
    may("AccessTokenValidity", &Shape::Whole(1, 86_400)),
    may("IdTokenValidity", &Shape::Whole(1, 86_400)),
    may("TokenValidityUnits", &UNITS),
    may("ReadAttributes", &ATTRIBUTES),
    may("WriteAttributes", &ATTRIBUTES),
    may("ExplicitAuthFlows", &FLOWS),
    may(
        "SupportedIdentityProviders",
        &Shape::List(0, usize::MAX, &Shape::Text(1, 32)),
    ),
    may("CallbackURLs", &URLS),
    may("LogoutURLs", &URLS),
    may("DefaultRedirectURI", &Shape::Text(1, 1024)),
    may(
        "AllowedOAuthFlows",
        &Shape::List(0, 3, &Shape::OneOf(&["code", "implicit", "client_credentials"])),
    ),
    may("AllowedOAuthScopes", &Shape::List(0, 50, &Shape::Text(1, 256))),
    may("AllowedOAuthFlowsUserPoolClient", &Shape::Flag),
    may("AnalyticsConfiguration", &ANALYTICS),
    may(
        "PreventUserExistenceErrors",
        &Shape::OneOf(&["LEGACY", "ENABLED"]),
    ),
    may("EnableTokenRevocation", &Shape::Flag),
    may("EnablePropagateAdditionalUserContextData", &Shape::Flag),
    may("AuthSessionValidity", &Shape::Whole(3, 15)),
    may("RefreshTokenRotation", &ROTATION),
]);

const ATTRIBUTES: Shape = Shape::List(0, usize::MAX, &Shape::Text(1, 2048));

const URLS: Shape = Shape::List(0, 100, &Shape::Text(1, 1024));

const FLOWS: Shape = Shape::List(
    0,
    usize::MAX,
    &Shape::OneOf(&[
        "ADMIN_NO_SRP_AUTH",
        "CUSTOM_AUTH_FLOW_ONLY",
        "USER_PASSWORD_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_AUTH",
        "ALLOW_TOKEN_EXCHANGE_DELEGATION",
        "ALLOW_TOKEN_EXCHANGE_IMPERSONATION",
    ]),
);

const UNIT: Shape = Shape::OneOf(&["seconds", "minutes", "hours", "days"]);

const UNITS: Shape = Shape::Of(&[
    may("AccessToken", &UNIT),
    may("IdToken", &UNIT),
    may("RefreshToken", &UNIT),
]);

const ANALYTICS: Shape = Shape::Of(&[
    may("ApplicationId", &TEXT),
    may("ApplicationArn", &ARN),
    may("RoleArn", &ARN),
    may("ExternalId", &TEXT),
    may("UserDataShared", &Shape::Flag),
]);

const ROTATION: Shape = Shape::Of(&[
    must("Feature", &Shape::OneOf(&["ENABLED", "DISABLED"])),
    may("RetryGracePeriodSeconds", &Shape::Whole(0, 60)),
]);
