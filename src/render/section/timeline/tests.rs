//! Bars: what is drawn where.

use super::*;
use crate::report::GateUnread;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn evidence(source: &'static str, since: Option<&str>, worth: Standing) -> GateEvidence {
    let since = since.map(day);
    GateEvidence {
        source,
        label: source,
        since,
        days: since.map(|since| text::days(since, day("2026-11-21"))),
        out_on: None,
        out_as: None,
        seen: Vec::new(),
        note: None,
        worth,
    }
}

fn mode(evidence: Vec<GateEvidence>, unread: Vec<GateUnread>) -> ModeGate {
    ModeGate {
        auth: "standard",
        wanted: Some("ENFORCED"),
        live: Some("AUDIT"),
        counts: true,
        answer: Some("unmet"),
        minimum_days: 14,
        days: None,
        by: Some("trail"),
        enough_on: None,
        evidence,
        unread,
        not_asked: Vec::new(),
    }
}

/// Of single days these are drawn and not what lies between.
#[test]
fn single_days_drawn_without_gaps() {
    let days = |texts: &[&str]| texts.iter().map(|text| day(text)).collect();
    let evidence = vec![
        GateEvidence {
            seen: days(&["2026-11-02", "2026-11-03", "2026-11-10"]),
            ..evidence("ledger", Some("2026-11-02"), Standing::Stands)
        },
        GateEvidence {
            seen: days(&["2026-11-05", "2026-11-20"]),
            ..evidence("metrics", None, Standing::Silent)
        },
    ];
    let timeline = Timeline::of(&mode(evidence, Vec::new()), day("2026-11-21")).unwrap();
    let drawn: Vec<_> = timeline
        .lines(21, true)
        .into_iter()
        .map(|line| line.bar)
        .collect();
    assert_eq!(drawn, [".==---|--=-----------", "....+.|............+."]);
    assert!(
        timeline.words(true).contains("- not seen on these days"),
        "{}",
        timeline.words(true)
    );
}

#[test]
fn a_bar_for_each_source_on_one_axis() {
    let unread = GateUnread {
        source: "ledger",
        label: "ledger",
        before: None,
        why: String::new(),
    };
    let evidence = vec![
        evidence("pool", Some("2026-11-20"), Standing::Stands),
        evidence("trail", Some("2026-11-11"), Standing::Stands),
        evidence(
            "declared",
            Some("2020-01-01"),
            Standing::Modified(day("2026-11-20")),
        ),
        evidence("silent", None, Standing::Silent),
    ];
    let timeline = Timeline::of(&mode(evidence, vec![unread]), day("2026-11-21")).unwrap();
    let drawn: Vec<_> = timeline
        .lines(91, true)
        .into_iter()
        .map(|line| format!("{:8} {} {}", line.label, line.bar, line.words))
        .collect();
    let mark = 76;
    let nothing = ".".repeat(mark);
    assert_eq!(
        drawn,
        [
            format!("pool     {nothing}|............== 1 day"),
            format!("trail    {nothing}|...########### 10 days"),
            format!("declared {}|{} 2516 days", "x".repeat(mark), "x".repeat(14)),
            format!("silent   {nothing}|.............. "),
            format!("ledger   {}|{} ", "?".repeat(mark), "?".repeat(14)),
        ]
    );
    let legend = "2026-08-23 to 2026-11-21; | 14 days before; # in AUDIT, used; = in AUDIT; x does not count; ? not read";
    assert_eq!(timeline.legend(true).as_deref(), Some(legend));
    for width in 1..200 {
        let lines = timeline.lines(width, false);
        assert!(
            lines.iter().all(|line| line.bar.chars().count() == width),
            "{width}"
        );
    }
    let picture = timeline.picture();
    let parts = picture.rows.iter().flat_map(|row| &row.parts);
    assert!(
        parts
            .clone()
            .all(|part| part.x >= AXIS && part.x + part.width <= AXIS + LENGTH)
    );
    assert_eq!(parts.count(), 2 + 2 + 1 + 1 + 1);
}

#[test]
fn no_axis_without_a_day() {
    let silent = || vec![evidence("silent", None, Standing::Silent)];
    assert!(Timeline::of(&mode(silent(), Vec::new()), day("2026-11-21")).is_none());
    let enforced = ModeGate {
        answer: None,
        ..mode(
            vec![evidence("pool", Some("2026-11-01"), Standing::Stands)],
            Vec::new(),
        )
    };
    assert!(Timeline::of(&enforced, day("2026-11-21")).is_none());
    let endless = ModeGate {
        minimum_days: u32::MAX,
        ..mode(
            vec![evidence("pool", Some("2026-11-01"), Standing::Stands)],
            Vec::new(),
        )
    };
    assert!(Timeline::of(&endless, day("2026-11-21")).is_none(), "no such day");
    let future = mode(
        vec![evidence("pool", Some("2026-12-01"), Standing::Stands)],
        Vec::new(),
    );
    assert!(Timeline::of(&future, day("2026-11-21")).is_none());
}
