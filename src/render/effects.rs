//! What changes do to requests, in as few lines as say it: clients that exist first, equal answers in one line, and of
//! clients that do not exist yet only what is said of no other. Hostile text: each format escapes it.

use crate::model::effective::{
    AddressChange, Cell, CellChange, Direction, Event, Flow, Movement, Scope, Signal,
};
use crate::text;

/// Names of clients that one line lists; the rest is counted.
const MOST_CLIENTS: usize = 4;

/// Requests that are answered alike on either side.
#[derive(Clone, PartialEq, Eq)]
struct Answers {
    before: String,
    after: String,
    direction: Direction,
}

/// Requests of one kind of client that are answered alike.
#[derive(Clone, PartialEq, Eq)]
struct Requests {
    answers: Answers,
    flows: Vec<Flow>,
    events: Vec<Event>,
    signals: Vec<Signal>,
}

/// Clients for which the same holds.
struct Clients {
    scopes: Vec<Scope>,
    requests: Vec<Requests>,
}

/// One row of a table of changes: requests that are answered otherwise, and alike. Hostile text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Effect {
    /// Whose: `web and app (pool configuration)`.
    pub(super) clients: String,
    /// `password and SRP sign-in`.
    pub(super) requests: String,
    /// `at low and medium risk`.
    pub(super) signals: String,
    /// The earlier answer.
    pub(super) before: String,
    /// The later one.
    pub(super) after: String,
    /// What the change does to protection.
    pub(super) direction: Direction,
}

/// `▼ weaker`: a direction that is seen without colour.
pub(super) fn mark(direction: Direction) -> &'static str {
    match direction {
        Direction::Weaker => "▼ weaker",
        Direction::Undefined => "? undefined",
        Direction::Neutral => "= neutral",
        Direction::Stronger => "▲ stronger",
    }
}

/// The rows of changed cells, those that change nothing of protection left out.
pub(super) struct Effects {
    /// Clients that exist, weakest first; then others, likewise.
    pub(super) rows: Vec<Effect>,
    /// What is said of other clients, where the same changes for them as for clients of the rows.
    pub(super) others: Option<String>,
}

/// The rows of changed cells.
pub(super) fn rows(cells: &[CellChange]) -> Effects {
    let moved: Vec<_> = cells
        .iter()
        .filter(|cell| cell.direction != Direction::Neutral)
        .collect();
    let (others, real): (Vec<_>, Vec<_>) = moved.into_iter().partition(|cell| cell.scope.is_of_others());
    let mut rows = of_clients(&real);
    let others_say = alike(&others, &real);
    if others_say.is_none() {
        rows.extend(of_clients(&others));
    }
    Effects {
        rows,
        others: others_say,
    }
}

/// `other clients: the same`, or whose the same is; `None` where there are no others, or no client changes as they do.
fn alike(others: &[&CellChange], real: &[&CellChange]) -> Option<String> {
    if others.is_empty() {
        return None;
    }
    let scopes = scopes(real);
    let changes_alike = |scope: &&&Scope| {
        let own = || real.iter().filter(|cell| cell.scope == ***scope);
        let has = |other: &&&CellChange| own().any(|cell| says_the_same(other, cell));
        let is_had = |cell: &&CellChange| others.iter().any(|other| says_the_same(other, cell));
        others.iter().all(|other| has(&other)) && own().all(is_had)
    };
    let same: Vec<Scope> = scopes
        .iter()
        .filter(changes_alike)
        .map(|scope| (*scope).clone())
        .collect();
    let others = Scope::Others.label();
    match same.len() {
        0 => None,
        all if all == scopes.len() => Some(format!("{others}: the same")),
        _ => Some(format!("{others}: the same as {}", label(&same))),
    }
}

/// The same as lines. `sides` says what is shown of the earlier answer, the later one, and the direction.
pub(super) fn lines(cells: &[CellChange], sides: &dyn Fn(&str, &str, Direction) -> String) -> Vec<String> {
    let effects = rows(cells);
    let line = |row: &Effect| {
        let sides = sides(&row.before, &row.after, row.direction);
        format!("{}: {} {}: {sides}", row.clients, row.requests, row.signals)
    };
    let mut lines: Vec<_> = effects.rows.iter().map(line).collect();
    lines.extend(effects.others);
    lines
}

