//! The view as a whole: plan, modes, gate, and the rooms for everything else.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::impact::SignIns;
use crate::json::api_name;
use crate::ledger::Ledger;
use crate::model::effective::{Scope, Signal, Table};
use crate::model::mfa::MfaFault;
use crate::model::mode::{FeaturePlan, Mode};
use crate::model::posture::{
    CUSTOM_EMAIL_SENDER, DEFINE_AUTH_CHALLENGE, Origin, Posture, RiskResource, TemplateFacts,
};
use crate::plan::Auth;
use crate::plan::gate::{Answer, EvidenceSource, Known, Out, Standing, Verdict, declared, verdict};
use crate::pointer::Pointer;
use crate::policy::file::Target;
use crate::policy::resolve::{GateTerms, MINIMUM_DAYS};
use crate::rule::inputs::{alarms, clients, events, scopes};
use crate::rule::view::{
    CellView, FaultView, GateView, IgnoreView, ModeView, OverlapView, PolicyView, PostureView,
    RiskResourceView, SecretView, StaleView, TargetView, TemplateFactsView, View, WaiverView,
};
use crate::text;

/// Everything that is checked at once: a posture and what its policy says around it.
#[derive(Debug, Default)]
pub struct Facts<'a> {
    /// Policy name, or pool id.
    pub name: &'a str,
    /// The posture; without one only the run stage has something to see.
    pub posture: Option<&'a Posture>,
    /// Which pools; `None` for a layer.
    pub target: Option<&'a Target>,
    /// Alarms of a policy that are written with `dimensions` rather than the short keys, by index.
    pub long_alarms: BTreeSet<usize>,
    /// The gate.
    pub gate: Option<&'a GateTerms>,
    /// The ledger, if one is kept.
    pub ledger: Option<&'a Ledger>,
    /// When an observed pool was created.
    pub created: Option<Timestamp>,
    /// When something of an observed pool was modified last.
    pub modified: Option<Timestamp>,
    /// The plan that a policy assumes.
    pub plan: Option<FeaturePlan>,
    /// Whether a policy assumes composite alarms above its own.
    pub composite_alarms: bool,
    /// About how many users the pool has: as observed, or as the policy assumes.
    pub users: Option<u64>,
    /// Waivers.
    pub waivers: Vec<WaiverView>,
    /// Ignores.
    pub ignores: Vec<IgnoreView>,
    /// Places that look like credentials.
    pub secrets: Vec<SecretView>,
    /// Leaves that other policies manage too.
    pub overlaps: Vec<OverlapView>,
    /// Baseline entries that matched nothing.
    pub stale_baseline: Vec<StaleView>,
    /// The day of the run.
    pub today: Date,
    /// Whether some rule wants the effective table.
    pub wants_effective: bool,
    /// What was recorded of the pool.
    pub events: Option<&'a SignIns>,
}

/// The view of some facts. Total.
pub fn view(facts: Facts<'_>) -> View {
    let nothing = Posture::default();
    let posture = facts.posture.unwrap_or(&nothing);
    let desired = posture.origin == Origin::Desired;
    View {
        policy: PolicyView {
            name: facts.name.to_owned(),
            desired,
            is_layer: desired && facts.target.is_none(),
            pointer: String::new(),
        },
        target: target(posture, facts.target),
        posture: PostureView {
            known_plan: posture.feature_plan.or(facts.plan).as_ref().map(api_name),
            composite_alarms: facts.composite_alarms,
            estimated_users: facts.users.map(|users| i64::try_from(users).unwrap_or(i64::MAX)),
            ..posture_view(posture)
        },
        modes: modes(posture, facts.modified, facts.today),
        scopes: scopes::scopes(posture),
        clients: clients::clients(posture),
        alarms: alarms::alarms(posture, &facts.long_alarms),
        queries: alarms::queries(posture),
        log_delivery: alarms::log_delivery(posture),
        gate: if desired {
            gate(posture, facts.gate, facts.ledger, facts.today)
        } else {
            age(posture, facts.created, facts.today)
        },
        waivers: facts.waivers,
        ignores: facts.ignores,
        secrets: facts.secrets,
        overlaps: facts.overlaps,
        stale_baseline: facts.stale_baseline,
        today: facts.today.to_string(),
        effective: if facts.wants_effective {
            cells(posture)
        } else {
            Vec::new()
        },
        events: facts.events.map(|counted| events::events(posture, counted)),
    }
}

fn target(posture: &Posture, target: Option<&Target>) -> TargetView {
    TargetView {
        account: posture.account.clone(),
        region: posture.region.clone(),
        pool: posture.pool_id.clone(),
        names: target.and_then(|target| target.names.clone()).unwrap_or_default(),
        tags: target.and_then(|target| target.tags.clone()).unwrap_or_default(),
    }
}

