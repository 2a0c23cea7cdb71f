//! The verdict: evidence weighed against each other, and against what could not be read.

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::plan::gate::evidence::{Blind, Evidence, EvidenceSource, Known, Other};
use crate::plan::setting::Auth;
use crate::text;

crate::ident::spelled!(Answer);

/// Whether a mode may become ENFORCED.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Answer {
    /// Enough days are shown.
    Met,
    /// They are not.
    Unmet,
    /// What would decide could not be read: as good as not met.
    Unknown,
}

/// What a piece of evidence is worth beside the others. Its word is that of `schemas/gate.json`.
#[derive(Clone, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Standing {
    /// It counts.
    #[strum(serialize = "counts")]
    Stands,
    /// Another piece shows the pool out of AUDIT within its time.
    Refuted {
        /// Which source says so.
        by: EvidenceSource,
        /// When, and what it was.
        other: Other,
    },
    /// A declaration of a day before the pool was modified last: what was modified then it does not show.
    Modified(Date),
    /// This source could say otherwise, and could not be read.
    Doubtful(EvidenceSource),
    /// It shows no day from which on the pool was in AUDIT.
    Silent,
}

impl Serialize for Standing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.into())
    }
}

/// One piece of evidence, weighed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The evidence.
    pub evidence: Evidence,
    /// Days in AUDIT that it shows; negative for a day that is still to come.
    pub days: Option<i64>,
    /// What it is worth.
    pub standing: Standing,
}

/// What the gate says of one authentication type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which authentication type.
    pub auth: Auth,
    /// Days that must be shown.
    pub minimum: u32,
    /// All evidence, strongest first.
    pub pieces: Vec<Piece>,
    /// What could not be read.
    pub blind: Vec<Blind>,
    /// Index of the piece that decided, if there is one.
    pub by: Option<usize>,
    /// Whether the step may be made.
    pub answer: Answer,
}

impl Verdict {
    /// Whether the step may be made.
    pub fn is_met(&self) -> bool {
        self.answer == Answer::Met
    }

    /// The piece that decided, if there is one.
    pub fn deciding(&self) -> Option<&Piece> {
        self.pieces.get(self.by?)
    }

    /// Days in AUDIT that are shown; `None` where nothing shows any.
    pub fn days(&self) -> Option<i64> {
        self.deciding()?.days
    }

    /// Since when the mode is in AUDIT by all that is known: the earliest day of evidence that counts, else that of the deciding
    /// piece. How certain that is, the answer says.
    pub fn in_audit_since(&self) -> Option<Date> {
        let counts = |piece: &&Piece| piece.standing == Standing::Stands;
        let days = self.pieces.iter().filter(counts);
        let earliest = days.filter_map(|piece| piece.evidence.since).min();
        earliest.or_else(|| self.deciding()?.evidence.since)
    }

    /// The first day on which the deciding evidence would be enough, if nothing changes.
    pub fn enough_on(&self) -> Option<Date> {
        let since = self.deciding()?.evidence.since?;
        since
            .checked_add(jiff::Span::new().try_days(self.minimum).ok()?)
            .ok()
    }
}

/// Judges the evidence for one authentication type.
///
/// A piece counts if no other piece shows the pool out of AUDIT after the piece's first day, whichever of the two is
/// stronger, and if every source that is as strong or stronger and could have shown so was read as far back as the
/// piece reaches. The strongest piece that counts and has enough days opens the gate. With a minimum of no days it is
/// open. Where nothing opens it, and what could not be read might have, the answer is unknown. A declaration counts
/// only for a pool that was not modified after the declared day: what was modified, it does not show. Where it is unknown
/// when the pool was modified last, the declaration is in doubt.
pub fn verdict(auth: Auth, minimum: u32, known: &Known, today: Date) -> Verdict {
    let mut own: Vec<_> = known.evidence.iter().filter(|one| one.auth == auth).collect();
    own.sort_by_key(|one| (one.source, one.since));
    let others: Vec<_> = own
        .iter()
        .filter_map(|one| Some((one.source, one.other?)))
        .collect();
    let blind: Vec<_> = known
        .blind
        .iter()
        .filter(|one| one.auth.is_none_or(|only| only == auth))
        .cloned()
        .collect();
    let itself = own
        .iter()
        .find(|one| one.source == EvidenceSource::Unmodified)
        .copied();
    let weigh = |one: &&Evidence| {
        let piece = piece(one, &others, &blind, today);
        outdated(piece, itself)
    };
    let pieces: Vec<_> = own.iter().map(weigh).collect();
    let enough = |piece: &&Piece| piece.days.is_some_and(|days| days >= i64::from(minimum));
    let opens = |piece: &&Piece| piece.standing == Standing::Stands && enough(piece);
    let may = |piece: &&Piece| matches!(piece.standing, Standing::Doubtful(_)) && enough(piece);
    // Whoever was out of AUDIT within the last days cannot have been in it for long enough, whatever is unknown.
    let too_late = |(_, other): &(EvidenceSource, Other)| text::days(other.day, today) < i64::from(minimum);
    let answer = if minimum == 0 || pieces.iter().any(|piece| opens(&piece)) {
        Answer::Met
    } else if others.iter().any(too_late) {
        Answer::Unmet
    } else if pieces.iter().any(|piece| may(&piece)) || !blind.is_empty() {
        Answer::Unknown
    } else {
        Answer::Unmet
    };
    let at = |wanted: &dyn Fn(&&Piece) -> bool| pieces.iter().position(|piece| wanted(&piece));
    let by = at(&opens)
        .or_else(|| at(&may).filter(|_| answer == Answer::Unknown))
        .or_else(|| longest(&pieces));
    Verdict {
        auth,
        minimum,
        pieces,
        blind,
        by,
        answer,
    }
}

