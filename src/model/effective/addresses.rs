//! IP exceptions as part of effective protection: address sets, and what a change of them does.

use ipnet::IpNet;

use crate::model::effective::cell::Source;
use crate::model::effective::order::Direction;
use crate::model::effective::terms::Scope;
use crate::model::exception::{IpRange, aggregate, not_covered};
use crate::model::mode::Mode;
use crate::model::posture::Posture;

/// Whether IP exceptions do anything: they belong to full function mode (docs/facts.md, "AUDIT takes no action").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Force {
    /// A mode is ENFORCED, or the standard mode is unknown and may be.
    InForce,
    /// No mode is ENFORCED.
    Idle,
    /// The risk configuration that holds the exceptions could not be read.
    Unread,
}

/// The exceptions of one scope, as sets of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeAddresses {
    /// Whose.
    pub scope: Scope,
    /// Whether they do anything.
    pub force: Force,
    /// Never challenged or blocked by adaptive authentication: the fewest ranges, ordered.
    pub allow: Vec<IpNet>,
    /// Always blocked: the fewest ranges, ordered.
    pub block: Vec<IpNet>,
    /// Entries of either list that are not CIDR, as written: they are in neither set.
    pub invalid: Vec<String>,
}

impl ScopeAddresses {
    /// The exceptions of a scope. A section that is not there has none.
    pub(super) fn of(posture: &Posture, scope: Scope, source: &Source) -> Self {
        let mut found = Self {
            scope,
            force: Force::of(posture),
            allow: Vec::new(),
            block: Vec::new(),
            invalid: Vec::new(),
        };
        match source {
            Source::Unknown(_) => found.force = Force::Unread,
            Source::Known(responses) => {
                if let Some(lists) = &responses.risk_exceptions {
                    found.allow = aggregate(&lists.always_allow);
                    found.block = aggregate(&lists.always_block);
                    let every = lists.always_block.iter().chain(&lists.always_allow);
                    let invalid = every.filter(|range| range.net().is_none());
                    found.invalid = invalid.map(|range: &IpRange| range.text.clone()).collect();
                }
            }
        }
        found
    }

    /// What is really blocked.
    fn blocked(&self) -> &[IpNet] {
        if self.force == Force::InForce {
            &self.block
        } else {
            &[]
        }
    }
}

impl Force {
    /// By the modes of a pool alone.
    pub fn of(posture: &Posture) -> Self {
        let enforced = posture.mode.custom == Some(Mode::Enforced);
        match posture.mode.standard {
            None | Some(Mode::Enforced) => Self::InForce,
            Some(_) if enforced => Self::InForce,
            Some(_) => Self::Idle,
        }
    }
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressList {
    /// `always_block`.
    Block,
    /// `always_allow`.
    Allow,
}

impl AddressList {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Block, Self::Allow];

    /// The list's key in a policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Block => "always_block",
            Self::Allow => "always_allow",
        }
    }
}

/// Whether addresses came into a list or left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Movement {
    /// There are addresses that were not there before.
    Grew,
    /// There are addresses that are not there any more.
    Shrank,
}

/// A change of one address set. A list that won some addresses and lost others has two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressChange {
    /// Whose.
    pub scope: Scope,
    /// Which list.
    pub list: AddressList,
    /// Which way.
    pub movement: Movement,
    /// The ranges that hold the addresses in question: those of the side that has them which do
    /// not lie wholly in the other side's set.
    pub ranges: Vec<IpNet>,
    /// A larger allow set and a smaller block set are weaker, the reverse stronger.
    pub direction: Direction,
}

/// Changes from `before` to `after`, named by `scope`.
///
/// The block sets are compared as far as they are in force. The allow sets only where both sides
/// are: an exception from nothing protects from nothing, so that a step from AUDIT to ENFORCED
/// with an allow list is not weaker.
pub(super) fn address_changes(
    scope: &Scope,
    before: &ScopeAddresses,
    after: &ScopeAddresses,
) -> Vec<AddressChange> {
    if before.force == Force::Unread || after.force == Force::Unread {
        return Vec::new();
    }
    let mut found = moves(scope, AddressList::Block, before.blocked(), after.blocked());
    if before.force == Force::InForce && after.force == Force::InForce {
        found.extend(moves(scope, AddressList::Allow, &before.allow, &after.allow));
    }
    found
}

