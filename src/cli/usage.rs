//! The command line as a whole: its commands, an example of each, and what other tools call them.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use crate::cli::args::Cli;

/// Examples of each command: what is typed, and what for.
const EXAMPLES: [(&str, &[(&str, &str)]); 26] = [
    (
        "lint",
        &[
            ("cogward lint policies", "check every policy of a folder"),
            ("cogward lint --fix policies", "make the safe changes"),
            ("cogward lint -o sarif=lint.sarif", "a report for code scanning"),
            ("generate | cogward lint -", "check what another program writes"),
        ],
    ),
    (
        "diff",
        &[
            (
                "cogward diff policies --fail-on weaker",
                "fail only where a pool is, or may be, weaker",
            ),
            (
                "cogward diff policies --from live.json",
                "compare with a snapshot",
            ),
            (
                "cogward diff policies --accept /mfa/configuration",
                "the live value is right: write it into the policy",
            ),
        ],
    ),
    (
        "gate",
        &[(
            "cogward gate policies/shop.yaml --ledger ledger.jsonl",
            "may this pool become ENFORCED?",
        )],
    ),
    (
        "impact",
        &[(
            "cogward impact policies/shop.yaml --events export/ --from live.json",
            "who would have been blocked by this policy?",
        )],
    ),
    (
        "insights",
        &[
            (
                "cogward insights export/ trail/",
                "where does risk come from, and what was refused?",
            ),
            ("cogward insights --list", "what can be asked?"),
            (
                "cogward insights --emit athena high-risk-by-country --location s3://bucket/export/",
                "the same question for Athena",
            ),
        ],
    ),
    (
        "investigate",
        &[
            (
                "cogward investigate --pool us-west-2_EXAMPLE --events export/ --trail trail/ --from live.json",
                "who was it, what happened, and which setting decided?",
            ),
            (
                "cogward investigate --pool us-west-2_EXAMPLE --events export/ --address 198.51.100.0/24",
                "everybody who came from a range",
            ),
            #[cfg(feature = "live")]
            (
                "cogward investigate --pool us-west-2_EXAMPLE --alarm customers-high-risk",
                "the same from AWS, in the window of an alarm",
            ),
        ],
    ),
    (
        "investigate feedback",
        &[
            (
                "cogward investigate feedback --pool us-west-2_EXAMPLE --user alice --event EVENT --valid",
                "it was the user: a false positive",
            ),
            (
                "cogward investigate feedback --pool us-west-2_EXAMPLE --from report.json --all-of high --invalid --max 20",
                "many events of a saved report",
            ),
        ],
    ),
    (
        "apply",
        &[
            (
                "cogward apply policies/shop.yaml --dry-run",
                "the plan, and nothing else",
            ),
            (
                "cogward apply policies/shop.yaml --plan plan.json --yes",
                "what was reviewed, without a terminal",
            ),
            (
                "cogward apply policies/shop.yaml --only /log_delivery",
                "one section of the policy, and nothing else",
            ),
        ],
    ),
    (
        "rollback",
        &[(
            "cogward rollback cogward-journal-20261126T120000Z.jsonl",
            "undo an apply or an audit",
        )],
    ),
    (
        "audit",
        &[
            (
                "cogward audit --pool us-west-2_EXAMPLE --reason INC-42",
                "users are locked out: stop blocking now",
            ),
            (
                "cogward audit --pool us-west-2_EXAMPLE --reason INC-42 --dry-run",
                "the plan, and nothing else",
            ),
        ],
    ),
    (
        "scan",
        &[
            (
                "cogward scan --region us-west-2",
                "what is wrong with the pools of a region",
            ),
            ("cogward scan --all-regions -o scan.html", "a report to pass on"),
        ],
    ),
    (
        "snapshot",
        &[(
            "cogward snapshot --redact -o live.json",
            "without client ids and email addresses",
        )],
    ),
    (
        "merge",
        &[(
            "cogward merge shard-*.json -o pools.json",
            "one snapshot of all shards",
        )],
    ),
    (
        "events",
        &[
            (
                "cogward events export/ -o events.jsonl",
                "every log of a folder as clean lines, each event once",
            ),
            (
                "aws logs filter-log-events … | cogward events - --redact",
                "what another program reads, with pseudonyms",
            ),
            #[cfg(feature = "live")]
            (
                "cogward events --from-aws --pool us-west-2_EXAMPLE --since 30d -o events.jsonl",
                "the events of all users of a pool",
            ),
        ],
    ),
    (
        "history",
        &[(
            "cogward history kept/ -o history.html",
            "ledgers, journals and reports of a folder as a page",
        )],
    ),
    (
        "evidence",
        &[(
            "cogward evidence policies --ledger ledger.jsonl --record journals/ -o evidence.html",
            "a document for an auditor",
        )],
    ),
    (
        "init",
        &[
            (
                "cogward init --pool us-west-2_EXAMPLE",
                "a policy of one pool, as it is",
            ),
            (
                "cogward init policies --from live.json",
                "policies of a snapshot's pools",
            ),
            (
                "cogward init --group --region us-west-2",
                "one policy for all pools with equal settings",
            ),
            ("cogward init --example first", "a first policy, without AWS"),
        ],
    ),
    (
        "export",
        &[
            (
                "cogward export shop.yaml --to cdk -o shop.ts",
                "one policy, for CDK",
            ),
            (
                "cogward export --to terraform",
                "all policies of the folder, for Terraform",
            ),
        ],
    ),
    (
        "demo",
        &[
            ("cogward demo", "the tour"),
            ("cogward demo --serve --dir try", "try it yourself"),
        ],
    ),
    (
        "rules list",
        &[("cogward rules list --format json", "the catalogue, for programs")],
    ),
    (
        "rules test",
        &[(
            "cogward rules test my-rules",
            "run the examples inside your rules",
        )],
    ),
    (
        "explain",
        &[
            (
                "cogward explain enforced-without-responses",
                "a rule: why, what to do, examples",
            ),
            (
                "cogward explain --pool us-west-2_EXAMPLE",
                "what really happens to a pool's requests",
            ),
        ],
    ),
    (
        "schema",
        &[("cogward schema policy > policy.json", "the schema for editors")],
    ),
    (
        "completions",
        &[(
            "cogward completions fish > ~/.config/fish/completions/cogward.fish",
            "for fish",
        )],
    ),
    (
        "man",
        &[
            ("cogward man rules list", "the page of a command"),
            ("cogward man --dir ~/.local/share/man/man1", "all pages"),
        ],
    ),
    ("rules", &[("cogward rules list", "all rules, one a line")]),
];

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
    EXAMPLES
        .iter()
        .fold(Cli::command().after_help(exit_codes), |program, (name, _)| {
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
    let width = examples(name)
        .iter()
        .map(|(typed, _)| typed.len())
        .max()
        .unwrap_or(0);
    let lines = examples(name)
        .iter()
        .map(|(typed, what)| format!("  {typed:width$}  {what}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The examples of a command.
pub fn examples(name: &str) -> &'static [(&'static str, &'static str)] {
    let found = EXAMPLES.iter().find(|(known, _)| *known == name);
    found.map_or(&[], |(_, examples)| examples)
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
    fn every_command_has_examples_that_can_be_typed() {
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
