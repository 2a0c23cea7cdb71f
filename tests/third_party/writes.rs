//! What moto's `UpdateUserPool` and `UpdateUserPoolClient`, which reset what is not sent, leave of a pool and a client.

use std::sync::Arc;

use aws_sdk_cognitoidentityprovider::Client as Cognito;
use aws_sdk_cognitoidentityprovider::types::{
    AccountRecoverySettingType, AdminCreateUserConfigType, DeletionProtectionType, DeviceConfigurationType,
    EmailConfigurationType, EmailSendingAccountType, LambdaConfigType, PasswordPolicyType,
    RecoveryOptionNameType, RecoveryOptionType, UserPoolPolicyType, VerificationMessageTemplateType,
    VerifiedAttributeType,
};
use cogward::aws::{AlarmRequest, AnyAlarm, Connect, ConnectWriter, ReadPort, Session, WritePort};
use cogward::model::client_setting::ClientSettings;
use cogward::model::mode::Mode;
use cogward::update::{PoolSettings, update_client, update_user_pool};
use serde_json::{Value, json};

use crate::third_party::support::{ACCOUNT, connector, ministack, moto, new_account, pool, sdk};

/// What a pool has beyond what `pool` gives it: something in many of the places that an update may reset.
async fn furnish(cognito: &Cognito, id: &str) {
    let function = |name: &str| format!("arn:aws:lambda:us-west-2:{ACCOUNT}:function:{name}");
    let passwords = PasswordPolicyType::builder()
        .minimum_length(14)
        .require_symbols(true)
        .password_history_size(5);
    let recovery = RecoveryOptionType::builder()
        .name(RecoveryOptionNameType::VerifiedEmail)
        .priority(1);
    let mails = EmailConfigurationType::builder()
        .email_sending_account(EmailSendingAccountType::Developer)
        .source_arn(format!(
            "arn:aws:ses:us-west-2:{ACCOUNT}:identity/admin@example.com"
        ))
        .reply_to_email_address("help@example.com");
    let recovery = AccountRecoverySettingType::builder().recovery_mechanisms(recovery.build().unwrap());
    // As AWS describes it, and moto does not by itself: the same text twice.
    let template = VerificationMessageTemplateType::builder()
        .email_message("Your code is {####}")
        .email_subject("Your code");
    let update = cognito.update_user_pool().user_pool_id(id);
    let update = update
        .policies(
            UserPoolPolicyType::builder()
                .password_policy(passwords.build())
                .build(),
        )
        .lambda_config(LambdaConfigType::builder().pre_sign_up(function("check")).build())
        .deletion_protection(DeletionProtectionType::Active)
        .auto_verified_attributes(VerifiedAttributeType::Email)
        .sms_authentication_message("Your code is {####}")
        .email_verification_message("Your code is {####}")
        .email_verification_subject("Your code")
        .verification_message_template(template.build())
        .device_configuration(
            DeviceConfigurationType::builder()
                .challenge_required_on_new_device(true)
                .build(),
        )
        .admin_create_user_config(
            AdminCreateUserConfigType::builder()
                .allow_admin_create_user_only(true)
                .build(),
        )
        .account_recovery_setting(recovery.build())
        .email_configuration(mails.build())
        .user_pool_tags("run", "writes")
        .user_pool_add_ons(
            aws_sdk_cognitoidentityprovider::types::UserPoolAddOnsType::builder()
                .advanced_security_mode("AUDIT".into())
                .build()
                .unwrap(),
        );
    update.send().await.unwrap();
}

async fn ports(region: &str) -> (Arc<dyn ReadPort>, Arc<dyn WritePort>) {
    let (connector, session) = (connector(&moto(), &ministack(), ACCOUNT), Session::default());
    (
        connector.connect(&session, region, None).await,
        connector.connect_writer(&session, region, None).await,
    )
}

/// What an update can carry, without what it sets: moto forgets settings that no update can send, such as those of
/// user names, and calls "nothing" null.
fn carried(description: &Value, names: &[String], but: &str) -> Value {
    let mut rest = description.as_object().unwrap().clone();
    rest.retain(|name, value| {
        let sent = if name == "Name" { "PoolName" } else { name };
        names.iter().any(|carried| carried == sent) && name != but && !value.is_null()
    });
    // The service mirrors another member in it, moto does not; it is never sent.
    if let Some(Value::Object(invitations)) = rest.get_mut("AdminCreateUserConfig") {
        invitations.remove("UnusedAccountValidityDays");
    }
    Value::Object(rest)
}

