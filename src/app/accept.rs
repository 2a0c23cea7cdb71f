//! `diff --accept`: what is live goes into the policies; comments and layout stay.

mod after;
mod asked;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::app::accept::asked::Aimed;
use crate::app::diff::Policies;
use crate::app::fix::FileFix;
use crate::app::policies::KeysOf;
use crate::fix::{Fixed, rewrite, waivers_stay};
use crate::model::alarm::Beyond;
use crate::model::effective::Direction;
use crate::model::exception::IpRange;
use crate::model::notification::TemplatePart;
use crate::model::observed::{Estate, Observed};
use crate::plan::guard::{self, Named};
use crate::plan::{self, Change, RiskSetting, Setting};
use crate::pointer::Pointer;
use crate::report::Report;
use crate::source::SourceId;
use crate::text;
use crate::yaml::{self, Budget, Node};

/// What is accepted, and how.
pub struct Acceptance<'a> {
    /// The places that were named; the root is all.
    pub wanted: &'a [Pointer],
    /// Places at which a live value may be weaker than the policy's.
    pub weaken: &'a [Named],
    /// The regions that were read, where it is unknown whether policies have pools in others: what a policy says that names
    /// neither region nor pool stays as it is then.
    pub regions: &'a [String],
    /// What limits the run to some accounts of the configuration, such as `--profile x`, if something does: what a policy says
    /// that names neither account nor pool stays as it is then.
    pub some_accounts: Option<&'a str>,
    /// The policies of one file's new text: a change counts only if the difference is gone, and nothing else differs.
    pub reread: &'a dyn Fn(&str, &str) -> Policies,
    /// What `lint` finds in one file's new text.
    pub judge: &'a dyn Fn(&str, &str) -> Report,
}

/// What became of it.
pub struct Accepted {
    /// The files.
    pub files: Vec<FileFix>,
    /// Places that were named, and are equal in the policies and their pools.
    pub equal: Vec<Pointer>,
    /// Names of the files in which something weaker is accepted.
    pub weaker: BTreeSet<String>,
    /// Whether something was refused because nobody allowed it, and not because it cannot be done.
    pub is_guarded: bool,
}

/// Works out the policy files that take in what is live at these places and below them; nothing is written.
///
/// What a layer, a variable or another file says, and what the pools of one policy have differently, is refused with the place;
/// so is what is weaker live and was not allowed, and what `lint` would then find more in.
///
/// # Errors
/// A place at which nothing differs, nor is equal: in words for who typed it.
pub fn accept(policies: &Policies, estate: &Estate, job: &Acceptance<'_>) -> Result<Accepted, String> {
    let aimed = asked::aimed(policies, estate);
    let equal = asked::equal(job.wanted, &aimed)?;
    asked::check_permits(job.weaken, &aimed)?;
    let changing: BTreeSet<&str> = aimed
        .iter()
        .filter(|one| {
            one.differing
                .keys()
                .any(|setting| asked::for_it(job.wanted, setting))
        })
        .flat_map(|one| one.pools.iter().map(|pool| pool.id()))
        .collect();
    let mut files = BTreeMap::<SourceId, FileFix>::new();
    let mut ran = Ran::default();
    let acceptor = |aimed| Acceptor {
        aimed,
        among_others: changing.len() > 1,
        policies,
        job,
    };
    for one in &aimed {
        let source = policies.sources.get(one.policy.places.source);
        let file = files.entry(one.policy.places.source).or_insert_with(|| FileFix {
            name: source.name().to_owned(),
            before: source.text().to_owned(),
            settled: as_it_was(source.text()),
        });
        acceptor(one).run(file, &|_, _| Vec::new(), &mut ran);
    }
    for (source, file) in files.iter_mut().filter(|(_, file)| !file.settled.done.is_empty()) {
        let own = || aimed.iter().filter(|one| one.policy.places.source == *source);
        let waivers = own()
            .map(|one| (one.index, one.policy.waivers.as_slice()))
            .collect();
        let judge = |file: &FileFix, is_weaker: bool| after::found(file, &waivers, is_weaker, job.judge);
        if !judge(file, ran.weaker.contains(&file.name)).is_empty() {
            // One by one, so that only what leads to a finding is refused.
            ran.weaker.remove(&file.name);
            file.settled = as_it_was(&file.before);
            own().for_each(|one| acceptor(one).run(file, &judge, &mut ran));
        }
    }
    Ok(Accepted {
        files: files.into_values().collect(),
        equal,
        weaker: ran.weaker,
        is_guarded: ran.is_guarded,
    })
}

