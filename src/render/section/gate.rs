//! Audit gates as blocks: the verdict of every mode, its evidence on an axis, and what each source shows.

use jiff::civil::Date;

use crate::plan::gate::{EvidenceSource, Standing};
use crate::render::words;
use crate::report::{GateEvidence, GateLimit, GateReason, GateSection, GateUnread, ModeGate, PoolGate};
use crate::text;

use super::alike::{alike, of_all};
use super::block::{Block, Part, Row, Rows, Tone};
use super::timeline::Timeline;

/// Columns of a terminal for the names of sources.
const SOURCE: usize = 26;

/// Everything that the section says, its closing line and what was not checked included.
pub(super) fn parts(section: &GateSection) -> Vec<Part> {
    let mut pools: Vec<&PoolGate> = section.pools.iter().collect();
    pools.sort_by_key(|pool| standing(pool));
    let idle = pools.iter().filter(|pool| is_idle(pool)).count();
    let (idle, shown): (Vec<&PoolGate>, Vec<&PoolGate>) = pools
        .into_iter()
        .partition(|pool| idle > FEW_IDLE && is_idle(pool));
    let of = |pool: &PoolGate| format!("{:?}", (&pool.modes, &pool.limit));
    let shown = alike(shown, of).into_iter().map(|same| {
        let titles: Vec<_> = same.iter().map(|pool| title(pool)).collect();
        of_all(part(same[0], section.today), &titles)
    });
    let rest = (!idle.is_empty()).then(|| idle_part(&idle));
    shown
        .chain(rest)
        .chain([Part::plain(vec![Block::Closing, Block::NotChecked])])
        .collect()
}

/// So many pools that no gate asks anything of are shown one by one.
const FEW_IDLE: usize = 5;

/// Whether the gate asks for nothing.
fn is_idle(pool: &PoolGate) -> bool {
    pool.limit.is_none() && pool.modes.iter().all(|mode| mode.answer.is_none())
}

/// What needs attention first: gates that are not met, then those that are, then the others.
fn standing(pool: &PoolGate) -> u8 {
    let modes = pool.modes.iter().filter(|mode| mode.counts);
    let limits = pool.limit.iter().filter(|limit| limit.counts);
    let answers = modes
        .filter_map(|mode| mode.answer)
        .chain(limits.map(|limit| limit.answer));
    let rank = |answer| u8::from(answer == "met");
    answers.map(rank).min().unwrap_or(2)
}

/// Pools of which the gate asks for nothing, a line for each.
fn idle_part(pools: &[&PoolGate]) -> Part {
    let line = |pool: &&PoolGate| {
        let modes: Vec<_> = pool.modes.iter().map(ModeGate::verdict).collect();
        let title = title(pool);
        let said = if modes.is_empty() {
            "the policy asks for neither AUDIT nor ENFORCED".to_owned()
        } else {
            modes.join("; ")
        };
        format!("{title}: {said}")
    };
    let head = text::count(pools.len(), "other pool", "other pools");
    let lines = pools.iter().map(line).collect();
    Part::new(head, Tone::Plain, vec![Block::List(None, lines)])
}

/// One pool's gates.
pub(super) fn part(pool: &PoolGate, today: Date) -> Part {
    let mut blocks = Vec::new();
    for (index, mode) in pool.modes.iter().enumerate() {
        let before = &pool.modes[..index];
        if before.iter().any(|one| is_alike(one, mode)) {
            continue;
        }
        let same = pool.modes.iter().filter(|one| is_alike(one, mode));
        let auths: Vec<_> = same.map(|one| one.auth.to_owned()).collect();
        let verdict = format!("{}: {}", text::join_words(&auths), mode.says());
        blocks.push(Block::Line(tone(mode.answer, mode.counts), verdict));
        blocks.extend(Timeline::of(mode, today).map(Block::Timeline));
        let rows = rows(mode);
        if !rows.is_empty() {
            blocks.push(Block::Rows(Rows {
                heads: ["Source", "What it shows"],
                indent: 4,
                width: SOURCE,
                entries: rows,
            }));
        }
        let next = mode.next(today).filter(|_| mode.counts);
        blocks.extend(next.map(|words| Block::Items(vec![("next", words)])));
    }
    if let Some(limit) = &pool.limit {
        blocks.push(Block::Line(
            tone(Some(limit.answer), limit.counts),
            limit.verdict(),
        ));
        blocks.extend(next(limit).map(|words| Block::Items(vec![("next", words)])));
    }
    if pool.modes.is_empty() {
        let words = "the policy asks for neither AUDIT nor ENFORCED";
        blocks.push(Block::Line(Tone::Plain, words.to_owned()));
    }
    Part::new(title(pool), Tone::Plain, blocks)
}

