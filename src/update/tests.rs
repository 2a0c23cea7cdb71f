//! The traps, one by one; that nothing else changes is tested with random pools in `tests/write/trips.rs`.

use serde_json::{Value, json};

use crate::model::client_setting::ClientSettings;
use crate::model::mode::{FeaturePlan, Mode};
use crate::update::{PoolSettings, UpdateBody, UpdateRefusal, Why, update_client, update_user_pool};

fn nothing() -> PoolSettings {
    PoolSettings::default()
}

fn enforced() -> PoolSettings {
    PoolSettings {
        standard: Some(Mode::Enforced),
        ..nothing()
    }
}

fn pool(mut members: Value) -> Value {
    members["Id"] = json!("us-west-2_A");
    members
}

fn update(members: Value, set: PoolSettings) -> UpdateBody {
    update_user_pool(&pool(members), set, &[]).unwrap()
}

fn refusal(members: Value) -> String {
    update_user_pool(&pool(members), nothing(), &[])
        .unwrap_err()
        .to_string()
}

/// What was left out, and why.
fn left(update: &UpdateBody) -> Vec<(&str, Why)> {
    update
        .left_out
        .iter()
        .map(|left| (left.pointer.as_str(), left.why))
        .collect()
}

#[test]
fn only_what_an_update_takes_is_sent() {
    let update = update(
        json!({
            "Name": "customers", "Arn": "a", "SchemaAttributes": [], "UsernameConfiguration": {}, "Status": "Enabled",
            "UserPoolTier": "PLUS", "MfaConfiguration": "ON", "FutureMember": { "of": [1, null] }, "Other": null,
        }),
        nothing(),
    );
    let body = json!({
        "UserPoolId": "us-west-2_A", "PoolName": "customers", "MfaConfiguration": "ON", "FutureMember": { "of": [1, null] },
    });
    assert_eq!(update.body, body);
    assert_eq!(update.carried, ["PoolName", "MfaConfiguration", "FutureMember"]);
    assert_eq!(
        (update.unknown.as_slice(), update.changed.as_slice()),
        (&["FutureMember".to_owned()][..], &[][..])
    );
    let kept = ("/UserPoolTier", Why::KeptByService);
    assert!(
        left(&update).contains(&kept) && left(&update).contains(&("/Other", Why::Empty)),
        "{update:?}"
    );
    assert_eq!(update.left_out.len(), 6);
}

#[test]
fn modes_are_set_inside_what_is_there() {
    let there = json!({ "UserPoolAddOns": {
        "AdvancedSecurityMode": "AUDIT", "Unheard": 1, "AdvancedSecurityAdditionalFlows": { "CustomAuthMode": "AUDIT", "New": 2 },
    } });
    let set = PoolSettings {
        custom: Some(Mode::Off),
        ..enforced()
    };
    let changed = update(there.clone(), set);
    let wanted = json!({
        "AdvancedSecurityMode": "ENFORCED", "Unheard": 1, "AdvancedSecurityAdditionalFlows": { "New": 2 },
    });
    assert_eq!(changed.body["UserPoolAddOns"], wanted);
    assert_eq!(changed.carried, <[String; 0]>::default());
    let places: Vec<_> = changed
        .changed
        .iter()
        .map(|change| {
            (
                change.pointer.as_str(),
                change.before.clone(),
                change.after.clone(),
            )
        })
        .collect();
    let custom = "/UserPoolAddOns/AdvancedSecurityAdditionalFlows/CustomAuthMode";
    let standard = (
        "/UserPoolAddOns/AdvancedSecurityMode",
        Some(json!("AUDIT")),
        Some(json!("ENFORCED")),
    );
    assert_eq!(places, [standard, (custom, Some(json!("AUDIT")), None)]);
    let same = PoolSettings {
        standard: Some(Mode::Audit),
        ..nothing()
    };
    let same = update(there.clone(), same);
    assert_eq!(
        (same.changed.len(), &same.carried),
        (0, &vec!["UserPoolAddOns".to_owned()])
    );
    assert_eq!(same.body["UserPoolAddOns"], there["UserPoolAddOns"]);
}

