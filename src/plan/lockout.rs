//! Lock-outs: what newly blocks or challenges users who sign in today.

use std::borrow::Cow;
use std::collections::BTreeSet;

use ipnet::IpNet;

use crate::model::client::{CHOICE, Client, DEFAULT_FLOWS};
use crate::model::client_setting::{ClientSetting, SettingValue};
use crate::model::effective::{
    self, AddressChange, AddressList, CellChange, CellOutcome, Event, Movement, Row, Scope, Table, compare,
    governing_mode,
};
use crate::model::exception::aggregate;
use crate::model::mode::{Mfa, MfaConfiguration, MfaFactor, Mode};
use crate::model::posture::{Part, Posture};
use crate::plan::calls::enforces;
use crate::plan::change::{Change, Whole, change, key};
use crate::plan::diff::Diff;
use crate::plan::needs::falls_to_lite;
use crate::plan::setting::{Auth, Setting, mode_of};
use crate::plan::value;

/// What newly blocks or challenges users: of the plan as a whole, or of one change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockOut {
    /// Second factors that every sign-in needs from then on, or that are not taken any more, whatever the mode is.
    pub factors: Vec<FactorStep>,
    /// Ways to sign in that clients lose, whatever the mode is.
    pub ways: Vec<LostWay>,
    /// Requests that are answered more strictly, of clients that exist.
    pub cells: Vec<CellChange>,
    /// Addresses that are always blocked from then on, or not exempt any more from answers that keep users out.
    pub addresses: Vec<AddressChange>,
}

/// What a change of MFA settings means for those who have no second factor, or not the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorStep {
    /// Every sign-in needs one.
    Required,
    /// This one is not taken any more, where sign-ins may need one.
    Removed(MfaFactor),
}

/// A way to sign in that a client does not offer any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostWay {
    /// The client's key.
    pub client: String,
    /// The setting that listed it.
    pub setting: ClientSetting,
    /// What it is called there. Hostile text.
    pub name: String,
    /// Whether no way to sign in is left to the client.
    pub is_last: bool,
    /// Whether the setting still lists it, and the feature plan does not have it any more. That it is refused then is
    /// unconfirmed.
    pub by_plan: bool,
}

impl LockOut {
    /// Whether nobody is kept out.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a plan newly blocks or challenges, judged by what sign-ins meet before and after all of it.
///
/// What threat protection does counts only where the mode that governs is ENFORCED afterwards. The step to ENFORCED by
/// itself is the audit gate's business. What responses of the same plan add to it is not, for the days in AUDIT were days
/// without them: they are compared with those of today as if these were enforced already. Outside of the effective table,
/// and whatever the mode: MFA that every sign-in needs, a factor that is not taken any more, and ways to sign in that a
/// client loses. Only clients that exist count, for nobody signs in by another.
pub fn lock_out(diff: &Diff) -> LockOut {
    as_it_is(of_own_users(diff), diff)
}

fn of_own_users(diff: &Diff) -> LockOut {
    of_users(diff, &|key| signs_users_in(&diff.observed, key))
}

/// Whether a plan would keep users out, if the clients that it is about signed in local users: neither threat protection nor
/// MFA acts on federated users and machines (docs/facts.md, "Which flows are covered", "Actions and MFA").
pub fn spares(diff: &Diff) -> bool {
    of_users(diff, &|_| true) != of_own_users(diff)
}

/// What a plan newly blocks or challenges; `has_users` says whether a client, or any, signs in local users.
fn of_users(diff: &Diff, has_users: &dyn Fn(Option<&str>) -> bool) -> LockOut {
    let judged = beside_the_step(diff);
    let cells = judged.comparison.changes.iter();
    let addresses = judged.comparison.addresses.iter();
    let after = Table::of(&diff.wanted);
    // Ranges that begin to act with the step need events: the gate asks for them.
    let counts = |one: &AddressChange| match one.list {
        AddressList::Block => exposes(one, diff, &after),
        AddressList::Allow => exposes(one, &judged, &after),
    };
    let mut factors = factor_steps(&diff.observed.mfa, &diff.wanted.mfa);
    factors.retain(|_| has_users(None));
    LockOut {
        factors,
        ways: lost_ways(diff),
        cells: cells.filter(|cell| keeps_out(cell, &judged)).cloned().collect(),
        addresses: addresses
            .filter(|one| has_users(one.scope.key()) && counts(one))
            .cloned()
            .collect(),
    }
}

/// A plan as if each mode that becomes ENFORCED by it had been so before: what is left is what its other changes do.
fn beside_the_step(diff: &Diff) -> Cow<'_, Diff> {
    if !Auth::ALL.into_iter().any(|auth| enforces(diff, auth)) {
        return Cow::Borrowed(diff);
    }
    let mut judged = diff.clone();
    for auth in Auth::ALL.into_iter().filter(|auth| enforces(diff, *auth)) {
        value::copy(&Setting::Mode(auth), &diff.wanted, &mut judged.observed);
    }
    judged.comparison = compare(&Table::of(&judged.observed), &Table::of(&judged.wanted));
    let whole = Whole {
        observed: &judged.observed,
        wanted: &judged.wanted,
        comparison: &judged.comparison,
    };
    let settings = diff.changes.iter().map(|change| &change.leaf);
    let moving = settings.filter(|leaf| !matches!(leaf, Setting::Alarm(_) | Setting::LogDelivery(_)));
    judged.changes = moving.filter_map(|leaf| change(leaf.clone(), &whole)).collect();
    Cow::Owned(judged)
}

