//! Effective protection against a slow, obvious oracle, and the properties of its comparison.

mod cell;
mod compare;

use std::collections::BTreeSet;

use cogward::model::mode::{MfaConfiguration, Mode};
use cogward::model::response::{Action, CompromisedAction, PasswordEvent};

const MODES: [Option<Mode>; 4] = [None, Some(Mode::Off), Some(Mode::Audit), Some(Mode::Enforced)];
const MFAS: [Option<MfaConfiguration>; 4] = [
    None,
    Some(MfaConfiguration::Off),
    Some(MfaConfiguration::Optional),
    Some(MfaConfiguration::On),
];
const ACTIONS: [Action; 4] = [
    Action::NoAction,
    Action::MfaIfConfigured,
    Action::MfaRequired,
    Action::Block,
];

/// What the compromised-credentials section says; the events as written.
type Passwords = Option<(CompromisedAction, BTreeSet<PasswordEvent>)>;

fn password_sections() -> Vec<Passwords> {
    let mut sections = vec![None];
    for action in [CompromisedAction::NoAction, CompromisedAction::Block] {
        for bits in 0..8_usize {
            let listed = PasswordEvent::ALL
                .iter()
                .enumerate()
                .filter(|(i, _)| bits & (1 << i) != 0);
            sections.push(Some((action, listed.map(|(_, event)| *event).collect())));
        }
    }
    sections
}
