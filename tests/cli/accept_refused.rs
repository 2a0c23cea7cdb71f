//! Live values that are not taken into policies, and what is written of several.

use crate::cli::accept::{ENFORCED, diff, place, weaker};
use crate::cli::support::Place;

/// A waiver without a place covers what gets stronger, and does not keep it out.
#[test]
fn placeless_waiver_admits_stronger_value() {
    let policy = format!(
        "{}account_takeover:\n  low: {{ action: NO_ACTION }}\nwaivers:\n  \
         - {{ rule: low-risk-blocked, reason: agreed so, until: 2099-01-01 }}\n",
        ENFORCED.replace("ENFORCED", "AUDIT")
    );
    let place = weaker(&policy);
    let mut snapshot: serde_json::Value = serde_json::from_str(&place.read("now.json")).unwrap();
    for pool in snapshot["pools"].as_array_mut().unwrap() {
        pool["responses"] =
            serde_json::json!({ "account_takeover": { "low": { "action": "BLOCK", "notify": false } } });
    }
    place.file("now.json", snapshot.to_string());
    let done = place.run(&["diff", "--from", "now.json", "--accept", "/account_takeover"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(
        place.read("policies/shared.yaml"),
        policy.replace("NO_ACTION", "BLOCK")
    );
}

/// Responses that rise with the risk.
const LEVELS: &str = "account_takeover:\n  low: { action: NO_ACTION }\n  medium: { action: MFA_IF_CONFIGURED }\n  high: { action: BLOCK }";

/// A pool that is laxer at high risk than at medium risk, a policy that is not, and its text.
fn falling() -> (Place, String) {
    let policy = format!("{ENFORCED}{LEVELS}\n");
    let place = weaker(&policy);
    let mut snapshot: serde_json::Value = serde_json::from_str(&place.read("now.json")).unwrap();
    let level = |action: &str| serde_json::json!({ "action": action, "notify": false });
    for pool in snapshot["pools"].as_array_mut().unwrap() {
        pool["mode"] = serde_json::json!({ "standard": "ENFORCED", "custom": "OFF" });
        pool["responses"] = serde_json::json!({ "account_takeover": {
            "low": level("NO_ACTION"), "medium": level("MFA_IF_CONFIGURED"), "high": level("NO_ACTION") } });
    }
    place.file("now.json", snapshot.to_string());
    (place, policy)
}

/// What `lint` would find afterwards: an error, and what a comment or a waiver would cover by accident.
#[test]
fn new_lint_finding_prevents_writing() {
    let (place, policy) = falling();
    let place_of = "/account_takeover/high: not accepted, ";
    let error = format!("{place_of}`lint` would then report an error: ");
    let covered =
        format!("{place_of}a waiver or an ignore comment would cover what it was not written for: ");
    for (policy, says) in [
        (policy.clone(), &error),
        (
            format!(
                "{policy}waivers:\n  - {{ rule: high-risk-allowed, reason: not now, until: 2099-01-01 }}\n"
            ),
            &covered,
        ),
        (
            format!("{ENFORCED}{LEVELS} # cogward: ignore[high-risk-allowed] not now\n"),
            &covered,
        ),
    ] {
        place.file("policies/shared.yaml", &policy);
        for more in [
            &["--accept", "/"][..],
            &["--accept", "/account_takeover", "--dry-run"],
        ] {
            let refused = place.run(
                &[
                    &[
                        "diff",
                        "--from",
                        "now.json",
                        "--allow-weaken",
                        "/account_takeover",
                    ],
                    more,
                ]
                .concat(),
            );
            assert_eq!((refused.code, refused.out.as_str()), (5, ""), "{}", refused.err);
            assert!(refused.err.contains(says.as_str()), "{}", refused.err);
            assert!(refused.err.contains("[high-risk-allowed]"), "{}", refused.err);
            assert_eq!(place.read("policies/shared.yaml"), policy);
        }
    }
}

/// What leads to no finding is accepted.
#[test]
fn only_value_with_lint_error_refused() {
    let (place, policy) = falling();
    let error = "/account_takeover/high: not accepted, `lint` would then report an error: ";
    place.file(
        "policies/shared.yaml",
        policy.replace("MFA_IF_CONFIGURED", "MFA_REQUIRED"),
    );
    let args = [
        "diff",
        "--from",
        "now.json",
        "--allow-weaken",
        "/account_takeover",
        "--accept",
        "/",
    ];
    let run = place.run(&args);
    assert_eq!(run.code, 5, "{}", run.err);
    assert!(run.err.contains(error), "{}", run.err);
    assert!(
        run.err
            .contains("1 live value accepted: /account_takeover/medium\n"),
        "{}",
        run.err
    );
    assert_eq!(place.read("policies/shared.yaml"), policy);
}

/// Which regions have pools of a policy is unknown where neither the policy nor `cogward.toml` says it.
#[test]
fn policy_without_region_not_judged() {
    let place = place();
    let file = "policies/webshop.yaml";
    std::fs::remove_dir_all(place.path("policies")).unwrap();
    let text =
        |target: &str| format!("version: 1\ntarget: {{ {target} }}\nmfa: {{ configuration: OPTIONAL }}\n");
    for (target, regions, may) in [
        ("names: [webshop]", None, false),
        ("names: [webshop]", Some("us-west-2"), true),
        ("names: [webshop]", Some("us-west-2\", \"eu-west-1"), false),
        ("names: [webshop], region: us-west-2", None, true),
        ("pool: us-west-2_Webshop01", None, true),
    ] {
        place.file(file, text(target));
        let config = regions.map_or_else(String::new, |regions| {
            format!("[[targets]]\nregions = [\"{regions}\"]\n")
        });
        place.file("cogward.toml", config);
        let run = diff(&place, &["--accept", "/mfa"]);
        let case = format!("{target} {regions:?}: {}", run.err);
        assert_eq!(run.code, if may { 0 } else { 3 }, "{case}");
        assert_eq!(place.read(file) != text(target), may, "{case}");
        if !may {
            assert!(run.err.contains("only us-west-2 was read"), "{case}");
        }
    }
}

/// The second of two files cannot be written, because it is longer than files may be: the first is not, either.
#[cfg(unix)]
#[test]
fn files_are_written_all_or_none() {
    let place = weaker(ENFORCED);
    let long = format!(
        "{}# {}\n",
        ENFORCED.replace("Webshop01", "Members004"),
        "x".repeat(2_000)
    );
    place.file("policies/zz.yaml", &long);
    let command = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";
    let args = [
        "diff",
        "--from",
        "now.json",
        "--accept",
        "/mode",
        "--allow-weaken",
        "us-west-2_Webshop01:/mode",
        "--allow-weaken",
        "us-west-2_Members004:/mode",
    ];
    let output = std::process::Command::new("sh")
        .args(["-c", command, env!("CARGO_BIN_EXE_cogward")])
        .args(args)
        .current_dir(place.path("."))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("`policies/zz.yaml` cannot be written: ") && said.contains("; nothing was changed"),
        "{said}"
    );
    assert_eq!(place.read("policies/shared.yaml"), ENFORCED);
    assert_eq!(place.read("policies/zz.yaml"), long);
    assert_eq!(place.names("policies"), ["shared.yaml", "zz.yaml"]);
    assert_eq!(place.run(&args).code, 0);
}

/// A snapshot of a time that is still to come adds nothing to a ledger, and a line of such a time opens no gate.
#[test]
fn what_is_still_to_come_is_no_evidence() {
    let place = weaker(ENFORCED);
    let mut snapshot: serde_json::Value = serde_json::from_str(&place.read("now.json")).unwrap();
    snapshot["taken_at"] = "2099-01-01T00:00:00Z".into();
    place.file("later.json", snapshot.to_string());
    let done = place.run(&["diff", "--from", "later.json", "--ledger", "ledger.jsonl"]);
    assert!(done.err.contains("which is in the future"), "{}", done.err);
    assert!(!place.path("ledger.jsonl").exists());
    let line = |at: &str| {
        format!(
            "{{\"event\":\"mode\",\"version\":1,\"at\":\"{at}\",\"by\":\"diff\",\"pool\":\"us-west-2_Webshop01\",\"auth\":\"standard\",\"mode\":\
             \"AUDIT\"}}\n"
        )
    };
    place.file(
        "ledger.jsonl",
        line("2026-01-01T00:00:00Z") + &line("2099-01-01T00:00:00Z"),
    );
    let gate = place.run(&["gate", "--from", "now.json", "--ledger", "ledger.jsonl"]);
    let all = format!("{}{}", gate.out, gate.err);
    assert!(
        all.contains("its time is in the future: 2099-01-01T00:00:00Z"),
        "{all}"
    );
    assert_ne!(gate.code, 0, "{all}");
}

/// A snapshot without pools of some accounts does not say what a policy for all of them should say.
#[test]
fn policy_of_several_accounts_not_judged() {
    let place = place();
    let file = "policies/webshop.yaml";
    std::fs::remove_dir_all(place.path("policies")).unwrap();
    let text =
        |target: &str| format!("version: 1\ntarget: {{ {target} }}\nmfa: {{ configuration: OPTIONAL }}\n");
    let target = |account: &str| {
        format!("[[targets]]\nrole-arn = \"arn:aws:iam::{account}:role/reader\"\nregions = [\"us-west-2\"]\n")
    };
    for (named, accounts, may) in [
        ("names: [webshop], region: us-west-2", &["123456789012"][..], true),
        (
            "names: [webshop], region: us-west-2",
            &["123456789012", "210987654321"],
            false,
        ),
        (
            "names: [webshop], region: us-west-2, account: '123456789012'",
            &["123456789012", "210987654321"],
            true,
        ),
        (
            "pool: us-west-2_Webshop01",
            &["123456789012", "210987654321"],
            true,
        ),
    ] {
        place.file(file, text(named));
        place.file(
            "cogward.toml",
            accounts.iter().map(|account| target(account)).collect::<String>(),
        );
        let run = diff(&place, &["--accept", "/mfa"]);
        assert_eq!(run.code, if may { 0 } else { 3 }, "{named}: {}", run.err);
        assert_eq!(place.read(file) != text(named), may, "{named}: {}", run.err);
    }
}
