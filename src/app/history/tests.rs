use serde_json::json;

use super::journal::reasons;
use super::*;
use crate::journal::Reasons;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn ledger(lines: &[(&str, &str)]) -> Vec<u8> {
    let line = |(at, mode): &(&str, &str)| {
        let line = json!({
            "event": "mode", "version": 1, "at": format!("{at}T02:00:00Z"), "by": "diff", "pool": "us-west-2_A",
            "auth": "standard", "mode": mode,
        });
        format!("{line}\n")
    };
    lines.iter().map(line).collect::<String>().into_bytes()
}

fn report(command: &str, findings: &Value) -> Vec<u8> {
    let report = json!({
        "version": 1, "tool": { "name": "cogward", "version": "0.1.0" }, "command": command, "findings": findings,
        "pools": [{ "title": "shop (us-west-2_A)" }],
    });
    report.to_string().into_bytes()
}

fn finding(severity: &str, more: &Value) -> Value {
    let mut finding = json!({ "severity": severity, "location": { "pool": "us-west-2_A" } });
    let more = more.as_object().unwrap().clone();
    finding.as_object_mut().unwrap().extend(more);
    finding
}

fn section(histories: Histories) -> (HistorySection, Report) {
    let report = histories.finish();
    match report.section.clone() {
        Some(Section::History(section)) => (section, report),
        _ => panic!("no history"),
    }
}

#[test]
fn modes_last_until_another_one_is_seen() {
    let mut all = Histories::as_of(Timestamp::MAX);
    let lines = [
        ("2026-09-26", "AUDIT"),
        ("2026-10-21", "ENFORCED"),
        ("2026-10-22", "ENFORCED"),
        ("2026-11-03", "OFF"),
    ];
    all.add("l.jsonl", &ledger(&lines), true);
    let gate = json!({
        "version": 1, "tool": { "name": "cogward", "version": "0.1.0" }, "today": "2026-11-05",
        "pools": [{ "pool": "us-west-2_A", "pool_name": "shop", "modes": [{ "auth": "standard", "live": "ENFORCED" }] }],
    });
    all.add("gate.json", gate.to_string().as_bytes(), true);
    let (history, report) = section(all);
    assert_eq!(report.exit_code, 0, "{:?}", report.summary.not_checked);
    assert_eq!((history.from, history.to), (day("2026-09-26"), day("2026-11-05")));
    let [shop] = &history.subjects[..] else {
        panic!("one pool")
    };
    assert_eq!(shop.title(), "shop (us-west-2_A)");
    let spans: Vec<_> = shop
        .modes
        .iter()
        .map(|span| (span.mode, span.since, span.until))
        .collect();
    assert_eq!(
        spans,
        [
            ("AUDIT", day("2026-09-26"), Some(day("2026-10-21"))),
            ("ENFORCED", day("2026-10-21"), Some(day("2026-11-03"))),
            ("OFF", day("2026-11-03"), Some(day("2026-11-05"))),
            ("ENFORCED", day("2026-11-05"), None),
        ]
    );
    assert_eq!(history.closing(), "1 pool, 2026-09-26 to 2026-11-05: 1 ENFORCED");
}

/// Findings and differences are counted by pool and day.
#[test]
fn counts_by_pool_and_day() {
    let mut all = Histories::as_of(Timestamp::MAX);
    let found = json!([
        finding("error", &json!({})),
        finding("note", &json!({})),
        finding("error", &json!({ "suppressed": { "kind": "waiver" } })),
    ]);
    all.add("scans/2026-11-01/report.json", &report("scan", &found), true);
    all.add("scan-20261102.json", &report("scan", &json!([])), false);
    let differing = json!([
        finding(
            "error",
            &json!({ "difference": { "pool": "us-west-2_A", "live_is": "weaker", "cause": "drift" } })
        ),
        finding(
            "warning",
            &json!({ "difference": { "pool": "us-west-2_A", "live_is": "neutral" } })
        ),
        finding(
            "error",
            &json!({ "difference": { "pool": "us-west-2_A", "live_is": "weaker", "cause": "pending" } })
        ),
    ]);
    all.add("diff_2026-11-02.json", &report("diff", &differing), true);
    let (history, _) = section(all);
    let shop = &history.subjects[0];
    let runs: Vec<_> = shop
        .runs
        .iter()
        .map(|run| (run.day, run.command, run.findings(), run.differences, run.weaker))
        .collect();
    assert_eq!(
        runs,
        [
            (
                day("2026-11-01"),
                "scan",
                "1 error, 1 note, 1 suppressed".to_owned(),
                None,
                None
            ),
            (
                day("2026-11-02"),
                "diff",
                "no findings".to_owned(),
                Some(2),
                Some(1)
            ),
            (day("2026-11-02"), "scan", "no findings".to_owned(), None, None),
        ]
    );
    assert_eq!(
        history.closing(),
        "1 pool, 2026-11-01 to 2026-11-02; 1 differs from the policy"
    );
}

