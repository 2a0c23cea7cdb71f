//! Accounts, regions and roles as ministack plays them. Its Cognito knows accounts, which moto's does not.

use aws_sdk_cognitoidentityprovider::Client as Cognito;
use cogward::aws::Session;
use cogward::model::observed::{Failure, Selector};
use cogward::observe::live::Place;

use crate::third_party::support::{
    assert_unread, connector, look, ministack, new_account, only, place, pool, sdk,
};

const REGION: &str = "eu-west-1";

/// A role leads into its account and regions are apart.
#[tokio::test]
#[ignore = "needs emulators: .ci/run emulators"]
async fn role_reaches_account_regions_separate() {
    let (home, other) = (new_account(), new_account());
    let cognito = Cognito::new(&sdk(&ministack(), REGION, &other).await);
    let (id, _) = pool(&cognito, "other").await;
    let connector = connector(&ministack(), &ministack(), &home);
    let by_role = |region: &str| Place {
        session: Session {
            role_arn: Some(format!("arn:aws:iam::{other}:role/reader")),
            ..Session::default()
        },
        account: Some(other.clone()),
        ..place(region, [Selector::default()])
    };
    let (own, _) = look(&connector, &[place(REGION, [Selector::default()])]).await;
    assert_eq!((own.estate.pools.len(), own.estate.unreachable.len()), (0, 0));
    let (seen, calls) = look(&connector, &[by_role(REGION), by_role("us-east-2")]).await;
    let found = only(&seen);
    assert_unread(&found.unread);
    assert_eq!(found.id(), id);
    assert_eq!(found.posture.account.as_deref(), Some(other.as_str()));
    assert_eq!(calls["GetCallerIdentity"], 2, "once for each region: {calls:?}");
}

/// Nothing is read in another account than the one that is meant.
#[tokio::test]
#[ignore = "needs emulators: .ci/run emulators"]
async fn other_account_is_not_read() {
    let (home, other) = (new_account(), new_account());
    let cognito = Cognito::new(&sdk(&ministack(), REGION, &home).await);
    pool(&cognito, "home").await;
    let connector = connector(&ministack(), &ministack(), &home);
    let meant = Place {
        account: Some(other),
        ..place(REGION, [Selector::default()])
    };
    let (seen, calls) = look(&connector, &[meant]).await;
    assert_eq!(seen.estate.pools, []);
    let failures: Vec<_> = seen.estate.unreachable.iter().map(|at| at.failure).collect();
    assert_eq!(failures, [Failure::OtherAccount]);
    assert_eq!(calls.keys().copied().collect::<Vec<_>>(), ["GetCallerIdentity"]);
}
