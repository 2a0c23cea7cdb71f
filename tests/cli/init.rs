//! `cogward init`: policies of what is there, which then hold.

use crate::support::Place;
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

#[test]
fn what_init_writes_lints_and_differs_in_nothing() {
    let server = Server::start(demo::world().unwrap(), Options::default()).unwrap();
    let place = Place::new();
    let (code, out, err) = run(&place, &server, &["init"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out.lines().next().unwrap(),
        "wrote policies/customers.yaml from pool customers (us-west-2_Customer2); 3 findings waived for 90 days, to be reviewed"
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

#[test]
fn one_pool_can_be_asked_for_and_a_missing_one_is_told() {
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
    assert_eq!(err, "error: there is no pool `us-west-2_Nobody`\n");
    assert_eq!(place.names("policies"), ["webshop.yaml"]);
}
