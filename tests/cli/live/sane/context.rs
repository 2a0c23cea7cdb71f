//! Whose address a server's sign-ins are scored by: `EnablePropagateAdditionalUserContextData` is about `InitiateAuth`.

use serde_json::{Value, json};

use crate::cli::live::sane::support::{client, of, pool, scan};
use crate::cli::live::support::{Aws, raw};

const NOT_FORWARDED: &str = "user-context-not-forwarded";
const UNKNOWN: &str = "admin-context-unknown";

fn with(flows: &[&str], secret: Option<bool>, forwards: bool) -> Value {
    let mut pool = pool();
    let mut server = client("server", flows);
    server["propagate_user_context"] = forwards.into();
    if let Some(secret) = secret {
        server["has_secret"] = secret.into();
    }
    pool["clients"] = json!([server]);
    pool
}

#[test]
fn the_setting_does_nothing_for_admin_calls() {
    for forwards in [false, true] {
        for secret in [None, Some(false), Some(true)] {
            let flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
            let (code, findings) = scan(&with(&flows, secret, forwards));
            assert_eq!(code, 0, "{findings:?}");
            assert!(of(&findings, NOT_FORWARDED).is_empty(), "{findings:?}");
            let told = of(&findings, UNKNOWN);
            assert!(
                matches!(told.as_slice(), [("note", message)] if message.contains("`ContextData`")),
                "{findings:?}"
            );
        }
    }
}

/// It is for a server that signs users in itself.
#[test]
fn forwarding_needed_by_secret_clients_only() {
    for flow in [
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_USER_AUTH",
        "USER_PASSWORD_AUTH",
    ] {
        for (secret, forwards, told) in [
            (Some(true), false, true),
            (Some(true), true, false),
            // An app cannot keep a secret: it sends from the user's own address.
            (Some(false), false, false),
            // A snapshot of an earlier version does not say.
            (None, false, false),
        ] {
            let (_, findings) = scan(&with(&[flow], secret, forwards));
            let found = of(&findings, NOT_FORWARDED);
            assert_eq!(
                found.len(),
                usize::from(told),
                "{flow} {secret:?} {forwards} {findings:?}"
            );
            assert!(found.iter().all(|one| one.0 == "warning"), "{findings:?}");
        }
    }
}

/// Whether there is a secret is read and the secret is not.
#[test]
fn client_secret_presence_read_value_not() {
    let aws = Aws::one().change(|pool| {
        let web = pool.clients.get_mut("web1").unwrap();
        web.insert("ClientSecret".into(), "s3cr3ts3cr3t".into());
        let app = json!({ "ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] });
        pool.clients.insert("app1".into(), raw(app));
    });
    let (_, findings) = aws.findings(&["scan"]);
    let told: Vec<_> = findings.iter().filter(|one| one.0 == NOT_FORWARDED).collect();
    assert_eq!(told.len(), 1, "{findings:?}");
    assert!(told[0].1.contains("client `web`"), "{findings:?}");
    let snapshot = aws.run(&["snapshot"]);
    assert!(!snapshot.out.contains("s3cr3t"), "{}", snapshot.out);
    let taken: Value = serde_json::from_str(&snapshot.out).unwrap();
    let clients = taken["pools"][0]["clients"].as_array().unwrap();
    let bits: Vec<_> = clients
        .iter()
        .map(|one| (&one["key"], &one["has_secret"]))
        .collect();
    assert_eq!(
        bits,
        [(&json!("app"), &json!(false)), (&json!("web"), &json!(true))]
    );
}
