//! Effective protection against a slow, obvious oracle: a flat list of plain rules, each straight
//! from the fact sheet, of which exactly one must speak for every case; and what must hold of
//! every comparison.

use std::collections::{BTreeMap, BTreeSet};

use cogward::model::client::{Client, Override};
use cogward::model::effective::{
    AddressList, Cell, Comparison, Direction, Event, Flow, Movement, Outcome, Reason, Signal, Table, cell,
    compare, weaker_than_pool,
};
use cogward::model::exception::{IpRange, RiskExceptions};
use cogward::model::mode::{Mfa, MfaConfiguration, Mode, Modes};
use cogward::model::posture::Posture;
use cogward::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, PasswordEvent, Response,
    RiskConfiguration,
};
use proptest::prelude::*;

const MODES: [Option<Mode>; 4] = [None, Some(Mode::Off), Some(Mode::Audit), Some(Mode::Enforced)];
const MFAS: [Option<MfaConfiguration>; 4] = [
    None,
    Some(MfaConfiguration::Off),
    Some(MfaConfiguration::Optional),
    Some(MfaConfiguration::On),
];
const ACTIONS: [Action; 4] = [
    Action::NoAction,
    Action::MfaIfConfigured,
    Action::MfaRequired,
    Action::Block,
];

/// What the adaptive section says of the level in question.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Level {
    NoSection,
    NoLevel,
    Says(Action, bool),
}

/// What the compromised-credentials section says; the events as written.
type Passwords = Option<(CompromisedAction, BTreeSet<PasswordEvent>)>;

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

    /// Fact sheet 5, 6.6: the custom mode is for signing in by custom authentication.
    fn mode(&self) -> Option<Mode> {
        match (self.flow, self.event) {
            (Flow::Custom, Event::SignIn) => self.custom,
            _ => self.standard,
        }
    }

    /// The table of fact sheet 6.6, `yes` and "not mentioned" alike.
    fn may_be_covered(&self) -> bool {
        match (self.flow, self.event, self.adaptive()) {
            (Flow::Federated | Flow::Machine, _, _) | (_, Event::SignUp | Event::PasswordChange, true) => {
                false
            }
            (Flow::Srp | Flow::Custom, Event::SignIn, false) => false,
            _ => true,
        }
    }

    /// Fact sheet 0.1 item 5 and 6.7.
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

fn says(outcome: Outcome, reason: Reason, notifies: bool) -> Cell {
    Cell {
        outcome,
        would: None,
        notifies,
        reason,
    }
}

fn rule(when: impl Fn(&Case) -> bool + 'static, outcome: Outcome, reason: Reason) -> Rule {
    Rule {
        when: Box::new(when),
        says: says(outcome, reason, false),
    }
}

/// What no configuration decides.
fn outer_rules() -> Vec<Rule> {
    let assessed = |c: &Case| matches!(c.mode(), Some(Mode::Audit | Mode::Enforced));
    vec![
        rule(
            |c| c.flow == Flow::Federated,
            Outcome::NotCovered,
            Reason::Federated,
        ),
        rule(|c| c.flow == Flow::Machine, Outcome::NotCovered, Reason::Machine),
        rule(
            |c| c.adaptive() && !c.sign_in() && !matches!(c.flow, Flow::Federated | Flow::Machine),
            Outcome::NotCovered,
            Reason::SignInOnly,
        ),
        rule(
            |c| !c.adaptive() && c.sign_in() && c.flow == Flow::Srp,
            Outcome::Blind,
            Reason::PasswordHidden,
        ),
        rule(
            |c| !c.adaptive() && c.sign_in() && c.flow == Flow::Custom,
            Outcome::NotCovered,
            Reason::NoPassword,
        ),
        rule(
            |c| c.may_be_covered() && c.mode().is_none(),
            Outcome::Unknown,
            Reason::ModeUnknown,
        ),
        rule(
            |c| c.may_be_covered() && c.mode() == Some(Mode::Off),
            Outcome::Off,
            Reason::ModeOff,
        ),
        rule(
            move |c| c.may_be_covered() && assessed(c) && c.left_out_by_the_filter(),
            Outcome::NotCovered,
            Reason::EventNotChecked,
        ),
    ]
}

