//! Every cell against a flat list of plain rules, each straight from the page docs/facts.md: exactly one must speak for
//! every case.

use cogward::model::effective::{Cell, CellOutcome, Event, Flow, Notified, Reason, Signal, cell};
use cogward::model::mode::{Mfa, MfaConfiguration, Mode, Modes};
use cogward::model::notification::{EmailTemplate, Notifications};
use cogward::model::posture::{Origin, Posture};
use cogward::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, PasswordEvent, Response,
    RiskConfiguration,
};

use crate::effective_oracle::{ACTIONS, MFAS, MODES, Passwords, password_sections};

/// What the adaptive section says of the level in question.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Level {
    NoSection,
    Missing,
    Says(Action, bool),
}

#[derive(Clone, Debug)]
struct Case {
    standard: Option<Mode>,
    custom: Option<Mode>,
    mfa: Option<MfaConfiguration>,
    level: Level,
    passwords: Passwords,
    flow: Flow,
    event: Event,
    signal: Signal,
}

impl Case {
    fn adaptive(&self) -> bool {
        self.signal != Signal::CompromisedCredentials
    }

    fn sign_in(&self) -> bool {
        self.event == Event::SignIn
    }

    /// docs/facts.md, "Which flows are covered": the custom mode is for signing in by custom authentication.
    fn mode(&self) -> Option<Mode> {
        match (self.flow, self.event) {
            (Flow::Custom, Event::SignIn) => self.custom,
            _ => self.standard,
        }
    }

    /// The table of docs/facts.md, "Which flows are covered", `yes` and "not mentioned" alike.
    fn may_be_covered(&self) -> bool {
        let never = matches!(self.flow, Flow::Federated | Flow::Machine);
        let elsewhere = self.adaptive() && !self.sign_in();
        let unseen = !self.adaptive() && self.sign_in() && matches!(self.flow, Flow::Srp | Flow::Custom);
        !never && !elsewhere && !unseen
    }

    /// docs/facts.md, "Compromised credentials".
    fn left_out_by_the_filter(&self) -> bool {
        let name = match self.event {
            Event::SignIn => PasswordEvent::SignIn,
            Event::SignUp => PasswordEvent::SignUp,
            Event::PasswordChange => PasswordEvent::PasswordChange,
        };
        let filter = self.passwords.as_ref().map(|(_, events)| events);
        !self.adaptive() && filter.is_some_and(|events| !events.is_empty() && !events.contains(&name))
    }

    fn undocumented(&self) -> bool {
        self.flow == Flow::Unknown && self.sign_in()
    }

    /// The configuration decides: covered, not filtered out, documented.
    fn decided(&self) -> bool {
        self.may_be_covered() && !self.left_out_by_the_filter() && !self.undocumented()
    }

    fn level_says(&self, action: Action, notify: bool, mfa: &[Option<MfaConfiguration>]) -> bool {
        self.decided()
            && self.adaptive()
            && self.level == Level::Says(action, notify)
            && mfa.contains(&self.mfa)
    }

    fn passwords_say(&self, action: CompromisedAction) -> bool {
        self.decided() && !self.adaptive() && self.passwords.as_ref().is_some_and(|(a, _)| *a == action)
    }
}

struct Rule {
    when: Box<dyn Fn(&Case) -> bool>,
    says: Cell,
}

fn says(outcome: CellOutcome, reason: Reason, notifies: Notified) -> Cell {
    Cell {
        outcome,
        would: None,
        notifies,
        reason,
        if_covered: None,
    }
}

fn rule(when: impl Fn(&Case) -> bool + 'static, outcome: CellOutcome, reason: Reason) -> Rule {
    Rule {
        when: Box::new(when),
        says: says(outcome, reason, Notified::No),
    }
}

