//! Pseudonyms for client ids and email addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use regex::{Captures, Regex};

use crate::ident::pseudonym;
use crate::model::alarm::Watched;
use crate::model::client::{Client, Override};
use crate::model::notification::Notifications;
use crate::model::observed::{Estate, Observed};
use crate::model::response::RiskConfiguration;
use crate::observe::snapshot::contents::Snapshot;

/// The same with client ids, and the local parts of email addresses, replaced by pseudonyms wherever they stand: equal
/// ones stay equal, and what belongs to one domain still does.
///
/// A pseudonym is made from what it replaces alone, so that snapshots can be compared with each other. Who guesses an
/// address can check the guess: it hides from readers, not from somebody who searches. A redacted one stays as it is.
pub fn redact(mut snapshot: Snapshot) -> Snapshot {
    if snapshot.redacted {
        return snapshot;
    }
    let ids = client_ids(&snapshot.estate);
    let lengths = ids.iter().map(String::len).filter(|length| *length >= LEAST_ID);
    let lengths = lengths.collect();
    let mask = Mask { ids, lengths };
    mask.estate(&mut snapshot.estate);
    for known in snapshot.histories.iter_mut().flat_map(BTreeMap::values_mut) {
        mask.texts(known.evidence.iter_mut().map(|one| &mut one.note));
        mask.texts(known.blind.iter_mut().map(|one| &mut one.why));
    }
    snapshot.redacted = true;
    snapshot
}

fn client_ids(estate: &Estate) -> BTreeSet<String> {
    let clients = estate.pools.iter().flat_map(|pool| &pool.posture.clients);
    clients
        .filter_map(|client| client.id.clone())
        .filter(|id| !id.is_empty())
        .collect()
}

/// An address's local part, or a word: what a client id can be.
fn pattern() -> Option<&'static Regex> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    // The sign between the two may be written for an address of the web, once or more often, or for HTML.
    let words = r#"(?<local>"[^"\n]*"|[\p{L}\p{N}._%+'-]+)(?<at>@|%(?:25)*40|&#(?:64|x40);)(?<domain>[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*)|(?<word>[\p{L}\p{N}_+]+)"#;
    PATTERN.get_or_init(|| Regex::new(words).ok()).as_ref()
}

/// A shorter text is an id only as a whole word; Cognito's have 26 characters.
const LEAST_ID: usize = 12;

struct Mask {
    ids: BTreeSet<String>,
    /// How long ids are that are looked for within words.
    lengths: BTreeSet<usize>,
}

