//! `human`: findings as snippets with the exact bytes underlined, then the summary.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use owo_colors::Style;

use crate::difference::Difference;
use crate::drift::Kind;
use crate::finding::{Finding, Location, Severity};
use crate::report::Report;
use crate::source::SourceId;
use crate::span::Span;
use crate::text;

use super::by_rule;
use super::closing::{closing_line, not_checked};
use super::draw::{columns, filled, listed, side_style};
pub(in crate::render) use super::draw::{paint, wrap};
use super::snippet::Text;
use crate::render::difference::{self, Side};
use crate::render::index::RuleIndex;
use crate::render::place::Place;
use crate::render::{RenderOptions, bound, escape, review, section, words};

/// Findings that a terminal shows one by one, the worst; all of them are counted by rule.
const MOST_BLOCKS: usize = 50;

/// Columns before a message, for the mark of its severity.
const MARK: usize = 4;

/// Writes every finding that is not suppressed, in the report's order, and the summary.
pub(in crate::render) fn render(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    findings(report, options, out)?;
    let closing = closing(report, options);
    out.write_all(escape::for_log(&closing).as_bytes())
}

/// Writes every finding that is not suppressed, in the report's order.
pub(in crate::render) fn findings(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut drawing = Drawing {
        report,
        options,
        rules: RuleIndex::new(report, options),
        texts: BTreeMap::new(),
    };
    let findings = report.findings.iter().filter(|f| f.suppressed.is_none());
    let (findings, more) = bound::worst(findings, bound::FINDINGS);
    let groups = difference::alike(findings);
    for group in groups.iter().take(MOST_BLOCKS) {
        let Some(finding) = group.first() else {
            continue;
        };
        let text = drawing.finding(finding, group).map_err(io::Error::other)?;
        out.write_all(escape::for_log(&text).as_bytes())?;
    }
    let left = more + groups.iter().skip(MOST_BLOCKS).map(Vec::len).sum::<usize>();
    if left > 0 {
        let left = text::count(left, "more finding", "more findings");
        let words = format!("and {left}, each in a line with `--format concise`; all of them by rule:");
        let words = wrap(&words, options.columns(), "", "");
        let rules = by_rule::rules(report, options, false);
        out.write_all(escape::for_log(&format!("{words}\n{rules}")).as_bytes())?;
    }
    Ok(())
}

/// The closing line and what was not checked.
pub(in crate::render) fn closing(report: &Report, options: &RenderOptions) -> String {
    changes(report, options) + &closing_line(report, options) + &not_checked(report, options)
}

/// What changes from a base or a state.
pub(in crate::render) fn changes(report: &Report, options: &RenderOptions) -> String {
    let parts = review::parts(report);
    let parts: String = parts
        .iter()
        .map(|part| section::human_part(part, options))
        .collect();
    if parts.is_empty() {
        parts
    } else {
        parts.trim_end().to_owned() + "\n\n"
    }
}

/// What is needed to draw findings; texts are prepared once per file.
struct Drawing<'a> {
    report: &'a Report,
    options: &'a RenderOptions,
    rules: RuleIndex<'a>,
    texts: BTreeMap<SourceId, Text<'a>>,
}

