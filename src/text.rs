//! Small things about words and dates that several engines need.

use std::fmt::Display;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The word that was probably meant: the closest by edit distance (transpositions count once, case
/// does not), if it is close enough to be a slip. `None` when nothing is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let length = word.chars().count();
    let limit = (length / 3).max(1);
    known
        .into_iter()
        // Words may be as long as a file, and a distance takes the product of two lengths.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `a`, `a and b`, `a, b and c`; empty for nothing.
pub fn join_words(list: &[String]) -> String {
    match list {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., end] => format!("{} and {end}", before.join(", ")),
    }
}

/// [`join_words`] of the first so many; the rest is counted: `a, b and 3 more`.
pub fn some_words(names: impl IntoIterator<Item: ToString>, most: usize) -> String {
    let mut names = names.into_iter();
    let mut shown: Vec<_> = names.by_ref().take(most).map(|name| name.to_string()).collect();
    let more = names.count();
    shown.extend((more > 0).then(|| format!("{more} more")));
    join_words(&shown)
}

/// The text with its first letter in upper case.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// `1 policy`, `2 policies`: a count with the right form of its noun.
pub fn count<N: Copy + Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    format!("{number} {}", if number == N::from(1) { one } else { many })
}

/// `3 ENFORCED`, `1 AUDIT`: those that are not zero.
pub fn counted<'a, N: Display + PartialEq + From<u8>>(
    counts: impl IntoIterator<Item = (N, &'a str)>,
) -> Vec<String> {
    let some = counts.into_iter().filter(|(number, _)| *number != N::from(0));
    some.map(|(number, word)| format!("{number} {word}")).collect()
}

/// `customers (us-west-2_EXAMPLE)`: a name with its id; the id alone where there is no other name.
pub fn titled(name: &str, id: &str) -> String {
    if name.is_empty() || name == id {
        id.to_owned()
    } else {
        format!("{name} ({id})")
    }
}

/// `12,345 users`, `1 user`.
pub fn users(users: u64) -> String {
    let digits = users.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text} {}", if users == 1 { "user" } else { "users" })
}

/// A word as it may be typed into a POSIX shell: in single quotes unless nothing in it means anything there. Hidden
/// characters are for whoever prints it to make visible.
pub fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A date written `YYYY-MM-DD`, and nothing else; `None` for anything that is no such day.
pub fn date(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| {
            if at == 4 || at == 7 {
                b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    if shape { text.parse().ok() } else { None }
}

/// The day of a moment, UTC.
pub fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// Whole days from one date to another; negative when `to` is earlier.
pub fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_slips_only() {
        let known = ["ENFORCED", "AUDIT", "OFF"];
        assert_eq!(nearest("ENFORCE", known), Some("ENFORCED"));
        assert_eq!(nearest("aduit", known), Some("AUDIT"));
        assert_eq!(nearest("anything", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest(&"A".repeat(4 << 20), known), None);
    }

    #[test]
    fn numbers_of_users_are_read_at_a_glance() {
        assert_eq!(users(1), "1 user");
        assert_eq!(users(999), "999 users");
        assert_eq!(users(12_345_678), "12,345,678 users");
    }

    #[test]
    fn dates_are_strict() {
        assert!(date("2026-02-28").is_some());
        for bad in [
            "2026-02-30",
            "2026-2-3",
            "20260203",
            "2026-02-03T00:00",
            "",
            "2026-02-0x",
        ] {
            assert!(date(bad).is_none(), "{bad}");
        }
        assert_eq!(
            days(date("2026-01-01").unwrap(), date("2027-01-01").unwrap()),
            365
        );
        assert_eq!(days(date("2026-01-02").unwrap(), date("2026-01-01").unwrap()), -1);
    }

    #[test]
    fn words_for_a_shell_are_words() {
        assert_eq!(shell("/clients/web"), "/clients/web");
        assert_eq!(shell("$(rm -rf ~)"), "'$(rm -rf ~)'");
        assert_eq!(shell("it's"), r"'it'\''s'");
        assert_eq!(shell(""), "''");
    }

    #[test]
    fn lists_and_counts_read_well() {
        let list: Vec<_> = ["a", "b", "c"].map(str::to_owned).into();
        assert_eq!(join_words(&list), "a, b and c");
        assert_eq!(join_words(&list[..2]), "a and b");
        assert_eq!(join_words(&[]), "");
        assert_eq!(some_words(&list, 3), "a, b and c");
        assert_eq!(some_words(&list, 1), "a and 2 more");
        assert_eq!(some_words(&list[..0], 1), "");
        assert_eq!(counted([(2, "new"), (0, "gone")]), ["2 new"]);
        assert_eq!(count(1, "policy", "policies"), "1 policy");
        assert_eq!(count(0, "policy", "policies"), "0 policies");
    }
}
