//! All resources of one case brought together into pools.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::alarm::{THIS_POOL, Watched};
use crate::model::client::{Client, Override};
use crate::model::client_setting::{ClientSetting, ClientSettings, SettingValue};
use crate::model::log_delivery::LogDelivery;
use crate::model::mode::{Mfa, Modes};
use crate::model::posture::Part;
use crate::observe::template::alarm::{self, On};
use crate::observe::template::custom::{CustomSets, Handed};
use crate::observe::template::expand::{Expanded, MaybeMade};
use crate::observe::template::finished::{PoolIds, TemplatePool, finished};
use crate::observe::template::owner::{Assembly, Holder, Owner, client_pointer};
use crate::observe::template::pool::{self, Draft};
use crate::observe::template::read::ValueReader;
use crate::observe::template::resource::{ResourceKind, TemplateResource};
use crate::observe::template::risk::{self, NotKnown};
use crate::observe::template::value::{At, Symbol};

/// Why a configuration that two resources set is not known.
const TWICE: &str = "two resources set it: which comes last is not known";

/// What one case gives.
#[derive(Clone, Debug, Default)]
pub struct Assembled {
    /// Pools, those of the files first.
    pub pools: Vec<TemplatePool>,
    /// Resources that belong to no pool of the files: name and why.
    pub strays: BTreeSet<(String, String)>,
}

/// Brings resources together.
pub fn assemble(reader: &mut ValueReader<'_>, expanded: &Expanded) -> Assembled {
    let resources = expanded.resources.as_slice();
    let mut all = Assembly {
        reader,
        drafts: Vec::new(),
        by_symbol: BTreeMap::new(),
        outside: BTreeMap::new(),
        strays: BTreeSet::new(),
        answered: BTreeSet::new(),
        absent: &expanded.absent,
        own: 0,
        tried: BTreeMap::new(),
    };
    let of = |kind: ResourceKind| resources.iter().filter(move |resource| resource.kind == kind);
    for resource in of(ResourceKind::Pool) {
        let draft = pool::pool(all.reader, resource);
        all.twice(resource);
        all.by_symbol.insert(resource.symbol.clone(), all.drafts.len());
        all.drafts.push(draft);
    }
    all.own = all.drafts.len();
    for resource in of(ResourceKind::Client) {
        all.client(resource);
    }
    all.distinct_clients();
    for resource in of(ResourceKind::Answers) {
        all.answers(resource);
    }
    for resource in of(ResourceKind::DestroyedAnswers) {
        all.destroyed(resource);
    }
    let mut delivered = BTreeSet::new();
    for resource in of(ResourceKind::Logs) {
        if let Some(index) = all.draft_of(resource, &[Part::LogDelivery]) {
            pool::logs(all.reader, &mut all.drafts[index], resource);
            // Each takes away what the other delivers.
            if !delivered.insert(index) {
                let unread = &mut all.drafts[index].notes.unread;
                unread.insert((Part::LogDelivery, None), TWICE.to_owned());
            }
        }
    }
    for resource in of(ResourceKind::Domain) {
        match all.owner(resource) {
            Owner::Pool(index) => all.drafts[index].posture.domain = Some(true),
            Owner::Outside(..) | Owner::Absent => {}
            Owner::Any(pools, _) => pools
                .into_iter()
                .for_each(|pool| all.drafts[pool].posture.domain = None),
        }
    }
    for resource in of(ResourceKind::Function) {
        let Some(triggers) = pool::triggers(resource) else {
            all.each_own(|draft| draft.posture.triggers = None);
            continue;
        };
        for (symbol, name) in triggers {
            let index = all.by_symbol.get(&symbol).copied();
            if let Some(triggers) = index.and_then(|index| all.drafts[index].posture.triggers.as_mut()) {
                triggers.insert(name);
            }
        }
    }
    all.alarms(resources);
    all.unexpanded(&expanded.unexpanded);
    all.maybe(&expanded.maybe);
    for handed in &expanded.handed {
        if let Some(index) = all.by_symbol.get(&handed.pool).copied() {
            all.handed(index, handed);
        }
    }
    all.finished()
}

impl Assembly<'_, '_> {
    /// Reports a pool that an earlier file has as well: both are judged, and neither has all of it.
    fn twice(&mut self, resource: &TemplateResource) {
        let is_same = |draft: &Draft| draft.posture.pool_id == resource.id;
        if let Some(id) = resource.id.as_ref().filter(|_| self.drafts.iter().any(is_same)) {
            let why = "several files have it: name one of them";
            self.strays.insert((format!("pool {id}"), why.to_owned()));
        }
    }

