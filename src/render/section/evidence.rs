//! Evidence as blocks: what it is of, the controls, and each pool with its policies, findings, gates and history.

use crate::hidden;
use crate::render::words;
use crate::report::{Control, EvidenceFinding, EvidenceSection, PolicyAgreement, PoolEvidence, Report};
use crate::text;

use super::alike::{alike, of_all};
use super::block::{Block, Part, Row, Rows, Tone};
use super::{gate, history};

/// Columns of a terminal for names.
const NAMES: usize = 26;

/// Pools that are named one by one in a control; of more that have no findings, how many they are: all that are not named.
const FEW: usize = 5;

/// What is said of pools without findings.
const NONE: &str = "no findings in";

/// Names of fewer characters are compared as they are.
const LEAST_NAME: usize = 4;

/// What the list of controls does not say.
const CONTROLS: &str = "A control is listed with what the rules that are related to it found. That they found nothing does not mean \
that the framework's own check passes: run that check for its answer.";

/// Everything that the section says, its closing line and what was not checked included.
pub(super) fn parts(section: &EvidenceSection, report: &Report) -> Vec<Part> {
    let controls = section.controls.iter().map(|one| control(one, section)).collect();
    let mut parts = vec![
        Part::new(
            "Scope".to_owned(),
            Tone::Plain,
            vec![rows(["What", "Value"], head(section, report))],
        ),
        Part::new(
            "Controls".to_owned(),
            Tone::Plain,
            vec![
                Block::Text(CONTROLS.to_owned()),
                table(["Control", "What related rules of cogward found"], controls),
            ],
        ),
    ];
    parts.extend(alike(&section.pools, unnamed).iter().map(|pools| {
        let titles: Vec<_> = pools.iter().map(|pool| pool.title()).collect();
        of_all(part(pools[0], section), &titles)
    }));
    parts.push(Part::plain(vec![Block::Closing, Block::NotChecked]));
    parts
}

/// All that is known of a pool but its names.
fn unnamed(pool: &PoolEvidence) -> String {
    let text = hidden::json_line(pool).replace(&pool.pool, "");
    // A short name stands in other words as well.
    if pool.name.len() < LEAST_NAME {
        text
    } else {
        text.replace(&pool.name, "")
    }
}

