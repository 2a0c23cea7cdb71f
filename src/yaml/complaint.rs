//! The words of the issues about keys, aliases, tags and sizes.

use super::issue::{Issue, quote};
use crate::fault::InputError;
use crate::span::Span;

/// A merge key.
pub(super) fn merge_key(span: Span) -> Issue {
    let message = "`<<` merges mappings in YAML 1.1 only; this entry is left out";
    let help = "write the keys out, or move what policies share into a layer and use `extends`";
    Issue::new(InputError::MergeKey, span, message, help)
}

/// A key of more than `limit` bytes.
pub(super) fn long_key(span: Span, bytes: usize, limit: usize) -> Issue {
    let message = format!("a key of {bytes} bytes; at most {limit} are read, so this entry is left out");
    Issue::new(InputError::TooLarge, span, message, "shorten the key")
}

/// A number, a boolean or null as a key.
pub(super) fn non_text_key(span: Span, key: &str) -> Issue {
    let message = format!("the key {} is not a text", quote(key));
    Issue::new(InputError::NonStringKey, span, message, "put the key in quotes")
}

/// A collection as a key.
pub(super) fn collection_key(span: Span) -> Issue {
    let message = "a sequence or mapping as a key; this entry is left out";
    let help = "if a variable or template is meant, put it in quotes; else write a text as the key";
    Issue::new(InputError::NonStringKey, span, message, help)
}

/// A key that stood before, at `first`; whether the last value counts.
pub(super) fn duplicate_key(span: Span, key: &str, first: Span, is_last: bool) -> Issue {
    let which = if is_last { "last" } else { "first" };
    let message = format!(
        "the key {} stands twice in this mapping; the {which} value is used",
        quote(key)
    );
    let help = "remove one of the two";
    Issue::new(InputError::DuplicateKey, span, message, help).related(first, "first here")
}

/// An alias without a value: `is_open` when it stands inside the value it names.
pub(super) fn undefined_alias(span: Span, alias: &str, is_open: bool) -> Issue {
    let message = if is_open {
        format!("the alias {} stands inside the value it names", quote(alias))
    } else {
        format!("the alias {} has no anchor before it", quote(alias))
    };
    let help = "if a text that starts with `*` is meant, put it in quotes";
    Issue::new(InputError::YamlSyntax, span, message, help)
}

/// `*:` as a key, which YAML reads as an alias whose name ends in a colon. `meant` is the key.
pub(super) fn alias_key(span: Span, meant: &str) -> Issue {
    let message = format!("{} is read as the name of an alias", quote(&format!("{meant}:")));
    let help = format!("put the key in quotes: {}", quote(&format!("\"{meant}\":")));
    Issue::new(InputError::YamlSyntax, span, message, help)
}

/// A tag that decides nothing.
pub(super) fn unsupported_tag(span: Span, tag: &str) -> Issue {
    let message = format!(
        "the tag {} is unknown or does not fit its value; it is ignored",
        quote(tag)
    );
    let help = "remove the tag; values are texts, numbers, booleans, null, sequences and mappings";
    Issue::new(InputError::UnsupportedTag, span, message, help)
}

/// A tab where only spaces may stand.
pub(super) fn tab(span: Span) -> Issue {
    let help = "indent with spaces; most editors can convert tabs";
    Issue::new(
        InputError::YamlSyntax,
        span,
        "a tab where only spaces may stand",
        help,
    )
}

/// Nesting beyond the budget.
pub(super) fn too_deep(span: Span, depth: usize) -> Issue {
    let message = format!("nested deeper than {depth} levels");
    Issue::new(InputError::TooDeep, span, message, "write it flatter")
}

/// More `what` than `limit`.
pub(super) fn too_many(span: Span, limit: usize, what: &str) -> Issue {
    let message = format!("more than {limit} {what}; reading stopped here");
    Issue::new(InputError::TooLarge, span, message, "split the file")
}
