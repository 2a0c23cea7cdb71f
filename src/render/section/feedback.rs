//! Feedback as blocks: the events, what the word means, and what became of each.

use crate::render::{PlanPart, PlanView};
use crate::report::{FeedbackEvent, FeedbackOutcome, FeedbackSection};

use super::block::{Block, Part, Tone};

/// The parts that are wanted, each with its closing lines.
pub(super) fn parts(section: &FeedbackSection, view: PlanView) -> Vec<Part> {
    let mut parts = Vec::new();
    if view.part != PlanPart::Outcome {
        let events = section.events.iter().flat_map(|event| planned(section, event));
        let head = format!("pool {}", section.pool);
        parts.push(Part::new(head, Tone::Plain, events.collect()));
        parts.push(Part::plain(vec![
            Block::Text(format!("{}: {}.", section.value, section.means)),
            Block::Text(
                "It counts for later risk levels at once. AWS does not document that it can be taken back."
                    .to_owned(),
            ),
        ]));
    }
    if view.part != PlanPart::Plan {
        let refused = section.refused.iter().map(|why| Block::Marked(why.clone()));
        let events = section.events.iter().filter_map(outcome);
        let mut blocks: Vec<_> = refused.chain(events).collect();
        blocks.extend([Block::NotChecked, Block::Closing]);
        blocks.extend(
            section
                .journal
                .iter()
                .map(|name| Block::Command("journal".to_owned(), name.clone())),
        );
        parts.push(Part::plain(blocks));
    }
    parts
}

fn planned(section: &FeedbackSection, event: &FeedbackEvent) -> [Block; 2] {
    let at = event
        .at
        .map_or_else(|| "time unknown".to_owned(), |at| format!("{at:.0}"));
    let before = event.before.as_deref().unwrap_or("no feedback");
    [
        Block::Line(Tone::Plain, format!("user {}, event {}", event.user, event.event)),
        Block::Items(vec![
            ("seen", format!("{at}: {}", event.words)),
            ("feedback", format!("{before} -> {}", section.value)),
        ]),
    ]
}

fn outcome(event: &FeedbackEvent) -> Option<Block> {
    let detail = event.detail.as_deref().unwrap_or_default();
    let (tone, words) = match event.outcome? {
        FeedbackOutcome::Given => (Tone::Good, format!("feedback given; read again: {detail}")),
        FeedbackOutcome::AlreadyThere => (Tone::Plain, "already up to date".to_owned()),
        FeedbackOutcome::NotSeen => (Tone::Bad, format!("given, and {detail}")),
        FeedbackOutcome::Failed => (Tone::Bad, format!("FAILED, nothing was changed: {detail}")),
        FeedbackOutcome::Unknown => (Tone::Bad, format!("UNKNOWN: {detail}")),
        FeedbackOutcome::NotTried => (Tone::Plain, "not tried".to_owned()),
    };
    Some(Block::Line(tone, format!("event {}: {words}", event.event)))
}
