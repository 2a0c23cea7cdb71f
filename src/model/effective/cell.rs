//! One cell: what really happens to one kind of request.

use crate::model::effective::reason::Reason;
use crate::model::effective::terms::{Cell, CellOutcome, Covered, Event, Flow, Notified, Signal};
use crate::model::mode::{MfaConfiguration, Mode};
use crate::model::posture::{DEFINE_AUTH_CHALLENGE, Origin, Posture};
use crate::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, Response, RiskConfiguration,
    RiskLevel,
};

/// What really happens when `signal` is seen in a request of kind `event` of a user who signs in
/// by `flow`, under the modes and MFA setting of `posture` and the risk configuration
/// `responses` (the pool's or a client's own). Total. docs/facts.md, "Which flows are covered", and what stands there
/// below "What happens to a request".
///
/// Order of reasons: what no mode can change (custom sign-in that the service refuses, a flow that is never covered, a password that
/// cannot be seen, adaptive authentication away from sign-in), then the mode, then the
/// configuration. Decisions where the sources leave room:
///
/// - Sign-up and password change belong to the standard mode whatever the flow, and there every
///   local user's password is visible, also that of users who sign in by SRP, custom
///   authentication or `USER_AUTH`.
/// - An event that the filter leaves out is not covered even where the flow is undocumented.
/// - `notifies` is the flag of an action that is carried out. `MFA_REQUIRED` with MFA OFF keeps
///   it, although what is carried out then is undefined. Without the notification configuration, or its template for the
///   action, whether a user is notified is unconfirmed, and the outcome is that of an action that notifies nobody. Of a
///   policy, what it does not manage of that is taken to be configured in AWS.
/// - Where it is not documented whether the flow is covered, the cell says what happens if it is, so that two of them
///   can be compared under either answer.
pub fn cell(
    posture: &Posture,
    responses: &RiskConfiguration,
    flow: Flow,
    event: Event,
    signal: Signal,
) -> Cell {
    judge(posture, &Source::Known(responses), flow, event, signal)
}

/// The risk configuration that decides, or why it is unknown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a> {
    /// Known.
    Known(&'a RiskConfiguration),
    /// Unknown: whatever it decides is unknown.
    Unknown(Reason),
}

/// [`cell`] for a risk configuration that may not be known.
pub(super) fn judge(posture: &Posture, source: &Source, flow: Flow, event: Event, signal: Signal) -> Cell {
    if flow == Flow::Custom
        && event == Event::SignIn
        && posture.has_trigger(DEFINE_AUTH_CHALLENGE) == Some(false)
    {
        return Cell::plain(CellOutcome::NotCovered, Reason::TriggerMissing);
    }
    if let Some(cell) = whatever_the_mode(flow, event, signal) {
        return cell;
    }
    let enforced = match governing_mode(posture, flow, event) {
        None => return Cell::plain(CellOutcome::Unknown, Reason::ModeUnknown),
        Some(Mode::Off) => return Cell::plain(CellOutcome::Off, Reason::ModeOff),
        Some(Mode::Audit) => false,
        Some(Mode::Enforced) => true,
    };
    let answer = match source {
        Source::Unknown(reason) => return Cell::plain(CellOutcome::Unknown, *reason),
        Source::Known(responses) => full_function(posture, responses, flow, event, signal),
    };
    if enforced || answer.reason == Reason::EventNotChecked {
        return answer;
    }
    let audited = Cell::plain(CellOutcome::OnlyAudited, Reason::AuditMode);
    Cell {
        would: Some(answer.outcome),
        // Whether it is audited hangs on the same answer of AWS.
        if_covered: answer.if_covered.map(|_| audited.as_covered()),
        ..audited
    }
}

/// The mode that governs: custom authentication's sign-in has one of its own.
pub fn governing_mode(posture: &Posture, flow: Flow, event: Event) -> Option<Mode> {
    if flow == Flow::Custom && event == Event::SignIn {
        posture.mode.custom
    } else {
        posture.mode.standard
    }
}

impl Cell {
    /// A cell that notifies nobody and has no "would".
    pub(super) fn plain(outcome: CellOutcome, reason: Reason) -> Self {
        Self {
            outcome,
            would: None,
            notifies: Notified::No,
            reason,
            if_covered: None,
        }
    }

    fn as_covered(self) -> Covered {
        Covered {
            outcome: self.outcome,
            notifies: self.notifies,
            reason: self.reason,
        }
    }

    fn configured(outcome: CellOutcome, notifies: Notified) -> Self {
        Self {
            notifies,
            ..Self::plain(outcome, Reason::Configured)
        }
    }
}

