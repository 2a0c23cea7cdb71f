//! `SetLogDeliveryConfiguration` from `GetLogDeliveryConfiguration`: whether the call merges or replaces the list is
//! not confirmed, so that every entry is sent. docs/facts.md, "Log destinations that are not sent".

use serde_json::{Map, Value, json};

use crate::model::log_delivery::{Delivery, LogSource};
use crate::pointer::Pointer;
use crate::update::body::{Changed, UpdateBody};
use crate::update::draft::{check, is_nothing, sendable};
use crate::update::places::{Put, at, put_back, set};
use crate::update::refusal::UpdateRefusal;

type Entry = Map<String, Value>;

const ROOT: &str = "LogDeliveryConfiguration";
const LIST: &str = "LogConfigurations";
const SOURCE: &str = "EventSource";
const LEVEL: &str = "LogLevel";

/// Destinations with the member that holds the ARN. An entry has one of them.
const DESTINATIONS: [(&str, &str); 3] = [
    ("CloudWatchLogsConfiguration", "LogGroupArn"),
    ("S3Configuration", "BucketArn"),
    ("FirehoseConfiguration", "StreamArn"),
];

/// The members of an entry that are destinations.
pub const LOG_DESTINATIONS: [&str; 3] = [DESTINATIONS[0].0, DESTINATIONS[1].0, DESTINATIONS[2].0];

/// The body of `SetLogDeliveryConfiguration` for which these sources go where they are wanted, or nowhere, from the whole
/// answer of `GetLogDeliveryConfiguration`, read a moment ago. Everything else is sent back as it was, in its order:
/// other sources, and members that this version does not know.
///
/// # Errors
/// An answer whose entries are no list of objects, or in which a source stands twice; a value that cannot be sent back.
pub fn log_delivery(
    pool: &str,
    described: &Value,
    set: &[(LogSource, Option<Delivery>)],
) -> Result<UpdateBody, UpdateRefusal> {
    let described = Described::of(described)?;
    let mut update = Update::new(pool, &described);
    let name = |(source, wanted): &(LogSource, Option<Delivery>)| {
        (source.api_name(), source.level(), wanted.clone())
    };
    let mut wanted: Vec<_> = set.iter().map(name).collect();
    for before in &described.entries {
        let source = source_of(before);
        match wanted.iter().position(|(name, ..)| source == Some(name)) {
            Some(index) => {
                let (_, level, to) = wanted.swap_remove(index);
                let after = to.map(|to| update.moved(before, level, &to)).transpose()?;
                update.entry(Some(before), after);
            }
            None => update.entry(Some(before), Some(before.clone())),
        }
    }
    wanted.sort_by_key(|(name, ..)| *name);
    for (name, level, to) in wanted {
        let Some(to) = to else { continue };
        let new = Entry::from_iter([(SOURCE.to_owned(), json!(name)), (LEVEL.to_owned(), json!(level))]);
        let after = update.moved(&new, level, &to)?;
        update.entry(None, Some(after));
    }
    update.finish()
}

/// The same with places put back as the service had them: `/LogConfigurations/userAuthEvents/LogLevel`, and so on.
///
/// # Errors
/// As [`log_delivery`].
pub fn log_delivery_back(pool: &str, described: &Value, back: &[Put]) -> Result<UpdateBody, UpdateRefusal> {
    let described = Described::of(described)?;
    let mut update = Update::new(pool, &described);
    let mut after = Entry::new();
    for (index, entry) in described.entries.iter().enumerate() {
        after.insert(key(entry, index), Value::Object(entry.clone()));
    }
    for put in back {
        let below = put.at.tokens().skip(1);
        let at = below.fold(Pointer::root(), |place, token| place.child(token));
        let value = put.value.clone();
        put_back(&mut after, &Put { at, value });
    }
    // Places go by the source: an entry that then says another one would be written as something that nobody was shown.
    let own = |name: &str, entry: Option<Value>, source: Option<&str>| match entry {
        Some(Value::Object(entry)) if source_of(&entry) == source => Ok(Some(entry)),
        None | Some(Value::Null) => Ok(None),
        Some(_) => Err(UpdateRefusal::Shape {
            pointer: at(&[LIST, name]),
            what: "is in the journal as an entry of another source: somebody changed the journal",
        }),
    };
    for (index, before) in described.entries.iter().enumerate() {
        let name = key(before, index);
        let after = own(&name, after.shift_remove(&name), source_of(before))?;
        update.entry(Some(before), after);
    }
    for (name, new) in after {
        let new = own(&name, Some(new), Some(&name))?;
        update.entry(None, new);
    }
    update.finish()
}

