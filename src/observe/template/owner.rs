//! Whose a resource is: which pool it is for, and of a risk configuration which client.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::InputError;
use crate::model::client::Client;
use crate::model::posture::{Part, RiskResource};
use crate::observe::template::candidates::Candidates;
use crate::observe::template::cases::OpenQuestion;
use crate::observe::template::pool::{self, Draft};
use crate::observe::template::read::{FileFault, ValueReader};
use crate::observe::template::resource::TemplateResource;
use crate::observe::template::risk;
use crate::observe::template::value::{Open, Symbol, Val};
use crate::pointer::Pointer;

/// Pools up to this number are tried for a resource whose pool is not known.
const MOST_TRIED: usize = 8;

/// Most answers that are tried of all ids together that a plan does not know yet: with each they are multiplied.
const MOST_TOGETHER: usize = 4;

/// The word of the service for the pool as a whole.
const ALL: &str = "ALL";

/// Which pool a resource is for.
pub(super) enum Owner {
    Pool(usize),
    /// One that is in none of the files, by its id or what stands for it; whether that is so in every case.
    Outside(String, bool),
    /// A pool of the files that is not there, by its condition.
    Absent,
    /// One of these pools, or another; there are too many to try.
    Any(Vec<usize>, String),
}

/// Whose a risk configuration is.
pub(super) enum Holder {
    Pool,
    Client(usize),
    /// The pool's, or any client's; there are too many to try.
    Any(String),
}

/// What is brought together so far.
pub(super) struct Assembly<'r, 'c> {
    pub(super) reader: &'r mut ValueReader<'c>,
    pub(super) drafts: Vec<Draft>,
    pub(super) by_symbol: BTreeMap<Symbol, usize>,
    pub(super) outside: BTreeMap<String, usize>,
    pub(super) strays: BTreeSet<(String, String)>,
    /// Configurations that a resource set already: the draft, and the place of its client.
    pub(super) answered: BTreeSet<(usize, Option<usize>)>,
    /// Resources that are not there, by their conditions.
    pub(super) absent: &'r BTreeSet<Symbol>,
    /// Pools of the files.
    pub(super) own: usize,
    /// How many answers are tried to questions about ids that a plan does not know yet.
    pub(super) tried: BTreeMap<OpenQuestion, usize>,
}

impl Assembly<'_, '_> {
    /// The pool of an id; of several, that of the file where the id is written.
    pub(super) fn by_id(&self, id: &str, file: usize) -> Option<usize> {
        let own = &self.drafts[..self.own];
        let has = |draft: &Draft| draft.has_id && draft.posture.pool_id.as_deref() == Some(id);
        let is_here = |draft: &Draft| draft.at.file() == file && has(draft);
        own.iter().position(is_here).or_else(|| own.iter().position(has))
    }

