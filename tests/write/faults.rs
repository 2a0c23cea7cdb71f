//! Every fault at every write: what is told, what is repeated, and whether something changed.

use cogward::aws::{Effect, Fault as Told, WriteError};
use cogward::model::observed::Failure;
use cogward::simulator::{Empty, FaultKind, InjectedFault, Options, Server};

use crate::write::support::{POOL, Write, ports, start};

/// What a write that meets a fault is told, and how often it is sent.
struct Case {
    kind: FaultKind,
    failure: Failure,
    code: Option<&'static str>,
    effect: Effect,
    attempts: usize,
    /// Whether the service carried it out all the same.
    landed: bool,
}

fn case(kind: FaultKind, failure: Failure, effect: Effect) -> Case {
    Case {
        kind,
        failure,
        code: None,
        effect,
        attempts: 1,
        landed: false,
    }
}

fn coded(kind: FaultKind, failure: Failure, code: &'static str, effect: Effect) -> Case {
    Case {
        code: Some(code),
        ..case(kind, failure, effect)
    }
}

fn landed(kind: FaultKind, failure: Failure) -> Case {
    Case {
        landed: true,
        ..case(kind, failure, Effect::Unknown)
    }
}

/// Answers without a word of what was written. The service did nothing.
fn unanswered(write: Write) -> Vec<Case> {
    let empty = Empty::ALL.into_iter().filter(|empty| !is_true(write, *empty));
    let cases = empty.map(|empty| case(FaultKind::Empty(empty), Failure::NotUnderstood, Effect::Unknown));
    cases.collect()
}

/// Two operations answer with nothing: whether they were carried out only a reading says.
fn is_true(write: Write, empty: Empty) -> bool {
    matches!(write, Write::Pool | Write::Alarm) && matches!(empty, Empty::Object | Empty::Nothing)
}

fn cases() -> Vec<Case> {
    use Failure::{Denied, NoCredentials, NotUnderstood, Throttled, TimedOut, Unavailable};
    let throttled = coded(
        FaultKind::Throttle,
        Throttled,
        "TooManyRequestsException",
        Effect::Refused,
    );
    vec![
        Case {
            attempts: 3,
            ..throttled
        },
        coded(
            FaultKind::Internal,
            Unavailable,
            "InternalErrorException",
            Effect::Unknown,
        ),
        landed(FaultKind::BadGateway, Unavailable),
        case(FaultKind::Reset, Unavailable, Effect::Unknown),
        // It is carried out after the end of the test.
        case(FaultKind::Slow(60_000), TimedOut, Effect::Unknown),
        landed(FaultKind::Lost, Unavailable),
        landed(FaultKind::Garbage, NotUnderstood),
        landed(FaultKind::Truncated, NotUnderstood),
        coded(
            FaultKind::AccessDenied,
            Denied,
            "AccessDeniedException",
            Effect::Refused,
        ),
        coded(
            FaultKind::ExpiredToken,
            NoCredentials,
            "ExpiredTokenException",
            Effect::Refused,
        ),
        coded(
            FaultKind::NotFound,
            Unavailable,
            "ResourceNotFoundException",
            Effect::Refused,
        ),
        coded(
            FaultKind::ConcurrentModification,
            Unavailable,
            "ConcurrentModificationException",
            Effect::Refused,
        ),
    ]
}

async fn struck(write: Write, fault: InjectedFault) -> (Server, Result<(), WriteError>) {
    let server = start(Options {
        faults: vec![fault.at(write.operation())],
        ..Options::default()
    });
    let (_, port) = ports(&server.endpoint()).await;
    let result = write.make(&*port).await.map(drop);
    (server, result)
}

async fn meets(write: Write, case: Case) {
    let (server, result) = struck(write, InjectedFault::new(case.kind.clone())).await;
    let what = format!("{} at {write:?}: {result:?}", case.kind.name());
    let Err(error) = result else { panic!("{what}") };
    assert_eq!(error.error.failure(), case.failure, "{what}");
    assert_eq!(error.effect, case.effect, "{what}");
    // The services spell their codes differently.
    if write != Write::Alarm {
        assert_eq!(error.code.as_deref(), case.code, "{what}");
        assert_eq!(
            error.is_concurrent(),
            case.kind == FaultKind::ConcurrentModification
        );
    }
    assert_eq!(server.log().len(), case.attempts, "{what}");
    assert_eq!(write.landed(&server.world()), case.landed, "{what}");
    let answered = server.log().iter().any(|call| call.status.is_some());
    assert!(
        !(answered && error.code.is_some()) || error.request_id.is_some(),
        "{what}"
    );
}

/// Every fault at every write is told and only harmless ones are repeated.
#[tokio::test]
async fn faults_at_each_write_and_safe_retries() {
    let all = Write::ALL.into_iter().flat_map(|write| {
        let all = cases().into_iter().chain(unanswered(write));
        all.map(move |case| meets(write, case))
    });
    futures::future::join_all(all).await;
}

/// An empty answer is taken where the service gives no other.
#[tokio::test]
async fn empty_answer_accepted_where_documented() {
    let empty = Write::ALL
        .into_iter()
        .flat_map(|write| Empty::ALL.map(|empty| (write, empty)));
    for (write, empty) in empty.filter(|(write, empty)| is_true(*write, *empty)) {
        let (server, result) = struck(write, InjectedFault::new(FaultKind::Empty(empty))).await;
        result.unwrap();
        assert!(!write.landed(&server.world()), "{write:?}");
    }
}

/// A throttled write goes through when the service has room again.
#[tokio::test]
async fn throttled_write_is_retried() {
    for write in Write::ALL {
        let (server, result) = struck(write, InjectedFault::new(FaultKind::Throttle).times(2)).await;
        result.unwrap();
        assert!(write.landed(&server.world()), "{write:?}");
        assert_eq!(server.log().len(), 3, "{write:?}");
    }
}

/// What may have been done is not done again.
#[tokio::test]
async fn write_with_unknown_effect_is_not_retried() {
    for kind in [
        FaultKind::Internal,
        FaultKind::BadGateway,
        FaultKind::Reset,
        FaultKind::Lost,
    ] {
        let (server, result) = struck(Write::Pool, InjectedFault::new(kind.clone()).times(1)).await;
        assert_eq!(result.unwrap_err().effect, Effect::Unknown, "{}", kind.name());
        assert_eq!(server.log().len(), 1, "{}", kind.name());
    }
}

#[tokio::test]
async fn refusals_are_told_in_the_services_words() {
    let server = start(Options::default());
    let (_, port) = ports(&server.endpoint()).await;
    let body = serde_json::json!({ "UserPoolId": POOL, "UserPoolTags": { "aws:x": "y" } });
    let error = port.update_user_pool(&body).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("InvalidParameterException"));
    assert_eq!(
        error.error.detail,
        "InvalidParameterException: aws: prefixed tag key names are not allowed for external use"
    );
    assert_eq!(error.effect, Effect::Refused);
    let gone = serde_json::json!({ "UserPoolId": "us-west-2_NONE" });
    let error = port.update_user_pool(&gone).await.unwrap_err();
    assert_eq!(
        (error.error.fault, error.effect),
        (Told::NotFound, Effect::Refused)
    );
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let (_, port) = ports(&format!("http://{address}")).await;
    let error = Write::Pool.make(&*port).await.unwrap_err();
    assert_eq!(error.error.failure(), Failure::Unavailable);
    assert_eq!(error.effect, Effect::None, "{error}");
}