/// Says what happens today in place of what would if the mode were ENFORCED already.
fn as_it_is(mut lock_out: LockOut, diff: &Diff) -> LockOut {
    for cell in &mut lock_out.cells {
        let mut real = diff.comparison.changes.iter();
        if let Some(real) = real.find(|real| key(real) == key(cell)) {
            cell.clone_from(real);
        }
    }
    lock_out
}

/// Always-block ranges that begin to act where nothing was ENFORCED and a plan enforces a mode, of clients that sign in local
/// users: AUDIT blocks no address, so that time in it shows nothing of them. Where a mode is ENFORCED already, they are
/// the guard's.
pub fn ranges_that_begin(diff: &Diff) -> Vec<IpNet> {
    if !begins(diff) {
        return Vec::new();
    }
    let sets = Table::of(&diff.wanted).addresses.into_iter();
    let of_users =
        sets.filter(|set| !set.scope.is_of_others() && signs_users_in(&diff.observed, set.scope.key()));
    let mut ranges: BTreeSet<_> = of_users.flat_map(|set| set.block).collect();
    let unread = |part| diff.observed.unread.contains(part);
    if [Part::Responses, Part::Clients].iter().any(unread) && signs_users_in(&diff.observed, None) {
        // A client of which it is unknown may take the pool's, and what was not read is not among what is wanted.
        let pools = [&diff.wanted, &diff.desired].map(|posture| posture.responses.risk_exceptions.as_ref());
        ranges.extend(
            pools
                .into_iter()
                .flatten()
                .flat_map(|lists| aggregate(&lists.always_block)),
        );
    }
    ranges.into_iter().collect()
}

/// Parts that could not be read, so that it is unknown whether ranges begin to act beside those of [`ranges_that_begin`].
pub fn unread_of_ranges(diff: &Diff) -> Vec<Part> {
    let mut parts = vec![Part::Responses, Part::Clients];
    parts.retain(|part| begins(diff) && diff.observed.unread.contains(part));
    parts
}

/// Whether nothing was ENFORCED, and a plan enforces a mode.
fn begins(diff: &Diff) -> bool {
    let enforced = |posture: &Posture| {
        Auth::ALL
            .map(|auth| mode_of(posture.mode, auth))
            .contains(&Some(Mode::Enforced))
    };
    !enforced(&diff.observed) && enforced(&diff.wanted)
}

/// Whether a client of a pool signs in local users, or may; without a key, whether any does.
pub(super) fn signs_users_in(observed: &Posture, key: Option<&str>) -> bool {
    let is_local = effective::signs_users_in;
    let mut meant = observed
        .clients
        .iter()
        .filter(|client| key.is_none_or(|key| client.key == key));
    match key {
        Some(_) => meant.next().is_none_or(is_local),
        None => {
            observed.unread.contains(&Part::Clients) || observed.clients.is_empty() || meant.any(is_local)
        }
    }
}

