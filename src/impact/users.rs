//! Distinct users: each has a number, and a set of them takes four bytes a user, or a bit for every number.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Numbers of users, in the order in which they come.
#[derive(Debug)]
pub(super) struct Users {
    numbers: HashMap<u64, u32>,
    most: u32,
}

impl Users {
    /// Nobody yet, and room for so many.
    pub fn new(most: u32) -> Self {
        Self {
            numbers: HashMap::new(),
            most,
        }
    }

    /// The number of a user; `None` if there is no room for one more.
    pub fn number(&mut self, user: &str) -> Option<u32> {
        let mut hasher = DefaultHasher::new();
        user.hash(&mut hasher);
        let next = u32::try_from(self.numbers.len())
            .ok()
            .filter(|next| *next < self.most);
        match self.numbers.entry(hasher.finish()) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(new) => next.map(|next| *new.insert(next)),
        }
    }
}

/// Some of the users.
#[derive(Clone, Debug)]
pub(super) enum UserSet {
    /// Their numbers, ascending.
    Few(Vec<u32>),
    /// A bit for every number up to the largest.
    Many(Vec<u64>),
}

impl Default for UserSet {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl UserSet {
    /// Adds a user, who may be there.
    pub fn insert(&mut self, user: u32) {
        match self {
            Self::Few(users) => {
                if let Err(at) = users.binary_search(&user) {
                    users.insert(at, user);
                    let largest = users.last().copied().unwrap_or_default();
                    // From here on bits take less.
                    if users.len() > 64 && users.len() * 32 > largest as usize {
                        let mut many = Self::Many(Vec::new());
                        for user in users.iter() {
                            many.insert(*user);
                        }
                        *self = many;
                    }
                }
            }
            Self::Many(bits) => {
                let at = user as usize / 64;
                if at >= bits.len() {
                    bits.resize(at + 1, 0);
                }
                if let Some(word) = bits.get_mut(at) {
                    *word |= 1 << (user % 64);
                }
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        match self {
            Self::Few(users) => users.len() as u64,
            Self::Many(bits) => bits.iter().map(|word| u64::from(word.count_ones())).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// A user keeps the number and there is room for so many.
    #[test]
    fn numbers_stable_up_to_limit() {
        let mut users = Users::new(2);
        let numbers = ["a", "b", "a", "c", "b"].map(|user| users.number(user));
        assert_eq!(numbers, [Some(0), Some(1), Some(0), None, Some(1)]);
    }

    proptest! {
        /// Against a set of the standard library, few and many, close together and far apart.
        #[test]
        fn a_set_holds_each_user_once(users in prop::collection::vec(0..3_000_u32, 0..400), apart in 1..200_u32) {
            let (mut set, mut slow) = (UserSet::default(), BTreeSet::new());
            for user in users {
                set.insert(user * apart);
                slow.insert(user * apart);
                prop_assert_eq!(set.len(), slow.len() as u64);
            }
        }
    }
}
