//! Updates of a pool, its MFA, its clients and its log delivery: what is not sent is reset, and the
//! traps are there.

use aws_sdk_cognitoidentityprovider::types::{AdvancedSecurityModeType, UserPoolAddOnsType};
use cogward::simulator::{Behaviour, Options, RawMembers, Server, Unsent, Update};
use serde_json::{Value, json};

use crate::simulator::support::{CLIENT, POOL, cognito, json_call, raw, start};

fn behaving(behaviour: Behaviour) -> Server {
    start(Options {
        behaviour,
        ..Options::default()
    })
}

/// A pool with something in every place that an update may reset.
fn full(behaviour: Behaviour) -> Server {
    let server = behaving(behaviour);
    let more = raw(json!({
        "Arn": "arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_A",
        "SchemaAttributes": [{ "Name": "sub" }],
        "EstimatedNumberOfUsers": 7,
        "AutoVerifiedAttributes": ["email"],
        "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
        "Policies": { "PasswordPolicy": { "MinimumLength": 14, "TemporaryPasswordValidityDays": 3 } },
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
        "DeletionProtection": "ACTIVE",
        "DcrConfiguration": { "EnableStatus": "Disabled" },
        "LambdaConfig": { "PreSignUp": "arn:aws:lambda:us-west-2:123456789012:function:f" },
    }));
    server.change(|world| world.pool_mut(POOL).unwrap().user_pool.extend(more));
    server
}

fn call(server: &Server, operation: &str, mut input: Value) -> Result<Value, String> {
    input["UserPoolId"] = json!(POOL);
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    match json_call(server, &target, "cognito-idp", &input.to_string()) {
        (200, answer) => Ok(answer),
        (_, error) => Err(format!("{}: {}", error["__type"], error["message"]).replace('"', "")),
    }
}

fn update(server: &Server, input: Value) -> Result<Value, String> {
    call(server, "UpdateUserPool", input)
}

fn pool(server: &Server) -> RawMembers {
    server.world().pool(POOL).unwrap().user_pool.clone()
}

#[tokio::test]
async fn the_fix_that_breaks_the_pool() {
    let server = full(Behaviour::default());
    let before = pool(&server);
    let add_ons = UserPoolAddOnsType::builder().advanced_security_mode(AdvancedSecurityModeType::Enforced);
    let update = cognito(&server)
        .update_user_pool()
        .user_pool_id(POOL)
        .user_pool_add_ons(add_ons.build().unwrap());
    update.send().await.unwrap();
    let after = pool(&server);
    assert_eq!(
        after["UserPoolAddOns"],
        json!({ "AdvancedSecurityMode": "ENFORCED" })
    );
    for gone in [
        "AutoVerifiedAttributes",
        "UserPoolTags",
        "FutureMember",
        "UserAttributeUpdateSettings",
    ] {
        assert!(after.get(gone).is_none(), "{gone}");
    }
    assert_eq!(
        (&after["MfaConfiguration"], &after["DeletionProtection"]),
        (&json!("OFF"), &json!("INACTIVE"))
    );
    assert_eq!(after["Policies"]["PasswordPolicy"]["MinimumLength"], 8);
    assert_eq!(after["LambdaConfig"], json!({}));
    for kept in [
        "UserPoolTier",
        "DcrConfiguration",
        "SchemaAttributes",
        "CreationDate",
        "Name",
        "Arn",
    ] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    assert!(after["LastModifiedDate"].as_f64() > before["LastModifiedDate"].as_f64());
}

#[test]
fn as_measured_some_members_stay() {
    let server = full(Behaviour {
        update: Update::Measured,
        ..Behaviour::default()
    });
    let before = pool(&server);
    update(&server, json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] } }, "AutoVerifiedAttributes": ["email"] })).unwrap();
    let after = pool(&server);
    for kept in ["MfaConfiguration", "UserPoolTags", "UserAttributeUpdateSettings"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    assert_eq!(
        after["Policies"]["PasswordPolicy"],
        before["Policies"]["PasswordPolicy"]
    );
    assert!(after["Policies"]["SignInPolicy"].is_object());
    assert!(after.get("UserPoolAddOns").is_none());
}

