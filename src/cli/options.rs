//! What the program does, decided from what was typed and from `cogward.toml`.

use std::collections::BTreeMap;

use clap::ValueEnum as _;
use jiff::civil::Date;
use toml::Spanned;

use crate::cli::args::{DateArgs, FindingArgs, OutputArgs, OutputFile, PathArgs, RuleArgs};
use crate::config::{Config, POLICIES};
use crate::finding::Severity;
use crate::lint::Settings;
use crate::lint::settings::Deny;
use crate::plan::guard::Named;
use crate::render::Format;
use crate::text;

/// Where reports go.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// Format on standard output; `None` prints nothing there.
    pub stdout: Option<Format>,
    /// Reports in files.
    pub files: Vec<OutputFile>,
    /// A format that the command writes by itself.
    pub own: Option<Format>,
}

impl Outputs {
    /// Decides from what was typed. The error is a sentence about something typed wrongly.
    pub fn decide(typed: Option<&OutputArgs>) -> Result<Self, String> {
        let Some(typed) = typed else {
            return Ok(Self::on_stdout(None));
        };
        let printed = Self::on_stdout(typed.format);
        Ok(Self {
            stdout: printed.stdout.filter(|_| !typed.quiet),
            files: files(&typed.output)?,
            own: None,
        })
    }

    /// On standard output alone.
    pub fn on_stdout(typed: Option<Format>) -> Self {
        Self {
            stdout: typed.or(Some(Format::Human)),
            files: Vec::new(),
            own: None,
        }
    }

    /// All formats that are asked for.
    pub fn formats(&self) -> impl Iterator<Item = Format> {
        let files = self.files.iter().map(|file| file.format);
        files.chain(self.stdout).chain(self.own)
    }

    /// Whether some format shows the effective tables.
    pub fn wants_tables(&self) -> bool {
        // Findings come without tables on a terminal; `junit` names what had no finding.
        let shows = |format: Format| {
            format == Format::Junit
                || format.shows_overviews()
                || (format.shows_tables() && format != Format::Human)
        };
        self.formats().any(shows)
    }
}

/// The policies: what is typed, else what is configured, else `policies`.
pub fn paths(typed: Option<&PathArgs>, config: &Config) -> Vec<String> {
    let typed = typed.map(|group| group.paths.clone()).unwrap_or_default();
    let paths = [typed, names(&config.lint.paths), vec![POLICIES.to_owned()]];
    paths
        .into_iter()
        .find(|paths| !paths.is_empty())
        .unwrap_or_default()
}

/// Names without their places in the configuration file.
fn names(list: &[Spanned<String>]) -> Vec<String> {
    list.iter().map(|name| name.get_ref().clone()).collect()
}

/// Folders with users' rules: those that are configured, and those that are typed.
pub fn rules(typed: Option<&RuleArgs>, config: &Config) -> Vec<String> {
    let typed = typed.into_iter().flat_map(|group| &group.rules);
    names(&config.lint.rules)
        .into_iter()
        .chain(typed.cloned())
        .collect()
}

/// Settings of the findings: what is typed wins over `cogward.toml`, which wins over the defaults. Those of single rules
/// are filled in when the catalogue is known. The error is a sentence about something typed wrongly.
pub fn settings(
    findings: Option<&FindingArgs>,
    date: Option<&DateArgs>,
    config: &Config,
    today: Date,
) -> Result<Settings, String> {
    let today = match date.and_then(|group| group.today.as_ref()) {
        None => today,
        Some(text) => {
            text::date(text).ok_or_else(|| format!("--today: `{text}` is not a date; write YYYY-MM-DD"))?
        }
    };
    let typed = findings.copied().unwrap_or_default();
    let configured = &config.lint;
    Ok(Settings {
        today,
        min_severity: typed
            .min_severity
            .or(configured.min_severity)
            .unwrap_or(Severity::Note),
        deny: typed
            .deny
            .or_else(|| configured.deny.as_ref().map(|word| deny_word(word.get_ref())))
            .unwrap_or(Deny::Warning),
        severities: BTreeMap::new(),
        disabled: BTreeMap::new(),
    })
}

/// A run that writes goes by the clock: a day to come would open the audit gate before its time, and a day that is over
/// would renew waivers that have ended. A dry run may show the plan of a day that is over.
#[cfg(feature = "live")]
pub fn by_the_clock(day: Date, is_dry_run: bool) -> Result<(), String> {
    let today = crate::cli::environment::today();
    let words = if day > today {
        "the day is in the future; for writing only days until today count".to_owned()
    } else if day < today && !is_dry_run {
        format!(
            "the day is over; a run that writes goes by the clock ({today}): leave --today out, or see the plan of that day \
             with --dry-run"
        )
    } else {
        return Ok(());
    };
    Err(format!("--today {day}: {words}"))
}