    fn client(&mut self, resource: &TemplateResource) {
        let Some(index) = self.draft_of(resource, &[Part::Clients]) else {
            return;
        };
        let client = pool::client(self.reader, resource);
        let draft = &mut self.drafts[index];
        draft.posture.clients.push(client);
        draft.clients.push(Some(resource.symbol.clone()));
        // The place follows the key, which is final only when all clients are known.
        let key = format!("\u{0}{}", draft.clients.len() - 1);
        for (setting, why) in pool::open_settings(resource) {
            draft.notes.unknown.insert(format!("{key}/{setting}"), why);
        }
        draft.notes.place(key, &resource.at);
    }

    /// Gives clients of one name keys of their own, and their places.
    fn distinct_clients(&mut self) {
        for draft in &mut self.drafts {
            let names: Vec<String> = draft
                .posture
                .clients
                .iter()
                .map(|client| client.key.clone())
                .collect();
            for (index, client) in draft.posture.clients.iter_mut().enumerate() {
                if names.iter().filter(|name| **name == client.key).count() > 1 {
                    let own = draft.clients[index]
                        .as_ref()
                        .map_or("", |symbol| symbol.id.as_str());
                    client.key = Client::key_beside_others(&names[index], own);
                }
                let key = format!("\u{0}{index}");
                let pointer = client_pointer(&client.key);
                let open = draft
                    .notes
                    .unknown
                    .extract_if(format!("{key}/")..format!("{key}0"), |_, _| true);
                let open: Vec<_> = open
                    .map(|(own, why)| (own.replacen(&key, &pointer, 1), why))
                    .collect();
                draft.notes.unknown.extend(open);
                if let Some(at) = draft.notes.places.remove(&key) {
                    draft.notes.place(pointer, &at);
                }
            }
        }
    }

    fn answers(&mut self, resource: &TemplateResource) {
        let client = resource.get("ClientId");
        let is_of_pool = client.is_absent() || client.known().is_some_and(|word| word == "ALL");
        let parts: &[Part] = if is_of_pool {
            &[Part::Responses]
        } else if client.symbol().is_some() || client.known().is_some() {
            &[Part::Clients]
        } else {
            &[Part::Responses, Part::Clients]
        };
        let Some(index) = self.draft_of(resource, parts) else {
            return;
        };
        // CloudFormation has no other word for the pool.
        let is_word = resource.get("ClientId").known().is_some_and(|word| word == "ALL");
        if is_word && resource.is_of_terraform {
            self.note(index, None, resource, "named_all");
        }
        if resource
            .get("ClientId")
            .symbol()
            .is_some_and(|client| self.absent.contains(client))
        {
            return self.left_out(resource.symbol.id.clone(), "client");
        }
        if self.is_of_other_pool(index, resource) {
            return;
        }
        match self.holder(index, resource) {
            Holder::Pool => self.answers_of_pool(index, resource),
            Holder::Client(position) => self.answers_of_client(index, position, resource),
            Holder::Any(why) => {
                let why = format!("whose responses {} sets is not known: {why}", resource.symbol.id);
                let unread = &mut self.drafts[index].notes.unread;
                unread.insert((Part::Responses, None), why.clone());
                unread.insert((Part::Clients, None), why);
            }
        }
    }

    fn answers_of_pool(&mut self, index: usize, resource: &TemplateResource) {
        let draft = &mut self.drafts[index];
        let mut notes = std::mem::take(&mut draft.notes);
        let is_outside = draft.symbol.is_none();
        let mut is_twice = false;
        match risk::configuration(self.reader, resource, "", &mut notes) {
            Ok(found) => {
                if !self.answered.insert((index, None)) {
                    let why = TWICE.to_owned();
                    is_twice = true;
                    notes.unread.insert((Part::Responses, None), why);
                } else if is_outside {
                    notes.unread.remove(&(Part::Responses, None));
                }
                self.drafts[index].posture.responses = found;
            }
            Err(why) => {
                self.answered.insert((index, None));
                notes.unread.insert((Part::Responses, None), why.0);
            }
        }
        self.drafts[index].notes = notes;
        if is_twice {
            self.note(index, None, resource, "set_twice");
        }
    }

