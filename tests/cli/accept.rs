//! `cogward diff --accept` and `cogward init --update`: live values into policies.

use crate::cli::support::{Place, Run, demo_snapshot};

/// A folder with policies of the demo's pools, and a snapshot of them, in which two pools changed since.
pub fn place() -> Place {
    let place = demo_snapshot(&[]);
    let done = place.run(&["init", "--from", "pools.json"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let mut snapshot: serde_json::Value = serde_json::from_str(&place.read("pools.json")).unwrap();
    for pool in snapshot["pools"].as_array_mut().unwrap() {
        pool["mfa"] = serde_json::json!({ "configuration": "ON", "factors": ["SOFTWARE_TOKEN"] });
    }
    place.file("now.json", snapshot.to_string());
    place
}

pub fn diff(place: &Place, more: &[&str]) -> Run {
    place.run(&[&["diff", "policies/webshop.yaml", "--from", "now.json"], more].concat())
}

/// A live value is taken over and nothing else.
#[test]
fn only_the_live_value_is_taken_over() {
    let place = place();
    let before = place.read("policies/webshop.yaml");
    let file = "policies/webshop.yaml";
    place.file(
        file,
        before.replace(
            "  configuration: OPTIONAL\n",
            "  configuration: OPTIONAL # agreed\n",
        ),
    );
    let before = place.read(file);
    assert_eq!(diff(&place, &[]).code, 3);
    let shown = diff(&place, &["--accept", "/mfa", "--dry-run"]);
    assert_eq!((shown.code, shown.err.as_str()), (0, ""));
    assert!(
        shown
            .out
            .contains("-  configuration: OPTIONAL # agreed\n+  configuration: ON # agreed\n"),
        "{}",
        shown.out
    );
    assert_eq!(place.read(file), before);
    let done = diff(&place, &["--accept", "/mfa"]);
    assert_eq!((done.code, done.out.as_str()), (0, ""));
    assert_eq!(
        done.err,
        "policies/webshop.yaml: 1 live value accepted: /mfa/configuration\n"
    );
    assert_eq!(
        place.read(file),
        before.replace("OPTIONAL # agreed", "ON # agreed")
    );
    assert_eq!(diff(&place, &[]).code, 0);
    let again = diff(&place, &["--accept", "/"]);
    assert_eq!(
        (again.code, again.err.contains("nothing to accept")),
        (0, true),
        "{}",
        again.err
    );
}

/// What a layer says is refused and what is typed wrongly is named.
#[test]
fn layer_value_refused_and_typo_named() {
    let place = place();
    place.file(
        "policies/layer.yaml",
        "version: 1\nmfa: { configuration: OPTIONAL }\n",
    );
    place.file(
        "p.yaml",
        "version: 1\nextends: policies/layer.yaml\ntarget: { pool: us-west-2_Webshop01 }\n",
    );
    let done = place.run(&["diff", "p.yaml", "--from", "now.json", "--accept", "/"]);
    assert_eq!(done.code, 3);
    assert_eq!(
        done.err,
        "p.yaml:1: /mfa/configuration: not accepted, it is set in a layer: change it at policies/layer.yaml:2, or write it in this \
         policy\n"
    );
    let wrong = diff(&place, &["--accept", "mfa"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("a pointer begins with `/`"), "{}", wrong.err);
    let empty = diff(&place, &["--accept", ""]);
    assert_eq!(
        (empty.code, empty.err.contains("`/` is the whole policy")),
        (2, true)
    );
    assert_eq!(diff(&place, &["--dry-run"]).code, 2);
}

/// Policies are brought up to date and pools without one get one.
#[test]
fn init_update_changes_and_adds_policies() {
    let place = place();
    std::fs::remove_file(place.path("policies/members.yaml")).unwrap();
    let before = place.read("policies/partners.yaml");
    let shown = place.run(&["init", "--update", "--dry-run", "--from", "now.json"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(shown.out.contains("+  configuration: ON"), "{}", shown.out);
    assert_eq!(place.read("policies/partners.yaml"), before);
    let done = place.run(&["init", "--update", "--from", "now.json"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        done.out
            .starts_with("wrote policies/members.yaml from pool members"),
        "{}",
        done.out
    );
    assert_eq!(
        place
            .run(&["diff", "--from", "now.json", "--require-coverage"])
            .code,
        0
    );
    let again = place.run(&["init", "--update", "--from", "now.json"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
    place.file("policies/bad.yaml", "version: 1\nmodes: {}\n");
    let refused = place.run(&["init", "--update", "--from", "now.json"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("nothing was changed"), "{}", refused.err);
}

/// Two pools that share one policy by their tags, and differ since; a third pool has no policy.
pub fn shared() -> Place {
    let place = place();
    std::fs::remove_dir_all(place.path("policies")).unwrap();
    let mut snapshot: serde_json::Value = serde_json::from_str(&place.read("pools.json")).unwrap();
    for pool in snapshot["pools"].as_array_mut().unwrap() {
        let factors = serde_json::json!(["SOFTWARE_TOKEN"]);
        let configuration = match pool["name"].as_str() {
            Some("webshop") => "ON",
            Some("members") => "OPTIONAL",
            _ => continue,
        };
        pool["tags"] = serde_json::json!({ "team": "shop" });
        pool["mfa"] = serde_json::json!({ "configuration": configuration, "factors": factors });
    }
    place.file("now.json", snapshot.to_string());
    place.file(
        "policies/shared.yaml",
        "version: 1\ntarget: { region: us-west-2, tags: { team: shop } }\nmfa: { configuration: OPTIONAL }\n",
    );
    place
}

/// A policy is judged by all its pools whichever pool is named.
#[test]
fn shared_policy_judged_by_all_pools() {
    let place = shared();
    let before = place.read("policies/shared.yaml");
    let accepted = place.run(&["diff", "--from", "now.json", "--accept", "/"]);
    assert_eq!(accepted.code, 3, "{}", accepted.err);
    let why = "/mfa/configuration: not accepted, the 2 pools of the policy are not equal in it";
    assert!(accepted.err.contains(why), "{}", accepted.err);
    let update = ["init", "--update", "--from", "now.json"];
    for more in [
        &["--pool", "us-west-2_Webshop01"][..],
        &["--pool", "us-west-2_Members004"],
        &["--pool", "us-west-2_Webshop01", "--dry-run"],
    ] {
        let done = place.run(&[&update[..], more].concat());
        assert_eq!((done.code, done.out.as_str()), (3, ""), "{more:?}: {}", done.err);
        assert_eq!(done.err, accepted.err, "{more:?}");
        assert_eq!(place.names("policies"), ["shared.yaml"], "{more:?}");
        assert_eq!(place.read("policies/shared.yaml"), before, "{more:?}");
    }
    // --pool chooses which pools get a new policy.
    let named = place.run(&[&update[..], &["--pool", "us-west-2_Customer2"]].concat());
    assert_eq!(named.code, 3, "{}", named.err);
    assert_eq!(place.names("policies"), ["customers.yaml", "shared.yaml"]);
    assert_eq!(place.read("policies/shared.yaml"), before);
}

/// An update that is typed wrongly or refused says so in its code.
#[test]
fn init_update_exit_codes() {
    let place = shared();
    let both = "version: 1\ntarget: { pool: us-west-2_Webshop01 }\nmfa: { configuration: OPTIONAL }\n";
    place.file("policies/shared.yaml", both);
    let update = ["init", "--update", "--from", "now.json"];
    let late = place.run(&[&update[..], &["--waive-until", "2020-01-01"]].concat());
    assert_eq!(late.code, 2);
    assert!(late.err.contains("name a day that is not over"), "{}", late.err);
    assert_eq!(place.read("policies/shared.yaml"), both, "nothing was written");
    for more in [&["--dry-run"][..], &[]] {
        let args = [&update[..], &["--pool", "us-west-2_Nobody"], more].concat();
        let nobody = place.run(&args);
        assert_eq!(nobody.code, 2, "{more:?}");
        let why = "error: pool `us-west-2_Nobody` was not found in ";
        assert!(nobody.err.contains(why), "{more:?}: {}", nobody.err);
    }
    let layer = "version: 1\nmfa: { configuration: OPTIONAL }\n";
    place.file("policies/layer.yaml", layer);
    let extends = "version: 1\nextends: layer.yaml\ntarget: { pool: us-west-2_Webshop01 }\n";
    place.file("policies/shared.yaml", extends);
    for more in [&["--dry-run"][..], &[]] {
        let refused = place.run(&[&update[..], more].concat());
        assert_eq!(refused.code, 3, "{more:?}: {}", refused.err);
        assert!(refused.err.contains("it is set in a layer"), "{}", refused.err);
    }
    // Nothing is there yet: a dry run writes nothing all the same.
    let args = ["init", "new", "--update", "--dry-run", "--from", "now.json"];
    let shown = place.run(&args);
    assert_eq!((shown.code, shown.out.as_str()), (0, ""), "{}", shown.err);
    assert!(
        shown
            .err
            .contains("would write new/webshop.yaml from pool webshop"),
        "{}",
        shown.err
    );
    assert!(!place.path("new").exists());
}

/// Policies of one pool, which is AUDIT live and has one MFA factor.
pub fn weaker(policy: &str) -> Place {
    let place = shared();
    let mut snapshot: serde_json::Value = serde_json::from_str(&place.read("now.json")).unwrap();
    for pool in snapshot["pools"].as_array_mut().unwrap() {
        pool["mode"] = serde_json::json!({ "standard": "AUDIT", "custom": "OFF" });
    }
    place.file("now.json", snapshot.to_string());
    place.file("policies/shared.yaml", policy);
    place
}

pub const ENFORCED: &str =
    "version: 1\ntarget: { pool: us-west-2_Webshop01 }\nmode: { standard: ENFORCED, custom: \"OFF\" }\n";

/// A weaker live value is named as for apply.
#[test]
fn weaker_value_needs_allow_weaken() {
    let place = weaker(ENFORCED);
    let diff =
        |more: &[&str]| place.run(&[&["diff", "--from", "now.json", "--accept", "/mode"], more].concat());
    for more in [&[][..], &["--dry-run"], &["--allow-weaken", "/mode/custom"]] {
        let refused = diff(more);
        assert_eq!(refused.code, 5, "{more:?}: {}", refused.err);
        assert_eq!(
            refused.err,
            "policies/shared.yaml:3: /mode/standard: not accepted, the live value is weaker than the policy's; to accept it \
             anyway, add `--allow-weaken /mode/standard`\n",
            "{more:?}"
        );
        assert_eq!(place.read("policies/shared.yaml"), ENFORCED, "{more:?}");
    }
    let shown = diff(&["--dry-run", "--allow-weaken", "/mode"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(
        shown
            .err
            .contains("1 live value would be accepted: /mode/standard (weaker)"),
        "{}",
        shown.err
    );
    let update = [
        "init",
        "--update",
        "--from",
        "now.json",
        "--pool",
        "us-west-2_Webshop01",
    ];
    let refused = place.run(&update);
    assert_eq!(refused.code, 5, "{}", refused.err);
    let done = place.run(
        &[
            &update[..],
            &["--allow-weaken", "us-west-2_Webshop01:/mode/standard"],
        ]
        .concat(),
    );
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(
        done.err,
        "policies/shared.yaml: 1 live value accepted: /mode/standard (weaker)\n"
    );
    assert_eq!(
        place.read("policies/shared.yaml"),
        ENFORCED.replace("ENFORCED", "AUDIT")
    );
    assert_eq!(diff(&["--allow-weaken", "mode"]).code, 2);
    assert_eq!(
        place
            .run(&["diff", "--from", "now.json", "--allow-weaken", "/mode"])
            .code,
        2
    );
}

/// Where several pools differ the pool is named too.
#[test]
fn several_pools_named_in_permit() {
    let place = weaker(&format!(
        "{ENFORCED}---\n{}",
        ENFORCED.replace("Webshop01", "Members004")
    ));
    let diff =
        |more: &[&str]| place.run(&[&["diff", "--from", "now.json", "--accept", "/mode"], more].concat());
    let refused = diff(&["--allow-weaken", "/mode"]);
    assert_eq!(refused.code, 5);
    assert!(
        refused
            .err
            .contains("`--allow-weaken us-west-2_Members004:/mode/standard`"),
        "{}",
        refused.err
    );
    let one = diff(&["--allow-weaken", "us-west-2_Members004:/mode"]);
    assert_eq!(one.code, 5, "{}", one.err);
    assert_eq!(place.read("policies/shared.yaml").matches("AUDIT").count(), 1);
}

/// A place that is not there is wrong usage and one that is equal is not.
#[test]
fn missing_place_wrong_equal_place_fine() {
    let place = weaker(ENFORCED);
    let diff = |at: &[&str]| {
        let at: Vec<_> = at.iter().flat_map(|at| ["--accept", at]).collect();
        place.run(
            &[
                &["diff", "--from", "now.json", "--allow-weaken", "/mode"],
                &at[..],
            ]
            .concat(),
        )
    };
    for (at, says) in [
        (&["/mode/standart"][..], "did you mean `/mode/standard`?"),
        (&["/nothing"], "there are differences at /mode/standard"),
        (&["/mode", "/nothing"], "no policy has anything there"),
        (&["/mode/standard/x"], "`/mode/standard` is accepted as a whole"),
    ] {
        let wrong = diff(at);
        assert_eq!(
            (wrong.code, wrong.err.contains(says)),
            (2, true),
            "{at:?}: {}",
            wrong.err
        );
        assert_eq!(place.read("policies/shared.yaml"), ENFORCED, "{at:?}");
    }
    let equal = diff(&["/mode/custom"]);
    assert_eq!(equal.code, 0);
    assert_eq!(
        equal.err,
        "/mode/custom: already equal: policy and pool say the same\n"
    );
    assert_eq!(diff(&["/mode/standard", "/mode/custom"]).code, 0);
    assert_eq!(
        diff(&["/mode/standard"]).err,
        "/mode/standard: already equal: policy and pool say the same\n"
    );
}

/// A policy without a pool is not clean, and what is allowed by name has to be there.
#[test]
fn missing_pool_and_unused_permit_told() {
    let place = weaker(ENFORCED);
    let gone = ENFORCED.replace("Webshop01", "Gone00001");
    place.file("policies/gone.yaml", &gone);
    let accept =
        |more: &[&str]| place.run(&[&["diff", "--from", "now.json", "--accept", "/"], more].concat());
    for named in ["/nowhere", "us-west-2_Nope:/mode", "/"] {
        let idle = accept(&["--allow-weaken", named]);
        assert_eq!(idle.code, 2, "{named}: {}", idle.err);
        assert!(
            idle.err.contains("no policy manages anything there"),
            "{}",
            idle.err
        );
    }
    let missing = accept(&["--allow-weaken", "/mode"]);
    assert_eq!(missing.code, 3, "{}", missing.err);
    assert!(
        missing
            .err
            .contains("policies/gone.yaml:2: no pool of this policy was found: nothing is accepted\n"),
        "{}",
        missing.err
    );
    assert!(
        missing.err.contains("1 live value accepted: /mode/standard"),
        "{}",
        missing.err
    );
    let missing = place.run(&[
        "diff",
        "policies/gone.yaml",
        "--from",
        "now.json",
        "--accept",
        "/",
    ]);
    assert_eq!(
        (missing.code, missing.err.contains("nothing to accept")),
        (3, false),
        "{}",
        missing.err
    );
}
