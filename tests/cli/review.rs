//! `lint --base REF`: what a change does to sign-ins, and which findings it brings.

use serde_json::Value;

use crate::cli::support::{CLEAN, Place, Run};

/// Runs git in a folder, with nothing of the machine's configuration.
fn git(place: &Place, args: &[&str]) {
    let mut command = std::process::Command::new("git");
    command.current_dir(place.path(".")).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap());
    let settings = [
        "user.name=a",
        "user.email=a@example.com",
        "commit.gpgsign=false",
        "init.defaultBranch=main",
    ];
    let settings = settings.iter().flat_map(|setting| ["-c", setting]);
    let done = command.args(settings).args(args).output().unwrap();
    assert!(done.status.success(), "{args:?}: {done:?}");
}

/// A pool in ENFORCED with one client.
fn policy(high: &str, more: &str) -> String {
    format!(
        "version: 1
name: shop
target: {{ pool: us-west-2_SHOP }}
feature_plan: PLUS
mode: {{ standard: ENFORCED, custom: 'OFF' }}
account_takeover:
  low: {{ action: NO_ACTION, notify: false }}
  medium: {{ action: MFA_IF_CONFIGURED, notify: false }}
  high: {{ action: {high}, notify: false }}
compromised_credentials: {{ action: BLOCK }}
clients:
  web: {{ inherit: true, auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH] }}
{more}"
    )
}

/// A repository whose one commit has these files.
fn repository(files: &[(&str, &str)]) -> Place {
    let place = Place::new();
    for (name, text) in files {
        place.file(name, text);
    }
    commit(&place, "before");
    place
}

pub fn commit(place: &Place, message: &str) {
    if !place.path(".git").exists() {
        git(place, &["init", "--quiet"]);
    }
    git(place, &["add", "--all"]);
    git(place, &["commit", "--quiet", "--allow-empty", "-m", message]);
}

fn review(place: &Place, args: &[&str]) -> Value {
    let run = place.lint(&[&["--format=json", "--base=main"], args].concat());
    let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:?}"));
    report["review"].clone()
}

/// Rule ids of the findings with these fingerprints.
fn introduced(place: &Place) -> Vec<String> {
    let run = place.lint(&["--format=json", "--base=main"]);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let prints = report["review"]["introduced"].as_array().unwrap().clone();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| prints.contains(&finding["fingerprint"]))
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

/// A weaker response is a row and an equal policy is none.
#[test]
fn weaker_response_has_row_equal_has_none() {
    let place = repository(&[
        ("policies/shop.yaml", &policy("BLOCK", "")),
        ("policies/b.yaml", CLEAN),
    ]);
    let same = place.lint(&["--base", "main"]);
    assert!(same.out.contains("nothing changes for sign-ins"), "{}", same.out);
    place.file("policies/shop.yaml", policy("NO_ACTION", ""));
    let run = place.lint(&["--base", "main"]);
    let section = run.out.split("since main").nth(1).unwrap();
    assert!(section.contains("changes for sign-ins: 1 weaker"), "{section}");
    let row = section.lines().find(|line| line.contains("▼ weaker")).unwrap();
    for word in ["web", "SRP sign-in", "blocked", "allowed"] {
        assert!(row.contains(word), "{row}");
    }
    assert!(
        section.contains("/account_takeover/high/action: BLOCK → NO_ACTION"),
        "{section}"
    );
    let review = review(&place, &[]);
    let changes = review["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{review:#}");
    assert_eq!(changes[0]["names"][0]["file"], "policies/shop.yaml");
    let web: Vec<_> = changes[0]["cells"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|cell| cell["scope"]["client"] == "web")
        .collect();
    assert_eq!(web.len(), 1, "{changes:#?}");
    assert_eq!(
        ["before", "after", "direction", "signal"].map(|key| web[0][key].as_str().unwrap()),
        ["blocked", "allowed", "weaker", "high"]
    );
}

/// The working directory is not the top, the commit is not checked out, and the path is absolute or not.
#[test]
fn paths_lead_to_the_same_files_at_the_base() {
    let place = repository(&[("infra/policies/shop.yaml", &policy("BLOCK", ""))]);
    place.file("infra/policies/shop.yaml", policy("MFA_REQUIRED", ""));
    let absolute = place.path("infra/policies").to_str().unwrap().to_owned();
    for (folder, path) in [
        ("infra", "policies"),
        ("infra", absolute.as_str()),
        (".", "infra"),
        ("infra/policies", "."),
    ] {
        let mut command =
            place.command(&["lint", "--today=2026-11-21", "--format=json", "--base=main", path]);
        let output = command.current_dir(place.path(folder)).output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let review = &report["review"];
        assert_eq!(
            review["changes"].as_array().unwrap().len(),
            1,
            "{folder} {path}: {review:#}"
        );
        assert_eq!(review["changes"][0]["policy"], "changed");
        assert_eq!(review["introduced"], Value::Array(Vec::new()), "{folder} {path}");
    }
    assert_eq!(place.names("infra/policies"), ["shop.yaml"]);
}

