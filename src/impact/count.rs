//! Counts of a replay: events one by one, in any order, to a result.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::impact::outcome::{ReplayOutcome, ReplayReason};
use crate::impact::replay::{Decider, Replayed, Replayer};
use crate::impact::result::{
    Breakdown, BreakdownRow, EventCount, HitUser, ImpactChange, ImpactFlow, OutcomeRow, PoolImpact, ReasonRow,
};
use crate::impact::sign_ins::SignInCounter;
use crate::impact::users::{UserSet, Users};
use crate::impact::would_block::{ShareGap, WouldBlock};
use crate::model::effective::Notified;
use crate::model::event::{AuthEvent, AuthEventType, EventResponse, FeedbackValue, Spelled};
use crate::pointer::Pointer;

/// Most values of a member that are held apart.
const MOST_VALUES: usize = 2_000;

/// Most users that are held by their names, to find those who are hit most.
const MOST_USERS: usize = 200_000;

/// Most users of a pool that are counted.
const MOST_COUNTED: u32 = 500_000;

/// Users who are named.
const NAMED_USERS: usize = 10;

/// Events, and their users.
#[derive(Debug, Default)]
struct Counter {
    events: u64,
    users: UserSet,
}

impl Counter {
    fn add(&mut self, user: Option<u32>) {
        self.events += 1;
        if let Some(user) = user {
            self.users.insert(user);
        }
    }

    fn count(&self) -> EventCount {
        EventCount {
            events: self.events,
            users: self.users.len(),
        }
    }
}

/// A counter with what is said of its events.
#[derive(Debug, Default)]
struct Judged {
    counter: Counter,
    failed: u64,
    with_mfa: u64,
    valid: u64,
    invalid: u64,
}

impl Judged {
    fn add(&mut self, event: &AuthEvent, user: Option<u32>) {
        self.counter.add(user);
        self.failed += u64::from(has_failed(event));
        self.with_mfa += u64::from(event.has_mfa());
        let feedback = event
            .feedback
            .as_ref()
            .and_then(|feedback| feedback.value.known());
        self.valid += u64::from(feedback == Some(FeedbackValue::Valid));
        self.invalid += u64::from(feedback == Some(FeedbackValue::Invalid));
    }
}

/// Counters of one value.
#[derive(Debug, Default)]
struct OfValue {
    total: Counter,
    proposed: BTreeMap<ReplayOutcome, Counter>,
    now: BTreeMap<ReplayOutcome, Counter>,
}

/// Counters of one member's values.
#[derive(Debug, Default)]
struct Values {
    rows: HashMap<Option<String>, OfValue>,
    beyond: u64,
}

impl Values {
    /// Counts an event as proposed, and what is done now where it is given.
    fn add(
        &mut self,
        value: Option<&str>,
        proposed: ReplayOutcome,
        now: Option<ReplayOutcome>,
        user: Option<u32>,
    ) {
        let value = value.map(str::to_owned);
        if self.rows.len() >= MOST_VALUES && !self.rows.contains_key(&value) {
            self.beyond += 1;
            return;
        }
        let row = self.rows.entry(value).or_default();
        row.total.add(user);
        row.proposed.entry(proposed).or_default().add(user);
        if let Some(now) = now {
            row.now.entry(now).or_default().add(user);
        }
    }

    fn breakdown(self, by: &'static str) -> Breakdown {
        let counts = |outcomes: BTreeMap<ReplayOutcome, Counter>| {
            let counts = outcomes.into_iter();
            counts
                .map(|(outcome, counter)| (outcome, counter.count()))
                .collect()
        };
        let row = |(value, row): (Option<String>, OfValue)| BreakdownRow {
            value,
            total: row.total.count(),
            outcomes: counts(row.proposed),
            now: counts(row.now),
        };
        let mut rows: Vec<_> = self.rows.into_iter().map(row).collect();
        // Unknown comes last: of many days the last ones are shown.
        rows.sort_by(|a, b| (a.value.is_none(), &a.value).cmp(&(b.value.is_none(), &b.value)));
        if by != "day" {
            rows.sort_by_key(|row| std::cmp::Reverse(row.total.events));
        }
        Breakdown {
            by,
            rows,
            beyond: self.beyond,
        }
    }
}

/// The members that outcomes are counted by.
const MEMBERS: [&str; 6] = ["level", "type", "response", "client", "country", "day"];

