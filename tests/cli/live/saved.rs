//! A snapshot says exactly what the live run says, but for who read it.

use crate::cli::live::support::demo;
use crate::cli::support::FORMATS;

/// From a snapshot is byte for byte the live result.
#[test]
fn snapshot_results_equal_live_results() {
    let aws = demo();
    assert_eq!(aws.run(&["snapshot", "--output", "live.json"]).code, 0);
    aws.place.file(
        "policies/all.yaml",
        "version: 1\nname: all\ntarget: { tags: { env: demo } }\nmode: { standard: AUDIT }\n",
    );
    let verbs: [&[&str]; 4] = [
        &["scan"],
        &["diff"],
        &["diff", "policies/webshop.yaml", "--require-coverage"],
        &["explain", "--pool", "us-west-2_Customer2"],
    ];
    for verb in verbs {
        let live = aws.run(&[verb, &["--format", "json"]].concat()).unfiled();
        let saved = aws
            .run(&[verb, &["--from", "live.json", "--format", "json"]].concat())
            .unfiled();
        assert_eq!(live, saved, "{verb:?}");
        let asked = aws.server.log().len();
        for format in FORMATS {
            if verb[0] == "explain" && !["human", "json", "markdown", "html"].contains(&format) {
                continue;
            }
            // The renderers get the same report: one format of each kind is compared above and here.
            let saved = aws.run(&[verb, &["--from", "live.json", "--format", format]].concat());
            assert_eq!(saved.code, live.code, "{verb:?} {format}");
            assert!(!saved.out.is_empty() && saved.err.is_empty(), "{verb:?} {format}");
        }
        assert_eq!(aws.server.log().len(), asked, "a snapshot does not contact AWS");
    }
    let human = aws.run(&["diff"]);
    assert_eq!(human, aws.run(&["diff", "--from", "live.json"]));
}

/// The same pools give the same bytes and no secret.
#[test]
fn snapshot_is_stable_and_has_no_secrets() {
    let aws = super::support::Aws::one().change(|pool| {
        let client = pool.clients.get_mut("web1").unwrap();
        client.insert("ClientSecret".into(), "s3cr3ts3cr3t".into());
    });
    let one = aws.run(&["snapshot"]);
    assert_eq!(one, aws.run(&["snapshot"]));
    assert!(one.out.contains("\"web1\"") && !one.out.contains("s3cr3t"));
    let redacted = aws.run(&["snapshot", "--redact"]);
    assert!(!redacted.out.contains("web1") && redacted.out.contains("redacted"));
    aws.place.file("redacted.json", &redacted.out);
    assert_eq!(aws.run(&["scan", "--from", "redacted.json"]).code, 1);
}

#[test]
fn a_snapshot_of_one_pool_holds_one() {
    let aws = demo();
    let run = aws.run(&["snapshot", "--pool", "us-west-2_Webshop01"]);
    let taken: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(taken["pools"].as_array().unwrap().len(), 1);
    let run = aws.run(&[
        "snapshot",
        "--pool",
        "us-west-2_Webshop01",
        "--pool",
        "us-west-2_No",
        "-o",
        "x.json",
    ]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("pool `us-west-2_No` was not found in us-west-2 of account"),
        "{}",
        run.err
    );
    let human = aws.run(&["explain", "--pool", "us-west-2_No", "--from", "x.json"]);
    assert_eq!(human.code, 2);
}
