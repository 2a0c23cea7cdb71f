//! Another account or region than the one that is meant is exit code 5, in every command; and nothing there is not clean.

use cogward::simulator::Role;

use crate::cli::live::support::{ACCOUNT, Aws, POLICY, POOL, REGION, pool, world};

const OTHER: &str = "210987654321";

/// A region that is not the policys is refused.
#[test]
fn region_unlike_policy_is_refused() {
    let aws = Aws::one();
    for verb in [
        &["diff"][..],
        &["diff", "--require-coverage"],
        &["gate"],
        &["apply", "--dry-run"],
        &["apply", "--yes"],
    ] {
        let run = aws.run(&[verb, &["--region", "eu-west-1"]].concat());
        let said = format!("{}{}", run.out, run.err);
        assert_eq!(run.code, 5, "{verb:?}: {said}");
        assert!(
            said.contains("pool `us-west-2_A` is in us-west-2, and --region says eu-west-1"),
            "{verb:?}: {said}"
        );
        assert!(said.contains("leave --region out"), "{verb:?}: {said}");
        let run = aws.run(&[verb, &["--region", REGION]].concat());
        assert_eq!(run.code, 0, "{verb:?}: {run:?}");
    }
    assert_eq!(
        aws.server
            .log()
            .iter()
            .filter(|call| call.region == "eu-west-1")
            .count(),
        0
    );
}

/// A region that is typed is that of a policy without one.
#[test]
fn policy_without_region_takes_the_option() {
    let aws = Aws::with(&POLICY.replace(", region: us-west-2", ""));
    for verb in ["diff", "gate"] {
        let run = aws.run(&[verb, "--region", REGION]);
        assert_eq!(run.code, 0, "{verb}: {run:?}");
        assert_ne!(aws.run(&[verb, "--region", "eu-west-1"]).code, 0, "{verb}");
    }
}

/// Credentials of another account are refused by every command.
#[test]
fn other_account_refused_by_all_commands() {
    let aws = Aws::with(&POLICY.replace(ACCOUNT, OTHER));
    for verb in [&["diff"][..], &["gate"], &["apply", "--dry-run"]] {
        let run = aws.run(verb);
        let said = format!("{}{}", run.out, run.err);
        assert_eq!(run.code, 5, "{verb:?}: {said}");
        assert!(
            said.contains("123456789012") && said.contains(OTHER),
            "{verb:?}: {said}"
        );
    }
    aws.place.file(
        "cogward.toml",
        format!("[[targets]]\naccount = \"{OTHER}\"\nregions = [\"{REGION}\"]\n"),
    );
    for verb in [
        &["scan"][..],
        &["explain", "--pool", POOL],
        &["snapshot", "-o", "s.json"],
        &["init", "new"],
    ] {
        let run = aws.run(verb);
        assert_eq!(run.code, 5, "{verb:?}: {run:?}");
    }
    assert!(!aws.place.path("s.json").exists() && !aws.place.path("new").exists());
}

/// A role of another account than the policys is refused.
#[test]
fn role_of_other_account_is_refused() {
    let mut world = world();
    let roles = &mut world.accounts.get_mut(ACCOUNT).unwrap().roles;
    roles.insert("r".into(), Role::default());
    let aws = Aws::new(world);
    aws.place.file("policies/a.yaml", POLICY);
    for verb in [&["diff"][..], &["gate"], &["apply", "--dry-run"]] {
        let typed = |account: &str| format!("arn:aws:iam::{account}:role/r");
        let run = aws.run(&[verb, &["--role-arn", &typed(OTHER)]].concat());
        let words = format!("--role-arn is of account {OTHER}, and a policy is for account {ACCOUNT}");
        assert!(run.code == 5 && run.err.contains(&words), "{verb:?}: {run:?}");
        let run = aws.run(&[verb, &["--role-arn", &typed(ACCOUNT)]].concat());
        assert_eq!(run.code, 0, "{verb:?}: {run:?}");
    }
}

/// Nothing there is not clean and writes no file.
#[test]
fn empty_place_is_wrong_input_without_files() {
    let aws = Aws::one();
    for verb in [
        &["scan"][..],
        &["init", "new"],
        &["snapshot", "-o", "s.json"],
        &["snapshot"],
    ] {
        let run = aws.run(&[verb, &["--region", "eu-west-1"]].concat());
        let said = format!("{}{}", run.out, run.err);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(run.code, 2, "{verb:?}: {said}");
        let words = "there is no user pool in eu-west-1 of account 123456789012";
        assert!(said.contains(words), "{verb:?}: {said}");
    }
    assert!(!aws.place.path("s.json").exists() && !aws.place.path("new").exists());
    // The policy's own region is not the run's: a pool of another name is missing.
    let run = aws.run(&["explain", "--pool", "us-west-2_None"]);
    assert!(
        run.code == 2
            && run
                .err
                .contains("pool `us-west-2_None` was not found in us-west-2 of account 123456789012"),
        "{run:?}"
    );
}

/// A saved plan or snapshot of a staff pool, in a region that both accounts have.
#[test]
fn empty_place_beside_pools_is_silent() {
    let mut world = world();
    let region = world.region_mut(ACCOUNT, "eu-west-1");
    region.pools.insert("eu-west-1_B".into(), pool("staff"));
    let aws = Aws::new(world);
    let run = aws.run(&[
        "scan",
        "--region",
        REGION,
        "--region",
        "eu-north-1",
        "--deny",
        "never",
    ]);
    assert!(run.code == 0 && !run.out.contains("no user pool"), "{run:?}");
}
