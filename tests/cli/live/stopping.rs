//! Runs that are ended from outside, and runs with much to do.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cogward::simulator::{FaultKind, InjectedFault};

use crate::cli::live::support::{ACCOUNT, Aws, POOL, REGION, pool};
use crate::cli::support::{Run, finished};

/// Starts the program and waits until the server was asked for an operation.
fn started(aws: &Aws, args: &[&str], operation: &str) -> Child {
    let mut command = aws.command(args);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_mins(1);
    while !aws.server.log().iter().any(|call| call.operation == operation) {
        assert!(Instant::now() < until, "`{operation}` was never asked for");
        std::thread::yield_now();
    }
    child
}

fn signal(child: &Child, name: &str) {
    let mut kill = Command::new("kill");
    let sent = kill.args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn ended(child: Child) -> Run {
    finished(&child.wait_with_output().unwrap())
}

/// Two pools, one of which answers after the test is over.
fn slow() -> Aws {
    let aws = Aws::one();
    aws.server.change(|world| {
        let pools = &mut world.region_mut(ACCOUNT, REGION).pools;
        pools.insert("us-west-2_Slow".into(), pool("slow"));
    });
    aws.faults(vec![
        InjectedFault::new(FaultKind::Slow(600_000))
            .at("GetUserPoolMfaConfig")
            .on("us-west-2_Slow"),
    ])
}

#[test]
fn ctrl_c_ends_with_what_is_known() {
    let aws = slow();
    let child = started(&aws, &["scan", "--format", "json"], "GetUserPoolMfaConfig");
    signal(&child, "-INT");
    let run = ended(child);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(run.err.contains("stopping"), "{}", run.err);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let said = report["summary"]["not_checked"].to_string();
    assert!(said.contains("stopped before it was read"), "{said}");
}

#[test]
fn a_killed_run_leaves_no_half_of_a_file() {
    let aws = slow();
    aws.place.file("live.json", "from before");
    let child = started(
        &aws,
        &["snapshot", "--output", "live.json"],
        "GetUserPoolMfaConfig",
    );
    signal(&child, "-KILL");
    child.wait_with_output().unwrap();
    assert_eq!(aws.place.read("live.json"), "from before");
    assert_eq!(aws.place.names("."), ["live.json", "policies"]);
}

#[test]
fn ten_thousand_clients_are_no_trouble() {
    let aws = Aws::one();
    let taken = aws.run(&["snapshot"]).out;
    let mut snapshot = cogward::observe::snapshot::read(&taken).unwrap();
    let clients = &mut snapshot.estate.pools[0].posture.clients;
    let one = clients[0].clone();
    clients.extend((0..9_999).map(|at| {
        let mut client = one.clone();
        client.key = format!("client-{at}");
        client.id = Some(format!("id{at}"));
        client
    }));
    aws.place
        .file("live.json", cogward::observe::snapshot::write(&snapshot));
    let policy = super::support::POLICY.replace("clients:", "clients:\n  \"*\": inherit");
    aws.place.file("policies/a.yaml", policy);
    // A debug build that shares the machine: what is quadratic takes minutes.
    let begun = Instant::now();
    assert_eq!(aws.run(&["diff", "--from", "live.json"]).code, 0);
    assert_eq!(
        aws.run(&["scan", "--from", "live.json", "--deny", "never"]).code,
        0
    );
    assert_eq!(
        aws.run(&[
            "explain",
            "--pool",
            POOL,
            "--from",
            "live.json",
            "--format",
            "html"
        ])
        .code,
        0
    );
    let took = begun.elapsed();
    assert!(took < Duration::from_mins(1), "{took:?}");
}