    pub(super) fn owner(&mut self, resource: &TemplateResource) -> Owner {
        let value = &resource.get("UserPoolId");
        if let Some(index) = value.symbol().and_then(|symbol| self.by_symbol.get(symbol)) {
            return Owner::Pool(*index);
        }
        if value.symbol().is_some_and(|symbol| self.absent.contains(symbol)) {
            return Owner::Absent;
        }
        if let Some(id) = value.known() {
            return match self.by_id(&id, resource.at.file()) {
                Some(index) => Owner::Pool(index),
                None => Owner::Outside(id, true),
            };
        }
        let why = match value.symbol() {
            Some(symbol) if symbol.attribute.is_empty() => symbol.id.clone(),
            Some(symbol) => format!("{}.{}", symbol.id, symbol.attribute),
            None => match value.open().filter(|open| !open.is_invalid()) {
                Some(open) => open.why.clone(),
                None => value.named(&format!("`{}`", resource.symbol.id)),
            },
        };
        let open = value.open();
        // What the deployment refuses is set aside.
        if open.is_some_and(Open::is_invalid) && self.own > 0 {
            return Owner::Any((0..self.own).collect(), why);
        }
        if self.own == 0 || open.is_some_and(|open| open.is_elsewhere) {
            return Owner::Outside(why, true);
        }
        let scope = match (value.symbol(), value.open()) {
            (Some(symbol), _) => symbol.scope,
            (None, open) => open.map_or(0, |open| open.scope),
        };
        // A pool of another region, or account, is none that it can be for.
        let may_be =
            |own: &Option<String>, other: &Option<String>| own.is_none() || other.is_none() || own == other;
        let candidates = resource.candidates.get("UserPoolId");
        // An id that one plan does not know yet is none that another file has.
        let may_be_it = |candidates: &Candidates, draft: &Draft| {
            let own = draft.symbol.as_ref();
            own.is_some_and(|own| {
                (candidates.is_any || own.scope == resource.symbol.scope)
                    && candidates.may_be(&own.id, draft.has_id)
            })
        };
        let fits = |draft: &Draft| {
            may_be(&draft.posture.region, &resource.region)
                && may_be(&draft.posture.account, &resource.account)
                && candidates.is_none_or(|candidates| may_be_it(candidates, draft))
        };
        let own = self.drafts[..self.own].iter().enumerate();
        let own = own.filter(|(_, draft)| fits(draft));
        let own: Vec<(usize, String)> = own
            .map(|(index, draft)| (index, draft.posture.pool_id.clone().unwrap_or_default()))
            .collect();
        if own.is_empty() {
            return Owner::Outside(why, false);
        }
        let mut names: Vec<String> = own.iter().map(|(_, name)| name.clone()).collect();
        if candidates.is_none_or(Candidates::may_be_another) {
            names.push("none of the files'".to_owned());
        }
        let question = (scope, format!("the pool of {why}"));
        let is_tried = own.len() <= MOST_TRIED && self.is_tried(candidates, &question, names.len());
        if !is_tried {
            return Owner::Any(own.into_iter().map(|(index, _)| index).collect(), why);
        }
        let chosen = self.reader.choices.choose(question, &names);
        match own.into_iter().find(|(_, name)| *name == chosen) {
            Some((index, _)) => Owner::Pool(index),
            None => Owner::Outside(why, false),
        }
    }

    /// Whether every answer to a question is tried. Of ids that a plan does not know yet only a few are: each instance of a
    /// resource has its own.
    fn is_tried(&mut self, candidates: Option<&Candidates>, question: &OpenQuestion, answers: usize) -> bool {
        if candidates.is_none() || self.tried.contains_key(question) {
            return true;
        }
        let together = self
            .tried
            .values()
            .fold(answers, |all, one| all.saturating_mul(*one));
        if together > MOST_TOGETHER {
            return false;
        }
        self.tried.insert(question.clone(), answers);
        true
    }

    pub(super) fn each_own(&mut self, change: impl FnMut(&mut Draft)) {
        self.drafts[..self.own].iter_mut().for_each(change);
    }

    /// The pool that a resource adds `parts` to. One that is certainly not in the files is a pool of its own; where it may be several
    /// of them, the parts are unread in all.
    pub(super) fn draft_of(&mut self, resource: &TemplateResource, parts: &[Part]) -> Option<usize> {
        match self.owner(resource) {
            Owner::Pool(index) => Some(index),
            Owner::Absent => {
                self.left_out(resource.symbol.id.clone(), "pool");
                None
            }
            Owner::Outside(why, true) => {
                let next = self.drafts.len();
                let index = *self.outside.entry(why.clone()).or_insert(next);
                if index == next {
                    self.drafts.push(pool::outside(&why, resource));
                }
                Some(index)
            }
            Owner::Outside(why, false) => {
                let why =
                    format!("its pool is in none of the files ({why}): name the template that makes it, too");
                self.strays.insert((resource.symbol.id.clone(), why));
                None
            }
            Owner::Any(pools, why) => {
                let own = &resource.symbol.id;
                let why = if why.starts_with(own.as_str()) {
                    format!("the pool of {own} is known after apply")
                } else {
                    format!("the pool of {own} is not known: {why}")
                };
                for (index, part) in pools
                    .into_iter()
                    .flat_map(|pool| parts.iter().map(move |part| (pool, *part)))
                {
                    let unread = &mut self.drafts[index].notes.unread;
                    unread.insert((part, None), why.clone());
                }
                self.strays.insert((resource.symbol.id.clone(), why));
                None
            }
        }
    }

