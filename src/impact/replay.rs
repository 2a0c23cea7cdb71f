//! The rules by which an event is judged, in their order. docs/facts.md, "Events", and "A client's configuration replaces the
//! pool's".

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::impact::governed::Governed;
use crate::impact::outcome::{ReplayOutcome, ReplayReason};
use crate::model::client::{Client, Override};
use crate::model::effective::{AddressList, Event, Flow, Notified, Reason, Signal, cell, signs_users_in};
use crate::model::event::{AuthEvent, AuthEventType, RiskDecision, Spelled};
use crate::model::mode::{Mode, Modes};
use crate::model::posture::{Origin, Part, Posture};
use crate::model::response::{CompromisedAction, PasswordEvent, RiskConfiguration, RiskLevel};
use crate::plan::{Auth, Holder, RiskSetting, Setting};
use crate::pointer::Pointer;

/// The setting that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decider {
    /// The response at a level.
    Level(RiskLevel),
    /// The response to compromised credentials.
    Compromised,
    /// A list of ranges.
    Ranges(AddressList),
    /// A mode.
    Mode(Auth),
}

/// What would have happened to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Replayed {
    /// What.
    pub outcome: ReplayOutcome,
    /// Why.
    pub reason: ReplayReason,
    /// The setting that decides, if one does.
    pub decider: Option<Decider>,
    /// Index of the configuration that decides, for [`Replayer::pointer`].
    scope: usize,
    /// Whether the user gets an email.
    pub notifies: Notified,
}

/// Which of AWS's possible answers counts where its documentation leaves room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strictness {
    /// Whether a block by risk level also applies to always-allow ranges. The documentation says that they get no MFA.
    pub allow_ranges_block: bool,
}

/// Settings, ready to judge events.
#[derive(Clone, Debug)]
pub struct Replayer {
    /// With both modes ENFORCED.
    posture: Posture,
    modes: Modes,
    scopes: Vec<Governed>,
    /// Index of the scope of each client by its id.
    by_client: HashMap<String, usize>,
    /// Scopes that a client which is not listed may have, the likeliest first.
    unlisted: Vec<usize>,
    /// Scopes that differ, of all clients that sign in local users, the pool's first: what counts where it is unknown which
    /// client it is.
    everyone: Vec<usize>,
    /// Whether all clients of the pool are listed, so that one which is not listed is unknown.
    is_whole: bool,
    strictness: Strictness,
}

/// What of an event is not known for certain, supposed to be known.
#[derive(Clone, Copy, Debug)]
struct Supposed {
    in_block: bool,
    in_allow: bool,
    compromised: bool,
}

/// The pool's own scope.
const POOL: usize = 0;

impl Replayer {
    /// Prepares a posture.
    pub fn new(posture: &Posture, strictness: Strictness) -> Self {
        let unread = |part| posture.origin == Origin::Observed && posture.unread.contains(&part);
        let pool = if unread(Part::Responses) {
            Err(Reason::ResponsesUnread)
        } else {
            Ok(posture.responses.clone())
        };
        let is_whole = posture.origin == Origin::Observed;
        let mut replayer = Self {
            posture: Posture {
                mode: Modes {
                    standard: Some(Mode::Enforced),
                    custom: Some(Mode::Enforced),
                },
                ..posture.clone()
            },
            modes: posture.mode,
            scopes: vec![Governed::new(Holder::Pool, pool.clone(), None)],
            by_client: HashMap::new(),
            unlisted: vec![POOL],
            everyone: Vec::new(),
            is_whole,
            strictness,
        };
        replayer.add_clients(posture, &pool);
        replayer
    }

