//! Outcomes of events against a slow, obvious oracle: the reference rules one after the other, for every way in which what
//! an event does not say can be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

use std::collections::BTreeSet;
use std::net::IpAddr;

use cogward::impact::{ImpactCounter, ReplayOutcome, Replayer, ShareGap, Strictness, WouldBlock};
use cogward::model::client::{Client, Override};
use cogward::model::event::{
    AnsweredChallenge, AuthEvent, AuthEventType, EventFeedback, EventResponse, FeedbackValue, RiskDecision,
    Spelled, Spelling,
};
use cogward::model::exception::IpRange;
use cogward::model::mode::{Mfa, MfaConfiguration, Mode, Modes};
use cogward::model::posture::{Origin, Posture};
use cogward::model::response::{
    Action, CompromisedAction, PasswordEvent, Response, RiskConfiguration, RiskLevel,
};
use proptest::prelude::*;

use crate::arbitrary;

/// What a configuration does at a level; `None` where it says nothing.
fn by_level(responses: &RiskConfiguration, posture: &Posture, level: RiskLevel) -> Option<ReplayOutcome> {
    use ReplayOutcome::{Allowed, Blocked, MfaIfConfigured, MfaRequired, Notified, Unknown};
    let section = responses.account_takeover.as_ref()?;
    let Response { action, notify } = match level {
        RiskLevel::Low => section.low,
        RiskLevel::Medium => section.medium,
        RiskLevel::High => section.high,
    }?;
    // A live pool without a text for the email: nobody has confirmed what it does.
    let has_text = match (&section.notifications, action) {
        (Some(texts), Action::NoAction) => texts.no_action_email.is_some(),
        (Some(texts), Action::MfaIfConfigured) => texts.mfa_email.is_some(),
        _ => false,
    };
    let is_sent = notify && (has_text || posture.origin == Origin::Desired);
    let allowed = if is_sent { Notified } else { Allowed };
    Some(match (action, posture.mfa.configuration) {
        (Action::Block, _) => Blocked,
        (Action::NoAction, _) | (Action::MfaIfConfigured, Some(MfaConfiguration::Off)) => allowed,
        (Action::MfaRequired, Some(MfaConfiguration::Off)) => Unknown,
        (_, Some(MfaConfiguration::On)) | (Action::MfaRequired, _) => MfaRequired,
        (Action::MfaIfConfigured, _) => MfaIfConfigured,
    })
}

/// The reference rules for an event of which everything is known.
fn rules(
    responses: &RiskConfiguration,
    posture: &Posture,
    event: &AuthEvent,
    address: IpAddr,
    compromised: bool,
    strict: bool,
) -> ReplayOutcome {
    use ReplayOutcome::{Allowed, Blocked, NotAssessed, NotCovered, Unknown};
    let lists = responses.risk_exceptions.clone().unwrap_or_default();
    let lies_in = |list: &[IpRange]| {
        list.iter()
            .filter_map(IpRange::net)
            .any(|net| net.contains(&address))
    };
    // 1
    if event.idp.is_some() {
        return NotCovered;
    }
    let Some(event_type) = event.event_type.known() else {
        return Unknown;
    };
    let is_sign_in = event_type == AuthEventType::SignIn;
    // 2
    if lies_in(&lists.always_block) && (is_sign_in || event_type == AuthEventType::SignUp) {
        return Blocked;
    }
    // 3
    if compromised {
        let filtered = match event_type {
            AuthEventType::SignIn => Some(PasswordEvent::SignIn),
            AuthEventType::SignUp => Some(PasswordEvent::SignUp),
            AuthEventType::PasswordChange | AuthEventType::ForgotPassword => {
                Some(PasswordEvent::PasswordChange)
            }
            AuthEventType::ResendCode => None,
        };
        let documented = event_type != AuthEventType::ForgotPassword;
        match (&responses.compromised_credentials, filtered) {
            (None, Some(_)) if documented => return Unknown,
            (_, None) | (None, Some(_)) => {}
            (Some(section), Some(filtered)) => {
                let listed = section.events.is_empty() || section.events.contains(&filtered);
                if listed && section.action == CompromisedAction::Block {
                    return if documented { Blocked } else { Unknown };
                }
            }
        }
    }
    // 4
    if !is_sign_in {
        return NotAssessed;
    }
    let leveled = event
        .level
        .known()
        .map(|level| by_level(responses, posture, level).unwrap_or(Unknown));
    // 5
    if lies_in(&lists.always_allow) && !(strict && leveled == Some(Blocked)) {
        return Allowed;
    }
    // 6, 7, 8
    match (leveled, &event.level, event.decision.known()) {
        (Some(outcome), ..) => outcome,
        (None, Spelled::Absent, Some(RiskDecision::NoRisk)) => Allowed,
        _ => Unknown,
    }
}