    /// Reports a resource without what it is for, which a condition leaves out.
    pub(super) fn left_out(&mut self, name: String, what: &str) {
        let why = format!("where the condition of its {what} does not hold, the deployment fails");
        self.strays.insert((name, why));
    }

    /// Reports a client of another pool of the files, for which the service takes no configuration.
    pub(super) fn is_of_other_pool(&mut self, index: usize, resource: &TemplateResource) -> bool {
        let (pool, client) = (resource.get("UserPoolId"), resource.get("ClientId"));
        let is_certain = pool.symbol().is_some() || pool.known().is_some();
        let has = |at: &usize| self.position(*at, &client).is_some();
        let other = (0..self.own).find(has).filter(|_| is_certain && !has(&index));
        let Some(other) = other else {
            return false;
        };
        let name = |at: usize| {
            self.drafts[at]
                .symbol
                .as_ref()
                .map_or("", |symbol| symbol.id.as_str())
        };
        let message = format!(
            "`{}` is for the client `{}` of the pool `{}`, and its pool is `{}`: the deployment fails",
            resource.symbol.id,
            client
                .symbol()
                .map_or_else(|| client.shown(), |symbol| symbol.id.clone()),
            name(other),
            name(index),
        );
        self.reader.faults.insert(FileFault {
            at: client.at.clone(),
            check: InputError::ValueInvalid,
            message,
            help: "name a client of that pool, or the pool of that client".to_owned(),
        });
        true
    }

    /// Whose configuration a resource sets. What is not known is one of the clients, another, or, unless it can only be the id
    /// of a client, the pool.
    pub(super) fn holder(&mut self, index: usize, resource: &TemplateResource) -> Holder {
        let client = resource.get("ClientId");
        let is_here = |own: &Option<Symbol>| own.is_some() && own.as_ref() == client.symbol();
        match client.known() {
            _ if client.is_absent() => return Holder::Pool,
            Some(word) if word == ALL => return Holder::Pool,
            None if !self.drafts[index].clients.iter().any(is_here) => {}
            _ => return Holder::Client(self.client_of(index, resource, &client)),
        }
        let open = client.open().filter(|open| !open.is_invalid());
        let domain = open.and_then(|open| open.domain.clone());
        let why = match (client.symbol(), open) {
            (Some(symbol), _) => symbol.id.clone(),
            (None, Some(open)) => open.why.clone(),
            (None, None) => client.named(&format!("`{}`", resource.symbol.id)),
        };
        let scope = client
            .symbol()
            .map_or(open.map_or(0, |open| open.scope), |symbol| symbol.scope);
        let is_parameter = open.is_some_and(|open| open.why.starts_with("parameter"));
        // The id of a resource is no `ALL`, and nobody hands that word to another stack; an attribute of one can be anything.
        let is_id = client.symbol().is_some_and(|symbol| symbol.attribute.is_empty());
        let of_client = why.contains("user_pool_client.");
        let is_handed = ["import ", "output ", "`!Ref "]
            .iter()
            .any(|start| why.starts_with(start));
        // A plan knows that word, and no id that is known after apply is one that it knows.
        let candidates = resource.candidates.get("ClientId");
        let may_be_all = !is_id && !of_client && !is_handed && candidates.is_none();
        let draft = &self.drafts[index];
        let known = draft.posture.clients.iter().zip(&draft.clients);
        let may_be_it = |client: &Client, own: Option<&Symbol>| {
            let may_be_it = |candidates: &Candidates| {
                own.is_some_and(|own| candidates.may_be(&own.id, client.id.is_some()))
            };
            candidates.is_none_or(may_be_it)
        };
        let known = known.filter(|(client, own)| may_be_it(client, own.as_ref()));
        let known: Vec<_> = known.map(|(client, _)| client.key.clone()).collect();
        let is_many = known.len() > MOST_TRIED && domain.is_none();
        let may_be_another = candidates.is_none_or(Candidates::may_be_another) || known.is_empty();
        let mut values: Vec<_> = may_be_all.then(|| ALL.to_owned()).into_iter().collect();
        values.extend(known);
        values.extend(may_be_another.then(|| "another client".to_owned()));
        let values = domain.unwrap_or(values);
        let words = if is_parameter {
            why.clone()
        } else {
            format!("client of {why}")
        };
        let question = (scope, words);
        if is_many || !self.is_tried(candidates, &question, values.len()) {
            return Holder::Any(why);
        }
        let chosen = self.reader.choices.choose(question, &values);
        let same = |own: &Client| own.key == chosen || own.id.as_deref() == Some(&*chosen);
        match self.drafts[index].posture.clients.iter().position(same) {
            _ if chosen == ALL => Holder::Pool,
            Some(position) => Holder::Client(position),
            None => Holder::Client(self.client_of(index, resource, &client)),
        }
    }

