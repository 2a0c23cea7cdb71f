//! Investigations of somebody or something that is named: users, clients, policies, and what the role may read.

use cogward::simulator::{FaultKind, InjectedFault, Options, Server};
use serde_json::json;

use crate::cli::live::investigate::{ALICE, BOB, BY_ALARM, aws, event, incident, json_of, record, user};
use crate::cli::live::support::{ACCOUNT, Aws, POOL, REGION, raw};

/// Settings of a policy judge; whose clients are whose, AWS says.
#[test]
fn clients_of_other_pools_set_apart() {
    let aws = aws();
    aws.place.file(
        "p.yaml",
        format!("version: 1\nname: p\ntarget: {{ pool: {POOL} }}\nmode: {{ standard: AUDIT }}\n"),
    );
    let (_, found) = json_of(&aws, &["--policy", "p.yaml"]);
    assert_eq!(
        (&found["counts"]["unlisted"], &found["counts"]["assumed"]),
        (&json!(1), &json!(0)),
        "{found}"
    );
    assert_eq!(found["clients_not_in_pool"], json!(["of-another-pool"]));
}

/// CloudTrail has all pools of the region: whether a user of a client that is not listed is the pool's, the pool says.
#[test]
fn users_of_a_deleted_client_are_kept() {
    const CAROL: &str = "00000000-aaaa-4bbb-8ccc-000000000003";
    let mut world = incident();
    let region = world.region_mut(ACCOUNT, REGION);
    let pool = region.pools.get_mut(POOL).unwrap();
    pool.users
        .insert("carol".into(), user(CAROL, "CONFIRMED", Vec::new()));
    let mut deleted = record("t-7", 970, Some(CAROL), "");
    deleted["CloudTrailEvent"]["requestParameters"]["clientId"] = json!("deleted-client");
    region.events.push(raw(deleted));
    let aws = Aws::new(world);
    let run = aws.run(&[&BY_ALARM[..], &["--names"]].concat());
    let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        format!("user carol ({CAROL})"),
        "client deleted-client (not in the pool today)".to_owned(),
        "left out 1 of clients that are not in the pool today (deleted, newer, or another pool's): deleted-client and \
         of-another-pool; --user SUB shows those of a user"
            .to_owned(),
    ] {
        assert!(run.code == 0 && flat.contains(&words), "{words}: {}", run.out);
    }
}

/// Somebody who is nowhere and another region are said.
#[test]
fn unknown_user_and_other_region() {
    let aws = aws();
    for (user, code, words) in [
        (
            "nobody",
            2,
            "the pool has no such user, and CloudTrail has nothing of them in the window",
        ),
        ("carol", 0, "nothing is recorded of the user in the window"),
        ("--help", 2, "the pool has no such user"),
        ("a\" or sub ^= \"0", 2, "the pool has no such user"),
    ] {
        aws.server.change(|world| {
            let pool = world.pool_mut(POOL).unwrap();
            let quiet = self::user(
                "s-3",
                "CONFIRMED",
                vec![event("e-8", 90_000, "", "NoRisk", "Pass")],
            );
            pool.users.insert("carol".into(), quiet);
        });
        let typed = format!("--user={user}");
        let run = aws.run(&[&BY_ALARM[..], &["--names", &typed]].concat());
        let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(run.code == code && flat.contains(words), "{user}: {run:?}");
    }
    // What could not be read may be of the user.
    let denied = aws.faults(vec![InjectedFault::new(FaultKind::AccessDenied).at("ListUsers")]);
    let run = denied.run(&[&BY_ALARM[..], &["--names", "--user", "nobody"]].concat());
    assert_eq!(run.code, 4, "{run:?}");
    let aws = denied.faults(Vec::new());
    let run = aws.run(&[&BY_ALARM[..], &["--region", "eu-west-1"]].concat());
    let words = "pool us-west-2_A is in us-west-2, as its id says, and --region names eu-west-1";
    assert!(run.code == 5 && run.err.contains(words), "{run:?}");
    assert_eq!(aws.run(&[&BY_ALARM[..], &["--region", REGION]].concat()).code, 0);
}

/// The permissions of the document are enough and each is needed.
#[test]
fn documented_permissions_are_minimal() {
    let allowed = crate::support::iam::allowed("investigate");
    let options = |allowed: Vec<String>| Options {
        allowed: Some(allowed.into_iter().collect()),
        ..Options::default()
    };
    let of = |list: Vec<String>| Aws {
        server: Server::start(incident(), options(list)).unwrap(),
        ..aws()
    };
    let (code, _) = json_of(&of(allowed.clone()), &[]);
    assert_eq!(code, 0);
    for needed in [
        "cloudwatch:DescribeAlarmHistory",
        "cloudtrail:LookupEvents",
        "cognito-idp:ListUsers",
        "cognito-idp:AdminListUserAuthEvents",
    ] {
        let less: Vec<_> = allowed
            .iter()
            .filter(|action| *action != needed)
            .cloned()
            .collect();
        assert_eq!(less.len() + 1, allowed.len(), "{needed}");
        assert_eq!(json_of(&of(less), &[]).0, 4, "{needed}");
    }
}

/// What could not be read names users, too.
#[test]
fn a_short_name_is_hidden_as_well() {
    let aws = aws();
    for kind in [None, Some(FaultKind::AccessDenied)] {
        let faults = kind.map(|kind| InjectedFault::new(kind).at("ListUsers"));
        let aws = Aws::new(incident()).faults(faults.into_iter().collect());
        let run = aws.run(&[&BY_ALARM[..], &["--user", "zz"]].concat());
        assert!(
            run.out.contains("user redacted-") && !run.out.contains("zz"),
            "{run:?}"
        );
    }
    let run = aws.run(&[&BY_ALARM[..], &["--user", "zz", "--names"]].concat());
    assert!(
        run.out
            .contains("user zz: AdminListUserAuthEvents: there is no such user"),
        "{run:?}"
    );
}

/// Sentences of what could not be read name nobody.
#[test]
fn unread_messages_hide_names() {
    let mut world = incident();
    let region = world.region_mut(ACCOUNT, REGION);
    let mut deleted = record("t-7", 970, Some("sub-of-dave"), "");
    deleted["CloudTrailEvent"]["requestParameters"]["clientId"] = json!("deleted-client");
    region.events.push(raw(deleted));
    for (operation, kind) in [
        ("ListUsers", FaultKind::AccessDenied),
        ("AdminListUserAuthEvents", FaultKind::AccessDenied),
        (
            "AdminListUserAuthEvents",
            FaultKind::Merge(json!({ "AuthEvents": ["x"] })),
        ),
    ] {
        let aws = Aws::new(world.clone()).faults(vec![InjectedFault::new(kind).at(operation)]);
        for format in ["human", "json", "markdown", "html"] {
            let run = aws.run(&[&BY_ALARM[..], &["-f", format, "--max-users", "9"]].concat());
            assert_eq!(run.code, 4, "{run:?}");
            for name in [
                "sub-of-dave",
                ALICE,
                BOB,
                "alice",
                "bob",
                "198.51.100",
                "Hanoi",
                "web1",
            ] {
                assert!(
                    !run.out.contains(name),
                    "{operation} {format} {name}: {}",
                    run.out
                );
            }
        }
    }
}