    /// Adds the scopes of clients, and says which count where it is unknown which client it is.
    fn add_clients(&mut self, posture: &Posture, pool: &Result<RiskConfiguration, Reason>) {
        let is_unread = posture.origin == Origin::Observed && posture.unread.contains(&Part::Clients);
        let source = |client: &Client| match &client.risk {
            Override::Own(own) => Ok((**own).clone()),
            Override::Unknown if is_unread => Err(Reason::OverrideUnknown),
            Override::Unknown | Override::Inherit => pool.clone(),
        };
        let is_own = |client: &Client| matches!(client.risk, Override::Own(_));
        for client in posture.other_clients.iter().filter(|client| is_own(client)) {
            self.unlisted = vec![self.scopes.len()];
            let holder = Holder::Client("*".to_owned());
            self.scopes
                .push(Governed::new(holder, source(client), Some(client)));
        }
        // Those of clients that are not listed.
        let others = POOL..self.scopes.len();
        // Machines and federated users make no sign-in that these settings are about.
        let (mut inheriting, mut own) = (Vec::new(), Vec::new());
        for client in &posture.clients {
            let index = self.scopes.len();
            let (holder, of_kind) = if is_own(client) {
                (Holder::Client(client.key.clone()), &mut own)
            } else {
                (Holder::Pool, &mut inheriting)
            };
            of_kind.extend(signs_users_in(client).then_some(index));
            self.scopes
                .push(Governed::new(holder, source(client), Some(client)));
            match &client.id {
                Some(id) => {
                    self.by_client.insert(id.clone(), index);
                }
                // A client that is named only may be any that is not known by its id.
                None if is_own(client) && signs_users_in(client) => self.unlisted.push(index),
                None => {}
            }
        }
        let has_users = !inheriting.is_empty() || !own.is_empty();
        let is_each_known = self.is_whole && !is_unread && has_users && posture.other_clients.is_none();
        let others = others.filter(|_| !is_each_known);
        let mut all: Vec<_> = others.chain(inheriting).chain(own).collect();
        if is_unread {
            all.push(self.scopes.len());
            let any = Governed::new(Holder::Pool, Err(Reason::OverrideUnknown), None);
            self.scopes.push(any);
        }
        let mut seen = HashSet::new();
        all.retain(|index| {
            self.scopes
                .get(*index)
                .is_some_and(|scope| seen.insert(scope.kind()))
        });
        self.everyone = all;
    }

    /// What full function does, whatever the modes are.
    pub fn enforced(&self, event: &AuthEvent) -> Replayed {
        let judged = self
            .scopes_of(event)
            .iter()
            .map(|scope| self.in_scope(*scope, event));
        agreed(judged, ReplayReason::ClientUnknown)
    }

    /// What the modes let happen.
    pub fn as_it_is(&self, event: &AuthEvent) -> Replayed {
        let judged = self.scopes_of(event).iter().map(|scope| {
            let full = self.in_scope(*scope, event);
            self.under_its_mode(*scope, event, full)
        });
        agreed(judged, ReplayReason::ClientUnknown)
    }

    /// SHA-256 over what decides of the settings under full function, in hexadecimal: responses and ranges of the pool and of
    /// clients that have others, what counts where the client is unknown, and MFA. Modes, names and alarms are not in it.
    pub fn digest(&self) -> String {
        let of = |index: &usize| self.scopes.get(*index).map_or(Value::Null, Governed::summary);
        let each = |scopes: &[usize]| {
            let summaries: BTreeMap<_, _> = scopes.iter().map(of).map(|one| (one.to_string(), one)).collect();
            summaries.into_values().collect::<Vec<_>>()
        };
        let unlisted = each(self.of_unlisted());
        let clients = self.by_client.iter().map(|(id, index)| (id.clone(), of(index)));
        let other = |(_, summary): &(String, Value)| unlisted.as_slice() != std::slice::from_ref(summary);
        let clients: BTreeMap<_, _> = clients.filter(other).collect();
        let mfa = self.posture.mfa.configuration;
        let all = json!({ "pool": of(&POOL), "unlisted": unlisted, "unnamed": each(&self.everyone), "clients": clients,
            "mfa": mfa });
        hex::encode(Sha256::digest(all.to_string()))
    }

    /// Where the setting that decides stands in a policy.
    pub fn pointer(&self, replayed: &Replayed) -> Option<Pointer> {
        let holder = || self.scopes.get(replayed.scope).map(|scope| scope.holder.clone());
        let setting = match replayed.decider? {
            Decider::Level(level) => Setting::Risk(holder()?, RiskSetting::Level(level)),
            Decider::Compromised => Setting::Risk(holder()?, RiskSetting::Compromised),
            Decider::Ranges(list) => Setting::Risk(holder()?, RiskSetting::Ranges(list)),
            Decider::Mode(auth) => Setting::Mode(auth),
        };
        Some(setting.pointer())
    }

