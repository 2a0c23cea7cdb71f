//! `diff --accept`: what is live goes into the policies; comments and layout stay.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::app::diff::{Policies, pairs};
use crate::app::fix::FileFix;
use crate::app::policies::KeysOf;
use crate::fix::{Fixed, rewrite};
use crate::model::alarm::Beyond;
use crate::model::exception::IpRange;
use crate::model::observed::{Estate, Observed};
use crate::plan::{self, Change, RiskSetting, Setting, TemplateField};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::source::{SourceId, Sources};
use crate::yaml::{self, Budget, Node};

/// Works out the policy files that take in what is live at these places and below them; nothing is written. `reread` gives the
/// policies of one file's new text: a change counts only if the difference is gone, and nothing else differs.
///
/// What a layer, a variable or another file says, and what the pools of one policy have differently, is refused with the place.
#[must_use]
pub fn accept(
    policies: &Policies,
    estate: &Estate,
    wanted: &[Pointer],
    reread: &dyn Fn(&str, &str) -> Policies,
) -> Vec<FileFix> {
    let mut files: BTreeMap<SourceId, FileFix> = BTreeMap::new();
    let mut next: BTreeMap<usize, usize> = BTreeMap::new();
    for document in &policies.checked {
        let index = next.entry(document.file).or_default();
        let at = *index;
        *index += 1;
        let Some(policy) = document.policy.as_ref().filter(|policy| policy.target.is_some()) else {
            continue;
        };
        let pools: Vec<_> = pairs(&[policy], &estate.pools)
            .into_iter()
            .flat_map(|(_, pools)| pools)
            .collect();
        let source = policies.sources.get(policy.places.source);
        let file = files.entry(policy.places.source).or_insert_with(|| FileFix {
            name: source.name().to_owned(),
            before: source.text().to_owned(),
            settled: Fixed {
                text: source.text().to_owned(),
                ..Fixed::default()
            },
        });
        let acceptor = Acceptor {
            policy,
            index: at,
            pools: &pools,
            sources: &policies.sources,
            reread,
        };
        acceptor.run(wanted, file);
    }
    files.into_values().collect()
}

/// One policy and its pools.
struct Acceptor<'a> {
    policy: &'a Policy,
    /// Which document of its file.
    index: usize,
    pools: &'a [&'a Observed],
    sources: &'a Sources,
    reread: &'a dyn Fn(&str, &str) -> Policies,
}

