//! API calls as data: what would make a pool as its policy asks, in the order that is safe at every stop.

use serde_json::Value;

use crate::model::client::Override;
use crate::model::client_setting::ClientSettings;
use crate::model::effective::Direction;
use crate::model::log_delivery::LogSource;
use crate::model::mode::{FeaturePlan, Mode};
use crate::model::response::RiskConfiguration;
use crate::plan::alarms::AlarmTarget;
use crate::plan::change::Change;
use crate::plan::diff::Diff;
use crate::plan::sets::{AlarmSets, LogSets, RiskSets, Sets, Write};
use crate::plan::setting::{Auth, Holder, RiskSetting, Setting, mode_of};
use crate::pointer::Pointer;
use crate::update::PoolSettings;

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Id of the client it is about.
    pub client: Option<String>,
    /// What it sets.
    pub sets: Sets,
    /// Leaves that are as the policy asks once it is made.
    pub makes: Vec<Pointer>,
}

impl Call {
    fn new(client: Option<String>, sets: Sets, makes: Vec<Pointer>) -> Self {
        Self { client, sets, makes }
    }

    /// The API's operation.
    pub fn write(&self) -> Write {
        self.sets.operation()
    }
}

/// The calls that make all changes of a diff, in order.
///
/// A mode that goes down goes first, and one that goes up goes last, so that nothing is enforced while its answers
/// are under way. Between them, what observes (logs, alarms) comes before the responses, unless protection gets
/// weaker as a whole: then it comes after them. MFA goes up before the responses that ask for it, and down after them.
/// From OFF, and to OFF where responses change as well, the way leads through AUDIT, because responses may be refused
/// while threat protection is off (docs/facts.md, "Responses while the mode is OFF", unconfirmed), and AUDIT takes no
/// action. A plan goes up before all and down after all, as its features need it (docs/facts.md, "Feature plans"); an export
/// that goes with it ends first.
pub fn calls(diff: &Diff) -> Vec<Call> {
    let stages = Stages::of(diff);
    let [first, second] = if diff.comparison.direction() == Direction::Weaker {
        [stages.responses, stages.observing]
    } else {
        [stages.observing, stages.responses]
    };
    let mut ordered = stages.prepare;
    for mut stage in [stages.lower, first, second, stages.raise, stages.close] {
        ordered.append(&mut stage);
    }
    ordered
}

/// Calls by what they are for.
#[derive(Default)]
struct Stages {
    prepare: Vec<Call>,
    lower: Vec<Call>,
    observing: Vec<Call>,
    responses: Vec<Call>,
    raise: Vec<Call>,
    close: Vec<Call>,
}

impl Stages {
    fn of(diff: &Diff) -> Self {
        let mut stages = Self::default();
        stages.pool(diff);
        stages.logs(diff);
        let alarms = diff.changes.iter().filter_map(|change| alarm(diff, change));
        stages.observing.extend(alarms);
        let falls = Setting::Mfa;
        let falls = diff
            .changes
            .iter()
            .any(|change| change.leaf == falls && change.direction == Direction::Weaker);
        if !falls {
            stages.mfa(diff);
        }
        stages.risk(diff);
        stages.clients(diff);
        if falls {
            stages.mfa(diff);
        }
        stages
    }

    /// `UpdateUserPool`, up to four times.
    fn pool(&mut self, diff: &Diff) {
        let (from, to) = (&diff.observed, &diff.wanted);
        let plan = changed(diff, |leaf| *leaf == Setting::FeaturePlan);
        let up = to.feature_plan == Some(FeaturePlan::Plus);
        let mut first = PoolSettings::default();
        let mut makes = Vec::new();
        if up && !plan.is_empty() {
            first.feature_plan = to.feature_plan;
            makes.clone_from(&plan);
        }
        let (was, will) = (from.mode.standard, to.mode.standard);
        let wakes = was == Some(Mode::Off) && matches!(will, Some(Mode::Audit | Mode::Enforced));
        let mut modes = changed(diff, |leaf| matches!(leaf, Setting::Mode(_)));
        if wakes {
            first = with_modes(first, Some(Mode::Audit), from.mode.custom);
            if will == Some(Mode::Audit) && from.mode.custom == to.mode.custom {
                makes.append(&mut modes);
            }
        }
        if first != PoolSettings::default() {
            self.prepare.push(pool_call(first, makes));
        }
        self.modes(diff, modes);
        if !up && !plan.is_empty() {
            let sets = PoolSettings {
                feature_plan: to.feature_plan,
                ..PoolSettings::default()
            };
            self.close.push(pool_call(sets, plan));
        }
    }

