//! Risk configurations: what is set is read, what is wrong is refused, and every answer that AWS's
//! documentation leaves open.

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::ProvideErrorMetadata;
use cogward::simulator::{
    AllClients, Behaviour, NoClientConfiguration, NoPoolConfiguration, Options, Server, Unsent,
};
use serde_json::{Value, json};

use crate::simulator::support::{CLIENT, POOL, cognito, json_call, start};

fn behaving(behaviour: Behaviour) -> Server {
    start(Options {
        behaviour,
        ..Options::default()
    })
}

/// Sends a call as JSON: the error code, or the answer.
fn call(server: &Server, operation: &str, input: &Value) -> Result<Value, String> {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    match json_call(server, &target, "cognito-idp", &input.to_string()) {
        (200, answer) => Ok(answer["RiskConfiguration"].clone()),
        (_, error) => Err(format!(
            "{}: {}",
            error["__type"].as_str().unwrap(),
            error["message"].as_str().unwrap()
        )),
    }
}

fn set(server: &Server, mut members: Value) -> Result<Value, String> {
    members["UserPoolId"] = json!(POOL);
    call(server, "SetRiskConfiguration", &members)
}

fn describe(server: &Server, client: Option<&str>) -> Result<Value, String> {
    let mut input = json!({ "UserPoolId": POOL });
    if let Some(client) = client {
        input["ClientId"] = json!(client);
    }
    call(server, "DescribeRiskConfiguration", &input)
}

fn guide(text: &str) -> Value {
    let mut members: Value = serde_json::from_str(text).unwrap();
    members
        .as_object_mut()
        .unwrap()
        .retain(|name, _| !name.ends_with("Id"));
    members
}

/// The set ups of the guide come back as they were sent.
#[test]
fn guide_configurations_read_back_as_sent() {
    let server = start(Options::default());
    let of_pool = guide(include_str!("../data/aws-guide/pool.json"));
    let mut of_client = guide(include_str!("../data/aws-guide/client.json"));
    set(&server, of_pool.clone()).unwrap();
    of_client["ClientId"] = json!(CLIENT);
    let answered = set(&server, of_client.clone()).unwrap();
    assert_eq!(answered, describe(&server, Some(CLIENT)).unwrap());
    for (sent, mut read) in [
        (of_pool, describe(&server, None).unwrap()),
        (of_client, describe(&server, Some(CLIENT)).unwrap()),
    ] {
        let members = read.as_object_mut().unwrap();
        assert_eq!(members.remove("UserPoolId"), Some(json!(POOL)));
        assert!(members.remove("LastModifiedDate").unwrap().as_f64().unwrap() > 1.7e9);
        assert_eq!(read, sent);
    }
}

