//! Settings with which an alarm never fires, whatever it is on. docs/facts.md, "Alarms that see one event".

use crate::model::alarm::entry::Alarm;
use crate::model::alarm::fault::{AlarmFault, AlarmField, fault};
use crate::model::alarm::metric::is_pool_id;
use crate::model::arn::Arn;
use crate::model::region;
use crate::text;

/// Units in which a count may be published; which of them Cognito uses is unconfirmed.
const OF_COUNTS: [&str; 2] = ["Count", "None"];

/// Why an alarm on a metric that counts something never fires by its own settings: a unit in which no count is published,
/// or a threshold below every count.
pub(super) fn never(alarm: &Alarm) -> Vec<AlarmFault> {
    unit(alarm).into_iter().chain(below(alarm)).collect()
}

fn unit(alarm: &Alarm) -> Option<AlarmFault> {
    let found = alarm.beyond.unit.as_deref()?;
    let message = format!(
        "with `Unit: {found}` only data in {found} counts, and Cognito publishes numbers of requests; leave the unit out"
    );
    (!OF_COUNTS.contains(&found)).then(|| fault(AlarmField::Setting("unit"), found, "", message))
}

/// No statistic of a count is below zero. Where missing data counts as breaching, its absence sets the alarm off.
fn below(alarm: &Alarm) -> Option<AlarmFault> {
    let threshold = alarm.threshold;
    let never = match alarm.comparison.as_str() {
        "LessThanThreshold" => threshold <= 0.0,
        "LessThanOrEqualToThreshold" => threshold < 0.0,
        _ => false,
    };
    let message = format!(
        "a number of requests is never below zero, so that `{}` is never met",
        alarm.comparison
    );
    let right = "GreaterThanOrEqualToThreshold";
    (never && alarm.treat_missing_data != "breaching").then(|| {
        fault(
            AlarmField::Setting("comparison"),
            &alarm.comparison,
            right,
            message,
        )
    })
}

/// Why an alarm never fires in the region of a pool, or for that pool: it is on a pool of another region, or on an id that is
/// the pool's but for a slip. An alarm of a policy is on no other pool, either: it would not be among the pool's alarms.
pub fn elsewhere(alarm: &Alarm, region: Option<&str>, pool: Option<&str>) -> Option<AlarmFault> {
    let found = alarm.dimensions.get("UserPoolId").filter(|id| is_pool_id(id))?;
    let (its_region, _) = found.split_once('_')?;
    let field = AlarmField::Dimension("UserPoolId".to_owned());
    if let Some(pool) = pool
        && pool != found
        && (pool.eq_ignore_ascii_case(found) || text::nearest(found, [pool]).is_some())
    {
        let message = format!("`{found}` is not this pool, whose id is {pool}");
        return Some(fault(field, found, pool, message));
    }
    if let Some(region) = region.filter(|region| *region != its_region) {
        let message =
            format!("the alarm would be in {region}, and metrics of `{found}` are published in {its_region}");
        return Some(fault(field, found, pool.unwrap_or_default(), message));
    }
    let pool = pool.filter(|pool| pool != found)?;
    let message =
        format!("`{found}` is another pool than the policy's, {pool}: its alarms belong into its own policy");
    Some(fault(field, found, "", message))
}