impl Acceptor<'_> {
    fn run(&self, wanted: &[Pointer], file: &mut FileFix) {
        let (mut differing, mut count) = (BTreeMap::<Setting, Vec<Change>>::new(), 0);
        for pool in self.pools {
            for change in plan::diff(&self.policy.posture, &pool.posture, &KeysOf(self.policy)).changes {
                count += 1;
                differing.entry(change.leaf.clone()).or_default().push(change);
            }
        }
        let asked = |setting: &Setting| wanted.iter().any(|place| place.covers(&setting.pointer()));
        let mut differing: Vec<_> = differing
            .into_iter()
            .filter(|(setting, _)| asked(setting))
            .collect();
        // An alarm that goes moves those after it.
        differing.sort_by_key(|(setting, _)| match setting {
            Setting::Alarm(index) => usize::MAX - index,
            _ => 0,
        });
        for (setting, changes) in &differing {
            let pointer = setting.pointer();
            match self.one(setting, changes, file, count) {
                Ok((text, left)) => {
                    file.settled.text = text;
                    file.settled.done.push(pointer.to_string());
                    count = left;
                }
                Err(why) => {
                    let place = self.policy.places.tree.locate_nearest(&pointer).node;
                    let place = Some(place).filter(|node| node.source == self.policy.places.source);
                    let source = self.sources.get(self.policy.places.source);
                    let line = place.map_or(1, |node| source.line(node.span.start));
                    file.settled
                        .refused
                        .push(format!("{line}: {pointer}: not accepted, {why}"));
                }
            }
        }
    }

    /// The text that accepts one setting, and how many differences are left.
    fn one(
        &self,
        setting: &Setting,
        changes: &[Change],
        file: &FileFix,
        before: usize,
    ) -> Result<(String, usize), String> {
        let (Some(first), text) = (changes.first(), file.settled.text.as_str()) else {
            return Err("nothing differs".to_owned());
        };
        if changes.len() != self.pools.len() || changes.iter().any(|change| change.live != first.live) {
            return Err(format!(
                "the {} pools of the policy are not equal in it",
                self.pools.len()
            ));
        }
        let parsed = yaml::parse(SourceId(0), text, &Budget::default());
        let document = parsed.documents.get(self.index).ok_or("its document is gone")?;
        let mut document = document.root.to_json();
        self.is_own(setting, &document)?;
        take_live(&mut document, setting, first)?;
        let new = rewrite(text, self.index, &document)?;
        let again = (self.reread)(&file.name, &new);
        let policy = again
            .checked
            .get(self.index)
            .and_then(|document| document.policy.as_ref());
        let Some(policy) = policy else {
            let fault = again
                .findings
                .first()
                .map_or("", |finding| finding.message.as_str());
            return Err(format!("a policy cannot express it: {fault}"));
        };
        let differences = |pool: &&Observed| {
            plan::diff(&policy.posture, &pool.posture, &KeysOf(policy))
                .changes
                .len()
        };
        let left: usize = self.pools.iter().map(differences).sum();
        if left + changes.len() != before {
            return Err(
                "the edit alone would not remove the difference; change the policy by hand".to_owned(),
            );
        }
        Ok((new, left))
    }

    /// Whether the policy's own text says the value, and nothing else does; else where to edit.
    fn is_own(&self, setting: &Setting, document: &Value) -> Result<(), String> {
        let pointer = setting.pointer();
        let places = &self.policy.places;
        let found = places.tree.locate(&pointer);
        if let Some(node) = found
            .as_ref()
            .and_then(|found| foreign(found.node, places.source))
        {
            let layer = self.sources.get(node.source);
            let line = layer.line(node.span.start);
            return Err(format!(
                "it is set in a layer: change it at {}:{line}, or write it in this policy",
                layer.name()
            ));
        }
        if let Some(found) = &found
            && let Some(written) = document.pointer(pointer.as_str())
            && *written != found.node.to_json()
        {
            return Err("a variable says it: change its value, or write another one in its place".to_owned());
        }
        if let Setting::Risk(
            _,
            RiskSetting::Template(_, part @ (TemplateField::Html | TemplateField::Text)),
        ) = setting
        {
            let file = pointer.parent().child(format!("{}_file", part.as_str()));
            if let Some(name) = document.pointer(file.as_str()).and_then(Value::as_str) {
                return Err(format!("the text stands in the file `{name}`: change it there"));
            }
        }
        Ok(())
    }
}

/// A node at or below this one that another text says.
fn foreign(node: &Node, own: SourceId) -> Option<&Node> {
    if node.source != own {
        return Some(node);
    }
    match &node.value {
        yaml::Value::Sequence(items) => items.iter().find_map(|item| foreign(item, own)),
        yaml::Value::Mapping(entries) => entries.iter().find_map(|entry| foreign(&entry.value, own)),
        _ => None,
    }
}

/// Puts what is live into a document.
fn take_live(document: &mut Value, setting: &Setting, change: &Change) -> Result<(), String> {
    let pointer = setting.pointer();
    let old = document.pointer(pointer.as_str()).cloned();
    let new = match (setting, &change.live, &old) {
        (Setting::LogDelivery(_), None, _) => Some("none".into()),
        (Setting::Override(_), Some(live), Some(Value::Object(old))) => Some(own_or_inherited(old, live)),
        (Setting::Alarm(_), Some(live), _) => {
            let of = |side: Option<&Value>| side.and_then(Value::as_object).cloned().unwrap_or_default();
            let members = of(Some(live)).into_iter().chain(of(change.wanted.as_ref()));
            let mut unsaid = members.map(|(key, _)| key).filter(|key| {
                let key = key.as_str();
                Beyond::KEYS.contains(&key) || ["dimensions", plan::UNKNOWN_OF_ALARM].contains(&key)
            });
            if let Some(key) = unsaid.next() {
                return Err(format!("`{key}` of an alarm has to be changed by hand"));
            }
            old.as_ref().map(|old| merged(old, live, change.wanted.as_ref()))
        }
        (_, Some(Value::Array(live)), Some(Value::Array(old))) if setting.is_set() => Some(set(old, live)),
        (_, Some(live), Some(old)) => Some(merged(old, live, change.wanted.as_ref())),
        (_, live, _) => live.clone(),
    };
    match new {
        Some(new) => put(document, &pointer, new),
        None => remove(document, &pointer),
    }
}