    /// Whether an event names a client that is listed. Otherwise it is unknown which settings apply, unless a policy says it of
    /// every other client.
    pub fn is_of_known_client(&self, event: &AuthEvent) -> bool {
        event
            .client
            .as_ref()
            .is_some_and(|id| self.by_client.contains_key(id))
    }

    /// Whether it is unknown which of several settings apply to an event, because it names no client that is listed.
    pub fn has_open_client(&self, event: &AuthEvent) -> bool {
        self.scopes_of(event).len() > 1
    }

    fn scopes_of(&self, event: &AuthEvent) -> &[usize] {
        match &event.client {
            None => &self.everyone,
            Some(id) => match self.by_client.get(id) {
                Some(scope) => std::slice::from_ref(scope),
                None => self.of_unlisted(),
            },
        }
    }

    /// The scopes of a client that is named and not listed.
    fn of_unlisted(&self) -> &[usize] {
        if self.is_whole {
            &self.everyone
        } else {
            &self.unlisted
        }
    }

    fn under_its_mode(&self, scope: usize, event: &AuthEvent, full: Replayed) -> Replayed {
        let outside = matches!(
            full.outcome,
            ReplayOutcome::NotAssessed | ReplayOutcome::NotCovered
        );
        let is_sign_in = event.event_type.known() == Some(AuthEventType::SignIn);
        let auth = self.scopes.get(scope).map_or(Auth::Standard, |scope| scope.auth);
        let auth = if is_sign_in { auth } else { Auth::Standard };
        let mode = match auth {
            Auth::Standard => self.modes.standard,
            Auth::Custom => self.modes.custom,
        };
        let (outcome, reason) = match mode {
            Some(Mode::Enforced) => return full,
            _ if outside => return full,
            Some(Mode::Audit) => (ReplayOutcome::Allowed, Reason::AuditMode),
            Some(Mode::Off) => (ReplayOutcome::NotAssessed, Reason::ModeOff),
            None => (ReplayOutcome::Unknown, Reason::ModeUnknown),
        };
        Replayed {
            outcome,
            reason: ReplayReason::Cell(reason),
            decider: Some(Decider::Mode(auth)),
            scope,
            notifies: Notified::No,
        }
    }

    /// Under one configuration: what the record does not say is supposed to be each way, and if that makes a difference,
    /// the outcome is unknown.
    fn in_scope(&self, index: usize, event: &AuthEvent) -> Replayed {
        let Some(scope) = self.scopes.get(index) else {
            return answer(index, ReplayOutcome::Unknown, ReplayReason::ClientUnknown);
        };
        let places = scope.places(event);
        let compromised = event.compromised.map_or(vec![false, true], |is| vec![is]);
        let of = |compromised: bool| {
            let judged = places.iter().map(|&(in_block, in_allow)| {
                let supposed = Supposed {
                    in_block,
                    in_allow,
                    compromised,
                };
                self.rules(index, scope, event, supposed)
            });
            agreed(judged, ReplayReason::AddressUnknown)
        };
        agreed(compromised.into_iter().map(of), ReplayReason::CompromisedUnknown)
    }

