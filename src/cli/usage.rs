//! The command line as a whole: its commands, an example of each, and what other tools call them.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use crate::cli::args::Cli;

/// Examples of each command, below its name: what is typed, and in the next line what for. `live:` goes before what is typed
/// only where the program speaks to AWS.
const EXAMPLES: &str = include_str!("usage/examples.txt");

/// What other tools call something: the word, and what to type here.
const ELSEWHERE: [(&str, &str); 8] = [
    ("check", "cogward lint"),
    ("compare", "cogward diff"),
    ("undo", "cogward rollback JOURNAL"),
    ("drift", "cogward diff"),
    ("import", "cogward init"),
    ("plan", "cogward apply --dry-run"),
    ("validate", "cogward lint"),
    ("version", "cogward --version"),
];

/// Options that another command has, or another tool: command, what was typed, and what to type.
const OPTIONS: [(&str, &str, &str); 6] = [
    ("lint", "--fail-on", "--deny warning"),
    ("scan", "--pool", "cogward explain --pool POOL"),
    ("scan", "--fix", "cogward lint --fix"),
    ("diff", "--deny", "--fail-on weaker"),
    ("diff", "--pool", "cogward explain --pool POOL"),
    (
        "gate",
        "--pool",
        "the pool's policy: cogward gate policies/shop.yaml",
    ),
];

/// Exit codes, for the end of the program's help and for every manual page.
pub const EXIT_CODES: [(u8, &str); 6] = [
    (0, "clean"),
    (1, "findings at or above the threshold (--deny)"),
    (2, "usage or invalid input, including nothing to check"),
    (
        3,
        "differences between policies and pools (--fail-on), or a plan that was not carried out",
    ),
    (
        4,
        "something could not be read, or a write failed; the rest is reported",
    ),
    (
        5,
        "refused: another account or region, a guard, the audit gate, or a plan that is out of date",
    ),
];

/// The command line, with examples and exit codes.
pub fn program() -> Command {
    let lines = EXIT_CODES.map(|(code, means)| format!("  {code}  {means}"));
    let exit_codes = format!("Exit codes:\n{}", lines.join("\n"));
    sections().fold(Cli::command().after_help(exit_codes), |program, (name, _)| {
        let names: Vec<_> = name.split(' ').collect();
        with_examples(program, &names, name)
    })
}

fn with_examples(command: Command, names: &[&str], whole: &str) -> Command {
    match names {
        // Without AWS some commands are not there.
        [first, rest @ ..] if command.find_subcommand(first).is_some() => {
            command.mut_subcommand(*first, |found| with_examples(found, rest, whole))
        }
        [] => command.after_help(format!("Examples:\n{}", lines(whole))),
        _ => command,
    }
}

fn lines(name: &str) -> String {
    let examples = examples(name);
    let width = examples.iter().map(|(typed, _)| typed.len()).max().unwrap_or(0);
    let lines = examples
        .iter()
        .map(|(typed, what)| format!("  {typed:width$}  {what}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Names of commands, each with the lines of its examples.
fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    EXAMPLES
        .split("\n\n")
        .filter_map(|section| section.split_once('\n'))
}

/// The examples of a command.
pub fn examples(name: &str) -> Vec<(&'static str, &'static str)> {
    let found = sections().find(|(known, _)| *known == name);
    let mut lines = found.map_or("", |(_, lines)| lines).lines();
    let mut examples = Vec::new();
    while let (Some(typed), Some(what)) = (lines.next(), lines.next()) {
        match typed.strip_prefix("live: ") {
            Some(_) if cfg!(not(feature = "live")) => {}
            live => examples.push((live.unwrap_or(typed), what.trim_start())),
        }
    }
    examples
}

/// The command line for completion scripts, which know the rules that are built in.
pub fn for_completions(rules: impl Iterator<Item = String>) -> Command {
    // The process ends with the script.
    let rules: Vec<_> = rules.map(|rule| PossibleValue::new(&*rule.leak())).collect();
    program().mut_subcommand("explain", |explain| {
        explain.mut_arg("rule", |rule| rule.value_parser(PossibleValuesParser::new(rules)))
    })
}

/// What to type in place of a command or an option that another tool, or another command, has.
pub fn hint(error: &clap::Error) -> Option<String> {
    if let (ErrorKind::InvalidSubcommand, Some(ContextValue::String(name))) =
        (error.kind(), error.get(ContextKind::InvalidSubcommand))
    {
        let (_, typed) = ELSEWHERE.iter().find(|(known, _)| known == name)?;
        return Some(format!("there is no command `{name}`; type `{typed}`"));
    }
    let (ErrorKind::UnknownArgument, Some(ContextValue::String(name)), Some(ContextValue::StyledStr(usage))) = (
        error.kind(),
        error.get(ContextKind::InvalidArg),
        error.get(ContextKind::Usage),
    ) else {
        return None;
    };
    let usage = usage.to_string();
    let (_, after) = usage.split_once("cogward ")?;
    let command = after.split(' ').next()?;
    if command == "scan" && !name.starts_with('-') {
        return Some(format!(
            "files are named with `--from`: cogward scan --from {name}"
        ));
    }
    let mut options = OPTIONS.iter();
    let (.., typed) = options.find(|(known, option, _)| *known == command && option == name)?;
    Some(format!("`cogward {command}` has no `{name}`; type `{typed}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command has an example, and every example is one.
    #[test]
    fn command_examples_parse() {
        let mut program = program();
        program.build();
        let mut names = Vec::new();
        for command in program
            .get_subcommands()
            .filter(|command| command.get_name() != "help")
        {
            names.push(command.get_name().to_owned());
            let below = command
                .get_subcommands()
                .filter(|below| below.get_name() != "help");
            names.extend(below.map(|below| format!("{} {}", command.get_name(), below.get_name())));
        }
        for name in &names {
            assert!(!examples(name).is_empty(), "{name}");
            for (typed, _) in examples(name) {
                let typed = typed.rsplit('|').next().unwrap();
                let typed = typed.split('>').next().unwrap();
                let words: Vec<_> = typed.split_whitespace().collect();
                let parsed = super::program().try_get_matches_from(&words);
                assert!(parsed.is_ok(), "{typed}: {}", parsed.unwrap_err());
            }
        }
    }

    #[test]
    fn words_of_other_tools_lead_to_ours() {
        for (name, typed) in ELSEWHERE {
            let error = program().try_get_matches_from(["cogward", name]).unwrap_err();
            assert_eq!(
                hint(&error),
                Some(format!("there is no command `{name}`; type `{typed}`"))
            );
            let words: Vec<_> = typed.split(' ').collect();
            let parsed = program().try_get_matches_from(&words);
            assert!(
                parsed.map_or_else(|error| error.kind() == ErrorKind::DisplayVersion, |_| true),
                "{typed}"
            );
        }
        for (command, option, typed) in OPTIONS {
            let error = program()
                .try_get_matches_from(["cogward", command, option, "x"])
                .unwrap_err();
            let words = format!("`cogward {command}` has no `{option}`; type `{typed}`");
            assert_eq!(hint(&error), Some(words));
        }
        let error = program()
            .try_get_matches_from(["cogward", "scan", "a.yaml"])
            .unwrap_err();
        let words = "files are named with `--from`: cogward scan --from a.yaml";
        assert_eq!(hint(&error).as_deref(), Some(words));
        let error = program()
            .try_get_matches_from(["cogward", "nonsense"])
            .unwrap_err();
        assert_eq!(hint(&error), None);
    }
}
