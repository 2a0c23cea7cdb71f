//! Read whole, change what is managed, write: everything else of alarms, log delivery, MFA and risk configurations is
//! as it was, whatever of it this version does not know.

use cogward::aws::NamedAlarm;
use cogward::model::log_delivery::{Delivery, LogSource};
use cogward::model::mode::{Mfa, MfaConfiguration, MfaFactor};
use cogward::simulator::Options;
use cogward::update::{log_delivery, mfa_config, risk_configuration};
use serde_json::{Value, json};

use crate::write::support::{ACCOUNT, POOL, REGION, Write, alarm, ports, raw, start};

#[tokio::test]
async fn an_alarm_is_read_as_it_is_written() {
    let server = start(Options::default());
    let (reader, writer) = ports(&server.endpoint()).await;
    assert_eq!(reader.alarm("risk").await.unwrap(), NamedAlarm::Free);
    Write::Alarm.make(&*writer).await.unwrap();
    let NamedAlarm::OfMetric(mut found) = reader.alarm("risk").await.unwrap() else {
        panic!("an alarm on one metric");
    };
    assert_eq!(*found, alarm());
    found.threshold = 3.0;
    writer.put_metric_alarm(&found).await.unwrap();
    let changed = cogward::aws::AlarmRequest {
        threshold: 3.0,
        ..alarm()
    };
    let again = reader.alarm("risk").await.unwrap();
    assert_eq!(again, NamedAlarm::OfMetric(Box::new(changed)));
}

/// The name of another kind of alarm is not free.
#[tokio::test]
async fn name_of_other_alarm_kind_is_not_free() {
    let server = start(Options::default());
    server.change(|world| {
        let alarms = &mut world.region_mut(ACCOUNT, REGION).alarms;
        let rule = json!({ "AlarmRule": "ALARM(\"a\") OR ALARM(\"b\")" });
        alarms.insert("both".into(), raw(rule));
        let query = json!([{ "Id": "e", "Expression": "m1+m2" }]);
        let sum = json!({ "Metrics": query, "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold" });
        alarms.insert("sum".into(), raw(sum));
    });
    let (reader, _) = ports(&server.endpoint()).await;
    for name in ["both", "sum"] {
        assert_eq!(reader.alarm(name).await.unwrap(), NamedAlarm::Other, "{name}");
    }
}

/// Log delivery keeps the source that nobody changes.
#[tokio::test]
async fn log_delivery_keeps_unchanged_source() {
    let server = start(Options::default());
    let (reader, writer) = ports(&server.endpoint()).await;
    Write::Logs.make(&*writer).await.unwrap();
    let before = reader.log_delivery(POOL).await.unwrap();
    let group = |name: &str| Delivery {
        cloudwatch_logs: Some(format!("arn:aws:logs:us-west-2:123456789012:log-group:{name}")),
        ..Delivery::default()
    };
    let wanted = [
        (LogSource::UserAuthEvents, Some(group("events"))),
        (LogSource::UserNotification, Some(group("x"))),
    ];
    let update = log_delivery(POOL, &before, &wanted).unwrap();
    writer.set_log_delivery(&update.body).await.unwrap();
    let after = reader.log_delivery(POOL).await.unwrap();
    let list = |body: &Value| body["LogDeliveryConfiguration"]["LogConfigurations"].clone();
    assert_eq!(list(&after)[0], list(&before)[0]);
    assert_eq!(list(&after)[1]["EventSource"], "userAuthEvents");
    // And now nothing is to be changed.
    assert_eq!(log_delivery(POOL, &after, &wanted).unwrap().changed, []);
}

#[tokio::test]
async fn mfa_changes_and_nothing_else_does() {
    let server = start(Options::default());
    // Without Amazon SES the service rejects emails as a factor.
    server.change(|world| {
        let pool = &mut world.pool_mut(POOL).unwrap().user_pool;
        pool.insert(
            "EmailConfiguration".into(),
            json!({ "EmailSendingAccount": "DEVELOPER" }),
        );
    });
    let (reader, writer) = ports(&server.endpoint()).await;
    Write::Mfa.make(&*writer).await.unwrap();
    let before = reader.mfa_config(POOL).await.unwrap();
    let set = Mfa {
        configuration: Some(MfaConfiguration::Optional),
        factors: Some([MfaFactor::SoftwareToken, MfaFactor::Email].into()),
    };
    let update = mfa_config(POOL, &before, &set, &[]).unwrap();
    writer.set_mfa_config(&update.body).await.unwrap();
    let after = reader.mfa_config(POOL).await.unwrap();
    let mut wanted = before.clone();
    wanted["MfaConfiguration"] = json!("OPTIONAL");
    wanted["EmailMfaConfiguration"] = json!({});
    assert_eq!(after, wanted);
    assert_eq!(mfa_config(POOL, &after, &set, &[]).unwrap().changed, []);
    let off = Mfa {
        configuration: Some(MfaConfiguration::Off),
        ..Mfa::default()
    };
    let update = mfa_config(POOL, &after, &off, &[]).unwrap();
    writer.set_mfa_config(&update.body).await.unwrap();
    let last = reader.mfa_config(POOL).await.unwrap();
    assert_eq!(
        (&last["MfaConfiguration"], &last["Unheard"]),
        (&json!("OFF"), &before["Unheard"])
    );
}

/// A risk configuration keeps what is unknown in it.
#[tokio::test]
async fn risk_configuration_keeps_unknown_members() {
    let server = start(Options::default());
    let (reader, writer) = ports(&server.endpoint()).await;
    Write::Risk.make(&*writer).await.unwrap();
    let own = |body: Value| body["RiskConfiguration"].clone();
    let before = own(reader.risk_configuration(POOL, None).await.unwrap());
    let planned = json!({ "UserPoolId": POOL, "AccountTakeoverRiskConfiguration": { "Actions": {
        "HighAction": { "EventAction": "MFA_REQUIRED", "Notify": false },
    } } });
    let update = risk_configuration(Some(&before), &planned).unwrap();
    writer.set_risk_configuration(&update.body).await.unwrap();
    let after = own(reader.risk_configuration(POOL, None).await.unwrap());
    let mut wanted = before;
    wanted["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"] =
        json!("MFA_REQUIRED");
    let mut found = after.clone();
    for body in [&mut wanted, &mut found] {
        body.as_object_mut().unwrap().shift_remove("LastModifiedDate");
    }
    assert_eq!(found, wanted);
    assert_eq!(risk_configuration(Some(&after), &planned).unwrap().changed, []);
}