/// Counts events of one pool under two settings.
#[derive(Debug)]
pub struct ImpactCounter {
    now: Replayer,
    proposed: Replayer,
    today: Date,
    known: Users,
    total: Counter,
    uncounted: u64,
    without_user: u64,
    other_clients: u64,
    open_clients: u64,
    sign_ins: SignInCounter,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    days: HashSet<Date>,
    would_block: BTreeMap<Option<Date>, WouldBlock>,
    before: BTreeMap<ReplayOutcome, Counter>,
    after: BTreeMap<ReplayOutcome, Judged>,
    reasons: BTreeMap<(ReplayOutcome, ReplayReason, Option<Decider>, Option<Pointer>), u64>,
    changes: BTreeMap<ImpactFlow, Judged>,
    members: [Values; 6],
    users: HashMap<String, (Option<String>, u64, u64)>,
    /// Emails that are sent, and those of which that is unconfirmed.
    notifications: [u64; 2],
}

impl ImpactCounter {
    /// Nothing counted yet. No event is of a day after today.
    pub fn new(now: Replayer, proposed: Replayer, today: Date) -> Self {
        Self {
            now,
            proposed,
            today,
            known: Users::new(MOST_COUNTED),
            total: Counter::default(),
            uncounted: 0,
            without_user: 0,
            other_clients: 0,
            open_clients: 0,
            sign_ins: SignInCounter::default(),
            first: None,
            last: None,
            days: HashSet::new(),
            would_block: BTreeMap::new(),
            before: BTreeMap::new(),
            after: BTreeMap::new(),
            reasons: BTreeMap::new(),
            changes: BTreeMap::new(),
            members: Default::default(),
            users: HashMap::new(),
            notifications: [0; 2],
        }
    }

    /// Counts an event.
    pub fn add(&mut self, event: &AuthEvent) {
        let named = event.user();
        let user = named.and_then(|user| self.known.number(user));
        self.without_user += u64::from(named.is_none());
        self.uncounted += u64::from(named.is_some() && user.is_none());
        let now = self.now.as_it_is(event);
        let proposed = self.proposed.enforced(event);
        self.total.add(user);
        self.other_clients += u64::from(!self.proposed.is_of_known_client(event));
        self.open_clients += u64::from(self.proposed.has_open_client(event));
        self.when(event);
        self.sign_ins.add(event, user);
        self.share(event, proposed);
        self.before.entry(now.outcome).or_default().add(user);
        self.after.entry(proposed.outcome).or_default().add(event, user);
        match proposed.notifies {
            Notified::Yes => self.notifications[0] += 1,
            Notified::Unconfirmed => self.notifications[1] += 1,
            Notified::No => {}
        }
        let pointer = self.proposed.pointer(&proposed);
        let why = (proposed.outcome, proposed.reason, proposed.decider, pointer);
        *self.reasons.entry(why).or_default() += 1;
        if let Some(flow) = ImpactFlow::between(now.outcome, proposed.outcome) {
            self.changes.entry(flow).or_default().add(event, user);
            self.hit(event, flow);
        }
        let day = event.at.map(|at| date(at).to_string());
        let values = [
            event.level.text().or(no_risk(event)),
            event.event_type.text(),
            event.response.text(),
            event.client.as_deref(),
            event.country.as_deref(),
            day.as_deref(),
        ];
        for ((values, value), by) in self.members.iter_mut().zip(values).zip(MEMBERS) {
            let now = (by == "level").then_some(now.outcome);
            values.add(value, proposed.outcome, now, user);
        }
    }

    /// Counts an event that names no pool, where several could be meant: it is of none, and may be of each.
    pub fn add_of_no_pool(&mut self, event: &AuthEvent) {
        let proposed = self.proposed.enforced(event);
        self.share(event, proposed);
    }

    fn when(&mut self, event: &AuthEvent) {
        let Some(at) = event.at.filter(|at| date(*at) <= self.today) else {
            return;
        };
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        self.days.insert(date(at));
    }

    /// Counts a sign-in, or what may be one: judged as a sign-in.
    fn share(&mut self, event: &AuthEvent, mut proposed: Replayed) {
        let is_sign_in = event.is_sign_in();
        if is_sign_in == Some(false) || event.idp.is_some() {
            return;
        }
        if is_sign_in.is_none() {
            let supposed = AuthEvent {
                event_type: Spelled::Known(AuthEventType::SignIn),
                ..event.clone()
            };
            proposed = self.proposed.enforced(&supposed);
        }
        let day = event.at.map(date);
        let is_future = day.is_some_and(|day| day > self.today);
        let is_unknown = proposed.outcome == ReplayOutcome::Unknown;
        let gaps = [
            is_sign_in.is_none().then_some(ShareGap::Type),
            event.id.is_none().then_some(ShareGap::Id),
            event.pool.is_none().then_some(ShareGap::Pool),
            is_unknown.then(|| ShareGap::of(proposed.reason)),
            day.is_none().then_some(ShareGap::Time),
            is_future.then_some(ShareGap::Future),
        ];
        let of_day = self.would_block.entry(day.filter(|_| !is_future)).or_default();
        of_day.count(
            event.response.known(),
            proposed.outcome,
            gaps.into_iter().flatten(),
        );
    }

