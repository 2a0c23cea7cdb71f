//! Alarms of a policy and of a pool: which is which, what differs, and what an alarm is to become.

use serde_json::{Map, Value, json};

use crate::model::alarm::{Alarm, Beyond, SeenMetric, Subjects, WarmUp, subjects};
use crate::model::posture::Posture;
use crate::plan::alarm_coverage::{ignores_few, is_percentile};
use crate::plan::managed::WrittenKeys;
use crate::policy::write;

/// An alarm of a policy, as it is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmTarget {
    /// The alarm under its name, what is not managed as it is.
    pub alarm: Alarm,
    /// Whether there is such an alarm.
    pub exists: bool,
}

/// The observed alarm that each desired one means, each at most once: the one of the same name, or for an
/// alarm that the policy does not name one on the same metric with the same dimensions, letter by letter if there is
/// one, and rather one that is equal. An alarm of another kind, such as one on an expression, is none of them.
pub fn counterparts<'a>(
    desired: &[Alarm],
    observed: &'a Posture,
    written: &dyn WrittenKeys,
) -> Vec<Option<&'a Alarm>> {
    let (there, seen) = (observed.alarms.as_deref().unwrap_or_default(), seen(observed));
    let mut free: Vec<&Alarm> = there.iter().filter(|alarm| !alarm.beyond.is_other_kind).collect();
    let mut take = |find: &dyn Fn(&[&'a Alarm]) -> Option<usize>| {
        let index = find(&free)?;
        Some(free.remove(index))
    };
    let mut pairs: Vec<Option<&Alarm>> = Vec::new();
    for wish in desired {
        let same = |alarm: &&Alarm| wish.name.is_some() && alarm.name == wish.name;
        pairs.push(take(&|free| free.iter().position(same)));
    }
    for (index, (wish, pair)) in desired.iter().zip(&mut pairs).enumerate() {
        if wish.name.is_some() {
            continue;
        }
        let names = |member: &str| written.writes_alarm(index, member);
        let fit = |alarm: &Alarm| {
            let differs = merged(wish, alarm, seen, &names) != *alarm;
            (subjects(wish, alarm, seen), differs)
        };
        *pair = take(&|free| {
            let fits = free.iter().enumerate().map(|(index, alarm)| (fit(alarm), index));
            let fitting = fits.filter(|((subject, _), _)| *subject != Subjects::Different);
            fitting.min().map(|(_, index)| index)
        });
    }
    pairs
}

/// Metrics with data.
pub(super) fn seen(observed: &Posture) -> &[SeenMetric] {
    observed.seen_metrics.as_deref().unwrap_or_default()
}

/// What an alarm that exists is to become. `names` says which members the policy writes.
///
/// A key that the policy leaves out has its default, as when the alarm is made; but of `actions` nothing is said where
/// they are left out, and an alarm keeps its name. What policies have no words for stays, unless it keeps the alarm from
/// ringing for what the policy's would. Two spellings of one metric are one as long as it is unknown which is
/// published.
pub(super) fn merged(
    wish: &Alarm,
    there: &Alarm,
    seen: &[SeenMetric],
    names: &dyn Fn(&str) -> bool,
) -> Alarm {
    let mut to = Alarm {
        name: there.name.clone(),
        ..wish.clone()
    };
    if matches!(
        subjects(wish, there, seen),
        Subjects::Same | Subjects::SpeltOtherwise
    ) {
        to.namespace.clone_from(&there.namespace);
        to.metric.clone_from(&there.metric);
        to.dimensions.clone_from(&there.dimensions);
    }
    let tells =
        |alarm: &Alarm| -> std::collections::BTreeSet<String> { alarm.actions.iter().cloned().collect() };
    if !names("actions") || tells(wish) == tells(there) {
        to.actions.clone_from(&there.actions);
    }
    to.beyond = beyond(wish, there, names);
    to
}

/// Whether a policy can ask for this very alarm: one that says all of it differs from it in nothing.
pub fn can_be_said(alarm: &Alarm) -> bool {
    let wish = Alarm {
        beyond: Beyond::default(),
        ..alarm.clone()
    };
    let words = |member: &str| !Beyond::KEYS.contains(&member);
    !alarm.beyond.is_other_kind && changing(alarm, &merged(&wish, alarm, &[], &words)).is_none()
}