/// What a report says counts before what it is called.
#[test]
fn report_day_precedence() {
    let at = json!({ "at": "2026-11-27T23:30:00Z" });
    let today = json!({ "today": "2026-11-20" });
    let cases = [
        ("scan.json", &at, Some("2026-11-27"), false),
        ("scan-2026-11-27.json", &at, Some("2026-11-27"), false),
        // Where it was made, it was the next day already.
        ("scan-2026-11-28.json", &at, Some("2026-11-27"), false),
        ("scan-2026-11-01.json", &at, Some("2026-11-27"), true),
        ("scan-2026-11-01.json", &today, Some("2026-11-20"), true),
        ("scan-2026-11-01.json", &json!({}), Some("2026-11-01"), false),
        (
            "scan-2026-11-01.json",
            &json!({ "at": "yesterday" }),
            Some("2026-11-01"),
            false,
        ),
        ("scan.json", &json!({}), None, false),
    ];
    for (name, run, wanted, is_said) in cases {
        let mut value: Value = serde_json::from_slice(&report("scan", &json!([]))).unwrap();
        value["run"] = run.clone();
        let mut all = Histories::as_of(Timestamp::MAX);
        all.add(name, value.to_string().as_bytes(), true);
        let report = all.finish();
        let Some(Section::History(history)) = &report.section else {
            panic!("no history")
        };
        let shown = history.subjects.first().map(|one| one.runs[0].day);
        assert_eq!(shown, wanted.map(day), "{name} {run}");
        assert_eq!(
            report.exit_code,
            if wanted.is_some() { 0 } else { 2 },
            "{name} {run}"
        );
        let said: String = report.summary.not_checked.iter().map(NotChecked::line).collect();
        assert_eq!(
            said.contains("its name says 2026-11-01"),
            is_said,
            "{name} {run}: {said}"
        );
    }
}

/// Files that say nothing of a history, or not when: the run goes on, and says so.
#[test]
fn what_cannot_be_used_is_named() {
    let apply =
        json!({ "version": 1, "tool": { "name": "cogward" }, "ending": "carried-out", "command": "apply" });
    let later = json!({ "version": 2, "tool": { "name": "cogward" }, "command": "scan", "findings": [] });
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("a.json", report("scan", &json!([])), "put the date into its name"),
        (
            "report-12026-11-2.json",
            report("scan", &json!([])),
            "put the date into its name",
        ),
        (
            "2026-02-30.json",
            report("scan", &json!([])),
            "put the date into its name",
        ),
        (
            "2026-11-01.json",
            apply.to_string().into_bytes(),
            "give the journal",
        ),
        (
            "2026-11-01.json",
            later.to_string().into_bytes(),
            "update cogward",
        ),
        ("2026-11-01.json", b"{}".to_vec(), "not a ledger"),
        ("2026-11-01.json", b"\xff\xfe".to_vec(), "not a ledger"),
        ("2026-11-01.json", Vec::new(), "not a ledger"),
    ];
    for (name, content, why) in cases {
        for is_named in [true, false] {
            let mut all = Histories::as_of(Timestamp::MAX);
            all.add(name, &content, is_named);
            let report = all.finish();
            assert_eq!(report.exit_code, 2, "{name}");
            let entries = &report.summary.not_checked;
            assert!(
                entries.iter().all(|entry| entry.failed == is_named),
                "{entries:?}"
            );
            let said: String = entries.iter().map(|entry| entry.why.as_str()).collect();
            assert!(said.contains(why), "{name}: {said}");
        }
    }
    let mut all = Histories::as_of(Timestamp::MAX);
    all.add("l.jsonl", &ledger(&[("2026-11-01", "AUDIT")]), true);
    assert!(all.pools().all(|(id, _)| id != "us-west-2_B"));
}