/// What an event meets under one mode.
fn under(mode: Option<Mode>, outcome: ReplayOutcome) -> ReplayOutcome {
    match (mode, outcome) {
        (_, ReplayOutcome::NotAssessed | ReplayOutcome::NotCovered) | (Some(Mode::Enforced), _) => outcome,
        (Some(Mode::Audit), _) => ReplayOutcome::Allowed,
        (Some(Mode::Off), _) => ReplayOutcome::NotAssessed,
        (None, _) => ReplayOutcome::Unknown,
    }
}

/// Addresses in no list, in the block lists, in the allow lists.
const ADDRESSES: [&str; 4] = ["203.0.113.9", "192.0.2.9", "198.51.100.9", "2001:db8::1"];

/// Every outcome that an event can have, whatever it does not say.
fn possible(posture: &Posture, event: &AuthEvent, strict: bool, is_now: bool) -> BTreeSet<ReplayOutcome> {
    let own = |client: &Client| match &client.risk {
        Override::Own(own) => (**own).clone(),
        _ => posture.responses.clone(),
    };
    let is_own = |client: &&Client| matches!(client.risk, Override::Own(_));
    let listed = posture
        .clients
        .iter()
        .find(|client| client.id.is_some() && client.id == event.client);
    let mut configurations = Vec::new();
    let is_whole = posture.origin == Origin::Observed;
    match (&event.client, listed) {
        (Some(_), Some(client)) => configurations.push(own(client)),
        _ if event.client.is_none() || is_whole => {
            // Where every client that there is has its own, nobody has the pool's.
            let rest = posture.other_clients.is_none() && !posture.clients.is_empty();
            if !(is_whole && rest && posture.clients.iter().all(|client| is_own(&client))) {
                configurations.push(posture.responses.clone());
            }
            let all = posture.clients.iter().chain(&posture.other_clients);
            configurations.extend(all.map(own));
        }
        _ => {
            let rest = posture.other_clients.as_ref().filter(is_own);
            configurations.push(rest.map_or(posture.responses.clone(), own));
            let unnamed = posture.clients.iter().filter(|client| client.id.is_none());
            configurations.extend(unnamed.filter(is_own).map(own));
        }
    }
    let known = event.address.as_ref().and_then(|text| text.parse().ok());
    let addresses: Vec<IpAddr> = match known {
        Some(address) => vec![address],
        None => ADDRESSES.iter().map(|text| text.parse().unwrap()).collect(),
    };
    let compromised = event.compromised.map_or(vec![false, true], |is| vec![is]);
    let mut outcomes = BTreeSet::new();
    for responses in &configurations {
        for &address in &addresses {
            for &compromised in &compromised {
                let full = rules(responses, posture, event, address, compromised, strict);
                outcomes.insert(full);
            }
        }
    }
    if is_now {
        let under = |outcome| under(posture.mode.standard, outcome);
        // What full function does is unknown where it can be several things, and then the mode is asked.
        return outcomes.into_iter().map(under).collect();
    }
    outcomes
}

fn expected(possible: &BTreeSet<ReplayOutcome>) -> ReplayOutcome {
    match possible.len() {
        1 => *possible.first().unwrap(),
        _ => ReplayOutcome::Unknown,
    }
}

fn mode() -> impl Strategy<Value = Option<Mode>> {
    prop::sample::select(vec![
        None,
        Some(Mode::Off),
        Some(Mode::Audit),
        Some(Mode::Enforced),
    ])
}

fn responses() -> BoxedStrategy<RiskConfiguration> {
    let ranges =
        |nets: &'static [&'static str]| arbitrary::ranges(prop::sample::select(nets).prop_map(str::to_owned));
    arbitrary::responses(
        prop::option::of(arbitrary::notifications(&"[a-z]{1,3}".boxed())),
        ranges(&[
            "192.0.2.0/24",
            "192.0.2.8/29",
            "192.0.2.9/32",
            "2001:db8::/32",
            "nonsense",
        ]),
        ranges(&["198.51.100.0/24", "198.51.100.8/30", "198.51.100.9/32"]),
    )
}