/// `other clients: always_allow now applies to 192.0.2.0/24 (weaker)`. A list of which only the mode changes is the same list.
pub(super) fn addresses(clients: &str, change: &AddressChange) -> String {
    moved(clients, ["no longer applies to", "now applies to"], change)
}

/// The same with a verb for a list that shrank, and one for a list that grew.
pub(super) fn moved(clients: &str, [shrank, grew]: [&str; 2], change: &AddressChange) -> String {
    let ranges: Vec<_> = change.ranges.iter().map(ToString::to_string).collect();
    let verb = match change.movement {
        Movement::Shrank => shrank,
        Movement::Grew => grew,
    };
    format!(
        "{clients}: {} {verb} {} ({})",
        change.list.as_str(),
        ranges.join(", "),
        change.direction.label()
    )
}

/// Whether a client that exists has the same answer, however its users sign in. Of a flow that AWS may not cover, what it
/// is if it does.
fn says_the_same(other: &CellChange, real: &CellChange) -> bool {
    let alike = |other: Cell, real: Cell| {
        let (other, real) = (other.under(true), real.under(true));
        let would = other.would.is_none() || real.would.is_none() || other.would == real.would;
        (other.outcome, other.notifies) == (real.outcome, real.notifies) && would
    };
    let kind = |cell: &CellChange| (cell.event, cell.signal, cell.shown_direction());
    kind(other) == kind(real) && alike(other.before, real.before) && alike(other.after, real.after)
}

fn of_clients(cells: &[&CellChange]) -> Vec<Effect> {
    let mut clients: Vec<Clients> = Vec::new();
    for scope in scopes(cells) {
        let own = cells.iter().filter(|cell| cell.scope == *scope);
        let requests = folded(own.map(|cell| Requests::of(cell)).collect());
        let alike = |one: &&mut Clients| one.requests == requests && one.scopes[0].as_str() == scope.as_str();
        match clients.iter_mut().find(alike) {
            Some(group) => group.scopes.push(scope.clone()),
            None => clients.push(Clients {
                scopes: vec![scope.clone()],
                requests,
            }),
        }
    }
    let row = |group: &Clients, one: &Requests| Effect {
        clients: label(&group.scopes),
        requests: one.requests(),
        signals: one.signals(),
        before: one.answers.before.clone(),
        after: one.answers.after.clone(),
        direction: one.answers.direction,
    };
    let of = |group: &Clients| -> Vec<_> { group.requests.iter().map(|one| row(group, one)).collect() };
    let mut rows: Vec<_> = clients.iter().flat_map(of).collect();
    rows.sort_by_key(|row| row.direction);
    rows
}

/// Each scope once, in the order of the cells.
fn scopes<'a>(cells: &[&'a CellChange]) -> Vec<&'a Scope> {
    let mut scopes: Vec<&Scope> = Vec::new();
    for cell in cells {
        if scopes.last() != Some(&&cell.scope) && !scopes.contains(&&cell.scope) {
            scopes.push(&cell.scope);
        }
    }
    scopes
}

/// `web and app (pool configuration)`.
fn label(scopes: &[Scope]) -> String {
    let [first, _, ..] = scopes else {
        return scopes.first().map(Scope::label).unwrap_or_default();
    };
    let names = text::some_words(scopes.iter().filter_map(Scope::key), MOST_CLIENTS);
    let key = first.key().unwrap_or_default();
    let whose = first.label();
    let whose = whose.strip_prefix(key).unwrap_or_default();
    format!("{names}{whose}")
}

impl Requests {
    fn of(cell: &CellChange) -> Self {
        Self {
            answers: Answers {
                before: cell.before.words_in_change(),
                after: cell.after.words_in_change(),
                direction: cell.shown_direction(),
            },
            flows: vec![cell.flow],
            events: vec![cell.event],
            signals: vec![cell.signal],
        }
    }

    /// `password and SRP sign-in`.
    fn requests(&self) -> String {
        let owned = |words: Vec<&'static str>| words.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let flows = text::join_words(&owned(self.flows.iter().map(|flow| flow.label()).collect()));
        let events = text::join_words(&owned(self.events.iter().map(|event| event.label()).collect()));
        // A password change by the password flow.
        if events.starts_with(&flows) {
            events
        } else {
            format!("{flows} {events}")
        }
    }