/// Add-ons have their required member or are not sent.
#[test]
fn add_ons_complete_or_omitted() {
    let custom = |mode| PoolSettings {
        custom: Some(mode),
        ..nothing()
    };
    for none in [
        json!({}),
        json!({ "UserPoolAddOns": null }),
        json!({ "UserPoolAddOns": {} }),
    ] {
        for set in [nothing(), custom(Mode::Off)] {
            assert!(
                update(none.clone(), set).body.get("UserPoolAddOns").is_none(),
                "{none}"
            );
        }
        let audit = update(none.clone(), custom(Mode::Audit));
        let wanted = json!({ "AdvancedSecurityMode": "OFF", "AdvancedSecurityAdditionalFlows": { "CustomAuthMode": "AUDIT" } });
        assert_eq!(audit.body["UserPoolAddOns"], wanted);
        let enforced = update(none, enforced());
        assert_eq!(
            enforced.body["UserPoolAddOns"],
            json!({ "AdvancedSecurityMode": "ENFORCED" })
        );
    }
    let unknown = json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "STRICTEST" } });
    let kept = update(unknown, custom(Mode::Audit));
    assert_eq!(
        kept.body["UserPoolAddOns"]["AdvancedSecurityMode"],
        json!("STRICTEST")
    );
    let odd = pool(json!({ "UserPoolAddOns": { "Unheard": 1 } }));
    let refused = update_user_pool(&odd, custom(Mode::Audit), &[]).unwrap_err();
    assert!(matches!(refused, UpdateRefusal::Shape { .. }), "{refused}");
}

#[test]
fn the_plan_is_sent_only_where_it_changes() {
    let plan = |plan| PoolSettings {
        feature_plan: Some(plan),
        ..nothing()
    };
    let lite = json!({ "UserPoolTier": "LITE" });
    assert!(
        update(lite.clone(), plan(FeaturePlan::Lite))
            .body
            .get("UserPoolTier")
            .is_none()
    );
    let up = update(lite, plan(FeaturePlan::Plus));
    assert_eq!((&up.body["UserPoolTier"], up.changed.len()), (&json!("PLUS"), 1));
    assert_eq!(
        update(json!({}), plan(FeaturePlan::Lite)).body["UserPoolTier"],
        json!("LITE")
    );
}

/// What the service refuses is left out where that loses nothing.
#[test]
fn refused_members_dropped_if_lossless() {
    let update = update(
        json!({
            "UserPoolTier": "LITE",
            "Policies": { "PasswordPolicy": { "TemporaryPasswordValidityDays": 3 } },
            "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true, "UnusedAccountValidityDays": 3 },
            "UserPoolTags": { "aws:cloudformation:stack-name": "s", "env": "prod", "awsome": "1" },
            "DeviceConfiguration": {}, "SmsConfiguration": {}, "UserPoolAddOns": {},
            "DcrConfiguration": { "OpenDcrEnabled": false }, "AcrConfiguration": { "Level1": { "AcrValue": "default" } },
        }),
        nothing(),
    );
    let body = json!({
        "UserPoolId": "us-west-2_A",
        "Policies": { "PasswordPolicy": { "TemporaryPasswordValidityDays": 3 } },
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
        "UserPoolTags": { "env": "prod", "awsome": "1" },
        "AcrConfiguration": { "Level1": { "AcrValue": "default" } },
    });
    assert_eq!(update.body, body);
    let left = left(&update);
    for one in [
        ("/AdminCreateUserConfig/UnusedAccountValidityDays", Why::Mirror),
        ("/UserPoolTags/aws:cloudformation:stack-name", Why::TagOfAws),
        ("/DcrConfiguration", Why::KeptByService),
        ("/DeviceConfiguration", Why::Empty),
    ] {
        assert!(left.contains(&one), "{one:?} {left:?}");
    }
    let only_aws = self::update(json!({ "UserPoolTags": { "aws:a": "b" } }), nothing());
    assert!(only_aws.body.get("UserPoolTags").is_none());
    let dcr = json!({ "DcrConfiguration": { "EnableStatus": "Disabled" } });
    assert_eq!(self::update(dcr, nothing()).carried, ["DcrConfiguration"]);
}

