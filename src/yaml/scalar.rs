//! Plain scalars: their values in the YAML 1.2 core schema, and which of them other readers take
//! for something else.

use serde_json::Number;

use super::node::Value;

/// The value of a plain scalar in the YAML 1.2 core schema, section 10.3.2.
///
/// `OFF`, `no`, `1_000` and `0b11` are texts, `010` is ten, `0o17` fifteen, `0x1F` thirty-one.
/// Numbers that JSON or 64 bits cannot hold (`.inf`, `.nan`, `99999999999999999999`, `1e999`) stay
/// texts rather than become other numbers. Never a collection.
pub fn resolve_plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

/// Why a plain scalar is not safe from being read differently, and what to write; `None` for the
/// great rest.
pub(super) fn ambiguity(text: &str) -> Option<(&'static str, &'static str)> {
    let first = *text.as_bytes().first()?;
    let candidate = first.is_ascii_digit() || b"+-.yYnNoO".contains(&first);
    if !candidate {
        return None;
    }
    if is_yaml_1_1_bool(text) {
        return Some((
            "is a text here, but a boolean for readers of YAML 1.1",
            "put it in quotes, or write `true` or `false`",
        ));
    }
    if has_leading_zero(text) {
        return Some((
            "is a decimal number without its leading zeros, but octal for readers of YAML 1.1",
            "put it in quotes if it is an id, such as an AWS account's; else leave the zeros out",
        ));
    }
    if is_sexagesimal(text) {
        return Some((
            "is a text here, but a number of base 60 for readers of YAML 1.1",
            "put it in quotes",
        ));
    }
    if is_unheld_number(text) {
        return Some((
            "is a number in YAML that JSON or 64 bits cannot hold; it is read as a text",
            "put it in quotes, or write a number that fits",
        ));
    }
    None
}

fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if is_decimal(text) {
        let signed = text.parse::<i64>().ok().map(Number::from);
        return signed.or_else(|| text.parse::<u64>().ok().map(Number::from));
    }
    if is_float(text) {
        return Number::from_f64(text.parse().ok()?);
    }
    None
}

/// Digits of a base; a sign, which `from_str_radix` would take, is none.
fn radix(digits: &str, base: u32) -> Option<Number> {
    let signed = digits.starts_with(['+', '-']);
    let value = u64::from_str_radix(digits, base).ok()?;
    (!signed).then(|| Number::from(value))
}

/// `[-+]?[0-9]+`
fn is_decimal(text: &str) -> bool {
    all_digits(unsigned(text))
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let text = unsigned(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let some = !whole.is_empty() || !fraction.is_empty();
    some && digits(whole) && digits(fraction) && exponent.is_none_or(is_decimal)
}

/// The rest behind one sign.
fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words of YAML 1.1 that are texts now. `ON` and `OFF` are left out: they are AWS's own words,
/// and a policy that says `OFF` says exactly what it means.
fn is_yaml_1_1_bool(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y" | "n" | "N" | "yes" | "Yes" | "YES" | "no" | "No" | "NO" | "on" | "On" | "off" | "Off"
    )
}

/// `[-+]?0[0-9]+`
fn has_leading_zero(text: &str) -> bool {
    unsigned(text).strip_prefix('0').is_some_and(all_digits)
}

/// `[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`, the numbers of base 60 of YAML 1.1
fn is_sexagesimal(text: &str) -> bool {
    let mut parts = unsigned(text).split(':');
    let head = parts.next().unwrap_or_default();
    let head = head.starts_with(|c| ('1'..='9').contains(&c)) && digits_or_underscores(head);
    let mut groups = parts.peekable();
    let some = groups.peek().is_some();
    let mut whole = true;
    while let Some(group) = groups.next() {
        let group = match group.split_once('.') {
            Some((group, fraction)) if groups.peek().is_none() && digits_or_underscores(fraction) => group,
            _ => group,
        };
        whole &=
            all_digits(group) && (group.len() == 1 || group.len() == 2 && group.starts_with(|c| c <= '5'));
    }
    head && some && whole
}

fn digits_or_underscores(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

/// A number of the core schema that [`resolve_plain`] leaves a text.
fn is_unheld_number(text: &str) -> bool {
    let special =
        matches!(unsigned(text), ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN");
    let based = |prefix, base| {
        text.strip_prefix(prefix)
            .is_some_and(|digits: &str| !digits.is_empty() && digits.chars().all(|c| c.is_digit(base)))
    };
    let shaped = is_decimal(text) || is_float(text) || based("0o", 8) || based("0x", 16);
    special || shaped && number(text).is_none()
}
