//! Every sample, as it is and as files come: compressed, concatenated, with marks, cut off.

mod lines;

use std::collections::BTreeSet;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;
use crate::model::event::{
    AnsweredChallenge, AuthEventType, EventFeedback, EventForm, EventResponse, FeedbackValue, RiskDecision,
    Spelled,
};
use crate::model::response::RiskLevel;

macro_rules! samples {
    ($($name:literal: $auth:literal / $trail:literal;)*) => {
        /// Name, bytes, auth events, `CloudTrail` records: the table of `tests/data/events/README.md`.
        const SAMPLES: &[(&str, &[u8], u64, u64)] = &[
            $(($name, include_bytes!(concat!("../../tests/data/events/", $name)), $auth, $trail),)*
        ];
    };
}

samples! {
    "export-documented.jsonl": 7 / 0;
    "export-field-spelling.jsonl": 6 / 0;
    "export-nulls.jsonl": 4 / 0;
    "export-feedback.jsonl": 3 / 0;
    "export-with-notifications.jsonl": 1 / 0;
    "export-backend-one-address.jsonl": 4 / 0;
    "export-in-progress-then-pass.jsonl": 2 / 0;
    "cwl-export-task.log": 2 / 0;
    "cwl-filter-log-events.json": 2 / 0;
    "cwl-insights-results.json": 1 / 0;
    "cwl-subscription.json": 2 / 0;
    "firehose-concatenated.json": 3 / 0;
    "auth-events-epoch.json": 5 / 0;
    "auth-events-iso.json": 2 / 0;
    "blog-lambda-cwl.log": 2 / 0;
    "blog-lambda-s3-extension.log": 1 / 0;
    "cloudtrail-records.json": 0 / 12;
    "cloudtrail-lookup-events.json": 0 / 2;
    "cloudtrail-eventbridge.jsonl": 0 / 1;
    "list-users-by-sub.json": 0 / 0;
}

fn sample(name: &str) -> &'static [u8] {
    SAMPLES.iter().find(|(known, ..)| *known == name).unwrap().1
}

/// Everything that a text says.
fn all(bytes: &[u8]) -> (Vec<AuthEvent>, EventTally, Option<NoLog>) {
    let (mut events, mut tally) = (Vec::new(), EventTally::default());
    let no_log = read("f", Box::new(bytes), &mut tally, &mut |event| {
        events.push(event.clone());
        Ok(())
    });
    assert_eq!(events.len() as u64, tally.events);
    (events, tally, no_log.unwrap())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_sample_has_its_counts() {
    for (name, bytes, auth, trail) in SAMPLES {
        let (_, tally, no_log) = all(bytes);
        assert_eq!((tally.events, tally.trail), (*auth, *trail), "{name}");
        assert_eq!((tally.broken, &tally.named), (0, &Vec::new()), "{name}");
        assert_eq!(no_log.is_some(), *name == "list-users-by-sub.json", "{name}");
    }
    let table = include_str!("../../tests/data/events/README.md");
    let listed = table
        .lines()
        .filter(|line| line.contains(" | ") && !line.starts_with("| file"))
        .count();
    assert_eq!(listed, SAMPLES.len(), "every row of the table is a sample here");
}

#[test]
fn what_holds_no_event_is_counted_by_kind() {
    let strangers = |name| all(sample(name)).1.strangers;
    let one = |kind| std::collections::BTreeMap::from([(kind, 1)]);
    assert_eq!(
        strangers("export-with-notifications.jsonl"),
        one(Stranger::Notification)
    );
    assert_eq!(strangers("cwl-subscription.json"), one(Stranger::Control));
    assert_eq!(strangers("list-users-by-sub.json"), one(Stranger::Other));
    assert_eq!(all(sample("blog-lambda-cwl.log")).1.texts, 2);
    let other = r#"{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"GetObject"}"#;
    assert_eq!(all(other.as_bytes()).1.strangers, one(Stranger::OtherService));
}

#[test]
fn samples_are_read_however_they_are_packed() {
    for (name, bytes, auth, trail) in SAMPLES {
        let text = std::str::from_utf8(bytes).unwrap();
        let middle = text.floor_char_boundary(text.len() / 2);
        let members = [gzip(&bytes[..middle]), gzip(&bytes[middle..])].concat();
        let zstd = ruzstd::encoding::compress_to_vec(*bytes, ruzstd::encoding::CompressionLevel::Fastest);
        let utf16: Vec<u8> = format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for packed in [
            members,
            zstd,
            utf16,
            format!("\u{feff}{text}").into_bytes(),
            text.replace('\n', "\r\n").into_bytes(),
            gzip(&gzip(bytes)),
        ] {
            let (_, tally, _) = all(&packed);
            assert_eq!(
                (tally.events, tally.trail, tally.broken),
                (*auth, *trail, 0),
                "{name}"
            );
        }
    }
}

/// What cannot be decompressed at all is damaged and not called empty.
#[test]
fn damaged_compression_is_not_empty() {
    let bytes = sample("export-documented.jsonl");
    let zstd = ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest);
    for (packed, words) in [
        (&zstd[..6], "from there on: the zstd data is cut off or damaged"),
        (&gzip(bytes)[..11], "from there on: "),
    ] {
        let (events, tally, no_log) = all(packed);
        assert_eq!((events.len(), tally.broken, no_log), (0, 1, None));
        assert!(tally.named[0].why.contains(words), "{:?}", tally.named);
    }
}