    /// The client that a configuration is for; one that is not in the files is added, unknown but for this.
    pub(super) fn client_of(&mut self, index: usize, resource: &TemplateResource, client: &Val) -> usize {
        if let Some(position) = self.position(index, client) {
            return position;
        }
        let draft = &mut self.drafts[index];
        let key = match (client.symbol(), client.known()) {
            (Some(symbol), _) => symbol.id.clone(),
            (None, Some(id)) => id,
            (None, None) => client.unresolved().unwrap_or_default(),
        };
        if let Some(position) = draft.posture.clients.iter().position(|own| own.key == key) {
            return position;
        }
        draft.notes.place(client_pointer(&key), &resource.at);
        draft.posture.clients.push(Client {
            key,
            id: client.known(),
            ..Client::UNKNOWN
        });
        draft.clients.push(client.symbol().cloned());
        draft.clients.len() - 1
    }

    /// A client of the files.
    fn position(&self, index: usize, client: &Val) -> Option<usize> {
        let draft = &self.drafts[index];
        let known = client.known();
        let same = |own: &Option<Symbol>| own.is_some() && own.as_ref() == client.symbol();
        let by_id = |own: &Client| own.id.is_some() && own.id == known;
        let by_symbol = draft.clients.iter().position(same);
        by_symbol.or_else(|| draft.posture.clients.iter().position(by_id))
    }

    /// A configuration that a plan destroys, which resets also what another resource sets.
    pub(super) fn destroyed(&mut self, resource: &TemplateResource) {
        let client = resource.get("ClientId");
        let pool = resource
            .get("UserPoolId")
            .known()
            .and_then(|id| self.by_id(&id, resource.at.file()));
        let is_pool = client.is_absent() || client.known().is_some_and(|word| word == ALL);
        let set = pool.and_then(|index| {
            let position = self.position(index, &client);
            let is_set = (is_pool || position.is_some()) && self.answered.contains(&(index, position));
            is_set.then_some((index, position))
        });
        if let Some((index, position)) = set {
            self.note(index, position, resource, "reset");
        } else {
            if let Some(draft) = pool.map(|index| &mut self.drafts[index]).filter(|_| is_pool) {
                // What is gone is said where it was.
                for section in risk::SECTIONS {
                    draft.notes.place(section, &resource.at);
                }
            }
            let why = "it is destroyed, which resets the responses of its pool or client";
            self.strays.insert((resource.symbol.id.clone(), why.to_owned()));
        }
    }

    /// Notes something of a resource that sets the configuration of a pool, or of a client by its position.
    pub(super) fn note(
        &mut self,
        index: usize,
        position: Option<usize>,
        resource: &TemplateResource,
        kind: &str,
    ) {
        let draft = &mut self.drafts[index];
        let facts = &mut draft.posture.template;
        let list = match kind {
            "reset" => &mut facts.reset,
            "set_twice" => &mut facts.set_twice,
            _ => &mut facts.named_all,
        };
        let pointer = Pointer::root().child("template").child(kind).child(list.len());
        draft.notes.place(pointer.to_string(), &resource.at);
        let client = position.map(|position| draft.posture.clients[position].key.clone());
        list.push(RiskResource {
            name: resource.symbol.id.clone(),
            client,
            pointer,
        });
    }
}

/// The pointer of a client.
pub(super) fn client_pointer(key: &str) -> String {
    Pointer::root().child("clients").child(key).to_string()
}
