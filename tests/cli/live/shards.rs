//! Snapshots of shards, merged, are the snapshot of everything: each verb gives the same answer with it, byte for byte.

use cogward::model::shard::Shard;
use cogward::simulator::{FaultKind, InjectedFault};
use serde_json::json;

use crate::cli::live::support::{ACCOUNT, Aws, POLICY, REGION, client, pool, raw, world};
use crate::cli::support::Run;

/// Ids of the pools: some of them look alike, and one stands alone in its shard.
const POOLS: [&str; 9] = [
    "us-west-2_A",
    "us-west-2_B",
    "us-west-2_C",
    "us-west-2_D",
    "us-west-2_E",
    "us-west-2_F",
    "us-west-2_Webshop01",
    "us-west-2_Webshop02",
    "us-west-2_Zzzzzzzzz",
];

const FROM: &str = "--from=pools.json";

/// Nine pools that differ in many ways, and policies by id, by name and by tags, of pools that are there and that are not.
fn estate() -> Aws {
    let mut world = world();
    let region = world.region_mut(ACCOUNT, REGION);
    for (number, id) in POOLS.into_iter().enumerate() {
        let mut one = pool(if number % 2 == 0 { "shop" } else { "staff" });
        let risk = one.risk_configurations.get_mut("").unwrap();
        if number % 3 == 0 {
            risk["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"] =
                "NO_ACTION".into();
        }
        if number % 3 == 1 {
            one.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
            let skip = raw(json!({ "SkippedIPRangeList": ["192.0.2.0/24", "198.51.100.7/32"] }));
            let risk = one.risk_configurations.get_mut("").unwrap();
            risk.insert("RiskExceptionConfiguration".into(), skip.into());
        }
        if number == 4 {
            one.log_configurations = Some(Vec::new());
            one.clients.insert("web2".into(), client("second"));
        }
        region.pools.insert(id.into(), one);
    }
    let aws = Aws::new(world);
    let shop = "version: 1\nname: shops\ntarget: { names: [\"shop*\"] }\nfeature_plan: PLUS\nmode: { standard: ENFORCED }\n\
                account_takeover: { high: { action: BLOCK, notify: true } }\n\
                risk_exceptions: { always_allow: [192.0.2.0/24] }\n";
    let nobody = "version: 1\nname: nobody\ntarget: { tags: { env: nowhere } }\nmode: { standard: AUDIT }\n";
    aws.place
        .file("policies/a.yaml", POLICY)
        .file(
            "policies/gone.yaml",
            POLICY
                .replace("us-west-2_A", "us-west-2_Gone")
                .replace("name: a", "name: gone"),
        )
        .file("policies/nobody.yaml", nobody)
        .file("policies/shops.yaml", shop);
    aws
}

/// Takes the snapshots of all shards.
fn shards(aws: &Aws, more: &[&str], count: u32) -> Vec<String> {
    let one = |index: u32| {
        let file = format!("shard-{count}-{index}.json");
        let shard = format!("{index}/{count}");
        let run = aws.run(&[&["snapshot", "--shard", &shard, "--output", &file], more].concat());
        assert!(
            run.out.is_empty() && [0, 4].contains(&run.code),
            "{shard} {run:?}"
        );
        file
    };
    (1..=count).map(one).collect()
}

fn merged(aws: &Aws, files: &[String], more: &[&str]) -> Run {
    let files: Vec<_> = files.iter().map(String::as_str).collect();
    aws.run(&[&["merge"], files.as_slice(), more].concat())
}

const VERBS: [&[&str]; 5] = [
    &["scan"],
    &["scan", "--deny", "never", "--min-severity", "error"],
    &["diff"],
    &["diff", "--require-coverage"],
    &[
        "diff",
        "policies/gone.yaml",
        "policies/nobody.yaml",
        "--fail-on",
        "weaker",
    ],
];

/// A run without the words for where a pool was looked for: in an account, or in a file.
fn placeless(mut run: Run) -> Run {
    for place in [" in `all.json`", " in us-west-2 of account 123456789012"] {
        run.out = run.out.replace(place, "");
    }
    run
}

