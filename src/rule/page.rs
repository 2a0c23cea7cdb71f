//! A rule's page: what `cogward explain` prints and `docs/rules/<id>.md` holds.

use std::fmt::Write as _;

use serde_json::Value;

use crate::finding::{Reference, RuleMeta};
use crate::impact::SignIns;
use crate::rule::compiled::Rule;
use crate::rule::file::{Sees, Stage};
use crate::text;

/// The page of a rule whose examples were read, as Markdown.
pub fn markdown(rule: &Rule) -> String {
    let RuleMeta {
        id,
        severity,
        summary,
        rationale,
        remediation,
        references,
        frameworks,
        ..
    } = &rule.meta;
    let mut page = format!("# {id}\n\n{summary}.\n\n");
    let _ = writeln!(page, "Severity: **{}**. {}\n", severity.as_str(), scope(rule));
    let _ = writeln!(
        page,
        "## Why it matters\n\n{rationale}\n\n## What to do\n\n{remediation}\n"
    );
    if let Some(examples) = &rule.examples {
        if let Some(bad) = examples.bad.first() {
            let _ = writeln!(
                page,
                "## Found\n\n{}:\n\n```yaml\n{}```\n",
                text::capital(&bad.name),
                subject(&bad.policy, bad.events.as_ref())
            );
            for finding in &bad.findings {
                let _ = writeln!(page, "> {}: {}\n", severity.as_str(), finding.message);
            }
        }
        if let Some(good) = examples.good.first() {
            let _ = writeln!(
                page,
                "## Not found\n\n{}:\n\n```yaml\n{}```\n",
                text::capital(&good.name),
                subject(&good.policy, good.events.as_ref())
            );
        }
    }
    if !frameworks.is_empty() {
        page.push_str("## Related controls\n\n");
        for (framework, controls) in frameworks {
            let _ = writeln!(page, "- {framework}: {}", controls.join(", "));
        }
        page.push('\n');
    }
    if !references.is_empty() {
        page.push_str("## References\n\n");
        for Reference { title, url } in references {
            let _ = writeln!(page, "- [{title}]({url})");
        }
        page.push('\n');
    }
    let _ = write!(
        page,
        "## Accept it\n\nFor one line: `# cogward: ignore[{id}] reason` on its line or the line above. \
         For a time: a waiver in the policy. For the whole repository, in `cogward.toml`:\n\n\
         ```toml\n[rules.{id}]\ndisabled = \"reason\"\n```\n"
    );
    page
}

/// What an example is about: its policy, or what was recorded.
fn subject(policy: &Value, events: Option<&SignIns>) -> String {
    let events = events.and_then(|events| serde_json::to_value(events).ok());
    yaml(&events.map_or_else(|| policy.clone(), given))
}

/// A value without what is zero, null or empty: what an example need not say.
fn given(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(_, value)| {
                !(value.is_null() || *value == 0 || value.as_array().is_some_and(Vec::is_empty))
            });
            kept.map(|(key, value)| (key, given(value))).collect()
        }
        Value::Array(list) => list.into_iter().map(given).collect(),
        other => other,
    }
}

fn scope(rule: &Rule) -> String {
    let sees = match (
        rule.sees.contains(&Sees::Desired),
        rule.sees.contains(&Sees::Observed),
    ) {
        (true, true) => "Checks policies and live pools.",
        (true, false) => "Checks policies.",
        _ => "Checks live pools.",
    };
    let stage = match rule.stage {
        Stage::Posture => "",
        Stage::Hygiene => " Runs after the other rules, when it is known what waivers and ignores were used.",
        Stage::Run => " Runs at the end, over all policies together.",
        Stage::Events => return "Checks recorded events, in `cogward impact`.".to_owned(),
    };
    let guard = rule.guard.map_or_else(String::new, |guard| {
        format!(" `apply` leaves it to its guard `{}`.", guard.as_str())
    });
    format!("{sees}{stage}{guard}")
}

/// An example's policy as YAML text with a final line break.
pub fn yaml(policy: &Value) -> String {
    let text = match policy {
        Value::String(text) => text.clone(),
        other => serde_yaml::to_string(other).unwrap_or_default(),
    };
    format!("{}\n", text.trim_end())
}
