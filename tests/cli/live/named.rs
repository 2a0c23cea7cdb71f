//! A pool that is named: by its name, or by an id that is nowhere.

use serde_json::json;

use crate::cli::live::support::{ACCOUNT, Aws, POLICY, POOL, REGION, pool};

/// What a command says on both streams, in one line.
fn said(aws: &Aws, args: &[&str]) -> (i32, String) {
    let run = aws.run(args);
    let words = format!("{} {}", run.out, run.err);
    (run.code, words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A pool that is not there is wrong input for every command.
#[test]
fn pool_not_found_by_any_command() {
    const GONE: &str = "us-west-2_Gone";
    let aws = Aws::with(&POLICY.replace(POOL, GONE));
    assert_eq!(aws.run(&["snapshot", "-o", "s.json"]).code, 0);
    aws.place.file("log.jsonl", "");
    let since = ["--since", "1h"];
    for args in [
        &["diff"][..],
        &["diff", "--from", "s.json"],
        &["gate"],
        &["gate", "--from", "s.json"],
        &["apply", "--dry-run"],
        &["apply", "--yes"],
        &["impact", "--from", "s.json", "--events", "log.jsonl"],
        &["audit", "--pool", GONE, "--reason", "x", "--yes"],
        &["explain", "--pool", GONE],
        &["explain", "--pool", GONE, "--from", "s.json"],
        &["init", "--pool", GONE, "new"],
        &["snapshot", "--pool", GONE],
        &["events", "--from-aws", "--pool", GONE, "-o", "e.jsonl"],
        &[&["investigate", "--pool", GONE][..], &since].concat(),
    ] {
        let (code, words) = said(&aws, args);
        assert_eq!(code, 2, "{args:?}: {words}");
        let place = "pool `us-west-2_Gone` was not found in us-west-2 of account 123456789012";
        assert!(words.contains(place), "{args:?}: {words}");
    }
}

#[test]
fn every_command_takes_the_name_of_a_pool() {
    let aws = Aws::one();
    assert_eq!(aws.run(&["snapshot", "--with-time", "-o", "s.json"]).code, 0);
    std::fs::create_dir(aws.place.path("kept")).unwrap();
    aws.run(&["scan", "-q", "-o", "kept/scan.json"]);
    for args in [
        &["explain"][..],
        &["explain", "--from", "s.json"],
        &["snapshot"],
        &["snapshot", "--from", "s.json"],
        &["audit", "--reason", "x", "--dry-run"],
        &["investigate", "--since", "1h"],
        &["history", "kept"],
    ] {
        let [by_id, by_name] = [POOL, "customers"].map(|pool| aws.run(&[args, &["--pool", pool]].concat()));
        assert_eq!(by_id.code, by_name.code, "{args:?}: {by_name:?}");
        // A line to type has the pool as it was typed. A window ends with the clock, and a
        // plan begins with it.
        let as_by_id = by_name.out.replace("--pool customers", "--pool us-west-2_A");
        let [by_id, as_by_id] = [&by_id.out, &as_by_id].map(|out| {
            let lines = out
                .lines()
                .filter(|line| !line.starts_with("  window") && !line.contains(" UTC; "));
            lines.map(str::to_owned).collect::<Vec<_>>()
        });
        assert_eq!(by_id, as_by_id, "{args:?}");
        let (code, words) = said(&aws, &[args, &["--pool", "nobody"]].concat());
        assert!(
            code == 2 && words.contains("pool `nobody` was not found"),
            "{args:?}: {words}"
        );
    }
    assert_eq!(aws.run(&["init", "--pool", "customers", "new"]).code, 0);
    let [by_id, by_name] = [POOL, "customers"].map(|pool| {
        aws.run(&["events", "--from-aws", "--pool", pool, "-o", "e.jsonl"])
            .code
    });
    assert_eq!(by_id, by_name);
    // Nothing is done where a name is that of several pools.
    aws.server.change(|world| {
        let mut other = pool("customers");
        other.user_pool.insert("UserPoolTags".into(), json!({}));
        world
            .region_mut(ACCOUNT, REGION)
            .pools
            .insert("us-west-2_B".into(), other);
    });
    for args in [
        &["audit", "--reason", "x", "--yes"][..],
        &["explain"],
        &["snapshot"],
        &["init", "other"],
    ] {
        let (code, words) = said(&aws, &[args, &["--pool", "customers"]].concat());
        let several = "`customers` is the name of 2 pools: us-west-2_A (us-west-2 of account 123456789012) and us-west-2_B";
        assert!(code == 2 && words.contains(several), "{args:?}: {words}");
    }
    assert!(!aws.place.path("other").exists());
}

/// A name that could not be looked up is not said to be nobodys.
#[test]
fn name_lookup_denied_is_not_absence() {
    use cogward::simulator::{FaultKind, InjectedFault};
    let denied = InjectedFault::new(FaultKind::AccessDenied).at("ListUserPools");
    let aws = Aws::one().faults(vec![denied]);
    let (code, words) = said(&aws, &["explain", "--pool", "customers"]);
    assert!(
        code == 4 && words.contains("access denied: ListUserPools"),
        "{words}"
    );
}
