//! JSON from outside: files, and what services answer. A member that an object names twice makes it ambiguous: readers
//! differ in which of the two they take, so that what one of them checked is not what another one does.

use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Deserializer, Error, Map, Number, Value};

use crate::text;

/// Reads a value.
///
/// # Errors
/// Text that is not JSON, and an object with a member twice. [`doubled`] tells the two apart.
pub fn value(text: &[u8]) -> Result<Value, Error> {
    value_without(text, &[])
}

/// The same without these members of the outermost object, which are read all the same: they may be most of a large file.
///
/// # Errors
/// As [`value`].
pub fn value_without(text: &[u8], members: &[&str]) -> Result<Value, Error> {
    let without = members;
    read(text, Unique { keep: true, without })
}

/// Reads a value of a known type.
///
/// # Errors
/// As [`value`], and JSON of another type.
pub fn typed<T: DeserializeOwned>(text: &[u8]) -> Result<T, Error> {
    let unique = Unique {
        keep: false,
        without: &[],
    };
    match read(text, unique) {
        // What is not JSON at all is said in terms of the type that was expected.
        Err(error) if doubled(&error) => Err(error),
        _ => serde_json::from_slice(text),
    }
}

/// The API's word of an enum value: its serialised form.
pub fn api_name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        _ => String::new(),
    }
}

/// Members that have a value, in their order.
pub fn present<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    let members = members.into_iter();
    members
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// A text as it is, any other value as JSON.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What is wrong with a line of a text that has a value on each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct LineError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong: lower case, without a full stop. Hostile text may be in it.
    pub message: String,
}

/// Whether an error is of a member that stands twice.
pub fn doubled(error: &Error) -> bool {
    error.is_data()
}

/// What is wrong with a text that should be JSON of some type, and where: `line 2, column 7: …`. Continues a sentence.
pub fn describe(error: &Error) -> String {
    match (error.line(), error.column()) {
        (0, _) => words(error),
        (line, column) => format!("line {line}, column {column}: {}", words(error)),
    }
}

/// The byte of `text` at which it is wrong.
pub fn offset(text: &str, error: &Error) -> usize {
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let before: usize = lines.map(str::len).sum();
    (before + error.column().saturating_sub(1)).min(text.len())
}

/// The same as [`describe`] without the place.
pub fn words(error: &Error) -> String {
    match error.classify() {
        Category::Eof => "it is cut off".to_owned(),
        Category::Syntax if error.to_string().starts_with("trailing characters") => {
            "there is text after the end of the JSON".to_owned()
        }
        Category::Syntax => "it is not JSON".to_owned(),
        Category::Io | Category::Data => reworded(&error.to_string()),
    }
}

/// What the library says of values, in terms of the file instead of types of this program.
pub fn reworded(said: &str) -> String {
    let said = said.split(" at line ").next().unwrap_or_default();
    let (found, expected) = said.split_once(", expected ").unwrap_or((said, ""));
    let name = |start: &str| found.strip_prefix(start)?.strip_suffix('`');
    let listed = || expected.split('`').skip(1).step_by(2);
    if let Some(key) = name("missing field `") {
        return format!("`{key}` is missing");
    }
    if let Some(key) = name("duplicate field `") {
        return format!("`{key}` appears twice");
    }
    if let Some(key) = name("unknown field `") {
        let near =
            text::nearest(key, listed()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return format!("`{key}` is not a known member{near}");
    }
    if let Some(word) = name("unknown variant `") {
        let known: Vec<_> = listed().map(|word| format!("`{word}`")).collect();
        return format!("`{word}` is not allowed there; allowed: {}", known.join(", "));
    }
    if found.starts_with("invalid length ") {
        return "a list or string has the wrong length".to_owned();
    }
    let value = ["invalid type: ", "invalid value: "];
    match value.into_iter().find_map(|start| found.strip_prefix(start)) {
        // A text may be a secret: its kind says enough.
        Some(value) if value.starts_with("string ") => "a string is not allowed there".to_owned(),
        Some(value) => format!("{value} is not allowed there"),
        None if found.starts_with("data did not match") => "a value has the wrong type".to_owned(),
        None => found.to_owned(),
    }
}

fn read(text: &[u8], unique: Unique<'_>) -> Result<Value, Error> {
    let mut reader = Deserializer::from_slice(text);
    let value = unique.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Reads any value; keeps it, or looks at its members only.
#[derive(Clone, Copy)]
struct Unique<'a> {
    keep: bool,
    /// Members of the object that are not kept.
    without: &'a [&'a str],
}

