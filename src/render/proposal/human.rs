//! A proposal for people at a terminal.

use std::fmt::Write as _;
use std::io::{self, Write};

use owo_colors::Style;

use crate::finding::Severity;
use crate::model::effective::Direction;
use crate::proposal::{
    ApplyOutcome, Carried, Ending, Planned, PoolOutcome, PoolProposal, Proposal, Refused, State,
};
use crate::render::difference::{self, Side};
use crate::render::human::{paint, wrap};
use crate::render::{RenderOptions, escape, words};
use crate::text;

use super::lines;
use super::view::{PlanPart, ProposalView};

/// Most lines of effects of one pool.
const MOST_EFFECTS: usize = 12;

pub(super) fn render(
    proposal: &Proposal,
    view: ProposalView,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let page = Page {
        proposal,
        view,
        options,
    };
    let mut text = String::new();
    if view.section != PlanPart::Outcome {
        page.plan(&mut text);
    }
    if view.section != PlanPart::Plan {
        page.outcome(&mut text);
    }
    out.write_all(escape::for_log(&text).as_bytes())
}

struct Page<'a> {
    proposal: &'a Proposal,
    view: ProposalView,
    options: &'a RenderOptions,
}

impl Page<'_> {
    fn plan(&self, into: &mut String) {
        let proposal = self.proposal;
        for pool in &proposal.pools {
            self.pool(into, pool);
        }
        for title in &proposal.unchanged {
            self.line(into, "", &format!("pool {title}: already up to date"), "  ");
        }
        for refused in &proposal.refused {
            self.refused(into, refused);
        }
        if !proposal.not_checked.is_empty() {
            into.push_str("not checked:\n");
        }
        for entry in &proposal.not_checked {
            let mark = if entry.failed { "FAILED: " } else { "" };
            self.line(
                into,
                "  - ",
                &format!("{mark}{}: {}", entry.what, entry.why),
                "    ",
            );
        }
        let verdict = paint(&proposal.verdict(), self.verdict_style(), self.options);
        let _ = writeln!(into, "{verdict}");
        if !proposal.pools.is_empty() {
            let _ = writeln!(into, "plan {}", &proposal.digest);
        }
        if !proposal.refused.is_empty() {
            let guards = text::count(proposal.refused.len(), "refusal", "refusals");
            let _ = writeln!(into, "{guards}: nothing was written");
        }
        if let Some(line) = lines::accept_all(proposal) {
            // To be copied: it is not wrapped.
            let _ = writeln!(into, "{}", escape::one_line(&line));
        }
    }

    fn verdict_style(&self) -> Style {
        let counts = self.proposal.counts();
        match (counts.weaker, counts.undefined) {
            _ if !self.proposal.refused.is_empty() => words::severity_style(Severity::Error),
            (0, 0) => Style::new().green().bold(),
            (0, _) => words::severity_style(Severity::Warning),
            _ => words::severity_style(Severity::Error),
        }
    }

    fn pool(&self, into: &mut String, pool: &PoolProposal) {
        let title = format!("pool {}", pool.title());
        let title = paint(&escape::one_line(&title), Style::new().bold(), self.options);
        let _ = writeln!(into, "{title}");
        self.line(into, "  ", &lines::place(self.proposal.command, pool), "  ");
        into.push('\n');
        for change in &pool.changes {
            self.change(into, change);
        }
        if let Some(chosen) = lines::only(pool) {
            self.line(into, "  ", &format!("only: {chosen}"), "    ");
        }
        for at in lines::left_out(pool) {
            self.line(into, "  ", &format!("left out: {at}"), "    ");
        }
        let labelled = |label: &str, lines: Vec<String>, into: &mut String| {
            for line in lines {
                let head = format!("  {}: ", paint(label, Style::new().cyan(), self.options));
                self.line(into, &head, &line, "    ");
            }
        };
        labelled("blocks or challenges", lines::blocks(pool), into);
        labelled("effect", lines::effects(pool, MOST_EFFECTS), into);
        labelled("cost", pool.costs.clone(), into);
        labelled("audit gate", pool.gates.iter().map(lines::gate).collect(), into);
        labelled(
            "finding",
            pool.findings.iter().map(lines::finding).collect(),
            into,
        );
        labelled("note", pool.notes.clone(), into);
        labelled("carried over unchanged", self.carried(pool), into);
        if self.view.calls {
            self.calls(into, pool);
        }
        into.push('\n');
    }

    fn carried(&self, pool: &PoolProposal) -> Vec<String> {
        let more = if self.view.calls {
            ""
        } else {
            " (--show-calls lists them)"
        };
        let line = |carried: &Carried| format!("{}{more}", lines::carried(carried));
        pool.carried.iter().map(line).collect()
    }

    fn calls(&self, into: &mut String, pool: &PoolProposal) {
        for carried in &pool.carried {
            for line in lines::carried_names(carried) {
                self.line(into, "    ", &line, "    ");
            }
        }
        let _ = writeln!(into, "  {}:", paint("calls", Style::new().cyan(), self.options));
        for (index, call) in pool.calls.iter().enumerate() {
            self.line(into, &format!("  {}. ", index + 1), &lines::call(call), "     ");
            let mut json = Vec::new();
            if escape::write_json(&call.sets, &mut json).is_ok() {
                for line in String::from_utf8_lossy(&json).lines() {
                    let _ = writeln!(into, "     {line}");
                }
            }
        }
    }

    fn change(&self, into: &mut String, change: &Planned) {
        let style = match change.direction {
            Direction::Weaker => Style::new().red().bold(),
            Direction::Undefined => Style::new().yellow().bold(),
            Direction::Neutral => Style::new().dimmed(),
            Direction::Stronger => Style::new().green().bold(),
        };
        let word = format!("{:<14}", change.direction.label());
        let at = escape::one_line(change.difference.pointer.as_str());
        let _ = writeln!(into, "  {} {at}", paint(&word, style, self.options));
        for line in difference::lines(&change.difference) {
            let style = match line.side {
                Side::Live => Style::new().red(),
                Side::Policy => Style::new().green(),
                Side::Both => Style::new().dimmed(),
            };
            let text = format!("{} {}", line.side.mark(), escape::visible(&line.words()));
            let _ = writeln!(into, "      {}", paint(&text, style, self.options));
        }
    }

    fn refused(&self, into: &mut String, refused: &Refused) {
        let style = words::severity_style(Severity::Error);
        let head = format!("refused[{}]", refused.guard.as_str());
        let _ = writeln!(into, "{}", paint(&head, style, self.options));
        self.line(into, "  × ", &refused.message, "    ");
        let help = format!("  {}: ", paint("help", Style::new().cyan(), self.options));
        self.line(into, &help, &refused.next, "        ");
        into.push('\n');
    }

    fn outcome(&self, into: &mut String) {
        let Some(outcome) = &self.proposal.outcome else {
            if self.proposal.ending == Ending::Declined {
                into.push_str("cancelled: nothing was changed\n");
            }
            if let Some(line) = self.proposal.carry_out() {
                let line = format!("dry run: nothing was written; to carry it out: {line}");
                let _ = writeln!(into, "{}", escape::one_line(&line));
            }
            return;
        };
        for pool in &outcome.pools {
            self.pool_outcome(into, pool);
        }
        self.closing(into, outcome);
    }

    fn pool_outcome(&self, into: &mut String, pool: &PoolOutcome) {
        let title = paint(
            &escape::one_line(&format!("pool {}", pool.title)),
            Style::new().bold(),
            self.options,
        );
        let _ = writeln!(into, "{title}");
        for (at, state) in &pool.changes {
            let style = match state {
                State::Applied => Style::new().green(),
                State::NotTaken | State::Failed => Style::new().red().bold(),
                State::NotTried => Style::new().yellow(),
            };
            let word = paint(&format!("{:<12}", state.label()), style, self.options);
            let _ = writeln!(into, "  {word} {}", escape::one_line(at.as_str()));
        }
        let calls = pool.calls.iter().filter_map(lines::trouble);
        for line in calls.chain(pool.trouble.iter().cloned()) {
            self.line(into, "  × ", &line, "    ");
        }
        if pool.is_as_wanted == Some(true) {
            let _ = writeln!(into, "  read again: as planned");
        }
        into.push('\n');
    }

    fn closing(&self, into: &mut String, outcome: &ApplyOutcome) {
        if outcome.stopped {
            into.push_str("stopped: the current call was finished; no other call was made\n");
        }
        if let Some(trouble) = &outcome.trouble {
            self.line(into, "", &format!("no more calls were made: {trouble}"), "  ");
        }
        let style = if outcome.exit_code() == 0 {
            Style::new().green().bold()
        } else {
            words::severity_style(Severity::Error)
        };
        let _ = writeln!(into, "{}", paint(&lines::states(outcome), style, self.options));
        let journal = escape::one_line(&outcome.journal);
        let _ = writeln!(into, "journal: {journal}");
        if let Some(undo) = &outcome.undo {
            let _ = writeln!(into, "to undo: {}", escape::one_line(undo));
        }
    }

    fn line(&self, into: &mut String, head: &str, text: &str, rest: &str) {
        into.push_str(&wrap(&escape::one_line(text), self.options.columns(), head, rest));
    }
}