#[test]
fn a_journal_says_who_changed_what() {
    let lines = [
        json!({
            "event": "run", "version": 1, "at": "2026-11-03T10:00:00Z", "tool_version": "0.1.0", "command": "apply",
            "plan_digest": "ab", "who": [{ "account": "123456789012", "arn": "arn:aws:sts::123456789012:assumed-role/ops/eve" }],
            "reasons": { "override_gate": "incident 7" },
        }),
        json!({
            "event": "begin", "call": 1, "at": "2026-11-03T10:00:01Z", "operation": "UpdateUserPool", "region": "us-west-2",
            "pool": "us-west-2_A", "makes": ["/mode/standard"],
            "before": { "UserPoolAddOns": { "AdvancedSecurityMode": "ENFORCED" } },
            "after": { "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } },
        }),
        json!({ "event": "end", "call": 1, "at": "2026-11-03T10:00:01Z", "outcome": "done" }),
        json!({
            "event": "begin", "call": 2, "at": "2026-11-03T10:00:03Z", "operation": "SetRiskConfiguration", "region": "us-west-2",
            "pool": "us-west-2_A", "makes": ["/account_takeover/high"], "before": null, "after": {},
        }),
    ];
    let text: Vec<_> = lines.iter().map(|line| format!("{line}\n")).collect();
    let text = text.concat();
    let mut all = Histories::as_of(Timestamp::MAX);
    all.add("j.jsonl", text.as_bytes(), true);
    let (history, _) = section(all);
    let [write] = &history.subjects[0].writes[..] else {
        panic!("one write")
    };
    let modes = &history.subjects[0].modes;
    let modes: Vec<_> = modes
        .iter()
        .map(|span| (span.mode, span.until.is_some()))
        .collect();
    assert_eq!(modes, [("ENFORCED", true), ("AUDIT", false)]);
    assert_eq!(write.who, ["arn:aws:sts::123456789012:assumed-role/ops/eve"]);
    assert_eq!(
        write.changed,
        ["/mode/standard"],
        "a call without an end is not confirmed"
    );
    assert_eq!(
        write.unknown,
        ["/account_takeover/high"],
        "and may have changed something"
    );
    assert_eq!(
        (write.complete, &write.reasons[..]),
        (false, &["gate overridden: incident 7".to_owned()][..])
    );
}

/// A report of what was partly read does not say that all is well.
#[test]
fn partial_report_is_not_clean() {
    let kept = |command: &str, code: u8, what: Option<&str>| {
        let mut value: Value = serde_json::from_slice(&report(command, &json!([]))).unwrap();
        let entries = what.map(|what| json!({ "what": what, "why": "denied", "failed": true }));
        value["exit_code"] = code.into();
        value["summary"] = json!({ "not_checked": entries.into_iter().collect::<Vec<_>>() });
        value.to_string().into_bytes()
    };
    let cases = [
        (0, None, false),
        (4, Some("responses of pool us-west-2_A"), true),
        (4, Some("region us-west-2"), true),
        (4, Some("responses of pool us-west-2_B"), false),
        (4, None, true),
        (2, None, true),
        (5, None, true),
    ];
    for (code, what, is_partly) in cases {
        for command in ["scan", "diff"] {
            let mut all = Histories::as_of(Timestamp::MAX);
            all.add("2026-11-01.json", &kept(command, code, what), true);
            let (history, _) = section(all);
            let run = &history.subjects[0].runs[0];
            assert_eq!(run.partly_read, is_partly, "{command} {code} {what:?}");
            assert_eq!(
                run.findings() == "no findings",
                !is_partly,
                "{command} {code} {what:?}"
            );
        }
    }
}

/// A day that is still to come, of each kind of file: nothing is shown of it, and the file is named.
#[test]
fn what_is_still_to_come_is_not_shown() {
    let now = "2026-11-27T12:00:00Z".parse().unwrap();
    let gate = json!({
        "version": 1, "tool": { "name": "cogward", "version": "0.1.0" }, "today": "2099-01-01",
        "pools": [{ "pool": "us-west-2_A", "pool_name": "shop", "modes": [{ "auth": "standard", "live": "AUDIT" }] }],
    });
    let run = json!({
        "event": "run", "version": 1, "at": "2099-01-01T00:00:00Z", "tool_version": "0.1.0", "command": "apply",
        "plan_digest": "d", "who": [],
    });
    for (name, content) in [
        ("ledger.jsonl", ledger(&[("2099-01-01", "AUDIT")])),
        ("gate.json", gate.to_string().into_bytes()),
        ("journal.jsonl", format!("{run}\n").into_bytes()),
        ("scan-2099-01-01.json", report("scan", &json!([]))),
        ("scan-2026-11-28.json", report("scan", &json!([]))),
    ] {
        let mut all = Histories::as_of(now);
        all.add("old.jsonl", &ledger(&[("2026-11-01", "AUDIT")]), true);
        all.add(name, &content, true);
        let (history, report) = section(all);
        assert_eq!(
            (history.from, history.to),
            (day("2026-11-01"), day("2026-11-01")),
            "{name}"
        );
        let [entry] = &report.summary.not_checked[..] else {
            panic!("{name}: {:?}", report.summary.not_checked)
        };
        assert!(
            entry.what.starts_with(name) && entry.why.contains("in the future: 20"),
            "{name}: {entry:?}"
        );
        // A damaged line of a ledger is reported, and the others count.
        assert_eq!(
            report.exit_code,
            if name == "ledger.jsonl" { 0 } else { 4 },
            "{name}"
        );
    }
}

#[test]
fn a_pool_has_only_what_was_accepted_of_it() {
    let given = Reasons {
        allow_weaken: vec![
            "us-west-2_A:/mode/standard".into(),
            "us-west-2_B:/mode/standard".into(),
            "/mfa".into(),
        ],
        ..Reasons::default()
    };
    let found = reasons(&given, Some("us-west-2_A"));
    assert_eq!(found, ["weakening accepted: us-west-2_A:/mode/standard, /mfa"]);
}
