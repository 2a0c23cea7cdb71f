//! Walks an answer and says where a value is not what it should be.

use std::fmt;

use serde_json::Value;

use crate::aws::error::{CallError, Fault};
use crate::model::observed::Failure;
use crate::pointer::Pointer;

/// A value that this version does not understand. It is never taken for absent, and never guessed at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DecodeError {
    /// Where in the body.
    pub at: Pointer,
    /// The value if it is short, else what kind of value. Hostile text.
    pub found: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.at == Pointer::root() {
            "the answer"
        } else {
            self.at.as_str()
        };
        write!(
            f,
            "{place} is {}, which this version does not understand",
            self.found
        )
    }
}

impl From<DecodeError> for CallError {
    fn from(error: DecodeError) -> Self {
        Self {
            fault: Fault::Failed(Failure::NotUnderstood),
            detail: error.to_string(),
        }
    }
}

/// Longest value that a [`DecodeError`] quotes, in characters.
const QUOTED: usize = 64;

/// A place in a body. `null` is like absent.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    value: Option<&'a Value>,
    at: Pointer,
}

impl<'a> Cursor<'a> {
    /// The whole body.
    pub(super) fn new(body: &'a Value) -> Self {
        Self {
            value: Some(body),
            at: Pointer::root(),
        }
    }

    /// Whether something is there.
    pub(super) fn exists(&self) -> bool {
        self.value.is_some_and(|value| !value.is_null())
    }

    /// The member of an object. A member of something absent is absent.
    pub(super) fn member(&self, name: &str) -> Result<Self, DecodeError> {
        let value = match self.value {
            None | Some(Value::Null) => None,
            Some(Value::Object(members)) => members.get(name),
            Some(_) => return Err(self.decode_error()),
        };
        let at = self.at.child(name);
        Ok(Self { value, at })
    }

    /// The member of a member, and so on.
    pub(super) fn path<const N: usize>(&self, names: [&str; N]) -> Result<Self, DecodeError> {
        names
            .into_iter()
            .try_fold(self.clone(), |at, name| at.member(name))
    }

    /// A text, if it is there.
    pub(super) fn text(&self) -> Result<Option<&'a str>, DecodeError> {
        match self.value {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.decode_error()),
        }
    }

    /// A text of one's own, if it is there.
    pub(super) fn owned(&self) -> Result<Option<String>, DecodeError> {
        Ok(self.text()?.map(str::to_owned))
    }

    /// A boolean, if it is there.
    pub(super) fn flag(&self) -> Result<Option<bool>, DecodeError> {
        match self.value {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.decode_error()),
        }
    }

    /// One of the words of an enumeration, if it is there.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<Option<T>, DecodeError> {
        let Some(text) = self.text()? else {
            return Ok(None);
        };
        let known = words.iter().find(|(word, _)| *word == text);
        known
            .map(|(_, value)| Some(*value))
            .ok_or_else(|| self.decode_error())
    }

    /// The items of a list; none where it is absent.
    pub(super) fn items(&self) -> Result<Vec<Self>, DecodeError> {
        let items = match self.value {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(self.decode_error()),
        };
        let place = |(index, value)| Self {
            value: Some(value),
            at: self.at.child(index),
        };
        Ok(items.iter().enumerate().map(place).collect())
    }

    /// A list of texts; none where it is absent. `null` is not a text.
    pub(super) fn texts<C: FromIterator<String>>(&self) -> Result<C, DecodeError> {
        self.items()?
            .iter()
            .map(|item| item.owned()?.ok_or_else(|| item.decode_error()))
            .collect()
    }

    /// Members and values of an object; none where it is absent.
    pub(super) fn members(&self) -> Result<Vec<(&'a str, Self)>, DecodeError> {
        let members = match self.value {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Object(members)) => members,
            Some(_) => return Err(self.decode_error()),
        };
        let place = |(name, value): (&'a String, &'a Value)| {
            let at = self.at.child(name);
            let value = Some(value);
            (name.as_str(), Self { value, at })
        };
        Ok(members.iter().map(place).collect())
    }

    /// The first member that is none of these and not null, as a misfit: what an object says by it is unknown. None
    /// where the object is absent.
    pub(super) fn stranger(&self, known: &[&str]) -> Result<Option<DecodeError>, DecodeError> {
        let members = self.members()?;
        let stranger = members
            .iter()
            .find(|(name, value)| value.exists() && !known.contains(name));
        Ok(stranger.map(|(_, value)| value.decode_error()))
    }

    /// What was understood of an object. Where that is nothing, and the object has a member that is unknown, nothing of
    /// the object is understood: it is never taken for an empty one.
    pub(super) fn understood<T>(&self, found: Option<T>, known: &[&str]) -> Result<Option<T>, DecodeError> {
        match found {
            Some(found) => Ok(Some(found)),
            None => self.stranger(known)?.map_or(Ok(None), Err),
        }
    }

    /// The value itself.
    pub(super) fn value(&self) -> Option<&'a Value> {
        self.value
    }

    /// That this place is not understood.
    pub(super) fn decode_error(&self) -> DecodeError {
        DecodeError {
            at: self.at.clone(),
            found: self.value.map_or_else(|| "absent".to_owned(), describe),
        }
    }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.chars().count() <= QUOTED => format!("`{text}`"),
        Value::String(_) => "a long text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Null is absent and another kind is no fit.
    #[test]
    fn null_absent_and_wrong_type_error() {
        let body = json!({"a": null, "b": {"c": 7}, "d": ["x", null]});
        let root = Cursor::new(&body);
        assert_eq!(root.path(["a", "b", "c"]).unwrap().text(), Ok(None));
        assert!(!root.member("a").unwrap().exists());
        let fault = root.path(["b", "c"]).unwrap().text().unwrap_err();
        assert_eq!(
            fault.to_string(),
            "/b/c is 7, which this version does not understand"
        );
        assert!(root.path(["b", "c", "e"]).is_err());
        let fault = root.member("d").unwrap().texts::<Vec<_>>().unwrap_err();
        assert_eq!((fault.at.as_str(), fault.found.as_str()), ("/d/1", "null"));
    }

    /// An object of which nothing is understood is not an empty one.
    #[test]
    fn object_with_only_unknown_members() {
        let body = json!({"a": {"b": null, "c": 1, "New": [2]}, "e": {"b": null}, "f": 3});
        let root = Cursor::new(&body);
        let a = root.member("a").unwrap();
        let told = a.understood(None::<()>, &["b", "c"]).unwrap_err();
        assert_eq!((told.at.as_str(), told.found.as_str()), ("/a/New", "a list"));
        assert_eq!(a.understood(Some(1), &["b"]), Ok(Some(1)));
        assert_eq!(a.understood(None::<()>, &["b", "c", "New"]), Ok(None));
        for empty in ["e", "g"] {
            let empty = root.member(empty).unwrap();
            assert_eq!(empty.understood(None::<()>, &[]), Ok(None));
        }
        assert!(root.member("f").unwrap().understood(None::<()>, &[]).is_err());
    }

    #[test]
    fn long_values_are_not_quoted() {
        let body = json!("x".repeat(65));
        let fault = Cursor::new(&body).word(&[("y", ())]).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "the answer is a long text, which this version does not understand"
        );
    }
}
