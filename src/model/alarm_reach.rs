//! Whether an alarm reaches somebody: by its own actions, or by a composite alarm above it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::alarm::OtherAlarm;
use crate::model::posture::{Posture, Topic};
use crate::text;

/// What is known of who is notified by a pool's alarms.
#[derive(Clone, Copy, Debug)]
pub struct Hearing<'a> {
    topics: &'a BTreeMap<String, Topic>,
    others: &'a [OtherAlarm],
}

impl<'a> Hearing<'a> {
    /// Of a posture. Other alarms that were not read are not there: ask [`Posture::other_alarms`] whether they were.
    pub fn of(posture: &'a Posture) -> Self {
        Self {
            topics: &posture.topics,
            others: posture.other_alarms.as_deref().unwrap_or_default(),
        }
    }

    /// Actions that reach nobody, each with why. One that was not read, or is hidden, may reach somebody.
    pub fn unheard(&self, actions: &[String]) -> Vec<String> {
        let one = |action: &String| match self.topics.get(action)? {
            Topic::Missing => Some(format!("there is no topic `{action}`")),
            // Whether anybody hears a hidden one is unknown.
            Topic::Found { confirmed: 1.., .. } | Topic::Hidden => None,
            Topic::Found { pending: 0, .. } => Some(format!("nobody subscribes to `{action}`")),
            Topic::Found { .. } => Some(format!("no subscription of `{action}` is confirmed")),
        };
        actions.iter().filter_map(one).collect()
    }

    /// Why an alarm with these actions reaches nobody by itself; `None` where it may.
    pub fn silence(&self, enabled: bool, actions: &[String]) -> Option<String> {
        let unheard = self.unheard(actions);
        if actions.is_empty() {
            Some("it has no action".to_owned())
        } else if !enabled {
            Some("its actions are switched off".to_owned())
        } else if unheard.len() == actions.len() {
            Some(text::join_words(&unheard))
        } else {
            None
        }
    }

    /// Composite alarms that speak for an alarm, directly.
    pub fn above(&self, name: &str) -> impl Iterator<Item = &'a OtherAlarm> + use<'a> {
        let name = name.to_owned();
        self.others
            .iter()
            .filter(move |other| other.speaks_for().contains(&name))
    }

    /// Whether a composite alarm above an alarm reaches somebody, or one above that.
    pub fn is_spoken_for(&self, name: &str) -> bool {
        let mut known = BTreeSet::new();
        let mut waiting: Vec<_> = self.above(name).collect();
        while let Some(other) = waiting.pop() {
            if self.silence(other.actions_enabled, &other.actions).is_none() {
                return true;
            }
            // Composite alarms cannot be in a circle, but an answer may say so.
            if known.insert(other.name.as_str()) {
                waiting.extend(self.above(&other.name));
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::alarm::Watched;

    fn composite(name: &str, rule: &str, actions: &[&str]) -> OtherAlarm {
        OtherAlarm {
            name: name.to_owned(),
            on: Watched::Alarms(rule.to_owned()),
            actions_enabled: true,
            actions: actions.iter().map(ToString::to_string).collect(),
        }
    }

    /// Composites speak for what is below them at any depth.
    #[test]
    fn composite_reaches_nested_alarms() {
        let topic = |confirmed| Topic::Found {
            confirmed,
            pending: 1,
        };
        let posture = Posture {
            topics: [("heard".to_owned(), topic(1)), ("deaf".to_owned(), topic(0))].into(),
            other_alarms: Some(vec![
                composite("pair", "ALARM(a) OR ALARM(b)", &[]),
                composite("top", "ALARM(pair) AND NOT ALARM(c)", &["deaf", "heard"]),
                composite("deaf", "ALARM(d)", &["deaf"]),
                composite("circle", "ALARM(e) OR ALARM(circle)", &[]),
                OtherAlarm {
                    actions_enabled: false,
                    ..composite("off", "ALARM(f)", &["heard"])
                },
                composite("pager", "ALARM(g)", &["not read"]),
            ]),
            ..Posture::default()
        };
        let hearing = Hearing::of(&posture);
        let spoken: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "pair", "top"]
            .into_iter()
            .filter(|name| hearing.is_spoken_for(name))
            .collect();
        assert_eq!(spoken, ["a", "b", "g", "pair"]);
        assert!(!Hearing::of(&Posture::default()).is_spoken_for("a"));
    }
}
