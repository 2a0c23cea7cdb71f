//! Shards of a run, put together, are the run: byte for byte, in every format, with the same exit code.

use cogward::model::shard::Shard;
use cogward::simulator::{FaultKind, InjectedFault};
use serde_json::{Value, json};

use crate::live::support::{ACCOUNT, Aws, POLICY, REGION, client, pool, raw, world};
use crate::support::{FORMATS, Run};

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

/// Runs all shards, each into a file.
fn shards(aws: &Aws, verb: &[&str], count: u32) -> Vec<String> {
    let one = |index: u32| {
        let file = format!("shard-{count}-{index}.json");
        let (shard, output) = (format!("{index}/{count}"), format!("json={file}"));
        let run = aws.run(&[verb, &["--shard", &shard, "--output", &output, "--quiet"]].concat());
        assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""), "{verb:?} {shard}");
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

#[test]
fn live_shards_put_together_are_the_whole_run() {
    let aws = estate();
    for verb in [&["scan"][..], &["diff", "--require-coverage"]] {
        let whole = aws.run(&[verb, &["--format", "json"]].concat());
        let files = shards(&aws, verb, 2);
        assert_eq!(merged(&aws, &files, &["--format", "json"]), whole, "{verb:?}");
    }
}

#[test]
fn shards_of_a_snapshot_are_the_whole_run_whatever_their_number_and_order() {
    let aws = saved(estate());
    for verb in VERBS {
        let verb = [verb, &[FROM]].concat();
        let whole = aws.run(&[&verb[..], &["--format", "json"]].concat());
        assert!(!whole.out.contains("\"shard\":"), "only a shard's report says so");
        for count in [1, 2, 5] {
            let mut files = shards(&aws, &verb, count);
            files.reverse();
            assert_eq!(
                merged(&aws, &files, &["--format", "json"]),
                whole,
                "{verb:?} {count}"
            );
        }
    }
}

#[test]
fn what_was_put_together_is_the_same_in_every_format() {
    let aws = saved(estate());
    for verb in [VERBS[0], VERBS[3]] {
        let verb = [verb, &[FROM]].concat();
        let files = shards(&aws, &verb, 3);
        for format in FORMATS {
            let whole = aws.run(&[&verb[..], &["--format", format]].concat());
            assert_eq!(
                merged(&aws, &files, &["--format", format]),
                whole,
                "{verb:?} {format}"
            );
        }
    }
}

/// The same with a snapshot, which costs no calls.
fn saved(aws: Aws) -> Aws {
    aws.run(&["snapshot", "--output", "pools.json"]);
    aws
}

#[test]
fn what_could_not_be_looked_at_is_the_same_and_stays_exit_code_4() {
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
        for verb in [["scan"], ["diff"]] {
            let whole = aws.run(&[&verb[..], &["--format", "json"]].concat());
            assert_eq!(whole.code, 4);
            let files = shards(&aws, &verb, 4);
            assert_eq!(
                merged(&aws, &files, &["--format", "json"]),
                whole,
                "{verb:?} {faults:?}"
            );
        }
    }
}

