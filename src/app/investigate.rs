//! `investigate`: settings for the judge, and what is said of the reading.

#[cfg(feature = "live")]
pub mod live;
#[cfg(feature = "live")]
pub mod window;

use crate::app::conclude;
use crate::app::diff::Policies;
use crate::app::impact::{Reading, modes};
use crate::app::share::EVENTS;
use crate::investigate::{Investigation, InvestigationScope, Investigator};
use crate::model::observed::Estate;
use crate::model::posture::Posture;
use crate::report::NotChecked;
use crate::text;

/// The settings that steps are judged by.
#[derive(Clone, Debug, Default)]
pub struct InvestigateSettings {
    /// Them; `None` where nothing gives them.
    pub posture: Option<Posture>,
    /// The pool as it was read, whichever settings judge: it says whose clients are whose.
    pub seen: Option<Posture>,
    /// Where they come from, for people.
    pub words: Option<String>,
    /// Pool name; empty where it is unknown.
    pub pool_name: String,
    /// What of them could not be read.
    pub not_checked: Vec<NotChecked>,
}

impl InvestigateSettings {
    /// Those of a pool that was read; `source` says where.
    ///
    /// # Errors
    /// The pool is not there, and where it was looked for.
    pub fn of_pool(estate: &Estate, pool: &str, source: &str) -> Result<Self, String> {
        let not_checked = conclude::unseen(estate);
        let found = estate.pools.iter().find(|one| one.id() == pool);
        let Some(found) = found else {
            if not_checked.is_empty() {
                return Err(conclude::no_pool(estate, pool).join("; "));
            }
            return Ok(Self {
                not_checked,
                ..Self::default()
            });
        };
        Ok(Self {
            words: Some(format!("{source}, {}", modes(found.posture.mode))),
            pool_name: found.name.clone(),
            posture: Some(found.posture.clone()),
            seen: Some(found.posture.clone()),
            not_checked,
        })
    }

    /// Those of the policy that is for a pool.
    ///
    /// # Errors
    /// No policy names the pool by its id, or several do.
    pub fn of_policy(policies: &Policies, pool: &str) -> Result<Self, String> {
        let is_for = |policy: &&crate::policy::assemble::Policy| {
            let target = policy.target.as_ref().and_then(|target| target.pool.as_deref());
            target == Some(pool)
        };
        let found: Vec<_> = policies.aimed().filter(is_for).collect();
        let [policy] = found.as_slice() else {
            return Err(match found.len() {
                0 => format!("no policy there names `{pool}` as `target.pool`"),
                many => format!("{many} policies there name `{pool}` as `target.pool`: name one file"),
            });
        };
        let mask = policies.mask(policies.sources());
        let mut posture = policy.posture.clone();
        for client in &mut posture.clients {
            mask.text(&mut client.key);
        }
        let mut words = format!("policy {}, {}", policy.name, modes(posture.mode));
        mask.text(&mut words);
        Ok(Self {
            words: Some(words),
            posture: Some(posture),
            ..Self::default()
        })
    }

    /// What collects records, and judges by these settings.
    pub fn investigator(&self, scope: InvestigationScope) -> Investigator {
        let mut investigator = Investigator::new(scope, self.posture.as_ref());
        if let Some(seen) = &self.seen {
            investigator.add_pool(seen);
        }
        investigator
    }

    /// Completes what was found. `if_empty` is the exit code without anything of the pool: wrong input in files, and nothing
    /// unusual in AWS.
    pub fn conclude(self, mut found: Investigation, reading: Reading, if_empty: u8) -> Investigation {
        found.settings = self.words;
        found.pool_name = self.pool_name;
        found.not_checked.extend(self.not_checked);
        let unread = reading.unread.into_iter();
        found
            .not_checked
            .extend(unread.map(|line| NotChecked::failed(EVENTS, line)));
        if found.counts.beyond > 0 {
            let beyond = text::count(found.counts.beyond, "record was", "records were");
            let why = format!("{beyond} not held: narrow the window");
            found.not_checked.push(NotChecked::failed("records", why));
        }
        found.reading = reading.lines;
        // With --user, records of others alone are as good as none; but what could not be read may be of the user.
        let counts = found.counts;
        let has_nothing = found.users.is_empty()
            && match found.user {
                Some(_) => !found.not_checked.iter().any(|entry| entry.failed),
                None => counts.events + counts.records == 0,
            };
        let code = match (reading.is_nothing_named, has_nothing) {
            (true, _) => 2,
            (false, true) => if_empty,
            (false, false) => 0,
        };
        found.exit_code = conclude::exit_code(code, &found.not_checked);
        found
    }
}
