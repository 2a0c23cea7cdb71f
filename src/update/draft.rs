//! A body in the making: the description, with the managed places replaced.

use serde_json::{Map, Value, json};

use crate::pointer::Pointer;
use crate::update::body::{Changed, LeftOut, UpdateBody, Why};
use crate::update::places::{Put, at, differing, get, is_empty, put_back, set, take};
use crate::update::refusal::UpdateRefusal;
use crate::update::secret::is_secret;

/// The largest whole number up to which a floating-point number has all of them.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A body in the making, and the account of it.
///
/// It begins as what the service described. Nothing becomes different but by [`Draft::set`], and nothing is left out
/// but by [`Draft::leave`]: [`Draft::finish`] compares the body with the description and refuses every other difference.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    described: &'a Map<String, Value>,
    body: Map<String, Value>,
    /// Members of the body that say whom the update is about, and whom. Nothing that is carried or put back may change them.
    ids: Vec<(String, String)>,
    /// Members that the request names otherwise: there, and in the description.
    renamed: Vec<(String, String)>,
    unknown: Vec<String>,
    managed: Vec<Pointer>,
    /// Places that the request must have because of others, and that mean nothing new.
    follows: Vec<Pointer>,
    left_out: Vec<LeftOut>,
    gone: Vec<String>,
}

impl<'a> Draft<'a> {
    /// A draft of a description.
    pub(super) fn of(described: &'a Map<String, Value>) -> Self {
        Self {
            described,
            body: Map::new(),
            ids: Vec::new(),
            renamed: Vec::new(),
            unknown: Vec::new(),
            managed: Vec::new(),
            follows: Vec::new(),
            left_out: Vec::new(),
            gone: Vec::new(),
        }
    }

    /// Says whom the update is about.
    pub(super) fn id(&mut self, name: &str, id: &str) {
        self.ids.push((name.to_owned(), id.to_owned()));
        self.body.insert(name.to_owned(), id.into());
    }

    /// Sends a member back.
    pub(super) fn carry(&mut self, name: &str, value: Value, known: bool) {
        if !known {
            self.unknown.push(name.to_owned());
        }
        self.body.insert(name.to_owned(), value);
    }

    /// Sends a member back under its name in the request.
    pub(super) fn carry_as(&mut self, described: &str, name: &str, value: Value) {
        self.renamed.push((name.to_owned(), described.to_owned()));
        self.carry(name, value, true);
    }

    /// Says that a place below those that are carried is unknown.
    pub(super) fn is_unknown(&mut self, place: String) {
        self.unknown.push(place);
    }

    /// Does not send a place.
    pub(super) fn leave(&mut self, path: &[&str], why: Why) {
        let pointer = at(path);
        take(&mut self.body, &pointer);
        self.left_out.push(LeftOut { pointer, why });
    }

    /// Sets a managed place, or takes it away.
    pub(super) fn set(&mut self, place: Pointer, value: Option<Value>) {
        match value {
            Some(value) => set(&mut self.body, &place, value),
            None => drop(take(&mut self.body, &place)),
        }
        self.managed.push(place);
    }

    /// Puts places back as they were.
    pub(super) fn put(&mut self, puts: &[Put]) {
        for put in puts {
            put_back(&mut self.body, put);
            self.managed.push(put.at.clone());
        }
    }

    /// Sends a place that the request must have because of others.
    pub(super) fn follow(&mut self, place: Pointer, value: Value) {
        set(&mut self.body, &place, value);
        self.follows.push(place);
    }

    /// Notes what goes with a place that is taken away on purpose, and that nobody asked for by name.
    pub(super) fn goes(&mut self, places: impl IntoIterator<Item = String>) {
        self.gone.extend(places);
    }

    /// What the body has at a place.
    pub(super) fn get(&self, path: &[&str]) -> Option<&Value> {
        get(&self.body, &at(path))
    }

    /// Takes an object away that has nothing in it any more.
    pub(super) fn prune(&mut self, path: &[&str]) {
        let place = at(path);
        if is_empty(&self.body, &place) {
            take(&mut self.body, &place);
        }
    }

