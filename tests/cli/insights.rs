//! `cogward insights`: questions about recorded events.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::support::{Place, Run, finished};

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Every sample in `logs/`.
fn logs() -> Place {
    let place = Place::new();
    for entry in std::fs::read_dir(top().join("tests/data/events")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name != "README.md" {
            place.file(&format!("logs/{name}"), std::fs::read(entry.path()).unwrap());
        }
    }
    place
}

/// The JSON answers, which fit their schema.
fn report(run: &Run) -> Value {
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let schema = std::fs::read_to_string(top().join("schemas/insights.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let faults: Vec<_> = validator
        .iter_errors(&report)
        .map(|fault| fault.to_string())
        .collect();
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(report["exit_code"], run.code);
    report
}

fn answer<'a>(report: &'a Value, id: &str) -> &'a Value {
    let mut answers = report["answers"].as_array().unwrap().iter();
    answers.find(|answer| answer["question"] == id).unwrap()
}

#[test]
fn all_questions_of_the_exports_samples() {
    let run = logs().run(&["insights", "logs/export-*.jsonl", "-f", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = report(&run);
    assert_eq!((&report["events"], &report["trail"]), (&json!(26), &json!(0)));
    assert_eq!(report["answers"].as_array().unwrap().len(), 9);
    let takeovers = answer(&report, "takeover-with-compromised-credentials");
    assert_eq!(
        takeovers["rows"],
        json!([{ "group": { "address": "192.0.2.10" }, "numbers": { "events": 1, "users": 1 } }])
    );
    let countries = answer(&report, "high-risk-by-country");
    let all: u64 = countries["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["numbers"]["events"].as_u64().unwrap())
        .sum();
    assert_eq!((all, countries["matched"].as_u64()), (5, Some(5)));
    let failures = answer(&report, "failures");
    assert_eq!(
        (&failures["answered"], &failures["rows"]),
        (&json!(false), &json!([]))
    );
}

/// Clients are called by the names that a policy has.
#[test]
fn clients_named_as_in_policy() {
    let place = logs();
    let ids = place.run(&["insights", "logs/export-*.jsonl", "-q", "-o", "ids.json"]);
    assert_eq!(ids.code, 0, "{ids:?}");
    let plain: Value = serde_json::from_str(&place.read("ids.json")).unwrap();
    let rows = answer(&plain, "context-by-client")["rows"].as_array().unwrap();
    let mut known = rows.iter().filter_map(|row| row["group"]["client"].as_str());
    let id = known.next().unwrap();
    assert!(plain.get("clients").is_none());
    place.file(
        "shop.yaml",
        format!("version: 1\nname: shop\ntarget: {{ pool: us-west-2_SHOP }}\nclients:\n  web: {{ id: {id}, inherit: true }}\n"),
    );
    let asked = [
        "insights",
        "--question",
        "context-by-client",
        "logs/export-*.jsonl",
        "--policy",
        "shop.yaml",
    ];
    let shown = place.run(&asked);
    assert!(shown.out.contains(&format!("web ({id})")), "{shown:?}");
    let run = place.run(&[&asked[..], &["-f", "json"]].concat());
    let named = report(&run);
    assert_eq!(named["clients"][id], "web");
    assert!(
        answer(&named, "context-by-client")["rows"]
            .to_string()
            .contains(&format!("\"client\":\"{id}\""))
    );
    let wrong = place.run(&[&asked[..4], &["--policy", "none.yaml"]].concat());
    assert_eq!(wrong.code, 2, "{wrong:?}");
}

/// Refusals come from the trail whichever form it has.
#[test]
fn failures_from_cloudtrail_in_any_form() {
    let run = logs().run(&["insights", "--question", "failures", "logs", "-f", "json"]);
    let report = report(&run);
    let failures = answer(&report, "failures");
    let row = |reason: &str| {
        let mut rows = failures["rows"].as_array().unwrap().iter();
        rows.find(|row| row["group"]["reason"] == reason).unwrap()["numbers"].clone()
    };
    assert_eq!(row("block")["events"], 1);
    assert!(row("wrong-password")["events"].as_u64() >= Some(2), "{failures}");
    assert!(
        failures["undecided"].as_u64() >= Some(4),
        "pages say no errors: {failures}"
    );
    assert_eq!(
        report["trail"].as_u64(),
        Some(12),
        "three of 15 are the same in another form: {report}"
    );
    let twice = logs().run(&[
        "insights",
        "--question",
        "failures",
        "logs",
        "logs/cloudtrail-records.json",
        "-f",
        "json",
    ]);
    let twice: Value = serde_json::from_str(&twice.out).unwrap();
    assert_eq!(
        answer(&twice, "failures")["rows"],
        failures["rows"],
        "each record once"
    );
}

/// Tables have bars and ASCII where nothing else is understood.
#[test]
fn bars_fall_back_to_ascii() {
    let place = logs();
    let args = [
        "insights",
        "--question",
        "event-types",
        "--no-time",
        "logs/export-documented.jsonl",
    ];
    let plain = place.run(&args);
    assert!(
        plain.out.contains("####################") && plain.out.is_ascii(),
        "{}",
        plain.out
    );
    let with = |variables: &[(&str, &str)]| {
        let mut command = place.command(&args);
        command.envs(variables.iter().copied());
        finished(&command.output().unwrap()).out
    };
    assert!(with(&[("LANG", "en_US.UTF-8")]).contains("████████████████████"));
    assert_eq!(with(&[("LANG", "en_US.UTF-8"), ("NO_COLOR", "1")]), plain.out);
    assert_eq!(with(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")]), plain.out);
}

#[test]
fn every_format_says_what_could_not_be_read() {
    let line = json!({ "eventSource": "USER_ACTIVITY", "message": { "eventId": "e", "eventType": "SignIn",
        "riskLevel": "High", "userPoolId": "p" } });
    for (broken, wanted) in [
        ("{\"eventSource\": \"USER_ACTI", "FAILED: events"),
        (
            "{\"format\":\"cogward-event\",\"version\":2}",
            "FAILED: events: 1 line of another version",
        ),
    ] {
        let place = Place::new();
        place.file("a.jsonl", format!("{line}\n{broken}"));
        for format in ["human", "markdown", "csv", "html"] {
            let run = place.run(&["insights", "a.jsonl", "-f", format]);
            assert_eq!(run.code, 4, "{format}: {run:?}");
            assert!(
                run.out.replace("&#58;", ":").contains(wanted),
                "{format}: {}",
                run.out
            );
        }
        let report = report(&place.run(&["insights", "a.jsonl", "-f", "json"]));
        assert_eq!(report["not_checked"][0]["failed"], true, "{report}");
        let quiet = place.run(&[
            "insights",
            "--question",
            "event-types",
            "a.jsonl",
            "nofile",
            "-f",
            "json",
        ]);
        assert_eq!(quiet.code, 2, "a file that is not there");
        let said = quiet.out.matches("nofile").count();
        assert_eq!(
            said, 2,
            "in the head, and once that it was not read: {}",
            quiet.out
        );
    }
}

#[test]
fn hostile_texts_are_escaped() {
    let place = Place::new();
    let line = json!({ "eventSource": "USER_ACTIVITY", "message": { "eventId": "e", "eventType": "SignIn",
        "riskLevel": "High", "ipAddress": "\u{1b}[2J::error::x", "country": "unknown", "userPoolId": "p" } });
    place.file("a.jsonl", line.to_string());
    let run = place.run(&["insights", "a.jsonl"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        !run.out.contains('\u{1b}') && run.out.contains("\\u{1b}[2J"),
        "{}",
        run.out
    );
    assert!(run.out.contains("\"unknown\""), "{}", run.out);
    assert!(
        !run.out.lines().any(|line| line.trim_start().starts_with("::")),
        "{}",
        run.out
    );
}

#[test]
fn markdown_has_the_tables_of_the_terminal() {
    let place = logs();
    let run = place.run(&[
        "insights",
        "logs/export-*.jsonl",
        "-f",
        "markdown",
        "-o",
        "answers.md",
    ]);
    assert_eq!((run.code, &place.read("answers.md")), (0, &run.out), "{run:?}");
    assert_eq!(
        run.out.matches("\n### ").count(),
        9 + 1,
        "each question, and the reading"
    );
    let head = "\n| country | events | share | users | addresses |\n|---|---:|---:|---:|---:|\n";
    assert!(run.out.contains(head), "{}", run.out);
    // Hostile texts stay cells.
    let evil = r#"{"eventSource":"USER_ACTIVITY","message":{"eventId":"e","eventType":"SignIn","riskLevel":"High","country":"a | <b> \n# x"}}"#;
    place.file("evil.jsonl", evil);
    let run = place.run(&[
        "insights",
        "evil.jsonl",
        "--question",
        "high-risk-by-country",
        "-f",
        "markdown",
    ]);
    assert!(
        run.code == 0 && !run.out.contains("<b>") && !run.out.contains("\n# x"),
        "{}",
        run.out
    );
    let row = run.out.lines().find(|line| line.contains("100.0 %")).unwrap();
    assert_eq!(row.matches('|').count(), 6, "{row}");
}

/// A page and lines for spreadsheets, with everything that the terminal says; hostile texts are neither markup nor formulas.
#[test]
fn html_and_csv_have_terminal_tables() {
    let place = logs();
    let event = |id: &str, country: &str| {
        json!({ "format": "cogward-event", "version": 1, "form": "export", "id": id, "pool": "p", "type": "SignIn",
            "response": "Pass", "level": "high", "sub": "s", "country": country })
        .to_string()
    };
    place.file(
        "hostile.jsonl",
        event("a", "=cmd|x") + "\n" + &event("b", "<script>x</script>") + "\nno value\n",
    );
    let ask = |format: &str| {
        let run = place.run(&[
            "insights",
            "hostile.jsonl",
            "--question",
            "high-risk-by-country",
            "-f",
            format,
        ]);
        assert_eq!(run.code, 0, "{run:?}");
        run.out
    };
    let csv = ask("csv");
    let lines: Vec<_> = csv.lines().collect();
    assert!(
        lines[0].starts_with("\"question\",\"country\",\"events\",\"share\""),
        "{csv}"
    );
    assert!(
        csv.contains("\"high-risk-by-country\",\"'=cmd|x\",\"1\",\"50.0 %\""),
        "{csv}"
    );
    assert!(
        csv.contains("\"high-risk-by-country\",\"2 of 2 events\"")
            && csv.contains("\"reading\",\"no event: 1 line without a value\""),
        "{csv}"
    );
    let html = ask("html");
    for words in [
        "<h1>What do the records say?",
        "=cmd|x",
        "&lt;script&gt;x",
        "2 of 2 events",
        "no event: 1 line without a value",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("<script>"), "{html}");
    let all = logs().run(&["insights", "logs", "-f", "html"]);
    assert_eq!(
        all.out.matches("<section").count(),
        // How the records were read needs no link.
        all.out.matches("href=\"#part-").count() + 1,
        "{}",
        all.err
    );
}

#[test]
fn questions_of_ones_own() {
    let place = logs();
    place.file(
        "asks/by-device.yaml",
        "id: by-device\ntitle: Devices\nwhy: to see which devices sign in\ngroup: [device]\nmeasure: [users, events]\nchart: none\n",
    );
    let run = place.run(&[
        "insights",
        "--questions",
        "asks",
        "--question",
        "by-device",
        "logs/export-*.jsonl",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.out.contains("Devices [by-device]") && !run.out.contains('#'),
        "{}",
        run.out
    );
    let list = place.run(&["insights", "--questions", "asks", "--list"]);
    assert!(list.code == 0 && list.out.contains("Devices (own)"), "{list:?}");
    assert_eq!(list.out.lines().count(), 10);
    place.file(
        "asks/event-types.yaml",
        "id: event-types\ntitle: Mine\nwhy: to see which types\ngroup: [type]\n",
    );
    place.file(
        "asks/bad.yaml",
        "id: bad\ntitle: Mine\nwhy: to see what is bad\ngroup: [tipe]\n",
    );
    let run = place.run(&[
        "insights",
        "--questions",
        "asks",
        "logs/export-*.jsonl",
        "-f",
        "json",
    ]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("asks/bad.yaml:4:"), "{}", run.err);
    assert!(
        run.err
            .contains("there is a built-in question `event-types` (give yours another id)"),
        "{}",
        run.err
    );
    assert_eq!(
        report(&run)["answers"].as_array().unwrap().len(),
        10,
        "the others are answered"
    );
}

#[test]
fn wrong_usage_and_nothing_to_ask() {
    let place = logs();
    assert_eq!(place.run(&["insights"]).code, 2);
    let run = place.run(&["insights", "--question", "event-type", "logs"]);
    assert!(
        run.code == 2 && run.err.contains("did you mean `event-types`?"),
        "{run:?}"
    );
    let run = place.run(&["insights", "logs", "-f", "sarif"]);
    assert_eq!(run.code, 2);
    place.file("empty/none.txt", "nothing here\n");
    assert_eq!(place.run(&["insights", "empty"]).code, 2);
    place.file(
        "broken/a.jsonl",
        "{\"eventType\":\"SignIn\",\"eventId\":\"e\",\"userPoolId\":\"p\"}\n{\"eventTime",
    );
    let run = place.run(&["insights", "broken", "-q", "-o", "out.json"]);
    assert_eq!((run.code, run.out.as_str()), (4, ""), "{run:?}");
    assert_eq!(
        serde_json::from_str::<Value>(&place.read("out.json")).unwrap()["broken"],
        1
    );
}

#[test]
fn questions_for_other_engines() {
    let place = Place::new();
    let run = place.run(&[
        "insights",
        "--emit",
        "duckdb",
        "high-risk-by-country",
        "--location",
        "it's/*.jsonl",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("read_json('it''s/*.jsonl'"), "{}", run.out);
    assert_eq!(run.out.matches("-- question: ").count(), 1);
    let run = place.run(&[
        "insights",
        "--emit",
        "athena",
        "failures",
        "--database",
        "logs",
        "--trail-location",
        "s3://b/it's",
    ]);
    assert!(
        run.out.contains("EXISTS logs.cognito_cloudtrail (") && run.out.contains("LOCATION 's3://b/it\\'s';"),
        "{}",
        run.out
    );
    // Partitions by hour, as Firehose writes them, with or without a slash at the end of the location.
    for place_name in ["s3://b/export", "s3://b/export/"] {
        let since = [
            "athena",
            "event-types",
            "--location",
            place_name,
            "--partitioned-since",
            "2026-10-05",
        ];
        let run = place.run(&[&["insights", "--emit"], &since[..]].concat());
        assert_eq!(run.code, 0, "{run:?}");
        for part in [
            "PARTITIONED BY (datehour string)\nROW FORMAT SERDE",
            "  'projection.datehour.range' = '2026/10/05/00,NOW',\n",
            "  'storage.location.template' = 's3://b/export/${datehour}/');\n",
        ] {
            assert!(run.out.contains(part), "{part}: {}", run.out);
        }
    }
    for (args, words) in [
        (
            &["duckdb", "--partitioned-since", "2026-10-05"][..],
            "--partitioned-since: only Athena",
        ),
        (
            &["athena", "--partitioned-since", "2026/10"],
            "--partitioned-since",
        ),
        (
            &["athena", "--table", "a; DROP TABLE b"][..],
            "--table a; DROP TABLE b: a name has",
        ),
        (&["athena", "--database", "1a"], "begins with no digit"),
        (&["spark", "--database", "a"], "only Athena"),
        (&["logs-insights", "--table", "a"], "log groups"),
        (&["spark", "--location", "a\nb"], "control characters"),
        (&["spark", "no-such"], "there is no question `no-such`"),
    ] {
        let run = place.run(&[&["insights", "--emit"], args].concat());
        assert!(run.code == 2 && run.err.contains(words), "{run:?}");
    }
    assert_eq!(
        place.run(&["insights", "logs", "--table", "a"]).code,
        2,
        "only with --emit"
    );
}

/// A question is a file of somebody's: nothing in it leaves its comment or its literal.
#[test]
fn emitted_sql_escapes_hostile_questions() {
    let place = Place::new();
    place.file(
        "asks/bad.yaml",
        "id: bad\ntitle: \"one\\nDROP TABLE a;\\u2028x\"\nwhy: because one asks it\ngroup: [address]\n\
         filter: [{ member: country, is: [\"a' OR 1=1 --\", 'b\\', 'c\"'] }]\n",
    );
    for engine in ["athena", "spark", "duckdb"] {
        let run = place.run(&["insights", "--emit", engine, "bad", "--questions", "asks"]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.out.contains("\n-- one DROP TABLE a; x\n"), "{}", run.out);
        let list = "country IN (concat('', 'a', chr(39), ' OR 1=1 --'), concat('', 'b', chr(92)), 'c\"')";
        assert!(run.out.contains(list), "{}", run.out);
    }
    let run = place.run(&[
        "insights",
        "--emit",
        "logs-insights",
        "bad",
        "--questions",
        "asks",
    ]);
    assert!(
        run.out
            .contains("message.country = \"b\\\\\" or message.country = \"c\\\"\""),
        "{}",
        run.out
    );
    place.file(
        "asks/bad.yaml",
        "id: bad\ntitle: some title\nwhy: because one asks it\ngroup: [address]\nfilter: [{ member: country, is: [\"a\\nb\"] }]\n",
    );
    let run = place.run(&["insights", "--emit", "spark", "bad", "--questions", "asks"]);
    assert!(run.code == 2 && run.err.contains("control characters"), "{run:?}");
}

/// A name may be an email address: it is shown only when it is asked for. Events of nobody are nobody's that climbs.
#[test]
fn user_names_hidden_by_default() {
    let event = |id: u8, name: &str, level: &str| {
        json!({ "eventTimestamp": (1_791_200_220_000_i64 + i64::from(id)).to_string(), "message": { "eventId": id.to_string(),
            "eventType": "SignIn", "userName": name, "riskLevel": level, "riskDecision": "AccountTakeover" } })
    };
    let lines = [
        event(1, "joe@example.com", "Low"),
        event(2, "joe@example.com", "High"),
        event(3, "", "Low"),
        event(4, "", "High"),
    ];
    let place = Place::new();
    place.file(
        "a.jsonl",
        lines.map(|line| line.to_string()).join("\n").as_bytes(),
    );
    for (flags, shown) in [
        (&[][..], cogward::ident::pseudonym("joe@example.com")),
        (&["--names"], "joe@example.com".to_owned()),
    ] {
        let args = [
            "insights",
            "a.jsonl",
            "--question",
            "risk-climbs",
            "--format",
            "json",
        ];
        let run = place.run(&[&args, flags].concat());
        let report = report(&run);
        let rows = answer(&report, "risk-climbs")["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "{run:?}");
        assert!(rows[0].to_string().contains(&shown), "{run:?}");
        assert_eq!(run.out.contains("joe@"), !flags.is_empty(), "{run:?}");
    }
}