/// Everything sent back changes nothing but the date.
#[test]
fn full_update_changes_only_the_date() {
    let server = full(Behaviour::default());
    // What the service answers by itself must be there before, to be the same after.
    update(
        &server,
        json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" }, "Future": { "Kept": [1, null] } }),
    )
    .unwrap();
    let before = pool(&server);
    update(&server, Value::Object(before.clone())).unwrap();
    let mut after = pool(&server);
    after.insert("LastModifiedDate".into(), before["LastModifiedDate"].clone());
    assert_eq!(after, before);
}

#[test]
fn traps_are_sprung() {
    let function = |name: &str| format!("arn:aws:lambda:us-west-2:123456789012:function:{name}");
    let lambda = json!({ "PreTokenGeneration": function("a"), "PreTokenGenerationConfig": { "LambdaArn": function("b"), "LambdaVersion": "V1_0" } });
    let both = json!({ "EmailMessage": "code {####}", "EmailMessageByLink": "link {##here##}" });
    for (input, words) in [
        (
            json!({ "AdminCreateUserConfig": { "UnusedAccountValidityDays": 3 } }),
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead",
        ),
        (
            json!({ "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] } }),
            "must exist in AutoVerifiedAttributes",
        ),
        (
            json!({ "VerificationMessageTemplate": both }),
            "cannot both be given",
        ),
        (
            json!({ "UserPoolTags": { "aws:cloudformation:stack-id": "x" } }),
            "aws: prefixed tag key names are not allowed",
        ),
        (json!({ "SmsConfiguration": {} }), "SnsCallerArn"),
        (
            json!({ "UserPoolAddOns": {} }),
            "userPoolAddOns.advancedSecurityMode' failed",
        ),
        (
            json!({ "LambdaConfig": lambda }),
            "with different Lambda function ARN's",
        ),
        (json!({ "UserPoolTier": "FREE" }), "[LITE, ESSENTIALS, PLUS]"),
    ] {
        let server = full(Behaviour::default());
        let before = pool(&server);
        let said = update(&server, input).unwrap_err();
        assert!(
            said.starts_with("InvalidParameterException") && said.contains(words),
            "{said}"
        );
        assert_eq!(pool(&server), before);
    }
    let server = full(Behaviour::default());
    server.change(|world| world.pool_mut(POOL).unwrap().mfa.clear());
    let said = update(&server, json!({ "MfaConfiguration": "ON" })).unwrap_err();
    assert!(said.contains("Cannot turn MFA functionality ON"), "{said}");
    server.change(|world| world.pool_mut(POOL).unwrap().import_runs = true);
    assert!(
        update(&server, json!({}))
            .unwrap_err()
            .starts_with("UserImportInProgressException")
    );
}

#[test]
fn what_the_service_makes_of_what_was_sent() {
    let server = full(Behaviour::default());
    server.change(|world| {
        let tags = json!({ "env": "prod", "aws:cloudformation:stack-name": "s" });
        world
            .pool_mut(POOL)
            .unwrap()
            .user_pool
            .insert("UserPoolTags".into(), tags);
    });
    let template = json!({ "EmailMessage": "new {####}", "DefaultEmailOption": "CONFIRM_WITH_CODE" });
    update(
        &server,
        json!({ "DeviceConfiguration": {}, "DcrConfiguration": {}, "EmailVerificationMessage": "old {####}",
            "EmailVerificationSubject": "subject", "VerificationMessageTemplate": template, "UserPoolTags": { "team": "id" } }),
    )
    .unwrap();
    let after = pool(&server);
    assert_eq!(
        after["DeviceConfiguration"]["ChallengeRequiredOnNewDevice"],
        false
    );
    assert_eq!(after["DcrConfiguration"]["EnableStatus"], "Enabled");
    assert_eq!(after["EmailVerificationMessage"], "new {####}");
    assert_eq!(after["VerificationMessageTemplate"]["EmailSubject"], "subject");
    assert_eq!(
        after["UserPoolTags"],
        json!({ "team": "id", "aws:cloudformation:stack-name": "s" })
    );
    let read = call(&full(Behaviour::default()), "DescribeUserPool", json!({})).unwrap();
    assert_eq!(
        read["UserPool"]["AdminCreateUserConfig"]["UnusedAccountValidityDays"],
        3
    );
}

#[test]
fn plans_decide_what_a_pool_may_have() {
    let on = json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } });
    let with_plan = |plan: &str, mode: &str| {
        let server = behaving(Behaviour::default());
        server.change(|world| {
            let members = &mut world.pool_mut(POOL).unwrap().user_pool;
            members.insert("UserPoolTier".into(), json!(plan));
            members.insert("UserPoolAddOns".into(), json!({ "AdvancedSecurityMode": mode }));
        });
        server
    };
    let said = update(&with_plan("ESSENTIALS", "OFF"), on.clone()).unwrap_err();
    assert_eq!(
        said,
        "FeatureUnavailableInTierException: The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection"
    );
    assert!(update(&with_plan("LITE", "OFF"), on.clone()).is_err());
    assert!(update(&with_plan("LITE", "ENFORCED"), on.clone()).is_ok());
    let mut upgrade = on;
    upgrade["UserPoolTier"] = json!("PLUS");
    assert!(update(&with_plan("ESSENTIALS", "OFF"), upgrade).is_ok());
    let server = with_plan("PLUS", "OFF");
    call(
        &server,
        "SetLogDeliveryConfiguration",
        json!({ "LogConfigurations": [activity()] }),
    )
    .unwrap();
    let said = update(&server, json!({ "UserPoolTier": "ESSENTIALS" })).unwrap_err();
    assert!(said.contains("Log Streaming"), "{said}");
    let custom = json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "OFF", "AdvancedSecurityAdditionalFlows": { "CustomAuthMode": "AUDIT" } } });
    assert!(update(&behaving(Behaviour::default()), custom.clone()).is_ok());
    let strict = Behaviour {
        custom_mode_needs_standard: true,
        ..Behaviour::default()
    };
    assert!(
        update(&behaving(strict), custom)
            .unwrap_err()
            .contains("CustomAuthMode")
    );
}

