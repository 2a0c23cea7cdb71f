//! The effective-protection table of a posture.

use std::collections::BTreeSet;

use crate::model::client::{Client, EVERY_OTHER, Override};
use crate::model::effective::addresses::ScopeAddresses;
use crate::model::effective::cell::{Source, judge};
use crate::model::effective::flows::flows;
use crate::model::effective::reason::Reason;
use crate::model::effective::terms::{Cell, Event, Flow, Scope, Signal};
use crate::model::posture::{Origin, Part, Posture};

/// One row: a scope, a flow and an event, with a cell for each signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose configuration.
    pub scope: Scope,
    /// How the user signs in.
    pub flow: Flow,
    /// What the request is.
    pub event: Event,
    /// Cells in the order of [`Signal`]: low, medium, high, compromised credentials.
    pub cells: [Cell; 4],
}

/// The effective-protection table of one posture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Rows ordered by scope as in the posture (`Others` first), then flow, then event.
    pub rows: Vec<Row>,
    /// IP exceptions, one entry for each scope, in the same order.
    pub addresses: Vec<ScopeAddresses>,
    /// Whether not all clients could be read: there may be some that have no row, or rows that are not as they are.
    pub clients_unread: bool,
}

impl Table {
    /// The table of a posture. Total.
    ///
    /// [`Scope::Others`] comes first, with the pool's risk configuration and the flows that
    /// `other_clients` knows, or all. Where a policy gives every other client an
    /// override, that follows as [`Scope::Own`] with the key `*`. Then each client with its known
    /// flows, or all, three events each.
    ///
    /// A client of which it is unknown whether it has an override has the pool's, or,
    /// in an observed posture whose clients could not be read, unknown cells. Whatever a pool's
    /// configuration that could not be read decides is unknown too.
    pub fn of(posture: &Posture) -> Self {
        let mut table = Self {
            clients_unread: clients_unread(posture),
            ..Self::default()
        };
        for governed in scopes(posture) {
            table.rows.extend(rows(posture, &governed));
            table
                .addresses
                .push(ScopeAddresses::of(posture, governed.scope, &governed.source));
        }
        table
    }
}

/// A scope with what decides its rows.
#[derive(Clone, Debug)]
pub(super) struct Governed<'a> {
    /// The scope.
    pub scope: Scope,
    /// Its risk configuration.
    pub source: Source<'a>,
    /// Its flows.
    pub flows: BTreeSet<Flow>,
}

impl<'a> Governed<'a> {
    /// A client with the configuration that applies to it.
    pub(super) fn client(posture: &'a Posture, client: &'a Client) -> Self {
        let key = client.key.clone();
        let unread = clients_unread(posture);
        let (scope, source) = match &client.risk {
            Override::Own(_) if posture.template.may_reset(Some(&key)) => {
                (Scope::Own(key), Source::Unknown(Reason::ResponsesUnread))
            }
            Override::Own(own) => (Scope::Own(key), Source::Known(own)),
            Override::Unknown if unread => (Scope::Inherits(key), Source::Unknown(Reason::OverrideUnknown)),
            Override::Inherit | Override::Unknown => (Scope::Inherits(key), pool_source(posture)),
        };
        Self {
            scope,
            source,
            flows: flows(client).unwrap_or_else(all_flows),
        }
    }
}

fn clients_unread(posture: &Posture) -> bool {
    posture.origin == Origin::Observed && posture.unread.contains(&Part::Clients)
}

/// The pool's configuration.
pub(super) fn pool_source(posture: &Posture) -> Source<'_> {
    let is_unread = posture.origin == Origin::Observed && posture.unread.contains(&Part::Responses);
    if is_unread || posture.template.may_reset(None) {
        Source::Unknown(Reason::ResponsesUnread)
    } else {
        Source::Known(&posture.responses)
    }
}

/// The four cells of a row.
pub(super) fn cells(posture: &Posture, source: &Source, flow: Flow, event: Event) -> [Cell; 4] {
    Signal::ALL.map(|signal| judge(posture, source, flow, event, signal))
}

fn scopes(posture: &Posture) -> Vec<Governed<'_>> {
    let rest = posture.other_clients.as_ref();
    let own_rest = rest.filter(|client| matches!(client.risk, Override::Own(_)));
    let others = Governed {
        scope: Scope::Others,
        source: pool_source(posture),
        flows: rest
            .filter(|_| own_rest.is_none())
            .and_then(flows)
            .unwrap_or_else(all_flows),
    };
    let own_rest = own_rest.map(|client| {
        let mut governed = Governed::client(posture, client);
        governed.scope = Scope::Own(EVERY_OTHER.to_owned());
        governed
    });
    let clients = posture
        .clients
        .iter()
        .map(|client| Governed::client(posture, client));
    [others].into_iter().chain(own_rest).chain(clients).collect()
}

fn all_flows() -> BTreeSet<Flow> {
    BTreeSet::from(Flow::ALL)
}