fn posture_view(posture: &Posture) -> PostureView {
    let modes = [posture.mode.standard, posture.mode.custom];
    let has = |wanted: &[Mode]| modes.iter().flatten().any(|mode| wanted.contains(mode));
    PostureView {
        feature_plan: posture.feature_plan.as_ref().map(api_name),
        known_plan: None,
        standard_mode: posture.mode.standard.as_ref().map(api_name),
        custom_mode: posture.mode.custom.as_ref().map(api_name),
        enforced: has(&[Mode::Enforced]),
        assessed: has(&[Mode::Audit, Mode::Enforced]),
        all_clients: scopes::has_all_clients(posture),
        mfa: posture.mfa.configuration.as_ref().map(api_name),
        mfa_factors: posture
            .mfa
            .factors
            .as_ref()
            .map(|factors| factors.iter().map(api_name).collect()),
        mfa_fault: posture.mfa.impossible().map(mfa_fault),
        domain: posture.domain,
        estimated_users: None,
        composite_alarms: false,
        triggers: posture
            .triggers
            .as_ref()
            .map(|triggers| triggers.iter().cloned().collect()),
        custom_email_sender: posture.has_trigger(CUSTOM_EMAIL_SENDER),
        custom_sign_in: posture.has_trigger(DEFINE_AUTH_CHALLENGE),
        template: template(&posture.template),
    }
}

fn template(facts: &TemplateFacts) -> TemplateFactsView {
    let one = |resource: &RiskResource| RiskResourceView {
        name: resource.name.clone(),
        of: match &resource.client {
            Some(key) => format!("client `{key}`"),
            None => "the pool".to_owned(),
        },
        pointer: resource.pointer.to_string(),
    };
    let all = |resources: &[RiskResource]| resources.iter().map(one).collect();
    TemplateFactsView {
        plan_left_out: facts.plan_left_out,
        is_created: facts.is_created,
        more_alarms: facts.more_alarms,
        set_twice: all(&facts.set_twice),
        reset: all(&facts.reset),
        named_all: all(&facts.named_all),
    }
}

fn mfa_fault(fault: MfaFault) -> FaultView {
    FaultView {
        message: fault.message,
        pointer: Pointer::root().child("mfa").child(fault.field).to_string(),
        nearest: String::new(),
        unconfirmed: fault.unconfirmed,
    }
}