impl<'de> DeserializeSeed<'de> for Unique<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(truth.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(if self.keep { text.into() } else { Value::Null })
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        let inner = Unique { without: &[], ..self };
        while let Some(element) = elements.next_element_seed(inner)? {
            if self.keep {
                list.push(element);
            }
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if map.contains_key(&name) {
                return Err(A::Error::custom(format!("`{name}` appears twice")));
            }
            let inner = Unique {
                keep: self.keep && !self.without.contains(&name.as_str()),
                without: &[],
            };
            let member = members.next_value_seed(inner)?;
            map.insert(name, member);
        }
        Ok(if self.keep {
            Value::Object(map)
        } else {
            Value::Null
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    fn words(text: &str) -> Result<Value, String> {
        value(text.as_bytes()).map_err(|error| format!("{} {error}", doubled(&error)))
    }

    #[test]
    fn words_of_the_library_are_reworded() {
        for (said, ours) in [
            ("missing field `a` at line 1 column 2", "`a` is missing"),
            ("duplicate field `a`", "`a` appears twice"),
            (
                "unknown field `nam`, expected one of `name`, `id`",
                "`nam` is not a known member; did you mean `name`?",
            ),
            ("unknown field `x`, expected `name`", "`x` is not a known member"),
            (
                "unknown variant `on`, expected `OFF` or `AUDIT`",
                "`on` is not allowed there; allowed: `OFF`, `AUDIT`",
            ),
            (
                "invalid type: string \"hunter2\", expected a map",
                "a string is not allowed there",
            ),
            (
                "invalid type: null, expected struct Pool at line 3 column 4",
                "null is not allowed there",
            ),
            (
                "invalid length 2, expected an array of length 4",
                "a list or string has the wrong length",
            ),
            (
                "data did not match any variant of untagged enum A",
                "a value has the wrong type",
            ),
            ("invalid table header", "invalid table header"),
        ] {
            assert_eq!(reworded(said), ours);
        }
        let said = |text: &str| describe(&value(text.as_bytes()).unwrap_err());
        assert_eq!(said("{"), "line 1, column 1: it is cut off");
        assert_eq!(said("nope"), "line 1, column 2: it is not JSON");
        assert_eq!(
            said("{}\n{}"),
            "line 2, column 1: there is text after the end of the JSON"
        );
    }

    /// A member that stands twice is an error wherever it is.
    #[test]
    fn duplicate_member_at_any_depth() {
        for text in [
            r#"{"a": 1, "a": 1}"#,
            r#"{"a": 1, "b": 2, "\u0061": 3}"#,
            r#"[{"b": {"a": null, "a": 1}}]"#,
            r#"{"b": [1, {"a": {}, "c": [], "a": {}}]}"#,
        ] {
            let error = words(text).unwrap_err();
            assert!(
                error.starts_with("true `a` appears twice at line 1 column "),
                "{error}"
            );
        }
        let apart = r#"{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}], "A": 1}"#;
        assert_eq!(
            words(apart),
            Ok(json!({"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}], "A": 1}))
        );
        for text in ["", "{", "{}x", "{\"a\": 1e999}", "nul", "\u{1}"] {
            let error = words(text).unwrap_err();
            assert!(error.starts_with("false "), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_not_kept_is_read_all_the_same() {
        let without = |text: &str| value_without(text.as_bytes(), &["a"]).map_err(|error| doubled(&error));
        let kept = json!({"a": null, "b": {"a": 1}, "c": [{"a": 2}]});
        assert_eq!(
            without(r#"{"a": {"x": "y"}, "b": {"a": 1}, "c": [{"a": 2}]}"#),
            Ok(kept)
        );
        assert_eq!(without(r#"{"a": [{"x": 1, "x": 1}]}"#), Err(true));
        assert_eq!(without(r#"{"a": [{"x": 1e999}]}"#), Err(false));
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Known {
        a: i32,
        #[serde(flatten)]
        more: std::collections::BTreeMap<String, Value>,
    }

    /// Types are read as ever and their errors keep their place.
    #[test]
    fn typed_errors_keep_their_position() {
        let read = |text: &str| typed::<Known>(text.as_bytes()).map_err(|error| error.to_string());
        let more = [("b".to_owned(), json!([1]))].into();
        assert_eq!(read(r#"{"a": 1, "b": [1]}"#), Ok(Known { a: 1, more }));
        assert_eq!(
            read("{\"a\": 1,\n\"b\": 2, \"b\": 3}"),
            Err("`b` appears twice at line 2 column 11".to_owned())
        );
        assert!(read("{\"b\": 2}").unwrap_err().contains("missing field `a`"));
        assert!(read("{").unwrap_err().starts_with("EOF"));
    }

    fn document() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((".{0,2}", inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// Whatever names its members once is read as by the library.
        #[test]
        fn unique_members_read_like_serde(value in document()) {
            let text = value.to_string();
            let wanted: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(super::value(text.as_bytes()).unwrap(), wanted);
        }

        #[test]
        fn what_is_no_json_is_none_here(text in "[\\[\\]{}:,\"a0-9 e.tru-]{0,12}") {
            let ours = value(text.as_bytes());
            let library = serde_json::from_str::<Value>(&text);
            if !ours.as_ref().is_err_and(doubled) {
                prop_assert_eq!(ours.is_ok(), library.is_ok());
            }
        }
    }
}
