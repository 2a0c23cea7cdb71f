use jiff::Timestamp;
use jiff::civil::Date;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::ledger::{AgreedLine, Cause, Ledger, Line, ModeLine, Sight, grown, news, read};
use crate::model::mode::{Mode, Modes};
use crate::model::observed::Observed;
use crate::model::posture::Posture;
use crate::plan::gate::EvidenceSource;
use crate::plan::{Auth, ManagedValue, Setting};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

fn mode_line(pool: &str, seconds: i64, mode: Mode) -> Line {
    Line::Mode(ModeLine {
        version: 1,
        at: at(seconds),
        by: "diff".into(),
        account: None,
        region: None,
        pool: pool.into(),
        auth: Auth::Standard,
        mode,
    })
}

fn agreed_line(pool: &str, seconds: i64, leaf: &str, digest: &str) -> Line {
    Line::Agreed(AgreedLine {
        version: 1,
        at: at(seconds),
        by: "apply".into(),
        account: Some("123456789012".into()),
        region: Some("us-west-2".into()),
        pool: pool.into(),
        leaf: leaf.into(),
        digest: digest.into(),
        live_digest: None,
    })
}

fn text(lines: &[Line]) -> Vec<u8> {
    grown(b"", lines)
}

/// A pool in a mode, and one managed leaf with both its sides.
fn pool(id: &str, mode: Mode) -> Observed {
    Observed {
        posture: Posture {
            pool_id: Some(id.to_owned()),
            mode: Modes {
                standard: Some(mode),
                custom: None,
            },
            ..Posture::default()
        },
        ..Observed::default()
    }
}

fn held(live: &Value, wanted: &Value) -> ManagedValue {
    ManagedValue {
        leaf: Setting::FeaturePlan,
        key: "/feature_plan".into(),
        live: Some(live.clone()),
        wanted: Some(wanted.clone()),
        agrees: live == wanted,
    }
}

fn look(ledger: &Ledger, pool: &Observed, held: &ManagedValue, seconds: i64) -> Vec<Line> {
    let held = [held.clone()];
    news(ledger, &[Sight { pool, held: &held }], at(seconds), "diff")
}

fn any_line() -> impl Strategy<Value = Line> {
    let pools = prop::sample::select(vec!["us-west-2_A", "us-west-2_B", "\u{1b}[31m\n\"}"]);
    let modes = prop::sample::select(vec![Mode::Off, Mode::Audit, Mode::Enforced]);
    prop_oneof![
        (pools.clone(), 0..50_i64, modes).prop_map(|(pool, seconds, mode)| mode_line(pool, seconds, mode)),
        (pools, 0..50_i64, "/[a-c]", "[0-9]")
            .prop_map(|(pool, seconds, leaf, digest)| { agreed_line(pool, seconds, &leaf, &digest) }),
    ]
}

proptest! {
    /// Two branches add lines to a common trunk: however git puts the lines together, the ledger reads the same.
    #[test]
    fn merged_lines_read_the_same_in_any_order(
        lines in prop::collection::vec(any_line(), 0..30),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
        shuffle in any::<u64>(),
    ) {
        let in_order = read(&text(&lines), Timestamp::MAX).unwrap();
        prop_assert_eq!(&in_order.damaged, &Vec::new());
        let mut mixed = lines.clone();
        if !lines.is_empty() {
            mixed.extend(again.iter().map(|index| index.get(&lines).clone()));
        }
        // A plain shuffle by a linear congruential generator.
        let mut state = shuffle;
        for index in (1..mixed.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            mixed.swap(index, usize::try_from(state >> 33).unwrap() % (index + 1));
        }
        prop_assert_eq!(read(&text(&mixed), Timestamp::MAX).unwrap(), in_order);
    }

    /// What a run adds makes the same run add nothing, whatever stood there and whatever the clock says.
    #[test]
    fn a_second_look_adds_nothing(
        lines in prop::collection::vec(any_line(), 0..20),
        mode in prop::sample::select(vec![Mode::Off, Mode::Audit, Mode::Enforced]),
        seconds in 0..60_i64,
    ) {
        let before = text(&lines);
        let pool = pool("us-west-2_A", mode);
        let held = held(&json!("PLUS"), &json!("PLUS"));
        let added = look(&read(&before, Timestamp::MAX).unwrap(), &pool, &held, seconds);
        let after = grown(&before, &added);
        prop_assert!(after.starts_with(&before));
        prop_assert_eq!(look(&read(&after, Timestamp::MAX).unwrap(), &pool, &held, seconds), Vec::new());
    }

    /// Bytes of any kind are read, or refused for a version, and never lost.
    #[test]
    fn any_bytes_are_read_or_told(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let Ok(ledger) = read(&bytes, Timestamp::MAX) else { return Ok(()) };
        let filled = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        prop_assert_eq!(ledger.damaged.len(), filled.count());
    }
}