fn source_of(entry: &Entry) -> Option<&str> {
    entry.get(SOURCE).and_then(Value::as_str)
}

/// What an entry goes by: its source, or its number.
fn key(entry: &Entry, index: usize) -> String {
    source_of(entry).map_or_else(|| index.to_string(), str::to_owned)
}

/// What was described: the list, and what stands beside it.
struct Described {
    entries: Vec<Entry>,
    beside: Entry,
}

impl Described {
    fn of(described: &Value) -> Result<Self, UpdateRefusal> {
        let refusal = |path: &[&str], what| UpdateRefusal::Shape {
            pointer: at(path),
            what,
        };
        let root = match described.get(ROOT) {
            None | Some(Value::Null) => Entry::new(),
            Some(Value::Object(root)) => root.clone(),
            Some(_) => return Err(refusal(&[ROOT], "is not an object")),
        };
        let path = [ROOT, LIST];
        let entry = |entry: &Value| {
            let members = entry.as_object().cloned();
            members.ok_or_else(|| refusal(&path, "has an entry that is not an object"))
        };
        let entries: Vec<_> = match root.get(LIST) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list.iter().map(entry).collect::<Result<_, _>>()?,
            Some(_) => return Err(refusal(&path, "is not a list")),
        };
        let twice = |(index, entry): (usize, &Entry)| {
            let others = &entries[..index];
            source_of(entry).is_some() && others.iter().any(|other| source_of(other) == source_of(entry))
        };
        if entries.iter().enumerate().any(twice) {
            return Err(refusal(&path, "has a source twice"));
        }
        let mut beside = root;
        beside
            .retain(|name, value| !matches!(name.as_str(), LIST | "UserPoolId") && !is_nothing(name, value));
        Ok(Self { entries, beside })
    }
}

/// An update in the making.
struct Update {
    list: Vec<Value>,
    made: UpdateBody,
}

impl Update {
    fn new(pool: &str, described: &Described) -> Self {
        let mut body = described.beside.clone();
        body.insert("UserPoolId".to_owned(), pool.into());
        let names: Vec<_> = described.beside.keys().cloned().collect();
        Self {
            list: Vec::new(),
            made: UpdateBody {
                body: Value::Object(body),
                carried: names.clone(),
                unknown: names,
                changed: Vec::new(),
                left_out: Vec::new(),
                gone: Vec::new(),
            },
        }
    }

    /// An entry with another destination. What the one that it leaves has beside its ARN goes with it.
    fn moved(&mut self, before: &Entry, level: &str, wanted: &Delivery) -> Result<Entry, UpdateRefusal> {
        let mut entry = before.clone();
        let level = wanted.level.as_deref().unwrap_or(level);
        entry.insert(LEVEL.to_owned(), level.into());
        let arns = [&wanted.cloudwatch_logs, &wanted.s3, &wanted.firehose];
        let mut managed = vec![at(&[LEVEL])];
        for ((member, inner), arn) in DESTINATIONS.into_iter().zip(arns) {
            if let Some(arn) = arn {
                set(&mut entry, &at(&[member, inner]), arn.as_str().into());
                managed.push(at(&[member, inner]));
            } else {
                let left = entry.shift_remove(member);
                let inside = left.as_ref().and_then(Value::as_object).into_iter().flatten();
                let others = inside.filter(|(name, value)| *name != inner && !is_nothing(name, value));
                let source = source_of(before).unwrap_or_default();
                let gone = others.map(|(name, _)| format!("{source}.{member}.{name}"));
                self.made.gone.extend(gone);
                managed.push(at(&[member]));
            }
        }
        check(before, &entry, |place| {
            managed.iter().any(|managed| managed.covers(place))
        })?;
        Ok(entry)
    }

    /// Adds an entry as it will be.
    fn entry(&mut self, before: Option<&Entry>, after: Option<Entry>) {
        let index = self.list.len();
        let name = before
            .or(after.as_ref())
            .map_or_else(String::new, |entry| key(entry, index));
        if before == after.as_ref() {
            let known = [LogSource::UserAuthEvents, LogSource::UserNotification].map(LogSource::api_name);
            let name = if known.contains(&name.as_str()) {
                name
            } else {
                let name = format!("{LIST}.{index}");
                self.made.unknown.push(name.clone());
                name
            };
            self.made.carried.push(name);
        } else {
            self.made.changed.push(Changed {
                pointer: at(&[LIST, &name]),
                before: before.cloned().map(Value::Object),
                after: after.clone().map(Value::Object),
            });
        }
        self.list.extend(after.map(Value::Object));
    }

