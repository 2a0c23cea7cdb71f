//! Investigations: what is joined to whom, and that nothing gets lost.

mod pools;
mod random;

use jiff::Timestamp;

use super::*;
use crate::ident::pseudonym;
use crate::impact::{ReplayOutcome, ReplayReason};
use crate::model::client::{Client, Override};
use crate::model::effective::Reason;
use crate::model::event::{AnsweredChallenge, AuthEvent, CloudTrailRecord, Spelled};
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::mode::{Mode, Modes};
use crate::model::posture::{Origin, Posture};
use crate::model::response::{AccountTakeover, Action, Response, RiskConfiguration};

const POOL: &str = "us-west-2_A";

fn at(second: i64) -> Option<Timestamp> {
    Timestamp::from_second(1_791_187_200 + second).ok()
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn scope() -> InvestigationScope {
    InvestigationScope {
        pool: POOL.to_owned(),
        ..InvestigationScope::default()
    }
}

fn event(sub: &str, second: i64, response: &str, level: &str, decision: &str) -> AuthEvent {
    AuthEvent {
        id: Some(format!("e-{second}")),
        pool: some(POOL),
        client: some("c-1"),
        sub: some(sub),
        user_name: some(sub).map(|sub| format!("name of {sub}")),
        at: at(second),
        event_type: Spelled::read(Some("SignIn")),
        response: Spelled::read(Some(response)),
        level: Spelled::read(Some(level)),
        decision: Spelled::read(Some(decision)),
        compromised: Some(false),
        address: some("192.0.2.10"),
        city: some("Berlin"),
        request: Some(format!("r-{second}")),
        ..AuthEvent::default()
    }
}

fn record(sub: &str, second: i64, code: &str, message: &str) -> CloudTrailRecord {
    CloudTrailRecord {
        id: Some(format!("t-{second}")),
        action: some("InitiateAuth"),
        at: at(second),
        client: some("c-1"),
        sub: some(sub),
        address: some("198.51.100.7"),
        code: some(code),
        message: some(message),
        request: Some(format!("r-{second}")),
        ..CloudTrailRecord::default()
    }
}

fn refused(sub: &str, second: i64, message: &str) -> CloudTrailRecord {
    record(sub, second, "NotAuthorizedException", message)
}

fn settings(mode: Mode) -> Posture {
    let block = Response {
        action: Action::Block,
        notify: false,
    };
    Posture {
        origin: Origin::Observed,
        mode: Modes {
            standard: Some(mode),
            custom: Some(mode),
        },
        responses: RiskConfiguration {
            account_takeover: Some(AccountTakeover {
                high: Some(block),
                ..AccountTakeover::default()
            }),
            ..RiskConfiguration::default()
        },
        ..Posture::default()
    }
}

fn found(
    scope: InvestigationScope,
    settings: Option<&Posture>,
    events: &[AuthEvent],
    records: &[CloudTrailRecord],
) -> Investigation {
    let mut investigator = Investigator::new(scope, settings);
    for event in events {
        investigator.add_event(event);
    }
    for record in records {
        investigator.add_record(record);
    }
    investigator.finish()
}

fn ids(user: &TimelineUser) -> Vec<String> {
    user.causes().into_keys().map(|cause| cause.id).collect()
}

/// An event and the record of its request are one step.
#[test]
fn event_and_its_record_are_one_step() {
    let events = [
        event("s", 1, "Fail", "High", "Block"),
        event("s", 9, "Pass", "", "NoRisk"),
    ];
    let same = |record: CloudTrailRecord| CloudTrailRecord {
        address: some("192.0.2.10"),
        ..record
    };
    let records = [
        same(refused("s", 1, "Unable to login because of security reasons.")),
        record("s", 5, "", ""),
    ];
    // The same id, and another user, client or address: not the same request.
    let others = [
        same(record("t", 1, "", "")),
        record("s", 1, "", ""),
        CloudTrailRecord {
            client: some("c-2"),
            ..same(record("s", 1, "", ""))
        },
    ];
    for other in others {
        let apart = found(scope(), None, &events[..1], &[other]);
        let steps: usize = apart.users.iter().map(|user| user.steps.len()).sum();
        assert_eq!(steps, 2, "{apart:?}");
    }
    let found = found(scope(), None, &events, &records);
    let [user] = found.users.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(user.title(), "name of s (s)");
    let seen: Vec<_> = user
        .steps
        .iter()
        .map(|step| (step.event.is_some(), step.record.is_some()))
        .collect();
    assert_eq!(seen, [(true, true), (false, true), (true, false)]);
    let cause = user.steps[0].cause().unwrap();
    assert_eq!((cause.id.as_str(), cause.is_derived), ("block", false));
    assert_eq!((found.counts.events, found.counts.records), (2, 2));
}

/// Causes are told apart by `CloudTrail` and else by what the event shows.
#[test]
fn cause_from_trail_or_event() {
    let by_trail = [
        ("Unable to login because of security reasons.", "block"),
        ("Request not allowed due to security reasons.", "address-block"),
        ("Password attempts exceeded", "lockout"),
        ("Incorrect username or password.", "wrong-password"),
        ("Something else", "NotAuthorizedException"),
        ("", "NotAuthorizedException"),
    ];
    for (message, id) in by_trail {
        let found = found(scope(), None, &[], &[refused("s", 1, message)]);
        assert_eq!(ids(&found.users[0]), [id], "{message}");
    }
    let challenge = |name: &str| {
        Some(vec![AnsweredChallenge {
            name: name.to_owned(),
            answer: Some("Failure".to_owned()),
        }])
    };
    let mut blocked = event("s", 1, "Fail", "", "Block");
    let mut compromised = blocked.clone();
    compromised.compromised = Some(true);
    let mut password = event("s", 1, "Fail", "", "NoRisk");
    password.challenges = challenge("Password");
    let mut code = password.clone();
    code.challenges = challenge("Mfa");
    let plain = event("s", 1, "Fail", "Low", "AccountTakeover");
    for (event, id) in [
        (event("s", 1, "Fail", "High", "Block"), Some("block")),
        (blocked.clone(), Some("blocked")),
        (compromised, Some("compromised")),
        (password, Some("wrong-password-or-lockout")),
        (code, Some("wrong-code")),
        (plain, Some("failed")),
        (event("s", 1, "Pass", "High", "Block"), None),
        (event("s", 1, "InProgress", "High", "AccountTakeover"), None),
    ] {
        let found = found(scope(), None, std::slice::from_ref(&event), &[]);
        let cause = found.users[0].steps[0].cause();
        assert_eq!(cause.as_ref().map(|cause| cause.id.as_str()), id, "{event:?}");
        assert!(cause.is_none_or(|cause| cause.is_derived));
    }
    let mut ranges = settings(Mode::Enforced);
    ranges.responses.risk_exceptions = Some(RiskExceptions {
        always_block: vec![IpRange::new("203.0.113.0/24")],
        always_allow: Vec::new(),
    });
    blocked.address = some("203.0.113.9");
    let found = found(scope(), Some(&ranges), &[blocked], &[]);
    assert_eq!(ids(&found.users[0]), ["address-block"]);
}

/// The cell that decides is named and audit says what ENFORCED would do.
#[test]
fn deciding_cell_and_audit_outcome() {
    let risky = event("s", 1, "Pass", "High", "AccountTakeover");
    let judged = |mode| {
        let found = found(scope(), Some(&settings(mode)), std::slice::from_ref(&risky), &[]);
        found.users[0].steps[0].ruling.clone().unwrap()
    };
    let enforced = judged(Mode::Enforced);
    assert_eq!(enforced.outcome, ReplayOutcome::Blocked);
    assert_eq!(enforced.pointer.unwrap().as_str(), "/account_takeover/high");
    assert!(enforced.contradicted, "it passed: the settings were others");
    assert!(!enforced.client_assumed, "no client has responses of its own");
    let audit = judged(Mode::Audit);
    assert_eq!(
        (audit.outcome, audit.reason),
        (ReplayOutcome::Allowed, ReplayReason::Cell(Reason::AuditMode))
    );
    let (outcome, _, pointer) = audit.enforced.unwrap();
    assert_eq!(outcome, ReplayOutcome::Blocked);
    assert_eq!(pointer.unwrap().as_str(), "/account_takeover/high");
    assert!(!audit.contradicted);
    let mut own = settings(Mode::Enforced);
    own.clients.push(Client {
        key: "other".to_owned(),
        id: some("c-9"),
        risk: Override::Own(Box::default()),
        ..Client::UNKNOWN
    });
    let by_own = found(scope(), Some(&own), std::slice::from_ref(&risky), &[]);
    assert!(by_own.users[0].steps[0].ruling.as_ref().unwrap().client_assumed);
    // The record of the request names the client, by id or by time.
    for request in ["", "r-1"] {
        let event = AuthEvent {
            client: None,
            request: some(request),
            ..risky.clone()
        };
        let record = CloudTrailRecord {
            client: some("c-9"),
            address: some("192.0.2.10"),
            ..record("s", 1, "", "")
        };
        let found = found(scope(), Some(&own), &[event], &[record]);
        let step = &found.users[0].steps[0];
        assert!(
            step.record.is_some() && !step.ruling.as_ref().unwrap().client_assumed,
            "{step:?}"
        );
    }
    let blocked = event("s", 1, "Fail", "Low", "Block");
    let found = found(scope(), Some(&settings(Mode::Enforced)), &[blocked], &[]);
    let ruling = found.users[0].steps[0].ruling.as_ref().unwrap();
    assert_eq!(
        (ruling.outcome, ruling.contradicted),
        (ReplayOutcome::Unknown, false)
    );
}

/// Requests without a user are counted by what and why.
#[test]
fn requests_without_user_grouped() {
    let wrong = "Incorrect username or password.";
    let mut page = record("", 9, "", "");
    page.is_page = true;
    page.action = some("login_POST");
    let records = [
        refused("", 1, wrong),
        refused("", 2, wrong),
        CloudTrailRecord {
            address: some("203.0.113.1"),
            ..refused("", 3, wrong)
        },
        page,
    ];
    let all = found(scope(), None, &[], &records);
    assert!(all.users.is_empty() && all.nameless.total == 4, "{all:?}");
    let rows = &all.nameless.rows;
    assert_eq!((rows[0].requests, rows[0].addresses), (3, 2));
    assert_eq!(rows[0].cause.as_ref().unwrap().id, "wrong-password");
    assert_eq!(rows[0].top, Some(("198.51.100.7".to_owned(), 2)));
    assert_eq!((rows[1].action.as_str(), &rows[1].cause), ("login_POST", &None));
}

/// Window user and address narrow what is shown.
#[test]
fn scope_filters_window_user_address() {
    let mut near = event("b", 2, "Pass", "", "NoRisk");
    near.address = some("::ffff:203.0.113.9");
    let events = [
        event("a", 1, "Pass", "", "NoRisk"),
        near,
        event("b", 3, "Pass", "", "NoRisk"),
    ];
    let of = |scope: InvestigationScope| {
        let found = found(scope, None, &events, &[]);
        let users: Vec<_> = found
            .users
            .iter()
            .map(|user| (user.sub.clone().unwrap(), user.steps.len()))
            .collect();
        (users, found.counts.outside)
    };
    let by_address = InvestigationScope {
        address: Some("203.0.113.0/24".parse().unwrap()),
        ..scope()
    };
    assert_eq!(of(by_address), (vec![("b".to_owned(), 2)], 0));
    for wanted in ["a", "name of a", &pseudonym("a"), &pseudonym("name of a")] {
        let by_user = InvestigationScope {
            user: some(wanted),
            ..scope()
        };
        assert_eq!(of(by_user).0, [("a".to_owned(), 1)], "{wanted}");
    }
    let in_window = InvestigationScope {
        since: at(2),
        until: at(2),
        ..scope()
    };
    assert_eq!(of(in_window), (vec![("b".to_owned(), 1)], 2));
}

/// Users who matter come first and are asked about first.
#[test]
fn users_ordered_by_importance() {
    let records = [
        record("quiet", 1, "", ""),
        refused("wrong", 2, "Incorrect username or password."),
        refused("blocked", 3, "Unable to login because of security reasons."),
    ];
    let mut investigator = Investigator::new(scope(), None);
    investigator.add_client("c-1", POOL);
    for record in &records {
        investigator.add_record(record);
    }
    assert_eq!(investigator.subs(), ["blocked", "wrong", "quiet"]);
    investigator.add_user("quiet", "q", Some("EXTERNAL_PROVIDER"));
    let found = investigator.finish();
    let titles: Vec<_> = found.users.iter().map(TimelineUser::title).collect();
    assert_eq!(titles, ["blocked", "wrong", "q (quiet)"]);
    assert!(found.users[2].is_federated());
}

/// Addresses are counted with what became of their requests.
#[test]
fn address_counts_by_outcome() {
    let from = |address: &str, country: &str, event: AuthEvent| AuthEvent {
        address: some(address),
        country: some(country),
        ..event
    };
    let events = [
        from("192.0.2.1", "Germany", event("a", 0, "Pass", "", "NoRisk")),
        from(
            "192.0.2.1",
            "Spain",
            event("b", 10, "Pass", "Low", "AccountTakeover"),
        ),
        from("198.51.100.9", "", event("b", 20, "Fail", "High", "Block")),
    ];
    let found = found(scope(), None, &events, &[]);
    let rows = found.addresses();
    let brief: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.address.as_deref(),
                row.users,
                row.steps,
                row.risk.map(crate::model::response::RiskLevel::as_str),
            )
        })
        .collect();
    assert_eq!(
        brief,
        [
            (Some("198.51.100.9"), 1, 1, Some("high")),
            (Some("192.0.2.1"), 2, 2, Some("low")),
        ]
    );
    assert_eq!(rows[0].causes.values().sum::<u64>(), 1);
    assert!(rows[1].is_free && rows[1].causes.is_empty() && rows[1].countries.len() == 2);
}

