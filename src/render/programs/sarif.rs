//! `sarif`: SARIF 2.1.0 within the limits of GitHub's code scanning.
//!
//! GitHub refuses a file with more than 25,000 results or 20 tags on a rule, shows 10 tags and
//! 1,024 characters of a description, and wants a region for every location.

pub(in crate::render) mod types;

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::finding::{Finding, Location, Severity, Suppression};
use crate::fingerprint;
use crate::ident::RuleId;
use crate::pointer::Pointer;
use crate::report::{Report, RuleMeta};

use crate::render::difference;
use crate::render::index::RuleIndex;
use crate::render::place::Place;
use crate::render::programs::sarif::types::{
    ArtifactLocation, Log, LogicalLocation, Message, PhysicalLocation, Run, SarifLocation, SarifRegion,
    SarifResult, SarifSuppression,
};
use crate::render::{RenderOptions, escape, review, words};

/// GitHub refuses more results in a run.
const MAX_RESULTS: usize = 25_000;
/// GitHub shows no more tags of a rule.
const MAX_TAGS: usize = 10;
/// GitHub shows no more characters of a description.
const MAX_DESCRIPTION: usize = 1024;
/// Lines of what differs in a result's message.
const MAX_LINES: usize = 20;
/// GitHub keeps no more locations of a result.
const MAX_LOCATIONS: usize = 100;
/// The repository's root, which the reader of the file knows.
const ROOT: &str = "%SRCROOT%";

/// Writes the report as one SARIF run, suppressed findings included.
pub(in crate::render) fn render(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let writer = Writer {
        report,
        options,
        rules: RuleIndex::new(report, options),
    };
    escape::write_json(&writer.log(), out)
}

struct Writer<'a> {
    report: &'a Report,
    options: &'a RenderOptions,
    rules: RuleIndex<'a>,
}