/// What no configuration decides.
fn outer_rules() -> Vec<Rule> {
    let assessed = |c: &Case| matches!(c.mode(), Some(Mode::Audit | Mode::Enforced));
    vec![
        rule(
            |c| c.flow == Flow::Federated,
            CellOutcome::NotCovered,
            Reason::Federated,
        ),
        rule(
            |c| c.flow == Flow::Machine,
            CellOutcome::NotCovered,
            Reason::Machine,
        ),
        rule(
            |c| c.adaptive() && !c.sign_in() && !matches!(c.flow, Flow::Federated | Flow::Machine),
            CellOutcome::NotCovered,
            Reason::SignInOnly,
        ),
        rule(
            |c| !c.adaptive() && c.sign_in() && c.flow == Flow::Srp,
            CellOutcome::Blind,
            Reason::PasswordHidden,
        ),
        rule(
            |c| !c.adaptive() && c.sign_in() && c.flow == Flow::Custom,
            CellOutcome::NotCovered,
            Reason::NoPassword,
        ),
        rule(
            |c| c.may_be_covered() && c.mode().is_none(),
            CellOutcome::Unknown,
            Reason::ModeUnknown,
        ),
        rule(
            |c| c.may_be_covered() && c.mode() == Some(Mode::Off),
            CellOutcome::Off,
            Reason::ModeOff,
        ),
        rule(
            move |c| c.may_be_covered() && assessed(c) && c.left_out_by_the_filter(),
            CellOutcome::NotCovered,
            Reason::EventNotChecked,
        ),
    ]
}

/// What full function does, flat: one line for each thing that may be configured.
fn full_function() -> Vec<Rule> {
    let mut rules = vec![
        rule(
            |c| c.may_be_covered() && c.undocumented() && !c.left_out_by_the_filter(),
            CellOutcome::Undefined,
            Reason::FlowUndocumented,
        ),
        rule(
            |c| c.decided() && c.adaptive() && c.level == Level::NoSection,
            CellOutcome::Undefined,
            Reason::SectionMissing,
        ),
        rule(
            |c| c.decided() && c.adaptive() && c.level == Level::Missing,
            CellOutcome::Undefined,
            Reason::LevelMissing,
        ),
        rule(
            |c| c.decided() && !c.adaptive() && c.passwords.is_none(),
            CellOutcome::Undefined,
            Reason::SectionMissing,
        ),
        rule(
            |c| c.passwords_say(CompromisedAction::Block),
            CellOutcome::Blocked,
            Reason::Configured,
        ),
        rule(
            |c| c.passwords_say(CompromisedAction::NoAction),
            CellOutcome::Allowed,
            Reason::Configured,
        ),
    ];
    for (action, notify, mfa, outcome, reason) in adaptive_lines() {
        rules.push(Rule {
            when: Box::new(move |c| c.level_says(action, notify, mfa)),
            says: says(outcome, reason, if notify { Notified::Yes } else { Notified::No }),
        });
    }
    rules
}

/// Action, notify, MFA settings, and what then happens. docs/facts.md, "Actions and MFA".
type Line = (
    Action,
    bool,
    &'static [Option<MfaConfiguration>],
    CellOutcome,
    Reason,
);

fn adaptive_lines() -> Vec<Line> {
    use Action::{Block, MfaIfConfigured, MfaRequired, NoAction};
    const OFF: &[Option<MfaConfiguration>] = &[Some(MfaConfiguration::Off)];
    const ON: &[Option<MfaConfiguration>] = &[Some(MfaConfiguration::On)];
    const MAYBE: &[Option<MfaConfiguration>] = &[None, Some(MfaConfiguration::Optional)];
    vec![
        (NoAction, false, &MFAS, CellOutcome::Allowed, Reason::Configured),
        (
            NoAction,
            true,
            &MFAS,
            CellOutcome::AllowedNotified,
            Reason::Configured,
        ),
        (Block, false, &MFAS, CellOutcome::Blocked, Reason::Configured),
        (Block, true, &MFAS, CellOutcome::Blocked, Reason::Configured),
        (MfaIfConfigured, false, OFF, CellOutcome::Allowed, Reason::MfaOff),
        (
            MfaIfConfigured,
            true,
            OFF,
            CellOutcome::AllowedNotified,
            Reason::MfaOff,
        ),
        (
            MfaIfConfigured,
            false,
            MAYBE,
            CellOutcome::MfaIfConfigured,
            Reason::Configured,
        ),
        (
            MfaIfConfigured,
            true,
            MAYBE,
            CellOutcome::MfaIfConfigured,
            Reason::Configured,
        ),
        (
            MfaIfConfigured,
            false,
            ON,
            CellOutcome::MfaRequired,
            Reason::MfaOn,
        ),
        (MfaIfConfigured, true, ON, CellOutcome::MfaRequired, Reason::MfaOn),
        (MfaRequired, false, OFF, CellOutcome::Undefined, Reason::MfaOff),
        (MfaRequired, true, OFF, CellOutcome::Undefined, Reason::MfaOff),
        (
            MfaRequired,
            false,
            MAYBE,
            CellOutcome::MfaRequired,
            Reason::Configured,
        ),
        (
            MfaRequired,
            true,
            MAYBE,
            CellOutcome::MfaRequired,
            Reason::Configured,
        ),
        (MfaRequired, false, ON, CellOutcome::MfaRequired, Reason::MfaOn),
        (MfaRequired, true, ON, CellOutcome::MfaRequired, Reason::MfaOn),
    ]
}