// docs/facts.md, "Topics and subscriptions".
/// Topics that an alarm in a region cannot notify: those of another one, and where the alarm's region is unknown those of
/// a region that does not exist. `is_there` says that CloudWatch has the alarm, so that it may do so all the same.
pub fn far_topics(alarm: &Alarm, region: Option<&str>, is_there: bool) -> Vec<AlarmFault> {
    let far = |action: &String| {
        let arn = Arn::parse(action).filter(|arn| arn.service == "sns")?;
        let its = arn.region;
        let message = match (region, region::meant(its)) {
            (_, Some(meant)) => region::mistyped(its, meant),
            (Some(region), _) if region != its => format!(
                "the alarm would be in {region}, and CloudWatch rejects the topic `{action}` of another region"
            ),
            _ => return None,
        };
        let mut found = fault(AlarmField::Setting("actions"), action, "", message);
        found.unconfirmed = is_there;
        Some(found)
    };
    alarm.actions.iter().filter_map(far).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(change: impl FnOnce(&mut Alarm)) -> Alarm {
        let dimensions = [("Operation", "SignIn"), ("UserPoolId", "us-west-2_EXAMPLE")];
        let mut alarm = Alarm {
            treat_missing_data: "missing".into(),
            ..Alarm::sample("Risk", &dimensions)
        };
        change(&mut alarm);
        alarm
    }

    #[test]
    fn units_and_thresholds() {
        let unit = |unit: &str| alarm(|alarm| alarm.beyond.unit = Some(unit.to_owned()));
        let below = |comparison: &str, threshold, missing: &str| {
            alarm(|alarm| {
                alarm.comparison = comparison.to_owned();
                alarm.threshold = threshold;
                alarm.treat_missing_data = missing.to_owned();
            })
        };
        for (alarm, expected) in [
            (alarm(|_| ()), None),
            (unit("Count"), None),
            (unit("None"), None),
            (unit("Seconds"), Some("unit")),
            (unit("Count/Second"), Some("unit")),
            (
                below("LessThanThreshold", 0.0, "notBreaching"),
                Some("comparison"),
            ),
            (below("LessThanThreshold", 0.0, "breaching"), None),
            (below("LessThanThreshold", 1.0, "notBreaching"), None),
            (
                below("LessThanOrEqualToThreshold", -1.0, "missing"),
                Some("comparison"),
            ),
            (below("LessThanOrEqualToThreshold", 0.0, "missing"), None),
        ] {
            let found: Vec<_> = never(&alarm).into_iter().map(|fault| fault.field).collect();
            let expected: Vec<_> = expected.into_iter().map(AlarmField::Setting).collect();
            assert_eq!(found, expected, "{alarm:?}");
        }
        // Data shows that the metric is there, and nothing of its unit.
        let seen = [crate::model::alarm::SeenMetric {
            name: "Risk".into(),
            dimensions: unit("Seconds").dimensions,
            older: false,
        }];
        assert_eq!(crate::model::alarm::check_seen(&unit("Seconds"), &seen).len(), 1);
    }

    #[test]
    fn pools_of_other_regions_and_slips() {
        let on = |id: &str| alarm(|alarm| drop(alarm.dimensions.insert("UserPoolId".into(), id.into())));
        for (id, nearest) in [
            ("us-west-2_EXAMPLE", None),
            ("", None),
            ("us-west-2_Another01", Some("")),
            ("us-west-2_example", Some("us-west-2_EXAMPLE")),
            ("us-west-2_EXMAPLE", Some("us-west-2_EXAMPLE")),
            ("eu-west-1_Another01", Some("us-west-2_EXAMPLE")),
        ] {
            let found = elsewhere(&on(id), Some("us-west-2"), Some("us-west-2_EXAMPLE"));
            let found = found.map(|fault| fault.nearest.unwrap_or_default());
            assert_eq!(found.as_deref(), nearest, "{id}");
        }
        assert_eq!(elsewhere(&on("eu-west-1_X"), None, None), None);
        assert_eq!(elsewhere(&on("us-west-2_X"), Some("us-west-2"), None), None);
        assert!(elsewhere(&on("eu-west-1_X"), Some("us-west-2"), None).is_some());
    }

    #[test]
    fn topics_of_other_regions() {
        let to = |topic: &str| alarm(|alarm| alarm.actions = vec![topic.to_owned()]);
        let far = |topic, region| far_topics(&to(topic), region, false);
        for (topic, region, expected) in [
            ("arn:aws:sns:us-west-2:123456789012:t", Some("us-west-2"), None),
            ("arn:aws:sns:eu-west-1:123456789012:t", None, None),
            (
                "arn:aws:sns:eu-west-1:123456789012:t",
                Some("us-west-2"),
                Some("another region"),
            ),
            (
                "arn:aws:sns:us-wset-2:123456789012:t",
                Some("us-west-2"),
                Some("`us-west-2`?"),
            ),
            ("arn:aws:sns:us-wset-2:123456789012:t", None, Some("`us-west-2`?")),
            ("arn:aws:sns:us-west-9:123456789012:t", None, None),
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:f",
                Some("us-west-2"),
                None,
            ),
            ("no ARN", Some("us-west-2"), None),
        ] {
            let found = far(topic, region);
            let ends = |end: &str| found.len() == 1 && found[0].message.ends_with(end);
            assert!(expected.is_none_or(ends), "{topic} {region:?} {found:?}");
            assert_eq!(
                found.is_empty(),
                expected.is_none(),
                "{topic} {region:?} {found:?}"
            );
        }
        let live = far_topics(
            &to("arn:aws:sns:eu-west-1:123456789012:t"),
            Some("us-west-2"),
            true,
        );
        assert!(live[0].unconfirmed);
    }
}
