//! Times of a world: those that are written as so long ago, and those of changes.

use serde_json::{Value, json};

use crate::simulator::state::{AwsState, RawMembers};

/// Makes times absolute: a negative one is so many seconds before `now`.
pub(super) fn make_absolute(world: &mut AwsState, now: f64) {
    let regions = world
        .accounts
        .values_mut()
        .flat_map(|account| account.regions.values_mut());
    for region in regions {
        for pool in region.pools.values_mut() {
            let parts = [&mut pool.user_pool, &mut pool.mfa];
            let lists = pool
                .clients
                .values_mut()
                .chain(pool.risk_configurations.values_mut());
            let users = pool.users.values_mut();
            let lists =
                lists.chain(users.flat_map(|user| user.auth_events.iter_mut().chain([&mut user.user])));
            for raw in parts.into_iter().chain(lists) {
                raw.iter_mut().for_each(|(name, value)| member(name, value, now));
            }
        }
        let history = region.alarm_history.values_mut().flatten();
        for raw in region
            .alarms
            .values_mut()
            .chain(&mut region.events)
            .chain(history)
        {
            raw.iter_mut().for_each(|(name, value)| member(name, value, now));
        }
        for (at, _) in region.metrics.iter_mut().flat_map(|metric| &mut metric.data) {
            *at = absolute(*at, now);
        }
    }
}

fn member(name: &str, value: &mut Value, now: f64) {
    let is_time = name.ends_with("Date") || name.ends_with("Timestamp") || name == "EventTime";
    match value {
        Value::Object(members) => members
            .iter_mut()
            .for_each(|(name, value)| member(name, value, now)),
        Value::Number(number) if is_time => {
            if let Some(at) = number.as_f64() {
                *value = json!(absolute(at, now));
            }
        }
        _ => {}
    }
}

fn absolute(at: f64, now: f64) -> f64 {
    if at < 0.0 { now + at } else { at }
}

/// The service keeps milliseconds: two changes in one of them must still be distinguished.
const STEP: f64 = 0.001;

/// Sets `LastModifiedDate` of a pool or client to now, and later than it was.
pub(super) fn touch(members: &mut RawMembers, now: f64) {
    let was = members.get("LastModifiedDate").and_then(Value::as_f64);
    let at = was.map_or(now, |was| now.max(was + STEP));
    members.insert("LastModifiedDate".into(), json!(at));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::state::{Metric, Pool};

    /// So long ago becomes a time and other numbers stay.
    #[test]
    fn negative_numbers_become_past_times() {
        let mut world = AwsState::default();
        let region = world.region_mut("123456789012", "us-west-2");
        let members = json!({ "CreationDate": -10, "LastModifiedDate": 5, "Other": -3, "In": { "LastModifiedDate": -1.5 } });
        let raw: RawMembers = members.as_object().unwrap().clone();
        region.pools.insert("us-west-2_A".into(), Pool::of(raw.clone()));
        region.alarms.insert("a".into(), raw);
        let data = vec![(-1.0, -1.0), (7.0, 2.0)];
        let (namespace, name, dimensions) = Default::default();
        region.metrics.push(Metric {
            namespace,
            name,
            dimensions,
            data,
        });
        make_absolute(&mut world, 100.0);
        let region = world.region_mut("123456789012", "us-west-2");
        let settled = json!({ "CreationDate": 90.0, "LastModifiedDate": 5.0, "Other": -3, "In": { "LastModifiedDate": 98.5 } });
        assert_eq!(json!(region.pools["us-west-2_A"].user_pool), settled);
        assert_eq!(json!(region.alarms["a"]), settled);
        assert_eq!(region.metrics[0].data, [(99.0, -1.0), (7.0, 2.0)]);
    }
}