/// Every verb gives the same answer whatever the number and order of shards.
#[test]
fn merged_verbs_equal_whole_for_any_split() {
    let aws = estate();
    let snapshot = aws.run(&["snapshot"]);
    let whole = VERBS.map(|verb| aws.run(&[verb, &["--format", "json"]].concat()).unfiled());
    for count in [1, 2, 5] {
        let mut files = shards(&aws, &[], count);
        files.reverse();
        assert_eq!(merged(&aws, &files, &[]), snapshot, "{count}");
        // Of a snapshot without a time it is unknown how long a pool has been in AUDIT.
        shards(&aws, &["--with-time"], count);
        assert_eq!(merged(&aws, &files, &["--output", "all.json"]).code, 0);
        for (verb, whole) in VERBS.iter().zip(&whole) {
            let run = aws
                .run(&[verb, &["--from", "all.json", "--format", "json"][..]].concat())
                .unfiled();
            assert_eq!(placeless(run), placeless(whole.clone()), "{verb:?} {count}");
        }
    }
}

/// What could not be read is the same and stays exit code 4.
#[test]
fn unread_parts_survive_merge_with_code_4() {
    let denied = |operation: &str, pool: Option<&str>| InjectedFault {
        pool: pool.map(str::to_owned),
        ..InjectedFault::new(FaultKind::AccessDenied).at(operation)
    };
    for faults in [
        vec![denied("DescribeUserPool", Some("us-west-2_C"))],
        vec![
            denied("DescribeRiskConfiguration", None),
            denied("DescribeAlarms", None),
        ],
        vec![denied("ListUserPools", None)],
    ] {
        let aws = estate().faults(faults.clone());
        let files = shards(&aws, &["--with-time"], 4);
        assert_eq!(merged(&aws, &files, &["--output", "all.json"]).code, 4);
        // Where pools cannot be listed, a live `diff` still reads those that policies name by id.
        let verbs = [["scan"], ["diff"]];
        let listed = faults[0].operation.as_deref() != Some("ListUserPools");
        for verb in &verbs[..if listed { 2 } else { 1 }] {
            let whole = aws.run(&[&verb[..], &["--format", "json"]].concat()).unfiled();
            // A policy whose pool is not there is wrong input, whatever else could not be read.
            assert_eq!(whole.code, if verb == &["diff"] { 2 } else { 4 });
            let run = aws
                .run(&[&verb[..], &["--from", "all.json", "--format", "json"]].concat())
                .unfiled();
            assert_eq!(placeless(run), placeless(whole), "{verb:?} {faults:?}");
        }
    }
}

/// A shard reads its own pools and no verb takes it for everything.
#[test]
fn single_shard_is_partial_for_every_verb() {
    let aws = estate();
    let shard = Shard::new(1, 4).unwrap();
    let own = POOLS.iter().filter(|id| shard.owns(id)).count();
    let run = aws.run(&["snapshot", "--shard", "1/4", "--output", "part.json"]);
    assert!(run.code == 0 && run.err.contains("cogward merge"), "{run:?}");
    let log = aws.server.log();
    let described = log
        .iter()
        .filter(|call| call.operation == "DescribeUserPool")
        .count();
    assert_eq!(described, own);
    for verb in [
        &["diff"][..],
        &["scan"],
        &["gate"],
        &["explain", "--pool", "us-west-2_A"],
    ] {
        let run = aws.run(&[verb, &["--from", "part.json"]].concat());
        assert!(run.code == 2 && run.err.contains("shard 1/4 alone"), "{run:?}");
    }
}

/// A shard without a pool is a file and an estate without one is not clean.
#[test]
fn empty_shards_merge_and_scan_ends_with_2() {
    let aws = estate();
    aws.server
        .change(|world| world.region_mut(ACCOUNT, REGION).pools.clear());
    let files = shards(&aws, &[], 3);
    assert_eq!(merged(&aws, &files, &["--output", "all.json"]).code, 0);
    let run = merged(&aws, &files, &["--output", files[0].as_str()]);
    assert!(
        run.code == 2 && run.err.contains("was read by this command"),
        "{run:?}"
    );
    assert_eq!(aws.run(&["scan", "--from", "all.json"]).code, 2);
}