    /// The modes as they are to be: those that go down in one call, those that go up in another. Where threat protection
    /// is switched off and answers change as well, it is by way of AUDIT.
    fn modes(&mut self, diff: &Diff, makes: Vec<Pointer>) {
        if makes.is_empty() {
            return;
        }
        let (from, to) = (diff.observed.mode, diff.wanted.mode);
        let call =
            |standard, custom, makes| pool_call(with_modes(PoolSettings::default(), standard, custom), makes);
        let answers = |leaf: &Setting| matches!(leaf, Setting::Risk(..) | Setting::Override(_));
        let sleeps = to.standard == Some(Mode::Off) && from.standard != Some(Mode::Off);
        let softly = sleeps && !changed(diff, answers).is_empty();
        // What each mode is while the answers change: as it is to be where it goes down, and as it is where it goes up.
        let meanwhile = |from: Option<Mode>, to: Option<Mode>| if to < from { to } else { from };
        let mut standard = meanwhile(from.standard, to.standard);
        let custom = meanwhile(from.custom, to.custom);
        // A pool from before feature plans keeps threat protection on LITE only while one of its modes is on.
        let asleep = |mode: Option<Mode>| mode.is_none_or(|mode| mode == Mode::Off);
        let keeps_lite = diff.observed.feature_plan == Some(FeaturePlan::Lite)
            && diff.wanted.feature_plan == Some(FeaturePlan::Lite);
        let drops_off = keeps_lite && asleep(standard) && asleep(custom) && !asleep(to.custom);
        if softly || drops_off {
            standard = Some(Mode::Audit);
        } else if from.standard == Some(Mode::Off) {
            // It was woken up before.
            standard = meanwhile(Some(Mode::Audit), to.standard);
        }
        let (goes_down, is_there) = (
            standard < from.standard || custom < from.custom,
            (standard, custom) == (to.standard, to.custom),
        );
        if goes_down {
            let now = if is_there { makes.clone() } else { Vec::new() };
            self.lower.push(call(standard, custom, now));
        }
        if softly {
            self.close.push(call(to.standard, to.custom, makes));
        } else if !is_there || !goes_down {
            self.raise.push(call(to.standard, to.custom, makes));
        }
    }

    /// Both sources in one call, since it replaces the list.
    fn logs(&mut self, diff: &Diff) {
        let makes = changed(diff, |leaf| matches!(leaf, Setting::LogDelivery(_)));
        if makes.is_empty() {
            return;
        }
        let to = diff.wanted.log_delivery.clone().unwrap_or_default();
        // An export that the plan will not have ends before everything else: if that fails, nothing is given up yet.
        let plus = Some(FeaturePlan::Plus);
        let ends = diff.observed.feature_plan == plus
            && diff.wanted.feature_plan != plus
            && to.delivered(LogSource::UserAuthEvents).is_none();
        let stage = if ends {
            &mut self.prepare
        } else {
            &mut self.observing
        };
        let differs = diff.changes.iter().filter_map(|change| match change.leaf {
            Setting::LogDelivery(source) => Some(source),
            _ => None,
        });
        let sources = differs.collect();
        stage.push(Call::new(None, Sets::Logs(LogSets { to, sources }), makes));
    }

    fn mfa(&mut self, diff: &Diff) {
        let makes = changed(diff, |leaf| matches!(leaf, Setting::Mfa | Setting::MfaFactors));
        if makes.is_empty() {
            return;
        }
        self.responses
            .push(Call::new(None, Sets::Mfa(diff.wanted.mfa.clone()), makes));
    }