prop_compose! {
    fn client(key: &'static str)(risk in arbitrary::overriding(responses()), has_id in any::<bool>()) -> Client {
        Client { key: key.to_owned(), id: has_id.then(|| format!("{key}-id")), risk, ..Client::default() }
    }
}

prop_compose! {
    fn posture()(
        standard in mode(),
        custom in mode(),
        mfa in prop::sample::select(vec![
            None, Some(MfaConfiguration::Off), Some(MfaConfiguration::Optional), Some(MfaConfiguration::On),
        ]),
        responses in responses(),
        web in prop::option::of(client("web")),
        app in prop::option::of(client("app")),
        rest in prop::option::of(client("*")),
        origin in prop::sample::select(vec![Origin::Desired, Origin::Observed]),
    ) -> Posture {
        Posture {
            origin,
            mode: Modes { standard, custom },
            mfa: Mfa { configuration: mfa, factors: None },
            responses,
            clients: web.into_iter().chain(app).collect(),
            other_clients: rest,
            ..Posture::default()
        }
    }
}

fn word<T: Spelling + std::fmt::Debug>() -> impl Strategy<Value = Spelled<T>> {
    prop_oneof![
        1 => Just(Spelled::Absent),
        1 => Just(Spelled::Other("Strange".to_owned())),
        8 => prop::sample::select(T::WORDS.to_vec()).prop_map(Spelled::Known),
    ]
}

prop_compose! {
    fn event()(
        kind in (word::<AuthEventType>(), any::<bool>()),
        response in word::<EventResponse>(),
        level in word::<RiskLevel>(),
        decision in word::<RiskDecision>(),
        compromised in prop::option::of(any::<bool>()),
        address in prop::option::of(prop::sample::select(vec![
            ADDRESSES[0], ADDRESSES[1], ADDRESSES[2], "192.0.2.200", "::ffff:192.0.2.9", "2001:db8::1", "no address",
        ])),
        client in prop::option::of(prop::sample::select(vec!["web-id", "app-id", "other-id"])),
        is_federated in prop::bool::weighted(0.1),
        sub in prop::option::of("[a-c]"),
        feedback in word::<FeedbackValue>(),
        has_mfa in any::<bool>(),
        (has_id, has_pool) in (prop::bool::weighted(0.8), prop::bool::weighted(0.8)),
    ) -> AuthEvent {
        AuthEvent {
            id: has_id.then(|| "e".to_owned()),
            pool: has_pool.then(|| "p".to_owned()),
            // Half of them sign-ins.
            event_type: if kind.1 { Spelled::Known(AuthEventType::SignIn) } else { kind.0 },
            response,
            level,
            decision,
            compromised,
            address: address.map(str::to_owned),
            client: client.map(str::to_owned),
            idp: is_federated.then(|| "Saml".to_owned()),
            sub,
            feedback: Some(EventFeedback { value: feedback, ..EventFeedback::default() }),
            challenges: has_mfa.then(|| vec![AnsweredChallenge { name: "Mfa".to_owned(), answer: None }]),
            ..AuthEvent::default()
        }
    }
}

/// An address in IPv6's clothes is the IPv4 address for the oracle, which compares by families.
fn plain(event: &AuthEvent) -> AuthEvent {
    let mut event = event.clone();
    event.address = event.address.map(|text| text.replace("::ffff:", ""));
    event
}

