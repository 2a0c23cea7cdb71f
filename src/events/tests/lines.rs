//! Lines that are read at once against the reader that takes any value.

use proptest::prelude::*;

use crate::events::{EventTally, read, split, unwrap};
use crate::model::event::AuthEvent;

fn all(bytes: &[u8]) -> (Vec<AuthEvent>, EventTally) {
    let (mut events, mut tally) = (Vec::new(), EventTally::default());
    let read = read("log", Box::new(bytes), &mut tally, &mut |event| {
        events.push(event.clone());
        Ok(())
    });
    read.unwrap();
    (events, tally)
}

/// As [`all`], value by value from the beginning.
fn slowly(bytes: &[u8]) -> (Vec<AuthEvent>, EventTally) {
    let (mut events, mut tally) = (Vec::new(), EventTally::default());
    let mut unwrapper = unwrap::Unwrapper {
        file: "log",
        tally: &mut tally,
        take: &mut |event| {
            events.push(event.clone());
            Ok(())
        },
        take_trail: &mut |_| {},
    };
    unwrapper.values(bytes, split::Limits::default()).unwrap();
    tally.files = 1;
    tally.broken_files = u64::from(tally.broken > 0);
    (events, tally)
}

/// Members and values that a record may have, or that make it another one.
fn member() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "eventId",
        "eventType",
        "userSub",
        "userName",
        "userPoolId",
        "clientId",
        "creationDate",
        "eventResponse",
        "riskLevel",
        "riskDecision",
        "challenges",
        "deviceName",
        "ipAddress",
        "timezone",
        "requestId",
        "idpName",
        "compromisedCredentialDetected",
        "compromisedCredentialsDetected",
        "city",
        "country",
        "eventFeedbackValue",
        "eventFeedbackDate",
        "eventFeedbackProvider",
        "hasContextData",
        "eventVersion",
        "eventSource",
        "new",
    ]);
    let values = prop::sample::select(vec![
        "\"\"",
        "null",
        "\"null\"",
        "\" a \"",
        "1",
        "0.5",
        "true",
        "\"TRUE\"",
        "\"false\"",
        "\"perhaps\"",
        "\"SIGN_IN\"",
        "\"Pass\"",
        "\"pass\"",
        "\"HIGH\"",
        "\"ACCOUNT_TAKEOVER\"",
        "\"1791187200671\"",
        "\"0791187200671\"",
        "\"1791187200\"",
        "\"2026-10-05T08:00:00Z\"",
        "\"Mon Oct 05 08:07:00 UTC 2026\"",
        "[]",
        "[\"Mfa\"]",
        "{}",
        "\"\\u00fc\\n\"",
        "[{\"challengeName\":\"Password\",\"challengeResponse\":\"Success\"}]",
        "[{\"ChallengeName\":\"Mfa\"}]",
        "[{\"challengeResponse\":\"Success\"}]",
        "[{}]",
        "\"Valid\"",
        "\"192.0.2.1\"",
    ]);
    (names, values).prop_map(|(name, value)| format!("\"{name}\":{value}"))
}

fn log_line() -> impl Strategy<Value = String> {
    let around = prop::sample::select(vec![
        "\"eventTimestamp\":\"1791187620011\"",
        "\"eventTimestamp\":1791187620011",
        "\"eventSource\":\"USER_ACTIVITY\"",
        "\"eventSource\":\"user_notification\"",
        "\"logSourceId\":{\"userPoolId\":\"p\"}",
        "\"logSourceId\":\"p\"",
        "\"format\":\"cogward-event\"",
        "\"AuthEvents\":[]",
        "\"new\":[[{}]]",
        "\"version\":1",
    ]);
    let record = (
        prop::collection::vec(member(), 0..9),
        prop::collection::vec(around, 0..4),
    )
        .prop_map(|(members, around)| {
            let message = format!(
                "\"message\":{{\"eventType\":\"SignIn\",\"eventId\":\"e\"{}{}}}",
                if members.is_empty() { "" } else { "," },
                members.join(",")
            );
            format!(
                "{{{}}}",
                around
                    .into_iter()
                    .map(str::to_owned)
                    .chain([message])
                    .collect::<Vec<_>>()
                    .join(",")
            )
        });
    let own = Just(
        "{\"format\":\"cogward-event\",\"version\":1,\"form\":\"api\",\"id\":\"e\",\"type\":\"SIGN_IN\"}"
            .to_owned(),
    );
    let odd = prop::sample::select(vec![
        "",
        " ",
        "\r",
        "{",
        "{}",
        "[",
        "text",
        "{\"a\":1},",
        "[{\"a\":1}]",
        "{'a': 1}",
        "2026 {\"a\":1}",
        "{\"a\":1}{\"b\":2}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":1e999}",
        "\u{c}{\"a\":1}",
        "{\"a\":1}\u{c}",
        "\u{feff}{\"a\":1}",
        "\"{\\\"a\\\":1}\"",
        "{\"format\":\"cogward-event\",\"version\":2}",
        "{\"message\":\"{\\\"a\\\":1}\"}",
    ]);
    prop_oneof![6 => record, 1 => own, 2 => odd.prop_map(str::to_owned)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Lines that are read at once, and by threads, hold what they hold value by value, counts and places included.
    #[test]
    fn lines_are_read_as_values_are(
        lines in prop::collection::vec(log_line(), 0..8),
        end in prop::sample::select(vec!["\n", "\r\n", " \n"]),
        times in prop_oneof![9 => Just(1_usize), 1 => Just(600)],
        has_end in any::<bool>(),
    ) {
        let mut text = lines.join(end).repeat(times);
        if has_end {
            text.push_str(end);
        }
        let (events, tally) = all(text.as_bytes());
        let (wanted, counts) = slowly(text.as_bytes());
        prop_assert_eq!(events, wanted);
        prop_assert_eq!(tally, counts);
    }
}