    fn answers_of_client(&mut self, index: usize, position: usize, resource: &TemplateResource) {
        let key = self.drafts[index].posture.clients[position].key.clone();
        let mut notes = std::mem::take(&mut self.drafts[index].notes);
        // What is said of a client's answers is said where they are, and what is said of its settings where those are.
        if let Some(at) = notes.places.insert(client_pointer(&key), resource.at.clone()) {
            for setting in ClientSetting::ALL {
                notes.place(format!("{}/{}", client_pointer(&key), setting.as_str()), &at);
            }
        }
        let mut found = risk::configuration(self.reader, resource, &client_pointer(&key), &mut notes);
        let is_twice = !self.answered.insert((index, Some(position)));
        if is_twice {
            found = Err(NotKnown(TWICE.to_owned()));
        }
        let draft = &mut self.drafts[index];
        draft.posture.clients[position].risk = match found {
            Ok(found) => Override::Own(Box::new(found)),
            Err(why) => {
                notes.unread.insert((Part::Clients, Some(key)), why.0);
                Override::Unknown
            }
        };
        draft.notes = notes;
        if is_twice {
            self.note(index, Some(position), resource, "set_twice");
        }
    }

    fn alarms(&mut self, resources: &[TemplateResource]) {
        let found = alarm::alarms(self.reader, resources);
        for one in found.metrics {
            let of_pool = |symbol: &Symbol| self.by_symbol.get(&symbol.whole()).copied();
            let index = match &one.on {
                On::Pool(symbol) if symbol.attribute.is_empty() || of_pool(symbol).is_some() => {
                    of_pool(symbol)
                }
                On::Id(id) => self.by_id(id, one.at[0].file()),
                On::Pool(Symbol { id: why, .. }) | On::Open(why) => {
                    for draft in &mut self.drafts[..self.own] {
                        let why = format!("an alarm's pool is not known: {why}");
                        draft.notes.unread.insert((Part::Alarms, None), why);
                    }
                    None
                }
            };
            let Some(index) = index else {
                let name = one.alarm.name.unwrap_or_default();
                if matches!(&one.on, On::Pool(symbol) if self.absent.contains(symbol)) {
                    self.left_out(name, "pool");
                    continue;
                }
                self.strays.insert((
                    name,
                    "its pool is in none of the files: name the template that makes it, too".to_owned(),
                ));
                continue;
            };
            let draft = &mut self.drafts[index];
            if let Some(why) = one.open {
                draft.notes.unread.insert((Part::Alarms, None), why);
            }
            let alarms = draft.posture.alarms.get_or_insert_default();
            let prefix = format!("/alarms/{}", alarms.len());
            alarms.push(one.alarm);
            draft.notes.place(format!("{prefix}/dimensions"), &one.at[1]);
            draft.notes.place(prefix, &one.at[0]);
        }
        for why in found.open {
            self.each_own(|draft| {
                draft.notes.unread.insert((Part::Alarms, None), why.clone());
            });
        }
        for (other, named) in found.others {
            for draft in &mut self.drafts[..self.own] {
                let mut own = other.clone();
                if let (Watched::Query(query), Some(symbol)) = (&mut own.on, &draft.symbol)
                    && named.contains(symbol)
                {
                    *query = query.replace(&format!("${{{}}}", symbol.id), THIS_POOL);
                }
                draft.posture.other_alarms.get_or_insert_default().push(own);
            }
        }
    }

    fn unexpanded(&mut self, unexpanded: &[(At, String)]) {
        for (at, why) in unexpanded {
            self.strays.insert(("some resources".to_owned(), why.clone()));
            for index in self.beside(at) {
                self.may_have_more(index, why, None);
            }
        }
    }

    /// Leaves open what resources that may be there add to pools beside: to those that they refer to, else to any.
    fn maybe(&mut self, maybe: &[MaybeMade]) {
        for MaybeMade { at, why, pools, made } in maybe {
            self.strays.insert(("some resources".to_owned(), why.clone()));
            for index in self.beside(at) {
                let own = self.drafts[index]
                    .symbol
                    .clone()
                    .filter(|own| !pools.contains(own));
                let Some(own) = own else { continue };
                let is_for = |referred: &BTreeSet<Symbol>| {
                    let is_pool = |symbol: &Symbol| self.by_symbol.contains_key(symbol);
                    referred.contains(&own) || !referred.iter().any(is_pool)
                };
                let added = made.iter().filter(|(_, referred)| is_for(referred));
                let kinds = added.map(|(kind, _)| *kind).collect();
                self.may_have_more(index, why, Some(&kinds));
            }
        }
    }