fn rows(posture: &Posture, governed: &Governed) -> Vec<Row> {
    let mut rows = Vec::with_capacity(governed.flows.len() * Event::ALL.len());
    for &flow in &governed.flows {
        for event in Event::ALL {
            rows.push(Row {
                scope: governed.scope.clone(),
                flow,
                event,
                cells: cells(posture, &governed.source, flow, event),
            });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::client_setting::ClientSettings;
    use crate::model::effective::terms::CellOutcome;
    use crate::model::mode::{Mode, Modes};

    fn client(key: &str, risk: Override, auth: Option<&[&str]>) -> Client {
        Client {
            key: key.to_owned(),
            risk,
            settings: ClientSettings {
                auth_flows: auth.map(|names| names.iter().map(ToString::to_string).collect()),
                ..ClientSettings::default()
            },
            ..Client::default()
        }
    }

    fn enforced(clients: Vec<Client>) -> Posture {
        Posture {
            mode: Modes {
                standard: Some(Mode::Enforced),
                custom: Some(Mode::Off),
            },
            clients,
            ..Posture::default()
        }
    }

    fn scopes_of(table: &Table) -> Vec<Scope> {
        let mut scopes: Vec<_> = table.rows.iter().map(|r| r.scope.clone()).collect();
        scopes.dedup();
        scopes
    }

    /// An empty posture has the others with every flow.
    #[test]
    fn empty_posture_rows() {
        let table = Table::of(&Posture::default());
        assert_eq!(table.rows.len(), 18);
        assert_eq!(scopes_of(&table), [Scope::Others]);
        assert_eq!(table.addresses.len(), 1);
        assert!(table.rows.iter().flat_map(|r| r.cells).all(|c| matches!(
            c.outcome,
            CellOutcome::Unknown | CellOutcome::NotCovered | CellOutcome::Blind
        )));
    }

    /// Rows follow the posture then flow then event.
    #[test]
    fn row_order() {
        let own = Override::Own(Box::default());
        let posture = enforced(vec![
            client(
                "z",
                own,
                Some(&["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"]),
            ),
            client("a", Override::Inherit, Some(&["ALLOW_CUSTOM_AUTH"])),
            client("m", Override::Unknown, None),
        ]);
        let table = Table::of(&posture);
        let (z, a, m) = (
            Scope::Own("z".into()),
            Scope::Inherits("a".into()),
            Scope::Inherits("m".into()),
        );
        assert_eq!(scopes_of(&table), [Scope::Others, z.clone(), a, m]);
        let order: Vec<_> = table
            .rows
            .iter()
            .filter(|r| r.scope == z)
            .map(|r| (r.flow, r.event))
            .collect();
        let expected: Vec<_> = [Flow::Password, Flow::Srp]
            .into_iter()
            .flat_map(|f| Event::ALL.map(|e| (f, e)))
            .collect();
        assert_eq!(order, expected);
        assert_eq!(table.rows.len(), 18 + 6 + 3 + 18);
    }

    /// The rest may narrow the flows or have a configuration of its own.
    #[test]
    fn other_clients_narrowed_or_overridden() {
        let mut posture = enforced(vec![]);
        posture.other_clients = Some(client("*", Override::Inherit, Some(&["ALLOW_USER_SRP_AUTH"])));
        assert_eq!(Table::of(&posture).rows.len(), 3);
        posture.other_clients = Some(client(
            "*",
            Override::Own(Box::default()),
            Some(&["ALLOW_USER_SRP_AUTH"]),
        ));
        let table = Table::of(&posture);
        assert_eq!(scopes_of(&table), [Scope::Others, Scope::Own("*".into())]);
        assert_eq!(table.rows.len(), 18 + 3);
    }

    fn sign_in_reason(table: &Table, scope: &Scope) -> Reason {
        let row = table.rows.iter().find(|r| r.scope == *scope).unwrap();
        row.cells[0].reason
    }

    /// What could not be read is unknown not absent.
    #[test]
    fn unread_is_unknown_not_absent() {
        let mut posture = enforced(vec![
            client("web", Override::Unknown, None),
            client("own", Override::Own(Box::default()), None),
        ]);
        let web = Scope::Inherits("web".into());
        assert_eq!(sign_in_reason(&Table::of(&posture), &web), Reason::SectionMissing);
        posture.unread = [Part::Clients].into();
        // A desired posture reads nothing, so the flag means nothing there.
        assert_eq!(sign_in_reason(&Table::of(&posture), &web), Reason::SectionMissing);
        posture.origin = Origin::Observed;
        let table = Table::of(&posture);
        assert!(table.clients_unread);
        assert_eq!(sign_in_reason(&table, &web), Reason::OverrideUnknown);
        assert_eq!(sign_in_reason(&table, &Scope::Others), Reason::SectionMissing);
        assert_eq!(
            sign_in_reason(&table, &Scope::Own("own".into())),
            Reason::SectionMissing
        );
        posture.unread = [Part::Responses].into();
        let table = Table::of(&posture);
        assert_eq!(sign_in_reason(&table, &Scope::Others), Reason::ResponsesUnread);
        assert_eq!(sign_in_reason(&table, &web), Reason::ResponsesUnread);
        assert_eq!(
            sign_in_reason(&table, &Scope::Own("own".into())),
            Reason::SectionMissing
        );
    }
}
