//! What an id can be that is known after apply, as far as the references of its expression lead.

use std::collections::BTreeSet;

/// What references lead to: of the type that is wanted, each by its address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Resources that they name, of which it is one; with `[*]` for a key that is not known.
    pub named: BTreeSet<String>,
    /// What it can be beside, as a local, whose expression no plan shows, may have any of a module: resources, and modules, each with
    /// a dot behind it.
    pub within: BTreeSet<String>,
    /// Whether something else decides it, such as a data source, which may give any.
    pub is_any: bool,
}

impl Candidates {
    /// Whether it may be a resource. The id of one that stays is known, and known after apply is no such id.
    pub fn may_be(&self, address: &str, has_id: bool) -> bool {
        let is_led_to = |one: &String| one == ROOT || is_one_of(one, address);
        let is_named = (!has_id || self.only().is_some()) && self.named.iter().any(is_led_to);
        is_named || self.is_any || (!has_id && self.within.iter().any(is_led_to))
    }

    /// The resource that it is, where that is certain.
    pub fn only(&self) -> Option<&str> {
        let is_certain = self.named.len() == 1 && self.within.is_empty() && !self.is_any;
        let only = self.named.first().filter(|_| is_certain);
        only.filter(|one| !one.contains(ANY)).map(String::as_str)
    }

    /// Whether it may be one that is not in the files.
    pub fn may_be_another(&self) -> bool {
        self.named.is_empty() || self.is_any
    }

    /// Adds what others lead to.
    pub(super) fn add(&mut self, other: Self) {
        self.named.extend(other.named);
        self.within.extend(other.within);
        self.is_any |= other.is_any;
    }
}

/// The key of an instance that is not known. Of a plan with thousands of them, not each has a list of all.
pub(super) const ANY: &str = "[*]";

/// Whether an address is that of a resource, or in a module, whatever the keys are that are not known.
fn is_one_of(pattern: &str, address: &str) -> bool {
    let Some((before, behind)) = pattern.split_once(ANY) else {
        return pattern == address || (pattern.ends_with('.') && address.starts_with(pattern));
    };
    let rest = address.strip_prefix(before);
    rest.is_some_and(|rest| is_one_of(behind, without_key(rest)))
}

/// What stands behind a key, if one is there.
fn without_key(text: &str) -> &str {
    let mut in_text = false;
    let is_end = |letter: char| {
        in_text ^= letter == '"';
        letter == ']' && !in_text
    };
    let end = text.starts_with('[').then(|| text.find(is_end)).flatten();
    end.map_or(text, |end| &text[end + 1..])
}

/// The root module, as one that everything is in.
const ROOT: &str = ".";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_not_known_are_any() {
        for (pattern, address, is_one) in [
            ("aws_x.a[*]", "aws_x.a[\"b]c\"]", true),
            ("aws_x.a[*]", "aws_x.a", true),
            ("aws_x.a[*]", "aws_x.ab[0]", false),
            ("module.m[*].aws_x.a[*]", "module.m[\"k\"].aws_x.a[1]", true),
            ("module.m[*].aws_x.a", "module.m[0].aws_x.a[1]", false),
            ("module.m[*].", "module.m[0].aws_x.a[1]", true),
            ("module.m.", "module.mm.aws_x.a", false),
        ] {
            assert_eq!(is_one_of(pattern, address), is_one, "{pattern} {address}");
        }
    }
}