    /// The pools that something in a file may be about: those of the file, in one without pools those of the others.
    fn beside(&self, at: &At) -> Vec<usize> {
        let drafts = &self.drafts[..self.own];
        let is_here = |draft: &Draft| draft.at.file() == at.file();
        let has_pools = drafts.iter().any(is_here);
        let all = drafts.iter().enumerate();
        all.filter(|(_, draft)| !has_pools || is_here(draft))
            .map(|(index, _)| index)
            .collect()
    }

    /// Leaves open what no resource sets of a pool. With kinds: all that these set, which may be there any number of times.
    fn may_have_more(&mut self, index: usize, why: &str, kinds: Option<&BTreeSet<ResourceKind>>) {
        use ResourceKind::{Alarm, Answers, Client, Composite, Domain, Function, Logs};
        let may_be =
            |one: &[ResourceKind]| kinds.is_none_or(|kinds| one.iter().any(|kind| kinds.contains(kind)));
        let draft = &mut self.drafts[index];
        let is_certain = kinds.is_none();
        let is_delivered = is_certain && draft.posture.log_delivery != Some(LogDelivery::default());
        let is_answered = is_certain && self.answered.contains(&(index, None));
        let parts = [
            (Part::Responses, may_be(&[Answers]) && !is_answered),
            (Part::LogDelivery, may_be(&[Logs]) && !is_delivered),
            (Part::Clients, may_be(&[Client, Answers])),
            (Part::Alarms, may_be(&[Alarm, Composite])),
        ];
        for (part, _) in parts.into_iter().filter(|(_, may_be)| *may_be) {
            if let Entry::Vacant(unread) = draft.notes.unread.entry((part, None)) {
                unread.insert(why.to_owned());
                draft.posture.template.more_clients |= part == Part::Clients;
            }
        }
        if may_be(&[Domain]) {
            draft.posture.domain = draft.posture.domain.filter(|has| *has && is_certain);
        }
        if may_be(&[Function]) {
            draft.posture.triggers = None;
        }
    }

    /// Leaves open what something that gets a pool may set of it.
    fn handed(&mut self, index: usize, handed: &Handed) {
        let parts = match &handed.sets {
            CustomSets::Parts(parts) => parts.clone(),
            CustomSets::Rest | CustomSets::Anything => {
                self.may_have_more(index, &handed.why, None);
                self.may_have_settings(index, handed.why.trim_end_matches(" is not known"));
                let places = &self.drafts[index].notes.places;
                let of_pool = [(Part::Mode, "/mode"), (Part::Mfa, "/mfa/configuration")];
                let is_left = |(_, place): &(Part, &str)| {
                    handed.sets == CustomSets::Anything && !places.contains_key(*place)
                };
                of_pool
                    .into_iter()
                    .filter(is_left)
                    .map(|(part, _)| part)
                    .collect()
            }
        };
        let Draft { notes, posture, .. } = &mut self.drafts[index];
        for part in parts {
            notes.unread.insert((part, None), handed.why.clone());
            posture.template.more_clients &= part != Part::Clients;
            match part {
                Part::Plan => {
                    posture.feature_plan = None;
                    posture.template.plan_left_out = false;
                }
                Part::Mode => posture.mode = Modes::default(),
                Part::Mfa => posture.mfa = Mfa::default(),
                Part::Domain => posture.domain = None,
                Part::Triggers => posture.triggers = None,
                _ => {}
            }
        }
    }

    /// Leaves the settings of clients open that are not written, or say what their absence says.
    fn may_have_settings(&mut self, index: usize, why: &str) {
        let Draft { notes, posture, .. } = &mut self.drafts[index];
        for client in &mut posture.clients {
            for setting in ClientSetting::ALL {
                let is_default = match client.settings.get(*setting) {
                    Some(SettingValue::Names(names)) => names.is_empty(),
                    Some(SettingValue::Flag(flag)) => !flag,
                    None => false,
                };
                if is_default {
                    client.settings.copy(*setting, &ClientSettings::UNKNOWN);
                    let pointer = format!("{}/{}", client_pointer(&client.key), setting.as_str());
                    notes.unknown.insert(pointer, why.to_owned());
                }
            }
        }
    }

    fn finished(self) -> Assembled {
        let mut taken = PoolIds::new();
        let pools = self.drafts.into_iter().map(|draft| finished(draft, &mut taken));
        Assembled {
            pools: pools.collect(),
            strays: self.strays,
        }
    }
}