/// The files that reports go to; each takes one.
fn files(outputs: &[OutputFile]) -> Result<Vec<OutputFile>, String> {
    for (index, one) in outputs.iter().enumerate() {
        if outputs[..index].iter().any(|before| before.file == one.file) {
            return Err(format!(
                "--output: `{}` is named twice; the second report would replace the first",
                one.file
            ));
        }
    }
    Ok(outputs.to_vec())
}

/// The same words in `cogward.toml`, which has been checked to hold one of them.
fn deny_word(word: &str) -> Deny {
    Deny::from_str(word, false).unwrap_or(Deny::Warning)
}

/// Refuses a file that is named in two roles, however it is spelt: the second would take the place of the first.
pub fn distinct<'a>(named: impl Iterator<Item = (&'static str, &'a String)>) -> Result<(), String> {
    let mut known: BTreeMap<String, &'static str> = BTreeMap::new();
    for (role, name) in named {
        let parts = name.split('/').filter(|part| !part.is_empty() && *part != ".");
        let root = if name.starts_with('/') { "/" } else { "" };
        let path = root.to_owned() + &parts.collect::<Vec<_>>().join("/");
        if let Some(other) = known
            .get(&path)
            .filter(|other| **other != role || role != "an input")
        {
            return Err(format!(
                "`{name}` is named as {other} and as {role}: name two files"
            ));
        }
        known.insert(path, role);
    }
    Ok(())
}

/// Refuses what Git Bash makes of a pointer: it takes one for a path, and writes that as Windows has it.
///
/// # Errors
/// What happened, and how to keep it from happening.
pub fn is_no_path_of_windows(option: &str, typed: &str) -> Result<(), String> {
    let path = typed.rsplit(';').next().unwrap_or(typed).as_bytes();
    let is_path = matches!(path, [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic());
    if !is_path {
        return Ok(());
    }
    Err(format!(
        "{option} {typed}: this is a path of Windows, which Git Bash makes of a pointer such as /mode/standard; run it with \
         MSYS_NO_PATHCONV=1 before the command"
    ))
}

/// Changes that are allowed, of the one pool that changes or of the pool that is named with each.
pub fn named(option: &str, texts: &[String]) -> Result<Vec<Named>, String> {
    let one = |text: &String| {
        is_no_path_of_windows(option, text)?;
        Named::parse(text).ok_or_else(|| {
            format!(
                "{option} {text}: neither a JSON pointer such as /mode/standard nor one after a pool's id, such as \
                 us-west-2_EXAMPLE:/mode/standard"
            )
        })
    };
    texts.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths, rule folders and settings.
    fn decide(
        paths: &[&str],
        typed: FindingArgs,
        rules: &[&str],
        config: &str,
    ) -> (Vec<String>, Vec<String>, Settings) {
        let config = toml::from_str(config).unwrap();
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let (paths, rules) = (PathArgs { paths: owned(paths) }, RuleArgs { rules: owned(rules) });
        let today = text::date("2026-11-21").unwrap();
        (
            super::paths(Some(&paths), &config),
            super::rules(Some(&rules), &config),
            settings(Some(&typed), None, &config, today).unwrap(),
        )
    }

    /// Typed wins over configured wins over default.
    #[test]
    fn precedence_typed_config_default() {
        let config = "[lint]\npaths = ['infra']\ndeny = 'error'\nmin-severity = 'warning'\nrules = ['r1']";
        let (paths, _, settings) = decide(&[], FindingArgs::default(), &[], "");
        assert_eq!(paths, ["policies"]);
        assert_eq!(settings.deny, Deny::Warning);
        let (paths, _, settings) = decide(&[], FindingArgs::default(), &[], config);
        assert_eq!(paths, ["infra"]);
        assert_eq!(settings.deny, Deny::Error);
        assert_eq!(settings.min_severity, Severity::Warning);
        let typed = FindingArgs {
            deny: Some(Deny::Never),
            ..FindingArgs::default()
        };
        let (paths, rules, settings) = decide(&["x"], typed, &["r2"], config);
        assert_eq!((paths, settings.deny), (vec!["x".to_owned()], Deny::Never));
        assert_eq!(rules, ["r1", "r2"]);
    }

    #[test]
    fn a_day_is_a_date() {
        let date = |today: &str| DateArgs {
            today: Some(today.to_owned()),
        };
        let settings = |typed| {
            settings(
                None,
                Some(&typed),
                &Config::default(),
                text::date("2026-11-21").unwrap(),
            )
        };
        assert_eq!(
            settings(date("2027-01-02")).unwrap().today,
            text::date("2027-01-02").unwrap()
        );
        assert!(settings(date("tomorrow")).unwrap_err().contains("YYYY-MM-DD"));
    }
}
