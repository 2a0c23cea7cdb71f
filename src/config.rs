//! `cogward.toml`: what a repository decides about its runs.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::fault::InputError;
use crate::finding::{Finding, Location, Severity};
use crate::fs::Tree;
use crate::json;
use crate::source::{Source, SourceId};
use crate::span::Span;
use crate::text;

/// The name that is looked for in the working directory, and above it up to the top of the repository.
pub const FILE_NAME: &str = "cogward.toml";

pub use crate::fs::POLICIES;

/// The decoded file. Everything may be absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Variables of the environment that policies may read; absent: those for which a policy has a default.
    pub variables: Option<Vec<String>>,
    /// `[lint]`.
    #[serde(default)]
    pub lint: LintConfig,
    /// `[rules.<id>]`.
    #[serde(default)]
    pub rules: BTreeMap<Spanned<String>, RuleConfig>,
    /// `[[targets]]`.
    #[serde(default)]
    pub targets: Vec<TargetConfig>,
}

/// `[[targets]]`: an account to read, and how its credentials are come by.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TargetConfig {
    /// Account id, 12 digits: the credentials must belong to it.
    pub account: Option<String>,
    /// Profile of the shared AWS configuration.
    pub profile: Option<String>,
    /// Role to assume.
    pub role_arn: Option<String>,
    /// External id that the role asks for.
    pub external_id: Option<String>,
    /// Regions to read.
    #[serde(default)]
    pub regions: Vec<String>,
}

impl TargetConfig {
    /// The account that it is for: the one it names, else its role's (`arn:aws:iam::ACCOUNT:role/NAME`).
    pub fn account_id(&self) -> Option<String> {
        let of_role = |arn: &String| arn.split(':').nth(4).map(str::to_owned);
        let account = self.account.clone();
        account.or_else(|| self.role_arn.as_ref().and_then(of_role))
    }
}

/// `[lint]`: defaults of the options of the same names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LintConfig {
    /// Paths to check when none are given.
    #[serde(default)]
    pub paths: Vec<Spanned<String>>,
    /// Folders with rules of one's own.
    #[serde(default)]
    pub rules: Vec<Spanned<String>>,
    /// Lowest severity that is shown.
    pub min_severity: Option<Severity>,
    /// Lowest severity that fails the run: a severity, or `never`.
    pub deny: Option<Spanned<String>>,
    /// Baseline file.
    pub baseline: Option<Spanned<String>>,
}

impl Config {
    /// Reads its paths from the folder that it lies in, which is so many folders above (`../`). Without paths of its own, the
    /// policies are those in the working directory, if it `has_policies`, else those beside the file.
    pub fn move_to(&mut self, up: &str, has_policies: bool) {
        if up.is_empty() {
            return;
        }
        let lint = &mut self.lint;
        if lint.paths.is_empty() && !has_policies {
            lint.paths.push(Spanned::new(0..0, POLICIES.to_owned()));
        }
        let names = lint
            .paths
            .iter_mut()
            .chain(&mut lint.rules)
            .chain(&mut lint.baseline);
        for name in names.filter(|name| !Path::new(name.get_ref()).is_absolute()) {
            let moved = format!("{up}{}", name.get_ref());
            *name.get_mut() = moved;
        }
    }
}

/// `[rules.<id>]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleConfig {
    /// Severity instead of the rule's own.
    pub severity: Option<Severity>,
    /// The rule does not run, for this reason.
    pub disabled: Option<Spanned<String>>,
}