impl Drawing<'_> {
    fn finding(&mut self, finding: &Finding, group: &[&Finding]) -> Result<String, fmt::Error> {
        let style = words::severity_style(finding.severity);
        let head = format!("{}[{}]", finding.severity.as_str(), finding.rule);
        let mut text = format!("{}\n", paint(&head, style, self.options));
        self.prepare(finding);
        let Labels { near, far, below } = self.split(finding);
        self.draw(
            &mut text,
            finding,
            &escape::one_line(&finding.message),
            finding.severity,
            near,
        )?;
        for part in far {
            self.draw(
                &mut text,
                finding,
                &part.message,
                Severity::Note,
                Some((part.source, vec![part.label])),
            )?;
        }
        for words in below {
            text.push_str(&wrap(&words, self.options.columns(), "  ", "    "));
        }
        self.footer(&mut text, finding);
        if let Some(same) = difference::same(group) {
            text.push_str(&wrap(&same, self.options.columns(), "  ", "    "));
        }
        text.push('\n');
        Ok(text)
    }

    /// Makes the texts of all places of a finding ready.
    fn prepare(&mut self, finding: &Finding) {
        let related = finding.related.iter().map(|related| &related.location);
        for location in std::iter::once(&finding.primary).chain(related) {
            let source = self.report.sources.get(location.source);
            self.texts
                .entry(location.source)
                .or_insert_with(|| Text::new(source, self.options.columns(), self.options.ascii));
        }
    }

    /// Labels for the primary's snippet; places that need a snippet of their own: in another file, or over bytes that are
    /// underlined already; and the words of labels that have no room beside their underlines.
    fn split(&self, finding: &Finding) -> Labels {
        let mut below = Vec::new();
        let mut beside = |location: &Location, words: String| {
            let place = Place::new(self.report, location);
            let text = self.texts.get(&location.source);
            let has_room = place
                .span
                .zip(text)
                .is_none_or(|(span, text)| text.has_room(span, &words));
            if !has_room {
                below.push(format!("{}: {words}", place.text()));
            }
            has_room.then_some(words)
        };
        let label = words::filled(&finding.label).map(escape::one_line);
        let label = label.and_then(|words| beside(&finding.primary, words));
        let mut near = Vec::new();
        let mut taken = Vec::new();
        if let Some((span, label)) = self.label(&finding.primary, label, true) {
            near.push(label);
            taken.push(span);
        }
        let mut far = Vec::new();
        for related in &finding.related {
            let words = escape::one_line(&related.label);
            let same = related.location.source == finding.primary.source;
            let place = Place::new(self.report, &related.location);
            let free = place
                .span
                .is_some_and(|span| !taken.iter().any(|other| overlap(span, *other)));
            if same
                && free
                && place.span.is_some()
                && let label = beside(&related.location, words.clone())
                && let Some((span, label)) = self.label(&related.location, label, false)
            {
                near.push(label);
                taken.push(span);
            } else if let Some((_, label)) = self.label(&related.location, None, true) {
                far.push(Apart {
                    message: words,
                    source: related.location.source,
                    label,
                });
            }
        }
        Labels {
            near: (!near.is_empty()).then_some((finding.primary.source, near)),
            far,
            below,
        }
    }

    fn label(
        &self,
        location: &Location,
        words: Option<String>,
        primary: bool,
    ) -> Option<(Span, LabeledSpan)> {
        let span = Place::new(self.report, location).span?;
        let label = self.texts.get(&location.source)?.label(span, words, primary);
        Some((span, label))
    }

    /// One message with its snippet, through miette.
    fn draw(
        &self,
        into: &mut String,
        finding: &Finding,
        message: &str,
        severity: Severity,
        labels: Option<(SourceId, Vec<LabeledSpan>)>,
    ) -> fmt::Result {
        let (text, mut labels) = match labels {
            Some((source, labels)) => (self.texts.get(&source), labels),
            None => (None, Vec::new()),
        };
        labels.sort_by_key(LabeledSpan::offset);
        let handler = self.handler(finding.severity, &labels);
        // Ids, pointers and paths stay whole.
        let room = self.options.columns().saturating_sub(MARK);
        let drawn = Drawn {
            message: filled(message, |_| room).join("\n"),
            severity,
            text: text.map(|text| text as &dyn SourceCode),
            labels,
        };
        handler.render_report(into, &drawn)
    }

    /// miette's handler with our colours: the primary place in the severity's, others in cyan.
    fn handler(&self, severity: Severity, labels: &[LabeledSpan]) -> GraphicalReportHandler {
        let mut theme = match (self.options.ascii, self.options.colour) {
            (false, true) => GraphicalTheme::unicode(),
            (false, false) => GraphicalTheme::unicode_nocolor(),
            (true, true) => GraphicalTheme::ascii(),
            (true, false) => GraphicalTheme::none(),
        };
        if self.options.colour && !labels.is_empty() {
            theme.styles.highlights = labels
                .iter()
                .map(|label| {
                    if label.primary() {
                        words::severity_style(severity)
                    } else {
                        Style::new().cyan().bold()
                    }
                })
                .collect();
        }
        GraphicalReportHandler::new_themed(theme)
            .with_width(self.options.columns())
            .with_wrap_lines(false)
            .without_syntax_highlighting()
            .with_urls(false)
    }

    /// The place of a file without text, help, the fix and the rule's page.
    fn footer(&self, into: &mut String, finding: &Finding) {
        let place = Place::new(self.report, &finding.primary);
        let mut line = |word: &str, text: &str| {
            let head = format!("  {}: ", paint(word, Style::new().cyan(), self.options));
            into.push_str(&wrap(text, self.options.columns(), &head, "        "));
        };
        if place.logical().is_some() {
            line("at", &labelled(&place, &finding.label));
            for related in &finding.related {
                let place = Place::new(self.report, &related.location);
                line("see", &labelled(&place, &related.label));
            }
        } else if place.span.is_none() {
            line("file", &place.text());
        }
        // Without a text there is no snippet of it.
        let is_textless = |place: &Place<'_>| {
            place.span.is_none() && (place.source.holder().is_some() || place.source.pool_id().is_none())
        };
        for related in finding.related.iter().filter(|_| place.logical().is_none()) {
            let place = Place::new(self.report, &related.location);
            if is_textless(&place) {
                line("see", &labelled(&place, &related.label));
            }
        }
        if let Some(help) = words::filled(&finding.help) {
            line("help", &escape::one_line(help));
        }
        if let Some(difference) = &finding.difference {
            into.push_str(&self.difference(difference));
        }
        let mut line = |word: &str, text: &str| {
            let head = format!("  {}: ", paint(word, Style::new().cyan(), self.options));
            into.push_str(&wrap(text, self.options.columns(), &head, "        "));
        };
        if let Some(fix) = &finding.fix {
            line(
                "fix",
                &format!("{} (fixable with --fix)", escape::one_line(&fix.title)),
            );
        }
        // Of a difference, the help says all that its page does.
        let is_rule = Kind::parse(finding.rule.as_str()).is_none();
        if let Some(url) = self.rules.docs_url(&finding.rule).filter(|_| is_rule) {
            line("docs", &escape::visible(&url));
        }
    }
}

