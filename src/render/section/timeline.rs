//! Bars on an axis of days. The evidence of a gate: a bar for each source, and the day on which it has to begin to be enough.

use jiff::Span;
use jiff::civil::Date;
use serde::Serialize;

use crate::plan::gate::Standing;
use crate::report::{GateEvidence, ModeGate};
use crate::text;

/// Days that are shown at most where the gate needs no more; CloudTrail keeps no longer.
const MOST_DAYS: i64 = 90;

/// Where a picture's axis begins, how long it is, how high a bar's row with its label is, and what stands above the first bar
/// and below the last.
const AXIS: i64 = 190;
const LENGTH: i64 = 420;
const ROW: i64 = 44;
const ABOVE: i64 = 55;
const BELOW: i64 = 7;

/// Bars on one axis.
pub(in crate::render) struct Timeline {
    from: Date,
    to: Date,
    /// A day with the words for it, such as the one on which a bar has to begin to be enough.
    mark: Option<(Date, String)>,
    bars: Vec<Bar>,
    /// What fills mean, in the order of the legend.
    legend: Vec<(Fill, &'static str)>,
    /// The fills that its legend has, where it is not those of its own bars: that of several timelines stands at the first.
    explained: Option<Vec<Fill>>,
}

/// One source.
pub(super) struct Bar {
    label: String,
    /// From a day on it means something, until the next one; the first part is that of the time before all others.
    parts: Vec<(Date, Fill)>,
    words: String,
}

impl Bar {
    /// A bar of which nothing is known before its first part.
    pub(super) fn new(label: String, parts: impl IntoIterator<Item = (Date, Fill)>, words: String) -> Self {
        let mut parts: Vec<_> = [(Date::MIN, Fill::Nothing)].into_iter().chain(parts).collect();
        parts.dedup_by_key(|(_, fill)| *fill);
        Self { label, parts, words }
    }

    /// The evidence of one source: in AUDIT since a day, with nothing read of what was before another one.
    /// Of single days that were seen, these are drawn, and what lies between them is not the same.
    fn of_evidence(
        label: &str,
        since: Option<(Date, Fill)>,
        seen: &[Date],
        unread_before: Option<Date>,
        words: String,
    ) -> Self {
        let mut parts = vec![(Date::MIN, Fill::Nothing)];
        if let Some(before) = unread_before {
            parts = vec![(Date::MIN, Fill::Unread), (before, Fill::Nothing)];
        }
        let begins = since
            .map(|(since, _)| since)
            .into_iter()
            .chain(seen.first().copied())
            .min();
        parts.retain(|(day, _)| begins.is_none_or(|begins| *day < begins));
        let (fill, between) = match since {
            Some((_, fill)) => (fill, Fill::Between),
            None => (Fill::Assessed, Fill::Nothing),
        };
        match since {
            Some((since, fill)) if seen.is_empty() => parts.push((since, fill)),
            _ => {
                for (at, day) in seen.iter().enumerate() {
                    parts.push((*day, fill));
                    let next = day.tomorrow().unwrap_or(Date::MAX);
                    if seen.get(at + 1) != Some(&next) {
                        parts.push((next, between));
                    }
                }
            }
        }
        parts.dedup_by_key(|(_, fill)| *fill);
        Self {
            label: label.to_owned(),
            parts,
            words,
        }
    }

    fn is_used(&self) -> bool {
        self.parts.iter().any(|(_, fill)| *fill == Fill::Used)
    }
}

/// What a part of a bar means.
#[derive(Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Fill {
    /// It decides, or is good.
    Used,
    /// It counts; another decides. Or it is between good and bad.
    Counts,
    /// It does not count, or is bad.
    Refused,
    /// It lies between days that were seen, or after them.
    Between,
    /// Risk was assessed, in which mode nobody says.
    Assessed,
    /// It was not read.
    Unread,
    /// It shows nothing.
    Nothing,
    /// The day on which a bar has to begin.
    Mark,
}

impl Fill {
    fn glyph(self, ascii: bool) -> char {
        match (self, ascii) {
            (Self::Used, true) => '#',
            (Self::Counts, true) => '=',
            (Self::Refused, true) => 'x',
            (Self::Between, true) => '-',
            (Self::Assessed, true) => '+',
            (Self::Nothing, true) => '.',
            (Self::Mark, true) => '|',
            (Self::Used, false) => '█',
            (Self::Counts, false) => '▒',
            (Self::Refused, false) => '░',
            (Self::Between, false) => '─',
            (Self::Assessed, false) => '▪',
            (Self::Nothing, false) => '·',
            (Self::Mark, false) => '│',
            (Self::Unread, _) => '?',
        }
    }

    /// The class of a picture's part.
    fn class(self) -> &'static str {
        self.into()
    }
}