/// Decodes the file. What can be used of a file with faults is used; of one that is not TOML, or has
/// a key or value of no meaning, nothing is.
pub fn parse(id: SourceId, source: &Source) -> (Config, Vec<Finding>) {
    let mut config: Config = match toml::from_str(source.text()) {
        Ok(config) => config,
        Err(error) => {
            let span = error.span().map_or(Span::at(0), span);
            let message = json::reworded(error.message());
            let help = if message.contains("did you mean") {
                "correct it; nothing of the file was used".to_owned()
            } else {
                help(source, span, error.message())
            };
            return (Config::default(), vec![fault(id, span, message).help(help)]);
        }
    };
    let mut faults = Vec::new();
    for rule in config.rules.values_mut() {
        let empty = |reason: &Spanned<String>| reason.get_ref().trim().is_empty();
        if let Some(reason) = rule.disabled.take_if(|reason| empty(reason)) {
            let message = "a rule is disabled without a reason".to_owned();
            faults.push(fault(id, span(reason.span()), message).help("write why: `disabled = \"…\"`"));
        }
    }
    let unknown = |deny: &Spanned<String>| !DENY.contains(&deny.get_ref().as_str());
    if let Some(deny) = config.lint.deny.take_if(|deny| unknown(deny)) {
        let message = format!("`deny` is `{}`", deny.get_ref());
        faults.push(fault(id, span(deny.span()), message).help("use note, warning, error or never"));
    }
    (config, faults)
}

/// Takes out what leads out of the repository that the file, called `file`, lies in: whoever may change the file may not
/// have others' files read into a report, nor written.
pub fn confine(config: &mut Config, id: SourceId, tree: &Tree, file: &str) -> Vec<Finding> {
    let mut faults = Vec::new();
    let mut stays = |key: &str, option: &str, name: &Spanned<String>| {
        let Err(why) = tree.confined(file, name.get_ref()) else {
            return true;
        };
        let message = format!("`{key}` names `{}`: {why}", name.get_ref());
        let help =
            format!("name what lies in the repository, or type the path on the command line ({option})");
        faults.push(fault(id, span(name.span()), message).help(help));
        false
    };
    let lint = &mut config.lint;
    lint.paths
        .retain(|name| stays("paths", "cogward lint PATH", name));
    lint.rules.retain(|name| stays("rules", "--rules", name));
    lint.baseline
        .take_if(|name| !stays("baseline", "--baseline", name));
    faults
}

/// The words of `deny`.
const DENY: [&str; 4] = ["note", "warning", "error", "never"];

/// The next step: the word that was probably meant, out of those that the message lists.
fn help(source: &Source, span: Span, message: &str) -> String {
    let typed = source.text().get(span.start..span.end).unwrap_or_default();
    let expected = message.split_once("expected").map(|(_, list)| list);
    let known = expected
        .into_iter()
        .flat_map(|list| list.split('`').skip(1).step_by(2));
    let typed = typed.trim_matches('"');
    let near = text::nearest(typed, known).filter(|_| !typed.is_empty());
    near.map_or_else(
        || "write TOML as `docs/settings.md` shows it; nothing of the file was used".to_owned(),
        |near| format!("did you mean `{near}`? Nothing of the file was used"),
    )
}

/// A finding in the file.
pub fn fault(source: SourceId, span: Span, message: String) -> Finding {
    InputError::ConfigInvalid.finding(Location::new(source, span), message)
}

/// TOML's range as a span.
pub fn span(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(String, String)> {
        let source = Source::new(FILE_NAME, text, &[]);
        let (_, found) = parse(SourceId(0), &source);
        found
            .into_iter()
            .map(|finding| {
                let span = finding.primary.span;
                (source.text()[span.start..span.end].to_owned(), finding.message)
            })
            .collect()
    }

    /// A fault stands at its value however that is written.
    #[test]
    fn fault_span_covers_its_value() {
        let text =
            "# ümlaut, not sometimes\n[lint]\ndeny = \"some\\u0074imes\"\n[rules.a-b]\ndisabled = ' '\n";
        assert_eq!(
            faults(text),
            [
                ("' '".to_owned(), "a rule is disabled without a reason".to_owned()),
                (
                    "\"some\\u0074imes\"".to_owned(),
                    "`deny` is `sometimes`".to_owned()
                ),
            ]
        );
    }

    /// What is no configuration is one fault and nothing is a configuration.
    #[test]
    fn invalid_toml_is_one_fault_empty_is_none() {
        assert_eq!(faults("[lint]\nlevel = 3\n").len(), 1);
        assert_eq!(faults("[lint\n").len(), 1);
        assert_eq!(faults(""), []);
    }
}
