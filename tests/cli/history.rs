//! `cogward history` and `cogward evidence`: what earlier runs left behind.

use serde_json::Value;
use sha2::Digest as _;

use crate::cli::support::{Place, demo_snapshot};

/// The demo's pools as a snapshot, policies of them, a ledger and reports of two nights; one pool was changed in between.
fn place() -> Place {
    let place = demo_snapshot(&["--with-time"]);
    assert_eq!(place.run(&["init", "--from", "pools.json"]).code, 0);
    std::fs::create_dir(place.path("kept")).unwrap();
    for (day, from) in [("2026-11-01", "pools.json"), ("2026-11-02", "now.json")] {
        let scan = format!("json=kept/scan-{day}.json");
        let diff = format!("json=kept/diff-{day}.json");
        let ledger = ["--ledger", "kept/ledger.jsonl"];
        let mut snapshot: Value = serde_json::from_str(&place.read("pools.json")).unwrap();
        snapshot["taken_at"] = format!("{day}T02:00:00Z").into();
        if from == "now.json" {
            let pools = snapshot["pools"].as_array_mut().unwrap();
            let shop = pools.iter_mut().find(|pool| pool["name"] == "webshop").unwrap();
            shop["mode"]["standard"] = "AUDIT".into();
        }
        place.file(from, snapshot.to_string());
        place.run(&["scan", "--from", from, "--today", day, "-q", "-o", &scan]);
        place.run(
            &[
                &["diff", "--from", from, "--today", day, "-q", "-o", &diff],
                &ledger[..],
            ]
            .concat(),
        );
    }
    place
}

fn valid(schema: &str, text: &str) -> Value {
    let schema: Value = serde_json::from_str(&Place::new().run(&["schema", schema]).out).unwrap();
    let value = serde_json::from_str(text).unwrap();
    let errors: Vec<_> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    value
}