/// A value that says what is live, with whatever else it has: keys that have their default stay away.
fn merged(old: &Value, live: &Value, wanted: Option<&Value>) -> Value {
    let (Value::Object(old), Value::Object(live)) = (old, live) else {
        return live.clone();
    };
    let asked = |key: &String| wanted.and_then(|wanted| wanted.get(key));
    let mut new = old.clone();
    for (key, value) in live {
        match (value, old.get(key)) {
            (Value::Null, _) => drop(new.shift_remove(key)),
            _ if asked(key) == Some(value) => {}
            (value, Some(there)) => drop(new.insert(key.clone(), merged(there, value, asked(key)))),
            (value, None) => drop(new.insert(key.clone(), value.clone())),
        }
    }
    let gone = wanted.and_then(Value::as_object).into_iter().flatten();
    for (key, _) in gone.filter(|(key, _)| !live.contains_key(*key)) {
        new.shift_remove(key);
    }
    Value::Object(new)
}

/// A set as it was written, without what is gone, and then what is new.
fn set(old: &[Value], live: &[Value]) -> Value {
    let key = |item: &Value| {
        let text = item.get("cidr").unwrap_or(item).as_str().unwrap_or_default();
        IpRange::new(text)
            .net()
            .map_or_else(|| text.to_owned(), |net| net.to_string())
    };
    let has = |list: &[Value], item: &Value| list.iter().any(|one| key(one) == key(item));
    let kept = old.iter().filter(|item| has(live, item));
    let new = live.iter().filter(|item| !has(old, item));
    kept.chain(new).cloned().collect()
}

/// A client that has other responses, or none of its own any more: its id and settings stay.
fn own_or_inherited(old: &Map<String, Value>, live: &Value) -> Value {
    let mut new = old.clone();
    let risk = [
        "inherit",
        "account_takeover",
        "compromised_credentials",
        "risk_exceptions",
    ];
    new.retain(|key, _| !risk.contains(&key.as_str()));
    match live {
        Value::Object(live) => new.extend(live.clone()),
        live if new.is_empty() => return live.clone(),
        _ => drop(new.insert("inherit".to_owned(), true.into())),
    }
    Value::Object(new)
}

/// Puts a value at a place, with the sections above it where there are none.
fn put(document: &mut Value, pointer: &Pointer, value: Value) -> Result<(), String> {
    // `none` is both exports.
    if pointer.as_str().starts_with("/log_delivery/") && document["log_delivery"] == json!("none") {
        document["log_delivery"] = json!({ "user_auth_events": "none", "user_notification": "none" });
    }
    let tokens: Vec<_> = pointer.tokens().collect();
    let mut at = document;
    for token in tokens {
        at = match at {
            Value::Object(map) => map.entry(token).or_insert_with(|| json!({})),
            Value::Array(list) => {
                let item = token.parse::<usize>().ok().and_then(|index| list.get_mut(index));
                item.ok_or("its place is not in the file")?
            }
            _ => return Err("a value stands above it that has to be changed by hand".to_owned()),
        };
    }
    *at = value;
    Ok(())
}

/// Takes a value away, and sections that then have nothing in them.
fn remove(document: &mut Value, pointer: &Pointer) -> Result<(), String> {
    let parent = pointer.parent();
    let last = pointer.tokens().last().unwrap_or_default();
    match document.pointer_mut(parent.as_str()) {
        Some(Value::Object(map)) => {
            map.shift_remove(&last).ok_or("its place is not in the file")?;
            let is_empty = map.is_empty();
            if is_empty && parent != Pointer::root() {
                return remove(document, &parent);
            }
            Ok(())
        }
        Some(Value::Array(entries)) => {
            let index = last.parse::<usize>().ok().filter(|index| *index < entries.len());
            entries.remove(index.ok_or("its place is not in the file")?);
            Ok(())
        }
        _ => Err("its place is not in the file".to_owned()),
    }
}

#[cfg(test)]
mod tests;