/// Ids alone reset and an omitted filter reads as an empty one.
#[test]
fn ids_alone_reset_filter_defaults_to_empty() {
    let server = start(Options::default());
    let credentials = json!({ "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "BLOCK" } }, "New": [1] });
    set(&server, credentials).unwrap();
    let read = describe(&server, None).unwrap();
    assert_eq!(
        read["CompromisedCredentialsRiskConfiguration"]["EventFilter"],
        json!([])
    );
    assert_eq!(read["New"], json!([1]));
    assert!(read.get("AccountTakeoverRiskConfiguration").is_none());
    set(&server, json!({})).unwrap();
    assert_eq!(describe(&server, None).unwrap(), json!({ "UserPoolId": POOL }));
}

#[test]
fn sections_that_are_not_sent_go_or_stay() {
    for (unsent_sections, stays) in [(Unsent::Removed, false), (Unsent::Kept, true)] {
        let server = behaving(Behaviour {
            unsent_sections,
            ..Behaviour::default()
        });
        set(
            &server,
            json!({ "RiskExceptionConfiguration": { "BlockedIPRangeList": ["192.0.2.0/24"] } }),
        )
        .unwrap();
        let credentials = json!({ "Actions": { "EventAction": "NO_ACTION" } });
        set(
            &server,
            json!({ "CompromisedCredentialsRiskConfiguration": credentials }),
        )
        .unwrap();
        let read = describe(&server, None).unwrap();
        assert_eq!(read.get("RiskExceptionConfiguration").is_some(), stays);
    }
}

#[tokio::test]
async fn nothing_configured_has_four_answers() {
    let describe = async |behaviour: NoPoolConfiguration| {
        let server = behaving(Behaviour {
            no_pool_configuration: behaviour,
            ..Behaviour::default()
        });
        let client: Client = cognito(&server);
        let sent = client
            .describe_risk_configuration()
            .user_pool_id(POOL)
            .send()
            .await;
        sent.map_err(|error| error.into_service_error().code().unwrap().to_owned())
    };
    let only = describe(NoPoolConfiguration::OnlyPoolId).await.unwrap();
    let only = only.risk_configuration().unwrap();
    assert_eq!((only.user_pool_id(), only.client_id()), (Some(POOL), None));
    assert!(only.account_takeover_risk_configuration().is_none());
    let empty = describe(NoPoolConfiguration::EmptySections).await.unwrap();
    assert!(
        empty
            .risk_configuration()
            .unwrap()
            .account_takeover_risk_configuration()
            .is_some()
    );
    assert_eq!(
        describe(NoPoolConfiguration::NotFound).await.unwrap_err(),
        "ResourceNotFoundException"
    );
    assert_eq!(
        describe(NoPoolConfiguration::AddOnNotEnabled).await.unwrap_err(),
        "UserPoolAddOnNotEnabledException"
    );
}

/// A client without its own has three answers.
#[test]
fn client_without_its_own_configuration() {
    let answer = |no_client_configuration| {
        let server = behaving(Behaviour {
            no_client_configuration,
            ..Behaviour::default()
        });
        set(
            &server,
            json!({ "RiskExceptionConfiguration": { "SkippedIPRangeList": ["2001:db8::/32"] } }),
        )
        .unwrap();
        describe(&server, Some(CLIENT))
    };
    let inherited = answer(NoClientConfiguration::PoolValues).unwrap();
    assert!(inherited.get("RiskExceptionConfiguration").is_some() && inherited.get("ClientId").is_none());
    let ids = answer(NoClientConfiguration::OnlyIds).unwrap();
    assert_eq!(ids, json!({ "UserPoolId": POOL, "ClientId": CLIENT }));
    assert!(
        answer(NoClientConfiguration::NotFound)
            .unwrap_err()
            .starts_with("ResourceNotFoundException")
    );
    let server = start(Options::default());
    assert!(
        describe(&server, Some("nobody"))
            .unwrap_err()
            .contains("User pool client nobody does not exist.")
    );
}

#[test]
fn all_means_the_pool_and_may_be_echoed() {
    for (all_clients, unasked, asked) in [
        (AllClients::Never, Value::Null, Value::Null),
        (AllClients::WhenAsked, Value::Null, json!("ALL")),
        (AllClients::Always, json!("ALL"), json!("ALL")),
    ] {
        let server = behaving(Behaviour {
            all_clients,
            ..Behaviour::default()
        });
        set(
            &server,
            json!({ "ClientId": "ALL", "RiskExceptionConfiguration": {} }),
        )
        .unwrap();
        assert!(
            server
                .world()
                .pool(POOL)
                .unwrap()
                .risk_configurations
                .contains_key("")
        );
        assert_eq!(describe(&server, None).unwrap()["ClientId"], unasked);
        assert_eq!(describe(&server, Some("ALL")).unwrap()["ClientId"], asked);
    }
}

/// What is wrong is refused in the words of the service.
#[test]
fn invalid_input_refused_in_service_words() {
    let server = start(Options::default());
    let takeover = |actions: Value, notify: Value| json!({ "AccountTakeoverRiskConfiguration": { "Actions": actions, "NotifyConfiguration": notify } });
    let ranges = |list: Value| json!({ "RiskExceptionConfiguration": { "BlockedIPRangeList": list } });
    let sender = |region: &str| json!({ "SourceArn": format!("arn:aws:ses:{region}:123456789012:identity/a@example.com") });
    let email = json!({ "SourceArn": "arn:aws:ses:us-west-2:123456789012:identity/a@example.com", "MfaEmail": { "HtmlBody": "short" } });
    for (members, words) in [
        (ranges(json!(["192.0.2.1"])), "Incorrect CIDR format"),
        (
            ranges(json!(vec!["192.0.2.0/24"; 201])),
            "Member must have length less than or equal to 200",
        ),
        (
            takeover(
                json!({ "LowAction": { "EventAction": "DENY", "Notify": false } }),
                Value::Null,
            ),
            "Member must satisfy enum value set: [MFA_IF_CONFIGURED, BLOCK, NO_ACTION, MFA_REQUIRED]",
        ),
        (
            takeover(json!({ "LowAction": { "EventAction": "BLOCK" } }), Value::Null),
            "lowAction.notify' failed",
        ),
        (
            takeover(json!({}), sender("eu-central-1")),
            "must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.",
        ),
        (
            takeover(json!({}), json!({})),
            "sourceArn' failed to satisfy constraint: Member must not be null",
        ),
        (takeover(json!({}), email), "2 validation errors"),
        (
            json!({ "CompromisedCredentialsRiskConfiguration": {} }),
            "compromisedCredentialsRiskConfiguration.actions",
        ),
    ] {
        let said = set(&server, members).unwrap_err();
        assert!(
            said.starts_with("InvalidParameterException: ") && said.contains(words),
            "{said}"
        );
    }
    assert_eq!(describe(&server, None).unwrap(), json!({ "UserPoolId": POOL }));
}

/// What is not confirmed is accepted unless asked otherwise.
#[test]
fn unconfirmed_limits_are_off_by_default() {
    let ranges = |list: Value| json!({ "RiskExceptionConfiguration": list });
    let actions = |list: Value| json!({ "AccountTakeoverRiskConfiguration": { "Actions": list } });
    let falling = json!({ "LowAction": { "EventAction": "BLOCK", "Notify": false }, "HighAction": { "EventAction": "MFA_REQUIRED", "Notify": false } });
    let loud = json!({ "LowAction": { "EventAction": "NO_ACTION", "Notify": true } });
    let base = Behaviour::default();
    for (behaviour, members) in [
        (
            Behaviour {
                refuses_falling_responses: true,
                ..base.clone()
            },
            actions(falling),
        ),
        (
            Behaviour {
                refuses_notify_without_configuration: true,
                ..base.clone()
            },
            actions(loud),
        ),
        (
            Behaviour {
                refuses_host_bits: true,
                ..base.clone()
            },
            ranges(json!({ "BlockedIPRangeList": ["192.0.2.1/24"] })),
        ),
        (
            Behaviour {
                refuses_whole_internet: true,
                ..base.clone()
            },
            ranges(json!({ "SkippedIPRangeList": ["::/0"] })),
        ),
        (
            Behaviour {
                refuses_range_in_both_lists: true,
                ..base
            },
            ranges(json!({ "BlockedIPRangeList": ["192.0.2.0/24"], "SkippedIPRangeList": ["192.0.2.0/24"] })),
        ),
    ] {
        assert!(
            set(&start(Options::default()), members.clone()).is_ok(),
            "{members}"
        );
        let said = set(&behaving(behaviour), members).unwrap_err();
        assert!(said.starts_with("InvalidParameterException"), "{said}");
    }
}

/// The mode and the date of the pool matter where asked.
#[test]
fn set_may_need_mode_and_touch_pool_date() {
    let off = |server: &Server| {
        server.change(|world| world.pool_mut(POOL).unwrap().user_pool.remove("UserPoolAddOns"));
    };
    let server = start(Options::default());
    off(&server);
    let before = server.world();
    set(&server, json!({ "RiskExceptionConfiguration": {} })).unwrap();
    let date = |world: &cogward::simulator::AwsState| {
        world.pool(POOL).unwrap().user_pool["LastModifiedDate"].clone()
    };
    assert_eq!(date(&server.world()), date(&before));
    let strict = Behaviour {
        responses_need_mode: true,
        responses_touch_pool: true,
        ..Behaviour::default()
    };
    let server = behaving(strict);
    set(&server, json!({ "RiskExceptionConfiguration": {} })).unwrap();
    assert!(date(&server.world()).as_f64() > date(&before).as_f64());
    off(&server);
    let said = set(&server, json!({ "RiskExceptionConfiguration": {} })).unwrap_err();
    assert!(said.starts_with("UserPoolAddOnNotEnabledException"), "{said}");
}