/// Damaged lines are told by their number and leave the rest.
#[test]
fn damaged_lines_numbered_rest_read() {
    let whole = String::from_utf8(text(&[mode_line("us-west-2_A", 0, Mode::Audit)])).unwrap();
    let file = format!(
        "<<<<<<< HEAD\n{whole}\n=======\r\n{}\n>>>>>>> main\n{}",
        &whole[..40],
        whole.trim_end()
    );
    let ledger = read(file.as_bytes(), Timestamp::MAX).unwrap();
    let lines: Vec<_> = ledger.damaged.iter().map(|damage| damage.line).collect();
    assert_eq!(lines, [1, 4, 5, 6]);
    assert!(
        ledger
            .evidence("us-west-2_A", Auth::Standard, day("2026-12-01"), None)
            .is_some()
    );
    assert!(ledger.blind().is_some());
    for odd in [
        whole.replace("\"AUDIT\"", "\"NEW\""),
        whole.replace("\"pool\"", "\"pool2\""),
        whole.replace("\"version\":1,", ""),
        whole.replace("\"version\":1,", "\"version\":0,"),
        whole.replace("\"event\":\"mode\"", "\"event\":\"later\""),
        whole.replace("2026-", "yesterday-"),
        "[]\n".to_owned(),
        "null".to_owned(),
    ] {
        assert_eq!(
            read(odd.as_bytes(), Timestamp::MAX).unwrap().damaged.len(),
            1,
            "{odd}"
        );
    }
}

/// A line of a time that is still to come shows nothing, and is said: a mode, an agreement, and a ledger of nothing else.
#[test]
fn nobody_has_seen_what_is_still_to_come() {
    let lines = [
        mode_line("us-west-2_A", 0, Mode::Audit),
        mode_line("us-west-2_A", 86_400, Mode::Enforced),
    ];
    for (now, damaged) in [(0, 1), (82_799, 1), (82_800, 0), (86_400, 0)] {
        let ledger = read(&text(&lines), at(now)).unwrap();
        assert_eq!(ledger.damaged.len(), damaged, "{now}");
        assert_eq!(ledger.blind().is_some(), damaged == 1, "{now}");
        let enforced = ledger.enforced_since("us-west-2_A", Auth::Standard, day("9999-01-01"));
        assert_eq!(enforced.is_some(), damaged == 0, "{now}");
        assert_eq!(ledger.seen().count(), 2 - damaged);
        for damage in &ledger.damaged {
            assert_eq!(damage.line, 2);
            assert!(
                damage.message.starts_with("its time is in the future: 2026-"),
                "{}",
                damage.message
            );
        }
    }
    let ledger = read(&text(&lines), at(-86_400)).unwrap();
    assert_eq!((ledger.damaged.len(), ledger.is_foreign()), (2, false));
    // Agreements as well: without them no cause is known.
    let plus = json!("PLUS");
    let pool = pool("us-west-2_A", Mode::Audit);
    let lines = look(&Ledger::default(), &pool, &held(&plus, &plus), 86_400);
    let ledger = read(&text(&lines), at(0)).unwrap();
    assert_eq!(
        ledger.cause("us-west-2_A", "/feature_plan", Some(&json!("LITE")), Some(&plus)),
        Cause::Differs
    );
}

#[test]
fn a_later_version_is_refused_by_its_line() {
    let whole = String::from_utf8(text(&[mode_line("us-west-2_A", 0, Mode::Audit)])).unwrap();
    let later = whole.replace("\"version\":1", "\"version\":2,\"more\":{}");
    let error = read(format!("{whole}{later}").as_bytes(), Timestamp::MAX).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 2: version 2 is unknown; this program reads version 1: update cogward"
    );
}

