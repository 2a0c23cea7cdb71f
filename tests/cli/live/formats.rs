//! Every verb in every format of its help: the output parses, and the format does not change how the run ends.

use quick_junit::Report as Junit;
use serde_json::{Value, json};

use crate::cli::live::support::{Aws, demo};
use crate::cli::support::{Run, finished};

/// Formats that a verb's help lists.
fn formats(aws: &Aws, verb: &str) -> Vec<String> {
    let help = aws.run(&[verb, "--help"]).out;
    let listed = help.lines().filter_map(|line| line.trim().strip_prefix("- "));
    let words = listed.filter_map(|line| line.split_once(':'));
    let known = |word: &str| cogward::render::Format::parse(word).is_some();
    words
        .map(|(word, _)| word.to_owned())
        .filter(|word| known(word))
        .collect()
}

/// Why an output is not what its format is; `None` if it is.
fn fault(format: &str, out: &str) -> Option<String> {
    if out.contains('\u{1b}') || out.trim().is_empty() {
        return Some("empty, or with escape sequences".to_owned());
    }
    match format {
        "json" => match serde_json::from_str::<Value>(out) {
            Ok(document) => (document["version"] != 1).then(|| "no version".to_owned()),
            Err(error) => Some(error.to_string()),
        },
        "sarif" => sarif_fault(out),
        "junit" => Junit::deserialize_from_str(out)
            .err()
            .map(|error| error.to_string()),
        "html" => html_fault(out),
        "markdown" | "comment" => {
            let fences = out.lines().filter(|line| line.starts_with("```")).count();
            let is_page = out.starts_with("## ") && fences % 2 == 0 && out.len() <= 61_440;
            (!is_page).then(|| "no headline, an open block, or too long".to_owned())
        }
        "github" => {
            let kinds = ["::error ", "::warning ", "::notice "];
            let meant =
                |line: &&str| !line.starts_with("::") || kinds.iter().any(|kind| line.starts_with(kind));
            (!out.lines().all(|line| meant(&line))).then(|| "an unknown command".to_owned())
        }
        "concise" => {
            let shape = regex::Regex::new(r"(?m)^.+: (error|warning|note)\[[a-z0-9-]+\] .+$").unwrap();
            let marks = out.matches("error[").count() + out.matches("warning[").count();
            (marks > 0 && !shape.is_match(out)).then(|| "no line of a finding".to_owned())
        }
        "csv" => {
            let cells = |line: &str| line.split("\",\"").count();
            let mut lines = out.lines();
            let head = cells(lines.next().unwrap_or_default());
            (head < 2 || lines.any(|line| cells(line) != head)).then(|| "rows of other lengths".to_owned())
        }
        _ => None,
    }
}

fn sarif_fault(out: &str) -> Option<String> {
    // The official text has a stray `]` in a pattern, which is an error in Unicode patterns.
    let schema = include_str!("../../data/sarif-2.1.0.json").replace("{2}]?$", "{2}\\\\]?$");
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let log: Value = serde_json::from_str(out).unwrap();
    let faults: Vec<_> = validator
        .iter_errors(&log)
        .map(|fault| fault.to_string())
        .collect();
    // GitHub refuses a result without a region.
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    let mut placed = results.map(|one| &one["locations"][0]["physicalLocation"]["region"]["startLine"]);
    let unplaced = placed.any(Value::is_null);
    (!faults.is_empty() || unplaced).then(|| format!("{faults:?} {unplaced}"))
}

/// What is different is counted where it is: as often in the rows of the pools as in all.
#[test]
fn rows_of_a_comparison_count_what_differs() {
    let aws = demo();
    let csv = aws.run(&["diff", "--format", "csv"]).out;
    let cells = |line: &str| -> Vec<String> {
        let cells = line.split("\",\"");
        cells.map(|cell| cell.trim_matches('"').to_owned()).collect()
    };
    let heads = cells(csv.lines().next().unwrap());
    let sum = |head: &str| -> usize {
        let at = heads.iter().position(|one| one == head).unwrap();
        let found = csv.lines().skip(1).map(|line| cells(line)[at].clone());
        found.filter_map(|cell| cell.parse::<usize>().ok()).sum()
    };
    let report: Value = serde_json::from_str(&aws.run(&["diff", "--format", "json"]).out).unwrap();
    for head in ["errors", "warnings", "notes"] {
        assert_eq!(report["summary"][head], sum(head), "{head}: {csv}");
    }
    assert!(sum("errors") > 0, "{csv}");
    let page = aws.run(&["diff", "--format", "html"]).out;
    assert!(
        page.contains("<td class=\"number\" data-label=\"Errors\">1</td>"),
        "{page}"
    );
}