impl Writer<'_> {
    fn log(&self) -> Log {
        let driver = json!({
            "name": "cogward",
            "version": self.report.version,
            "semanticVersion": self.report.version,
            "informationUri": "https://github.com/cogward/cogward",
            "rules": self.rules(),
        });
        let run = Run {
            tool: json!({ "driver": driver }),
            invocations: [self.invocation()],
            original_uri_base_ids: json!({
                ROOT: { "description": { "text": "The root of the repository." } },
            }),
            column_kind: "utf16CodeUnits",
            results: self.results(),
        };
        Log {
            schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            version: "2.1.0",
            runs: [run],
        }
    }

    fn rules(&self) -> Vec<Value> {
        let faults = self
            .report
            .findings
            .iter()
            .filter(|finding| finding.is_input_fault);
        let input: BTreeSet<_> = faults.map(|finding| &finding.rule).collect();
        let rules = self.report.rules.iter();
        rules
            .map(|meta| self.rule(meta, input.contains(&meta.id)))
            .collect()
    }

    fn rule(&self, meta: &RuleMeta, input: bool) -> Value {
        let references: Vec<_> = meta
            .references
            .iter()
            .map(|one| format!("- {}: {}", one.title, one.url))
            .collect();
        let help = [&meta.rationale, &meta.remediation, &references.join("\n")];
        let help: Vec<_> = help
            .into_iter()
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect();
        let help = if help.is_empty() {
            meta.summary.clone()
        } else {
            help.join("\n\n")
        };
        let full = words::filled(&meta.rationale).unwrap_or(&meta.summary);
        let mut rule = json!({
            "id": meta.id,
            "name": pascal_case(&meta.id),
            "shortDescription": { "text": cut(&meta.summary) },
            "fullDescription": { "text": cut(full) },
            "help": { "text": help, "markdown": help },
        });
        if let Some(url) = self.rules.docs_url(&meta.id) {
            rule["helpUri"] = url.into();
        }
        rule["defaultConfiguration"] = json!({ "level": meta.severity.as_str() });
        rule["properties"] = properties(meta, input).into();
        rule
    }

    fn invocation(&self) -> Value {
        let faults = self
            .report
            .findings
            .iter()
            .filter(|finding| finding.is_input_fault);
        let faults = faults.map(|finding| {
            json!({
                "level": "error",
                "message": { "text": escape::sarif(&escape::one_line(&finding.message)) },
                "locations": [self.location(&finding.primary)],
                "associatedRule": { "id": finding.rule },
            })
        });
        let skipped = self.report.summary.not_checked.iter();
        let skipped = skipped.map(|entry| {
            let (level, word) = if entry.failed {
                ("error", "could not be read")
            } else {
                ("warning", "not checked")
            };
            (level, format!("{word}: {}: {}", entry.what, entry.why))
        });
        let surplus = self.report.findings.len().saturating_sub(MAX_RESULTS);
        let surplus = (surplus > 0).then(|| {
            (
                "warning",
                format!("{surplus} findings left out, the least severe: too many for a run"),
            )
        });
        let notes = skipped.chain(surplus);
        let notes =
            notes.map(|(level, text)| json!({ "level": level, "message": { "text": escape::sarif(&text) } }));
        let summary = &self.report.summary;
        let has_failed = summary.not_checked.iter().any(|entry| entry.failed);
        json!({
            "executionSuccessful": summary.input_faults == 0 && !has_failed,
            "exitCode": self.report.exit_code,
            "toolExecutionNotifications": faults.chain(notes).collect::<Vec<_>>(),
        })
    }

    /// Results in the report's order; of too many, the first that count, then the first that are suppressed.
    fn results(&self) -> Vec<SarifResult> {
        let mut kept: Vec<_> = self
            .report
            .findings
            .iter()
            .zip(fingerprint::all(&self.report.findings, &self.report.sources))
            .enumerate()
            .collect();
        if kept.len() > MAX_RESULTS {
            let mut ranks: Vec<_> = (0..kept.len()).collect();
            ranks.sort_by_key(|at| kept[*at].1.0.suppressed.is_some());
            ranks.truncate(MAX_RESULTS);
            let keep: BTreeSet<_> = ranks.into_iter().collect();
            let mut at = 0..;
            kept.retain(|_| at.next().is_some_and(|at| keep.contains(&at)));
        }
        kept.into_iter()
            .map(|(index, (finding, print))| SarifResult {
                baseline_state: self.baseline_state(index),
                ..self.result(finding, print)
            })
            .collect()
    }

    /// Whether the base of a review has the finding.
    fn baseline_state(&self, index: usize) -> Option<&'static str> {
        self.report.review.as_ref()?;
        let is_new = review::is_introduced(self.report, index);
        Some(if is_new { "new" } else { "unchanged" })
    }

    fn result(&self, finding: &Finding, fingerprint: String) -> SarifResult {
        let landing = finding.landing(&self.report.sources);
        let (files, others): (Vec<_>, Vec<_>) = finding
            .related
            .iter()
            .partition(|related| self.is_file_beside(landing, &related.location));
        let related = files.into_iter().take(MAX_LOCATIONS - 1).enumerate();
        let related = related.map(|(at, related)| SarifLocation {
            id: Some(at + 1),
            message: Some(plain(escape::sarif(&escape::one_line(&related.label)))),
            ..self.location(&related.location)
        });
        let origin = finding.origin(&self.report.sources);
        let is_other = origin.is_some_and(|origin| others.contains(&origin));
        let message = if is_other {
            words::with_origin(self.report, finding, &finding.message)
        } else {
            finding.message.clone()
        };
        let mut location = self.location(landing);
        for other in others {
            let known = &mut location.logical_locations;
            known.extend(self.location(&other.location).logical_locations);
        }
        let mut text = escape::sarif(&escape::one_line(&message));
        if let Some(help) = words::filled(&finding.help) {
            text.push_str("\n\n");
            text.push_str(&escape::sarif(&escape::one_line(help)));
        }
        if let Some(difference) = &finding.difference {
            text.push_str("\n\nlive -, policy +:");
            for line in difference::brief(difference, MAX_LINES) {
                text.push('\n');
                text.push_str(&escape::sarif(&line));
            }
            for effect in difference::effects(difference) {
                text.push_str("\n\n");
                text.push_str(&escape::sarif(&escape::one_line(&effect)));
            }
        }
        SarifResult {
            rule_id: finding.rule.to_string(),
            rule_index: self.rules.position(&finding.rule),
            level: finding.severity.as_str(),
            message: plain(text),
            locations: [location],
            related_locations: related.collect(),
            partial_fingerprints: Map::from_iter([("cogward/v1".to_owned(), fingerprint.into())]),
            suppressions: finding.suppressed.iter().map(suppression).collect(),
            baseline_state: None,
            properties: result_properties(finding),
        }
    }

    /// Whether a related place is in a file that readers of the result can open. A plan that the result itself is not in may be no
    /// file of the repository, and so may what was not found: they are said in words, and as logical locations.
    fn is_file_beside(&self, landing: &Location, related: &Location) -> bool {
        let source = |location: &Location| self.report.sources.get(location.source);
        let (own, other) = (source(landing), source(related));
        other.only_place().is_none() && (other.holder().is_none() || other.holder() == own.holder())
    }

    /// A file's place; texts inside the program have a name only, since no checkout holds them. A live pool's setting is a
    /// logical location. GitHub refuses a result without a physical one, so the pool stands there, too, as a file that no
    /// checkout has.
    fn location(&self, location: &Location) -> SarifLocation {
        let place = Place::new(self.report, location);
        let mut found = SarifLocation {
            id: None,
            physical_location: None,
            logical_locations: Vec::new(),
            message: None,
        };
        if place.source.is_builtin() {
            found.logical_locations.push(LogicalLocation {
                fully_qualified_name: escape::visible(place.source.name()).into_owned(),
                kind: "resource",
            });
        } else {
            let pool = place.source.pool_id();
            if let Some(pool) = pool {
                let pointer = location.pointer.as_ref().map_or("", Pointer::as_str);
                found.logical_locations.push(LogicalLocation {
                    fully_qualified_name: escape::visible(&format!("{pool}{pointer}")).into_owned(),
                    kind: "member",
                });
            }
            let file = pool.map(|pool| {
                let holder = place.source.holder().map(ToOwned::to_owned);
                holder.unwrap_or_else(|| format!("user-pools/{pool}"))
            });
            found.physical_location = Some(PhysicalLocation {
                artifact_location: self.artifact(file.as_deref().unwrap_or(place.source.name())),
                region: region(&place),
            });
        }
        found
    }

    fn artifact(&self, name: &str) -> ArtifactLocation {
        if name.starts_with('/') {
            return ArtifactLocation {
                uri: format!("file://{}", escape::uri_path(name)),
                uri_base_id: None,
            };
        }
        let name = format!("{}{name}", self.options.path_prefix);
        let name = name.strip_prefix("./").unwrap_or(&name);
        ArtifactLocation {
            uri: escape::uri_path(name),
            uri_base_id: Some(ROOT),
        }
    }
}