impl Mask {
    fn text(&self, text: &mut String) {
        let Some(pattern) = pattern() else { return };
        let replace =
            |found: &Captures<'_>| match (found.name("local"), found.name("domain"), found.name("word")) {
                // Letter case does not distinguish addresses, and stays out of it.
                (Some(local), Some(domain), _) => {
                    let address = format!("{}@{}", local.as_str(), domain.as_str());
                    let pseudonym = pseudonym(&address.to_lowercase());
                    format!("{pseudonym}{}{}", &found["at"], domain.as_str())
                }
                (_, _, Some(word)) if self.ids.contains(word.as_str()) => pseudonym(word.as_str()),
                _ => found[0].to_owned(),
            };
        *text = self.without_ids(text);
        *text = pattern.replace_all(text, replace).into_owned();
    }

    /// A text with pseudonyms for ids that stand in longer words, such as a name that was made of an id.
    fn without_ids(&self, text: &str) -> String {
        let (mut found, mut at) = (String::with_capacity(text.len()), 0);
        while let Some(next) = text[at..].chars().next() {
            let here = |length: &&usize| {
                let part = text.get(at..at + **length);
                part.is_some_and(|part| self.ids.contains(part))
            };
            if let Some(length) = self.lengths.iter().rev().find(here) {
                found += &pseudonym(&text[at..at + length]);
                at += length;
            } else {
                found.push(next);
                at += next.len_utf8();
            }
        }
        found
    }

    fn texts<'a>(&self, texts: impl IntoIterator<Item = &'a mut String>) {
        texts.into_iter().for_each(|text| self.text(text));
    }

    fn keys<V>(&self, map: &mut BTreeMap<String, V>) {
        let all = std::mem::take(map).into_iter();
        map.extend(all.map(|(mut key, value)| {
            self.text(&mut key);
            (key, value)
        }));
    }

    fn set(&self, set: &mut BTreeSet<String>) {
        let all = std::mem::take(set).into_iter();
        set.extend(all.map(|mut text| {
            self.text(&mut text);
            text
        }));
    }

    fn estate(&self, estate: &mut Estate) {
        for pool in &mut estate.pools {
            self.pool(pool);
        }
        for place in &mut estate.unreachable {
            self.text(&mut place.detail);
        }
        self.texts(&mut estate.endpoints);
    }

    fn pool(&self, pool: &mut Observed) {
        self.text(&mut pool.name);
        self.keys(&mut pool.tags);
        self.texts(pool.tags.values_mut());
        let posture = &mut pool.posture;
        if let Some(triggers) = &mut posture.triggers {
            self.set(triggers);
        }
        self.risk(&mut posture.responses);
        for client in &mut posture.clients {
            self.client(client);
        }
        posture.clients.sort_by(|a, b| a.key.cmp(&b.key));
        for alarm in posture.alarms.iter_mut().flatten() {
            self.texts(
                alarm
                    .name
                    .iter_mut()
                    .chain(alarm.dimensions.values_mut())
                    .chain(&mut alarm.actions),
            );
            let beyond = &mut alarm.beyond;
            let words = [&mut beyond.unit, &mut beyond.low_samples, &mut beyond.wall_clock];
            self.texts(words.into_iter().flatten().chain(&mut beyond.unknown));
        }
        for alarm in posture.other_alarms.iter_mut().flatten() {
            let (Watched::Alarms(text) | Watched::Query(text) | Watched::Expression(text)) = &mut alarm.on;
            self.texts([&mut alarm.name, text].into_iter().chain(&mut alarm.actions));
        }
        for metric in posture.seen_metrics.iter_mut().flatten() {
            self.texts(metric.dimensions.values_mut());
        }
        self.keys(&mut posture.topics);
        let logs = posture.log_delivery.iter_mut();
        for delivery in logs
            .flat_map(|logs| [&mut logs.user_auth_events, &mut logs.user_notification])
            .flatten()
        {
            let places = [
                &mut delivery.cloudwatch_logs,
                &mut delivery.s3,
                &mut delivery.firehose,
            ];
            self.texts(places.into_iter().flatten());
        }
        for unread in &mut pool.unread {
            self.texts(unread.client.iter_mut().chain([&mut unread.detail]));
        }
        pool.unread.sort();
    }

    fn client(&self, client: &mut Client) {
        self.text(&mut client.key);
        // All of it, whatever it is made of.
        if let Some(id) = &mut client.id {
            *id = pseudonym(id);
        }
        if let Some(providers) = &mut client.settings.identity_providers {
            self.set(providers);
        }
        if let Override::Own(own) = &mut client.risk {
            self.risk(own);
        }
    }

    fn risk(&self, risk: &mut RiskConfiguration) {
        let takeover = risk.account_takeover.as_mut();
        let Some(notifications) = takeover.and_then(|takeover| takeover.notifications.as_mut()) else {
            return;
        };
        let Notifications {
            source_arn,
            from,
            reply_to,
            block_email,
            mfa_email,
            no_action_email,
        } = notifications;
        self.text(source_arn);
        self.texts([from, reply_to].into_iter().flatten());
        for email in [block_email, mfa_email, no_action_email].into_iter().flatten() {
            self.text(&mut email.subject);
            self.texts([&mut email.html, &mut email.text].into_iter().flatten());
        }
    }
}
