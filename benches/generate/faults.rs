//! The faults that a generated policy may have: each replaces one piece of the template.

/// One fault: what stands in the clean template, and what a mistaken author wrote.
pub struct Fault {
    /// The id of the rule that is expected to find it.
    pub rule: &'static str,
    /// Text of the template; it occurs exactly once there.
    pub clean: &'static str,
    /// What takes its place.
    pub faulty: &'static str,
}

const fn fault(rule: &'static str, clean: &'static str, faulty: &'static str) -> Fault {
    Fault { rule, clean, faulty }
}

/// Every kind of fault, over all parts of the policy language.
pub const FAULTS: &[Fault] = &[
    fault(
        "plan-without-threat-protection",
        "feature_plan: PLUS",
        "feature_plan: ESSENTIALS",
    ),
    fault("threat-protection-off", "standard: ENFORCED", "standard: OFF"),
    fault("responses-inert", "standard: ENFORCED", "standard: AUDIT"),
    fault(
        "enforced-before-audit",
        "audit_since: 2026-0@MONTH@-15",
        "audit_since: 2026-11-20",
    ),
    fault(
        "adaptive-mfa-impossible",
        "configuration: OPTIONAL",
        "configuration: OFF",
    ),
    fault(
        "adaptive-mfa-moot",
        "configuration: OPTIONAL",
        "configuration: ON",
    ),
    fault(
        "low-risk-blocked",
        "low: { action: NO_ACTION, notify: false }",
        "low: { action: BLOCK, notify: true }",
    ),
    fault(
        "high-risk-allowed",
        "high: { action: BLOCK, notify: true }",
        "high: { action: NO_ACTION, notify: false }",
    ),
    fault(
        "responses-not-escalating",
        "high: { action: BLOCK, notify: true }",
        "high: { action: MFA_IF_CONFIGURED, notify: true }\n  # was BLOCK, users complained",
    ),
    fault(
        "blocked-user-not-told",
        "high: { action: BLOCK, notify: true }",
        "high: { action: BLOCK, notify: false }",
    ),
    fault(
        "risk-level-missing",
        "medium: { action: MFA_IF_CONFIGURED, notify: true }",
        "# medium: still to be decided",
    ),
    fault(
        "notify-source-account",
        "ses:@REGION@:123456789012:",
        "ses:@REGION@:210987654321:",
    ),
    fault("notify-source-region", "ses:@REGION@:", "ses:sa-east-1:"),
    fault(
        "notify-from-mismatch",
        "from: security@example.com",
        "from: security@example.net",
    ),
    fault(
        "notify-placeholder-unknown",
        "at {login-time} from",
        "at {logintime} from",
    ),
    fault(
        "notify-template-missing",
        "    mfa_email:",
        "    no_action_email:",
    ),
    fault(
        "compromised-credentials-allowed",
        "compromised_credentials:\n  action: BLOCK",
        "compromised_credentials:\n  action: NO_ACTION",
    ),
    fault(
        "compromised-credentials-event-missing",
        "events: [SIGN_IN, SIGN_UP, PASSWORD_CHANGE]",
        "events: [SIGN_IN]",
    ),
    fault(
        "enforced-without-responses",
        "compromised_credentials:\n  action: BLOCK\n  events: [SIGN_IN, SIGN_UP, PASSWORD_CHANGE]\n",
        "",
    ),
    fault("cidr-invalid", "- 45.@A@.32.0/24", "- 45.@A@.32.7"),
    fault("cidr-host-bits", "- 45.@A@.32.0/24", "- 45.@A@.32.7/24"),
    fault("cidr-covered", "- 45.@A@.32.0/24", "- 45.@A@.17.0/24"),
    fault(
        "cidr-allow-and-block",
        "cidr: 52.@B@.8.0/24",
        "cidr: 45.@A@.32.0/25",
    ),
    fault("allow-range-too-wide", "cidr: 52.@B@.8.0/24", "cidr: 52.0.0.0/8"),
    fault("range-not-public", "cidr: 52.@B@.8.0/24", "cidr: 10.@B@.8.0/24"),
    fault(
        "client-override-incomplete",
        "    id: 2example@N@mobile\n    auth_flows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]\n    inherit: true",
        "    id: 2example@N@mobile\n    auth_flows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]\n    compromised_credentials: { action: NO_ACTION }",
    ),
    fault(
        "compromised-credentials-blind",
        "    id: 1example@N@web\n    auth_flows: [ALLOW_USER_PASSWORD_AUTH,",
        "    id: 1example@N@web\n    auth_flows: [ALLOW_USER_SRP_AUTH,",
    ),
    fault(
        "custom-auth-unprotected",
        "    id: 1example@N@web\n    auth_flows: [ALLOW_USER_PASSWORD_AUTH,",
        "    id: 1example@N@web\n    auth_flows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_CUSTOM_AUTH,",
    ),
    fault(
        "alarm-dead",
        "metric: AccountTakeoverRisk",
        "metric: AccountTakeOverRisks",
    ),
    fault(
        "alarm-silent",
        "CompromisedCredentialRisk, operation: SignIn, risk_level: High, threshold: 1, period: 5m,\n      evaluation_periods: 1, actions: [arn:aws:sns:@REGION@:123456789012:security] }",
        "CompromisedCredentialRisk, operation: SignIn, risk_level: High, threshold: 1, period: 5m,\n      evaluation_periods: 1, actions: [] }",
    ),
    fault(
        "alarm-blind",
        "AccountTakeoverRisk, operation: SignIn, risk_level: High, threshold: 1,",
        "AccountTakeoverRisk, operation: SignIn, risk_level: High, threshold: 100,",
    ),
    fault(
        "user-activity-not-exported",
        "log_delivery:\n  user_auth_events:",
        "log_delivery:\n  user_notification:",
    ),
];