/// The region; the first line for a whole file, since GitHub drops a result without one.
fn region(place: &Place<'_>) -> SarifRegion {
    match place.region_utf16() {
        Some(region) => SarifRegion {
            start_line: region.start.line,
            start_column: Some(region.start.column),
            end_line: Some(region.end.line),
            end_column: Some(region.end.column),
        },
        None => SarifRegion {
            start_line: 1,
            start_column: None,
            end_line: None,
            end_column: None,
        },
    }
}

fn plain(text: String) -> Message {
    Message { text }
}

/// At most as many characters as GitHub shows.
fn cut(text: &str) -> String {
    if text.chars().count() <= MAX_DESCRIPTION {
        return text.to_owned();
    }
    text.chars().take(MAX_DESCRIPTION - 1).chain(['…']).collect()
}

/// `cidr-host-bits` as `CidrHostBits`: SARIF wants a readable name beside the id.
fn pascal_case(id: &RuleId) -> String {
    id.as_str()
        .split('-')
        .map(|part| part[..1].to_ascii_uppercase() + &part[1..])
        .collect()
}

/// Tags and the severities that GitHub reads: input checks are no security rules.
fn properties(meta: &RuleMeta, input: bool) -> Map<String, Value> {
    let mut tags = vec!["cognito".to_owned()];
    let (problem, security) = match meta.severity {
        Severity::Error => ("error", "8.0"),
        Severity::Warning => ("warning", "5.0"),
        Severity::Note => ("recommendation", "2.0"),
    };
    let mut found = Map::from_iter([
        ("problem.severity".to_owned(), problem.into()),
        ("precision".to_owned(), "high".into()),
    ]);
    if input {
        tags.push("input".to_owned());
    } else {
        tags.push("security".to_owned());
        found.insert("security-severity".to_owned(), security.into());
        let controls = meta.frameworks.iter();
        tags.extend(controls.flat_map(|(name, ids)| ids.iter().map(move |id| format!("{name}/{id}"))));
    }
    tags.truncate(MAX_TAGS);
    found.insert("tags".to_owned(), tags.into());
    found
}

fn result_properties(finding: &Finding) -> Map<String, Value> {
    let mut found = Map::new();
    if let Some(policy) = &finding.policy {
        found.insert("policy".to_owned(), policy.clone().into());
    }
    if let Some(pointer) = &finding.primary.pointer {
        found.insert("pointer".to_owned(), pointer.as_str().into());
    }
    if let Some(difference) = &finding.difference {
        found.insert("pool".to_owned(), difference.pool.clone().into());
        if let Some(client) = &difference.client {
            found.insert("client".to_owned(), client.clone().into());
        }
        found.insert("leaf".to_owned(), difference.pointer.as_str().into());
        found.insert("liveIs".to_owned(), difference.live_is.as_str().into());
        if let Some(cause) = difference.cause {
            found.insert("cause".to_owned(), cause.as_str().into());
        }
    }
    if let Some(fix) = &finding.fix {
        found.insert("fix".to_owned(), fix.title.clone().into());
    }
    found
}

/// Waivers and ignores stand in the policy's own file, the baseline does not.
fn suppression(suppression: &Suppression) -> SarifSuppression {
    let kind = match suppression {
        Suppression::Waiver { .. } | Suppression::Ignore { .. } => "inSource",
        Suppression::Baseline => "external",
    };
    SarifSuppression {
        kind,
        status: "accepted",
        justification: escape::sarif(&words::suppression(suppression)),
    }
}