    /// `at low and medium risk and with compromised credentials`.
    fn signals(&self) -> String {
        let levels: Vec<_> = self
            .signals
            .iter()
            .filter(|signal| signal.risk_level().is_some())
            .map(|signal| signal.as_str().to_owned())
            .collect();
        let leaked = self.signals.contains(&Signal::CompromisedCredentials);
        let levels = match levels.as_slice() {
            [] => None,
            [_, _, _] => Some("at any risk".to_owned()),
            levels => Some(format!("at {} risk", text::join_words(levels))),
        };
        let leaked = leaked.then(|| format!("with {}", Signal::CompromisedCredentials.label()));
        levels.into_iter().chain(leaked).collect::<Vec<_>>().join(" and ")
    }
}

/// Equal answers in one: first at all risks of a flow, then of all flows, then at all events.
fn folded(requests: Vec<Requests>) -> Vec<Requests> {
    let by_signal = fold(requests, |one, other| {
        let alike = one.flows == other.flows && one.events == other.events;
        alike.then(|| one.signals.extend_from_slice(&other.signals))
    });
    let by_flow = fold(by_signal, |one, other| {
        let alike = one.signals == other.signals && one.events == other.events;
        alike.then(|| one.flows.extend_from_slice(&other.flows))
    });
    fold(by_flow, |one, other| {
        let alike = one.signals == other.signals && one.flows == other.flows;
        alike.then(|| one.events.extend_from_slice(&other.events))
    })
}

