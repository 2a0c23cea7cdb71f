//! The parser's errors in plain words: the place a person would look at, and the next step.

use granit_parser::{ErrorKind, ScanError};

use super::complaint;
use super::issue::{Issue, quote};
use super::place::WHITE;
use crate::fault::InputError;
use crate::span::Span;

/// What was understood before the error.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    /// End of the last token that was read, comments included.
    pub after: usize,
    /// The last scalar.
    pub scalar: Span,
    /// The bracket of the innermost flow collection that is open.
    pub bracket: Option<Span>,
}

/// How many lines on a tab is looked for.
const TAB_LINES: usize = 100;
const INDENT_HELP: &str = "line it up with the keys or dashes it belongs to; indent with spaces only";
const QUOTE_HELP: &str = "close the quote, or indent the lines it goes on in deeper than its key";
const COLON_HELP: &str = "write a space after the colon, or put the whole text in quotes";

/// The issue for an error of the parser.
pub(super) fn explain(text: &str, error: &ScanError, context: Context, depth: usize) -> Issue {
    let at = text.floor_char_boundary(error.marker().byte_offset().unwrap_or(text.len()));
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => complaint::too_deep(one_char(text, at), depth),
        kind if is_tab(kind) => tab(text, at),
        kind => limit(text, kind, one_char(text, at))
            .or_else(|| quoted(text, kind, at, context))
            .or_else(|| bracketed(text, kind, at, context))
            .or_else(|| block(text, kind, at, context))
            .unwrap_or_else(|| other(text, kind, at)),
    }
}

fn syntax(span: Span, message: impl Into<String>, help: impl Into<String>) -> Issue {
    Issue::new(InputError::YamlSyntax, span, message, help)
}

/// The character at `at`; empty at the end of the text and of a line.
fn one_char(text: &str, at: usize) -> Span {
    let width = text[at..]
        .chars()
        .next()
        .filter(|c| !matches!(c, '\n' | '\r'))
        .map_or(0, char::len_utf8);
    Span::new(at, at + width)
}

/// From `at` to the end of the line, without blanks there.
fn rest_of_line(text: &str, at: usize) -> Span {
    let line = text[at..].lines().next().unwrap_or_default();
    Span::new(at, at + line.trim_end().len())
}

/// From `at` to the next white space; empty if there is some at `at`.
fn first_word(text: &str, at: usize) -> Span {
    let rest = &text[at..];
    Span::new(at, at + rest.find(WHITE).unwrap_or(rest.len()))
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |found| found + 1)
}

/// The dash of a sequence's element, if nothing else stands before `at` on its line.
fn dash_before(text: &str, at: usize) -> usize {
    let start = line_start(text, at);
    let head = &text[start..at];
    match head.find('-') {
        Some(dash) if head.trim() == "-" => start + dash,
        _ => at,
    }
}

fn is_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
            | ErrorKind::TabAtBlockScalarStart
    )
}

/// The first tab in an indentation from the error's line on: the parser's place may be the start of
/// a text that goes on for some lines before the tab.
fn tab(text: &str, at: usize) -> Issue {
    let from = line_start(text, at);
    let in_indentation = text[from..].split_inclusive('\n').scan(from, |start, line| {
        let here = *start;
        *start += line.len();
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        Some(
            line[..blanks]
                .find('\t')
                .map(|tab| Span::new(here + tab, here + blanks)),
        )
    });
    let span = in_indentation
        .take(TAB_LINES)
        .flatten()
        .next()
        .unwrap_or_else(|| one_char(text, at));
    complaint::tab(span)
}

fn limit(text: &str, kind: &ErrorKind, span: Span) -> Option<Issue> {
    let message = match kind {
        ErrorKind::TooManyComments => "too many comments in a row",
        ErrorKind::DirectiveByteLimitExceeded { .. }
        | ErrorKind::TooManyReservedDirectiveParams { .. }
        | ErrorKind::YamlVersionTooLong => "a directive is too long",
        ErrorKind::UndeclaredTagHandle => {
            let message = "the tag's handle is not declared";
            return Some(Issue::new(
                InputError::UnsupportedTag,
                first_word(text, span.start),
                message,
                "remove the tag",
            ));
        }
        _ => return None,
    };
    Some(Issue::new(InputError::TooLarge, span, message, "shorten it"))
}