fn moves(scope: &Scope, list: AddressList, before: &[IpNet], after: &[IpNet]) -> Vec<AddressChange> {
    let sides = [
        (Movement::Grew, not_covered(after, before)),
        (Movement::Shrank, not_covered(before, after)),
    ];
    let moved = sides.into_iter().filter(|(_, ranges)| !ranges.is_empty());
    moved
        .map(|(movement, ranges)| AddressChange {
            scope: scope.clone(),
            list,
            movement,
            ranges,
            direction: match (list, movement) {
                (AddressList::Block, Movement::Grew) | (AddressList::Allow, Movement::Shrank) => {
                    Direction::Stronger
                }
                (AddressList::Block, Movement::Shrank) | (AddressList::Allow, Movement::Grew) => {
                    Direction::Weaker
                }
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exception::RiskExceptions;
    use crate::model::mode::Modes;
    use crate::model::response::RiskConfiguration;

    fn side(mode: Option<Mode>, block: &[&str], allow: &[&str]) -> ScopeAddresses {
        let ranges = |texts: &[&str]| texts.iter().map(|t| IpRange::new(t)).collect();
        let posture = Posture {
            mode: Modes {
                standard: mode,
                custom: None,
            },
            ..Posture::default()
        };
        let responses = RiskConfiguration {
            risk_exceptions: Some(RiskExceptions {
                always_block: ranges(block),
                always_allow: ranges(allow),
            }),
            ..RiskConfiguration::default()
        };
        ScopeAddresses::of(&posture, Scope::Others, &Source::Known(&responses))
    }

    fn told(before: &ScopeAddresses, after: &ScopeAddresses) -> Vec<(AddressList, Movement, Direction)> {
        let changes = address_changes(&Scope::Others, before, after);
        changes
            .iter()
            .map(|c| (c.list, c.movement, c.direction))
            .collect()
    }

    const ON: Option<Mode> = Some(Mode::Enforced);

    #[test]
    fn growing_and_shrinking_lists() {
        use AddressList::{Allow, Block};
        use Direction::{Stronger, Weaker};
        use Movement::{Grew, Shrank};
        let small = side(ON, &["192.0.2.0/25"], &["203.0.113.0/25"]);
        let large = side(ON, &["192.0.2.0/24"], &["203.0.113.0/24"]);
        assert_eq!(
            told(&small, &large),
            [(Block, Grew, Stronger), (Allow, Grew, Weaker)]
        );
        assert_eq!(
            told(&large, &small),
            [(Block, Shrank, Weaker), (Allow, Shrank, Stronger)]
        );
        let moved = side(ON, &["198.51.100.0/24"], &["203.0.113.0/25"]);
        assert_eq!(
            told(&small, &moved),
            [(Block, Grew, Stronger), (Block, Shrank, Weaker)]
        );
    }

    /// The same addresses written otherwise are no change.
    #[test]
    fn equivalent_ranges_are_no_change() {
        let one = side(ON, &["192.0.2.0/24"], &[]);
        let two = side(ON, &["192.0.2.128/25", "192.0.2.0/25", "192.0.2.7/32"], &[]);
        assert_eq!(told(&one, &two), []);
    }

    #[test]
    fn exceptions_out_of_force() {
        use AddressList::Block;
        let audit = side(Some(Mode::Audit), &["192.0.2.0/24"], &["203.0.113.0/24"]);
        let enforced = side(ON, &["192.0.2.0/24"], &["203.0.113.0/24"]);
        assert_eq!(audit.force, Force::Idle);
        assert_eq!(
            told(&audit, &enforced),
            [(Block, Movement::Grew, Direction::Stronger)]
        );
        assert_eq!(
            told(&enforced, &audit),
            [(Block, Movement::Shrank, Direction::Weaker)]
        );
        assert_eq!(told(&audit, &side(Some(Mode::Off), &[], &["0.0.0.0/0"])), []);
    }

    #[test]
    fn a_mode_that_is_not_known_may_be_enforced() {
        let before = side(None, &[], &[]);
        assert_eq!(before.force, Force::InForce);
        let after = side(None, &[], &["0.0.0.0/0"]);
        assert_eq!(
            told(&before, &after),
            [(AddressList::Allow, Movement::Grew, Direction::Weaker)]
        );
    }

    #[test]
    fn the_custom_mode_alone_puts_them_in_force() {
        let posture = Posture {
            mode: Modes {
                standard: Some(Mode::Audit),
                custom: ON,
            },
            ..Posture::default()
        };
        assert_eq!(Force::of(&posture), Force::InForce);
    }

    #[test]
    fn what_is_no_cidr_is_named_and_left_out() {
        let found = side(ON, &["192.0.2.1", "192.0.2.0/24"], &["office"]);
        assert_eq!(found.invalid, ["192.0.2.1", "office"]);
        assert_eq!((found.block.len(), found.allow.len()), (1, 0));
    }

    #[test]
    fn what_was_not_read_is_not_compared() {
        let mut unread = side(ON, &[], &[]);
        unread.force = Force::Unread;
        assert_eq!(told(&side(ON, &["192.0.2.0/24"], &[]), &unread), []);
    }
}