/// A declaration alone does not stand against a later modification of the pool, nor against one of which the day is
/// unknown. Where the pool was not asked, there is nothing to stand against.
fn outdated(piece: Piece, itself: Option<&Evidence>) -> Piece {
    if piece.evidence.source != EvidenceSource::Declared || piece.standing != Standing::Stands {
        return piece;
    }
    let standing = match (piece.evidence.since, itself.map(|one| one.since)) {
        (Some(since), Some(Some(modified))) if modified > since => Standing::Modified(modified),
        (_, Some(None)) => Standing::Doubtful(EvidenceSource::Unmodified),
        _ => return piece,
    };
    Piece { standing, ..piece }
}

fn piece(one: &Evidence, others: &[(EvidenceSource, Other)], blind: &[Blind], today: Date) -> Piece {
    let standing = match one.since {
        None => Standing::Silent,
        Some(since) => standing(one.source, since, others, blind),
    };
    Piece {
        days: one.since.map(|since| text::days(since, today)),
        evidence: one.clone(),
        standing,
    }
}

fn standing(
    source: EvidenceSource,
    since: Date,
    others: &[(EvidenceSource, Other)],
    blind: &[Blind],
) -> Standing {
    let within = others.iter().filter(|(_, other)| other.day > since);
    if let Some((by, other)) = within.max_by_key(|(_, other)| *other) {
        return Standing::Refuted {
            by: *by,
            other: *other,
        };
    }
    let hides = |one: &&Blind| {
        one.source.can_contradict() && one.source <= source && one.before.is_none_or(|before| before > since)
    };
    match blind.iter().find(hides) {
        Some(one) => Standing::Doubtful(one.source),
        None => Standing::Stands,
    }
}