const OF_RECORD: [ShareGap; 4] = [ShareGap::Type, ShareGap::Id, ShareGap::Pool, ShareGap::Result];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn full_function_is_what_the_rules_say(posture in posture(), event in event(), strict in any::<bool>()) {
        let strictness = Strictness { allow_ranges_block: strict };
        let found = Replayer::new(&posture, strictness).enforced(&event);
        let possible = possible(&posture, &plain(&event), strict, false);
        prop_assert_eq!(found.outcome, expected(&possible), "{:?} {:?}", found, possible);
    }

    /// The mode decides what is done of it. Only where full function can be several things is more said than unknown.
    #[test]
    fn outcome_as_it_is_follows_the_mode(posture in posture(), event in event()) {
        let replayer = Replayer::new(&posture, Strictness::default());
        let found = replayer.as_it_is(&event).outcome;
        let possible = possible(&posture, &plain(&event), false, true);
        if possible.len() == 1 {
            let only = *possible.first().unwrap();
            let full = replayer.enforced(&event).outcome;
            prop_assert!(found == only || found == under(posture.mode.standard, full), "{found:?} {possible:?}");
        } else {
            prop_assert!(found == ReplayOutcome::Unknown || posture.mode.standard != Some(Mode::Enforced),
                "{found:?} {possible:?}");
        }
        if posture.mode.standard == Some(Mode::Enforced) {
            prop_assert_eq!(found, replayer.enforced(&event).outcome);
        }
        if posture.mode.standard != Some(Mode::Enforced) {
            prop_assert!(!matches!(found, ReplayOutcome::Blocked) && !found.is_challenge(), "nothing is done");
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Counts against going through the list again for each number.
    #[test]
    fn counts_are_those_of_the_list(
        now in posture(),
        proposed in posture(),
        events in prop::collection::vec(event(), 0..40),
    ) {
        let (now, proposed) = (
            Replayer::new(&now, Strictness::default()),
            Replayer::new(&proposed, Strictness::default()),
        );
        let mut counter = ImpactCounter::new(now.clone(), proposed.clone(), "2026-11-27".parse().unwrap());
        for event in &events {
            counter.add(event);
        }
        let found = counter.finish();
        let users = |list: &[&AuthEvent]| {
            let names: BTreeSet<_> = list.iter().filter_map(|event| event.user()).collect();
            names.len() as u64
        };
        let failed = |event: &&&AuthEvent| event.response.known() == Some(EventResponse::Fail);
        for row in &found.outcomes {
            let with: Vec<_> = events.iter().filter(|e| proposed.enforced(e).outcome == row.outcome).collect();
            prop_assert_eq!((row.proposed.events, row.proposed.users), (with.len() as u64, users(&with)));
            prop_assert_eq!(row.failed, with.iter().filter(failed).count() as u64);
            let valid = |e: &&&AuthEvent| e.feedback.as_ref().unwrap().value.known() == Some(FeedbackValue::Valid);
            prop_assert_eq!(row.valid, with.iter().filter(valid).count() as u64);
            let before: Vec<_> = events.iter().filter(|e| now.as_it_is(e).outcome == row.outcome).collect();
            prop_assert_eq!((row.now.events, row.now.users), (before.len() as u64, users(&before)));
        }
        let total = events.len() as u64;
        prop_assert_eq!(found.total.events, total);
        prop_assert_eq!(found.reasons.iter().map(|row| row.events).sum::<u64>(), total);
        for breakdown in &found.breakdowns {
            prop_assert_eq!(breakdown.rows.iter().map(|row| row.total.events).sum::<u64>(), total, "{}", breakdown.by);
            for row in &breakdown.rows {
                let parts = row.outcomes.values().map(|count| count.events).sum::<u64>();
                prop_assert_eq!(parts, row.total.events);
            }
        }
        let share = found.share();
        let mut slow = WouldBlock::default();
        for event in events.iter().filter(|event| event.idp.is_none()) {
            let is_type_known = match event.event_type {
                Spelled::Known(AuthEventType::SignIn) => true,
                Spelled::Known(_) => continue,
                _ => false,
            };
            let sign_in = AuthEvent { event_type: Spelled::Known(AuthEventType::SignIn), ..event.clone() };
            let outcome = proposed.enforced(&sign_in).outcome;
            let is_open = matches!(outcome, ReplayOutcome::Blocked | ReplayOutcome::Unknown);
            let is_sure = is_type_known && event.id.is_some() && event.pool.is_some() && event.response.known().is_some();
            let lacks = [
                (!is_type_known, ShareGap::Type),
                (event.id.is_none(), ShareGap::Id),
                (event.pool.is_none(), ShareGap::Pool),
                (event.response.known().is_none(), ShareGap::Result),
            ];
            if !failed(&&event) {
                for (_, gap) in lacks.iter().filter(|(is_missing, _)| *is_missing) {
                    *slow.gaps.entry(*gap).or_default() += 1;
                }
            }
            if failed(&&event) {
                slow.failed += 1;
            } else if !is_open && !is_sure {
                slow.unclear += 1;
            } else {
                slow.sign_ins += 1;
                slow.blocked += u64::from(is_sure && outcome == ReplayOutcome::Blocked);
                slow.unknown += u64::from(is_open && (!is_sure || outcome == ReplayOutcome::Unknown));
            }
        }
        // What is missing of the record itself; why an outcome is unknown is the replay's to say.
        let others = share.gaps.iter().filter(|(gap, _)| !OF_RECORD.contains(gap));
        slow.gaps.extend(others.map(|(gap, count)| (*gap, *count)));
        prop_assert_eq!(share, slow);
    }
}