/// Samples behind each other are one sequence.
#[test]
fn concatenated_samples() {
    let together: Vec<u8> = SAMPLES
        .iter()
        .flat_map(|(_, bytes, ..)| [*bytes, b"\n"].concat())
        .collect();
    let (events, tally, _) = all(&together);
    assert_eq!(tally.events, SAMPLES.iter().map(|sample| sample.2).sum::<u64>());
    assert_eq!(tally.trail, 15);
    let mut store = EventStore::default();
    for event in &events {
        store.add(event).unwrap();
    }
    let distinct = store.finish().unwrap();
    // One event is there twice as InProgress and Pass; the forms of a log group repeat each other's.
    let ids: BTreeSet<_> = events.iter().map(|event| &event.id).collect();
    assert_eq!(distinct.distinct(), ids.len() as u64);
}

#[test]
fn an_exported_record_says_all_it_has() {
    let (events, ..) = all(sample("export-feedback.jsonl"));
    let first = AuthEvent {
        form: EventForm::Export,
        id: Some("11111111-bbbb-4ccc-8ddd-000000000031".to_owned()),
        pool: Some("us-west-2_EXAMPLE".to_owned()),
        client: Some("1example23456789".to_owned()),
        sub: Some("00000000-aaaa-4bbb-8ccc-000000000015".to_owned()),
        user_name: Some("user-15".to_owned()),
        at: Some("2026-10-05T11:37:00.341Z".parse().unwrap()),
        event_type: Spelled::Known(AuthEventType::SignIn),
        response: Spelled::Known(EventResponse::Pass),
        level: Spelled::Known(RiskLevel::High),
        decision: Spelled::Known(RiskDecision::AccountTakeover),
        compromised: Some(false),
        challenges: Some(vec![AnsweredChallenge {
            name: "Password".to_owned(),
            answer: Some("Success".to_owned()),
        }]),
        address: Some("192.0.2.10".to_owned()),
        city: Some("Berlin".to_owned()),
        country: Some("Germany".to_owned()),
        device: Some("Chrome 141, Windows 10".to_owned()),
        time_zone: None,
        has_context: Some(true),
        idp: None,
        feedback: Some(EventFeedback {
            value: Spelled::Known(FeedbackValue::Valid),
            provider: Some("Admin".to_owned()),
            at: Some("2026-10-06T09:00:00Z".parse().unwrap()),
        }),
        request: Some("22222222-cccc-4ddd-8eee-000000000031".to_owned()),
    };
    assert_eq!(events[0], first);
    assert_eq!(
        events[2].feedback.as_ref().unwrap().value.known(),
        Some(FeedbackValue::Valid)
    );
}