/// What full function does, flat: one line for each thing that may be configured.
fn full_function() -> Vec<Rule> {
    use Action::{Block, MfaIfConfigured, MfaRequired, NoAction};
    const OFF: &[Option<MfaConfiguration>] = &[Some(MfaConfiguration::Off)];
    const ON: &[Option<MfaConfiguration>] = &[Some(MfaConfiguration::On)];
    const MAYBE: &[Option<MfaConfiguration>] = &[None, Some(MfaConfiguration::Optional)];
    let mut rules = vec![
        rule(
            |c| c.may_be_covered() && c.undocumented() && !c.left_out_by_the_filter(),
            Outcome::Undefined,
            Reason::FlowUndocumented,
        ),
        rule(
            |c| c.decided() && c.adaptive() && c.level == Level::NoSection,
            Outcome::Undefined,
            Reason::SectionMissing,
        ),
        rule(
            |c| c.decided() && c.adaptive() && c.level == Level::NoLevel,
            Outcome::Undefined,
            Reason::LevelMissing,
        ),
        rule(
            |c| c.decided() && !c.adaptive() && c.passwords.is_none(),
            Outcome::Undefined,
            Reason::SectionMissing,
        ),
        rule(
            |c| c.passwords_say(CompromisedAction::Block),
            Outcome::Blocked,
            Reason::Configured,
        ),
        rule(
            |c| c.passwords_say(CompromisedAction::NoAction),
            Outcome::Allowed,
            Reason::Configured,
        ),
    ];
    let lines = [
        (NoAction, false, &MFAS[..], Outcome::Allowed, Reason::Configured),
        (
            NoAction,
            true,
            &MFAS[..],
            Outcome::AllowedNotified,
            Reason::Configured,
        ),
        (Block, false, &MFAS[..], Outcome::Blocked, Reason::Configured),
        (Block, true, &MFAS[..], Outcome::Blocked, Reason::Configured),
        (MfaIfConfigured, false, OFF, Outcome::Allowed, Reason::MfaOff),
        (
            MfaIfConfigured,
            true,
            OFF,
            Outcome::AllowedNotified,
            Reason::MfaOff,
        ),
        (
            MfaIfConfigured,
            false,
            MAYBE,
            Outcome::MfaIfConfigured,
            Reason::Configured,
        ),
        (
            MfaIfConfigured,
            true,
            MAYBE,
            Outcome::MfaIfConfigured,
            Reason::Configured,
        ),
        (MfaIfConfigured, false, ON, Outcome::MfaRequired, Reason::MfaOn),
        (MfaIfConfigured, true, ON, Outcome::MfaRequired, Reason::MfaOn),
        (MfaRequired, false, OFF, Outcome::Undefined, Reason::MfaOff),
        (MfaRequired, true, OFF, Outcome::Undefined, Reason::MfaOff),
        (
            MfaRequired,
            false,
            MAYBE,
            Outcome::MfaRequired,
            Reason::Configured,
        ),
        (MfaRequired, true, MAYBE, Outcome::MfaRequired, Reason::Configured),
        (MfaRequired, false, ON, Outcome::MfaRequired, Reason::MfaOn),
        (MfaRequired, true, ON, Outcome::MfaRequired, Reason::MfaOn),
    ];
    for (action, notify, mfa, outcome, reason) in lines {
        rules.push(Rule {
            when: Box::new(move |c| c.level_says(action, notify, mfa)),
            says: says(outcome, reason, notify),
        });
    }
    rules
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
                ..says(Outcome::OnlyAudited, Reason::AuditMode, false)
            },
        });
    }
    all
}