/// What the parts of a gate's bars mean.
const EVIDENCE: [(Fill, &str); 6] = [
    (Fill::Used, "in AUDIT, used"),
    (Fill::Counts, "in AUDIT"),
    (Fill::Between, "not seen on these days, and taken for AUDIT"),
    (Fill::Assessed, "risk was assessed; the mode is not said"),
    (Fill::Refused, "does not count"),
    (Fill::Unread, "not read"),
];

/// A bar of characters.
pub(super) struct TextBar {
    pub(super) label: String,
    pub(super) bar: String,
    pub(super) words: String,
    pub(super) is_used: bool,
}

impl Timeline {
    /// Bars from one day to another, both included.
    pub(super) fn new([from, to]: [Date; 2], bars: Vec<Bar>, legend: Vec<(Fill, &'static str)>) -> Self {
        Self {
            from,
            to,
            mark: None,
            bars,
            legend,
            explained: None,
        }
    }

    /// Gives timelines with the same axis and meanings one legend, at the first of them.
    pub(super) fn share_legend<'t>(timelines: impl Iterator<Item = &'t mut Self>) {
        let mut timelines: Vec<_> = timelines.collect();
        let met: Vec<_> = timelines
            .iter()
            .flat_map(|one| one.met())
            .map(|(fill, _)| fill)
            .collect();
        let mut shown = Some(met);
        for one in &mut timelines {
            one.explained = Some(shown.take().unwrap_or_default());
        }
    }

    /// The evidence of a mode. `None` where no source shows a day, or the mode needs no evidence any more.
    pub(super) fn of(mode: &ModeGate, today: Date) -> Option<Self> {
        mode.answer?;
        let begins = |one: &GateEvidence| one.since.filter(|since| *since <= today);
        let unread = |label: &str| {
            let unread = mode.unread.iter().find(|unread| unread.label == label)?;
            // A part that begins after the axis is not drawn.
            Some(
                unread
                    .before
                    .filter(|before| *before < today)
                    .unwrap_or(Date::MAX),
            )
        };
        let mut bars: Vec<_> = mode
            .evidence
            .iter()
            .map(|one| {
                let fill = match one.worth {
                    Standing::Stands if mode.by == Some(one.source) => Fill::Used,
                    Standing::Stands | Standing::Silent => Fill::Counts,
                    Standing::Refuted { .. } | Standing::Doubtful(_) | Standing::Modified(_) => Fill::Refused,
                };
                let words = one.days.filter(|days| *days >= 0).map_or_else(String::new, days);
                let since = begins(one).map(|since| (since, fill));
                let seen = one.seen.iter().copied().filter(|day| *day <= today);
                let seen: Vec<_> = seen.collect();
                Bar::of_evidence(one.label, since, &seen, unread(one.label), words)
            })
            .collect();
        for one in &mode.unread {
            if bars.iter().all(|bar| bar.label != one.label) {
                bars.push(Bar::of_evidence(
                    one.label,
                    None,
                    &[],
                    unread(one.label),
                    String::new(),
                ));
            }
        }
        let minimum = i64::from(mode.minimum_days);
        let mark = before(today, minimum)?;
        let seen = mode.evidence.iter().filter_map(|one| one.seen.first().copied());
        let earliest = mode.evidence.iter().filter_map(begins).chain(seen).min()?;
        // Some days before the mark are shown, so that what begins there can be told from what begins earlier.
        let lead = before(mark, minimum / 2)?;
        let most = before(today, MOST_DAYS.max(minimum * 2))?;
        Some(Self {
            from: earliest.min(lead).max(most),
            to: today,
            mark: Some((mark, days(mode.minimum_days.into()))),
            bars,
            legend: EVIDENCE.to_vec(),
            explained: None,
        })
    }

    /// Where a day begins on an axis that is so long; what is before the axis begins with it.
    fn place(&self, day: Date, length: i64) -> i64 {
        if day > self.to {
            return length;
        }
        let all = text::days(self.from, self.to) + 1;
        (text::days(self.from, day) * length / all).clamp(0, length - 1)
    }

    /// What a bar means at each of its places, from the beginning of one to that of the next.
    fn fills(&self, bar: &Bar, length: i64) -> Vec<(i64, i64, Fill)> {
        let ends = bar.parts.iter().skip(1).map(|(day, _)| self.place(*day, length));
        let parts = bar.parts.iter().zip(ends.chain([length]));
        let parts = parts.map(|((day, fill), end)| {
            let start = self.place(*day, length);
            // A day that was seen is drawn, however long the axis is.
            let is_day = !matches!(fill, Fill::Nothing | Fill::Between | Fill::Unread) && *day >= self.from;
            let least = if is_day { start + 1 } else { start };
            (start, end.max(least).min(length), *fill)
        });
        parts.filter(|(start, end, _)| start < end).collect()
    }