#[test]
fn a_pool_has_a_time_line_of_what_was_kept() {
    let place = place();
    let shown = place.run(&[
        "history",
        "kept",
        "--pool",
        "us-west-2_Webshop01",
        "-o",
        "h.html",
        "-o",
        "h.md",
    ]);
    assert_eq!((shown.code, shown.err.as_str()), (0, ""), "{}", shown.out);
    for words in [
        "webshop (us-west-2_Webshop01)",
        "standard authentication AUDIT, first seen on 2026-11-02",
        "standard mode ",
        "2026-11-02 standard authentication seen in AUDIT, ENFORCED before",
        "compared on 2026-11-02: 1 difference from the policy, weaker or undefined",
    ] {
        assert!(shown.out.contains(words), "{words}\n{}", shown.out);
    }
    let json = valid(
        "history",
        &place.run(&["history", "kept", "--format", "json"]).out,
    );
    let subjects = json["subjects"].as_array().unwrap();
    let shop = subjects.iter().find(|one| one["name"] == "webshop").unwrap();
    let modes = shop["modes"].as_array().unwrap();
    assert_eq!(
        (modes[0]["mode"].as_str(), modes[0]["until"].as_str()),
        (Some("ENFORCED"), Some("2026-11-02"))
    );
    let runs = shop["runs"].as_array().unwrap();
    let differences: Vec<_> = runs
        .iter()
        .filter_map(|run| run["differences"].as_u64())
        .collect();
    assert_eq!(differences, [0, 1]);
    let page = place.read("h.html");
    assert!(page.contains("<svg") && page.contains(r#"class="used""#) && !page.contains("<script"));
    assert!(
        place
            .read("h.md")
            .contains("| 2026-11-02 | standard authentication seen in AUDIT")
    );
}

/// A pool that is not there is said to be gone on that day, of the others everything was read; a pool has its newest name.
#[test]
fn missing_pools_are_gone_and_nothing_else() {
    let place = place();
    let mut snapshot: Value = serde_json::from_str(&place.read("pools.json")).unwrap();
    let pools = snapshot["pools"].as_array_mut().unwrap();
    pools.retain(|pool| pool["name"] != "members");
    let shop = pools.iter_mut().find(|pool| pool["name"] == "webshop").unwrap();
    shop["name"] = "shop".into();
    snapshot["taken_at"] = "2026-11-03T02:00:00Z".into();
    place.file("gone.json", snapshot.to_string());
    let diff = [
        "diff",
        "--from",
        "gone.json",
        "-q",
        "--today",
        "2026-11-03",
        "-o",
        "json=kept/a-last.json",
    ];
    assert_eq!(place.run(&diff).code, 2);
    let shown = place.run(&["history", "kept"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    for words in [
        "compared on 2026-11-03: 1 of 4 pools differs from its policy, 1 of them weaker or undefined, 1 not found",
        "members (us-west-2_Members004)",
        "2026-11-03 the pool was not found",
        "shop (us-west-2_Webshop01)",
        "4 pools, 2026-11-01 to 2026-11-03",
    ] {
        assert!(
            shown.out.replace("\n    ", " ").contains(words),
            "{words}\n{}",
            shown.out
        );
    }
    assert!(
        !shown.out.contains("partly read") && !shown.out.contains("could not be read"),
        "{}",
        shown.out
    );
    let one = place.run(&["history", "kept", "--pool", "members"]);
    assert!(
        one.out.contains("(us-west-2_Members004)"),
        "{}{}",
        one.out,
        one.err
    );
}

/// All pools have a line of their own, one legend is enough, and a picture has everything that it needs.
#[test]
fn several_pools_share_a_line_and_a_legend() {
    let place = place();
    let shown = place.run(&["history", "kept", "-o", "h.svg", "-o", "h.html"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    let words = shown.out.replace("\n        ", " ");
    assert!(
        words.contains("all pools\n  compared on 2026-11-02: 1 of 4 pools differs from its policy, 1 of them weaker or undefined\n"),
        "{}",
        shown.out
    );
    assert!(
        shown
            .out
            .contains("2026-11-01 0 of 4 pools differ from their policies"),
        "{}",
        shown.out
    );
    assert_eq!(shown.out.matches("  legend  ").count(), 1, "{}", shown.out);
    assert_eq!(place.read("h.html").matches("class=\"legend key\"").count(), 1);
    let picture = place.read("h.svg");
    assert!(
        picture.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "),
        "{picture}"
    );
    assert!(picture.ends_with("</svg>"), "{picture}");
    for words in [
        "all pools",
        "webshop (us-west-2_Webshop01)",
        "members (us-west-2_Members004)",
        "standard mode: AUDIT",
        "<rect class=\"used\"",
        "prefers-color-scheme: dark",
        "4 pools, 2026-11-01 to 2026-11-02: ",
    ] {
        assert!(picture.contains(words), "{words}\n{picture}");
    }
    for outside in ["url(", "href", "<script", "@import", "<image"] {
        assert!(!picture.contains(outside), "{outside}");
    }
    for (verb, file) in [("scan", "a.svg"), ("evidence", "b.svg")] {
        let refused = place.run(&[verb, "--from", "now.json", "-o", file]);
        assert_eq!(refused.code, 2, "{}", refused.err);
    }
}

#[test]
fn a_file_of_no_use_is_named() {
    let place = place();
    place.file("kept/notes.txt", "later");
    place.run(&[
        "scan",
        "--from",
        "pools.json",
        "--no-time",
        "-q",
        "-o",
        "report.json",
    ]);
    let shown = place.run(&["history", "kept"]);
    assert_eq!(shown.code, 0);
    assert!(
        shown
            .out
            .contains("kept/notes.txt: it is not a ledger, a journal"),
        "{}",
        shown.out
    );
    let named = place.run(&["history", "kept", "report.json"]);
    assert_eq!(named.code, 4);
    assert!(named.out.contains("put the date into its name"), "{}", named.out);
    assert_eq!(place.run(&["history", "pools.json"]).code, 2);
    assert_eq!(place.run(&["history", "nothing-there"]).code, 2);
    assert_eq!(place.run(&["history", "kept", "--format", "sarif"]).code, 2);
}

/// Evidence names controls pools waivers and what was not read.
#[test]
fn evidence_names_all_parts_and_gaps() {
    let place = place();
    let args = [
        "evidence",
        "--from",
        "now.json",
        "--ledger",
        "kept/ledger.jsonl",
        "--record",
        "kept",
        "--today",
        "2026-11-27",
    ];
    let shown = place.run(&[&args[..], &["-o", "e.html", "-o", "e.md", "-o", "e.json"]].concat());
    assert_eq!(shown.err, "", "{}", shown.out);
    assert!(shown.out.contains("security-hub Cognito.1"), "{}", shown.out);
    assert!(
        shown.out.contains("the pool differs in /mode/standard"),
        "{}",
        shown.out
    );
    let json = valid("evidence", &place.read("e.json"));
    assert_eq!(json["today"], "2026-11-27");
    assert_eq!(json["policies_digest"].as_str().unwrap().len(), 64);
    let control = |id: &str| {
        let controls = json["controls"].as_array().unwrap();
        controls.iter().find(|one| one["id"] == id).unwrap()
    };
    // Every pool is in exactly one list of every control.
    let pools = json["pools"].as_array().unwrap().len();
    for control in json["controls"].as_array().unwrap() {
        let lists = ["no_findings", "findings", "waived", "not_seen"]
            .map(|list| control[list].as_array().unwrap().len());
        assert_eq!(lists.iter().sum::<usize>(), pools, "{control}");
    }
    assert!(
        control("Cognito.1")["rules"]
            .as_array()
            .unwrap()
            .iter()
            .any(|rule| rule == "threat-protection-off")
    );
    let waived = json["pools"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|pool| pool["findings"].as_array().unwrap());
    let waived: Vec<_> = waived.filter(|one| one["waived"].is_object()).collect();
    assert!(!waived.is_empty());
    assert!(
        waived
            .iter()
            .all(|one| one["waived"]["reason"].as_str().unwrap().contains("as found on"))
    );
    assert!(place.read("e.html").contains("own check passes: run that check"));
    assert!(place.read("e.md").contains("### Controls"));
}

/// A pack has the document, the pools that it is of and digests that the usual program checks; nothing is written over.
#[test]
fn evidence_pack_is_whole_and_checkable() {
    let place = place();
    let args = [
        "evidence",
        "--from",
        "now.json",
        "-q",
        "--no-time",
        "--today",
        "2026-11-27",
        "--pack",
    ];
    let packed = place.run(&[&args[..], &["audits/q4"]].concat());
    assert_eq!(packed.code, 0, "{}", packed.err);
    let names = [
        "SHA256SUMS",
        "evidence.html",
        "evidence.json",
        "evidence.md",
        "snapshot.json",
    ];
    assert_eq!(place.names("audits/q4"), names);
    let digest = |text: &str| hex::encode(sha2::Sha256::digest(text.as_bytes()));
    let sums = place.read("audits/q4/SHA256SUMS");
    assert!(
        packed
            .err
            .ends_with(&format!("SHA-256 of SHA256SUMS: {}\n", digest(&sums))),
        "{}",
        packed.err
    );
    assert_eq!(sums.lines().count(), 4);
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        assert_eq!(sum, digest(&place.read(&format!("audits/q4/{name}"))), "{name}");
    }
    // The same document, and the same again from the pools in it.
    let json = place.run(&[
        "evidence",
        "--from",
        "now.json",
        "--no-time",
        "--today",
        "2026-11-27",
        "--format",
        "json",
    ]);
    assert_eq!(place.read("audits/q4/evidence.json"), json.out);
    let again = [
        "evidence",
        "--from",
        "audits/q4/snapshot.json",
        "--no-time",
        "--today",
        "2026-11-27",
        "--format",
        "json",
    ];
    let again = place
        .run(&again)
        .out
        .replace("audits/q4/snapshot.json", "now.json");
    assert_eq!(again, json.out);
}

/// A folder that is there belongs to another pack, and nothing is packed where nothing was read.
#[test]
fn evidence_pack_replaces_nothing() {
    let place = place();
    let args = ["evidence", "--from", "now.json", "-q", "--pack"];
    assert_eq!(place.run(&[&args[..], &["audits/q4"]].concat()).code, 0);
    let sums = place.read("audits/q4/SHA256SUMS");
    for (folder, said) in [
        ("audits/q4", "is there already"),
        ("now.json", "is there already"),
        ("pools.json/q4", "cannot be created"),
    ] {
        let refused = place.run(&[&args[..], &[folder]].concat());
        assert_eq!(refused.code, 2, "{}", refused.err);
        assert!(refused.err.contains(said), "{folder}: {}", refused.err);
    }
    assert_eq!(place.read("audits/q4/SHA256SUMS"), sums);
    place.file("none.json", "{\"format\":\"cogward-snapshot\"}");
    let nothing = place.run(&["evidence", "--from", "none.json", "-q", "--pack", "audits/none"]);
    assert_ne!(nothing.code, 0);
    assert!(!place.path("audits/none").exists());
}

/// Evidence is of the day and of the policies.
#[test]
fn evidence_follows_day_and_policies() {
    let place = place();
    // Once a waiver has ended, it covers nothing.
    let later = place.run(&[
        "evidence",
        "--from",
        "now.json",
        "--today",
        "2027-12-01",
        "--format",
        "json",
    ]);
    let later = valid("evidence", &later.out);
    let findings = later["pools"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|pool| pool["findings"].as_array().unwrap());
    assert!(findings.clone().count() > 0);
    assert!(findings.into_iter().all(|one| one["waived"].is_null()));
    // A policy that is another one has another digest.
    let args = ["evidence", "--from", "now.json", "--format", "json"];
    let before = valid("evidence", &place.run(&args).out);
    place.file(
        "policies/webshop.yaml",
        place.read("policies/webshop.yaml") + "# changed\n",
    );
    let changed = place.run(&args);
    assert_ne!(
        valid("evidence", &changed.out)["policies_digest"],
        before["policies_digest"]
    );
    place.file("policies/bad.yaml", "version: 1\nmodes: {}\n");
    let refused = place.run(&args);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
}

/// What could not be read is neither without findings nor a match with the policy.
#[test]
fn evidence_of_unread_parts_is_not_seen() {
    let place = place();
    let mut snapshot: Value = serde_json::from_str(&place.read("pools.json")).unwrap();
    let pools = snapshot["pools"].as_array_mut().unwrap();
    let shop = pools.iter_mut().find(|pool| pool["name"] == "members").unwrap();
    shop["unread"] = serde_json::json!([{
        "part": "responses", "operation": "DescribeRiskConfiguration", "failure": "denied", "detail": "no",
    }]);
    place.file("denied.json", snapshot.to_string());
    let shown = place.run(&["evidence", "--from", "denied.json", "--format", "json"]);
    assert_eq!(shown.code, 4, "{}", shown.err);
    let json = valid("evidence", &shown.out);
    let id = "us-west-2_Members004";
    let has = |control: &Value, list: &str| control[list].as_array().unwrap().iter().any(|one| one == id);
    let controls = json["controls"].as_array().unwrap();
    let takeover = "cognito_user_pool_blocks_potential_malicious_sign_in_attempts";
    let takeover = controls.iter().find(|one| one["id"] == takeover).unwrap();
    assert!(
        has(takeover, "not_seen") && !has(takeover, "no_findings"),
        "{takeover}"
    );
    let pool = json["pools"]
        .as_array()
        .unwrap()
        .iter()
        .find(|pool| pool["pool"] == id)
        .unwrap();
    assert!(
        !pool["policies"][0]["unread"].as_array().unwrap().is_empty(),
        "{pool}"
    );
    assert!(
        json["not_checked"]
            .as_array()
            .unwrap()
            .iter()
            .any(|entry| entry["failed"] == true)
    );
}

/// A rule that is disabled found nothing, and saw nothing.
#[test]
fn evidence_of_a_disabled_rule_is_not_seen() {
    let place = place();
    place.file(
        "cogward.toml",
        "[rules.threat-protection-off]\ndisabled = \"later\"\n",
    );
    let shown = place.run(&["evidence", "--from", "now.json", "--format", "json"]);
    let json = valid("evidence", &shown.out);
    assert_eq!(json["run"]["from"][0], "now.json");
    for control in json["controls"].as_array().unwrap() {
        let rules = control["rules"].as_array().unwrap();
        if rules.iter().any(|rule| rule == "threat-protection-off") {
            assert_eq!(control["no_findings"].as_array().unwrap().len(), 0, "{control}");
            assert_eq!(control["waived"].as_array().unwrap().len(), 0, "{control}");
        }
    }
    let said = json["not_checked"].as_array().unwrap();
    assert!(
        said.iter()
            .any(|entry| entry["what"] == "rule threat-protection-off"),
        "{said:?}"
    );
}
