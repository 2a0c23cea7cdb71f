//! Texts made to exhaust: each ends in an issue with a place, or is read whole. None of them may
//! take noticeable time or memory; that is by construction (budget), so it is not timed here.

use super::support::{read, read_within, slice};
use crate::fault::InputError::{
    self, AmbiguousScalar, DuplicateKey, NonStringKey, TooDeep, TooLarge, TooManyAliases, YamlSyntax,
};
use crate::yaml::{Budget, Parsed};

fn laughs() -> String {
    let line = |level: usize| {
        let item = level
            .checked_sub(1)
            .map_or("x".to_owned(), |below| format!("*a{below}"));
        format!("a{level}: &a{level} [{}]\n", vec![item; 10].join(", "))
    };
    repeat(12, line)
}

/// The lines of the numbers below `count`.
fn repeat(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().concat()
}

type Attack = (&'static str, String, Option<InputError>);

/// Depth and aliases.
fn growing() -> Vec<Attack> {
    let scalar = "x".repeat(50_000);
    let anchored = format!("{}x{}", "&a [ ".repeat(60), ", x".repeat(50_000));
    vec![
        ("billion laughs", laughs(), Some(TooManyAliases)),
        (
            "aliases to a large scalar",
            format!("a: &a {scalar}\nb: [{}]\n", "*a, ".repeat(50_000)),
            Some(TooManyAliases),
        ),
        (
            "anchors around a large list",
            format!("{anchored}{}", " ]".repeat(60)),
            Some(TooManyAliases),
        ),
        ("many anchors", "- &a x\n".repeat(150_000), Some(TooManyAliases)),
        ("brackets", "[".repeat(100_000), Some(TooDeep)),
        ("braces", "{a: ".repeat(100_000), Some(TooDeep)),
        ("keys inside keys", "{".repeat(100_000), Some(TooDeep)),
        ("dashes", "- ".repeat(100_000), Some(TooDeep)),
        ("question marks", "? ".repeat(50_000), Some(TooDeep)),
        ("flow keys", "[? ".repeat(50_000), Some(TooDeep)),
        (
            "nested mappings",
            repeat(1_000, |level| format!("{}a:\n", " ".repeat(level))),
            Some(TooDeep),
        ),
    ]
}

/// Length and number.
fn lengthy() -> Vec<Attack> {
    vec![
        (
            "a large flow list",
            format!("[{}]", "1,".repeat(25_000)),
            Some(TooLarge),
        ),
        ("a large text", " ".repeat((1 << 20) + 1), Some(TooLarge)),
        ("many documents", "---\n".repeat(25_000), Some(TooLarge)),
        (
            "many implicit documents",
            "a\n...\n".repeat(25_000),
            Some(TooLarge),
        ),
        (
            "dots in comments",
            "#...\na\n...\n".repeat(15_000),
            Some(TooLarge),
        ),
        ("many comments", "#\n".repeat(25_000), Some(TooLarge)),
        (
            "comments before a value",
            format!("a:\n{}  1\n", "#\n".repeat(15_000)),
            Some(TooLarge),
        ),
        (
            "a long key",
            format!("{}: 1\n", "k".repeat(1_000)),
            Some(TooLarge),
        ),
        (
            "a long explicit key",
            format!("? {}\n: 1\n", "k".repeat(100_000)),
            Some(TooLarge),
        ),
        (
            "a long plain key",
            format!("{}: 1\n", "k".repeat(100_000)),
            Some(YamlSyntax),
        ),
        ("many keys", repeat(5_000, |n| format!("k{n}: 1\n")), None),
        ("the same key", "a: 1\n".repeat(5_000), Some(DuplicateKey)),
        (
            "many numbers as keys",
            repeat(5_000, |n| format!("{n}: 1\n")),
            Some(NonStringKey),
        ),
        ("many notes", "- no\n".repeat(15_000), Some(AmbiguousScalar)),
        ("broken documents", "[\n---\n".repeat(10_000), Some(YamlSyntax)),
        ("a long number", "9".repeat(100_000), Some(AmbiguousScalar)),
        ("colons", format!("a{}", ":".repeat(100_000)), Some(YamlSyntax)),
        (
            "an unclosed quote",
            format!("\"{}", "x\n ".repeat(30_000)),
            Some(YamlSyntax),
        ),
        ("blank lines", format!("a: |\n{}", " \n".repeat(50_000)), None),
        ("blanks", format!("a:{}", " ".repeat(100_000)), None),
        ("many nulls", format!("a:\n{}", "-\n".repeat(10_000)), None),
        (
            "a long directive",
            format!("%{}", "a".repeat(100_000)),
            Some(TooLarge),
        ),
        (
            "a long tag",
            format!("!{} x", "a".repeat(100_000)),
            Some(InputError::UnsupportedTag),
        ),
    ]
}

fn exercise(name: &str, text: &str, parsed: Parsed) {
    let budget = Budget::default();
    assert!(parsed.issues.len() <= 2 * budget.issues + 2, "{name}");
    for issue in &parsed.issues {
        assert!(issue.message.len() < 300 && issue.help.len() < 300, "{name}");
        slice(text, issue.span);
    }
    for document in &parsed.documents {
        let copy = document.root.clone();
        assert_eq!(copy.to_json(), document.root.to_json(), "{name}");
    }
    drop(parsed);
}

fn withstand(attacks: Vec<Attack>, budget: &Budget) {
    for (name, text, expected) in attacks {
        let parsed = read_within(&text, budget);
        let first = parsed.issues.first().map(|issue| issue.kind);
        assert_eq!(first, expected, "{name}");
        exercise(name, &text, parsed);
    }
}

#[test]
fn depth_and_aliases_end_in_a_located_issue() {
    withstand(growing(), &Budget::default());
}

#[test]
fn length_and_number_end_in_a_located_issue() {
    // Smaller than the default, so that the texts can be, too.
    let budget = Budget {
        bytes: 1 << 20,
        nodes: 20_000,
        ..Budget::default()
    };
    withstand(lengthy(), &budget);
}

/// The tree is walked by recursion; a small stack must do for the deepest tree there can be.
#[test]
fn the_deepest_tree_fits_a_small_stack() {
    let text = format!("{}1{}", "[".repeat(64), "]".repeat(64));
    let walk = move || {
        let parsed = read(&text);
        assert_eq!(parsed.issues, []);
        exercise("64 levels", &text, parsed);
    };
    std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(walk)
        .unwrap()
        .join()
        .unwrap();
}