#[test]
fn mfa_is_replaced_as_a_whole() {
    let server = behaving(Behaviour {
        mfa_touches_pool: true,
        ..Behaviour::default()
    });
    let before = pool(&server);
    let factor = json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    let said = call(&server, "SetUserPoolMfaConfig", factor.clone()).unwrap_err();
    assert!(
        said.contains("can't turn off MFA and configure an MFA together"),
        "{said}"
    );
    assert!(
        call(
            &server,
            "SetUserPoolMfaConfig",
            json!({ "MfaConfiguration": "ON" })
        )
        .is_err()
    );
    let mut on = factor;
    on["MfaConfiguration"] = json!("ON");
    let answer = call(&server, "SetUserPoolMfaConfig", on.clone()).unwrap();
    assert_eq!(answer, call(&server, "GetUserPoolMfaConfig", json!({})).unwrap());
    assert_eq!(
        (&answer["MfaConfiguration"], &pool(&server)["MfaConfiguration"]),
        (&json!("ON"), &json!("ON"))
    );
    assert!(pool(&server)["LastModifiedDate"].as_f64() > before["LastModifiedDate"].as_f64());
    call(&server, "SetUserPoolMfaConfig", json!({})).unwrap();
    assert_eq!(
        call(&server, "GetUserPoolMfaConfig", json!({})).unwrap(),
        json!({ "MfaConfiguration": "OFF" })
    );
}