/// Every rule: the outer ones, and full function's once enforced and once audited.
fn rules() -> Vec<Rule> {
    let mut all = outer_rules();
    for Rule { when, says } in full_function() {
        all.push(Rule {
            when: Box::new(move |c| c.mode() == Some(Mode::Enforced) && when(c)),
            says,
        });
    }
    for Rule { when, says: answer } in full_function() {
        all.push(Rule {
            when: Box::new(move |c| c.mode() == Some(Mode::Audit) && when(c)),
            says: Cell {
                would: Some(answer.outcome),
                ..says(CellOutcome::OnlyAudited, Reason::AuditMode, Notified::No)
            },
        });
    }
    all
}

/// The configuration of a case. The levels that are not in question say something else, so that
/// taking the wrong one is noticed.
fn configuration(case: &Case) -> RiskConfiguration {
    let (subject, other) = match case.level {
        Level::NoSection | Level::Missing => (None, Action::Block),
        Level::Says(action, notify) => {
            let other = if action == Action::Block {
                Action::NoAction
            } else {
                Action::Block
            };
            (Some(Response { action, notify }), other)
        }
    };
    let other = Some(Response {
        action: other,
        notify: false,
    });
    let at = |signal| if case.signal == signal { subject } else { other };
    RiskConfiguration {
        account_takeover: (case.level != Level::NoSection).then(|| AccountTakeover {
            low: at(Signal::Low),
            medium: at(Signal::Medium),
            high: at(Signal::High),
            notifications: None,
        }),
        compromised_credentials: case
            .passwords
            .clone()
            .map(|(action, events)| CompromisedCredentials { action, events }),
        risk_exceptions: None,
    }
}

fn levels() -> Vec<Level> {
    let said = ACTIONS
        .into_iter()
        .flat_map(|a| [Level::Says(a, false), Level::Says(a, true)]);
    [Level::NoSection, Level::Missing]
        .into_iter()
        .chain(said)
        .collect()
}

/// Flow, event and signal in every combination.
fn requests() -> Vec<(Flow, Event, Signal)> {
    let flows = Flow::ALL.into_iter();
    let events = flows.flat_map(|f| Event::ALL.map(|e| (f, e)));
    events.flat_map(|(f, e)| Signal::ALL.map(|s| (f, e, s))).collect()
}

/// Every cell is what exactly one plain rule says.
#[test]
fn each_cell_matches_exactly_one_rule() {
    let (rules, levels, sections) = (rules(), levels(), password_sections());
    let mut spoke = vec![false; rules.len()];
    for (flow, event, signal) in requests() {
        for (standard, custom) in MODES.iter().flat_map(|s| MODES.map(|c| (*s, c))) {
            for (mfa, level) in MFAS.iter().flat_map(|m| levels.iter().map(move |l| (m, l))) {
                for passwords in &sections {
                    let case = Case {
                        standard,
                        custom,
                        mfa: *mfa,
                        level: *level,
                        passwords: passwords.clone(),
                        flow,
                        event,
                        signal,
                    };
                    check(&case, &rules, &mut spoke);
                }
            }
        }
    }
    assert!(spoke.iter().all(|s| *s), "a rule of the oracle never spoke");
}