fn fold(requests: Vec<Requests>, join: impl Fn(&mut Requests, &Requests) -> Option<()>) -> Vec<Requests> {
    let mut folded: Vec<Requests> = Vec::new();
    for one in requests {
        let mut alike = folded.iter_mut().filter(|other| other.answers == one.answers);
        if !alike.any(|other| join(other, &one).is_some()) {
            folded.push(one);
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::client::{Client, Override};
    use crate::model::client_setting::ClientSettings;
    use crate::model::effective::{Table, compare};
    use crate::model::mode::{Mode, Modes};
    use crate::model::posture::Posture;
    use crate::model::response::{
        AccountTakeover, Action, CompromisedAction, CompromisedCredentials, Response, RiskConfiguration,
    };

    fn responses(action: Action) -> RiskConfiguration {
        let at = Some(Response {
            action,
            notify: false,
        });
        RiskConfiguration {
            account_takeover: Some(AccountTakeover {
                low: at,
                medium: at,
                high: at,
                notifications: None,
            }),
            compromised_credentials: Some(CompromisedCredentials {
                action: CompromisedAction::Block,
                events: [].into(),
            }),
            risk_exceptions: None,
        }
    }

    fn client(key: &str, risk: Override, flows: &[&str]) -> Client {
        Client {
            key: key.to_owned(),
            risk,
            settings: ClientSettings {
                auth_flows: Some(flows.iter().map(ToString::to_string).collect()),
                ..ClientSettings::default()
            },
            ..Client::default()
        }
    }

    fn posture(mode: Mode, responses: RiskConfiguration, clients: &[Client]) -> Posture {
        Posture {
            mode: Modes {
                standard: Some(mode),
                custom: Some(Mode::Off),
            },
            responses,
            clients: clients.to_vec(),
            ..Posture::default()
        }
    }

    fn effects(before: &Posture, after: &Posture) -> Vec<String> {
        let changes = compare(&Table::of(before), &Table::of(after)).changes;
        lines(&changes, &|before, after, direction| {
            format!("{before} → {after} ({})", direction.label())
        })
    }

    /// Clients that exist come first and others say only what is new.
    #[test]
    fn existing_clients_precede_others() {
        let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"];
        let clients = [
            client("web", Override::Inherit, &flows),
            client("app", Override::Inherit, &flows),
            client(
                "old",
                Override::Own(Box::new(responses(Action::NoAction))),
                &flows,
            ),
        ];
        let before = posture(Mode::Enforced, responses(Action::Block), &clients);
        let after = posture(Mode::Enforced, responses(Action::NoAction), &clients);
        assert_eq!(
            effects(&before, &after),
            [
                "web and app (pool configuration): password and SRP sign-in at any risk: blocked → allowed (weaker)",
                "other clients: the same",
            ]
        );
        // Without clients there is nobody else to speak of.
        let none = |posture: &Posture| Posture {
            clients: Vec::new(),
            ..posture.clone()
        };
        assert_eq!(
            effects(&none(&before), &none(&after)),
            [
                "other clients: password and SRP sign-in at any risk: blocked → allowed (weaker)",
                "other clients: choice-based (USER_AUTH; AWS does not say) sign-in at any risk: undefined (if covered: blocked) → undefined \
                 (if covered: allowed) (weaker)",
            ]
        );
    }

    /// What is the same in protection is no effect.
    #[test]
    fn equal_protection_is_no_effect() {
        let before = posture(Mode::Audit, responses(Action::Block), &[]);
        let after = posture(Mode::Audit, responses(Action::NoAction), &[]);
        assert_eq!(effects(&before, &after), <[&str; 0]>::default());
    }

    /// Equal answers at several events are one line.
    #[test]
    fn equal_answers_share_a_line() {
        let clients = [client("web", Override::Inherit, &["ALLOW_USER_SRP_AUTH"])];
        let before = posture(Mode::Enforced, responses(Action::Block), &clients);
        let mut after = before.clone();
        let section = after.responses.compromised_credentials.as_mut().unwrap();
        section.action = CompromisedAction::NoAction;
        let found = effects(&before, &after);
        assert_eq!(
            found[0],
            "web (pool configuration): SRP sign-up and password change with compromised credentials: blocked → allowed \
             (weaker)"
        );
    }

    /// What is weaker comes first and many clients are counted.
    #[test]
    fn weaker_first_and_clients_counted() {
        let keys = ["a", "b", "c", "d", "e", "f"];
        let clients = keys.map(|key| client(key, Override::Inherit, &["ALLOW_USER_PASSWORD_AUTH"]));
        let mut before = posture(Mode::Enforced, responses(Action::MfaRequired), &clients);
        let mut after = before.clone();
        let low = |posture: &mut Posture, action| {
            let section = posture.responses.account_takeover.as_mut().unwrap();
            section.low.as_mut().unwrap().action = action;
        };
        low(&mut before, Action::NoAction);
        let section = after.responses.account_takeover.as_mut().unwrap();
        section.high.as_mut().unwrap().action = Action::NoAction;
        let found = effects(&before, &after);
        assert_eq!(
            found,
            [
                "a, b, c, d and 2 more (pool configuration): password sign-in at high risk: MFA required → allowed (weaker)",
                "a, b, c, d and 2 more (pool configuration): password sign-in at low risk: allowed → MFA required (stronger)",
                "other clients: the same",
            ]
        );
    }

    /// Others are said to change like clients only where all of them do.
    #[test]
    fn others_merged_with_clients_if_all_agree() {
        let flows = ["ALLOW_USER_SRP_AUTH"];
        let own = |low, high| {
            let mut own = responses(high);
            own.account_takeover
                .as_mut()
                .unwrap()
                .low
                .as_mut()
                .unwrap()
                .action = low;
            Override::Own(Box::new(own))
        };
        let (block, pass) = (Action::Block, Action::NoAction);
        let with = |action, kept: Override| {
            let clients = [
                client("web", Override::Inherit, &flows),
                client("app", kept, &flows),
            ];
            posture(Mode::Enforced, responses(action), &clients)
        };
        // One client changes as others do, the other in its own way.
        let found = effects(&with(block, own(block, block)), &with(pass, own(pass, block)));
        assert_eq!(
            found.last().unwrap(),
            "other clients: the same as web (pool configuration)"
        );
        assert_eq!(found.len(), 3, "{found:#?}");
        // The only client that changes does so at one risk alone, others at each: they have rows of their own.
        let only = |action, low| {
            let clients = [client("app", own(low, block), &flows)];
            posture(Mode::Enforced, responses(action), &clients)
        };
        let found = effects(&only(block, block), &only(pass, pass));
        assert!(found.iter().all(|line| !line.contains("the same")), "{found:#?}");
        assert!(
            found
                .iter()
                .any(|line| line.starts_with("other clients: password and SRP sign-in at any risk")),
            "{found:#?}"
        );
    }
}