/// Answers of the api say what they have and python is one.
#[test]
fn api_answers_and_python_output() {
    let (epoch, ..) = all(sample("auth-events-epoch.json"));
    assert_eq!(epoch[0].at, Some("2026-10-04T14:27:00.139Z".parse().unwrap()));
    assert_eq!(
        (
            epoch[0].client.clone(),
            epoch[0].pool.clone(),
            epoch[0].sub.clone()
        ),
        (None, None, None)
    );
    assert_eq!(epoch[1].level, Spelled::Absent);
    assert_eq!(epoch[1].decision, Spelled::Known(RiskDecision::NoRisk));
    let (iso, ..) = all(sample("auth-events-iso.json"));
    assert_eq!(iso[0].city, None, "the text null");
    let (python, ..) = all(sample("blog-lambda-s3-extension.log"));
    assert_eq!(python[0].device.as_deref(), Some("Chrome 141, O'Hara OS"));
    assert_eq!(python[0].at, Some("2026-10-04T12:56:00.139Z".parse().unwrap()));
    assert_eq!(
        (python[0].compromised, python[0].city.clone()),
        (Some(true), None)
    );
    let wrapped = [
        br#"{"userPoolId":"p","username":"u","sub":"s",""#.as_slice(),
        &sample("auth-events-iso.json").trim_ascii()[5..],
    ];
    let (named, tally, _) = all(&wrapped.concat());
    assert_eq!(tally.broken, 0, "{:?}", tally.named);
    assert_eq!(named[0].pool.as_deref(), Some("p"));
    assert_eq!(
        (named[0].sub.as_deref(), named[0].user_name.as_deref()),
        (Some("s"), Some("u"))
    );
}

#[test]
fn what_a_record_does_not_say_is_unknown() {
    let (events, ..) = all(sample("export-nulls.jsonl"));
    assert_eq!(
        (&events[0].level, &events[0].decision),
        (&Spelled::Absent, &Spelled::Absent)
    );
    assert_eq!(
        (events[0].country.clone(), events[0].has_context),
        (None, Some(true))
    );
    assert_eq!(events[1].has_context, None);
    assert_eq!(
        (events[2].sub.clone(), events[2].user()),
        (None, Some("nobody@example.com"))
    );
    let unknown = r#"{"message":{"eventId":"e","userPoolId":"p","eventType":"SignOut","eventResponse":"Perhaps",
        "riskLevel":"Severe","riskDecision":"ACCOUNT_TAKEOVER","compromisedCredentialDetected":"maybe"}}"#;
    let (events, tally, _) = all(unknown.as_bytes());
    assert_eq!(events[0].event_type, Spelled::Other("SignOut".to_owned()));
    assert_eq!(events[0].level, Spelled::Other("Severe".to_owned()));
    assert_eq!(events[0].decision.known(), Some(RiskDecision::AccountTakeover));
    assert_eq!(events[0].compromised, None);
    let words: Vec<_> = tally
        .words
        .keys()
        .map(|word| (word.member, word.text.as_str(), word.is_kept))
        .collect();
    let wanted = [
        ("compromised credentials", "maybe", false),
        ("response", "Perhaps", true),
        ("risk level", "Severe", true),
        ("type", "SignOut", true),
    ];
    assert_eq!(words, wanted);
}