/// The same for each change that has a part in it, in the order of the changes. What no change does alone is everybody's
/// part.
pub fn lock_outs(diff: &Diff) -> Vec<(&Change, LockOut)> {
    let whole = of_own_users(diff);
    let judged = beside_the_step(diff);
    let changes = &judged.changes;
    let no_cell = |cell: &CellChange| !changes.iter().any(|change| change.cells.contains(cell));
    let no_address = |one: &AddressChange| !changes.iter().any(|change| change.addresses.contains(one));
    let part = |change: &Change| {
        // A step to ENFORCED has no part in what the others do beside it.
        let own = changes.iter().find(|own| own.leaf == change.leaf);
        let own = own.filter(|own| !matches!(own.leaf, Setting::Alarm(_) | Setting::LogDelivery(_)));
        let cell = |cell: &&CellChange| own.is_some_and(|own| own.cells.contains(cell) || no_cell(cell));
        let address =
            |one: &&AddressChange| own.is_some_and(|own| own.addresses.contains(one) || no_address(one));
        let factor = |step: &&FactorStep| match step {
            FactorStep::Required => change.leaf == Setting::Mfa,
            FactorStep::Removed(_) => change.leaf == Setting::MfaFactors,
        };
        let way = |way: &&LostWay| {
            let setting = if way.by_plan {
                Setting::FeaturePlan
            } else {
                Setting::Client(way.client.clone(), way.setting)
            };
            change.leaf == setting
        };
        let part = LockOut {
            factors: whole.factors.iter().filter(factor).copied().collect(),
            ways: whole.ways.iter().filter(way).cloned().collect(),
            cells: whole.cells.iter().filter(cell).cloned().collect(),
            addresses: whole.addresses.iter().filter(address).cloned().collect(),
        };
        as_it_is(part, diff)
    };
    let parts = diff.changes.iter().map(|change| (change, part(change)));
    parts.filter(|(_, part)| !part.is_empty()).collect()
}

/// Users without a second factor set one up, or cannot sign in (docs/facts.md, "Actions and MFA"). A factor is missed only
/// where MFA was not OFF, and is not afterwards.
fn factor_steps(before: &Mfa, after: &Mfa) -> Vec<FactorStep> {
    let (on, off) = (Some(MfaConfiguration::On), Some(MfaConfiguration::Off));
    let mut found = Vec::new();
    if after.configuration == on && before.configuration != on {
        found.push(FactorStep::Required);
    }
    if before.configuration != off && after.configuration != off {
        let [had, has] = [before, after].map(|mfa| mfa.factors.clone().unwrap_or_default());
        found.extend(had.difference(&has).copied().map(FactorStep::Removed));
    }
    found
}

/// The settings of a client that list ways to sign in.
const WAYS: [ClientSetting; 3] = [
    ClientSetting::AuthFlows,
    ClientSetting::OAuthFlows,
    ClientSetting::IdentityProviders,
];

/// What clients offered and do not offer any more. A list that stays as it is loses nothing, whatever is unsure of it, but what
/// the feature plan does not have any more.
fn lost_ways(diff: &Diff) -> Vec<LostWay> {
    let mut found = Vec::new();
    let falls = falls_to_lite(diff);
    for before in &diff.observed.clients {
        let Some(after) = value::client(&diff.wanted, &before.key) else {
            continue;
        };
        let lost = |setting, name: &str, by_plan| LostWay {
            client: before.key.clone(),
            setting,
            name: name.to_owned(),
            is_last: signs_nobody_in(after, falls),
            by_plan,
        };
        let changes = |setting: &ClientSetting| before.settings.get(*setting) != after.settings.get(*setting);
        for setting in WAYS.into_iter().filter(changes) {
            let (had, has) = (ways(before, setting, true), ways(after, setting, false));
            found.extend(had.difference(&has).map(|name| lost(setting, name, false)));
        }
        if falls && before.offers_choice() && after.offers_choice() {
            found.push(lost(ClientSetting::AuthFlows, CHOICE, true));
        }
    }
    found
}

/// Whether a client has neither a flow nor managed login, without which an identity provider signs nobody in, either.
fn signs_nobody_in(client: &Client, without_choice: bool) -> bool {
    let is_none = |name: &String| name == "ALLOW_REFRESH_TOKEN_AUTH" || without_choice && name == CHOICE;
    [ClientSetting::AuthFlows, ClientSetting::OAuthFlows]
        .into_iter()
        .all(|setting| ways(client, setting, false).iter().all(is_none))
}

/// The ways that a setting of a client lists, under the names of today. A list of flows that is empty is AWS's default.
/// What names from before `ALLOW_…` leave open besides is unconfirmed (docs/facts.md, "Flows of a client"): what may be open
/// counts as lost, not as left.
fn ways(client: &Client, setting: ClientSetting, with_unsure: bool) -> BTreeSet<String> {
    let Some(SettingValue::Names(names)) = client.settings.get(setting) else {
        return BTreeSet::new();
    };
    if setting != ClientSetting::AuthFlows {
        return names.clone();
    }
    let defaults = || DEFAULT_FLOWS.map(str::to_owned);
    let is_old = |name: &String| today(name) != name;
    let mut found: BTreeSet<_> = names.iter().map(|name| today(name).to_owned()).collect();
    if names.is_empty() || with_unsure && names.iter().any(is_old) {
        found.extend(defaults());
    }
    found
}