/// A number that stands alone is sent as the one that it mirrors.
#[test]
fn lone_validity_days_sent_as_twin() {
    let days = json!({ "TemporaryPasswordValidityDays": 3 });
    for policies in [
        json!(null),
        json!({}),
        json!({ "SignInPolicy": {}, "PasswordPolicy": { "MinimumLength": 9 } }),
    ] {
        let members = json!({ "AdminCreateUserConfig": { "UnusedAccountValidityDays": 3, "New": 1 }, "Policies": policies });
        let update = update(members, nothing());
        assert_eq!(update.body["AdminCreateUserConfig"], json!({ "New": 1 }));
        let sent = &update.body["Policies"]["PasswordPolicy"];
        assert_eq!(
            sent["TemporaryPasswordValidityDays"], days["TemporaryPasswordValidityDays"],
            "{policies}"
        );
        assert_eq!(update.changed, []);
        assert!(left(&update).contains(&("/AdminCreateUserConfig/UnusedAccountValidityDays", Why::Mirror)));
    }
    let both = json!({ "VerificationMessageTemplate": { "EmailMessage": "{####}", "EmailMessageByLink": "{##a##}" } });
    let sent = update(both.clone(), nothing());
    assert_eq!(
        sent.body["VerificationMessageTemplate"],
        both["VerificationMessageTemplate"]
    );
}