#[test]
fn an_ipv6_address_has_one_spelling() {
    let record = |address: &str| {
        format!(
            r#"{{"message":{{"eventId":"e","userPoolId":"p","eventType":"SignIn","ipAddress":"{address}"}}}}"#
        )
    };
    for (written, read) in [
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        (" 2001:db8::0001 ", "2001:db8::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("FE80::1%eth0", "FE80::1%eth0"),
        ("a:b", "a:b"),
    ] {
        let (events, ..) = all(record(written).as_bytes());
        assert_eq!(events[0].address.as_deref(), Some(read));
        // Read in the other way.
        let (events, ..) = all(format!("[{}]", record(written)).as_bytes());
        assert_eq!(events[0].address.as_deref(), Some(read));
    }
}

/// A broken value is counted with its place and reading goes on.
#[test]
fn broken_value_counted_with_offset() {
    let good = std::str::from_utf8(sample("export-documented.jsonl")).unwrap();
    let lines: Vec<_> = good.lines().collect();
    let half = &lines[0][..lines[0].len() / 3];
    let text = format!(
        "{}\n{half}\n{}\n{{\"a\": 1e999}}\n{}",
        lines[1], lines[2], lines[3]
    );
    let (events, tally, _) = all(text.as_bytes());
    assert_eq!((events.len(), tally.broken), (3, 2));
    let places: Vec<_> = tally.named.iter().map(|broken| broken.offset).collect();
    let second = text.find("{\"a\"").unwrap() as u64;
    assert_eq!(places, [lines[1].len() as u64 + 1, second]);
    // A file that ends in the middle of an answer, and one whose compression is damaged.
    let whole = sample("auth-events-epoch.json");
    let (events, tally, _) = all(&whole[..whole.len() - 200]);
    assert_eq!((events.len(), tally.broken), (4, 1));
    let packed = [gzip(sample("export-nulls.jsonl")), b"damage".to_vec()].concat();
    let (events, tally, _) = all(&packed);
    assert_eq!((events.len(), tally.broken), (4, 1));
    assert!(
        tally.named[0].why.contains("cannot be read from there on"),
        "{:?}",
        tally.named
    );
}

/// What functions and streams are handed is read.
#[test]
fn lambda_and_stream_payloads() {
    use base64::Engine as _;
    let encoded = |bytes: &[u8]| base64::prelude::BASE64_STANDARD.encode(bytes);
    let subscription = encoded(&gzip(sample("cwl-subscription.json")));
    let plain = encoded(sample("firehose-concatenated.json"));
    for (event, count) in [
        (serde_json::json!({ "awslogs": { "data": subscription } }), 2),
        (
            serde_json::json!({ "Records": [{ "kinesis": { "data": subscription } }] }),
            2,
        ),
        (
            serde_json::json!({ "records": [{ "recordId": "1", "data": plain }] }),
            3,
        ),
        (
            serde_json::json!({ "records": [{ "recordId": "1", "data": "no base64" }] }),
            0,
        ),
    ] {
        let (events, tally, _) = all(event.to_string().as_bytes());
        assert_eq!((events.len(), tally.broken), (count, 0), "{event}");
    }
    let damaged = serde_json::json!({ "data": encoded(&gzip(sample("export-nulls.jsonl"))[..400]) });
    let (_, tally, _) = all(format!("text\n{damaged}").as_bytes());
    assert_eq!((tally.broken, tally.named[0].offset), (1, 5), "{:?}", tally.named);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Samples that were damaged anyhow: reading ends, counts agree, and what was found is read back from its own lines.
    #[test]
    fn randomly_damaged_samples(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), "[{}\\[\\]\"',:\\\\ \\na0]{0,3}"), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = SAMPLES[which.index(SAMPLES.len())].1.to_vec();
        for (at, text) in edits {
            let at = at.index(bytes.len());
            bytes.splice(at..(at + 1).min(bytes.len()), text.bytes());
        }
        bytes.truncate(bytes.len() - cut.index(bytes.len()) / 4);
        let (events, tally, _) = all(&bytes);
        prop_assert!(tally.named.len() as u64 <= tally.broken);
        let lines: Vec<u8> = events.iter().flat_map(write).collect();
        let (again, tally, _) = all(&lines);
        prop_assert_eq!(tally.broken, 0);
        prop_assert_eq!(again, events);
    }
}