/// An update of the mode leaves a pool as it was.
#[tokio::test]
#[ignore = "needs emulators: .ci/run emulators"]
async fn mode_update_keeps_other_pool_settings() {
    let region = "us-west-2";
    let cognito = Cognito::new(&sdk(&moto(), region, ACCOUNT).await);
    let (id, _) = pool(&cognito, "writes").await;
    furnish(&cognito, &id).await;
    let (reader, writer) = ports(region).await;
    let before = reader.describe_user_pool(&id).await.unwrap()["UserPool"].take();
    let set = PoolSettings {
        standard: Some(Mode::Enforced),
        ..PoolSettings::default()
    };
    let update = update_user_pool(&before, set, &[]).unwrap();
    for name in [
        "Policies",
        "LambdaConfig",
        "DeviceConfiguration",
        "EmailConfiguration",
        "UserPoolTags",
    ] {
        assert!(
            update.carried.iter().any(|carried| carried == name),
            "{name}: {update:?}"
        );
    }
    writer.update_user_pool(&update.body).await.unwrap();
    let after = reader.describe_user_pool(&id).await.unwrap()["UserPool"].take();
    let names = &update.carried;
    assert_eq!(
        carried(&before, names, "UserPoolAddOns"),
        carried(&after, names, "UserPoolAddOns")
    );
    assert_eq!(
        after["UserPoolAddOns"],
        json!({ "AdvancedSecurityMode": "ENFORCED" })
    );
    // The emulator does reset: the call that guides print loses the rest.
    let bare = json!({ "UserPoolId": id, "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } });
    writer.update_user_pool(&bare).await.unwrap();
    let reset = reader.describe_user_pool(&id).await.unwrap()["UserPool"].take();
    assert_ne!(
        carried(&before, names, "UserPoolAddOns"),
        carried(&reset, names, "UserPoolAddOns")
    );
}

/// An update of a clients flows leaves the rest.
#[tokio::test]
#[ignore = "needs emulators: .ci/run emulators"]
async fn flow_update_keeps_other_client_settings() {
    let region = "us-west-2";
    let cognito = Cognito::new(&sdk(&moto(), region, ACCOUNT).await);
    let (id, secret) = pool(&cognito, "writes").await;
    let (reader, writer) = ports(region).await;
    let client = reader.list_clients(&id, None).await.unwrap().items.remove(0).id;
    let before = reader.describe_client(&id, &client).await.unwrap()["UserPoolClient"].take();
    let flows = ["ALLOW_USER_SRP_AUTH".to_owned()];
    let set = ClientSettings {
        auth_flows: Some(flows.into()),
        ..ClientSettings::default()
    };
    let update = update_client(&before, &set, &[]).unwrap();
    let written = writer.update_user_pool_client(&update.body).await.unwrap();
    assert!(!written.answer.to_string().contains(&secret));
    let after = reader.describe_client(&id, &client).await.unwrap()["UserPoolClient"].take();
    let names = &update.carried;
    assert_eq!(
        carried(&before, names, "ExplicitAuthFlows"),
        carried(&after, names, "ExplicitAuthFlows")
    );
    assert_eq!(after["ExplicitAuthFlows"], json!(["ALLOW_USER_SRP_AUTH"]));
}

#[tokio::test]
#[ignore = "needs emulators: .ci/run emulators"]
async fn an_alarm_is_written_and_read() {
    let (region, account) = ("us-west-2", new_account());
    let (connector, session) = (connector(&moto(), &ministack(), &account), Session::default());
    let writer = connector.connect_writer(&session, region, None).await;
    let alarm = AlarmRequest {
        name: "risk".into(),
        namespace: "AWS/Cognito".into(),
        metric: "AccountTakeoverRisk".into(),
        dimensions: [("UserPoolId".to_owned(), "us-west-2_A".to_owned())].into(),
        statistic: "Sum".into(),
        period: 300,
        evaluation_periods: 1,
        threshold: 1.0,
        comparison: "GreaterThanOrEqualToThreshold".into(),
        treat_missing_data: Some("notBreaching".into()),
        actions_enabled: true,
        ..AlarmRequest::default()
    };
    writer.put_metric_alarm(&alarm).await.unwrap();
    let reader = connector.connect(&session, region, None).await;
    let found = reader.alarms(None).await.unwrap().items;
    let [AnyAlarm::OfMetric(found)] = found.as_slice() else {
        panic!("one alarm on a metric: {found:?}")
    };
    assert_eq!(AlarmRequest::new("risk", found), alarm);
}