impl Drawing<'_> {
    /// What differs, from live to the policy, and what that does to requests.
    fn difference(&self, difference: &Difference) -> String {
        let mut text = String::new();
        for line in difference::lines(difference) {
            let style = side_style(line.side);
            let word = match line.side {
                Side::Live => "  live   - ",
                Side::Policy => "  policy + ",
                Side::Both => "           ",
            };
            let words = line.words();
            if columns(word) + columns(&words) > self.options.columns() {
                text += &listed(&escape::visible(&words), style, self.options, word);
                continue;
            }
            text.push_str(&paint(word, style, self.options));
            for (marked, part) in &line.parts {
                let style = if *marked { style.bold().underline() } else { style };
                text.push_str(&paint(&escape::visible(part), style, self.options));
            }
            text.push('\n');
        }
        for effect in difference::effects(difference) {
            let head = format!("  {}: ", paint("effect", Style::new().cyan(), self.options));
            text.push_str(&wrap(
                &escape::one_line(&effect),
                self.options.columns(),
                &head,
                "          ",
            ));
        }
        text
    }
}

/// A place with the words for it.
fn labelled(place: &Place<'_>, label: &str) -> String {
    match words::filled(label) {
        Some(label) => format!("{}: {}", place.text(), escape::one_line(label)),
        None => place.text(),
    }
}

/// Where the words of a finding's places stand.
struct Labels {
    /// In the snippet of the primary place.
    near: Option<(SourceId, Vec<LabeledSpan>)>,
    /// In snippets of their own.
    far: Vec<Apart>,
    /// Below the snippets.
    below: Vec<String>,
}

/// A related place that is drawn in a snippet of its own.
struct Apart {
    message: String,
    source: SourceId,
    label: LabeledSpan,
}

/// Whether two spans would be underlined at the same bytes; an empty one takes a byte.
fn overlap(a: Span, b: Span) -> bool {
    let end = |span: Span| span.end.max(span.start + 1);
    a.start < end(b) && b.start < end(a)
}

/// What miette is given: a message, and labels in one text.
struct Drawn<'a> {
    message: String,
    severity: Severity,
    text: Option<&'a dyn SourceCode>,
    labels: Vec<LabeledSpan>,
}

impl fmt::Debug for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn<'_> {}

impl Diagnostic for Drawn<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.text
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as Box<_>)
    }
}