#[test]
fn contradictions_are_refused_in_words() {
    let function = |name: &str| format!("arn:aws:lambda:us-west-2:123456789012:function:{name}");
    for (members, words) in [
        (
            json!({ "VerificationMessageTemplate": { "SmsMessage": "{####}" }, "SmsVerificationMessage": "a {####}" }),
            "`/VerificationMessageTemplate/SmsMessage` and `/SmsVerificationMessage` should be the same text",
        ),
        (
            json!({ "LambdaConfig": {
                "PreTokenGeneration": function("a"), "PreTokenGenerationConfig": { "LambdaArn": function("b") },
            } }),
            "should be the same function",
        ),
        (
            json!({ "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] } }),
            "`/UserAttributeUpdateSettings/AttributesRequireVerificationBeforeUpdate` and `/AutoVerifiedAttributes` contradict",
        ),
        (
            json!({
                "AdminCreateUserConfig": { "UnusedAccountValidityDays": 3 },
                "Policies": { "PasswordPolicy": { "TemporaryPasswordValidityDays": 4 } },
            }),
            "should be the same number, and an update takes only the second (which of them counts is unconfirmed)",
        ),
        (
            json!({ "UserPoolTags": ["a"] }),
            "`/UserPoolTags` is not an object",
        ),
        (
            json!({ "New": [{ "a/b": 1e300 }] }),
            "`/New/0/a~1b` is a number that would be rounded on its way",
        ),
    ] {
        let said = refusal(members);
        assert!(said.contains(words), "{said}");
    }
    for odd in [
        json!(null),
        json!({}),
        json!({ "UserPool": { "Id": "us-west-2_A" } }),
    ] {
        assert_eq!(
            update_user_pool(&odd, nothing(), &[]),
            Err(UpdateRefusal::NoId("Id"))
        );
    }
}

/// Numbers are carried exactly or not at all.
#[test]
fn numbers_exact_or_refused() {
    let text = r#"{"Id": "us-west-2_A", "New": [18446744073709551615, -9223372036854775808, 0.1, 1.5e-7]}"#;
    let carried = update_user_pool(&serde_json::from_str(text).unwrap(), nothing(), &[]).unwrap();
    assert_eq!(
        carried.body["New"].to_string(),
        "[18446744073709551615,-9223372036854775808,0.1,1.5e-7]"
    );
    let beyond = text.replace("18446744073709551615", "18446744073709551616");
    let refused = update_user_pool(&serde_json::from_str(&beyond).unwrap(), nothing(), &[]);
    assert!(matches!(refused, Err(UpdateRefusal::Number(_))), "{refused:?}");
}

#[test]
fn a_client_keeps_everything_but_its_secret() {
    let client = json!({
        "UserPoolId": "us-west-2_A", "ClientId": "1a", "ClientName": "web", "ClientSecret": "s3cr3t", "ClientType": "DCR",
        "CreationDate": 1.5, "ExplicitAuthFlows": ["C", "A", "B"], "New": 1, "RefreshTokenRotation": {}, "ReadAttributes": [],
    });
    let set = ClientSettings {
        auth_flows: Some(["A", "C", "D"].map(str::to_owned).into()),
        propagate_user_context: Some(false),
        ..ClientSettings::default()
    };
    let update = update_client(&client, &set, &[]).unwrap();
    let body = json!({
        "UserPoolId": "us-west-2_A", "ClientId": "1a", "ClientName": "web",
        "ExplicitAuthFlows": ["C", "A", "D"], "New": 1, "ReadAttributes": [],
    });
    assert_eq!(update.body, body);
    assert_eq!(update.carried, ["ClientName", "New", "ReadAttributes"]);
    assert_eq!(
        (update.unknown.as_slice(), update.changed.len()),
        (&["New".to_owned()][..], 1)
    );
    assert!(left(&update).contains(&("/ClientSecret", Why::Secret)));
    let same = ClientSettings {
        auth_flows: Some(["A", "B", "C"].map(str::to_owned).into()),
        ..ClientSettings::default()
    };
    let same = update_client(&client, &same, &[]).unwrap();
    assert_eq!(
        (&same.body["ExplicitAuthFlows"], same.changed.len()),
        (&json!(["C", "A", "B"]), 0)
    );
    let odd = json!({ "UserPoolId": "us-west-2_A", "ClientId": "1a", "ExplicitAuthFlows": [1] });
    assert!(matches!(
        update_client(&odd, &set, &[]),
        Err(UpdateRefusal::Shape { .. })
    ));
    assert_eq!(
        update_client(&json!({ "ClientId": "1a" }), &set, &[]),
        Err(UpdateRefusal::NoId("UserPoolId"))
    );
}

/// A pool that becomes LITE has nothing that LITE lacks.
#[test]
fn lite_refuses_unsupported_members() {
    let lite = PoolSettings {
        feature_plan: Some(FeaturePlan::Lite),
        ..nothing()
    };
    let of = |members: &Value| update_user_pool(&pool(members.clone()), lite, &[]);
    for (mut members, place) in [
        (
            json!({ "Policies": { "PasswordPolicy": { "PasswordHistorySize": 3 } } }),
            "PasswordHistorySize",
        ),
        (
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } } }),
            "AllowedFirstAuthFactors",
        ),
        (
            json!({ "LambdaConfig": { "PreTokenGenerationConfig": { "LambdaVersion": "V2_0" } } }),
            "LambdaVersion",
        ),
    ] {
        members["UserPoolTier"] = json!("PLUS");
        let refused = of(&members).unwrap_err().to_string();
        assert!(
            refused.contains(place) && refused.contains("`LITE` does not have"),
            "{refused}"
        );
        members["UserPoolTier"] = json!("LITE");
        assert!(of(&members).is_ok(), "it is so already: {place}");
    }
    let plain = json!({
        "UserPoolTier": "PLUS",
        "Policies": {
            "PasswordPolicy": { "PasswordHistorySize": 0 }, "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] },
        },
        "LambdaConfig": { "PreTokenGenerationConfig": { "LambdaVersion": "V1_0" } },
    });
    assert_eq!(of(&plain).unwrap().body["UserPoolTier"], "LITE");
}