/// The two authentication types with their modes and where these stand.
fn auth_types(posture: &Posture) -> [(&'static str, Option<Mode>, Pointer); 2] {
    let at = Pointer::root().child("mode");
    [
        ("standard", posture.mode.standard, at.child("standard")),
        ("custom", posture.mode.custom, at.child("custom")),
    ]
}

fn modes(posture: &Posture, modified: Option<Timestamp>, today: Date) -> Vec<ModeView> {
    let since_days = modified.map_or(-1, |at| text::days(text::day(at), today).max(0));
    let one = |(auth, mode, at): (&str, Option<Mode>, Pointer)| ModeView {
        auth: auth.to_owned(),
        mode: mode.as_ref().map(api_name),
        since_days,
        pointer: at.to_string(),
    };
    auth_types(posture).into_iter().map(one).collect()
}

/// What the policy declares and the ledger shows; stronger evidence is added where AWS can be asked.
fn gate(posture: &Posture, gate: Option<&GateTerms>, ledger: Option<&Ledger>, today: Date) -> Vec<GateView> {
    let nothing = GateTerms {
        minimum_days: MINIMUM_DAYS,
        ..GateTerms::default()
    };
    let gate = gate.unwrap_or(&nothing);
    let pool = posture.pool_id.as_deref().unwrap_or_default();
    let one = |(index, (word, mode, at)): (usize, (&str, Option<Mode>, Pointer))| {
        let auth = Auth::ALL[index];
        // Days in AUDIT end where the ledger shows that the step was made.
        let step = ledger.and_then(|ledger| ledger.enforced_since(pool, auth, today));
        let shown = ledger.and_then(|ledger| ledger.evidence(pool, auth, today, step));
        let mut evidence = declared(gate.audit_since);
        evidence.extend(shown);
        let known = Known {
            evidence,
            blind: ledger.and_then(Ledger::blind).into_iter().collect(),
        };
        let found = verdict(auth, gate.minimum_days, &known, step.unwrap_or(today));
        let source = found.deciding().map(|piece| piece.evidence.source);
        let declared_at = gate.declared_at[index].clone();
        let since = gate.audit_since[index];
        let long =
            gate.enforced_since[index].map(|since| long_enforced(since, gate, ledger, pool, auth, today));
        let met = found.is_met() || long == Some(Ok(()));
        let enforced_at = gate.enforced_at[index].clone().filter(|_| !found.is_met());
        GateView {
            auth: word.to_owned(),
            enforced: mode == Some(Mode::Enforced),
            pointer: at.to_string(),
            minimum_days: gate.minimum_days.into(),
            days: found.days().unwrap_or(-1).max(-1),
            source: source.map_or("", EvidenceSource::as_str).to_owned(),
            evidence_pointer: match (enforced_at, source) {
                (Some(declared), _) => declared.to_string(),
                (None, Some(EvidenceSource::Ledger)) => at.to_string(),
                _ => declared_at.unwrap_or(at).to_string(),
            },
            in_future: !met && since.is_some_and(|since| since > today),
            met,
            against: match long {
                Some(Err(against)) => against,
                _ => against(&found),
            },
        }
    };
    auth_types(posture).into_iter().enumerate().map(one).collect()
}

/// Whether a declared day shows that the step was made long ago; the error is why it does not, in words.
fn long_enforced(
    since: Date,
    gate: &GateTerms,
    ledger: Option<&Ledger>,
    pool: &str,
    auth: Auth,
    today: Date,
) -> Result<(), String> {
    let days = text::days(since, today);
    if days < 0 {
        return Err(format!(
            "{since}, since when it is declared `ENFORCED`, is in the future"
        ));
    }
    if days < i64::from(gate.minimum_days) {
        return Err(format!("it is declared `ENFORCED` since {since} only"));
    }
    if let Some(blind) = ledger.and_then(Ledger::blind) {
        return Err(format!("{}: {}", blind.source.label(), blind.why));
    }
    match ledger.and_then(|ledger| ledger.out_of_enforced(pool, auth, since, today)) {
        Some((day, mode)) => {
            let ledger = EvidenceSource::Ledger.label();
            Err(format!("{ledger} shows it {} on {day}", Out::Mode(mode).label()))
        }
        None => Ok(()),
    }
}

/// What keeps evidence from counting, where that decides.
fn against(found: &Verdict) -> String {
    if found.answer == Answer::Unknown {
        let first = found.blind.first();
        return first.map_or_else(String::new, |blind| {
            format!("{}: {}", blind.source.label(), blind.why)
        });
    }
    let refuted = found.pieces.iter().find_map(|piece| match piece.standing {
        Standing::Refuted { by, other } => Some((by, other)),
        _ => None,
    });
    match refuted.filter(|_| !found.is_met() && found.by.is_none()) {
        Some((by, other)) => format!("{} shows it {} on {}", by.label(), other.out.label(), other.day),
        None => String::new(),
    }
}

/// What an observed pool shows by itself: it cannot have been in AUDIT for longer than it exists. A pool that
/// is old enough shows nothing, so that it has no entry.
fn age(posture: &Posture, created: Option<Timestamp>, today: Date) -> Vec<GateView> {
    let Some(created) = created else { return Vec::new() };
    let created = text::day(created);
    let days = text::days(created, today).max(0);
    if days >= i64::from(MINIMUM_DAYS) {
        return Vec::new();
    }
    let one = |(auth, mode, at): (&str, Option<Mode>, Pointer)| GateView {
        auth: auth.to_owned(),
        enforced: mode == Some(Mode::Enforced),
        pointer: at.to_string(),
        minimum_days: MINIMUM_DAYS.into(),
        days,
        source: "the age of the pool".to_owned(),
        evidence_pointer: at.to_string(),
        in_future: false,
        met: false,
        against: String::new(),
    };
    auth_types(posture).into_iter().map(one).collect()
}

fn cells(posture: &Posture) -> Vec<CellView> {
    let mut cells = Vec::new();
    for row in Table::of(posture).rows {
        let scope = match &row.scope {
            Scope::Others => "pool",
            Scope::Inherits(key) | Scope::Own(key) | Scope::Switches(key) => key,
        };
        for (signal, cell) in Signal::ALL.into_iter().zip(row.cells) {
            cells.push(CellView {
                scope: scope.to_owned(),
                flow: row.flow.as_str().to_owned(),
                event: row.event.as_str().to_owned(),
                signal: signal.as_str().to_owned(),
                outcome: cell.outcome.as_str().to_owned(),
                would: cell.would.map_or("", |would| would.as_str()).to_owned(),
                notifies: cell.notifies.is_known(),
                reason: cell.reason.as_str().to_owned(),
            });
        }
    }
    cells
}