fn whatever_the_mode(flow: Flow, event: Event, signal: Signal) -> Option<Cell> {
    let compromised = signal == Signal::CompromisedCredentials;
    let (outcome, reason) = match flow {
        Flow::Federated => (CellOutcome::NotCovered, Reason::Federated),
        Flow::Machine => (CellOutcome::NotCovered, Reason::Machine),
        _ if !compromised && event != Event::SignIn => (CellOutcome::NotCovered, Reason::SignInOnly),
        Flow::Srp if compromised && event == Event::SignIn => (CellOutcome::Blind, Reason::PasswordHidden),
        Flow::Custom if compromised && event == Event::SignIn => {
            (CellOutcome::NotCovered, Reason::NoPassword)
        }
        _ => return None,
    };
    Some(Cell::plain(outcome, reason))
}

/// What ENFORCED does.
fn full_function(
    posture: &Posture,
    responses: &RiskConfiguration,
    flow: Flow,
    event: Event,
    signal: Signal,
) -> Cell {
    let passwords = responses.compromised_credentials.as_ref();
    let answer = match signal.risk_level() {
        None if passwords.is_some_and(|section| !section.checks(event.password_event())) => {
            return Cell::plain(CellOutcome::NotCovered, Reason::EventNotChecked);
        }
        None => compromised(passwords),
        Some(level) => adaptive(
            responses.account_takeover.as_ref(),
            level,
            posture.mfa.configuration,
            posture.origin,
        ),
    };
    if flow == Flow::Unknown && event == Event::SignIn {
        return Cell {
            if_covered: Some(answer.as_covered()),
            ..Cell::plain(CellOutcome::Undefined, Reason::FlowUndocumented)
        };
    }
    answer
}

fn compromised(section: Option<&CompromisedCredentials>) -> Cell {
    match section.map(|s| s.action) {
        None => Cell::plain(CellOutcome::Undefined, Reason::SectionMissing),
        Some(CompromisedAction::NoAction) => Cell::configured(CellOutcome::Allowed, Notified::No),
        Some(CompromisedAction::Block) => Cell::configured(CellOutcome::Blocked, Notified::No),
    }
}

fn adaptive(
    section: Option<&AccountTakeover>,
    level: RiskLevel,
    mfa: Option<MfaConfiguration>,
    origin: Origin,
) -> Cell {
    let Some(section) = section else {
        return Cell::plain(CellOutcome::Undefined, Reason::SectionMissing);
    };
    let Some(response) = section.at(level) else {
        return Cell::plain(CellOutcome::Undefined, Reason::LevelMissing);
    };
    let (action, notify) = (response.action, notified(section, response, origin));
    match action {
        Action::Block => Cell::configured(CellOutcome::Blocked, notify),
        Action::NoAction => Cell::configured(allowed(notify), notify),
        Action::MfaIfConfigured | Action::MfaRequired => {
            challenge(action == Action::MfaRequired, notify, mfa)
        }
    }
}

/// Whether a response notifies the user (docs/facts.md, "Notification emails").
fn notified(section: &AccountTakeover, response: Response, origin: Origin) -> Notified {
    let Response { action, notify } = response;
    let notifications = section.notifications.as_ref();
    let has_template = || notifications.is_some_and(|all| all.template(action.template()).is_some());
    if !notify {
        Notified::No
    } else if origin == Origin::Desired || has_template() {
        Notified::Yes
    } else {
        Notified::Unconfirmed
    }
}

/// An MFA action against the pool's MFA setting (docs/facts.md, "Actions and MFA"); unknown is face value.
fn challenge(required: bool, notify: Notified, mfa: Option<MfaConfiguration>) -> Cell {
    let (outcome, reason) = match (mfa, required) {
        (Some(MfaConfiguration::Off), false) => (allowed(notify), Reason::MfaOff),
        (Some(MfaConfiguration::Off), true) => (CellOutcome::Undefined, Reason::MfaOff),
        (Some(MfaConfiguration::On), _) => (CellOutcome::MfaRequired, Reason::MfaOn),
        (_, false) => (CellOutcome::MfaIfConfigured, Reason::Configured),
        (_, true) => (CellOutcome::MfaRequired, Reason::Configured),
    };
    Cell {
        reason,
        ..Cell::configured(outcome, notify)
    }
}

fn allowed(notify: Notified) -> CellOutcome {
    match notify {
        Notified::Yes => CellOutcome::AllowedNotified,
        Notified::Unconfirmed | Notified::No => CellOutcome::Allowed,
    }
}