    fn hit(&mut self, event: &AuthEvent, flow: ImpactFlow) {
        let Some(user) = event.user().filter(|_| !has_failed(event)) else {
            return;
        };
        let (blocked, challenged) = match flow {
            ImpactFlow::NewlyBlocked => (1, 0),
            ImpactFlow::NewlyChallenged => (0, 1),
            _ => return,
        };
        if self.users.len() >= MOST_USERS && !self.users.contains_key(user) {
            return;
        }
        let hit = self.users.entry(user.to_owned()).or_default();
        hit.1 += blocked;
        hit.2 += challenged;
        if hit.0.is_none() {
            hit.0.clone_from(&event.user_name);
        }
    }

    /// The result.
    pub fn finish(mut self) -> PoolImpact {
        let outcomes = ReplayOutcome::ALL.map(|outcome| {
            let after = self.after.remove(&outcome).unwrap_or_default();
            OutcomeRow {
                outcome,
                now: self
                    .before
                    .get(&outcome)
                    .map_or_else(EventCount::default, Counter::count),
                proposed: after.counter.count(),
                failed: after.failed,
                valid: after.valid,
                invalid: after.invalid,
            }
        });
        let changes = ImpactFlow::ALL.map(|flow| {
            let judged = self.changes.remove(&flow).unwrap_or_default();
            ImpactChange {
                flow,
                count: judged.counter.count(),
                failed: judged.failed,
                with_mfa: judged.with_mfa,
                valid: judged.valid,
                invalid: judged.invalid,
            }
        });
        let reason = |((outcome, reason, _, pointer), events)| ReasonRow {
            outcome,
            reason,
            pointer,
            events,
        };
        let mut reasons: Vec<_> = self.reasons.into_iter().map(reason).collect();
        reasons.sort_by_key(|row| std::cmp::Reverse(row.events));
        let members = MEMBERS.into_iter().zip(self.members);
        PoolImpact {
            total: self.total.count(),
            without_user: self.without_user,
            uncounted: self.uncounted,
            other_clients: self.other_clients,
            open_clients: self.open_clients,
            undiagnosed: self.sign_ins.left_out(),
            sign_ins: self.sign_ins.finish(),
            first: self.first,
            last: self.last,
            days: self.days.len() as u64,
            would_block: self.would_block,
            outcomes: outcomes.into(),
            reasons,
            changes: changes.into(),
            breakdowns: members.map(|(by, values)| values.breakdown(by)).collect(),
            users: most_hit(self.users),
            notifications: self.notifications[0],
            unconfirmed_notifications: self.notifications[1],
        }
    }
}

fn most_hit(users: HashMap<String, (Option<String>, u64, u64)>) -> Vec<HitUser> {
    let one = |(user, (name, blocked, challenged))| HitUser {
        user,
        name,
        blocked,
        challenged,
    };
    let mut users: Vec<_> = users.into_iter().map(one).collect();
    users.sort_by(|a, b| {
        let most = (b.blocked, b.challenged).cmp(&(a.blocked, a.challenged));
        most.then_with(|| a.user.cmp(&b.user))
    });
    users.truncate(NAMED_USERS);
    users
}

/// What stands for the level where it is known that there was no risk.
fn no_risk(event: &AuthEvent) -> Option<&'static str> {
    use crate::model::event::RiskDecision;
    (event.decision.known() == Some(RiskDecision::NoRisk)).then_some("no risk")
}

/// The day of a moment, UTC.
fn date(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn has_failed(event: &AuthEvent) -> bool {
    event.response.known() == Some(EventResponse::Fail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::impact::replay::Strictness;
    use crate::model::posture::Posture;

    /// Users beyond the limit are counted nowhere and their events are.
    #[test]
    fn user_limit_still_counts_events() {
        let settings = || Replayer::new(&Posture::default(), Strictness::default());
        let mut counter = ImpactCounter::new(settings(), settings(), Date::default());
        counter.known = Users::new(2);
        for user in ["a", "b", "c", "a", "d"] {
            counter.add(&AuthEvent {
                sub: Some(user.to_owned()),
                ..AuthEvent::default()
            });
        }
        let found = counter.finish();
        assert_eq!((found.total.events, found.total.users), (5, 2));
        assert_eq!((found.uncounted, found.without_user), (2, 0));
        let rows = found.breakdowns.iter().flat_map(|breakdown| &breakdown.rows);
        assert!(
            rows.map(|row| (row.total.events, row.total.users))
                .all(|row| row == (5, 2))
        );
    }
}