fn rows(heads: [&'static str; 2], entries: Vec<(String, String)>) -> Block {
    let row = |(name, words)| Row {
        tone: Tone::Plain,
        name,
        words,
    };
    table(heads, entries.into_iter().map(row).collect())
}

fn table(heads: [&'static str; 2], entries: Vec<Row>) -> Block {
    Block::Rows(Rows {
        heads,
        indent: 4,
        width: NAMES,
        entries,
    })
}

fn head(section: &EvidenceSection, report: &Report) -> Vec<(String, String)> {
    let head = &section.head;
    let row = |name: &str, words: String| (name.to_owned(), words);
    let read = head.read_at.as_ref();
    let read = read.map_or_else(|| "the snapshot does not say when".to_owned(), Clone::clone);
    let places = match text::join_words(&head.places) {
        none if none.is_empty() => "unknown: no pool was read".to_owned(),
        places => places,
    };
    let unread = report
        .summary
        .not_checked
        .iter()
        .filter(|entry| entry.failed)
        .count();
    vec![
        row("judged as of", head.today.to_string()),
        row("pools read", read),
        row("accounts and regions", places),
        row("pools", section.pools.len().to_string()),
        row("policies", text::join_words(&head.policy_files)),
        row("SHA-256 of the policies", head.policies_digest.clone()),
        row("could not be read", unread.to_string()),
        row("made by", format!("cogward {} and its rules", report.version)),
    ]
}

fn control(control: &Control, section: &EvidenceSection) -> Row {
    // A name that several regions have names none of them.
    let is_of_one = |name: &str| section.pools.iter().filter(|pool| pool.name == name).count() == 1;
    let title = |id: &String| match section.pools.iter().find(|pool| pool.pool == *id) {
        Some(pool) if pool.name.is_empty() || !is_of_one(&pool.name) => pool.title(),
        Some(pool) => pool.name.clone(),
        None => id.clone(),
    };
    let lists = [
        (&control.findings, "findings in"),
        (&control.waived, "waived in"),
        (&control.not_seen, "not seen in"),
        (&control.no_findings, NONE),
    ];
    let lists = lists.into_iter().filter(|(pools, _)| !pools.is_empty());
    let lists: Vec<_> = lists
        .map(|(pools, words)| {
            let is_rest = words == NONE && pools.len() > FEW;
            if is_rest && pools.len() == section.pools.len() {
                return format!("{words} any of {} pools", pools.len());
            }
            if is_rest {
                return format!("{words} the other {} pools", pools.len());
            }
            format!(
                "{words} {}",
                text::join_words(&pools.iter().map(title).collect::<Vec<_>>())
            )
        })
        .collect();
    let rules = match (control.framework.as_str(), &control.rules[..]) {
        ("cogward", _) => String::new(),
        (_, rules) => format!(" (by {})", rules.join(", ")),
    };
    Row {
        // Nothing found is no pass of the framework's own check, so nothing is good.
        tone: if control.findings.is_empty() {
            Tone::Plain
        } else {
            Tone::Bad
        },
        name: format!("{} {}", control.framework, control.id),
        words: format!("{}{rules}", lists.join("; ")),
    }
}

fn part(pool: &PoolEvidence, section: &EvidenceSection) -> Part {
    let mut blocks = Vec::new();
    let modes = [("standard", pool.standard), ("custom", pool.custom)];
    for (auth, mode) in modes {
        let tone = match mode {
            Some("ENFORCED") => Tone::Good,
            Some("AUDIT") => Tone::Plain,
            _ => Tone::Bad,
        };
        let words = format!("{auth} authentication: {}", mode.unwrap_or("not read"));
        blocks.push(Block::Line(tone, words));
    }
    let signs = words::SIGNALS.iter().zip(&pool.sign_in).map(|(signal, one)| {
        let others = match one.at_most {
            Some(most) => format!(", at most {most}: not all clients could be read"),
            None if one.varies => "; stronger in some clients or flows".to_owned(),
            None => String::new(),
        };
        let blind = if one.not_checked {
            "; not checked in SRP"
        } else {
            ""
        };
        (
            format!("sign-in, {signal}"),
            format!("{}{others}{blind}", one.outcome),
        )
    });
    blocks.push(rows(
        ["Setting", "What is enforced"],
        signs.chain(policies(pool)).collect(),
    ));
    let (waived, open): (Vec<_>, Vec<_>) = pool.findings.iter().partition(|one| one.waived.is_some());
    if !open.is_empty() {
        let entries = open.into_iter().map(finding).collect();
        blocks.push(rows(["Finding", "What is wrong"], entries));
    }
    if !waived.is_empty() {
        let entries = waived.into_iter().map(waiver).collect();
        blocks.push(rows(["Waived finding", "Until, by and why"], entries));
    }
    for gate in &pool.gates {
        blocks.extend(gate::part(gate, section.head.today).blocks);
    }
    if let Some(known) = &pool.history {
        blocks.push(table(["Day", "What happened"], history::rows(known)));
    }
    Part::new(pool.title(), Tone::Plain, blocks)
}

fn policies(pool: &PoolEvidence) -> Vec<(String, String)> {
    if pool.policies.is_empty() {
        return vec![(
            "policy".to_owned(),
            "none of the policies is for this pool".to_owned(),
        )];
    }
    let one = |one: &PolicyAgreement| {
        let mut parts = Vec::new();
        if !one.differs.is_empty() {
            parts.push(format!("the pool differs in {}", one.differs.join(", ")));
        }
        if !one.unread.is_empty() {
            parts.push(format!("not compared: {}", one.unread.join(", ")));
        }
        if parts.is_empty() {
            parts.push("the pool matches it".to_owned());
        }
        (
            format!("policy {}", one.policy),
            format!("{} ({})", parts.join("; "), one.file),
        )
    };
    pool.policies.iter().map(one).collect()
}

fn finding(finding: &EvidenceFinding) -> (String, String) {
    let at = finding.at.as_ref().filter(|at| !at.is_empty());
    let at = at.map_or_else(String::new, |at| format!(" at {at}"));
    (
        finding.rule.clone(),
        format!("{}{at}: {}", finding.severity, finding.message),
    )
}

fn waiver(found: &EvidenceFinding) -> (String, String) {
    let (rule, words) = finding(found);
    let waived = found.waived.as_ref().map_or_else(String::new, |waiver| {
        format!(
            "until {} by policy {}: {}; ",
            waiver.until, waiver.policy, waiver.reason
        )
    });
    (rule, format!("{waived}{words}"))
}
