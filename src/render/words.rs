//! Small words and colours that several formats share.

use owo_colors::Style;

use crate::finding::{Finding, Severity, Suppression};
use crate::model::effective::{Event, Flow, Outcome, Reason, Scope};

/// The colour of a severity on a terminal.
pub(super) fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => Style::new().red().bold(),
        Severity::Warning => Style::new().yellow().bold(),
        Severity::Note => Style::new().cyan().bold(),
    }
}

/// The text, unless it is blank.
pub(super) fn filled(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}

/// Why a finding does not count, in a sentence without a full stop. Hostile text.
pub(super) fn suppression(suppression: &Suppression) -> String {
    match suppression {
        Suppression::Waiver { reason, until } => format!("waived until {until}: {reason}"),
        Suppression::Ignore { reason } if reason.trim().is_empty() => {
            "ignored in the file, without a reason".to_owned()
        }
        Suppression::Ignore { reason } => format!("ignored in the file: {reason}"),
        Suppression::Baseline => "listed in the baseline".to_owned(),
    }
}

/// Sort key: findings that count before suppressed ones, then by severity, the worst first. Equal
/// findings keep their order under a stable sort.
pub(super) fn worst_first(finding: &Finding) -> (bool, std::cmp::Reverse<Severity>) {
    (finding.suppressed.is_some(), std::cmp::Reverse(finding.severity))
}

/// `✕`-like mark of an outcome, so that a table can be read without colour.
pub(super) fn outcome_symbol(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Blocked => "✕",
        Outcome::MfaRequired => "◆",
        Outcome::MfaIfConfigured => "◇",
        Outcome::AllowedNotified => "✉",
        Outcome::Allowed => "→",
        Outcome::OnlyAudited => "◎",
        Outcome::Undefined => "‼",
        Outcome::Blind => "◌",
        Outcome::Off => "○",
        Outcome::NotCovered => "–",
        Outcome::Unknown => "?",
    }
}

/// An outcome for people.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Blocked => "blocked",
        Outcome::MfaRequired => "MFA required",
        Outcome::MfaIfConfigured => "MFA if configured",
        Outcome::AllowedNotified => "allowed and notified",
        Outcome::Allowed => "allowed",
        Outcome::OnlyAudited => "only audited",
        Outcome::Undefined => "undefined",
        Outcome::Blind => "blind",
        Outcome::Off => "off",
        Outcome::NotCovered => "not covered",
        Outcome::Unknown => "unknown",
    }
}

/// An outcome as an identifier, the word that machine formats use.
pub(super) fn outcome_id(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Blocked => "blocked",
        Outcome::MfaRequired => "mfa-required",
        Outcome::MfaIfConfigured => "mfa-if-configured",
        Outcome::AllowedNotified => "allowed-notified",
        Outcome::Allowed => "allowed",
        Outcome::OnlyAudited => "only-audited",
        Outcome::Undefined => "undefined",
        Outcome::Blind => "blind",
        Outcome::Off => "off",
        Outcome::NotCovered => "not-covered",
        Outcome::Unknown => "unknown",
    }
}

/// A flow for people.
pub(super) fn flow(flow: Flow) -> &'static str {
    match flow {
        Flow::Password => "password",
        Flow::Srp => "SRP",
        Flow::Custom => "custom authentication",
        Flow::Federated => "federated",
        Flow::Machine => "machine to machine",
        Flow::Unknown => "choice-based (undocumented)",
    }
}

/// An event for people.
pub(super) fn event(event: Event) -> &'static str {
    match event {
        Event::SignIn => "sign-in",
        Event::SignUp => "sign-up",
        Event::PasswordChange => "password change",
    }
}

/// Headings of the four columns, in the order of [`Signal`](crate::model::effective::Signal).
pub(super) const SIGNALS: [&str; 4] = ["low risk", "medium risk", "high risk", "compromised credentials"];

/// Whose configuration decides, for people. Hostile text.
pub(super) fn scope(scope: &Scope) -> String {
    match scope {
        Scope::Others => "other clients".to_owned(),
        Scope::Inherits(client) => format!("{client} (pool configuration)"),
        Scope::Own(client) => format!("{client} (own configuration)"),
    }
}

/// Why a cell is as it is, one sentence. Fact sheet 6.
pub(super) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Configured => "The configured action is carried out.",
        Reason::AuditMode => "The mode is AUDIT: risk is recorded and nothing is done about it.",
        Reason::ModeOff => "The mode is OFF.",
        Reason::ModeUnknown => "The mode is not known.",
        Reason::SectionMissing => "ENFORCED without a configuration to enforce: nothing may happen.",
        Reason::LevelMissing => "ENFORCED, and this level has no action.",
        Reason::MfaOff => "The action wants MFA and the pool's MFA is OFF.",
        Reason::MfaOn => "The pool's MFA is ON: everybody is challenged anyway.",
        Reason::EventNotChecked => "This event is not in the list of checked events.",
        Reason::PasswordHidden => "With SRP, Cognito never sees the password.",
        Reason::NoPassword => "Custom authentication has no password to check.",
        Reason::Federated => "Federated sign-in is never covered.",
        Reason::Machine => "Machine-to-machine requests have no user and are never covered.",
        Reason::FlowUndocumented => "AWS does not say whether choice-based sign-in is covered.",
        Reason::SignInOnly => "Adaptive authentication works at sign-in only.",
        Reason::OverrideUnknown => "Whether the client has a configuration of its own is not known.",
    }
}