fn title(pool: &PoolGate) -> String {
    words::policy_title(&pool.pool_name, &pool.pool, &pool.policy)
}

/// Whether the same is said of two types of authentication, for the same reasons.
fn is_alike(one: &ModeGate, other: &ModeGate) -> bool {
    let seen =
        |mode: &ModeGate| -> Vec<Vec<Date>> { mode.evidence.iter().map(|one| one.seen.clone()).collect() };
    one.says() == other.says() && rows(one) == rows(other) && seen(one) == seen(other)
}

/// What to do about a limit that is not met.
fn next(limit: &GateLimit) -> Option<String> {
    let reason = GateReason::of(limit.answer, true).filter(|_| limit.counts)?;
    let is_above =
        reason == GateReason::ShareUnmet && limit.why.is_none() && limit.percent_at_least.is_some();
    Some(if is_above {
        "`cogward impact` with the same events shows who would be blocked, and which setting decides: change that setting, or \
         `audit_gate.max_would_block_percent`"
            .to_owned()
    } else {
        reason.meta().remediation
    })
}

/// What is ENFORCED already has no answer, and proves nothing.
fn tone(answer: Option<&str>, counts: bool) -> Tone {
    match answer {
        Some("met") => Tone::Good,
        Some(_) if counts => Tone::Bad,
        Some(_) | None => Tone::Plain,
    }
}

/// Sources with what they show, strongest first, then what could not be read or was not asked.
fn rows(mode: &ModeGate) -> Vec<Row> {
    if mode.answer.is_none() {
        return Vec::new();
    }
    let row = |label: &str, words: String| Row {
        tone: Tone::Plain,
        name: label.to_owned(),
        words,
    };
    let shown = mode.evidence.iter();
    let mut unread: Vec<_> = mode.unread.iter().collect();
    let mut rows: Vec<_> = shown
        .map(|one| {
            let own = unread.iter().position(|other| is_its_own(one, other));
            let own = own.map(|index| unread.remove(index));
            row(one.label, shows(one, own, mode.by == Some(one.source)))
        })
        .collect();
    rows.extend(unread.into_iter().map(|one| row(one.label, not_read(one))));
    let not_asked = mode.not_asked.iter();
    rows.extend(not_asked.map(|label| row(label, "not consulted".to_owned())));
    rows
}

/// Whether evidence does not count for what keeps its own source from being read.
fn is_its_own(one: &GateEvidence, unread: &GateUnread) -> bool {
    matches!(&one.worth, Standing::Doubtful(source) if source.label() == unread.label)
        && one.label == unread.label
}

fn shows(one: &GateEvidence, unread: Option<&GateUnread>, used: bool) -> String {
    let mut parts = Vec::new();
    if let (Some(since), Some(days)) = (one.since, one.days) {
        let days = usize::try_from(days).map_or_else(
            |_| "in the future".to_owned(),
            |days| text::count(days, "day", "days"),
        );
        parts.push(format!("in AUDIT since {since}, {days}"));
    }
    parts.extend(one.note.clone());
    if let Some(day) = one.out_on {
        parts.push(match one.out_as {
            Some(was) => format!("{was} on {day}"),
            None => format!("created on {day}"),
        });
    }
    match &one.worth {
        Standing::Stands if used => parts.push("used".to_owned()),
        Standing::Stands | Standing::Silent => {}
        Standing::Refuted { by, other } => {
            let was = other.out.mode();
            let was = was.map_or_else(|| "created".to_owned(), |was| format!("{was} after that,"));
            parts.push(format!(
                "does not count: {} shows it {was} on {}",
                by.label(),
                other.day
            ));
        }
        Standing::Modified(day) => {
            parts.push(format!(
                "does not count: the pool was modified on {day}, and a declaration does not show what was changed"
            ));
        }
        Standing::Doubtful(source) => parts.push(match unread {
            Some(own) => format!("does not count: {}", own.why),
            None if *source == EvidenceSource::Unmodified => {
                "does not count: the pool itself may say otherwise, and shows no day".to_owned()
            }
            None => format!(
                "does not count: {} may say otherwise and was not read",
                source.label()
            ),
        }),
    }
    parts.join("; ")
}

fn not_read(one: &GateUnread) -> String {
    match one.before {
        // As `Blind::words` says it.
        _ if one.source == EvidenceSource::Unmodified.as_str() => format!("shows no day: {}", one.why),
        Some(day) => format!("not read before {day}: {}", one.why),
        None => format!("not read: {}", one.why),
    }
}