/// A cut off last line stays damaged and what is added is whole.
#[test]
fn append_after_truncated_line() {
    let whole = text(&[mode_line("us-west-2_A", 0, Mode::Audit)]);
    let cut = &whole[..whole.len() - 9];
    let grown = grown(cut, &[mode_line("us-west-2_A", 5, Mode::Enforced)]);
    let ledger = read(&grown, Timestamp::MAX).unwrap();
    assert_eq!((ledger.damaged.len(), ledger.damaged[0].line), (1, 1));
    assert_eq!(
        ledger.enforced_since("us-west-2_A", Auth::Standard, day("2026-12-01")),
        Some(day("2026-09-21"))
    );
}

/// Which side moved is told by what both agreed on.
#[test]
fn cause_from_last_agreed_value() {
    let (plus, lite, essentials) = (json!("PLUS"), json!("LITE"), json!("ESSENTIALS"));
    let pool = pool("us-west-2_A", Mode::Audit);
    let lines = look(&Ledger::default(), &pool, &held(&plus, &plus), 0);
    let ledger = read(&text(&lines), Timestamp::MAX).unwrap();
    let cause =
        |live: &Value, wanted: &Value| ledger.cause("us-west-2_A", "/feature_plan", Some(live), Some(wanted));
    assert_eq!(cause(&lite, &plus), Cause::Drift);
    assert_eq!(cause(&plus, &lite), Cause::Pending);
    assert_eq!(cause(&lite, &essentials), Cause::Conflict);
    assert_eq!(
        ledger.cause("us-west-2_B", "/feature_plan", None, None),
        Cause::Differs
    );
    assert_eq!(ledger.cause("us-west-2_A", "/mfa", None, None), Cause::Differs);
    // A difference is not remembered: tomorrow it is still drift.
    assert_eq!(look(&ledger, &pool, &held(&lite, &plus), 86_400), Vec::new());
}

/// A ledger shows since when and what was before.
#[test]
fn evidence_since_and_previous_mode() {
    let pool = "us-west-2_A";
    let days = |days: i64| days * 86_400;
    let show = |lines: &[Line], today: &str| {
        let ledger = read(&text(lines), Timestamp::MAX).unwrap();
        let shown = ledger.evidence(pool, Auth::Standard, day(today), None)?;
        assert_eq!(shown.source, EvidenceSource::Ledger);
        Some((
            shown.since.map(|day| day.to_string()),
            shown.other.map(|other| other.day.to_string()),
        ))
    };
    let some = |day: &str| Some(day.to_owned());
    let off = mode_line(pool, days(0), Mode::Off);
    let audit = mode_line(pool, days(5), Mode::Audit);
    let enforced = mode_line(pool, days(30), Mode::Enforced);
    assert_eq!(show(&[], "2026-12-01"), None);
    assert_eq!(
        show(std::slice::from_ref(&audit), "2026-12-01"),
        Some((some("2026-09-26"), None))
    );
    let both = [off.clone(), audit.clone()];
    assert_eq!(
        show(&both, "2026-12-01"),
        Some((some("2026-09-26"), some("2026-09-21")))
    );
    assert_eq!(
        show(&both, "2026-09-25"),
        Some((None, some("2026-09-21"))),
        "as of that day"
    );
    let all = [off, audit, enforced];
    assert_eq!(show(&all, "2026-12-01"), Some((None, some("2026-10-21"))));
    // For a step that was made, what counts is what was before it.
    let ledger = read(&text(&all), Timestamp::MAX).unwrap();
    let today = day("2026-12-01");
    let step = ledger.enforced_since(pool, Auth::Standard, today);
    assert_eq!(step, Some(day("2026-10-21")));
    let before = ledger.evidence(pool, Auth::Standard, today, step).unwrap();
    assert_eq!(
        (before.since, before.other.map(|other| other.day)),
        (Some(day("2026-09-26")), Some(day("2026-09-21")))
    );
    assert_eq!(ledger.evidence(pool, Auth::Custom, today, None), None);
}
