//! Which pool a record is of, and which client of it.

use super::*;

/// Clients lead to pools and what leads nowhere is counted.
#[test]
fn pool_found_by_client_rest_counted() {
    let other = CloudTrailRecord {
        pool: some("us-west-2_B"),
        client: some("c-2"),
        ..record("x", 2, "", "")
    };
    let by_client = CloudTrailRecord {
        client: some("c-2"),
        ..record("y", 3, "", "")
    };
    let nowhere = CloudTrailRecord {
        client: some("c-3"),
        ..record("z", 4, "", "")
    };
    let by_sub = CloudTrailRecord {
        client: None,
        ..record("s", 5, "", "")
    };
    let calls = CloudTrailRecord {
        action: some("DescribeUserPool"),
        ..record("", 6, "", "")
    };
    let records = [other, by_client, nowhere.clone(), by_sub, calls];
    let events = [event("s", 1, "Pass", "", "NoRisk")];
    let all = found(scope(), None, &events, &records);
    let counts = all.counts;
    assert_eq!(
        (
            counts.other_pools,
            counts.unmapped,
            counts.other_calls,
            counts.records
        ),
        (2, 1, 1, 1)
    );
    // With no sign of another pool, it is this one's.
    let alone = found(scope(), None, &events, &[nowhere]);
    assert_eq!((alone.counts.assumed, alone.counts.records), (1, 1));
}

/// A client that the pool does not have today is deleted, newer than the snapshot, or another pool's.
#[test]
fn unknown_client_named_records_kept() {
    let of_client = CloudTrailRecord {
        client: some("deleted"),
        pool: None,
        ..record("s-9", 5, "", "")
    };
    let settings = settings(Mode::Audit);
    let events = [event("s", 1, "Pass", "", "NoRisk")];
    let seen = |found: &Investigation| {
        let is_there = found.users.iter().any(|user| user.sub.as_deref() == Some("s-9"));
        let counts = found.counts;
        (
            is_there,
            counts.unlisted,
            counts.other_pools,
            found.unlisted.contains("deleted"),
        )
    };
    // With no sign of another pool it is kept, and marked.
    let alone = found(
        scope(),
        Some(&settings),
        &events,
        std::slice::from_ref(&of_client),
    );
    assert_eq!(seen(&alone), (true, 0, 0, true));
    // With one it is counted apart, and not as that pool's.
    let other = CloudTrailRecord {
        pool: some("us-west-2_OTHER"),
        client: some("other"),
        ..record("s-8", 6, "", "")
    };
    let records = [of_client.clone(), other.clone()];
    let apart = found(scope(), Some(&settings), &events, &records);
    assert_eq!(seen(&apart), (false, 1, 1, true));
    // What is known of the user decides, and so does who was asked for.
    let of_user = [event("s-9", 1, "Pass", "", "NoRisk")];
    assert_eq!(
        seen(&found(scope(), Some(&settings), &of_user, &records)),
        (true, 0, 1, true)
    );
    let asked = InvestigationScope {
        user: some("s-9"),
        ..scope()
    };
    assert_eq!(
        seen(&found(asked, Some(&settings), &events, &records)),
        (true, 0, 1, true)
    );
    // A client that a record gives to another pool is that pool's.
    let mapped = CloudTrailRecord {
        client: some("other"),
        ..of_client
    };
    assert_eq!(
        seen(&found(scope(), Some(&settings), &events, &[mapped, other])),
        (false, 0, 2, false)
    );
}

/// Calls of users name no pool: their region and account say that they are not of this one.
#[test]
fn other_region_or_account_excluded() {
    let of = |second: i64, region: &str, account: &str| CloudTrailRecord {
        region: some(region),
        account: some(account),
        ..record("s", second, "", "")
    };
    let counted = |settings: Option<&Posture>, records: &[CloudTrailRecord]| {
        let counts = found(scope(), settings, &[], records).counts;
        (
            counts.records,
            counts.other_pools,
            counts.unmapped,
            counts.assumed,
        )
    };
    let (here, abroad, foreign) = (
        of(1, "us-west-2", "111"),
        of(2, "eu-west-1", "111"),
        of(3, "us-west-2", "222"),
    );
    assert_eq!(counted(None, &[here.clone(), abroad.clone()]), (1, 1, 0, 1));
    // Whose the pool is, nothing says: neither record is taken for its own.
    assert_eq!(counted(None, &[here.clone(), foreign.clone()]), (0, 0, 2, 0));
    let owned = Posture {
        account: some("111"),
        ..settings(Mode::Audit)
    };
    assert_eq!(counted(Some(&owned), &[foreign, abroad]), (0, 2, 0, 0));
    assert_eq!(counted(Some(&owned), &[here]), (1, 0, 0, 1));
}
