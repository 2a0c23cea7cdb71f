//! A body in the making.

use serde_json::{Map, Value};

use crate::pointer::Pointer;
use crate::whole::body::{Changed, LeftOut, UpdateBody, Why};
use crate::whole::refusal::Refusal;

/// The largest whole number up to which a floating-point number has all of them.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A body in the making, and the account of it.
#[derive(Debug, Default)]
pub(super) struct Draft {
    body: Map<String, Value>,
    carried: Vec<String>,
    unknown: Vec<String>,
    changed: Vec<Changed>,
    left_out: Vec<LeftOut>,
}

/// The place of a member of the description.
pub(super) fn at(path: &[&str]) -> Pointer {
    path.iter().fold(Pointer::root(), |place, name| place.child(name))
}

impl Draft {
    /// Says whom the update is about.
    pub(super) fn id(&mut self, name: &str, id: &str) {
        self.body.insert(name.to_owned(), id.into());
    }

    /// Sends a member back under its name in the request.
    pub(super) fn carry(&mut self, name: &str, value: Value, known: bool) -> Result<(), Refusal> {
        exact(&value, &at(&[name]))?;
        self.carried.push(name.to_owned());
        if !known {
            self.unknown.push(name.to_owned());
        }
        self.body.insert(name.to_owned(), value);
        Ok(())
    }

    /// Does not send a place.
    pub(super) fn leave(&mut self, path: &[&str], why: Why) {
        let pointer = at(path);
        self.left_out.push(LeftOut { pointer, why });
    }

    /// Notes what becomes different, if it does.
    pub(super) fn note(&mut self, path: &[&str], before: Option<Value>, after: Option<Value>) {
        if before != after {
            let pointer = at(path);
            self.changed.push(Changed {
                pointer,
                before,
                after,
            });
        }
    }

    /// Sends a changed member instead of what is carried; `None` sends nothing.
    pub(super) fn send(&mut self, name: &str, value: Option<Value>) -> Result<(), Refusal> {
        self.carried.retain(|carried| carried != name);
        match value {
            Some(value) => {
                exact(&value, &at(&[name]))?;
                self.body.insert(name.to_owned(), value);
            }
            None => drop(self.body.shift_remove(name)),
        }
        Ok(())
    }

    pub(super) fn finish(self) -> UpdateBody {
        UpdateBody {
            body: Value::Object(self.body),
            carried: self.carried,
            unknown: self.unknown,
            changed: self.changed,
            left_out: self.left_out,
        }
    }
}

/// Whole numbers beyond 64 bits were read as floating-point numbers: their last digits are gone.
pub(super) fn exact(value: &Value, place: &Pointer) -> Result<(), Refusal> {
    match value {
        Value::Number(number) if number.is_f64() => {
            let fits = number.as_f64().is_some_and(|number| number.abs() < EXACT);
            if fits {
                Ok(())
            } else {
                Err(Refusal::Number(place.clone()))
            }
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(number, item)| exact(item, &place.child(number))),
        Value::Object(members) => members
            .iter()
            .try_for_each(|(name, value)| exact(value, &place.child(name))),
        _ => Ok(()),
    }
}
