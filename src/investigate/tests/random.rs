//! Any events and records: nothing gets lost, and nothing counts twice.

use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever is read is shown once, or counted once.
    #[test]
    fn input_shown_or_counted_once(
        events in prop::collection::vec(("[ab]?", prop::sample::select(vec!["", POOL, "us-west-2_B"]), -1..12_i64), 0..12),
        records in prop::collection::vec((
            "[ab]?",
            prop::sample::select(vec!["", POOL, "us-west-2_B"]),
            prop::sample::select(vec!["", "c-1", "c-2", "c-3"]),
            -1..12_i64,
            any::<bool>(),
        ), 0..12),
        windowed in any::<bool>(),
    ) {
        let time = |second: i64| if second < 0 { None } else { at(second) };
        let events: Vec<_> = events.into_iter().enumerate().map(|(number, (sub, pool, second))| AuthEvent {
            id: Some(format!("e-{number}")),
            pool: some(pool),
            at: time(second),
            ..event(&sub, second, "Pass", "", "NoRisk")
        }).collect();
        let records: Vec<_> = records.into_iter().enumerate().map(|(number, (sub, pool, client, second, calls))| CloudTrailRecord {
            id: Some(format!("t-{number}")),
            action: some(if calls { "DescribeUserPool" } else { "InitiateAuth" }),
            pool: some(pool),
            client: some(client),
            at: time(second),
            ..record(&sub, second, "", "")
        }).collect();
        let scope = InvestigationScope {
            since: at(3).filter(|_| windowed),
            until: at(9).filter(|_| windowed),
            ..scope()
        };
        let found = found(scope, None, &events, &records);
        let steps = || found.users.iter().flat_map(|user| &user.steps);
        let shown = steps().filter(|step| step.event.is_some()).count()
            + steps().filter(|step| step.record.is_some()).count()
            + usize::try_from(found.nameless.total).unwrap();
        let counts = found.counts;
        let left = counts.other_pools + counts.outside + counts.without_time + counts.other_calls + counts.unmapped + counts.unlisted + counts.beyond;
        prop_assert_eq!(shown + usize::try_from(left).unwrap(), events.len() + records.len());
        prop_assert_eq!(counts.events + counts.records, shown as u64);
        for user in &found.users {
            prop_assert!(user.steps.is_sorted_by_key(TimelineStep::at));
        }
    }
}
