//! Faults: which calls go wrong, and how.

use serde_json::Value;
use strum::VariantArray as _;

use crate::ident::all;
use crate::simulator::service::Service;
use crate::simulator::wire::request::Request;

/// A fault. What it does not name fits every call.
#[derive(Clone, Debug, PartialEq)]
pub struct InjectedFault {
    /// The service.
    pub service: Option<Service>,
    /// The operation, such as `DescribeUserPool`.
    pub operation: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The pool, by id.
    pub pool: Option<String>,
    /// The client, by id; an empty text is "no client".
    pub client: Option<String>,
    /// The first fitting call that goes wrong, from 1.
    pub from: u32,
    /// How many do; `None` is all from then on.
    pub times: Option<u32>,
    /// What goes wrong.
    pub kind: FaultKind,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum FaultKind {
    /// The service's own "too many requests".
    Throttle,
    /// The service's own fault, status 500.
    Internal,
    /// Status 502 with a page of HTML, as a load balancer answers.
    BadGateway,
    /// The connection is closed without an answer; the call is not carried out.
    Reset,
    /// The call is carried out, and then the connection is closed without an answer.
    Lost,
    /// The call is carried out, and then answered as refused, status 400.
    DoneAndRefused,
    /// The answer comes so many milliseconds later.
    Slow(u64),
    /// The caller may not make the call.
    AccessDenied,
    /// The session's credentials have expired.
    ExpiredToken,
    /// The signature is said to be wrong, in words that quote the request: headers, token and signature.
    Echo,
    /// What was named does not exist.
    NotFound,
    /// Somebody else changes it at the same time: `ConcurrentModificationException`.
    ConcurrentModification,
    /// Status 200 with something that is not an answer.
    Garbage,
    /// Status 200 with a body in the service's protocol that does not answer the call. It is not carried out.
    Empty(Empty),
    /// Half of the answer, then the connection is closed.
    Truncated,
    /// The answer has these members too: objects are merged, anything else is replaced.
    Merge(Value),
    /// A place of the answer, by JSON pointer, has another value.
    Set(String, Value),
    /// The pool is deleted as the call arrives.
    Gone,
    /// Somebody else changes the pool as the call arrives: these members are merged into `UserPool`.
    Change(Value),
}

/// What stands where an answer should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum Empty {
    /// An object without members.
    Object,
    /// Null.
    Null,
    /// A list of nothing.
    List,
    /// A text.
    Text,
    /// No body at all.
    Nothing,
    /// The service's own error.
    Error,
    /// An object without members, and a header that names an error.
    Header,
}

impl Empty {
    /// All of them.
    pub const ALL: [Self; 7] = all(Self::VARIANTS);

    fn name(self) -> &'static str {
        match self {
            Self::Object => "empty-object",
            Self::Null => "empty-null",
            Self::List => "empty-list",
            Self::Text => "empty-text",
            Self::Nothing => "empty-nothing",
            Self::Error => "empty-error",
            Self::Header => "empty-header",
        }
    }
}

impl FaultKind {
    /// Its name in the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Empty(empty) => empty.name(),
            kind => kind.into(),
        }
    }

    /// Whether it may come with others: it does not take the answer's place.
    fn comes_along(&self) -> bool {
        matches!(self, Self::Slow(_) | Self::Merge(_) | Self::Set(..) | Self::Gone)
    }

    /// Whether the call is not carried out, whatever is answered.
    pub(super) fn prevents(&self) -> bool {
        matches!(self, Self::Reset | Self::Empty(_))
    }

    /// Changes an answer, if that is what this does.
    pub(super) fn alter(&self, answer: &mut Value) {
        match self {
            Self::Merge(more) => merge(answer, more),
            Self::Set(pointer, value) => {
                if let Some(place) = answer.pointer_mut(pointer) {
                    *place = value.clone();
                }
            }
            _ => {}
        }
    }
}

/// Merges objects; anything else is replaced.
pub(super) fn merge(into: &mut Value, more: &Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (name, value) in more {
                merge(into.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (into, more) => *into = more.clone(),
    }
}

impl InjectedFault {
    /// A fault of every call.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            service: None,
            operation: None,
            region: None,
            pool: None,
            client: None,
            from: 1,
            times: None,
            kind,
        }
    }

    /// Only this operation.
    pub fn at(self, operation: &str) -> Self {
        Self {
            operation: Some(operation.to_owned()),
            ..self
        }
    }

    /// Only this pool.
    pub fn on(self, pool: &str) -> Self {
        Self {
            pool: Some(pool.to_owned()),
            ..self
        }
    }

    /// Only this client.
    pub fn client(self, client: &str) -> Self {
        Self {
            client: Some(client.to_owned()),
            ..self
        }
    }

    /// Only so many times.
    pub fn times(self, times: u32) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }

    /// Not before the nth call that fits.
    pub fn from(self, nth: u32) -> Self {
        Self { from: nth, ..self }
    }

    fn fits(&self, request: &Request) -> bool {
        let region = request.scope.as_ref().map(|scope| scope.region.as_str());
        let client = request.member("ClientId");
        self.service.is_none_or(|service| service == request.service)
            && fits(self.operation.as_deref(), Some(&request.operation))
            && fits(self.region.as_deref(), region)
            && fits(self.pool.as_deref(), request.pool())
            && fits(self.client.as_deref(), Some(client.unwrap_or_default()))
    }
}

fn fits(wanted: Option<&str>, is: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| is == Some(wanted))
}

/// The faults of a server with how many calls each of them has seen.
#[derive(Debug, Default)]
pub(super) struct Faults {
    faults: Vec<(InjectedFault, u32)>,
}

impl Faults {
    pub(super) fn new(faults: Vec<InjectedFault>) -> Self {
        Self {
            faults: faults.into_iter().map(|fault| (fault, 0)).collect(),
        }
    }

    /// What goes wrong with a call: of the faults that take the answer's place the first, and all
    /// that come along.
    pub(super) fn strike(&mut self, request: &Request) -> Vec<FaultKind> {
        let mut struck: Vec<FaultKind> = Vec::new();
        for (fault, seen) in &mut self.faults {
            if !fault.fits(request) {
                continue;
            }
            *seen = seen.saturating_add(1);
            let last = fault.times.map(|times| fault.from.saturating_add(times));
            let strikes = *seen >= fault.from && last.is_none_or(|last| *seen < last);
            let taken = struck.iter().any(|kind| !kind.comes_along());
            if strikes && (fault.kind.comes_along() || !taken) {
                struck.push(fault.kind.clone());
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn merging_goes_into_objects_only() {
        let mut answer = json!({ "a": { "b": 1, "c": [1] } });
        FaultKind::Merge(json!({ "a": { "c": [2], "d": { "e": 1 } }, "f": null })).alter(&mut answer);
        assert_eq!(
            answer,
            json!({ "a": { "b": 1, "c": [2], "d": { "e": 1 } }, "f": null })
        );
        FaultKind::Set("/a/none".into(), json!(1)).alter(&mut answer);
        FaultKind::Set("/a/c/0".into(), json!(3)).alter(&mut answer);
        assert_eq!(answer["a"], json!({ "b": 1, "c": [3], "d": { "e": 1 } }));
    }
}
