//! `cogward init`: policies of what is there, which then hold.

use crate::cli::support::Place;
use cogward::simulator::{Options, Server, demo};

/// The demo's AWS, and a command that is led to it.
fn run(place: &Place, server: &Server, args: &[&str]) -> (i32, String, String) {
    let mut command = place.command(args);
    command
        .env("AWS_ENDPOINT_URL", server.endpoint())
        .env("AWS_REGION", demo::REGION)
        .env("AWS_ACCESS_KEY_ID", "demo")
        .env("AWS_SECRET_ACCESS_KEY", "demo")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", place.path("none"))
        .env("AWS_SHARED_CREDENTIALS_FILE", place.path("none"));
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// What init writes lints and differs in nothing.
#[test]
fn generated_policies_lint_and_match_live() {
    let server = Server::start(demo::world().unwrap(), Options::default()).unwrap();
    let place = Place::new();
    let (code, out, err) = run(&place, &server, &["init"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out.lines().next().unwrap(),
        "wrote policies/customers.yaml from pool customers (us-west-2_Customer2); 3 findings waived for at least 90 days, to be reviewed"
    );
    assert_eq!(
        place.names("policies"),
        ["customers.yaml", "members.yaml", "partners.yaml", "webshop.yaml"]
    );
    assert_eq!(run(&place, &server, &["lint"]).0, 0);
    let (code, out, _) = run(&place, &server, &["diff"]);
    assert_eq!(code, 0, "{out}");
    // A snapshot gives the same files.
    assert_eq!(run(&place, &server, &["snapshot", "-o", "pools.json"]).0, 0);
    assert_eq!(
        run(&place, &server, &["init", "again", "--from", "pools.json"]).0,
        0
    );
    for name in place.names("policies") {
        assert_eq!(
            place.read(&format!("policies/{name}")),
            place.read(&format!("again/{name}"))
        );
    }
}

#[test]
fn nothing_that_is_there_is_replaced() {
    let server = Server::start(demo::world().unwrap(), Options::default()).unwrap();
    let place = Place::new();
    place.file("policies/members.yaml", "mine");
    let (code, out, err) = run(&place, &server, &["init"]);
    assert_eq!((code, out.lines().count()), (2, 3));
    assert!(err.contains("`policies/members.yaml` exists already"), "{err}");
    assert_eq!(place.read("policies/members.yaml"), "mine");
}

/// One pool can be asked for and a missing one is told.
#[test]
fn single_pool_and_missing_pool() {
    let server = Server::start(demo::world().unwrap(), Options::default()).unwrap();
    let place = Place::new();
    let args = [
        "init",
        "--pool",
        "us-west-2_Webshop01",
        "--pool",
        "us-west-2_Nobody",
    ];
    let (code, out, err) = run(&place, &server, &args);
    assert_eq!((code, out.lines().count()), (2, 1));
    let gone =
        "error: pool `us-west-2_Nobody` was not found in us-west-2 of account 123456789012; check the id";
    assert!(err.starts_with(gone), "{err}");
    assert_eq!(place.names("policies"), ["webshop.yaml"]);
}

/// A snapshot of the demo with more pools that are equal to one of its own.
fn fleet(place: &Place, server: &Server, copies: usize) {
    assert_eq!(run(place, server, &["snapshot", "-o", "pools.json"]).0, 0);
    let mut snapshot: serde_json::Value = serde_json::from_str(&place.read("pools.json")).unwrap();
    let pools = snapshot["pools"].as_array_mut().unwrap();
    let template = pools.iter().find(|pool| pool.to_string().contains("Webshop01"));
    let template = template.unwrap().to_string();
    for index in 0..copies {
        let copy = template
            .replace("us-west-2_Webshop01", &format!("us-west-2_Tenant{index:03}"))
            .replace("\"webshop", &format!("\"tenant-{index:03}"));
        pools.push(serde_json::from_str(&copy).unwrap());
    }
    place.file("fleet.json", snapshot.to_string());
}

/// Equal pools share files that lint and differ in nothing.
#[test]
fn grouped_policies_lint_and_match_live() {
    let server = Server::start(demo::world().unwrap(), Options::default()).unwrap();
    let place = Place::new();
    fleet(&place, &server, 40);
    let args = ["init", "--group", "--from", "fleet.json"];
    let (code, out, err) = run(&place, &server, &args);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let files = place.names("policies");
    assert!(files.len() < 8, "{files:?}");
    assert_eq!(run(&place, &server, &["lint", "--deny", "warning"]).0, 0);
    let diff = [
        "diff",
        "--from",
        "fleet.json",
        "--require-coverage",
        "--fail-on",
        "any",
    ];
    let (code, out, _) = run(&place, &server, &diff);
    assert_eq!(code, 0, "{out}");
    // A file that is there already may be a layer of other policies: nothing is written beside it.
    let (code, out, err) = run(&place, &server, &args);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("exists already: nothing was written"), "{err}");
    let (code, _, err) = run(
        &place,
        &server,
        &["init", "--group", "--pool", "us-west-2_Webshop01"],
    );
    assert_eq!(code, 2);
    assert!(err.contains("cannot be used with"), "{err}");
}

/// A policy to begin with needs no AWS and replaces nothing.
#[test]
fn example_needs_no_aws_and_keeps_files() {
    let place = Place::new();
    let done = place.run(&["init", "--example", "first"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert_eq!(
        done.out,
        "wrote policies/first.yaml: Two weeks in AUDIT, in which nobody is blocked or challenged\n\
         next:\n  \
         edit policies/first.yaml: `target` names the pool; change names, addresses and dates\n  \
         cogward lint policies/first.yaml\n  \
         cogward diff policies/first.yaml\n"
    );
    assert!(!place.read("policies/first.yaml").contains("../.."));
    let linted = place.lint(&["--deny", "note"]);
    assert_eq!(linted.code, 0, "{}", linted.out);
    place.file("policies/first.yaml", "mine");
    let again = place.run(&["init", "--example", "first"]);
    assert_eq!((again.code, again.out.as_str()), (2, ""));
    assert_eq!(
        again.err,
        "error: `policies/first.yaml` exists already and was not changed; `cogward init --update` brings policies up to date\n"
    );
    assert_eq!(place.read("policies/first.yaml"), "mine");
    let names = ["aws-guide", "customers-prod", "field-setup", "first"];
    for wrong in [vec!["init", "--example"], vec!["init", "--example", "frist"]] {
        let known_names = place.run(&wrong);
        assert_eq!(known_names.code, 2);
        assert!(
            names.iter().all(|name| known_names.err.contains(name)),
            "{}",
            known_names.err
        );
    }
    for name in &names[..3] {
        assert_eq!(place.run(&["init", "more", "--example", name]).code, 0);
    }
    assert_eq!(
        place
            .run(&["init", "--example", "first", "--from", "x.json"])
            .code,
        2
    );
}