#[test]
fn a_client_is_reset_as_well() {
    let server = start(Options::default());
    let change = |input: Value| {
        let mut input = input;
        input["ClientId"] = json!(CLIENT);
        call(&server, "UpdateUserPoolClient", input)
    };
    let answer = change(json!({ "RefreshTokenValidity": 0, "New": 1, "ClientSecret": "x" })).unwrap();
    let client = &answer["UserPoolClient"];
    assert_eq!(
        client["ExplicitAuthFlows"],
        json!([
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_CUSTOM_AUTH"
        ])
    );
    assert_eq!(
        (
            &client["RefreshTokenValidity"],
            &client["New"],
            &client["ClientName"]
        ),
        (&json!(30), &json!(1), &json!("web"))
    );
    assert!(client["ClientSecret"].as_str().unwrap().len() > 20);
    assert!(change(json!({ "EnablePropagateAdditionalUserContextData": true })).is_ok());
    server.change(|world| {
        world
            .pool_mut(POOL)
            .unwrap()
            .clients
            .get_mut(CLIENT)
            .unwrap()
            .remove("ClientSecret")
    });
    let said = change(json!({ "EnablePropagateAdditionalUserContextData": true })).unwrap_err();
    assert!(said.contains("Client Secret is required"), "{said}");
}

fn activity() -> Value {
    json!({ "EventSource": "userAuthEvents", "LogLevel": "INFO",
        "CloudWatchLogsConfiguration": { "LogGroupArn": "arn:aws:logs:us-west-2:123456789012:log-group:a" } })
}

#[test]
fn log_delivery_has_one_entry_a_source() {
    let group = activity()["CloudWatchLogsConfiguration"].clone();
    let notification = json!({ "EventSource": "userNotification", "LogLevel": "ERROR", "CloudWatchLogsConfiguration": group });
    let set = |server: &Server, list: Value| {
        call(
            server,
            "SetLogDeliveryConfiguration",
            json!({ "LogConfigurations": list }),
        )
    };
    let mut two_places = activity();
    two_places["S3Configuration"] = json!({ "BucketArn": "arn:aws:s3:::bucket" });
    let mut loud = notification.clone();
    loud["LogLevel"] = json!("INFO");
    let server = start(Options::default());
    for (list, words) in [
        (json!([activity(), activity()]), "appear more then once"),
        (json!([two_places]), "userAuthEvents"),
        (json!([loud]), "userNotification"),
        (
            json!([{ "EventSource": "other", "LogLevel": "INFO" }]),
            "enum value set",
        ),
    ] {
        let said = set(&server, list).unwrap_err();
        assert!(said.contains(words), "{said}");
    }
    for (unsent_log_configurations, count) in [(Unsent::Removed, 1), (Unsent::Kept, 2)] {
        let server = behaving(Behaviour {
            unsent_log_configurations,
            ..Behaviour::default()
        });
        set(&server, json!([activity()])).unwrap();
        set(&server, json!([notification.clone()])).unwrap();
        let read = call(&server, "GetLogDeliveryConfiguration", json!({})).unwrap();
        assert_eq!(
            read["LogDeliveryConfiguration"]["LogConfigurations"]
                .as_array()
                .unwrap()
                .len(),
            count
        );
    }
    server.change(|world| {
        world
            .pool_mut(POOL)
            .unwrap()
            .user_pool
            .insert("UserPoolTier".into(), json!("ESSENTIALS"))
    });
    let said = set(&server, json!([activity()])).unwrap_err();
    assert!(
        said.ends_with("not available for the ESSENTIALS pricing tier configured: Log Streaming"),
        "{said}"
    );
    let absent = Behaviour {
        no_log_delivery_is_absent: true,
        ..Behaviour::default()
    };
    assert_eq!(
        call(&behaving(absent), "GetLogDeliveryConfiguration", json!({})).unwrap(),
        json!({ "LogDeliveryConfiguration": { "UserPoolId": POOL } })
    );
}
