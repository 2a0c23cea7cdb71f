//! The bars of an impact: outcomes now and as proposed at each level, and as proposed by client and country and day.

use owo_colors::Style;

use crate::impact::{Breakdown, EventCount, ReplayOutcome};

use crate::render::picture::{Bar, Chart, Fill, Scale};

/// Most bars of a picture but of days, as many as its table has rows.
const MOST_BARS: usize = 12;

/// Outcomes of some events.
pub(in crate::render) type Outcomes = std::collections::BTreeMap<ReplayOutcome, EventCount>;

/// Labelled outcomes as bars, of these outcomes.
pub(in crate::render) fn chart<'a>(
    (id, title): (&str, &str),
    scale: Scale,
    shown: &[ReplayOutcome],
    rows: impl Iterator<Item = (String, &'a Outcomes)>,
) -> Chart {
    let bar = |(label, outcomes): (String, &Outcomes)| Bar {
        label,
        parts: shown
            .iter()
            .map(|outcome| outcomes.get(outcome).map_or(0, |count| count.events))
            .collect(),
    };
    Chart {
        id: id.to_owned(),
        title: title.to_owned(),
        of: "events".to_owned(),
        fills: shown.iter().copied().map(fill).collect(),
        bars: rows.map(bar).collect(),
        scale,
    }
}

/// Outcomes as proposed by a member of the events; `None` for one that is not drawn.
pub(in crate::render) fn breakdown(
    breakdown: &Breakdown,
    shown: &[ReplayOutcome],
    id: &str,
) -> Option<Chart> {
    let (scale, most) = match breakdown.by {
        "day" => (Scale::Columns, usize::MAX),
        "client" | "country" => (Scale::Together, MOST_BARS),
        _ => return None,
    };
    let title = format!("outcomes by {}, as proposed", breakdown.by);
    let rows = breakdown.rows.iter().take(most);
    let rows = rows.map(|row| (row.name().to_owned(), &row.outcomes));
    Some(chart((id, &title), scale, shown, rows))
}

fn fill(outcome: ReplayOutcome) -> Fill {
    let (glyphs, style) = match outcome {
        ReplayOutcome::Blocked => (['█', '#'], Style::new().green().bold()),
        ReplayOutcome::MfaRequired => (['▓', 'M'], Style::new().green()),
        ReplayOutcome::MfaIfConfigured => (['▒', 'm'], Style::new().green()),
        ReplayOutcome::Notified => (['░', ':'], Style::new().yellow()),
        ReplayOutcome::Allowed => (['·', '.'], Style::new().yellow()),
        ReplayOutcome::NotAssessed => (['-', '-'], Style::new().dimmed()),
        ReplayOutcome::NotCovered => (['×', 'x'], Style::new().magenta()),
        ReplayOutcome::Unknown => (['?', '?'], Style::new().magenta()),
    };
    Fill {
        class: outcome.as_str(),
        words: outcome.label(),
        glyphs,
        style,
    }
}