fn as_it_was(text: &str) -> Fixed {
    Fixed {
        text: text.to_owned(),
        ..Fixed::default()
    }
}

/// What became of all policies.
#[derive(Default)]
struct Ran {
    /// Whether something was refused because nobody allowed it.
    is_guarded: bool,
    /// The files in which something is accepted that is, or may be, weaker.
    weaker: BTreeSet<String>,
}

/// What stands against a file's new text, in which something weaker is accepted, or nothing.
type Judge<'a> = dyn Fn(&FileFix, bool) -> Vec<String> + 'a;

/// One policy and its pools.
struct Acceptor<'a> {
    aimed: &'a Aimed<'a>,
    /// Whether other pools differ as well, so that a pool has to be named with what may be weaker.
    among_others: bool,
    policies: &'a Policies,
    job: &'a Acceptance<'a>,
}

impl Acceptor<'_> {
    fn run(&self, file: &mut FileFix, judge: &Judge<'_>, ran: &mut Ran) {
        let Aimed { differing, .. } = self.aimed;
        if self.aimed.pools.is_empty() && self.job.wanted.iter().any(|place| self.aimed.has(place)) {
            let line = self.line(&Pointer::root().child("target"));
            file.settled.refused.push(format!(
                "{line}: no pool of this policy was found: nothing is accepted"
            ));
            return;
        }
        let mut count = differing.values().map(Vec::len).sum();
        let mut differing: Vec<_> = differing
            .iter()
            .filter(|(setting, _)| asked::for_it(self.job.wanted, setting))
            .collect();
        // An alarm that goes moves those after it.
        differing.sort_by_key(|(setting, _)| match setting {
            Setting::Alarm(index) => usize::MAX - index,
            _ => 0,
        });
        for (setting, changes) in differing {
            let pointer = setting.pointer();
            let weaker = weaker(changes);
            let unnamed = weaker.and_then(|how| self.unnamed(&pointer, how));
            ran.is_guarded |= unnamed.is_some();
            let is_weaker = weaker.is_some() || ran.weaker.contains(&file.name);
            let settled = unnamed.map_or_else(|| self.one(setting, changes, file, count), Err);
            let judged = settled.and_then(|(text, left)| {
                let before = std::mem::replace(&mut file.settled.text, text);
                let against = judge(file, is_weaker);
                if against.is_empty() {
                    return Ok(left);
                }
                file.settled.text = before;
                ran.is_guarded = true;
                Err(against.join("; "))
            });
            match judged {
                Ok(left) => {
                    ran.weaker.extend(is_weaker.then(|| file.name.clone()));
                    let how = weaker.map_or_else(String::new, |how| format!(" ({how})"));
                    file.settled.done.push(format!("{pointer}{how}"));
                    count = left;
                }
                Err(why) => {
                    let line = self.line(&pointer);
                    file.settled
                        .refused
                        .push(format!("{line}: {pointer}: not accepted, {why}"));
                }
            }
        }
    }

    /// The line of the policy's text at which a place is, or what holds it; the first if another text says it.
    fn line(&self, at: &Pointer) -> usize {
        let places = &self.aimed.policy.places;
        let node = places.tree.locate_nearest(at).node;
        let source = self.policies.sources.get(places.source);
        let own = Some(node).filter(|node| node.source == places.source);
        own.map_or(1, |node| source.line(node.span.start))
    }

    /// Why a live value that is weaker is not accepted: nobody named it, as `apply` wants it.
    fn unnamed(&self, at: &Pointer, how: &str) -> Option<String> {
        let allowed = |pool: &&Observed| guard::is_named(self.job.weaken, pool.id(), at, self.among_others);
        let pools = self.aimed.pools.iter().filter(|pool| !allowed(pool));
        let option = |pool: &&Observed| {
            if self.among_others {
                format!("--allow-weaken {}:{at}", pool.id())
            } else {
                format!("--allow-weaken {at}")
            }
        };
        let mut options: Vec<_> = pools.map(option).collect();
        options.dedup();
        (!options.is_empty()).then(|| {
            format!(
                "the live value is {how} than the policy's; to accept it anyway, add `{}`",
                options.join(" ")
            )
        })
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
        let Aimed { index, pools, .. } = self.aimed;
        if self.policies.gathered.layers.contains_key(&file.name) {
            return Err("other files extend this one and would change with it: edit it by hand".to_owned());
        }
        let target = self.aimed.policy.target.clone().unwrap_or_default();
        if let [region, ..] = self.job.regions
            && self.aimed.policy.posture.region.is_none()
            && target.pool.is_none()
        {
            return Err(format!(
                "only {} was read, and the policy may have pools in other regions: write `target: {{ region: {region} }}`, or \
                 read all regions that `[[targets]]` in cogward.toml names",
                text::join_words(self.job.regions)
            ));
        }
        if let Some(by) = self.job.some_accounts
            && self.aimed.policy.posture.account.is_none()
            && target.pool.is_none()
        {
            return Err(format!(
                "{by} reads some of the accounts that cogward.toml names, and the policy may have pools in the others: write \
                 `target: {{ account: ID }}`, or read them all"
            ));
        }
        if changes.len() != pools.len() || changes.iter().any(|change| change.live != first.live) {
            return Err(format!(
                "the {} pools of the policy are not equal in it",
                pools.len()
            ));
        }
        let parsed = yaml::parse(SourceId(0), text, &Budget::default());
        let document = parsed.documents.get(*index).ok_or("its document is gone")?;
        let mut document = document.root.to_json();
        self.is_own(setting, &document)?;
        take_live(&mut document, setting, first)?;
        let new = rewrite(text, *index, &document)?;
        self.waivers_stay(&parsed, &new)?;
        let again = (self.job.reread)(&file.name, &new);
        let policy = again
            .checked
            .get(*index)
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
        let left: usize = pools.iter().map(differences).sum();
        if left + changes.len() != before {
            return Err(
                "the edit alone would not remove the difference; change the policy by hand".to_owned(),
            );
        }
        Ok((new, left))
    }

    /// Whether every waiver of the policy, from whatever layer, stands for the entry that it stood for.
    fn waivers_stay(&self, before: &yaml::Parsed, new: &str) -> Result<(), String> {
        let after = yaml::parse(SourceId(0), new, &Budget::default());
        let Aimed { policy, index, .. } = self.aimed;
        let (Some(was), Some(is)) = (before.documents.get(*index), after.documents.get(*index)) else {
            return Err("its document is gone".to_owned());
        };
        let places = policy.waivers.iter().filter_map(|waiver| waiver.at.as_deref());
        waivers_stay(&was.root, &is.root, places.filter_map(Pointer::parse))
    }

    /// Whether the policy's own text says the value, and nothing else does; else where to edit.
    fn is_own(&self, setting: &Setting, document: &Value) -> Result<(), String> {
        let pointer = setting.pointer();
        let places = &self.aimed.policy.places;
        let found = places.tree.locate(&pointer);
        if let Some(node) = found
            .as_ref()
            .and_then(|found| foreign(found.node, places.source))
        {
            let layer = self.policies.sources.get(node.source);
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
        if let Setting::Risk(_, RiskSetting::Template(_, part @ (TemplatePart::Html | TemplatePart::Text))) =
            setting
        {
            let file = pointer.parent().child(format!("{}_file", part.as_str()));
            if let Some(name) = document.pointer(file.as_str()).and_then(Value::as_str) {
                return Err(format!("the text stands in the file `{name}`: change it there"));
            }
        }
        Ok(())
    }
}

/// Whether accepting these changes weakens the policy, or may: as `apply` has it of the way back.
fn weaker(changes: &[Change]) -> Option<&'static str> {
    let is = |how: fn(&Change) -> bool| changes.iter().any(how);
    match () {
        () if is(|change| change.live_is() == Direction::Weaker) => Some("weaker"),
        () if is(Change::live_may_be_weaker) => Some("possibly weaker"),
        () => None,
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