/// Missing duplicate and foreign shards are refused by name.
#[test]
fn merge_refuses_missing_and_foreign_files() {
    let aws = estate();
    let files = shards(&aws, &[], 3);
    let refused = |files: &[String], needed: &[&str]| {
        let run = merged(&aws, files, &["--output", "none.json"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
        for word in needed {
            assert!(run.err.contains(word), "{word}: {}", run.err);
        }
        assert!(run.err.ends_with("nothing was merged\n"), "{}", run.err);
        assert!(!run.err.contains('\u{1b}') && !aws.place.path("none.json").exists());
    };
    let [one, two, three] = [0, 1, 2].map(|at| files[at].clone());
    refused(&[one.clone(), three.clone()], &["shard is missing: 2/3"]);
    refused(std::slice::from_ref(&two), &["shards are missing: 1/3, 3/3"]);
    aws.place.file("again.json", aws.place.read(&two));
    refused(
        &[one.clone(), two.clone(), "again.json".into(), three.clone()],
        &["shard 2/3 is there twice", "again.json"],
    );
    let four = shards(&aws, &[], 4);
    refused(
        &[one.clone(), two.clone(), four[2].clone()],
        &["shard 3/4", "not of one run"],
    );
    aws.run(&[
        "snapshot",
        "--shard",
        "2/3",
        "--redact",
        "--output",
        "redacted.json",
    ]);
    refused(
        &[one.clone(), "redacted.json".into(), three.clone()],
        &["redacted.json", "is redacted, and the other is not"],
    );
    aws.run(&[
        "snapshot",
        "--shard",
        "2/3",
        "--with-evidence",
        "--output",
        "evidence.json",
    ]);
    refused(
        &[one.clone(), "evidence.json".into(), three.clone()],
        &["evidence.json", "--with-evidence"],
    );
    let moved = aws.place.read(&one).replace("us-west-2_", "us-west-2_Moved");
    aws.place.file("moved.json", moved);
    refused(
        &["moved.json".into(), two.clone(), three.clone()],
        &["moved.json", "which is not in shard 1/3"],
    );
    aws.run(&["snapshot", "--output", "whole.json"]);
    let report = aws.run(&["scan", "--format", "json"]);
    let named = aws
        .place
        .read(&two)
        .replace("\"index\"", "\"of\": \"a\u{1b}[31m b\", \"index\"");
    aws.place
        .file("report.json", report.out)
        .file("named.json", named)
        .file("text.json", "hello");
    refused(&["whole.json".into()], &["whole.json", "--shard"]);
    refused(
        &["report.json".into(), "text.json".into(), "named.json".into()],
        &["cogward scan", "`text.json` is not", "`named.json` is a"],
    );
    refused(&["absent.json".into()], &["absent.json", "cannot be read"]);
}

/// Runs of several accounts are merged by their names.
#[test]
fn merge_of_named_runs_of_accounts() {
    let aws = estate();
    let whole = aws.run(&["snapshot"]);
    let mut files = Vec::new();
    for (name, ids) in [("a", &POOLS[..3]), ("shops", &POOLS[3..])] {
        for index in 1..=2 {
            let (shard, file) = (format!("{name}:{index}/2"), format!("{name}-{index}.json"));
            let pools = ids.iter().flat_map(|id| ["--pool", id]);
            let args = ["snapshot", "--shard", &shard, "--output", &file];
            aws.run(&args.into_iter().chain(pools).collect::<Vec<_>>());
            files.push(file);
        }
    }
    assert_eq!(merged(&aws, &files, &[]), whole);
    let run = merged(&aws, &files[..3], &[]);
    assert!(run.err.contains("shard is missing of `shops`: 2/2"), "{run:?}");
    for index in [1, 2] {
        let text = aws.place.read(&format!("a-{index}.json"));
        let text = text.replace("\"of\": \"a\"", "\"of\": \"shops\"");
        aws.place.file(&format!("shops-{index}.json"), text);
    }
    let run = merged(&aws, &files, &[]);
    assert!(
        run.code == 2 && run.err.contains("pool us-west-2_A is in `a-"),
        "{run:?}"
    );
}

/// Schedulers say which shard and nothing is left out without the option.
#[test]
fn auto_index_from_scheduler_variables() {
    let aws = estate();
    aws.run(&["snapshot", "--output", "pools.json"]);
    let with = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = aws.command(args);
        command.envs(variables.iter().copied());
        crate::cli::support::finished(&command.output().unwrap())
    };
    let typed = aws.run(&["snapshot", FROM, "--shard", "3/4"]);
    let args = ["snapshot", FROM, "--shard", "auto/4"];
    for name in ["AWS_BATCH_JOB_ARRAY_INDEX", "JOB_COMPLETION_INDEX"] {
        assert_eq!(with(&args, &[(name, "2")]), typed, "{name}");
    }
    let whole = aws.run(&["snapshot", FROM]);
    assert_eq!(with(&["snapshot", FROM], &[("JOB_COMPLETION_INDEX", "2")]), whole);
    let run = with(&args, &[]);
    assert!(
        run.code == 2 && run.err.contains("JOB_COMPLETION_INDEX"),
        "{run:?}"
    );
}