    /// The rules, in their order.
    fn rules(&self, index: usize, scope: &Governed, event: &AuthEvent, supposed: Supposed) -> Replayed {
        let plain = |outcome, reason| answer(index, outcome, reason);
        if event.idp.is_some() {
            return plain(ReplayOutcome::NotCovered, ReplayReason::Cell(Reason::Federated));
        }
        let Some(event_type) = event.event_type.known() else {
            return plain(ReplayOutcome::Unknown, ReplayReason::TypeUnknown);
        };
        let responses = match &scope.source {
            Ok(responses) => responses,
            Err(reason) => return plain(ReplayOutcome::Unknown, ReplayReason::Cell(*reason)),
        };
        let by_ranges = |list| Some(Decider::Ranges(list));
        if supposed.in_block && matches!(event_type, AuthEventType::SignIn | AuthEventType::SignUp) {
            return Replayed {
                decider: by_ranges(AddressList::Block),
                ..plain(ReplayOutcome::Blocked, ReplayReason::AlwaysBlock)
            };
        }
        if supposed.compromised
            && let Some(judged) = self.compromised(index, responses, event_type)
        {
            return judged;
        }
        if event_type != AuthEventType::SignIn {
            return plain(ReplayOutcome::NotAssessed, ReplayReason::Cell(Reason::SignInOnly));
        }
        let by_level = event
            .level
            .known()
            .map(|level| self.level(index, responses, level));
        let blocks = by_level.filter(|judged| judged.outcome == ReplayOutcome::Blocked);
        if supposed.in_allow && (blocks.is_none() || !self.strictness.allow_ranges_block) {
            return Replayed {
                decider: by_ranges(AddressList::Allow),
                ..plain(ReplayOutcome::Allowed, ReplayReason::AlwaysAllow)
            };
        }
        match (by_level, &event.level, event.decision.known()) {
            (Some(judged), ..) => judged,
            (None, Spelled::Absent, Some(RiskDecision::NoRisk)) => {
                plain(ReplayOutcome::Allowed, ReplayReason::NoRisk)
            }
            _ => plain(ReplayOutcome::Unknown, ReplayReason::RiskUnknown),
        }
    }

    /// Compromised credentials; `None` where nothing is done about them.
    fn compromised(
        &self,
        index: usize,
        responses: &RiskConfiguration,
        event_type: AuthEventType,
    ) -> Option<Replayed> {
        let event = match event_type {
            AuthEventType::SignIn => Event::SignIn,
            AuthEventType::SignUp => Event::SignUp,
            AuthEventType::PasswordChange => Event::PasswordChange,
            AuthEventType::ForgotPassword => {
                let section = responses.compromised_credentials.as_ref()?;
                let blocks = section.action == CompromisedAction::Block;
                return (blocks && section.checks(PasswordEvent::PasswordChange)).then(|| Replayed {
                    decider: Some(Decider::Compromised),
                    ..answer(index, ReplayOutcome::Unknown, ReplayReason::EventUndocumented)
                });
            }
            AuthEventType::ResendCode => return None,
        };
        // That they were seen shows that the password was, whatever the flow.
        let judged = cell(
            &self.posture,
            responses,
            Flow::Password,
            event,
            Signal::CompromisedCredentials,
        );
        let outcome = ReplayOutcome::of(judged.outcome);
        matches!(outcome, ReplayOutcome::Blocked | ReplayOutcome::Unknown).then(|| Replayed {
            decider: Some(Decider::Compromised),
            ..answer(index, outcome, ReplayReason::Cell(judged.reason))
        })
    }

    fn level(&self, index: usize, responses: &RiskConfiguration, level: RiskLevel) -> Replayed {
        let signal = match level {
            RiskLevel::Low => Signal::Low,
            RiskLevel::Medium => Signal::Medium,
            RiskLevel::High => Signal::High,
        };
        let judged = cell(&self.posture, responses, Flow::Password, Event::SignIn, signal);
        Replayed {
            decider: Some(Decider::Level(level)),
            notifies: judged.notifies,
            ..answer(
                index,
                ReplayOutcome::of(judged.outcome),
                ReplayReason::Cell(judged.reason),
            )
        }
    }
}

fn answer(scope: usize, outcome: ReplayOutcome, reason: ReplayReason) -> Replayed {
    Replayed {
        outcome,
        reason,
        decider: None,
        scope,
        notifies: Notified::No,
    }
}

/// The first answer if all say the same outcome; else it is unknown, for this reason.
fn agreed(mut answers: impl Iterator<Item = Replayed>, otherwise: ReplayReason) -> Replayed {
    let Some(first) = answers.next() else {
        return answer(POOL, ReplayOutcome::Unknown, otherwise);
    };
    if answers.all(|other| other.outcome == first.outcome) {
        first
    } else {
        answer(first.scope, ReplayOutcome::Unknown, otherwise)
    }
}