/// The configuration of a case. The levels that are not in question say something else, so that
/// taking the wrong one is noticed.
fn configuration(case: &Case) -> RiskConfiguration {
    let (subject, other) = match case.level {
        Level::NoSection | Level::NoLevel => (None, Action::Block),
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
    [Level::NoSection, Level::NoLevel]
        .into_iter()
        .chain(said)
        .collect()
}

fn password_sections() -> Vec<Passwords> {
    let mut sections = vec![None];
    for action in [CompromisedAction::NoAction, CompromisedAction::Block] {
        for bits in 0..8_usize {
            let listed = PasswordEvent::ALL
                .iter()
                .enumerate()
                .filter(|(i, _)| bits & (1 << i) != 0);
            sections.push(Some((action, listed.map(|(_, event)| *event).collect())));
        }
    }
    sections
}

/// Flow, event and signal in every combination.
fn requests() -> Vec<(Flow, Event, Signal)> {
    let flows = Flow::ALL.into_iter();
    let events = flows.flat_map(|f| Event::ALL.map(|e| (f, e)));
    events.flat_map(|(f, e)| Signal::ALL.map(|s| (f, e, s))).collect()
}

#[test]
fn every_cell_is_what_exactly_one_plain_rule_says() {
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
    assert_eq!(found, rules[speaking[0]].says, "{case:?}");
}

// ---- comparison ------------------------------------------------------------------------------

fn a_response() -> impl Strategy<Value = Option<Response>> {
    let response = (prop::sample::select(&ACTIONS[..]), any::<bool>())
        .prop_map(|(action, notify)| Response { action, notify });
    prop::option::weighted(0.8, response)
}

fn ranges() -> impl Strategy<Value = Vec<IpRange>> {
    let texts = [
        "192.0.2.0/24",
        "192.0.2.0/25",
        "198.51.100.7/32",
        "2001:db8::/32",
        "0.0.0.0/0",
        "office",
    ];
    prop::collection::vec(prop::sample::select(texts.to_vec()), 0..3)
        .prop_map(|list| list.into_iter().map(IpRange::new).collect())
}

fn a_configuration() -> impl Strategy<Value = RiskConfiguration> {
    let adaptive =
        (a_response(), a_response(), a_response()).prop_map(|(low, medium, high)| AccountTakeover {
            low,
            medium,
            high,
            notifications: None,
        });
    let passwords = prop::sample::select(password_sections())
        .prop_map(|section| section.map(|(action, events)| CompromisedCredentials { action, events }));
    let exceptions = (ranges(), ranges()).prop_map(|(always_block, always_allow)| RiskExceptions {
        always_block,
        always_allow,
    });
    (
        prop::option::weighted(0.8, adaptive),
        passwords,
        prop::option::of(exceptions),
    )
        .prop_map(
            |(account_takeover, compromised_credentials, risk_exceptions)| RiskConfiguration {
                account_takeover,
                compromised_credentials,
                risk_exceptions,
            },
        )
}

fn a_client(key: &'static str) -> impl Strategy<Value = Client> {
    let risk = prop_oneof![
        Just(Override::Unknown),
        Just(Override::Inherit),
        a_configuration().prop_map(|own| Override::Own(Box::new(own))),
    ];
    let names = vec![
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "USER_PASSWORD_AUTH",
        "ALLOW_USER_AUTH",
    ];
    let flows = prop::option::of(prop::sample::subsequence(names, 0..=4));
    (risk, flows).prop_map(move |(risk, flows)| Client {
        key: key.to_owned(),
        risk,
        auth_flows: flows.map(|f| f.into_iter().map(str::to_owned).collect()),
        ..Client::default()
    })
}

fn a_posture() -> impl Strategy<Value = Posture> {
    let clients = (
        prop::option::of(a_client("web")),
        prop::option::of(a_client("api")),
    )
        .prop_map(|(web, api)| web.into_iter().chain(api).collect());
    (
        prop::sample::select(&MODES[..]),
        prop::sample::select(&MODES[..]),
        prop::sample::select(&MFAS[..]),
        a_configuration(),
        clients,
        prop::option::of(a_client("*")),
    )
        .prop_map(
            |(standard, custom, configuration, responses, clients, other_clients)| Posture {
                mode: Modes { standard, custom },
                mfa: Mfa {
                    configuration,
                    factors: None,
                },
                responses,
                clients,
                other_clients,
                ..Posture::default()
            },
        )
}

type Directions = (
    BTreeMap<(Option<String>, Flow, Event, Signal), Direction>,
    BTreeMap<(Option<String>, AddressList, Movement), Direction>,
);

fn directions(comparison: &Comparison, turned: bool) -> Directions {
    let turn = |d: Direction| if turned { d.reversed() } else { d };
    let move_back = |m| match m {
        Movement::Grew if turned => Movement::Shrank,
        Movement::Shrank if turned => Movement::Grew,
        m => m,
    };
    let key = |scope: &cogward::model::effective::Scope| scope.key().map(str::to_owned);
    let cells = comparison.changes.iter();
    let lists = comparison.addresses.iter();
    (
        cells
            .map(|c| ((key(&c.scope), c.flow, c.event, c.signal), turn(c.direction)))
            .collect(),
        lists
            .map(|c| ((key(&c.scope), c.list, move_back(c.movement)), turn(c.direction)))
            .collect(),
    )
}

fn between(before: &Posture, after: &Posture) -> Comparison {
    compare(&Table::of(before), &Table::of(after))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_changes_against_itself(posture in a_posture()) {
        let found = between(&posture, &posture);
        prop_assert!(found.is_empty(), "{found:?}");
        prop_assert_eq!(found.direction(), Direction::Neutral);
    }

    #[test]
    fn undoing_a_change_reverses_it(before in a_posture(), after in a_posture()) {
        let (there, back) = (between(&before, &after), between(&after, &before));
        prop_assert_eq!(directions(&there, false), directions(&back, true));
        prop_assert_eq!(there.unmatched.len(), back.unmatched.len());
    }

    #[test]
    fn raising_an_action_never_weakens(posture in a_posture(), level in 0..3_usize, action in prop::sample::select(&ACTIONS[..])) {
        let mut after = posture.clone();
        let Some(section) = &mut after.responses.account_takeover else { return Ok(()) };
        let levels = [&mut section.low, &mut section.medium, &mut section.high];
        let Some(Some(response)) = levels.into_iter().nth(level) else { return Ok(()) };
        response.action = response.action.max(action);
        let found = between(&posture, &after);
        prop_assert!(!found.weakens(), "{found:?}");
    }

    #[test]
    fn telling_users_never_weakens(posture in a_posture()) {
        let mut after = posture.clone();
        let Some(section) = &mut after.responses.account_takeover else { return Ok(()) };
        for response in [&mut section.low, &mut section.medium, &mut section.high].into_iter().flatten() {
            response.notify = true;
        }
        prop_assert!(!between(&posture, &after).weakens());
    }

    #[test]
    fn raising_a_known_mode_never_weakens(posture in a_posture(), standard in prop::sample::select(&MODES[1..]), custom in prop::sample::select(&MODES[1..])) {
        let mut after = posture.clone();
        after.mode.standard = posture.mode.standard.map(|m| m.max(standard.unwrap_or(Mode::Off)));
        after.mode.custom = posture.mode.custom.map(|m| m.max(custom.unwrap_or(Mode::Off)));
        let found = between(&posture, &after);
        prop_assert!(!found.weakens(), "{found:?}");
    }

    #[test]
    fn blocking_leaked_passwords_at_more_events_never_weakens(posture in a_posture(), event in prop::sample::select(&PasswordEvent::ALL[..])) {
        let mut after = posture.clone();
        let Some(section) = &mut after.responses.compromised_credentials else { return Ok(()) };
        section.action = CompromisedAction::Block;
        if !section.events.is_empty() {
            section.events.insert(event);
        }
        let found = between(&posture, &after);
        prop_assert!(!found.weakens(), "{found:?}");
    }

    #[test]
    fn a_client_with_the_pools_own_configuration_is_nowhere_weaker(posture in a_posture(), client in a_client("x")) {
        let mut client = client;
        client.risk = Override::Own(Box::new(posture.responses.clone()));
        let found = weaker_than_pool(&posture, &client);
        prop_assert!(found.changes.is_empty() && found.addresses.is_empty());
    }
}
