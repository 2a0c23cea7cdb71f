//! Who signs in, and how: pools without local users, apps that sign in by SRP, clients without a list of flows.

use serde_json::{Value, json};

use crate::cli::live::sane::support::{Findings, client, of, pool, saved, scan};

fn off(clients: Value) -> Value {
    let mut pool = pool();
    pool["feature_plan"] = "ESSENTIALS".into();
    pool["mode"]["standard"] = "OFF".into();
    pool["responses"] = json!({});
    pool["alarms"] = json!([]);
    pool["log_delivery"] = json!({});
    pool["clients"] = clients;
    pool
}

fn federated(key: &str, flows: &[&str]) -> Value {
    let mut client = client(key, flows);
    client["oauth_flows"] = json!(["code"]);
    client["identity_providers"] = json!(["WorkforceSaml"]);
    client
}

fn machine(key: &str, flows: &[&str]) -> Value {
    let mut client = client(key, flows);
    client["oauth_flows"] = json!(["client_credentials"]);
    client
}

const REFRESH: &[&str] = &["ALLOW_REFRESH_TOKEN_AUTH"];

/// A pool without local users is not told to protect them.
#[test]
fn no_local_users_gives_note_not_warning() {
    for (clients, defaults) in [
        (json!([federated("console", REFRESH)]), false),
        (json!([machine("batch", REFRESH)]), false),
        (
            json!([federated("console", REFRESH), machine("batch", REFRESH)]),
            false,
        ),
        // What is open is only AWS's default, and the note says so.
        (json!([machine("batch", &[])]), true),
        (
            json!([federated("console", &[]), machine("batch", REFRESH)]),
            true,
        ),
    ] {
        let (code, findings) = scan(&off(clients.clone()));
        assert_eq!(code, 0, "{clients} {findings:?}");
        assert!(of(&findings, "threat-protection-off").is_empty());
        let note = of(&findings, "nobody-to-protect");
        assert!(note.len() == 1 && note[0].0 == "note", "{findings:?}");
        assert_eq!(note[0].1.contains("AWS's default"), defaults, "{note:?}");
    }
    for clients in [
        json!([client("app", &[])]),
        json!([
            federated("console", REFRESH),
            client("web", &["ALLOW_USER_SRP_AUTH"])
        ]),
        json!([client("kiosk", &["ALLOW_CUSTOM_AUTH"])]),
        json!([client("web", &["ALLOW_USER_AUTH"])]),
        json!([{ "key": "web", "id": "1", "risk": "unknown" }]),
    ] {
        let (code, findings) = scan(&off(clients.clone()));
        // Whether choice-based sign-in is covered, AWS does not say: a note.
        let is_note = clients.to_string().contains("ALLOW_USER_AUTH");
        assert_eq!(code, i32::from(!is_note), "{clients} {findings:?}");
        assert_eq!(
            of(&findings, "threat-protection-off").len(),
            1,
            "{clients} {findings:?}"
        );
        assert!(
            of(&findings, "nobody-to-protect").is_empty(),
            "{clients} {findings:?}"
        );
    }
}

/// Clients that were not read are not absent.
#[test]
fn unread_clients_are_not_absent() {
    let mut pool = off(json!([]));
    pool["unread"] = json!([
        { "part": "clients", "operation": "ListUserPoolClients", "failure": "denied", "detail": "no" }
    ]);
    let (_, findings) = scan(&pool);
    assert_eq!(of(&findings, "threat-protection-off").len(), 1, "{findings:?}");
    assert!(of(&findings, "nobody-to-protect").is_empty(), "{findings:?}");
}

/// Init leaves the modes of a pool without local users alone.
#[test]
fn init_omits_modes_without_local_users() {
    let place = saved(&off(json!([federated("console", REFRESH)])));
    let run = place.run(&["init", "made", "--from", "live.json", "--today", "2026-11-26"]);
    assert_eq!(run.code, 0, "{run:?}");
    let made = place.read("made/shop.yaml");
    assert!(
        !made.contains("mode:") && !made.contains("threat-protection-off"),
        "{made}"
    );
}