#[test]
fn policies_come_go_and_move() {
    let place = repository(&[
        ("policies/shop.yaml", &policy("BLOCK", "")),
        ("policies/b.yaml", CLEAN),
    ]);
    std::fs::rename(
        place.path("policies/shop.yaml"),
        place.path("policies/store.yaml"),
    )
    .unwrap();
    std::fs::remove_file(place.path("policies/b.yaml")).unwrap();
    place.file("policies/new.yaml", CLEAN.replace("CLEAN", "NEW"));
    let found = review(&place, &[]);
    let fates: Vec<_> = found["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            (
                change["policy"].as_str().unwrap(),
                change["names"][0]["file"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        fates,
        [("added", "policies/new.yaml"), ("removed", "policies/b.yaml")],
        "{found:#}"
    );
    // A folder that the base does not have.
    let place = repository(&[("README.md", "")]);
    place.file("policies/new.yaml", CLEAN);
    let found = review(&place, &[]);
    assert_eq!(found["changes"][0]["policy"], "added");
    assert_eq!(found["resolved"], Value::Array(Vec::new()), "{found:#}");
}

/// Findings are introduced resolved and suppressed.
#[test]
fn findings_introduced_and_unchanged() {
    let weak = policy("BLOCK", "").replace(
        "medium: { action: MFA_IF_CONFIGURED",
        "medium: { action: NO_ACTION",
    );
    let place = repository(&[("policies/shop.yaml", &weak)]);
    let before = place.findings(&[]).1;
    // The same findings, two lines further down.
    place.file("policies/shop.yaml", format!("# a\n# b\n{weak}"));
    assert_eq!(introduced(&place), [""; 0]);
    place.file("policies/shop.yaml", weak.replace("PLUS", "LITE"));
    let new = introduced(&place);
    assert!(
        !new.is_empty() && new.iter().all(|rule| !before.iter().any(|one| one.0 == *rule)),
        "{new:?}"
    );
    let run = place.lint(&["--base=main"]);
    assert!(
        run.out.contains(&format!("introduced: error[{}]", new[0])) || run.out.contains("introduced: "),
        "{}",
        run.out
    );
    // A comment has what is new in a table of its own, before what was there.
    let comment = place.lint(&["--base=main", "--format=comment"]).out;
    let (new_ones, others) = comment.split_once("### Findings that are not new").unwrap();
    let (_, new_ones) = new_ones.split_once("### New findings").unwrap();
    assert!(new_ones.contains(&new[0]), "{comment}");
    let (others, _) = others.split_once("### ").unwrap();
    assert!(
        !others.contains(&format!("[{}]", new[0])) && others.contains(before[0].0.as_str()),
        "{comment}"
    );
    assert!(!comment.contains("1 finding introduced"), "said once: {comment}");
    assert!(!place.lint(&["--format=comment"]).out.contains("### New findings"));
    commit(&place, "weaker");
    place.file("policies/shop.yaml", &weak);
    let found = review(&place, &[]);
    let resolved: Vec<_> = found["resolved"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["rule"].as_str().unwrap())
        .collect();
    assert_eq!(resolved, new, "{found:#}");
    assert!(
        found["resolved"][0]["place"]
            .as_str()
            .unwrap()
            .starts_with("policies/shop.yaml:")
    );
    // What goes with its policy is not resolved, and the head names the policy.
    std::fs::remove_file(place.path("policies/shop.yaml")).unwrap();
    let run = place.lint(&["--base=main"]);
    for part in [
        "1 policy removed: policies/shop.yaml",
        "gone with a removed policy",
        "gone: ",
    ] {
        assert!(
            run.out.contains(part) && !run.out.contains("resolved: "),
            "{part}: {}",
            run.out
        );
    }
    // A waiver ends nothing: it is named.
    let rule = &new[0];
    let waived = format!(
        "{}waivers:\n  - {{ rule: {rule}, reason: accepted, until: 2027-01-01 }}\n",
        weak.replace("PLUS", "LITE")
    );
    place.file("policies/shop.yaml", waived);
    let found = review(&place, &[]);
    assert_eq!(found["suppressed"].as_array().unwrap().len(), 1, "{found:#}");
    assert_eq!(found["resolved"], Value::Array(Vec::new()));
}

/// A declaration of the base counts for the policy of the same pools, whatever its name is now; of another pool's it does not.
#[test]
fn renamed_policy_keeps_its_declaration() {
    let text = policy("BLOCK", "audit_gate: { enforced_since: 2025-03-01 }\n");
    let place = repository(&[("policies/shop.yaml", &text)]);
    let says = |place: &Place| {
        place
            .lint(&["--base=main", "--format=concise"])
            .out
            .contains("enforced-before-audit")
    };
    assert!(!says(&place));
    place.file("policies/shop.yaml", text.replace("name: shop", "name: store"));
    assert!(!says(&place));
    place.file(
        "policies/shop.yaml",
        text.replace("us-west-2_SHOP", "us-west-2_OTHER"),
    );
    assert!(says(&place));
}

/// What cannot be compared is neither new nor gone.
#[test]
fn policy_with_input_errors_is_not_compared() {
    let place = repository(&[("policies/shop.yaml", "version: 1\nname: shop\nmodes: 1\n")]);
    place.file("policies/shop.yaml", policy("NO_ACTION", ""));
    let found = review(&place, &[]);
    assert_eq!(found["not_compared"], serde_json::json!(["shop"]), "{found:#}");
    assert_eq!(found["changes"], Value::Array(Vec::new()));
    assert_eq!(found["introduced"], Value::Array(Vec::new()));
    commit(&place, "right");
    place.file("policies/shop.yaml", "version: 1\nname: shop\nmodes: 1\n");
    let found = review(&place, &[]);
    assert_eq!(found["not_compared"], serde_json::json!(["shop"]));
    assert_eq!(introduced(&place), ["unknown-key"], "the fault itself is new");
    let run = place.lint(&["--base=main"]);
    assert!(
        run.out.contains("shop: not compared: one side has input errors"),
        "{}",
        run.out
    );
}

/// The findings of a policy move with its file.
#[test]
fn moved_policy_keeps_its_findings() {
    let weak = policy("NO_ACTION", "").replace("PLUS", "LITE");
    let place = repository(&[("policies/shop.yaml", &weak)]);
    assert!(!place.lint(&[]).out.is_empty());
    std::fs::remove_file(place.path("policies/shop.yaml")).unwrap();
    place.file("policies/prod/customers.yaml", &weak);
    let found = review(&place, &[]);
    assert_eq!(found["introduced"], Value::Array(Vec::new()), "{found:#}");
    assert_eq!(found["resolved"], Value::Array(Vec::new()), "{found:#}");
}

/// A text that is no YAML has no policies: those of the other side are neither new nor gone.
#[test]
fn broken_file_is_not_compared() {
    let good = policy("NO_ACTION", "");
    let broken = format!("{good}x: [\n");
    for (before, after) in [(&good, &broken), (&broken, &good)] {
        let place = repository(&[("policies/shop.yaml", before)]);
        place.file("policies/shop.yaml", after);
        let found = review(&place, &[]);
        assert_eq!(found["not_compared"], serde_json::json!(["shop"]), "{found:#}");
        assert_eq!(found["changes"], Value::Array(Vec::new()), "{found:#}");
    }
}

/// Many policies that get the same from a layer are one table.
#[test]
fn a_layer_that_many_share_is_one_section() {
    let layer = policy("BLOCK", "");
    let layer: String = layer
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("name") && !line.starts_with("target"))
        .collect();
    let place = Place::new();
    place.file("policies/base.yaml", &layer);
    for name in ["a", "b", "c", "d", "e", "f"] {
        let text = format!("version: 1\nextends: [base.yaml]\ntarget: {{ pool: us-west-2_{name} }}\n");
        place.file(&format!("policies/{name}.yaml"), text);
    }
    commit(&place, "before");
    place.file(
        "policies/base.yaml",
        layer.replace("high: { action: BLOCK", "high: { action: NO_ACTION"),
    );
    let found = review(&place, &[]);
    assert_eq!(found["changes"].as_array().unwrap().len(), 1, "{found:#}");
    assert_eq!(found["changes"][0]["names"].as_array().unwrap().len(), 6);
    let run = place.lint(&["--base=main"]);
    assert!(run.out.contains("and 2 more\n"), "{}", run.out);
}

