//! What an alarm rings for and whom it notifies: what a change of an alarm does to that.
//!
//! One alarm rings for more than another if it rings whenever the other does, as early, and can ring again afterwards.
//! The metrics of threat protection have data only when something happens, and count events: that decides most of it.
//! Alarms on other metrics compare by what holds for any metric. How missing data, `DatapointsToAlarm` and units work is
//! in CloudWatch's user guide ("Using Amazon CloudWatch alarms", "Configuring how alarms treat missing data").

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::alarm::{Alarm, Beyond, SeenMetric, Subjects, ThreatMetric, check_seen, subjects};
use crate::model::posture::Topic;
use crate::plan::step::{Part, Step};

/// What decides beside the alarms.
pub(super) struct Around<'a> {
    /// The pool's id, where it is known: an alarm on another one's metrics never rings for this pool.
    pub(super) pool: Option<&'a str>,
    /// Metrics with data.
    pub(super) seen: &'a [SeenMetric],
    /// Who is behind topics, as far as it is known.
    pub(super) topics: &'a BTreeMap<String, Topic>,
    /// Whether other alarms may read the state of this one, such as a composite one.
    pub(super) is_read: bool,
    /// Whom the policy's alarms notify; `None` where no policy asks for the change, but a journal is gone back to.
    pub(super) named: Option<BTreeSet<&'a str>>,
}

/// What a change of an alarm does; without an earlier one it is new.
pub(super) fn step(before: Option<&Alarm>, after: &Alarm, around: &Around<'_>) -> Step {
    let Some(before) = before else {
        // An alarm that never rings is as good as none.
        let parts: &[Part] = if is_dead(after, around) {
            &[]
        } else {
            &[Part::More]
        };
        return Step::of(parts);
    };
    // With actions off nobody is notified of anything, whatever it rings for.
    if before.actions_enabled != after.actions_enabled && !around.is_read {
        let (on, part) = if after.actions_enabled {
            (after, Part::More)
        } else {
            (before, Part::Less)
        };
        if !is_dead(on, around) && !tells(on, around.topics).is_empty() {
            return Step::of(&[part]);
        }
    }
    let mut parts = rung(before, after, around);
    parts.extend(told(before, after, around));
    Step::of(&parts)
}

/// Whether an alarm never rings for this pool.
fn is_dead(alarm: &Alarm, around: &Around<'_>) -> bool {
    let id = alarm.dimensions.get("UserPoolId").map(String::as_str);
    let elsewhere = id.is_some_and(|id| around.pool.is_some_and(|pool| pool != id));
    let faults = check_seen(alarm, around.seen);
    elsewhere || faults.iter().any(|fault| !fault.unconfirmed)
}

/// What becomes of the events that it rings for.
fn rung(before: &Alarm, after: &Alarm, around: &Around<'_>) -> Vec<Part> {
    match subjects(before, after, around.seen) {
        Subjects::Same | Subjects::SpeltOtherwise => settings(before, after),
        Subjects::KeptApart | Subjects::Different => {
            match (is_dead(before, around), is_dead(after, around)) {
                (true, true) => Vec::new(),
                (true, false) => vec![Part::More],
                (false, true) => vec![Part::Less],
                (false, false) => vec![Part::Unordered],
            }
        }
    }
}

/// Seconds of the shortest period in which these metrics have data. docs/facts.md, "Alarms that see one event".
const SHORTEST: u32 = 60;