/// Large and deep values are refused and counted.
#[test]
fn size_and_depth_limits() {
    let large = format!("{{\"a\": \"{}\"}}\n", "x".repeat(20 * 1024 * 1024));
    let good = sample("export-documented.jsonl");
    let (events, tally, _) = all(&[large.as_bytes(), good].concat());
    assert_eq!((events.len(), tally.broken), (7, 1));
    assert!(tally.named[0].why.contains("16 MiB"));
    let deep = format!("{}1{}\n", "{\"body\":".repeat(5000), "}".repeat(5000));
    let (events, tally, _) = all(&[deep.as_bytes(), good].concat());
    assert_eq!(events.len(), 7);
    assert!(tally.named[0].why.contains("100 levels"));
    let mut texts = "{}".to_owned();
    for _ in 0..12 {
        texts = serde_json::json!({ "message": texts }).to_string();
    }
    let (_, tally, _) = all(texts.as_bytes());
    assert!(tally.named[0].why.contains("8 texts"), "{:?}", tally.named);
}

#[test]
fn a_large_answer_is_read_in_parts() {
    let line = String::from_utf8_lossy(sample("export-documented.jsonl"));
    let message = serde_json::json!({ "timestamp": 1, "message": line.lines().next().unwrap() });
    let list = vec![message.to_string(); 20_000].join(",\n");
    let (events, tally, _) = all(format!("{{\"events\": [\n{list}\n]}}").as_bytes());
    assert_eq!(events.len(), 20_000);
    assert_eq!(tally.broken, 0, "{:?}", tally.named);
}

fn text() -> impl Strategy<Value = Option<String>> {
    // A text that says something, hostile ones among them.
    let said = |text: String| Some(crate::model::event::said(&text)?.to_owned());
    prop::option::of(".{1,6}").prop_map(move |text| text.and_then(said))
}

prop_compose! {
    fn words()(texts in prop::collection::vec(text(), 5)) -> [Option<String>; 5] {
        texts.try_into().unwrap()
    }
}

proptest! {
    /// A line is read back as the event it was made of, whatever the texts are.
    #[test]
    fn lines_are_read_back(
        texts in prop::collection::vec(text(), 12),
        words in words(),
        truths in prop::collection::vec(prop::option::of(any::<bool>()), 2),
        second in prop::option::of(-1_000_000_000_i64..4_000_000_000),
        has_lists in any::<bool>(),
    ) {
        let at = second.map(|second| jiff::Timestamp::from_second(second).unwrap());
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        let event = AuthEvent {
            form: if has_lists { EventForm::Export } else { EventForm::Api },
            id: next(), pool: next(), client: next(), sub: next(), user_name: next(), address: next(),
            city: next(), country: next(), device: next(), time_zone: next(), idp: next(), request: next(),
            at,
            event_type: Spelled::read(words[0].as_deref()),
            response: Spelled::read(words[1].as_deref()),
            level: Spelled::read(words[2].as_deref()),
            decision: Spelled::read(words[3].as_deref()),
            compromised: truths[0],
            has_context: truths[1],
            challenges: has_lists.then(|| vec![AnsweredChallenge { name: "Mfa".to_owned(), answer: words[4].clone() }]),
            feedback: has_lists.then(|| EventFeedback { value: Spelled::read(words[4].as_deref()), provider: None, at }),
        };
        let line = write(&event);
        prop_assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1));
        let (events, tally, _) = all(&line);
        prop_assert_eq!(tally.broken, 0);
        prop_assert_eq!(events, vec![event]);
    }
}

/// Every sample is the same after it was normalized.
#[test]
fn normalized_samples_round_trip() {
    for (name, bytes, ..) in SAMPLES {
        let (events, ..) = all(bytes);
        let lines: Vec<u8> = events.iter().flat_map(write).collect();
        assert_eq!(all(&lines).0, events, "{name}");
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let value: Value = serde_json::from_slice(line).unwrap();
            let faults: Vec<_> = jsonschema::validator_for(&schema())
                .unwrap()
                .iter_errors(&value)
                .map(|e| e.to_string())
                .collect();
            assert_eq!(faults, Vec::<String>::new(), "{name}");
        }
    }
    let other = br#"{"format":"cogward-event","version":2}"#;
    assert_eq!(all(other).1.strangers.get(&Stranger::OtherVersion), Some(&1));
}