/// SRP has a clean form with and without sign-in.
#[test]
fn srp_with_and_without_sign_in_event() {
    for (events, note) in [
        (json!(["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"]), true),
        (json!([]), true),
        (json!(["SIGN_UP", "PASSWORD_CHANGE"]), false),
    ] {
        let mut pool = pool();
        pool["clients"] = json!([client(
            "spa",
            &["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        )]);
        pool["responses"]["compromised_credentials"]["events"] = events.clone();
        let (code, findings) = scan(&pool);
        assert_eq!(code, 0, "{events} {findings:?}");
        let told = of(&findings, "compromised-credentials-blind");
        assert_eq!(told.len(), usize::from(note), "{events} {findings:?}");
        assert!(
            told.iter()
                .all(|one| one.0 == "note" && one.1.contains("never reach Cognito"))
        );
    }
    // With one client that sends passwords, the event is missed.
    for other in [
        client("web", &["ALLOW_USER_PASSWORD_AUTH"]),
        client("choice", &["ALLOW_USER_AUTH"]),
        json!({ "key": "unknown", "id": "1", "risk": "inherit" }),
    ] {
        let mut pool = pool();
        pool["responses"]["compromised_credentials"]["events"] = json!(["SIGN_UP", "PASSWORD_CHANGE"]);
        pool["clients"] = json!([client("spa", &["ALLOW_USER_SRP_AUTH"]), other]);
        let (code, findings) = scan(&pool);
        assert_eq!(code, 1, "{findings:?}");
        assert_eq!(
            of(&findings, "compromised-credentials-event-missing").len(),
            1,
            "{other} {findings:?}"
        );
    }
}

/// Rules that the default of AWS would set off.
fn about_flows(findings: &Findings) -> Vec<(&str, &str)> {
    let rules = [
        "auth-flows-absent",
        "compromised-credentials-blind",
        "custom-auth-unprotected",
        "flow-not-covered",
        "user-context-not-forwarded",
    ];
    let found = findings.iter().filter(|one| rules.contains(&one.1.as_str()));
    found.map(|one| (one.0.as_str(), one.1.as_str())).collect()
}

/// Absent flows are awss default and reported once.
#[test]
fn absent_flows_use_default_reported_once() {
    for many in [3, 20] {
        let mut pool = pool();
        let clients = pool["clients"].as_array_mut().unwrap();
        clients.extend((0..many).map(|n| machine(&format!("m{n:02}"), &[])));
        let (_, findings) = scan(&pool);
        let wanted = [("note", "flow-not-covered"), ("warning", "auth-flows-absent")];
        let mut found = about_flows(&findings);
        found.sort_unstable();
        assert_eq!(found, wanted, "{findings:?}");
        let told = of(&findings, "auth-flows-absent")[0].1;
        assert!(
            told.contains("AWS's default") && !told.contains("allow"),
            "{told}"
        );
        // Where custom sign-in is assessed, or does not exist, it is a note.
        for change in [
            json!({ "mode": { "standard": "ENFORCED", "custom": "AUDIT" } }),
            json!({ "triggers": [] }),
        ] {
            let mut other = pool.clone();
            let members = change.as_object().unwrap().clone();
            other.as_object_mut().unwrap().extend(members);
            let (_, findings) = scan(&other);
            assert_eq!(of(&findings, "auth-flows-absent")[0].0, "note", "{findings:?}");
        }
    }
}

#[test]
fn init_shows_which_clients_have_no_list() {
    let mut pool = pool();
    let clients = pool["clients"].as_array_mut().unwrap();
    clients.extend([
        machine("billing", &[]),
        machine("no\nflow", &[]),
        machine("refresh", REFRESH),
    ]);
    let place = saved(&pool);
    let run = place.run(&["init", "made", "--from", "live.json", "--today", "2026-11-26"]);
    assert_eq!(run.code, 0, "{run:?}");
    let made = place.read("made/shop.yaml");
    assert!(
        made.contains("# Without a list of flows, so that AWS's default applies (SRP, custom authentication, refresh): \"billing\", \"no\\nflow\".\n"),
        "{made}"
    );
}