/// Names that git, or a shell, could take for something else.
#[test]
fn hostile_refs_are_refused_and_run_nothing() {
    let place = repository(&[("policies/shop.yaml", &policy("BLOCK", ""))]);
    for name in [
        "--upload-pack=touch made",
        "--output=made",
        "-c",
        "--",
        "",
        ":",
        ":/",
        "ext::sh -c touch% made",
        "$(touch made)",
        "`touch made`",
        "main; touch made",
        "main\ntouch made",
        "../main",
        "main..HEAD",
        "^main",
        "@{-1}",
        "main:policies",
        "HEAD^{tree}",
        "\u{202e}niam",
        "main ",
        "refs/heads/none",
        "0000000000000000000000000000000000000000",
        "--all",
        "--git-dir=/",
        "-h",
        "--help",
    ] {
        let run = place.lint(&[&format!("--base={name}")]);
        assert_eq!(run.code, 2, "{name:?}: {run:?}");
        assert!(
            run.err.starts_with("error: --base: there is no commit `") && run.err.contains("fetch"),
            "{name:?}: {run:?}"
        );
        assert_eq!(run.out, "", "{name:?}");
    }
    assert!(!place.path("made").exists());
    let outside = Place::with(policy("BLOCK", ""));
    let run = outside.lint(&["--base=main"]);
    assert!(run.code == 2 && run.err.contains("git"), "{run:?}");
}

