//! Which leaves a policy manages.

use crate::model::client::{Client, Override};
use crate::model::client_setting::ClientSetting;
use crate::model::log_delivery::LogSource;
use crate::model::posture::{Part, Posture};
use crate::model::response::RiskConfiguration;
use crate::plan::setting::{Auth, Holder, RiskSetting, Setting, mode_of};
use crate::plan::value;

/// How a policy writes its leaves: what a posture cannot say.
pub trait WrittenKeys {
    /// Whether the policy writes this leaf. Asked of lists of IP exceptions only.
    fn writes(&self, leaf: &Setting) -> bool;

    /// Whether the policy writes this member of its alarm of this index. Asked of members without a default only, and of
    /// those for which policies have no words.
    fn writes_alarm(&self, index: usize, member: &str) -> bool;

    /// Whether a leaf that the policy manages is left out this time: it is then as if the policy did not name it.
    fn excludes(&self, _leaf: &Setting) -> bool {
        false
    }
}

/// The leaves that a desired posture says something about, in the language's order. A list of IP
/// exceptions is managed when `names` finds it in the policy, as a posture does not distinguish an empty list
/// from none. A client whose overrides differ in kind has one leaf, [`Setting::Override`]; two overrides are
/// compared leaf by leaf.
pub fn managed(desired: &Posture, observed: &Posture, names: &dyn Fn(&Setting) -> bool) -> Vec<Setting> {
    let mut leaves = Vec::new();
    let mut add = |there: bool, leaf: Setting| {
        if there {
            leaves.push(leaf);
        }
    };
    add(desired.feature_plan.is_some(), Setting::FeaturePlan);
    for auth in Auth::ALL {
        add(mode_of(desired.mode, auth).is_some(), Setting::Mode(auth));
    }
    add(desired.mfa.configuration.is_some(), Setting::Mfa);
    add(desired.mfa.factors.is_some(), Setting::MfaFactors);
    leaves.extend(risk(&Holder::Pool, &desired.responses, names));
    for client in &desired.clients {
        leaves.extend(self::client(client, observed, names));
    }
    let alarms = desired.alarms.as_ref().map_or(0, Vec::len);
    leaves.extend((0..alarms).map(Setting::Alarm));
    if let Some(delivery) = &desired.log_delivery {
        let there = [&delivery.user_auth_events, &delivery.user_notification];
        let sources = LogSource::ALL.into_iter().zip(there);
        leaves.extend(
            sources
                .filter(|(_, to)| to.is_some())
                .map(|(source, _)| Setting::LogDelivery(source)),
        );
    }
    leaves
}

fn client(client: &Client, observed: &Posture, names: &dyn Fn(&Setting) -> bool) -> Vec<Setting> {
    let key = &client.key;
    let there = value::client(observed, key).map(|live| &live.risk);
    let mut leaves = match (&client.risk, there) {
        (Override::Unknown, _) => Vec::new(),
        (Override::Own(own), Some(Override::Own(_))) => risk(&Holder::Client(key.clone()), own, names),
        _ => vec![Setting::Override(key.clone())],
    };
    let settings = ClientSetting::ALL.iter();
    let said = settings.filter(|setting| client.settings.get(**setting).is_some());
    leaves.extend(said.map(|setting| Setting::Client(key.clone(), *setting)));
    leaves
}

fn risk(holder: &Holder, desired: &RiskConfiguration, names: &dyn Fn(&Setting) -> bool) -> Vec<Setting> {
    let mut only = Posture::default();
    only.responses.clone_from(desired);
    let manages = |leaf: RiskSetting| match leaf {
        RiskSetting::Ranges(_) => names(&Setting::Risk(holder.clone(), leaf)),
        _ => value::get(&Setting::Risk(Holder::Pool, leaf), &only).is_some(),
    };
    RiskSetting::all()
        .filter(|leaf| manages(*leaf))
        .map(|leaf| Setting::Risk(holder.clone(), leaf))
        .collect()
}

/// The part of a posture that a leaf belongs to: where it was not read, nothing can be said of the leaf.
pub fn part(leaf: &Setting) -> Part {
    match leaf {
        Setting::FeaturePlan => Part::Plan,
        Setting::Mode(_) => Part::Mode,
        Setting::Mfa | Setting::MfaFactors => Part::Mfa,
        Setting::Risk(Holder::Pool, _) => Part::Responses,
        Setting::Risk(Holder::Client(_), _) | Setting::Override(_) | Setting::Client(..) => Part::Clients,
        Setting::Alarm(_) => Part::Alarms,
        Setting::LogDelivery(_) => Part::LogDelivery,
    }
}

/// Whether a plan of Terraform may reset a leaf by what it destroys: what is left of it nobody knows.
pub fn may_be_reset(leaf: &Setting, observed: &Posture) -> bool {
    match leaf {
        Setting::Risk(Holder::Pool, _) => observed.template.may_reset(None),
        Setting::Risk(Holder::Client(key), _) | Setting::Override(key) => {
            observed.template.may_reset(Some(key))
        }
        _ => false,
    }
}

/// Whether a leaf was read. A client whose own configuration is known was read, whatever became of others.
pub fn was_read(leaf: &Setting, observed: &Posture) -> bool {
    if may_be_reset(leaf, observed) {
        return false;
    }
    let pointer = leaf.pointer();
    let mut unknown = observed.unknown.iter();
    if unknown.any(|one| pointer.covers(one) || one.covers(&pointer)) {
        return false;
    }
    if !observed.unread.contains(&part(leaf)) {
        return true;
    }
    match leaf {
        Setting::Risk(Holder::Client(key), _) | Setting::Override(key) => {
            value::client(observed, key).is_some_and(|client| client.risk != Override::Unknown)
        }
        Setting::Client(..) | Setting::Mode(_) | Setting::Mfa | Setting::MfaFactors => {
            value::get(leaf, observed).is_some()
        }
        _ => false,
    }
}