/// Of two alarms on the same metric.
fn settings(before: &Alarm, after: &Alarm) -> Vec<Part> {
    let is_blind = |alarm: &Alarm| alarm.period < SHORTEST;
    if is_blind(before) || is_blind(after) {
        // Most of its periods have no data: how long they are is no gain. What else changes is compared as if both had the same.
        let period = before.period.max(after.period).max(SHORTEST);
        let seen = |alarm: &Alarm| Alarm {
            period,
            ..alarm.clone()
        };
        let mut parts = settings(&seen(before), &seen(after));
        parts.extend(order(is_blind(after).cmp(&is_blind(before))));
        let are_blind = is_blind(before) && is_blind(after);
        parts.extend((are_blind && before.period != after.period).then_some(Part::Unordered));
        return parts;
    }
    let mut parts = restrictions(before, after);
    if ThreatMetric::meant(&before.metric).is_none() {
        parts.extend(any_metric(before, after));
        return parts;
    }
    match (rings_for_each(before), rings_for_each(after)) {
        (false, false) => {
            parts.extend(statistic(before, after));
            parts.extend(reach(before, after));
            parts.extend(periods(before, after));
            parts.extend((before.period != after.period).then_some(Part::Unordered));
        }
        (was, is) => {
            // Whether a count of samples is one of events is unknown: it is no more than each of them.
            let by_samples = counts_samples(if is { before } else { after });
            let gain = match (is, by_samples) {
                (true, true) => Part::MoreOrSame,
                (true, false) => Part::More,
                (false, true) => Part::Unordered,
                (false, false) => Part::Less,
            };
            parts.extend((was != is).then_some(gain));
            // What rings for each event on one side only may still be the later of the two.
            let wait = order(delay(after).cmp(&delay(before)));
            let counts = if is { Part::Less } else { Part::More };
            parts.extend(wait.filter(|part| was == is || *part == counts));
        }
    }
    parts.extend(missing(before, after));
    parts
}

/// Whether a single event makes the alarm ring, and the next one again.
fn rings_for_each(alarm: &Alarm) -> bool {
    let reached = matches!(trip(alarm), Trip::Events { .. }) && least(alarm) <= 1.0;
    let again = matches!(alarm.treat_missing_data.as_str(), "notBreaching" | "missing");
    alarm.statistic == "Sum" && reached && again && alarm.evaluation_periods == 1 && alarm.needed() <= 1
}

/// Whether it would ring for each event if it counted them.
fn counts_samples(alarm: &Alarm) -> bool {
    let on_the_sum = Alarm {
        statistic: "Sum".to_owned(),
        ..alarm.clone()
    };
    alarm.statistic == "SampleCount" && rings_for_each(&on_the_sum)
}

/// Seconds until it rings.
fn delay(alarm: &Alarm) -> u64 {
    u64::from(alarm.period) * u64::from(alarm.needed())
}

/// More on the left is less of an alarm.
fn order(ordering: Ordering) -> Option<Part> {
    match ordering {
        Ordering::Less => Some(Part::More),
        Ordering::Equal => None,
        Ordering::Greater => Some(Part::Less),
    }
}

/// What trips an alarm on a metric that counts.
enum Trip {
    /// Enough of it.
    Events { threshold: f64, strictly: bool },
    /// Too little of it.
    Absence,
    /// A band, or a word that is unknown.
    Other,
}

fn trip(alarm: &Alarm) -> Trip {
    let threshold = alarm.threshold;
    match alarm.comparison.as_str() {
        "GreaterThanOrEqualToThreshold" => Trip::Events {
            threshold,
            strictly: false,
        },
        "GreaterThanThreshold" => Trip::Events {
            threshold,
            strictly: true,
        },
        "LessThanThreshold" | "LessThanOrEqualToThreshold" => Trip::Absence,
        _ => Trip::Other,
    }
}

/// The least count of events that trips an alarm on their sum: `> 0` and `>= 1` are the same.
fn least(alarm: &Alarm) -> f64 {
    match trip(alarm) {
        Trip::Events {
            threshold,
            strictly: false,
        } => threshold.ceil(),
        Trip::Events { threshold, .. } => threshold.floor() + 1.0,
        Trip::Absence | Trip::Other => f64::NAN,
    }
}

/// Statistics that are never more than the sum of counts.
fn is_below_the_sum(statistic: &str) -> bool {
    let lower = statistic.to_ascii_lowercase();
    let of = |start: &str| {
        let rest = lower.strip_prefix(start);
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '('))
    };
    matches!(statistic, "Average" | "Minimum" | "Maximum" | "IQM")
        || ["p", "tm", "wm", "ts"].iter().any(|start| of(start))
}