/// What becomes of what policies have no words for.
fn beyond(wish: &Alarm, there: &Alarm, names: &dyn Fn(&str) -> bool) -> Beyond {
    let (asked, live) = (&wish.beyond, &there.beyond);
    let same_count = wish.evaluation_periods == there.evaluation_periods;
    // All of the periods are all of them, however many there are; some of them ring for no less.
    let stays = |needed: &u32| {
        *needed <= wish.evaluation_periods && (same_count || *needed < there.evaluation_periods)
    };
    let needed = live.datapoints_to_alarm.filter(stays);
    // Where the statistic is not a percentile any more, the service has no use for it.
    let few = live.low_samples.clone().filter(|_| {
        let as_asked = Alarm {
            beyond: live.clone(),
            ..wish.clone()
        };
        !ignores_few(&as_asked) && is_percentile(&there.statistic) == is_percentile(&wish.statistic)
    });
    Beyond {
        datapoints_to_alarm: if names("datapoints_to_alarm") {
            asked.datapoints_to_alarm
        } else {
            needed
        },
        unit: asked.unit.clone().filter(|_| names("unit")),
        low_samples: if names("evaluate_low_sample_count_percentile") {
            asked.low_samples.clone()
        } else {
            few
        },
        warm_up: asked.warm_up.filter(|_| names("warm_up")),
        wall_clock: asked.wall_clock.clone().filter(|_| names("wall_clock")),
        is_other_kind: false,
        unknown: live.unknown.clone(),
    }
}

/// The members of an alarm that are to change: as they are, and as they are to be, `null` for none; `None` if none does.
pub(super) fn changing(there: &Alarm, to: &Alarm) -> Option<(Value, Value)> {
    let (live, wanted) = (members(there), members(to));
    let mut sides = (Map::new(), Map::new());
    let keys = wanted
        .keys()
        .chain(live.keys().filter(|key| !wanted.contains_key(*key)));
    for key in keys.filter(|key| live.get(*key) != wanted.get(*key)) {
        sides
            .0
            .extend(live.get(key).map(|value| (key.clone(), value.clone())));
        sides
            .1
            .insert(key.clone(), wanted.get(key).cloned().unwrap_or_default());
    }
    (!sides.1.is_empty()).then_some((Value::Object(sides.0), Value::Object(sides.1)))
}

/// The managed members of an alarm on both sides, for comparisons with what they were before: live, then as the
/// policy wants them. What means the same is written the same, as the policy has it.
pub(super) fn managed_members(
    wish: &Alarm,
    there: Option<&Alarm>,
    seen: &[SeenMetric],
    names: &dyn Fn(&str) -> bool,
) -> [Option<Value>; 2] {
    let mut wanted = members(wish);
    if !names("actions") {
        wanted.shift_remove("actions");
    }
    let live = there.map(|there| {
        let to = merged(wish, there, seen, names);
        let (live, to) = (members(there), members(&to));
        let mut side = wanted.clone();
        side.retain(|key, _| live.contains_key(key));
        let moved = live.iter().filter(|(key, value)| to.get(*key) != Some(value));
        side.extend(moved.map(|(key, value)| (key.clone(), value.clone())));
        Value::Object(side)
    });
    [live, Some(Value::Object(wanted))]
}

/// An alarm in the policy language's words, and in CloudWatch's for what that has no words for.
pub fn whole(alarm: &Alarm) -> Value {
    Value::Object(members(alarm))
}

/// The key under which it is recorded what of an alarm is unknown.
pub const UNKNOWN: &str = "unknown";

fn members(alarm: &Alarm) -> Map<String, Value> {
    let mut members = match write::alarm(alarm) {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let Beyond {
        datapoints_to_alarm,
        unit,
        low_samples,
        warm_up,
        wall_clock,
        is_other_kind: _,
        unknown,
    } = &alarm.beyond;
    let values = [
        datapoints_to_alarm.map(Value::from),
        unit.clone().map(Value::from),
        low_samples.clone().map(Value::from),
        warm_up.map(|WarmUp { minutes, lasts }| json!({ "minutes": minutes, "lasts": lasts })),
        wall_clock.clone().map(Value::from),
    ];
    let there = Beyond::KEYS.into_iter().zip(values);
    members.extend(there.filter_map(|(key, value)| Some((key.to_owned(), value?))));
    if !unknown.is_empty() {
        members.insert(UNKNOWN.to_owned(), json!(unknown));
    }
    members
}