    /// The body, once it is seen to differ from the description in nothing but what is managed.
    pub(super) fn finish(self) -> Result<UpdateBody, UpdateRefusal> {
        let Self {
            described,
            body,
            ids,
            renamed,
            unknown,
            managed,
            follows,
            left_out,
            gone,
        } = self;
        sendable(&Value::Object(body.clone()), &Pointer::root())?;
        if let Some((name, _)) = ids.iter().find(|(name, id)| body.get(name) != Some(&json!(id))) {
            return Err(UpdateRefusal::NotMade {
                pointer: at(&[name]),
                what: "names another pool or client than the call is about",
            });
        }
        let name_there = |name: &str| {
            let known = renamed.iter().find(|(here, _)| here == name);
            known.map_or_else(|| name.to_owned(), |(_, there)| there.clone())
        };
        let is_id = |name: &str| name == "Id" || ids.iter().any(|(id, _)| id == name);
        let sent: Map<_, _> = body
            .iter()
            .filter(|(name, _)| !is_id(name))
            .map(|(name, value)| (name_there(name), value.clone()))
            .collect();
        let mut before = described.clone();
        before.retain(|name, _| !is_id(name));
        // An empty object may come and go with what is managed in it.
        let hollow = |place: &Pointer| {
            let sides = [get(&before, place), get(&sent, place)];
            let nothing = |side: Option<&Value>| side.is_none_or(|value| *value == json!({}));
            sides.into_iter().all(nothing) && managed.iter().any(|managed| place.covers(managed))
        };
        check(&before, &sent, |place| {
            let covers = |other: &Pointer| other.covers(place);
            managed.iter().any(covers)
                || follows.iter().any(covers)
                || left_out.iter().any(|left| covers(&left.pointer))
                || hollow(place)
        })?;
        let mut carried: Vec<_> = before
            .iter()
            .filter(|(name, value)| sent.get(*name) == Some(value))
            .map(|(name, _)| {
                let here = renamed.iter().find(|(_, there)| there == name);
                here.map_or_else(|| name.clone(), |(here, _)| here.clone())
            })
            .collect();
        let nested = unknown.iter().filter(|name| name.contains('.'));
        carried.extend(nested.cloned());
        let touched = |at: &Pointer| managed.iter().any(|place| place.covers(at) || at.covers(place));
        let differing = differing(&before, &sent);
        let beside = |at: &Pointer| {
            let mut inside = differing.iter().filter(|place| at.covers(place));
            inside.any(|place| !managed.iter().any(|managed| managed.covers(place)))
        };
        let stays_out = |left: &LeftOut| {
            let at = &left.pointer;
            left.why == Why::NoFactorsWhileOff || !touched(at) || beside(at)
        };
        Ok(UpdateBody {
            body: Value::Object(body),
            carried,
            unknown,
            changed: changed(&before, &sent, &managed),
            left_out: left_out.into_iter().filter(stays_out).collect(),
            gone,
        })
    }
}

/// What becomes different at the managed places, each once.
fn changed(before: &Map<String, Value>, after: &Map<String, Value>, managed: &[Pointer]) -> Vec<Changed> {
    let mut changed: Vec<Changed> = Vec::new();
    for place in managed {
        let (was, will) = (get(before, place), get(after, place));
        if was != will && changed.iter().all(|known| known.pointer != *place) {
            changed.push(Changed {
                pointer: place.clone(),
                before: was.cloned(),
                after: will.cloned(),
            });
        }
    }
    changed
}

/// Whether a member has nothing in it. One that is named like a secret is empty because its value was not kept.
pub(super) fn is_nothing(name: &str, value: &Value) -> bool {
    value.is_null() && !is_secret(name)
}

/// Compares what is sent with what was described, and refuses a difference that nobody asked for. It knows nothing of
/// how a body is made.
pub(super) fn check(
    described: &Map<String, Value>,
    sent: &Map<String, Value>,
    is_covered: impl Fn(&Pointer) -> bool,
) -> Result<(), UpdateRefusal> {
    let stray = differing(described, sent)
        .into_iter()
        .find(|place| !is_covered(place));
    stray.map_or(Ok(()), |place| Err(UpdateRefusal::NotAskedFor(place)))
}

/// Whether a value can be sent back as it was. Whole numbers beyond 64 bits were read as floating-point numbers, whose
/// last digits are gone; what is named like a secret was never kept.
pub(super) fn sendable(value: &Value, place: &Pointer) -> Result<(), UpdateRefusal> {
    match value {
        Value::Number(number) if number.is_f64() => {
            let fits = number.as_f64().is_some_and(|number| number.abs() < EXACT);
            if fits {
                Ok(())
            } else {
                Err(UpdateRefusal::Number(place.clone()))
            }
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(number, item)| sendable(item, &place.child(number))),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            let place = place.child(name);
            if is_secret(name) {
                return Err(UpdateRefusal::Secret(place));
            }
            sendable(value, &place)
        }),
        _ => Ok(()),
    }
}