#[test]
fn a_shard_reads_its_own_pools_and_calls_nobody_elses_missing() {
    let aws = estate();
    let shard = Shard::new(1, 4).unwrap();
    let own = POOLS.iter().filter(|id| shard.owns(id)).count();
    let report = aws.json(&["scan", "--shard", "1/4"]);
    assert_eq!(report["summary"]["pools"], own);
    let described = |log: &[cogward::simulator::LoggedCall]| {
        log.iter()
            .filter(|call| call.operation == "DescribeUserPool")
            .count()
    };
    assert_eq!(described(&aws.server.log()), own);
    let missing = |index: u32| {
        let report = aws.json(&["diff", "--shard", &format!("{index}/4")]);
        let findings = report["findings"].as_array().unwrap().clone();
        let missing = findings.iter().filter(|one| one["rule"] == "pool-missing");
        missing
            .map(|one| one["location"]["file"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let said: Vec<_> = (1..=4).flat_map(missing).collect();
    assert_eq!(
        said,
        ["policies/gone.yaml"],
        "one shard owns the id, and tags are nobody's alone"
    );
    let said = report["summary"]["not_checked"].to_string();
    assert!(
        said.contains("shard 1/4") && said.contains("cogward merge"),
        "{said}"
    );
}

#[test]
fn a_shard_without_a_pool_is_clean_and_an_estate_without_one_is_not() {
    let aws = estate();
    let empty = (1..=16).find(|index| {
        let shard = Shard::new(*index, 16).unwrap();
        POOLS.iter().all(|id| !shard.owns(id))
    });
    let run = aws.run(&["scan", "--shard", &format!("{}/16", empty.unwrap())]);
    assert_eq!(run.code, 0, "{run:?}");
    aws.server
        .change(|world| world.region_mut(ACCOUNT, REGION).pools.clear());
    let whole = aws.run(&["scan", "--format", "json"]);
    assert_eq!(whole.code, 2);
    let files = shards(&aws, &["scan"], 3);
    assert_eq!(merged(&aws, &files, &["--format", "json"]), whole);
}

#[test]
fn faults_of_the_input_are_one_not_one_for_each_shard() {
    let aws = saved(estate());
    aws.place
        .file("policies/bad.yaml", "version: 1\nmode: { standard: MAYBE }\n");
    let whole = aws.run(&["diff", FROM, "--format", "json"]);
    assert_eq!(whole.code, 2);
    let files = shards(&aws, &["diff", FROM], 3);
    assert_eq!(merged(&aws, &files, &["--format", "json"]), whole);
}

#[test]
fn missing_duplicate_and_foreign_shards_are_refused_by_name() {
    let aws = saved(estate());
    let files = shards(&aws, &["diff", FROM], 3);
    let refused = |files: &[String], needed: &[&str]| {
        let run = merged(&aws, files, &["--format", "json"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
        for word in needed {
            assert!(run.err.contains(word), "{word}: {}", run.err);
        }
        assert!(run.err.ends_with("nothing was merged\n"), "{}", run.err);
    };
    let [one, two, three] = [0, 1, 2].map(|at| files[at].clone());
    refused(&[one.clone(), three.clone()], &["shard is missing: 2/3"]);
    refused(std::slice::from_ref(&two), &["shards are missing: 1/3, 3/3"]);
    aws.place.file("again.json", aws.place.read(&two));
    refused(
        &[one.clone(), two.clone(), "again.json".into(), three.clone()],
        &["shard 2/3 is there twice", "again.json"],
    );
    let four = shards(&aws, &["diff", FROM], 4);
    refused(
        &[one.clone(), two.clone(), four[2].clone()],
        &["shard 3/4", "not of one run"],
    );
    aws.place.file("diff.json", aws.place.read(&one));
    let scan = shards(&aws, &["scan", FROM], 3);
    refused(
        &["diff.json".into(), scan[1].clone(), scan[2].clone()],
        &["is a scan", "a diff"],
    );
    shards(&aws, &["diff", FROM], 3);
    aws.place.file(
        "policies/nobody.yaml",
        "version: 1\nname: nobody\ntarget: { tags: { env: elsewhere } }\n",
    );
    aws.place.file("kept.json", aws.place.read(&two));
    shards(&aws, &["diff", FROM], 3);
    refused(
        &[one.clone(), "kept.json".into(), three.clone()],
        &["kept.json", "of another run", "policies, rules or settings"],
    );
    let whole = aws.run(&["diff", "--format", "json"]);
    aws.place
        .file("whole.json", whole.out)
        .file("junk.json", "{\"version\": 1}")
        .file("text.json", "hello");
    refused(&["whole.json".into()], &["whole.json", "--shard"]);
    refused(
        &["junk.json".into(), "text.json".into()],
        &["junk.json", "text.json"],
    );
    refused(&["none.json".into()], &["none.json", "cannot be read"]);
}

#[test]
fn a_report_that_was_tampered_with_is_refused_or_escaped() {
    let aws = saved(estate());
    let files = shards(&aws, &["scan", FROM], 2);
    let mut good: Value = serde_json::from_str(&aws.place.read(&files[0])).unwrap();
    good["shard"]["of"] = Value::Null;
    for (pointer, bad, needed) in [
        ("/tool/version", json!("99.0.0"), "99.0.0"),
        ("/shard/index", json!(0), "no shard 0/2"),
        ("/shard/of", json!("a\u{1b}[31m b"), "name of its run"),
        (
            "/shard/seen/0/pool",
            json!("us-west-2_Strange"),
            "us-west-2_Strange",
        ),
        ("/shard/fails_on", json!("sometimes"), "sometimes"),
        ("/shard/texts", json!([]), "is not in the report"),
        ("/findings/0/rule", json!("Not A Rule"), "Not A Rule"),
        ("/pools/0/rows/0/cells", json!([]), "four cells"),
        ("/pools", json!([]), "tables"),
    ] {
        let mut changed = good.clone();
        *changed
            .pointer_mut(pointer)
            .unwrap_or_else(|| panic!("{pointer}")) = bad;
        aws.place.file("changed.json", changed.to_string());
        let run = merged(&aws, &["changed.json".into(), files[1].clone()], &[]);
        let refused = run.code == 2 && run.err.contains(needed) && !run.err.contains('\u{1b}');
        assert!(refused, "{pointer}: {run:?}");
    }
    let mut changed = good.clone();
    changed["findings"][0]["message"] = "\u{1b}[2J::error::owned".into();
    changed["findings"][0]["location"]["start"]["offset"] = json!(9_999_999);
    aws.place.file("changed.json", changed.to_string());
    for format in ["human", "github", "markdown"] {
        let run = merged(
            &aws,
            &["changed.json".into(), files[1].clone()],
            &["--format", format],
        );
        assert!(!run.out.contains('\u{1b}'), "{format}");
        assert!(
            run.out.lines().all(|line| !line.starts_with("::error::owned")),
            "{format}"
        );
    }
}

#[test]
fn runs_of_several_accounts_are_put_side_by_side_by_their_names() {
    let aws = estate();
    let mut files = Vec::new();
    for (name, paths) in [("a", "policies/a.yaml"), ("shops", "policies/shops.yaml")] {
        for index in 1..=2 {
            let (shard, file) = (format!("{name}:{index}/2"), format!("{name}-{index}.json"));
            let output = format!("json={file}");
            aws.run(&["diff", paths, "--shard", &shard, "--output", &output, "--quiet"]);
            files.push(file);
        }
    }
    let run = merged(&aws, &files, &["--format", "json"]);
    assert!(run.err.contains("pool us-west-2_A is in"), "both saw it: {run:?}");
    let policy = aws.place.read("policies/shops.yaml").replace("shop*", "staff");
    aws.place.file("policies/shops.yaml", policy);
    for index in 1..=2 {
        let (shard, output) = (format!("shops:{index}/2"), format!("json=shops-{index}.json"));
        aws.run(&[
            "diff",
            "policies/shops.yaml",
            "--shard",
            &shard,
            "--output",
            &output,
            "--quiet",
        ]);
    }
    let whole = aws.run(&[
        "diff",
        "policies/a.yaml",
        "policies/shops.yaml",
        "--format",
        "json",
    ]);
    assert_eq!(merged(&aws, &files, &["--format", "json"]), whole);
    let run = merged(&aws, &files[..3], &[]);
    assert!(run.err.contains("shard is missing of `shops`: 2/2"), "{run:?}");
}

#[test]
fn snapshots_of_shards_are_put_together_and_are_no_whole_before() {
    let aws = estate();
    let whole = aws.run(&["snapshot"]);
    let mut files = Vec::new();
    for index in 1..=3 {
        let (shard, file) = (format!("{index}/3"), format!("part-{index}.json"));
        let run = aws.run(&["snapshot", "--shard", &shard, "--output", &file]);
        assert!(run.code == 0 && run.err.contains("cogward merge"), "{run:?}");
        files.push(file);
    }
    assert_eq!(merged(&aws, &files, &[]), whole);
    for verb in [&["diff", "--require-coverage"][..], &["scan"]] {
        let run = aws.run(&[verb, &["--from", "part-2.json"]].concat());
        assert!(run.code == 2 && run.err.contains("shard 2/3 alone"), "{run:?}");
        let (own, live) = (
            aws.run(
                &[
                    verb,
                    &["--from", "part-2.json", "--shard", "2/3", "--format", "json"],
                ]
                .concat(),
            ),
            aws.run(&[verb, &["--shard", "2/3", "--format", "json"]].concat()),
        );
        assert_eq!(own, live);
    }
    let run = merged(&aws, &files[1..], &[]);
    assert!(run.code == 2 && run.err.contains("missing: 1/3"), "{run:?}");
    shards(&aws, &["scan"], 3);
    let run = merged(&aws, &["part-1.json".into(), "shard-3-2.json".into()], &[]);
    assert!(
        run.code == 2 && run.err.contains("the one or the other"),
        "{run:?}"
    );
    assert_eq!(merged(&aws, &files, &["--output", "all.json"]).code, 0);
    assert_eq!(aws.place.read("all.json"), whole.out);
}

#[test]
fn schedulers_say_which_shard_and_nothing_is_left_out_without_the_option() {
    let aws = saved(estate());
    let with = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = aws.command(args);
        command.envs(variables.iter().copied());
        crate::support::finished(&command.output().unwrap())
    };
    let typed = aws.run(&["scan", FROM, "--shard", "3/4", "--format", "json"]);
    let args = ["scan", FROM, "--shard", "auto/4", "--format", "json"];
    for name in ["AWS_BATCH_JOB_ARRAY_INDEX", "JOB_COMPLETION_INDEX"] {
        assert_eq!(with(&args, &[(name, "2")]), typed, "{name}");
    }
    let whole = aws.run(&["scan", FROM, "--format", "json"]);
    assert_eq!(
        with(
            &["scan", FROM, "--format", "json"],
            &[("JOB_COMPLETION_INDEX", "2")]
        ),
        whole
    );
    let run = with(&args, &[]);
    assert!(
        run.code == 2 && run.err.contains("JOB_COMPLETION_INDEX"),
        "{run:?}"
    );
}

#[test]
fn shards_tell_drift_from_unapplied_change_as_the_whole_run_does() {
    let aws = estate();
    // What policies and pools agree on is kept, then a pool and a policy change.
    assert_eq!(aws.run(&["diff", "--ledger", "ledger.jsonl"]).code, 3);
    let ledger = aws.place.read("ledger.jsonl");
    let aws = aws.change(|pool| pool.user_pool["MfaConfiguration"] = "ON".into());
    let policy = aws
        .place
        .read("policies/shops.yaml")
        .replace("[192.0.2.0/24]", "[198.51.100.0/24]");
    aws.place.file("policies/shops.yaml", policy);
    let diff = ["diff", "--ledger", "ledger.jsonl"];
    let run = |more: &[&str]| {
        aws.place.file("ledger.jsonl", &ledger);
        aws.run(&[&diff[..], more].concat())
    };
    let whole = run(&["--format", "json"]);
    assert!(
        whole.out.contains("\"drift\"") && whole.out.contains("\"pending\""),
        "{}",
        whole.out
    );
    let mut files = Vec::new();
    for shard in ["1/2", "2/2"] {
        let file = format!("{}.json", &shard[..1]);
        run(&["--shard", shard, "--output", &file, "--quiet"]);
        files.push(file);
    }
    assert_eq!(merged(&aws, &files, &["--format", "json"]), whole);
    for format in ["human", "markdown", "github"] {
        assert_eq!(
            merged(&aws, &files, &["--format", format]),
            run(&["--format", format])
        );
    }
}