fn today(name: &str) -> &str {
    match name {
        "ADMIN_NO_SRP_AUTH" => "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "USER_PASSWORD_AUTH" => "ALLOW_USER_PASSWORD_AUTH",
        "CUSTOM_AUTH_FLOW_ONLY" => "ALLOW_CUSTOM_AUTH",
        name => name,
    }
}

/// How much an answer keeps somebody out who is who he says: not at all, if he has no second factor at hand, or at all.
/// What is unknown is `None`.
fn strictness(outcome: CellOutcome) -> Option<u8> {
    match outcome {
        CellOutcome::Allowed
        | CellOutcome::AllowedNotified
        | CellOutcome::OnlyAudited
        | CellOutcome::Blind
        | CellOutcome::Off
        | CellOutcome::NotCovered => Some(0),
        CellOutcome::MfaIfConfigured => Some(1),
        CellOutcome::MfaRequired => Some(2),
        CellOutcome::Blocked => Some(3),
        CellOutcome::Undefined | CellOutcome::Unknown => None,
    }
}

fn keeps_out(cell: &CellChange, diff: &Diff) -> bool {
    let mode = |posture| governing_mode(posture, cell.flow, cell.event);
    let enforced = [&diff.observed, &diff.wanted].map(mode) == [Some(Mode::Enforced); 2];
    // Of a flow that AWS may not cover, what happens if it does.
    let [before, after] = [cell.before, cell.after].map(|side| strictness(side.under(true).outcome));
    let stricter = match (before, after) {
        // A challenge that only those get who can meet it keeps nobody out.
        (Some(before), Some(after)) => after > before && after > 1,
        // Where it is unknown what happens today, everybody may be let in.
        (None, Some(after)) => after > 1,
        // Where it is unknown what happens then, nobody may be: neither those who met a challenge before, as where MFA is
        // switched off and a response still requires it.
        (Some(before), None) => before < 3,
        (None, None) => false,
    };
    enforced && stricter && cell.scope != Scope::Others
}

/// Whether a change of a list keeps somebody out: addresses that are always blocked from then on, and those that are not
/// exempt any more from what then blocks or challenges others. An exception is from adaptive authentication alone
/// (docs/facts.md, "IP exceptions").
fn exposes(one: &AddressChange, diff: &Diff, after: &Table) -> bool {
    let enforced = |mode: &dyn Fn(&Posture) -> Option<Mode>| {
        let sides = [&diff.observed, &diff.wanted];
        sides
            .into_iter()
            .all(|posture| mode(posture) == Some(Mode::Enforced))
    };
    let any_enforced = || {
        let mut auths = Auth::ALL.into_iter();
        auths.any(|auth| enforced(&|posture| mode_of(posture.mode, auth)))
    };
    // Which list wins where an address is in both is not confirmed (docs/facts.md, "IP exceptions"): it counts as let in so far.
    let is_blocked = || {
        let of_scope = after
            .addresses
            .iter()
            .filter(|set| set.scope.key() == one.scope.key());
        let mut blocked = of_scope.flat_map(|set| &set.block);
        blocked.any(|net| {
            one.ranges
                .iter()
                .any(|range| net.contains(range) || range.contains(net))
        })
    };
    let counts = match (one.list, one.movement) {
        (AddressList::Block, Movement::Grew) => any_enforced(),
        (AddressList::Allow, Movement::Shrank) if any_enforced() && is_blocked() => true,
        (AddressList::Allow, Movement::Shrank) => {
            let own = |row: &&Row| row.scope.key() == one.scope.key() && row.event == Event::SignIn;
            let governed = |row: &&Row| enforced(&|posture| governing_mode(posture, row.flow, row.event));
            let mut rows = after.rows.iter().filter(own).filter(governed);
            rows.any(|row| {
                row.cells[..3].iter().any(|cell| {
                    let strict = strictness(cell.under(true).outcome);
                    strict.is_none_or(|strict| strict > 1)
                })
            })
        }
        _ => false,
    };
    counts && one.scope != Scope::Others
}