    /// A line of characters for each source, so many columns wide.
    pub(super) fn lines(&self, width: usize, ascii: bool) -> Vec<TextBar> {
        let length = i64::try_from(width).unwrap_or(i64::MAX).max(1);
        let mark = self.mark.as_ref().map(|(day, _)| self.place(*day, length));
        let draw = |bar: &Bar| {
            let fills = self.fills(bar, length);
            let glyph = |at: i64| {
                let fill = fills.iter().find(|(start, end, _)| (*start..*end).contains(&at));
                let fill = if Some(at) == mark {
                    Fill::Mark
                } else {
                    fill.map_or(Fill::Nothing, |one| one.2)
                };
                fill.glyph(ascii)
            };
            TextBar {
                label: bar.label.clone(),
                bar: (0..length).map(glyph).collect(),
                words: bar.words.clone(),
                is_used: bar.is_used(),
            }
        };
        self.bars.iter().map(draw).collect()
    }

    /// The axis in words, and what the characters mean; only those that are there. `None` where another one says it.
    pub(super) fn legend(&self, ascii: bool) -> Option<String> {
        let is_elsewhere = self.explained.as_ref().is_some_and(Vec::is_empty);
        (!is_elsewhere).then(|| self.words(ascii))
    }

    fn words(&self, ascii: bool) -> String {
        let mut parts = vec![format!("{} to {}", self.from, self.to)];
        let mark = self.mark.iter();
        parts.extend(mark.map(|(_, words)| format!("{} {words} before", Fill::Mark.glyph(ascii))));
        parts.extend(
            self.met()
                .map(|(fill, words)| format!("{} {words}", fill.glyph(ascii))),
        );
        parts.join("; ")
    }

    /// The entries of the legend: what some bar has, or those that it explains.
    fn met(&self) -> impl Iterator<Item = (Fill, &'static str)> {
        let is_there = |fill: Fill| {
            if let Some(fills) = &self.explained {
                return fills.contains(&fill);
            }
            let has = |bar: &Bar| self.fills(bar, LENGTH).iter().any(|one| one.2 == fill);
            self.bars.iter().any(has)
        };
        self.legend
            .iter()
            .copied()
            .filter(move |(fill, _)| is_there(*fill))
    }

    /// What a part means, for people.
    fn meaning(&self, fill: Fill) -> &'static str {
        let found = self.legend.iter().find(|(one, _)| *one == fill);
        found.map_or("shows nothing", |(_, words)| *words)
    }

    /// The same as a picture.
    pub(super) fn picture(&self) -> Picture {
        let rows = self
            .bars
            .iter()
            .zip(0..)
            .map(|(bar, row): (&Bar, i64)| PictureRow {
                label: bar.label.clone(),
                y: ABOVE + row * ROW,
                parts: self
                    .fills(bar, LENGTH)
                    .into_iter()
                    .map(|(start, end, fill)| PicturePart {
                        x: AXIS + start,
                        width: end - start,
                        class: fill.class(),
                        words: self.meaning(fill),
                    })
                    .collect(),
                words: bar.words.clone(),
            });
        let rows: Vec<_> = rows.collect();
        Picture {
            height: rows.last().map_or(ABOVE, |row| row.y + ROW)
                + if self.mark.is_some() { BELOW } else { -2 * BELOW },
            rows,
            mark: self.mark.as_ref().map(|(day, _)| AXIS + self.place(*day, LENGTH)),
            minimum: self
                .mark
                .as_ref()
                .map_or_else(String::new, |(_, words)| words.clone()),
            from: self.from.to_string(),
            to: self.to.to_string(),
            legend: self.words(false),
            key: self.met().map(|(fill, words)| (fill.class(), words)).collect(),
        }
    }
}

/// A picture in the units of its own.
#[derive(Serialize)]
pub(super) struct Picture {
    height: i64,
    rows: Vec<PictureRow>,
    /// Where the mark is, if there is one.
    mark: Option<i64>,
    minimum: String,
    from: String,
    to: String,
    legend: String,
    /// Classes of parts, and what they mean.
    key: Vec<(&'static str, &'static str)>,
}

impl Picture {
    /// Its height where it stands on its own.
    pub(super) fn height(&self) -> i64 {
        self.height
    }

    /// Classes of parts, and what they mean.
    pub(super) fn key(&self) -> &[(&'static str, &'static str)] {
        &self.key
    }
}

#[derive(Serialize)]
struct PictureRow {
    label: String,
    y: i64,
    parts: Vec<PicturePart>,
    words: String,
}

#[derive(Serialize)]
struct PicturePart {
    x: i64,
    width: i64,
    class: &'static str,
    words: &'static str,
}

/// `None` before the beginning of the calendar.
fn before(day: Date, days: i64) -> Option<Date> {
    day.checked_sub(Span::new().try_days(days).ok()?).ok()
}

fn days(number: i64) -> String {
    text::count(number, "day", "days")
}

#[cfg(test)]
mod tests;