/// Faults of quoted scalars.
fn quoted(text: &str, kind: &ErrorKind, at: usize, context: Context) -> Option<Issue> {
    let opening = || opening_quote(text, context.after, at);
    Some(match kind {
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar => {
            let span = opening().map_or_else(|| one_char(text, at), |from| rest_of_line(text, from));
            syntax(span, "the quote that opens here is not closed", QUOTE_HELP)
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar => syntax(
            rest_of_line(text, at),
            "text after the closing quote",
            "inside single quotes write `'` twice, or use double quotes",
        ),
        ErrorKind::InvalidTrailingDoubleQuotedScalar => syntax(
            rest_of_line(text, at),
            "text after the closing quote",
            "inside double quotes write `\\\"`, or use single quotes",
        ),
        ErrorKind::UnknownQuotedScalarEscape => {
            let span = bad_escape(text, at).unwrap_or_else(|| one_char(text, at));
            let message = format!("{} is not an escape", quote(&text[span.start..span.end]));
            syntax(
                span,
                message,
                "write `\\\\` for a backslash, or use single quotes",
            )
        }
        _ => return None,
    })
}

/// The quote that starts a token between two places, or at the second one.
fn opening_quote(text: &str, from: usize, to: usize) -> Option<usize> {
    let here = text[to..].starts_with(['"', '\'']).then_some(to);
    let gap = text.get(from..to).unwrap_or_default();
    let starts_token = |at: usize| {
        let before = text[..from + at].chars().next_back();
        before.is_none_or(|c| c.is_whitespace() || "[{,:?-\u{feff}".contains(c))
    };
    gap.match_indices(['"', '\''])
        .find(|(at, _)| starts_token(*at))
        .map(|(at, _)| from + at)
        .or(here)
}

/// The first unknown escape in the double-quoted scalar at `at`.
fn bad_escape(text: &str, at: usize) -> Option<Span> {
    let mut chars = text[at..].char_indices();
    while let Some((start, c)) = chars.next() {
        if c == '\\' {
            let (_, escaped) = chars.next()?;
            if !"0abt\tnvfre \"/\\N_LPxuU\n\r".contains(escaped) {
                let start = at + start;
                return Some(Span::new(start, start + 1 + escaped.len_utf8()));
            }
        }
    }
    None
}

/// Faults of flow collections.
fn bracketed(text: &str, kind: &ErrorKind, at: usize, context: Context) -> Option<Issue> {
    let here = one_char(text, at);
    let is_variable = text[..at].ends_with('$') && text[at..].starts_with('{');
    let issue = match kind {
        _ if is_variable => syntax(
            Span::new(at - 1, at + 1),
            "a variable inside `[…]` or `{…}` needs quotes",
            "put the whole value in quotes: `\"${NAME}\"`; a number takes a line of its own and no quotes",
        ),
        ErrorKind::UnclosedFlowCollection { open } => {
            return Some(unclosed(here, *open));
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => syntax(
            here,
            format!("this `{open}` is closed by `{close}`"),
            "close it with its own bracket, or put the text in quotes",
        ),
        ErrorKind::MisplacedFlowCollectionEnd => syntax(
            here,
            "a closing bracket without an opening one",
            "remove it, or put the text in quotes",
        ),
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            let open = context.bracket.unwrap_or(here);
            return Some(unclosed(open, text[open.start..].chars().next().unwrap_or('[')));
        }
        ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::InvalidColonPlacement
        | ErrorKind::BlockEntryInFlowCollection
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::FlowMappingValueAdjacentCollection => syntax(
            here,
            "unexpected text inside `[…]` or `{…}`",
            "close the bracket or write a comma before this; texts with `: `, `,` or brackets need quotes",
        ),
        _ => return None,
    };
    Some(match context.bracket {
        Some(bracket) if !is_variable && bracket != here => issue.related(bracket, "opened here"),
        _ => issue,
    })
}

fn unclosed(span: Span, open: char) -> Issue {
    let close = if open == '{' { '}' } else { ']' };
    syntax(
        span,
        format!("this `{open}` is not closed"),
        format!("add `{close}`, or put the text in quotes"),
    )
}

/// Faults of block structure: colons and indentation.
fn block(text: &str, kind: &ErrorKind, at: usize, context: Context) -> Option<Issue> {
    Some(match kind {
        ErrorKind::MappingValueNotAllowed | ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            colon(text, at, context)
        }
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::ExpectedDocumentStart
        | ErrorKind::InvalidIndentation
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::InvalidBlockScalarIndent => {
            // A tab in front is the cause that nobody sees.
            let indentation = &text[line_start(text, at)..at];
            if indentation.contains('\t') && indentation.trim().is_empty() {
                return Some(tab(text, at));
            }
            syntax(
                rest_of_line(text, dash_before(text, at)),
                "the indentation of this line does not fit the lines above",
                INDENT_HELP,
            )
        }
        ErrorKind::CommentInterceptedScalar => syntax(
            rest_of_line(text, at),
            "a comment inside a text of several lines",
            "put the comment on a line of its own above, or the text in quotes",
        ),
        _ => return None,
    })
}

