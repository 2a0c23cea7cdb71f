//! `cogward demo`: what a newcomer sees in the first minute, whole.

use crate::cli::support::Place;

/// The tour shows every step with its exit code.
#[test]
fn tour_steps_with_exit_codes() {
    let place = Place::new();
    let run = place.run(&["demo"]);
    assert_eq!(run.code, 0);
    assert!(
        run.err.lines().all(|line| ["reading ", "read ", "wrote "]
            .iter()
            .any(|start| line.starts_with(start))),
        "{}",
        run.err
    );
    // The simulated AWS takes a free port.
    let port = regex::Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    let out = port.replace_all(&run.out, "127.0.0.1:45660").into_owned();
    // Its events are so long ago, counted from the start.
    let times = regex::Regex::new(r"20\d\d-\d\d-\d\d(T[0-9:]+Z)?|\b\d\d:\d\d:\d\d\b").unwrap();
    let (before, story) = out.split_once("The policy of members").unwrap();
    // How many days they are on depends on the hour.
    let days = regex::Regex::new(r"\d+ days? with events|(?m)^    \[time\] +\d+ \(\d+\) .*\n").unwrap();
    let story = times.replace_all(story, "[time]");
    let story = days.replace_all(&story, "");
    insta::assert_snapshot!("demo", format!("{before}The policy of members{story}"));
    // The folder is as it was: the demo's own is gone.
    assert_eq!(place.names("."), Vec::<String>::new());
}

/// A port that is taken is named with a way out.
#[test]
fn taken_port_named_with_advice() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let run = Place::new().run(&["demo", "--serve", "--port", &port.to_string()]);
    assert_eq!(run.code, 2);
    let start = format!("error: the simulated AWS cannot be started at port {port}: ");
    assert!(
        run.err.starts_with(&start) && run.err.contains("; leave --port out, and a free one is taken"),
        "{}",
        run.err
    );
}
