//! No line for people is wider than the terminal, whatever pools and clients are called.

use serde_json::json;
use unicode_width::UnicodeWidthStr;

use crate::cli::live::support::{ACCOUNT, Aws, REGION, applied_demo};
use crate::cli::support::finished;

/// Names that a pool or client may have: long, without a place to break a line at, and of double width.
const NAMES: [&str; 4] = [
    "a-name-of-sixty-three-characters-as-some-teams-like-to-have-them",
    "anamewithoutanyplacewherealinecouldbebrokenofonehundredandtwentyeightcharactersanamewithoutanyplacewherealinecouldbebrokenofone1",
    "日本語の会員プール日本語の会員プール日本語の会員プール日本語の会員プール",
    "👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍",
];

const VERBS: &[&[&str]] = &[
    &["lint"],
    &["lint", "--format", "table"],
    &["scan"],
    &["scan", "--format", "table"],
    &["scan", "--format", "summary"],
    &["diff"],
    &["diff", "--format", "table"],
    &["gate", "policies"],
    &["apply", "policies", "--dry-run", "--max-pools", "9"],
    &["rollback", "journal.jsonl", "--dry-run"],
    &[
        "audit",
        "--pool",
        "us-west-2_Webshop01",
        "--reason",
        "INC-1",
        "--dry-run",
    ],
    &["explain", "--pool", "us-west-2_Customer2"],
    &["explain", "--pool", "us-west-2_Members004"],
    &["evidence", "policies"],
    &["history", "journal.jsonl"],
    &["impact", "policies", "--events", "events.jsonl"],
    &["insights", "events.jsonl"],
    &[
        "investigate",
        "--pool",
        "us-west-2_Members004",
        "--alarm",
        "members-takeover",
        "--names",
    ],
    &[
        "investigate",
        "--pool",
        "us-west-2_Members004",
        "--events",
        "events.jsonl",
        "--names",
    ],
];

/// The demo's pools and clients, called otherwise.
fn renamed() -> Aws {
    let aws = applied_demo();
    aws.server.change(|world| {
        let pools = &mut world.region_mut(ACCOUNT, REGION).pools;
        for (pool, name) in pools.values_mut().zip(NAMES) {
            pool.user_pool.insert("Name".to_owned(), json!(name));
            for client in pool.clients.values_mut() {
                client.insert("ClientName".to_owned(), json!(name));
            }
        }
    });
    let event = |(number, name): (usize, &&str)| {
        let message = json!({
            "eventId": format!("e-{number}"), "eventType": "SignIn", "userSub": "s-1", "userName": name,
            "userPoolId": "us-west-2_Members004", "clientId": "c", "eventResponse": "Pass", "riskLevel": "High",
            "riskDecision": "AccountTakeover", "ipAddress": "192.0.2.1", "country": name, "city": name, "deviceName": name,
        });
        let line =
            json!({ "eventTimestamp": "1790000000000", "eventSource": "USER_ACTIVITY", "message": message });
        format!("{line}\n")
    };
    aws.place.file(
        "events.jsonl",
        NAMES.iter().enumerate().map(event).collect::<String>(),
    );
    aws
}

/// Whether a line is wide because of what is to be copied and stays whole: a command, a digest, a path, an address or an ARN.
fn is_copied(line: &str, width: usize) -> bool {
    let is_whole = |word: &str| word.contains('/') || word.starts_with("arn:") || word.len() == 64;
    let whole = line.split(' ').filter(|word| is_whole(word));
    let longest = whole.map(UnicodeWidthStr::width).max().unwrap_or_default();
    line.contains(": cogward ") || line.starts_with("plan ") || longest > 0 && line.width() - longest < width
}

/// No line for people is wider than the terminal.
#[test]
fn human_lines_fit_the_terminal() {
    let aws = renamed();
    let mut wide = Vec::new();
    for verb in VERBS {
        for width in [60, 80, 120] {
            let mut command = aws.command(verb);
            let run = finished(&command.env("COLUMNS", width.to_string()).output().unwrap());
            assert!(!run.out.trim().is_empty(), "{verb:?}: {run:?}");
            let lines = run
                .out
                .lines()
                .filter(|line| line.width() > width && !is_copied(line, width));
            wide.extend(lines.map(|line| format!("{} {width}: {line}", verb.join(" "))));
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}
