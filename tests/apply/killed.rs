//! The program is killed for real, at every call of an apply: the journal reads, what it says is so, and another run
//! converges.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cogward::journal::{self, Outcome};
use cogward::simulator::{AwsState, Options};
use serde_json::Value;

use crate::apply::scene::{policy, pool};
use crate::apply::support::{Bench, KEY, REGION, cases, figure, writes};
use crate::apply::unmanaged::unmanaged;

/// The program in the bench's folder.
fn program(bench: &Bench, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cogward"));
    let nowhere = bench.folder.path().join("nowhere");
    command
        .env_clear()
        .env("AWS_ENDPOINT_URL", bench.server.endpoint())
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", &nowhere)
        .env("AWS_SHARED_CREDENTIALS_FILE", &nowhere)
        .current_dir(bench.folder.path())
        .args([
            "apply",
            "policy.yaml",
            "--yes",
            "--override-gate",
            "a test",
            "--allow-finding",
            "enforced-without-responses=a test",
            "--allow-weaken",
            "/clients",
            "--allow-block",
            "/mfa",
            "--allow-block",
            "/clients",
            "--allow-block",
            "/account_takeover",
            "--quiet",
        ])
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Where calls take their time, the program is killed before they are carried out; where they take none, perhaps after.
fn bench(latency: Duration) -> Bench {
    let options = Options {
        latency,
        ..Options::default()
    };
    let bench = Bench::new(pool(), options);
    std::fs::write(bench.folder.path().join("policy.yaml"), policy().to_string()).unwrap();
    bench
}

fn start(bench: &Bench, journal: &str) -> Child {
    program(bench, &["--journal", journal]).spawn().unwrap()
}

/// Calls of a whole run, and those before the first write's own reading.
fn calls_of_a_run() -> (usize, usize) {
    let bench = bench(Duration::ZERO);
    let code = start(&bench, "a.jsonl").wait().unwrap().code();
    assert_eq!(code, Some(0));
    let log = bench.server.log();
    let first = log
        .iter()
        .position(|call| call.operation == "SetLogDeliveryConfiguration")
        .unwrap();
    (log.len(), first)
}

/// Every call that the journal confirms was carried out.
fn confirmed_is_done(bench: &Bench, journal: &str) -> usize {
    let text = std::fs::read(bench.folder.path().join(journal)).unwrap_or_default();
    let Ok(record) = journal::read(&text) else {
        assert_eq!(
            writes(&bench.server),
            Vec::<String>::new(),
            "no write without a journal"
        );
        return 0;
    };
    let done = record.made.iter().filter(|made| {
        let end = made.end.as_ref();
        end.is_some_and(|end| end.outcome == Outcome::Done)
    });
    let done = done.count();
    let made = writes(&bench.server).len();
    assert!(
        done <= made && made <= record.made.len(),
        "{done} {made} {record:#?}"
    );
    assert!(record.open().count() <= 1);
    done
}

fn settings(world: &AwsState) -> Value {
    let mut whole = serde_json::to_value(world).unwrap();
    without_dates(&mut whole);
    whole
}

fn without_dates(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !name.ends_with("Date") && !name.ends_with("Timestamp"));
            members.values_mut().for_each(without_dates);
        }
        Value::Array(items) => items.iter_mut().for_each(without_dates),
        _ => {}
    }
}

fn killed_at(point: usize, latency: Duration, wanted: &Value) {
    let bench = bench(latency);
    let first = bench.server.world();
    let before = unmanaged(&first, &first, &policy());
    let mut child = start(&bench, "a.jsonl");
    let until = Instant::now() + Duration::from_mins(1);
    while bench.server.log().len() < point && child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "call {point} never came");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    confirmed_is_done(&bench, "a.jsonl");
    assert_eq!(
        before,
        unmanaged(&bench.server.world(), &first, &policy()),
        "killed at call {point}"
    );
    let code = program(&bench, &["--journal", "b.jsonl"])
        .status()
        .unwrap()
        .code();
    assert_eq!(code, Some(0), "killed at call {point}");
    assert_eq!(&settings(&bench.server.world()), wanted, "killed at call {point}");
    assert_eq!(
        before,
        unmanaged(&bench.server.world(), &first, &policy()),
        "killed at call {point}"
    );
}

/// A run that is killed at any call converges when it is run again.
#[test]
fn killed_at_any_call_then_converges() {
    let (all, first) = calls_of_a_run();
    let whole = bench(Duration::ZERO);
    assert_eq!(start(&whole, "a.jsonl").wait().unwrap().code(), Some(0));
    let wanted = settings(&whole.server.world());
    // Before the journal begins there is nothing to lose; one point of that is enough.
    let points: Vec<_> = (first.saturating_sub(1)..=all).collect();
    let step = if cases(1) > 1 { 1 } else { 9 };
    let points: Vec<_> = points.into_iter().step_by(step).collect();
    let latencies = [Duration::from_millis(25), Duration::ZERO];
    for point in &points {
        for latency in latencies {
            killed_at(*point, latency, &wanted);
        }
    }
    figure("kills survived", points.len() * latencies.len());
}