fn statistic(before: &Alarm, after: &Alarm) -> Option<Part> {
    if before.statistic == after.statistic {
        return None;
    }
    let on_events = [before, after]
        .iter()
        .all(|alarm| matches!(trip(alarm), Trip::Events { .. }));
    let is_sum = |alarm: &Alarm| alarm.statistic == "Sum";
    Some(
        if on_events && is_sum(before) && is_below_the_sum(&after.statistic) {
            Part::Less
        } else if on_events && is_sum(after) && is_below_the_sum(&before.statistic) {
            Part::More
        } else {
            Part::Unordered
        },
    )
}

/// Comparison and threshold.
fn reach(before: &Alarm, after: &Alarm) -> Option<Part> {
    let same = before.comparison == after.comparison && is_same(before.threshold, after.threshold);
    match (trip(before), trip(after)) {
        _ if same => None,
        (
            Trip::Events { threshold, strictly },
            Trip::Events {
                threshold: later,
                strictly: then,
            },
        ) => {
            let ordering = if before.statistic == "Sum" && after.statistic == "Sum" {
                least(after).partial_cmp(&least(before))
            } else {
                let by_threshold = later.partial_cmp(&threshold);
                by_threshold.map(|ordering| ordering.then(then.cmp(&strictly)))
            };
            ordering.map_or(Some(Part::Unordered), order)
        }
        (Trip::Events { .. }, Trip::Absence) => Some(Part::Less),
        (Trip::Absence, Trip::Events { .. }) => Some(Part::More),
        _ => Some(Part::Unordered),
    }
}

/// Whether two thresholds are one, or none both.
fn is_same(one: f64, other: f64) -> bool {
    one.partial_cmp(&other) == Some(Ordering::Equal) || (one.is_nan() && other.is_nan())
}

/// How many periods must breach, of how many.
fn periods(before: &Alarm, after: &Alarm) -> Option<Part> {
    let of = |alarm: &Alarm| (alarm.evaluation_periods, alarm.needed());
    let (was, is) = (of(before), of(after));
    // Whether the first rings whenever the second does: of its window it may miss no more than it can do without.
    let covers = |(n, m): (u32, u32), (window, needed): (u32, u32)| {
        m <= 1 || (n >= window && m <= needed) || (n < window && m.saturating_add(window - n) <= needed)
    };
    match (covers(is, was), covers(was, is)) {
        // Both ring at once; over more periods it stands longer before it can ring again.
        (true, true) => order(is.0.cmp(&was.0)),
        (true, false) => Some(Part::More),
        (false, true) => Some(Part::Less),
        (false, false) => Some(Part::Unordered),
    }
}

/// How missing data counts, for a metric that mostly has none. `breaching` is an alarm that is always on; one that ignores
/// it rings once and never returns; with `missing` it stands at `INSUFFICIENT_DATA` between events, as an alarm does
/// that sees nothing at all, and `notBreaching` returns it to `OK`.
fn missing(before: &Alarm, after: &Alarm) -> Option<Part> {
    let (was, is) = (&before.treat_missing_data, &after.treat_missing_data);
    if was == is {
        return None;
    }
    let rank = |word: &str| {
        ["breaching", "ignore", "missing", "notBreaching"]
            .iter()
            .position(|known| *known == word)
    };
    let on_events = [before, after]
        .iter()
        .all(|alarm| matches!(trip(alarm), Trip::Events { .. }));
    // Over several periods, `missing` decides by what data there is, and rings where `notBreaching` does not.
    let over_several = before.needed() > 1 || after.needed() > 1;
    match (rank(was), rank(is)) {
        (Some(was), Some(is)) if on_events && !(over_several && was.min(is) == 2) => order(was.cmp(&is)),
        _ => Some(Part::Unordered),
    }
}

