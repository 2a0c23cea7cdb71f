//! A client of a policy that the pool does not have: what is there in its place.

use serde_json::{Value, json};

use crate::cli::live::sane::support::{client, pool, saved};

/// Message, help and place of `client-unknown` for a policy with this client.
fn unknown(clients: &Value, entry: &str) -> (String, String, String) {
    let mut pool = pool();
    pool["clients"] = clients.clone();
    let place = saved(&pool);
    place.file(
        "policies/shop.yaml",
        format!("version: 1\nname: shop\ntarget: {{ pool: us-west-2_Case00001 }}\nclients: {{ {entry} }}\n"),
    );
    let run = place.run(&["diff", "--from", "live.json", "--format", "json"]);
    assert_eq!(run.code, 3, "{run:?}");
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let found: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["rule"] == "client-unknown")
        .collect();
    let [one] = found.as_slice() else {
        panic!("{entry}: {found:?}")
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        text(&one["message"]),
        text(&one["help"]),
        text(&one["location"]["pointer"]),
    )
}

#[test]
fn the_message_says_what_is_there() {
    let web = || client("web", &["ALLOW_USER_SRP_AUTH"]);
    let with = |key: &str, id: &str| {
        let mut other = web();
        other["key"] = key.into();
        other["id"] = id.into();
        other
    };
    let shop = "pool `shop (us-west-2_Case00001)`";
    let gone = "has no client with the id `9old`";
    for (clients, entry, message, help, at) in [
        (
            json!([with("web", "1web")]),
            "web: { id: 9old, inherit: true }",
            format!("{shop} {gone}; there is a client named `web` with the id `1web`: was it replaced?"),
            "Write `id: 1web`, or leave `id` out",
            "/clients/web/id",
        ),
        (
            json!([with("web (1web)", "1web"), with("web (2web)", "2web")]),
            "web: { id: 9old, inherit: true }",
            format!("{shop} {gone}; there are clients named `web` with the ids `1web` and `2web`"),
            "Write the id of the one",
            "/clients/web/id",
        ),
        (
            json!([with("webb", "1web")]),
            "web: { id: 9old, inherit: true }",
            format!("{shop} {gone}, and none named `web`; did you mean the client `webb`?"),
            "Correct key and `id`",
            "/clients/web/id",
        ),
        (
            json!([with("mobile", "1mob")]),
            "web: { id: 9old, inherit: true }",
            format!("{shop} {gone}, and none named `web`"),
            "Correct the client's key",
            "/clients/web/id",
        ),
        (
            json!([with("web", "1web")]),
            "Web: inherit",
            format!("{shop} has no client `Web`; did you mean `web`?"),
            "Write `web`",
            "/clients/Web",
        ),
        (
            json!([with("web", "1web")]),
            "1web: inherit",
            format!("{shop} has no client `1web`, which is the id of one"),
            "Write it as `id: 1web`",
            "/clients/1web",
        ),
        (
            json!([with("web (1web)", "1web"), with("web (2web)", "2web")]),
            "web: inherit",
            format!("{shop} has several clients of the name `web`: `1web` and `2web`"),
            "Say which is meant: add `id`",
            "/clients/web",
        ),
    ] {
        let found = unknown(&clients, entry);
        assert_eq!((found.0, found.2.as_str()), (message, at), "{entry}");
        assert!(found.1.starts_with(help), "{entry}: {}", found.1);
    }
}