#[test]
fn pseudonyms_leave_no_name_anywhere() {
    let mut risky = event("sub-1", 1, "Pass", "High", "AccountTakeover");
    risky.user_name = some("alice");
    let mut lambda = record("sub-1", 7, "UserLambdaValidationException", "no entry for alice");
    lambda.address = some("2001:db8::7");
    let records = [refused("", 2, "Incorrect username or password."), lambda];
    let wanted = InvestigationScope {
        address: Some("0.0.0.0/0".parse().unwrap()),
        ..scope()
    };
    let mut found = found(wanted, None, &[risky], &records);
    found.not_checked.push(crate::report::NotChecked::failed(
        "events of alice",
        "denied for sub-1",
    ));
    found.user = some("alice-the-second");
    let second = crate::report::NotChecked::failed("events of alice-the-second", "denied");
    found.not_checked.push(second);
    let shown = format!("{:?}", found.clone().redacted());
    assert!(
        !shown.contains("-the-second"),
        "a name that begins another one: {shown}"
    );
    for name in [
        "alice",
        "sub-1",
        "c-1",
        "192.0.2.10",
        "198.51.100.7",
        "2001:db8::7",
        "Berlin",
    ] {
        assert!(
            !shown.contains(&format!("\"{name}")) && !shown.contains(&format!(" {name}")),
            "{name}: {shown}"
        );
    }
    // Short names are parts of words, and AWS's words may have any of them.
    for (detail, kept) in [
        ("User zz is denied", false),
        ("no such right", true),
        ("ALICE is denied", false),
    ] {
        let unread = UnreadUsers {
            users: vec!["zz".to_owned()],
            why: "ListUsers: access denied".to_owned(),
            detail: some(detail),
            failed: true,
        };
        let mut found = found.clone();
        found.not_checked = vec![unread.named()];
        found.unread_users = vec![unread];
        let [entry] = &found.redacted().not_checked[..] else {
            panic!()
        };
        assert_eq!(entry.what, format!("user {}", pseudonym("zz")));
        let words = if kept {
            "ListUsers: access denied: no such right"
        } else {
            "ListUsers: access denied"
        };
        assert_eq!((entry.why.as_str(), entry.failed), (words, true));
    }
    let once = found.redacted();
    assert_eq!(once.users[0].sub, Some(pseudonym("sub-1")));
    assert_eq!(once.clone().redacted(), once);
}