/// Equal input gives equal bytes without the time, and a report says by itself who made it, and of what.
#[test]
fn run_heads_name_time_identity_and_files() {
    let aws = demo();
    let json = |args: &[&str]| -> Value { serde_json::from_str(&aws.run(args).out).unwrap() };
    let scan = json(&["scan", "--format", "json"]);
    assert!(
        scan["run"]["at"].as_str().unwrap().ends_with('Z'),
        "{}",
        scan["run"]
    );
    let identities = scan["run"]["identities"].as_array().unwrap();
    assert!(
        identities[0].as_str().unwrap().starts_with("arn:aws:"),
        "{identities:?}"
    );
    assert!(
        scan["run"].get("files").is_none(),
        "a scan reads no files: {}",
        scan["run"]
    );
    let lint = |args: &[&str]| json(&[&["lint", "--format", "json", "--no-time"][..], args].concat());
    let (all, turned) = (
        lint(&["policies/members.yaml", "policies/webshop.yaml"]),
        lint(&["policies/webshop.yaml", "policies/members.yaml"]),
    );
    assert_eq!(all["run"], turned["run"], "the order of files does not count");
    assert_eq!(all["run"]["files"]["count"], 2);
    assert!(all["run"].get("at").is_none() && all["run"].get("identities").is_none());
    assert_ne!(
        all["run"]["files"],
        lint(&["policies/webshop.yaml"])["run"]["files"]
    );
    let dated = json(&["diff", "--format", "json", "--today", "2026-11-21"]);
    assert_eq!(dated["run"]["today"], "2026-11-21");
    assert!(dated["run"].get("at").is_none());
    let page = aws.run(&["scan", "--format", "html"]).out;
    for part in [
        "<dt>when</dt>",
        "<dt>account</dt><dd>123456789012</dd>",
        "<dt>read by</dt><dd>arn:aws:",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

fn html_fault(out: &str) -> Option<String> {
    let policy =
        "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"";
    let banned = ["<script", "<img", "<link", "url(", " src=", " onload"];
    let balanced = |tag: &str| {
        let opened = out.matches(&format!("<{tag}>")).count() + out.matches(&format!("<{tag} ")).count();
        opened == out.matches(&format!("</{tag}>")).count()
    };
    let tags = [
        "section", "table", "tbody", "tr", "td", "svg", "text", "rect", "p", "div", "details", "dl",
    ];
    let unbalanced = tags.iter().find(|tag| !balanced(tag));
    let is_page = out.starts_with("<!doctype html>") && out.contains(policy);
    let harmless = !banned.iter().any(|word| out.contains(word));
    (!is_page || !harmless || unbalanced.is_some()).then(|| format!("{is_page} {harmless} {unbalanced:?}"))
}

/// A line for each verb, its exit code, and whether it writes: everything that shows a report.
fn verbs() -> Vec<(Vec<&'static str>, i32)> {
    vec![
        (vec!["lint"], 1),
        (vec!["scan"], 1),
        (vec!["diff"], 3),
        (vec!["gate", "policies/partners.yaml"], 0),
        (vec!["apply", "policies/partners.yaml", "--dry-run"], 0),
        (
            vec![
                "apply",
                "policies",
                "--dry-run",
                "--show-calls",
                "--max-pools",
                "9",
            ],
            5,
        ),
        (
            vec![
                "audit",
                "--pool",
                "us-west-2_Webshop01",
                "--reason",
                "INC-1",
                "--dry-run",
            ],
            3,
        ),
        (vec!["explain", "--pool", "us-west-2_Partners3"], 0),
    ]
}

/// Every verb in every format of its help parses.
#[test]
fn all_verbs_parse_in_all_formats() {
    let aws = demo();
    for (args, code) in verbs() {
        let formats = formats(&aws, args[0]);
        assert!(formats.len() > 1, "{args:?}");
        for format in formats {
            let run = aws.run(&[&args[..], &["--format", &format]].concat());
            assert_eq!(run.code, code, "{args:?} {format} {run:?}");
            let fault = fault(&format, &run.out);
            assert_eq!(fault, None, "{args:?} {format} {}", run.out);
        }
    }
}

/// A pool of which three sources show something, on a day of its own.
fn gated() -> Aws {
    let policy = "\
version: 1
name: a
target: { account: \"123456789012\", region: us-west-2, pool: us-west-2_A }
mode: { standard: ENFORCED }
audit_gate: { audit_since: 2026-09-01 }
";
    let day = |text: &str| -> i64 {
        let date: jiff::civil::Date = text.parse().unwrap();
        date.to_zoned(jiff::tz::TimeZone::UTC)
            .unwrap()
            .timestamp()
            .as_second()
    };
    let event = |at: &str, mode: &str| {
        json!({
            "EventName": "UpdateUserPool", "EventTime": day(at),
            "CloudTrailEvent": { "requestParameters": {
                "userPoolId": "us-west-2_A", "userPoolAddOns": { "advancedSecurityMode": mode },
            } },
        })
    };
    let aws = Aws::with(policy).change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
        pool.user_pool["LastModifiedDate"] = json!(day("2026-11-20"));
    });
    let events = [
        event("2026-10-12", "OFF"),
        event("2026-11-11", "AUDIT"),
        event("2026-11-20", "AUDIT"),
    ];
    aws.server.change(|world| {
        let region = world.region_mut(
            crate::cli::live::support::ACCOUNT,
            crate::cli::live::support::REGION,
        );
        region.events = events.into_iter().map(crate::cli::live::support::raw).collect();
    });
    aws
}

/// The output with the address of the service as it always is.
fn shown(aws: &Aws, args: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = aws.command(args);
    command.envs(variables.iter().copied());
    let mut run = finished(&command.output().unwrap());
    let endpoint = aws.server.endpoint();
    let port = endpoint.rsplit(':').next().unwrap();
    run.out = run.out.replace(port, "45660");
    run
}

const GATE: [&str; 3] = ["gate", "--today", "2026-11-21"];

#[test]
fn the_gate_is_a_time_line_at_every_width() {
    let aws = gated();
    let utf8 = [("LANG", "C.UTF-8"), ("COLUMNS", "80")];
    insta::assert_snapshot!(shown(&aws, &GATE, &utf8).out, @"
    customers (us-west-2_A), policy a
      standard: AUDIT → ENFORCED: not met, 10 of 14 days in AUDIT; met on 2026-11-25
        the pool itself           ··································│·····▒▒ 1 day
                                  in AUDIT since 2026-11-20, 1 day; AUDIT, and not
                                  modified since; created on 2023-11-14
        CloudTrail                ··································│·██████ 10 days
                                  in AUDIT since 2026-11-11, 10 days; 3 events of
                                  the last 90 days; OFF on 2026-11-11; used
        the policy's declaration  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░│░░░░░░░ 81 days
                                  in AUDIT since 2026-09-01, 81 days; does not
                                  count: CloudTrail shows it OFF after that, on
                                  2026-11-11
        legend                    2026-09-01 to 2026-11-21; │ 14 days before; █ in
                                  AUDIT, used; ▒ in AUDIT; ░ does not count
        the ledger                not consulted
      next: 4 days are left: run `cogward gate` again on 2026-11-25; earlier only
        with more evidence (`--ledger`), or with `cogward apply --override-gate
        REASON`

    0 of 1 gate met
    not checked: whether this is AWS: http://127.0.0.1:45660 was used
      (AWS_ENDPOINT_URL or endpoint_url)
    ");
    insta::assert_snapshot!(shown(&aws, &GATE, &[("COLUMNS", "60"), ("NO_COLOR", "1")]).out, @"
    customers (us-west-2_A), policy a
      standard: AUDIT → ENFORCED: not met, 10 of 14 days in
        AUDIT; met on 2026-11-25
        the pool itself           .................|...= 1 day
            in AUDIT since 2026-11-20, 1 day; AUDIT, and not
            modified since; created on 2023-11-14
        CloudTrail                .................|.### 10 days
            in AUDIT since 2026-11-11, 10 days; 3 events of the
            last 90 days; OFF on 2026-11-11; used
        the policy's declaration  xxxxxxxxxxxxxxxxx|xxxx 81 days
            in AUDIT since 2026-09-01, 81 days; does not count:
            CloudTrail shows it OFF after that, on 2026-11-11
        legend                    2026-09-01 to 2026-11-21; | 14
            days before; # in AUDIT, used; = in AUDIT; x does
            not count
        the ledger                not consulted
      next: 4 days are left: run `cogward gate` again on
        2026-11-25; earlier only with more evidence
        (`--ledger`), or with `cogward apply --override-gate
        REASON`

    0 of 1 gate met
    not checked: whether this is AWS: http://127.0.0.1:45660 was
      used (AWS_ENDPOINT_URL or endpoint_url)
    ");
    for width in ["40", "60", "80", "120"] {
        let run = shown(&aws, &GATE, &[("LANG", "C.UTF-8"), ("COLUMNS", width)]);
        let width: usize = width.parse().unwrap();
        let bars = run.out.lines().filter(|line| line.contains('│'));
        assert!(
            bars.clone().all(|line| line.chars().count() <= width),
            "{}",
            run.out
        );
        assert_eq!(bars.count(), if width > 50 { 4 } else { 0 }, "{}", run.out);
    }
}

#[test]
fn the_gate_for_other_programs() {
    let aws = gated();
    let of = |format: &str| shown(&aws, &[&GATE[..], &["--format", format]].concat(), &[]).out;
    insta::assert_snapshot!(of("concise"), @"
    customers (us-west-2_A) › mode › standard: error[audit-gate-unmet] policy a: standard: AUDIT → ENFORCED: not met, 10 of 14 days in AUDIT; met on 2026-11-25
    whether this is AWS: not checked: http://127.0.0.1:45660 was used (AWS_ENDPOINT_URL or endpoint_url)
    0 of 1 gate met
    ");
    insta::assert_snapshot!(of("github"), @"
    ::error title=cogward%3A audit-gate-unmet::customers (us-west-2_A) › mode › standard: policy a: standard: AUDIT → ENFORCED: not met, 10 of 14 days in AUDIT; met on 2026-11-25%0AWait until the day that the gate names, or add evidence: a ledger (`gate --ledger`), or `audit_gate.audit_since` in the policy. To enforce earlier, give a reason: `apply --override-gate REASON`.
    0 of 1 gate met
    not checked: whether this is AWS: http://127.0.0.1:45660 was used (AWS_ENDPOINT_URL or endpoint_url)
    ");
    insta::assert_snapshot!(of("markdown"), @"
    ## ❌ cogward gate

    0 of 1 gate met.

    ### Not checked

    - whether this is AWS: http&#58;//127.0.0.1&#58;45660 was used (AWS_ENDPOINT_URL or endpoint_url)

    ### customers (us-west-2_A), policy a

    **standard&#58; AUDIT → ENFORCED&#58; not met, 10 of 14 days in AUDIT; met on 2026-11-25**

    ```text
    the pool itself           .......................................|......== 1 day
    CloudTrail                .......................................|.####### 10 days
    the policy's declaration  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|xxxxxxxx 81 days
    2026-09-01 to 2026-11-21; | 14 days before; # in AUDIT, used; = in AUDIT; x does not count
    ```

    | Source | What it shows |
    |---|---|
    | the pool itself | in AUDIT since 2026-11-20, 1 day; AUDIT, and not modified since; created on 2023-11-14 |
    | CloudTrail | in AUDIT since 2026-11-11, 10 days; 3 events of the last 90 days; OFF on 2026-11-11; used |
    | the policy's declaration | in AUDIT since 2026-09-01, 81 days; does not count&#58; CloudTrail shows it OFF after that, on 2026-11-11 |
    | the ledger | not consulted |

    - Next: 4 days are left&#58; run <code>cogward gate</code> again on 2026-11-25; earlier only with more evidence (<code>--ledger</code>), or with <code>cogward apply --override-gate REASON</code>

    <sub>cogward 0.1.0; as of 2026-11-21; account 123456789012; region us-west-2; read by arn&#58;aws&#58;iam&#58;&#58;123456789012&#58;user/tester; files 1, SHA-256 6da33e22fed9a8609a6e5378a967ee6614ad451343a63a6f83c1328de96d9258</sub>
    ");
    insta::assert_binary_snapshot!("gate_junit.xml", of("junit").into_bytes());
    let log: Value = serde_json::from_str(&of("sarif")).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(
        (
            &result["ruleId"],
            &result["level"],
            &result["locations"][0]["logicalLocations"][0]
        ),
        (
            &json!("audit-gate-unmet"),
            &json!("error"),
            &json!({ "fullyQualifiedName": "us-west-2_A/mode/standard", "kind": "member" })
        )
    );
    assert_eq!(
        log["runs"][0]["tool"]["driver"]["rules"][0]["id"],
        "audit-gate-unmet"
    );
    let page = of("html");
    for part in [
        "<svg class=\"time\"",
        "<rect class=\"used\"",
        "<rect class=\"refused\"",
        "<th scope=\"row\">CloudTrail</th>",
        "not met, 10 of 14 days in AUDIT; met on 2026-11-25",
        "0 of 1 gate met",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}
