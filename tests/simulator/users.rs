//! Users and what was recorded of them.

use std::collections::BTreeSet;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::ProvideErrorMetadata;
use cogward::simulator::{Behaviour, Options, PoolUser, Server};
use serde_json::json;

use crate::simulator::support::{POOL, cognito, raw, start};

/// Users `user-000`, …, each with its number of events, one an hour, of which the last is a second old.
fn with_users(options: Options, events: &[usize]) -> Server {
    let server = start(options);
    let now = crate::simulator::support::now();
    server.change(|world| {
        let users = &mut world.pool_mut(POOL).unwrap().users;
        for (number, count) in events.iter().enumerate() {
            let event = |n: usize| {
                raw(json!({
                    "EventId": format!("event-{number}-{n}"),
                    "EventType": "SignIn",
                    "CreationDate": now - 1.0 - 3600.0 * f64::from(u32::try_from(n).unwrap()),
                    "EventResponse": "Pass",
                    "EventRisk": { "RiskDecision": "NoRisk", "CompromisedCredentialsDetected": false },
                }))
            };
            let user = PoolUser {
                user: raw(json!({
                    "Attributes": [
                        { "Name": "sub", "Value": format!("sub-{number}") },
                        { "Name": "email", "Value": format!("{number}@example.com") },
                    ],
                    "Enabled": number != 1,
                    "UserStatus": "CONFIRMED",
                })),
                // In no order.
                auth_events: (0..*count).map(|n| event((n * 7 + 3) % count)).collect(),
            };
            users.insert(format!("user-{number:03}"), user);
        }
    });
    server
}

async fn names(client: &Client, filter: Option<&str>) -> Vec<String> {
    let pages = client
        .list_users()
        .user_pool_id(POOL)
        .set_filter(filter.map(str::to_owned));
    let users: Vec<_> = pages
        .into_paginator()
        .items()
        .send()
        .collect::<Result<_, _>>()
        .await
        .unwrap();
    users
        .iter()
        .map(|user| user.username().unwrap().to_owned())
        .collect()
}

/// Users are listed and found by an attribute.
#[tokio::test]
async fn list_users_with_attribute_filter() {
    for hollow_pages in [false, true] {
        let behaviour = Behaviour {
            hollow_pages,
            ..Behaviour::default()
        };
        let server = with_users(
            Options {
                behaviour,
                ..Options::default()
            },
            &[0; 130],
        );
        let client = cognito(&server);
        assert_eq!(names(&client, None).await.len(), 130);
        for (filter, found) in [
            ("sub = \"sub-7\"", 1),
            ("sub=\"sub-7\"", 1),
            ("sub ^= \"sub-7\"", 11),
            ("sub = \"sub-\"", 0),
            ("username = \"user-001\"", 1),
            ("email ^= \"12\"", 11),
            ("status = \"Disabled\"", 1),
            ("cognito:user_status = \"CONFIRMED\"", 130),
        ] {
            assert_eq!(names(&client, Some(filter)).await.len(), found, "{filter}");
        }
    }
    let server = with_users(Options::default(), &[0]);
    let client = cognito(&server);
    for filter in [
        "sub",
        "sub = sub-7",
        "custom:a = \"b\"",
        "sub = \"a\" and email = \"b\"",
    ] {
        let found = client.list_users().user_pool_id(POOL).filter(filter).send().await;
        assert_eq!(
            found.unwrap_err().code(),
            Some("InvalidParameterException"),
            "{filter}"
        );
    }
}

/// Only the attributes that were asked for are answered.
#[tokio::test]
async fn list_users_with_chosen_attributes() {
    let server = with_users(Options::default(), &[0]);
    let asked = cognito(&server)
        .list_users()
        .user_pool_id(POOL)
        .attributes_to_get("sub");
    let found = asked.send().await.unwrap();
    let attributes: Vec<_> = found.users()[0]
        .attributes()
        .iter()
        .map(aws_sdk_cognitoidentityprovider::types::AttributeType::name)
        .collect();
    assert_eq!(attributes, ["sub"]);
}

/// Events of a user come newest first by name or sub.
#[tokio::test]
async fn auth_events_newest_first_by_name_or_sub() {
    for hollow_pages in [false, true] {
        let behaviour = Behaviour {
            hollow_pages,
            ..Behaviour::default()
        };
        let server = with_users(
            Options {
                behaviour,
                ..Options::default()
            },
            &[3, 150],
        );
        for name in ["user-001", "sub-1"] {
            let pages = cognito(&server)
                .admin_list_user_auth_events()
                .user_pool_id(POOL)
                .username(name);
            let pages = pages.into_paginator().items().send();
            let events: Vec<_> = pages.collect::<Result<_, _>>().await.unwrap();
            let times: Vec<_> = events
                .iter()
                .map(|event| event.creation_date().unwrap().as_secs_f64())
                .collect();
            assert!(times.is_sorted_by(|a, b| a > b), "{times:?}");
            let ids: BTreeSet<_> = events.iter().map(|event| event.event_id().unwrap()).collect();
            assert_eq!((events.len(), ids.len()), (150, 150));
        }
    }
}

/// No events without threat protection a user or a token of theirs.
#[tokio::test]
async fn auth_events_need_user_token_and_mode() {
    let server = with_users(Options::default(), &[3]);
    let ask = |name: &str, token: Option<&str>| {
        let call = cognito(&server)
            .admin_list_user_auth_events()
            .user_pool_id(POOL)
            .username(name);
        call.set_next_token(token.map(str::to_owned)).send()
    };
    let code = |error: &dyn ProvideErrorMetadata| error.code().map(str::to_owned);
    let nobody = ask("nobody", None).await.unwrap_err();
    assert_eq!(code(&nobody).as_deref(), Some("UserNotFoundException"));
    let token = ask("user-000", Some("invented")).await.unwrap_err();
    assert_eq!(code(&token).as_deref(), Some("InvalidParameterException"));
    for mode in [json!("OFF"), json!(null)] {
        server.change(|world| {
            world.pool_mut(POOL).unwrap().user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] = mode.clone();
        });
        let off = ask("user-000", None).await.unwrap_err();
        assert_eq!(
            code(&off).as_deref(),
            Some("UserPoolAddOnNotEnabledException"),
            "{mode}"
        );
    }
}
