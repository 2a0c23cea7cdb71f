//! Several accounts in one run: `[[targets]]` in `cogward.toml`, a role in each.

use cogward::simulator::Role;

use crate::cli::live::support::{ACCOUNT, Aws, POLICY, POOL, REGION, pool, world};

const OTHER: &str = "210987654321";
const THERE: &str = "us-west-2_Other";

/// Two accounts with a pool and a role each; the second's role asks for an external id.
fn two() -> Aws {
    let mut world = world();
    let region = world.region_mut(OTHER, REGION);
    region.pools.insert(THERE.into(), pool("staff"));
    for (account, external_id) in [(ACCOUNT, None), (OTHER, Some("e1".to_owned()))] {
        let role = Role {
            external_id,
            ..Role::default()
        };
        let roles = &mut world.accounts.get_mut(account).unwrap().roles;
        roles.insert("reader".into(), role);
    }
    let aws = Aws::new(world);
    let other = POLICY.replace(ACCOUNT, OTHER).replace(POOL, THERE);
    let other = other.replace("name: a", "name: b");
    let logs = format!("logs:us-west-2:{OTHER}");
    let other = other.replace(&logs, &format!("logs:us-west-2:{ACCOUNT}"));
    aws.place
        .file("policies/a.yaml", POLICY)
        .file("policies/b.yaml", other)
        .file(
            "cogward.toml",
            format!(
                "{}{}",
                target(ACCOUNT, ""),
                target(OTHER, "external-id = \"e1\"\n")
            ),
        );
    aws
}

fn target(account: &str, more: &str) -> String {
    format!(
        "[[targets]]\nrole-arn = \"arn:aws:iam::{account}:role/reader\"\nregions = [\"{REGION}\"]\n{more}"
    )
}

#[test]
fn two_accounts_make_one_report() {
    let aws = two();
    let run = aws.run(&["diff"]);
    assert_eq!(
        (run.code, run.out),
        (
            0,
            format!(
                "no differences in 2 pools against 2 policies (2 files)\n{}",
                aws.asked_instead()
            )
        ),
        "{}",
        run.err
    );
    let taken = aws.run(&["snapshot"]);
    assert!(taken.code == 0 && taken.out.contains(POOL) && taken.out.contains(THERE));
    assert_eq!(aws.json(&["scan"])["summary"]["pools"], 2);
}

/// A pool of one account is not missing in the other.
#[test]
fn pool_found_in_either_account() {
    let aws = two();
    for pool in [POOL, THERE] {
        let run = aws.run(&["explain", "--pool", pool]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{pool}");
        let run = aws.run(&["snapshot", "--pool", pool]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{pool}");
    }
    assert_eq!(aws.run(&["explain", "--pool", "us-west-2_None"]).code, 2);
}

/// An account without a target is not looked at and not empty.
#[test]
fn account_without_target_is_not_checked() {
    let aws = two();
    aws.place.file("cogward.toml", target(ACCOUNT, ""));
    let report = aws.json(&["diff"]);
    assert_eq!(report["exit_code"], 4);
    assert_eq!(
        report["findings"].as_array().unwrap().len(),
        0,
        "{}",
        report["findings"]
    );
    let said = report["summary"]["not_checked"].to_string();
    assert!(said.contains(OTHER) && said.contains("no target"), "{said}");
}

/// A role that cannot be taken leaves the other account to be seen.
#[test]
fn failed_role_leaves_other_account_seen() {
    let aws = two();
    let wrong = format!(
        "{}{}",
        target(ACCOUNT, ""),
        target(OTHER, "external-id = \"wrong\"\n")
    );
    aws.place.file("cogward.toml", wrong);
    let report = aws.json(&["diff"]);
    assert_eq!(
        (&report["exit_code"], &report["summary"]["pools"]),
        (&4.into(), &1.into())
    );
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    let explained = aws.run(&["explain", "--pool", THERE]);
    assert_eq!(explained.code, 4, "{explained:?}");
    let typed = aws.run(&[
        "explain",
        "--pool",
        THERE,
        "--role-arn",
        "arn:aws:iam::210987654321:role/reader",
        "--external-id",
        "e1",
    ]);
    assert_eq!(typed.code, 0, "{typed:?}");
}

/// In an incident the other accounts may be out of reach, and a pool's id is one pool's.
#[test]
fn audit_ignores_unreachable_accounts() {
    let aws = two();
    let elsewhere = target(OTHER, "external-id = \"wrong\"\n");
    let file = format!("{}{elsewhere}", target(ACCOUNT, ""));
    aws.place.file("cogward.toml", file);
    let args = ["audit", "--reason", "INC-42", "--yes", "--pool"];
    let run = aws.run(&[&args[..], &[POOL]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let mode = |pool: &str| {
        aws.server.world().pool(pool).unwrap().user_pool["UserPoolAddOns"]["AdvancedSecurityMode"].clone()
    };
    assert_eq!((mode(POOL), mode(THERE)), ("AUDIT".into(), "ENFORCED".into()));
    // Where it may be in the account that could not be looked at, it is not missing.
    let report = aws.json(&[&args[..], &[THERE]].concat());
    assert_eq!(report["exit_code"], 4, "{report}");
    assert_eq!(report["refused"], serde_json::json!([]), "{report}");
}