/// The piece that counts with the most days, the strongest of several.
fn longest(pieces: &[Piece]) -> Option<usize> {
    let mut best: Option<(usize, i64)> = None;
    for (index, piece) in pieces.iter().enumerate() {
        let Some(days) = piece.days.filter(|_| piece.standing == Standing::Stands) else {
            continue;
        };
        if best.is_none_or(|(_, most)| days > most) {
            best = Some((index, days));
        }
    }
    best.map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mode::Mode;
    use crate::plan::gate::evidence::Out;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn since(source: EvidenceSource, day: &str) -> Evidence {
        Evidence::since(Auth::Standard, source, day.parse().unwrap())
    }

    fn other(source: EvidenceSource, on: &str) -> Evidence {
        Evidence {
            since: None,
            other: Some(Other {
                day: day(on),
                out: Out::Mode(Mode::Off),
            }),
            ..since(source, on)
        }
    }

    fn blind(source: EvidenceSource, before: Option<&str>) -> Blind {
        Blind {
            auth: None,
            source,
            before: before.map(day),
            why: "access denied".into(),
        }
    }

    fn judge(evidence: &[Evidence], blind: &[Blind]) -> (Answer, Option<EvidenceSource>, Option<i64>) {
        let known = Known {
            evidence: evidence.to_vec(),
            blind: blind.to_vec(),
        };
        let found = verdict(Auth::Standard, 14, &known, day("2026-11-21"));
        let by = found.deciding().map(|piece| piece.evidence.source);
        (found.answer, by, found.days())
    }

    /// The strongest that suffices opens the gate.
    #[test]
    fn strongest_sufficient_evidence_wins() {
        let declared = since(EvidenceSource::Declared, "2026-11-01");
        let young = since(EvidenceSource::Unmodified, "2026-11-20");
        assert_eq!(judge(&[], &[]), (Answer::Unmet, None, None));
        let opened = (Answer::Met, Some(EvidenceSource::Declared), Some(20));
        assert_eq!(judge(std::slice::from_ref(&declared), &[]), opened);
        let modified = (Answer::Unmet, Some(EvidenceSource::Unmodified), Some(1));
        assert_eq!(judge(&[declared.clone(), young.clone()], &[]), modified);
        let unknown_day = Evidence {
            since: None,
            ..young.clone()
        };
        let doubtful = (Answer::Unknown, Some(EvidenceSource::Declared), Some(20));
        assert_eq!(judge(&[declared.clone(), unknown_day], &[]), doubtful);
        assert_eq!(
            judge(&[young], &[]),
            (Answer::Unmet, Some(EvidenceSource::Unmodified), Some(1))
        );
        let both = [declared, since(EvidenceSource::Ledger, "2026-11-07")];
        assert_eq!(
            judge(&both, &[]),
            (Answer::Met, Some(EvidenceSource::Ledger), Some(14))
        );
        let to_come = [since(EvidenceSource::Declared, "2027-01-01")];
        assert_eq!(
            judge(&to_come, &[]),
            (Answer::Unmet, Some(EvidenceSource::Declared), Some(-41))
        );
    }

    /// What another piece contradicts counts for nothing however strong it is.
    #[test]
    fn contradicted_evidence_ignored() {
        for (source, against) in [
            (EvidenceSource::Declared, EvidenceSource::CloudTrail),
            (EvidenceSource::Unmodified, EvidenceSource::Ledger),
        ] {
            let pieces = [since(source, "2026-01-01"), other(against, "2026-11-18")];
            assert_eq!(judge(&pieces, &[]), (Answer::Unmet, None, None), "{source:?}");
            let long_ago = [since(source, "2026-10-01"), other(against, "2026-10-01")];
            assert_eq!(judge(&long_ago, &[]).0, Answer::Met, "begun on that very day");
        }
        let old = [
            since(EvidenceSource::Declared, "2026-01-01"),
            other(EvidenceSource::Ledger, "2026-10-01"),
            since(EvidenceSource::CloudTrail, "2026-10-02"),
        ];
        assert_eq!(
            judge(&old, &[]),
            (Answer::Met, Some(EvidenceSource::CloudTrail), Some(50))
        );
    }

    /// What was not read makes weaker evidence doubtful.
    #[test]
    fn unread_source_casts_doubt() {
        let denied = [blind(EvidenceSource::CloudTrail, None)];
        let declared = [since(EvidenceSource::Declared, "2026-11-01")];
        assert_eq!(
            judge(&declared, &denied),
            (Answer::Unknown, Some(EvidenceSource::Declared), Some(20))
        );
        let proof = [since(EvidenceSource::Unmodified, "2026-11-01")];
        assert_eq!(judge(&proof, &denied).0, Answer::Met);
        assert_eq!(judge(&[], &denied), (Answer::Unknown, None, None));
        let out = [other(EvidenceSource::Unmodified, "2026-11-21")];
        assert_eq!(
            judge(&out, &denied).0,
            Answer::Unmet,
            "no answer could change that"
        );
        let metrics = [blind(EvidenceSource::Metrics, None)];
        assert_eq!(
            judge(&declared, &metrics).0,
            Answer::Met,
            "they contradict nothing"
        );
        for (before, answer) in [("2026-10-20", Answer::Met), ("2026-11-05", Answer::Unknown)] {
            let part = [blind(EvidenceSource::CloudTrail, Some(before))];
            assert_eq!(judge(&declared, &part).0, answer, "{before}");
        }
        let damaged = [blind(EvidenceSource::Ledger, None)];
        assert_eq!(
            judge(&[since(EvidenceSource::Ledger, "2026-11-01")], &damaged).0,
            Answer::Unknown
        );
        assert_eq!(
            judge(&[since(EvidenceSource::CloudTrail, "2026-11-01")], &damaged).0,
            Answer::Met
        );
    }

    #[test]
    fn each_authentication_type_needs_its_own() {
        let known = Known {
            evidence: vec![since(EvidenceSource::Declared, "2026-01-01")],
            blind: Vec::new(),
        };
        let today = day("2026-11-21");
        assert!(!verdict(Auth::Custom, 14, &known, today).is_met());
        assert!(verdict(Auth::Custom, 0, &Known::default(), today).is_met());
        let soon = verdict(Auth::Standard, 400, &known, today);
        assert_eq!(
            (soon.answer, soon.enough_on()),
            (Answer::Unmet, Some(day("2027-02-05")))
        );
    }
}