    /// One call for the pool and one for each client. Where a configuration is changed, each sets what differs and no
    /// more; where one comes to be, all of it.
    fn risk(&mut self, diff: &Diff) {
        let pool = |leaf: &Setting| matches!(leaf, Setting::Risk(Holder::Pool, _));
        let of_pool = changed(diff, pool);
        if !of_pool.is_empty() {
            let leaves = risk_leaves(diff, pool);
            let to = diff.wanted.responses.clone();
            self.responses
                .push(risk_call(diff, None, to, Some(leaves), of_pool));
        }
        for client in &diff.wanted.clients {
            let about = |leaf: &Setting| match leaf {
                Setting::Override(key) | Setting::Risk(Holder::Client(key), _) => *key == client.key,
                _ => false,
            };
            let makes = changed(diff, about);
            if makes.is_empty() {
                continue;
            }
            let leaves = risk_leaves(diff, about);
            let only = Some(leaves).filter(|leaves| !leaves.is_empty());
            let to = match &client.risk {
                Override::Own(own) => own.as_ref().clone(),
                Override::Inherit | Override::Unknown => RiskConfiguration::default(),
            };
            let call = risk_call(diff, client.id.clone(), to, only, makes);
            self.responses.push(call);
        }
    }

    fn clients(&mut self, diff: &Diff) {
        for client in &diff.wanted.clients {
            let about = |leaf: &Setting| matches!(leaf, Setting::Client(key, _) if *key == client.key);
            let makes = changed(diff, about);
            if makes.is_empty() {
                continue;
            }
            let mut sets = ClientSettings::default();
            for change in diff.changes.iter().filter(|change| about(&change.leaf)) {
                if let Setting::Client(_, setting) = change.leaf {
                    sets.copy(setting, &client.settings);
                }
            }
            self.responses
                .push(Call::new(client.id.clone(), Sets::Client(sets), makes));
        }
    }
}

fn changed(diff: &Diff, is: impl Fn(&Setting) -> bool) -> Vec<Pointer> {
    let changes = diff.changes.iter().filter(|change| is(&change.leaf));
    let mut leaves: Vec<_> = changes.map(|change| &change.leaf).collect();
    leaves.sort();
    leaves.into_iter().map(Setting::pointer).collect()
}

fn pool_call(sets: PoolSettings, makes: Vec<Pointer>) -> Call {
    Call::new(None, Sets::Pool(sets), makes)
}

/// Both modes are sent, or none: a mode that is unknown is one that is OFF.
fn with_modes(sets: PoolSettings, standard: Option<Mode>, custom: Option<Mode>) -> PoolSettings {
    PoolSettings {
        standard: standard.or(Some(Mode::Off)),
        custom: custom.or(Some(Mode::Off)),
        ..sets
    }
}

fn alarm(diff: &Diff, change: &Change) -> Option<Call> {
    let Setting::Alarm(index) = change.leaf else {
        return None;
    };
    let AlarmTarget { alarm, exists } = diff.alarms.get(&index)?;
    let differing = change.wanted.as_ref().and_then(Value::as_object);
    let only = differing
        .filter(|_| *exists)
        .map(|members| members.keys().cloned().collect());
    let to = alarm.clone();
    let sets = Sets::Alarm(Box::new(AlarmSets { to, only }));
    Some(Call::new(None, sets, vec![change.leaf.pointer()]))
}

fn risk_call(
    diff: &Diff,
    client: Option<String>,
    to: RiskConfiguration,
    only: Option<Vec<RiskSetting>>,
    makes: Vec<Pointer>,
) -> Call {
    let pool = diff.wanted.pool_id.clone();
    Call::new(client, Sets::Risk(RiskSets { pool, to, only }), makes)
}

/// Leaves of risk configurations that differ, of those that are meant.
fn risk_leaves(diff: &Diff, is: impl Fn(&Setting) -> bool) -> Vec<RiskSetting> {
    let changes = diff.changes.iter().filter(|change| is(&change.leaf));
    let leaf = |change: &Change| match change.leaf {
        Setting::Risk(_, leaf) => Some(leaf),
        _ => None,
    };
    let mut leaves: Vec<_> = changes.filter_map(leaf).collect();
    leaves.sort();
    leaves
}

/// Whether a mode is one that a gate guards: the step to ENFORCED.
pub fn enforces(diff: &Diff, auth: Auth) -> bool {
    is_step(mode_of(diff.observed.mode, auth), mode_of(diff.wanted.mode, auth))
}

/// The same of two modes; `None` for one that could not be read, or that nobody asks for.
pub fn is_step(live: Option<Mode>, wanted: Option<Mode>) -> bool {
    wanted == Some(Mode::Enforced) && live != Some(Mode::Enforced)
}