/// Names and values come from two commits; both are hostile, and both may hold credentials.
#[test]
fn hostile_texts_escaped_on_both_sides() {
    let secret = "AKIAIOSFODNN7EXAMPLE";
    let hostile = |name: &str| policy("BLOCK", "").replace("name: shop", &format!("name: {name:?}"));
    let before = hostile("<script>alert(1)</script>|`x`").replace(
        "clients:",
        &format!("clients:\n  \"{secret}\": {{ inherit: true }}"),
    );
    let place = repository(&[("policies/shop.yaml", &before)]);
    place.file(
        "policies/shop.yaml",
        hostile("\u{1b}[31m::error::|`y`").replace("BLOCK, notify", "NO_ACTION, notify"),
    );
    for format in [
        "human", "markdown", "html", "github", "json", "sarif", "concise", "summary",
    ] {
        let Run { out, err, .. } = place.lint(&["--base=main", "--format", format]);
        assert!(
            !out.contains('\u{1b}') && !out.contains(secret),
            "{format}: {out}"
        );
        assert!(
            !out.contains("<script>alert")
                || matches!(
                    format,
                    "json" | "sarif" | "human" | "concise" | "summary" | "github"
                ),
            "{format}: {out}"
        );
        assert!(
            out.lines()
                .all(|line| !line.trim_start().starts_with("::error::")),
            "{format}: {out}"
        );
        assert_eq!(err, "", "{format}");
    }
}

/// Every format for people says what changes.
#[test]
fn all_human_formats_show_changes() {
    let place = repository(&[("policies/shop.yaml", &policy("BLOCK", ""))]);
    place.file("policies/shop.yaml", policy("NO_ACTION", ""));
    for format in [
        "human", "table", "concise", "summary", "markdown", "comment", "github", "html",
    ] {
        let out = place
            .lint(&["--base=main", "--format", format])
            .out
            .replace("&#58;", ":");
        assert!(out.to_lowercase().contains("since main"), "{format}: {out}");
        assert!(
            out.to_lowercase().contains("changes for sign-ins: 1 weaker"),
            "{format}: {out}"
        );
    }
    let concise = place.lint(&["--base=main", "--format=concise"]).out;
    let line = "\npolicies/shop.yaml: weaker: web: SRP sign-in at high risk: blocked → allowed\n";
    assert!(concise.contains(line), "{concise}");
    let sarif = place.lint(&["--base=main", "--format=sarif"]).out;
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        assert!(
            ["new", "unchanged"].contains(&result["baselineState"].as_str().unwrap()),
            "{result:#}"
        );
    }
    let without = place.lint(&["--format=sarif"]).out;
    assert!(!without.contains("baselineState"));
}

/// A finding stays the same finding when its policy gets another name.
#[test]
fn renamed_policy_keeps_its_findings() {
    let weak = policy("NO_ACTION", "").replace("PLUS", "LITE");
    let place = repository(&[("policies/shop.yaml", &weak)]);
    place.file("policies/shop.yaml", weak.replace("name: shop", "name: store"));
    let found = review(&place, &[]);
    assert!(!place.lint(&["--format=concise"]).out.is_empty());
    assert_eq!(found["introduced"], Value::Array(Vec::new()), "{found:#}");
    assert_eq!(found["resolved"], Value::Array(Vec::new()), "{found:#}");
}
