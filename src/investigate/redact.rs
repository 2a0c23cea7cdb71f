//! Pseudonyms in an investigation: what leaves the terminal names nobody.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{is_pseudonym, pseudonym};
use crate::investigate::result::{Investigation, UnreadUsers};
use crate::report::NotChecked;

/// Shortest name that is replaced in sentences that are not about users: shorter ones are parts of words.
const SHORTEST: usize = 3;

impl Investigation {
    /// The same with pseudonyms for subs, names, client ids, addresses and cities. Equal ones stay equal in every run; they are
    /// those of `events --redact` and of redacted snapshots. Error texts of unknown causes may name somebody, and are dropped.
    pub fn redacted(mut self) -> Self {
        self.redacted = true;
        let users = self.users.iter().flat_map(|user| [&user.sub, &user.name]);
        let all = users.chain([&self.user]).flatten().chain(&self.mentioned);
        let names: BTreeSet<_> = all.filter(|name| !is_pseudonym(name)).cloned().collect();
        let unread = std::mem::take(&mut self.unread_users);
        let long = names.iter().filter(|name| name.len() >= SHORTEST);
        let mut longest: Vec<_> = long.collect();
        // A name may be the beginning of another one, which would then be replaced in part.
        longest.sort_by_key(|name| std::cmp::Reverse(name.len()));
        for entry in &mut self.not_checked {
            if let Some(of_users) = unread.iter().find(|one| one.named() == *entry) {
                *entry = of_users.hidden(&names);
                continue;
            }
            for name in &longest {
                // In an address of the web it is written otherwise.
                for written in [name.as_str().to_owned(), name.replace('@', "%40")] {
                    entry.what = entry.what.replace(&written, &pseudonym(name));
                    entry.why = entry.why.replace(&written, &pseudonym(name));
                }
            }
        }
        self.mentioned.clear();
        hide(&mut self.user);
        hide(&mut self.address);
        let clients = std::mem::take(&mut self.clients).into_iter();
        self.clients = clients
            .map(|(id, name)| (hidden(&id), name))
            .collect::<BTreeMap<_, _>>();
        let unlisted = std::mem::take(&mut self.unlisted);
        self.unlisted = unlisted.iter().map(|id| hidden(id)).collect();
        for user in &mut self.users {
            hide(&mut user.sub);
            hide(&mut user.name);
            for step in &mut user.steps {
                if let Some(event) = &mut step.event {
                    let texts = [
                        &mut event.client,
                        &mut event.sub,
                        &mut event.user_name,
                        &mut event.address,
                        &mut event.city,
                    ];
                    texts.into_iter().for_each(hide);
                }
                if let Some(record) = &mut step.record {
                    if record.cause().is_none() {
                        record.message = None;
                    }
                    [&mut record.client, &mut record.sub, &mut record.address]
                        .into_iter()
                        .for_each(hide);
                }
            }
        }
        for row in &mut self.nameless.rows {
            if let Some((address, _)) = &mut row.top {
                *address = hidden(address);
            }
        }
        self
    }
}

impl UnreadUsers {
    /// The entry with pseudonyms, and without AWS's words where one of these names is in them.
    fn hidden(&self, names: &BTreeSet<String>) -> NotChecked {
        let detail = self.detail.as_deref().filter(|detail| {
            let detail = detail.to_lowercase();
            let mut names = names.iter().chain(&self.users);
            !names.any(|name| detail.contains(&name.to_lowercase()))
        });
        self.entry(hidden, detail)
    }
}

fn hide(text: &mut Option<String>) {
    if let Some(text) = text {
        *text = hidden(text);
    }
}

/// What is a pseudonym already stays.
fn hidden(text: &str) -> String {
    if is_pseudonym(text) {
        text.to_owned()
    } else {
        pseudonym(text)
    }
}