    fn finish(self) -> Result<UpdateBody, UpdateRefusal> {
        let Self { list, mut made } = self;
        made.body[LIST] = Value::Array(list);
        sendable(&made.body, &Pointer::root())?;
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "arn:aws:logs:us-west-2:123456789012:log-group:x";

    fn described() -> Value {
        json!({ "LogDeliveryConfiguration": { "UserPoolId": "us-west-2_A", "Retry": { "Times": 3 }, "LogConfigurations": [
            { "EventSource": "userNotification", "LogLevel": "ERROR", "CloudWatchLogsConfiguration": { "LogGroupArn": GROUP }, "Future": 1 },
            { "EventSource": "userAuthEvents", "LogLevel": "INFO", "S3Configuration": { "BucketArn": "arn:aws:s3:::b", "Prefix": "p" }, "Future": 2 },
        ] } })
    }

    fn to(group: &str) -> Delivery {
        Delivery {
            cloudwatch_logs: Some(group.to_owned()),
            ..Delivery::default()
        }
    }

    /// What stays is sent back and what changes keeps what is unknown.
    #[test]
    fn unknown_members_sent_back() {
        let set = [(LogSource::UserAuthEvents, Some(to(GROUP)))];
        let found = log_delivery("us-west-2_A", &described(), &set).unwrap();
        let group = json!({ "LogGroupArn": GROUP });
        assert_eq!(
            found.body,
            json!({ "UserPoolId": "us-west-2_A", "Retry": { "Times": 3 }, "LogConfigurations": [
                { "EventSource": "userNotification", "LogLevel": "ERROR", "CloudWatchLogsConfiguration": group, "Future": 1 },
                { "EventSource": "userAuthEvents", "LogLevel": "INFO", "Future": 2, "CloudWatchLogsConfiguration": group },
            ] })
        );
        assert_eq!(found.carried, ["Retry", "userNotification"]);
        assert_eq!(
            (found.changed.len(), found.gone),
            (1, vec!["userAuthEvents.S3Configuration.Prefix".to_owned()])
        );
    }

    /// Sources come go and stay whatever they are.
    #[test]
    fn sources_added_removed_and_kept() {
        let none = json!({ "LogDeliveryConfiguration": null });
        let auth = [(LogSource::UserAuthEvents, Some(to(GROUP)))];
        let found = log_delivery("p", &none, &auth).unwrap();
        assert_eq!(found.body["LogConfigurations"].as_array().unwrap().len(), 1);
        let neither = [
            (LogSource::UserAuthEvents, None),
            (LogSource::UserNotification, None),
        ];
        let found = log_delivery("p", &described(), &neither).unwrap();
        assert_eq!(
            (&found.body["LogConfigurations"], found.changed.len()),
            (&json!([]), 2)
        );
        let odd =
            json!({ "LogDeliveryConfiguration": { "LogConfigurations": [{ "EventSource": "other" }] } });
        let found = log_delivery("p", &odd, &auth).unwrap();
        assert_eq!(
            found.body["LogConfigurations"][0],
            json!({ "EventSource": "other" })
        );
        assert_eq!(found.unknown, ["LogConfigurations.0"]);
        for broken in [
            json!({ "LogConfigurations": 1 }),
            json!({ "LogConfigurations": [1] }),
            json!({ "LogConfigurations": [{ "EventSource": "a" }, { "EventSource": "a" }] }),
            json!([]),
            json!({ "ClientSecretArn": null }),
        ] {
            let described = json!({ "LogDeliveryConfiguration": broken });
            assert!(log_delivery("p", &described, &auth).is_err(), "{described}");
        }
    }

    /// Places are put back and an entry that was not there goes.
    #[test]
    fn rollback_restores_and_removes_entries() {
        let put = |at: &str, value: Value| Put {
            at: Pointer::parse(at).unwrap(),
            value: Some(value).filter(|value| !value.is_null()),
        };
        let back = [
            put(
                "/LogConfigurations/userAuthEvents/S3Configuration/BucketArn",
                json!("arn:aws:s3:::a"),
            ),
            put("/LogConfigurations/userNotification/LogLevel", Value::Null),
            put("/LogConfigurations/userNotification/EventSource", Value::Null),
            put("/LogConfigurations/userNotification/Future", Value::Null),
            put(
                "/LogConfigurations/userNotification/CloudWatchLogsConfiguration/LogGroupArn",
                Value::Null,
            ),
        ];
        let found = log_delivery_back("p", &described(), &back).unwrap();
        let mut entry = described()["LogDeliveryConfiguration"]["LogConfigurations"][1].clone();
        entry["S3Configuration"]["BucketArn"] = json!("arn:aws:s3:::a");
        assert_eq!(found.body["LogConfigurations"], json!([entry]));
        assert_eq!(found.changed.len(), 2);
    }
}
