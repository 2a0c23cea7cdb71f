use aws_smithy_types::body::SdkBody;
use serde_json::json;
use strum::IntoEnumIterator as _;

use super::*;

fn response(body: impl Into<SdkBody>) -> HttpResponse {
    HttpResponse::new(200.try_into().unwrap(), body.into())
}

/// An answer of each operation, in its protocol, with its one member.
fn whole(operation: Operation) -> Vec<u8> {
    let member = operation.answers_with().unwrap_or("Unheard");
    let name = operation.as_str();
    match operation.service() {
        "sns" | "sts" => {
            format!("<{name}Response><{name}Result><{member}>x</{member}></{name}Result></{name}Response>")
                .into_bytes()
        }
        "cloudwatch" => cbor(&[(member, Cbor::Array(Vec::new()))]),
        _ => json!({ member: { "CreationDate": 1 } }).to_string().into_bytes(),
    }
}

/// An answer to each operation of JSON, CBOR and XML in which a name stands twice, and that name.
fn doubled(operation: Operation) -> Vec<(Vec<u8>, &'static str)> {
    let member = operation.answers_with().unwrap_or("Unheard");
    let name = operation.as_str();
    match operation.service() {
        "sts" => vec![(
            format!("<{name}Response><Account>1</Account><Account>2</Account></{name}Response>").into_bytes(),
            "Account",
        )],
        "sns" => {
            let entry = |value: u8| format!("<entry><key>Owner</key><value>{value}</value></entry>");
            let entries = entry(1) + &entry(2);
            let body = format!("<{name}Response><{member}>{entries}</{member}></{name}Response>");
            vec![(body.into_bytes(), "Owner")]
        }
        "cloudwatch" => {
            let inner = Cbor::Map(vec![("A".into(), 1.into()), ("A".into(), 2.into())]);
            let list = Cbor::Array(vec![Cbor::Tag(1, Box::new(inner))]);
            vec![
                (cbor(&[(member, list)]), "A"),
                (
                    cbor(&[
                        ("B", 1.into()),
                        (member, Cbor::Array(Vec::new())),
                        ("B", 1.into()),
                    ]),
                    "B",
                ),
            ]
        }
        _ => vec![
            (format!(r#"{{"{member}": {{"A": 1, "A": 1}}}}"#).into_bytes(), "A"),
            (
                format!(r#"{{"{member}": {{"B": [{{"A": 1, "\u0041": 2}}]}}}}"#).into_bytes(),
                "A",
            ),
            (
                format!(r#"{{"B": 1, "{member}": {{"A": 1}}, "B": 1}}"#).into_bytes(),
                "B",
            ),
        ],
    }
}

/// An answer that names something twice is none.
#[test]
fn duplicate_member_rejected() {
    for operation in all() {
        for (body, name) in doubled(operation) {
            let found = read(operation, &response(body.clone()));
            let words = String::from_utf8_lossy(&body);
            assert_eq!(
                found,
                Err(NoAnswer::Twice(name.to_owned())),
                "{operation:?} {words}"
            );
        }
    }
}

/// A description without content is none and a configuration of ids is empty.
#[test]
fn description_of_ids_only_rejected() {
    let ids = json!({ "Id": "p", "Name": "shop", "Arn": "arn", "UserPoolId": "p", "ClientId": "c",
        "ClientName": "web", "ClientSecret": "s", "Policies": null });
    let described = [
        Operation::DescribeUserPool,
        Operation::DescribeUserPoolClient,
        Operation::UpdateUserPoolClient,
    ];
    for operation in all().filter(|operation| operation.service() == "cognito-idp") {
        let Some(member) = operation.answers_with() else {
            continue;
        };
        let found = read(operation, &response(json!({ member: ids }).to_string()));
        let bare = read(operation, &response(json!({ member: {} }).to_string()));
        if described.contains(&operation) {
            assert_eq!(found, Err(NoAnswer::OnlyIds(member)), "{operation:?}");
            assert_eq!(bare, Err(NoAnswer::OnlyIds(member)), "{operation:?}");
            for content in ["CreationDate", "UserPoolTier", "Unheard"] {
                let mut whole = ids.clone();
                whole[content] = json!(1);
                let found = read(operation, &response(json!({ member: whole }).to_string()));
                assert!(found.is_ok(), "{operation:?} {content}");
            }
        } else {
            assert!(found.is_ok() && bare.is_ok(), "{operation:?}");
        }
    }
}

fn cbor(entries: &[(&str, Cbor)]) -> Vec<u8> {
    let entries = entries.iter();
    let entries = entries.map(|(name, value)| (Cbor::from(*name), value.clone()));
    let mut bytes = Vec::new();
    ciborium::into_writer(&Cbor::Map(entries.collect()), &mut bytes).unwrap();
    bytes
}

fn all() -> impl Iterator<Item = Operation> {
    Operation::iter()
}

/// Every operation is answered with its member.
#[test]
fn each_operation_reads_its_member() {
    for operation in all() {
        let found = read(operation, &response(whole(operation)));
        assert!(found.is_ok(), "{operation:?}: {found:?}");
    }
    let empty = [
        Operation::UpdateUserPool,
        Operation::PutMetricAlarm,
        Operation::AdminUpdateAuthEventFeedback,
    ];
    let none: Vec<_> = all().filter(|it| it.answers_with().is_none()).collect();
    assert_eq!(none, empty, "the others answer with something");
    for operation in empty {
        for body in [&b""[..], b"{}", &[0xa0], &[0xbf, 0xff]] {
            assert!(read(operation, &response(body.to_vec())).is_ok(), "{operation:?}");
        }
    }
}

#[test]
fn no_operation_is_answered_without_it() {
    for operation in all() {
        let Some(member) = operation.answers_with() else {
            continue;
        };
        let name = operation.as_str();
        let nulls = [
            json!({ member: null }).to_string().into_bytes(),
            cbor(&[(member, Cbor::Null)]),
        ];
        let bodies = [
            b"".to_vec(),
            b" \n".to_vec(),
            b"{}".to_vec(),
            vec![0xa0],
            json!({ "Other": { member: {} } }).to_string().into_bytes(),
        ];
        for body in bodies.into_iter().chain(nulls) {
            let found = read(operation, &response(body.clone()));
            assert_eq!(found, Err(NoAnswer::Lacks(member)), "{operation:?}: {body:?}");
        }
        if matches!(operation.service(), "sns" | "sts") {
            let xml = format!("<{name}Response><{name}Result/><{member}s/></{name}Response>");
            let found = read(operation, &response(xml));
            assert_eq!(found, Err(NoAnswer::Lacks(member)), "{operation:?}");
        }
    }
}

/// Described alarms are kept whole and nothing else in their protocol.
#[test]
fn described_alarms_keep_all_members() {
    let entry = |name: &str, value: Cbor| (Cbor::from(name), value);
    let time = Cbor::Tag(1, Box::new(Cbor::from(1.5)));
    let alarm = Cbor::Map(vec![
        entry("AlarmName", "a".into()),
        entry("New", Cbor::Array(vec![Cbor::Null, true.into(), 7.into()])),
        entry("At", time),
        entry("Odd", Cbor::Bytes(vec![1])),
        entry("NoNumber", f64::NAN.into()),
    ]);
    let body = cbor(&[("MetricAlarms", Cbor::Array(vec![alarm]))]);
    let found = read(Operation::DescribeAlarms, &response(body.clone())).unwrap();
    let wanted = json!({ "MetricAlarms": [{
        "AlarmName": "a", "New": [null, true, 7], "At": 1.5, "Odd": "bytes", "NoNumber": "a number" }] });
    assert_eq!(found, Some(wanted));
    assert_eq!(read(Operation::PutMetricAlarm, &response(body)), Ok(None));
}

#[test]
fn what_is_no_object_is_no_answer() {
    for operation in all() {
        let name = operation.as_str();
        let page = format!("<html><{name}Response></html>");
        let mut bodies: Vec<Vec<u8>> = [
            "null",
            "[]",
            "[{}]",
            "\"OK\"",
            "true",
            "7",
            "OK",
            "{",
            "<html></html>",
            "<",
        ]
        .map(|text| text.as_bytes().to_vec())
        .into();
        bodies.extend([vec![0xf6], vec![0x80], vec![0xff], vec![0x9f]]);
        if !matches!(operation.service(), "sns" | "sts") {
            bodies.push(page.into_bytes());
        }
        for body in bodies {
            let found = read(operation, &response(body.clone()));
            assert_eq!(found, Err(NoAnswer::Foreign), "{operation:?}: {body:?}");
        }
    }
}

/// An error with a good status is an error whatever else it has.
#[test]
fn error_body_with_success_status() {
    for operation in all() {
        let member = operation.answers_with().unwrap_or("Unheard");
        let name = operation.as_str();
        for key in ["__type", "code", "Code", "error"] {
            let json = json!({ member: {}, key: "InternalErrorException", "message": "ü" }).to_string();
            let coded = cbor(&[
                (member, Cbor::Map(Vec::new())),
                (key, "InternalErrorException".into()),
                ("message", "ü".into()),
            ]);
            for body in [json.into_bytes(), coded] {
                let found = read(operation, &response(body));
                let words = "InternalErrorException: ü".to_owned();
                assert_eq!(found, Err(NoAnswer::Refusal(words)), "{operation:?} {key}");
            }
        }
        if matches!(operation.service(), "sns" | "sts") {
            for root in ["ErrorResponse".to_owned(), format!("{name}Response")] {
                let xml =
                    format!("<{root}><Error><Code>A</Code><Message>b</Message></Error><{member}/></{root}>");
                let found = read(operation, &response(xml));
                assert_eq!(found, Err(NoAnswer::Refusal("A: b".to_owned())), "{operation:?}");
            }
        }
        for header in ERROR_HEADERS {
            let mut response = response(whole(operation));
            response.headers_mut().insert(header, "InternalErrorException");
            let found = read(operation, &response);
            let words = "InternalErrorException".to_owned();
            assert_eq!(found, Err(NoAnswer::Refusal(words)), "{operation:?} {header}");
        }
    }
}

/// Secrets are gone before a body is kept and unknown members are not.
#[test]
fn secrets_dropped_unknown_members_kept() {
    let body = r#"{"UserPoolClient": {"ClientSecret": "s3cr3t", "NewMember": {"A": 1.50}}}"#;
    let kept = json!({"UserPoolClient": {"NewMember": {"A": 1.5}}, "HasSecret": true});
    for operation in [Operation::DescribeUserPoolClient, Operation::UpdateUserPoolClient] {
        assert_eq!(read(operation, &response(body)), Ok(Some(kept.clone())));
    }
}