/// What holds for any metric.
fn any_metric(before: &Alarm, after: &Alarm) -> Vec<Part> {
    let others = |alarm: &Alarm| {
        (
            alarm.statistic.clone(),
            alarm.comparison.clone(),
            alarm.period,
            alarm.treat_missing_data.clone(),
        )
    };
    let mut parts = Vec::new();
    parts.extend((others(before) != others(after)).then_some(Part::Unordered));
    parts.extend(periods(before, after));
    if before.comparison == after.comparison && !is_same(before.threshold, after.threshold) {
        let ordering = after.threshold.partial_cmp(&before.threshold);
        parts.extend(match (trip(after), ordering) {
            (Trip::Events { .. }, Some(ordering)) => order(ordering),
            (Trip::Absence, Some(ordering)) => order(ordering.reverse()),
            _ => Some(Part::Unordered),
        });
    }
    parts
}

/// What policies have no words for.
fn restrictions(before: &Alarm, after: &Alarm) -> Vec<Part> {
    let (was, is): (&Beyond, &Beyond) = (&before.beyond, &after.beyond);
    // The unit of these metrics is unconfirmed; it is none of time, size or share.
    let may_be = |unit: &str| matches!(unit, "Count" | "None");
    let unit = match (was.unit.as_deref(), is.unit.as_deref()) {
        (was, is) if was == is => None,
        (Some(unit), None) if may_be(unit) => Some(Part::MoreOrSame),
        (Some(_), None) => Some(Part::More),
        (None, Some(unit)) if !may_be(unit) => Some(Part::Less),
        _ => Some(Part::Unordered),
    };
    let few = order(ignores_few(after).cmp(&ignores_few(before)));
    let waits = |beyond: &Beyond| beyond.warm_up.map(|warm_up| (warm_up.minutes, warm_up.lasts));
    let warm_up = order(waits(is).cmp(&waits(was)));
    let window = match (&was.wall_clock, &is.wall_clock) {
        (Some(zone), Some(other)) if zone != other => Some(Part::Unordered),
        (zone, other) => order(other.is_some().cmp(&zone.is_some())),
    };
    [unit, few, warm_up, window].into_iter().flatten().collect()
}

/// Whether it keeps its state while there is little data, which counts for percentiles only.
pub(super) fn ignores_few(alarm: &Alarm) -> bool {
    is_percentile(&alarm.statistic) && alarm.beyond.low_samples.as_deref() == Some("ignore")
}

/// `p99`, `p99.9`.
pub(super) fn is_percentile(statistic: &str) -> bool {
    let digits = statistic.strip_prefix('p');
    digits.is_some_and(|digits| digits.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whom it notifies. A topic that is known to reach nobody does not count.
///
/// Where a policy asks for the change, the measure is whom it names: putting them in the place of somebody whom it does
/// not name anywhere is more.
fn told(before: &Alarm, after: &Alarm, around: &Around<'_>) -> Vec<Part> {
    let (was, is) = (tells(before, around.topics), tells(after, around.topics));
    let lost: BTreeSet<_> = was.difference(&is).copied().collect();
    let gains = is.difference(&was).next().is_some();
    let stranger = |action: &&&str| {
        around
            .named
            .as_ref()
            .is_some_and(|named| !named.contains(**action))
    };
    // Whom nobody is known to hear does not make up for somebody who was.
    let is_heard = |action: &&&str| matches!(around.topics.get(**action), Some(Topic::Found { confirmed, .. }) if *confirmed > 0);
    let is_heard_still =
        is.iter().any(|action| is_heard(&action)) || !lost.iter().any(|action| is_heard(&action));
    let mut parts = Vec::new();
    parts.extend(gains.then_some(Part::More));
    let replaced = gains && is_heard_still && lost.iter().filter(stranger).count() == lost.len();
    parts.extend((!lost.is_empty() && !replaced).then_some(Part::Less));
    parts
}

fn tells<'a>(alarm: &'a Alarm, topics: &BTreeMap<String, Topic>) -> BTreeSet<&'a str> {
    let heard = |action: &&str| {
        !matches!(
            topics.get(*action),
            Some(Topic::Missing | Topic::Found { confirmed: 0, .. })
        )
    };
    let actions = alarm.actions.iter().map(String::as_str);
    actions.filter(|_| alarm.actions_enabled).filter(heard).collect()
}