/// A colon too many, or one without its space.
fn colon(text: &str, at: usize, context: Context) -> Issue {
    let scalar = context.scalar;
    let ends_here = scalar.end == at && !scalar.is_empty();
    let candidate = if ends_here { scalar.start } else { at };
    if let Some(span) = colon_without_space(text, candidate) {
        let message = format!(
            "no space after the colon, so {} is a text and not a key with a value",
            quote(&text[span.start..span.end])
        );
        return syntax(span, message, COLON_HELP);
    }
    let own = &text[scalar.start..scalar.end];
    if ends_here && own.contains('\n') {
        let key = scalar.start + own.rfind('\n').map_or(0, |found| found + 1);
        let key = key + text[key..at].len() - text[key..at].trim_start().len();
        return syntax(
            Span::new(key, at),
            "this key is indented deeper than the line above, which has its value already",
            INDENT_HELP,
        );
    }
    if text[at..].starts_with(':') {
        let help =
            "put the value in quotes if the colon is part of it, or write the second key on its own line";
        return syntax(one_char(text, at), "a second `: ` in one line", help);
    }
    let word = first_word(text, at);
    if let Some(meant) = text[word.start..word.end]
        .strip_suffix(':')
        .filter(|word| word.starts_with('*'))
    {
        return complaint::alias_key(word, meant);
    }
    syntax(
        rest_of_line(text, at),
        "a line without `: ` among keys",
        "write `key: value`, or indent it deeper if it goes on with the text above",
    )
}

/// The word at `at` if it is `key:value`; `scheme://` is none.
fn colon_without_space(text: &str, at: usize) -> Option<Span> {
    let span = first_word(text, at);
    let (key, value) = text[span.start..span.end].split_once(':')?;
    let is_pair = !key.is_empty() && !value.is_empty() && !value.starts_with(['/', ':']);
    is_pair.then_some(span)
}

/// Characters, and everything that is too rare for words of its own.
fn other(text: &str, kind: &ErrorKind, at: usize) -> Issue {
    match kind {
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            let found = text[at..].find(*character).map_or(at, |found| at + found);
            let message = format!("a control character, U+{:04X}", u32::from(*character));
            let help = "remove it; inside double quotes it can be written as an escape";
            syntax(one_char(text, found), message, help)
        }
        ErrorKind::UnexpectedCharacter { character } => syntax(
            one_char(text, at),
            format!("a text cannot start with `{character}`"),
            "put it in quotes",
        ),
        ErrorKind::MissingAnchorOrAliasName => syntax(
            one_char(text, at),
            "`*` and `&` need a name after them",
            "if the character itself is meant, put it in quotes: `\"*\"`",
        ),
        ErrorKind::BomInsideDocument => syntax(
            one_char(text, at),
            "a byte order mark inside the text",
            "remove it",
        ),
        ErrorKind::UnexpectedEof
        | ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::UnexpectedEofBlockSequence => syntax(one_char(text, at), "the text ends too early", ""),
        kind => syntax(one_char(text, at), kind.to_string(), ""),
    }
}