fn check(case: &Case, rules: &[Rule], spoke: &mut [bool]) {
    let posture = Posture {
        mode: Modes {
            standard: case.standard,
            custom: case.custom,
        },
        mfa: Mfa {
            configuration: case.mfa,
            factors: None,
        },
        ..Posture::default()
    };
    let speaking: Vec<_> = (0..rules.len()).filter(|i| (rules[*i].when)(case)).collect();
    assert_eq!(
        speaking.len(),
        1,
        "not exactly one rule for {case:?}: {speaking:?}"
    );
    spoke[speaking[0]] = true;
    let found = cell(&posture, &configuration(case), case.flow, case.event, case.signal);
    let plain = Cell {
        if_covered: None,
        ..found
    };
    assert_eq!(plain, rules[speaking[0]].says, "{case:?}");
    // Whether the flow is covered is open: if it is, the request is treated as one with a password.
    let is_open =
        case.undocumented() && matches!(plain.outcome, CellOutcome::Undefined | CellOutcome::OnlyAudited);
    assert_eq!(found.if_covered.is_some(), is_open, "{case:?}");
    if is_open {
        let with_password = cell(
            &posture,
            &configuration(case),
            Flow::Password,
            case.event,
            case.signal,
        );
        let covered = Cell {
            would: None,
            ..with_password
        };
        assert_eq!(found.under(true), covered, "{case:?}");
        assert_eq!(found.under(false).outcome, CellOutcome::NotCovered, "{case:?}");
    }
}

/// Without the trigger that custom authentication needs, its sign-ins do not take place; everything else is as if the
/// triggers were unknown.
#[test]
fn custom_sign_in_needs_its_trigger() {
    let responses = RiskConfiguration::default();
    let with = |mode: Option<Mode>, triggers: Option<&[&str]>| Posture {
        mode: Modes {
            standard: mode,
            custom: mode,
        },
        triggers: triggers.map(|names| names.iter().map(ToString::to_string).collect()),
        ..Posture::default()
    };
    for mode in MODES {
        for (flow, event, signal) in requests() {
            let found = |triggers| cell(&with(mode, triggers), &responses, flow, event, signal);
            let plain = found(None);
            assert_eq!(found(Some(&["DefineAuthChallenge"])), plain);
            for triggers in [&[][..], &["CreateAuthChallenge", "VerifyAuthChallengeResponse"]] {
                let refused = (flow, event) == (Flow::Custom, Event::SignIn);
                let wanted = if refused {
                    says(CellOutcome::NotCovered, Reason::TriggerMissing, Notified::No)
                } else {
                    plain
                };
                assert_eq!(
                    found(Some(triggers)),
                    wanted,
                    "{mode:?} {flow:?} {event:?} {signal:?}"
                );
            }
        }
    }
}

/// docs/facts.md, "Notification emails": of a pool, an email is sent for sure only where it has the configuration with the
/// template of the action. A policy leaves to the pool what it does not name.
#[test]
fn who_is_notified_for_sure() {
    let template = || Some(EmailTemplate::default());
    let of = |block, mfa, no_action| {
        Some(Notifications {
            block_email: block,
            mfa_email: mfa,
            no_action_email: no_action,
            ..Notifications::default()
        })
    };
    let none = None;
    let all = of(template(), template(), template());
    let but = [
        of(template(), template(), None),
        of(template(), None, template()),
        of(template(), None, template()),
        of(None, template(), template()),
    ];
    for (action, but) in ACTIONS.into_iter().zip(but) {
        for (origin, notifications, expected) in [
            (Origin::Observed, &all, Notified::Yes),
            (Origin::Observed, &but, Notified::Unconfirmed),
            (Origin::Observed, &none, Notified::Unconfirmed),
            (Origin::Desired, &none, Notified::Yes),
            (Origin::Desired, &but, Notified::Yes),
        ] {
            let posture = Posture {
                origin,
                mode: Modes {
                    standard: Some(Mode::Enforced),
                    custom: None,
                },
                ..Posture::default()
            };
            let with = |notify| RiskConfiguration {
                account_takeover: Some(AccountTakeover {
                    high: Some(Response { action, notify }),
                    notifications: notifications.clone(),
                    ..AccountTakeover::default()
                }),
                ..RiskConfiguration::default()
            };
            let found = |notify| {
                cell(
                    &posture,
                    &with(notify),
                    Flow::Password,
                    Event::SignIn,
                    Signal::High,
                )
            };
            assert_eq!(found(false).notifies, Notified::No);
            let found = found(true);
            assert_eq!(found.notifies, expected, "{action:?} {origin:?}");
            assert_eq!(
                found.words().ends_with("(unconfirmed)"),
                expected == Notified::Unconfirmed
            );
            let is_claimed = found.outcome == CellOutcome::AllowedNotified;
            assert_eq!(
                is_claimed,
                action == Action::NoAction && expected == Notified::Yes
            );
        }
    }
}
