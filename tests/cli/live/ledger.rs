//! The ledger that comparisons keep: what it says of differences, what is added to it, and what lint makes of it.

use serde_json::{Value, json};

use crate::cli::live::support::{Aws, POLICY, POOL};

const KEEP: [&str; 3] = ["diff", "--ledger", "ledger.jsonl"];

fn lines(aws: &Aws) -> Vec<Value> {
    let text = aws.place.read("ledger.jsonl");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn change(aws: &Aws, mfa: &str) {
    aws.server
        .change(|world| world.pool_mut(POOL).unwrap().user_pool["MfaConfiguration"] = mfa.into());
}

/// Pointer and cause of every difference.
fn causes(aws: &Aws) -> Vec<(String, String)> {
    let report = aws.json(&KEEP);
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let findings = report["findings"].as_array().unwrap();
    let one = |finding: &Value| {
        let difference = &finding["difference"];
        (text(&difference["pointer"]), text(&difference["cause"]))
    };
    findings.iter().map(one).collect()
}

fn mfa(cause: &str) -> Vec<(String, String)> {
    vec![("/mfa/configuration".to_owned(), cause.to_owned())]
}

#[test]
fn nothing_new_adds_nothing() {
    let aws = Aws::one();
    let first = aws.run(&KEEP);
    assert_eq!(
        (first.code, first.err.starts_with("added ")),
        (0, true),
        "{first:?}"
    );
    let before = lines(&aws);
    let schema = serde_json::from_str(include_str!("../../../schemas/ledger.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(before.iter().all(|line| validator.is_valid(line)));
    let modes: Vec<_> = before
        .iter()
        .filter(|line| line["event"] == "mode")
        .map(|line| (line["auth"].as_str().unwrap(), line["mode"].as_str().unwrap()))
        .collect();
    assert_eq!(modes, [("standard", "ENFORCED"), ("custom", "OFF")]);
    let second = aws.run(&KEEP);
    assert_eq!((second.code, second.err.as_str()), (0, ""));
    assert_eq!(lines(&aws), before);
    assert_eq!(
        aws.place.names("."),
        ["ledger.jsonl", "policies"],
        "no file is left over"
    );
}

/// Drift pending and conflict are told apart until they agree again.
#[test]
fn causes_drift_pending_and_conflict() {
    let aws = Aws::one();
    change(&aws, "ON");
    assert_eq!(causes(&aws), mfa("differs"), "nothing was recorded yet");
    change(&aws, "OPTIONAL");
    assert_eq!(causes(&aws), []);
    change(&aws, "ON");
    assert_eq!(causes(&aws), mfa("drift"));
    assert_eq!(causes(&aws), mfa("drift"), "the day after, too");
    aws.place
        .file("policies/a.yaml", POLICY.replace("OPTIONAL", "\"OFF\""));
    assert_eq!(causes(&aws), mfa("conflict"));
    change(&aws, "OPTIONAL");
    assert_eq!(causes(&aws), mfa("pending"));
    change(&aws, "OFF");
    let number = lines(&aws).len();
    assert_eq!(causes(&aws), []);
    assert_eq!(lines(&aws).len(), number + 1, "they agree on something new");
}

/// Every format tells the cause and the verdict stays.
#[test]
fn all_formats_show_cause_same_verdict() {
    let aws = Aws::one();
    assert_eq!(aws.run(&KEEP).code, 0);
    change(&aws, "ON");
    for format in [
        "human", "table", "junit", "markdown", "github", "html", "sarif", "json",
    ] {
        let run = aws.run(&[&KEEP[..], &["--format", format]].concat());
        assert_eq!(run.code, 3, "{format}");
        assert!(run.out.contains("drift"), "{format}: {}", run.out);
    }
    let sarif = aws.run(&[&KEEP[..], &["--format", "sarif"]].concat());
    let sarif: Value = serde_json::from_str(&sarif.out).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["properties"]["cause"], "drift");
    let report = aws.json(&KEEP);
    let counts = json!({ "drift": 1, "pending": 0, "conflict": 0, "differs": 0 });
    assert_eq!(report["summary"]["differences"]["causes"], counts);
    let plain = aws.json(&["diff"]);
    assert_eq!(plain["findings"][0]["difference"].get("cause"), None);
    assert_eq!(
        plain["findings"][0]["fingerprint"],
        report["findings"][0]["fingerprint"]
    );
    let human = aws.run(&KEEP).out;
    let end = format!(
        "in 1 pool against 1 policy (1 file): 1 drift\n{}",
        aws.asked_instead()
    );
    assert!(human.ends_with(&end), "{human}");
}

/// A client's own configuration and alarms are remembered as what they are.
#[test]
fn client_settings_and_alarms_recorded() {
    let own = "clients:\n  web: { id: web1, account_takeover: { high: { action: BLOCK, notify: false } } }\n\
               alarms: [{ metric: Risk, operation: SignIn }, { metric: NoRisk, operation: SignIn }]\n";
    let (head, _) = POLICY.split_once("clients:").unwrap();
    let section = json!({ "AccountTakeoverRiskConfiguration": { "Actions": { "HighAction": { "EventAction": "BLOCK", "Notify": false } } } });
    let risk = crate::cli::live::support::raw(section);
    let aws = Aws::with(&format!("{head}{own}")).change(|pool| {
        pool.risk_configurations.insert("web1".into(), risk.clone());
    });
    aws.server.change(|world| {
        for metric in ["Risk", "NoRisk"] {
            let alarm = json!({
                "Namespace": "AWS/Cognito", "MetricName": metric, "Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1,
                "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "ActionsEnabled": true,
                "TreatMissingData": "notBreaching",
                "Dimensions": [{ "Name": "UserPoolId", "Value": POOL }, { "Name": "Operation", "Value": "SignIn" }],
            });
            let region = world.region_mut(crate::cli::live::support::ACCOUNT, crate::cli::live::support::REGION);
            region.alarms.insert(metric.to_owned(), crate::cli::live::support::raw(alarm));
        }
    });
    assert_eq!(causes(&aws), []);
    aws.server.change(|world| {
        let pool = world.pool_mut(POOL).unwrap();
        pool.risk_configurations.remove("web1");
        let region = world.region_mut(
            crate::cli::live::support::ACCOUNT,
            crate::cli::live::support::REGION,
        );
        region.alarms.remove("NoRisk");
    });
    let drift = |pointer: &str| (pointer.to_owned(), "drift".to_owned());
    let mut found = causes(&aws);
    found.sort();
    assert_eq!(found, [drift("/alarms/1"), drift("/clients/web")]);
    // Another place in the list is the same alarm.
    let turned = own.replace("{ metric: Risk, operation: SignIn }, ", "");
    aws.place.file("policies/a.yaml", format!("{head}{turned}"));
    let mut found = causes(&aws);
    found.sort();
    assert_eq!(found, [drift("/alarms/0"), drift("/clients/web")]);
}

/// What was not read is neither remembered nor forgotten.
#[test]
fn unread_settings_are_left_alone() {
    use cogward::simulator::{FaultKind, InjectedFault};
    let aws = Aws::one().faults(vec![
        InjectedFault::new(FaultKind::AccessDenied).at("GetLogDeliveryConfiguration"),
    ]);
    assert_eq!(aws.run(&KEEP).code, 4);
    let of_logs = |aws: &Aws| {
        let lines = lines(aws);
        lines
            .iter()
            .filter(|line| line["leaf"] == "/log_delivery/user_auth_events")
            .count()
    };
    assert_eq!(of_logs(&aws), 0);
    aws.server.set_faults(Vec::new());
    assert_eq!(aws.run(&KEEP).code, 0);
    assert_eq!(of_logs(&aws), 1);
}

/// Damaged lines are shown and later versions refused.
#[test]
fn damaged_lines_shown_new_version_refused() {
    let aws = Aws::one();
    assert_eq!(aws.run(&KEEP).code, 0);
    let good = aws.place.read("ledger.jsonl");
    aws.place
        .file("ledger.jsonl", format!("{good}<<<<<<< \u{1b}[31m\n"));
    let run = aws.run(&KEEP);
    assert_eq!(run.code, 0, "the rest is used");
    let place = format!("ledger.jsonl:{}: the line is damaged", good.lines().count() + 1);
    assert!(
        run.out.contains(&place) && !run.out.contains('\u{1b}'),
        "{}",
        run.out
    );
    let later = good.replacen("\"version\":1", "\"version\":2", 1);
    aws.place.file("ledger.jsonl", &later);
    for verb in [vec!["diff"], vec!["gate"], vec!["lint"]] {
        let run = aws.run(&[&verb[..], &["--ledger", "ledger.jsonl"]].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{verb:?}");
        assert!(
            run.err.contains("ledger.jsonl:1: version 2 is unknown") && run.err.contains("update cogward"),
            "{}",
            run.err
        );
    }
    assert_eq!(
        aws.place.read("ledger.jsonl"),
        later,
        "nothing is added to what is not understood"
    );
    aws.place.file("folder/x", "");
    let run = aws.run(&["diff", "--ledger", "folder"]);
    assert_eq!(run.code, 2, "{run:?}");
}

/// Damaged lines are told in their order also to a quiet run.
#[test]
fn damaged_lines_in_order_even_when_quiet() {
    let aws = Aws::one();
    assert_eq!(aws.run(&KEEP).code, 0);
    let good = aws.place.read("ledger.jsonl");
    aws.place.file("ledger.jsonl", "version: 1\n".repeat(11) + &good);
    let told = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.contains("the line is damaged"));
        let place = |line: &str| {
            line.trim_start_matches(['-', ' '])
                .split(": ")
                .next()
                .map(str::to_owned)
        };
        lines.filter_map(place).collect()
    };
    let in_order =
        |last: usize| -> Vec<_> { (1..=last).map(|line| format!("ledger.jsonl:{line}")).collect() };
    let run = aws.run(&KEEP);
    assert_eq!((run.code, told(&run.out)), (0, in_order(11)), "{}", run.out);
    assert!(run.out.contains("damaged: it is not JSON\n"), "{}", run.out);
    for verb in ["diff", "gate", "lint"] {
        let run = aws.run(&[verb, "--ledger", "ledger.jsonl", "--quiet"]);
        assert_eq!(told(&run.err), in_order(10), "{verb}: {}", run.err);
        let left = "ledger.jsonl: 1 more line is damaged\n";
        assert!(run.err.contains(left), "{verb}: {}", run.err);
    }
}

/// What is no ledger is never written to and what is missing is no evidence.
#[test]
fn other_files_and_missing_file_are_refused() {
    let aws = Aws::one();
    let verbs: [&[&str]; 5] = [
        &["diff"],
        &["diff", "--quiet"],
        &["gate"],
        &["lint"],
        &["apply", "--dry-run"],
    ];
    for verb in verbs {
        let run = aws.run(&[verb, &["--ledger", "policies/a.yaml"]].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{verb:?}");
        let words =
            "error: `policies/a.yaml` is not a ledger: it has no line of one (line 1: it is not JSON)";
        assert!(run.err.starts_with(words), "{verb:?}: {}", run.err);
        assert_eq!(aws.place.read("policies/a.yaml"), POLICY);
    }
    for verb in &verbs[2..] {
        let run = aws.run(&[verb, &["--ledger", "none.jsonl"][..]].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{verb:?}");
        let words = "error: `none.jsonl`: there is no such file; check the path, or create the ledger with";
        assert!(run.err.starts_with(words), "{verb:?}: {}", run.err);
        assert!(!aws.place.path("none.jsonl").exists());
    }
}

/// A snapshot adds what it saw when it was taken.
#[test]
fn snapshot_recorded_at_its_own_time() {
    let aws = Aws::one();
    assert_eq!(aws.run(&["snapshot", "-o", "bare.json"]).code, 0);
    assert_eq!(aws.run(&["snapshot", "--with-time", "-o", "timed.json"]).code, 0);
    let run = aws.run(&[&KEEP[..], &["--from", "bare.json"]].concat());
    assert!(run.err.contains("does not say when it was taken"), "{}", run.err);
    assert!(!aws.place.path("ledger.jsonl").exists());
    let taken: Value = serde_json::from_str(&aws.place.read("timed.json")).unwrap();
    assert_eq!(aws.run(&[&KEEP[..], &["--from", "timed.json"]].concat()).code, 0);
    assert_eq!(lines(&aws)[0]["at"], taken["taken_at"]);
}

#[test]
fn writers_at_the_same_time_lose_no_line() {
    let aws = Aws::one();
    assert_eq!(aws.run(&["snapshot", "--with-time", "-o", "pools.json"]).code, 0);
    let snapshot = aws.place.read("pools.json");
    let names: Vec<_> = (0..12).map(|index| format!("us-west-2_Writer{index}")).collect();
    for name in &names {
        let policy = POLICY.replace(POOL, name);
        aws.place.file(&format!("policies/{name}.yaml"), policy);
        aws.place
            .file(&format!("{name}.json"), snapshot.replace(POOL, name));
    }
    let command = |name: &str, ledger: &str| {
        let (policy, pools) = (format!("policies/{name}.yaml"), format!("{name}.json"));
        let args = ["diff", &policy, "--from", &pools, "--ledger", ledger];
        let mut command = aws.command(&args);
        command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped());
        command
    };
    let ended = |writer: std::process::Child| {
        let output = writer.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{:?}: {said}", output.status);
    };
    let sorted = |ledger: &str| {
        let text = aws.place.read(ledger);
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    for name in &names {
        assert!(command(name, "alone.jsonl").status().unwrap().success());
    }
    // A file that is there and one that each of them may be the first to make.
    aws.place.file("together.jsonl", "");
    for ledger in ["together.jsonl", "made.jsonl"] {
        let started: Vec<_> = names
            .iter()
            .map(|name| command(name, ledger).spawn().unwrap())
            .collect();
        for writer in started {
            ended(writer);
        }
        assert_eq!(sorted(ledger), sorted("alone.jsonl"));
    }
    // The same pool by all: what one has added is not added again.
    let started: Vec<_> = names
        .iter()
        .map(|_| command(&names[0], "same.jsonl").spawn().unwrap())
        .collect();
    for writer in started {
        ended(writer);
    }
    assert_eq!(
        sorted("same.jsonl").len(),
        sorted("alone.jsonl").len() / names.len()
    );
}

/// A line that says in which mode the pool was seen on a day.
fn seen(day: &str, mode: &str) -> String {
    let line = json!({
        "event": "mode", "version": 1, "at": format!("{day}T03:00:00Z"), "by": "diff", "pool": POOL,
        "auth": "standard", "mode": mode,
    });
    format!("{line}\n")
}

/// Messages of the rule about the gate.
fn lint(aws: &Aws) -> Vec<String> {
    let (_, findings) = aws.place.findings(&["--ledger", "ledger.jsonl"]);
    let own = findings
        .into_iter()
        .filter(|(rule, ..)| rule == "enforced-before-audit");
    own.map(|(.., message)| message).collect()
}

/// Lint judges the gate by ledger and declaration.
#[test]
fn lint_gate_by_entries_and_declaration() {
    let none = "standard authentication is `ENFORCED` without evidence of 14 days in `AUDIT`";
    let aws = Aws::one();
    aws.place.file("ledger.jsonl", "");
    assert_eq!(lint(&aws), [none]);
    aws.place.file("ledger.jsonl", seen("2026-11-01", "AUDIT"));
    assert_eq!(lint(&aws), Vec::<String>::new());
    aws.place.file("ledger.jsonl", seen("2026-11-10", "AUDIT"));
    assert_eq!(
        lint(&aws),
        ["standard authentication is `ENFORCED` after 11 of 14 days in `AUDIT` (ledger)"]
    );
    // The step was made: what counts is what was before it.
    let made = seen("2026-11-01", "AUDIT") + &seen("2026-11-06", "ENFORCED");
    aws.place.file("ledger.jsonl", made);
    assert_eq!(
        lint(&aws),
        ["standard authentication is `ENFORCED` after 5 of 14 days in `AUDIT` (ledger)"]
    );
    let declared = format!("{POLICY}audit_gate: {{ audit_since: 2026-10-01 }}\n");
    aws.place.file("policies/a.yaml", declared);
    aws.place.file("ledger.jsonl", "");
    assert_eq!(lint(&aws), Vec::<String>::new());
    let off = seen("2026-11-05", "OFF");
    aws.place.file("ledger.jsonl", &off);
    assert_eq!(
        lint(&aws),
        [format!("{none}: the ledger shows it OFF on 2026-11-05")]
    );
    let other = seen("2026-11-01", "AUDIT").replace(POOL, "us-west-2_OTHER");
    aws.place.file("ledger.jsonl", format!("damaged\n{other}"));
    let [message] = &lint(&aws)[..] else {
        panic!("a damaged line may say otherwise")
    };
    assert!(
        message.starts_with(&format!("{none}: the ledger: line 1 is damaged")),
        "{message}"
    );
}

#[test]
fn the_gate_takes_the_ledger_for_evidence() {
    let policy = "version: 1\nname: a\ntarget: { pool: us-west-2_A }\nmode: { standard: ENFORCED }\n";
    let aws = Aws::with(policy).change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
        pool.user_pool["LastModifiedDate"] = json!(1_795_000_000);
    });
    aws.place.file("ledger.jsonl", seen("2026-11-01", "AUDIT"));
    let gate = |today: &str| {
        let report = aws.json(&["gate", "--ledger", "ledger.jsonl", "--today", today]);
        let mode = &report["pools"][0]["modes"][0];
        (
            report["exit_code"].clone(),
            mode["by"].clone(),
            mode["days"].clone(),
        )
    };
    assert_eq!(gate("2026-11-20"), (json!(0), json!("ledger"), json!(19)));
    assert_eq!(gate("2026-11-10"), (json!(5), json!("ledger"), json!(9)));
    let run = aws.run(&["diff", "--ledger", "ledger.jsonl", "--today", "2026-11-20"]);
    assert!(
        run.out
            .replace("\n        ", " ")
            .contains("The audit gate: met, 19 days in AUDIT by the ledger"),
        "{}",
        run.out
    );
}

/// What was applied is remembered and what was not is not.
#[test]
fn only_applied_changes_are_recorded() {
    let aws = Aws::with(&POLICY.replace("OPTIONAL", "\"OFF\""));
    let apply = [
        "apply",
        "--ledger",
        "ledger.jsonl",
        "--allow-weaken",
        "/mfa/configuration",
    ];
    aws.place.file("ledger.jsonl", "");
    let dry = aws.run(&[&apply[..], &["--dry-run"]].concat());
    assert_eq!(dry.code, 3, "{dry:?}");
    assert_eq!(aws.place.read("ledger.jsonl"), "", "nothing was carried out");
    let run = aws.run(&[&apply[..], &["--yes"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    assert!(lines(&aws).iter().all(|line| line["by"] == "apply"));
    assert_eq!(causes(&aws), []);
    change(&aws, "ON");
    assert_eq!(
        causes(&aws),
        mfa("drift"),
        "what was applied is what both agreed on"
    );
    aws.place.file("ledger.jsonl", "{\"version\": 2}\n");
    let run = aws.run(&[&apply[..], &["--yes"]].concat());
    assert_eq!(
        (run.code, run.out.as_str()),
        (2, ""),
        "refused before anything is written: {run:?}"
    );
}

/// A kept report of AWS shows in which mode a pool was on its day; one of a file shows what was there on another.
#[test]
fn reports_of_aws_show_modes() {
    let aws = Aws::one();
    let kept = |day: &str| format!("json=kept/scan-{day}.json");
    std::fs::create_dir(aws.place.path("kept")).unwrap();
    let modes = |aws: &Aws| {
        let history = aws.json(&["history", "kept"]);
        let subjects = history["subjects"].as_array().unwrap().clone();
        let spans = subjects.iter().flat_map(|one| one["modes"].as_array().unwrap());
        let text = |span: &Value| {
            let [auth, mode, since] = ["auth", "mode", "since"].map(|key| span[key].as_str().unwrap());
            format!("{auth} {mode} {since}")
        };
        spans.map(text).collect::<Vec<_>>()
    };
    aws.run(&["scan", "-q", "--today", "2026-11-01", "-o", &kept("2026-11-01")]);
    aws.run(&["snapshot", "-o", "pools.json"]);
    aws.server.change(|world| {
        world.pool_mut(POOL).unwrap().user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] = "AUDIT".into();
    });
    aws.run(&["diff", "-q", "--today", "2026-11-09", "-o", "json=kept/diff.json"]);
    let seen = [
        "standard ENFORCED 2026-11-01",
        "standard AUDIT 2026-11-09",
        "custom OFF 2026-11-01",
    ];
    assert_eq!(modes(&aws), seen);
    let from = [
        "scan",
        "--from",
        "pools.json",
        "-q",
        "--today",
        "2026-11-20",
        "-o",
    ];
    aws.run(&[&from[..], &[&kept("2026-11-20")]].concat());
    assert_eq!(modes(&aws), seen);
    let shown = aws.run(&["history", "kept"]);
    assert!(
        !shown.out.contains("custom authentication"),
        "what was never on is no news: {}",
        shown.out
    );
}

/// The matrix says for how long a pool is in AUDIT at least; of one in another mode, and of one without a day, nothing.
#[test]
fn matrix_has_days_in_audit() {
    // Days are those of the calendar: noon of one is as many days ago at any time of today.
    let now = jiff::Timestamp::now().as_second();
    let seconds = now - now.rem_euclid(86_400) - 20 * 86_400 + 43_200;
    for (mode, at, days) in [
        ("AUDIT", json!(seconds), "20"),
        ("ENFORCED", json!(seconds), ""),
        ("AUDIT", json!(0), ""),
    ] {
        let aws = Aws::one().change(|pool| {
            pool.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] = mode.into();
            pool.user_pool["LastModifiedDate"] = at.clone();
        });
        let csv = aws.run(&["scan", "--format", "csv"]).out;
        let mut lines = csv
            .lines()
            .map(|line| line.split("\",\"").map(|cell| cell.trim_matches('"')));
        let column = lines
            .next()
            .unwrap()
            .position(|head| head == "days in AUDIT at least")
            .unwrap();
        assert_eq!(lines.next().unwrap().nth(column), Some(days), "{csv}");
        let shown = aws.run(&["scan", "--format", "summary"]).out;
        assert_eq!(shown.contains("AUDIT 20d+"), days == "20", "{shown}");
        assert_eq!(shown.contains("not modified since"), days == "20", "{shown}");
    }
}
