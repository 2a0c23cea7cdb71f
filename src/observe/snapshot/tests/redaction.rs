//! Pseudonyms.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::model::client::Client;
use crate::model::notification::Notifications;
use crate::model::observed::{Estate, Failure, Observed, Unread};
use crate::model::posture::{Part, Posture};
use crate::model::response::AccountTakeover;
use crate::observe::snapshot::tests::random::estate;
use crate::observe::snapshot::{Snapshot, redact, write};

fn snapshot(posture: Posture) -> Snapshot {
    let unread = Unread {
        part: Part::Clients,
        client: Some("web (1example23456789)".into()),
        operation: "DescribeUserPoolClient".into(),
        failure: Failure::Denied,
        detail: "1example23456789 is not for Admin@example.com (?user=admin%40example.com&u=ADMIN%2540example.com, admin&#64;example.com)."
            .into(),
    };
    let pool = Observed {
        posture,
        unread: vec![unread],
        ..Observed::default()
    };
    Snapshot {
        estate: Estate {
            pools: vec![pool],
            ..Estate::default()
        },
        ..Snapshot::default()
    }
}

/// Ids and addresses are hidden wherever they stand and equal ones stay equal.
#[test]
fn ids_and_addresses_hidden_consistently() {
    let mut posture = Posture::default();
    posture.clients.push(Client {
        key: "web (1example23456789)".into(),
        id: Some("1example23456789".into()),
        ..Client::default()
    });
    posture.responses.account_takeover = Some(AccountTakeover {
        notifications: Some(Notifications {
            source_arn: "arn:aws:ses:us-west-2:123456789012:identity/admin@example.com".into(),
            from: Some("Admin <admin@example.com>".into()),
            reply_to: Some("other@example.com".into()),
            ..Notifications::default()
        }),
        ..AccountTakeover::default()
    });
    let hidden = redact(snapshot(posture));
    let text = write(&hidden);
    for secret in [
        "1example23456789",
        "admin@",
        "Admin@",
        "other@",
        "admin%",
        "ADMIN%",
        "admin&",
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert!(text.contains("\"redacted\": true"));
    let pool = &hidden.estate.pools[0];
    let id = pool.posture.clients[0].id.clone().unwrap();
    assert!(id.starts_with("redacted-") && id.len() == 21, "{id}");
    assert_eq!(pool.posture.clients[0].key, format!("web ({id})"));
    assert_eq!(
        pool.unread[0].client.as_deref(),
        Some(pool.posture.clients[0].key.as_str())
    );
    let takeover = pool.posture.responses.account_takeover.as_ref().unwrap();
    let notifications = takeover.notifications.as_ref().unwrap();
    let (_, address) = notifications.source_arn.rsplit_once('/').unwrap();
    assert_eq!(notifications.from, Some(format!("Admin <{address}>")));
    assert_ne!(notifications.reply_to.as_deref(), Some(address));
    assert!(address.ends_with("@example.com"));
    let (local, domain) = address.split_once('@').unwrap();
    let detail = format!(
        "{id} is not for {address} (?user={local}%40{domain}&u={local}%2540{domain}, {local}&#64;{domain})."
    );
    assert_eq!(pool.unread[0].detail, detail);
    assert_eq!(redact(hidden.clone()), hidden);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Nothing but texts changes, and as many things are different as before.
    #[test]
    fn a_redacted_estate_has_the_same_shape(estate in estate()) {
        let ids = |estate: &Estate| {
            let clients = estate.pools.iter().flat_map(|pool| &pool.posture.clients);
            clients.filter_map(|client| client.id.clone()).collect::<BTreeSet<_>>()
        };
        let found = redact(Snapshot { estate: estate.clone(), ..Snapshot::default() }).estate;
        prop_assert_eq!(ids(&found).len(), ids(&estate).len());
        prop_assert_eq!(ids(&found).intersection(&ids(&estate)).count(), 0);
        let text = write(&Snapshot { estate: found.clone(), ..Snapshot::default() });
        prop_assert!(!text.contains("j.doe@"));
        for (before, after) in estate.pools.iter().zip(&found.pools) {
            prop_assert_eq!(before.posture.clients.len(), after.posture.clients.len());
            prop_assert_eq!(&before.posture.unread, &after.posture.unread);
            prop_assert_eq!(before.posture.mode, after.posture.mode);
        }
    }
}
