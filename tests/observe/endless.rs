//! A service that does not end: a body that goes on, a listing that always has another page.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cogward::aws::{CallError, Connect as _, ConnectWriter as _, Connector, Effect, Session};
use cogward::model::observed::{Failure, Selector};
use cogward::observe::live::{Silent, Stop, observe};
use serde_json::json;

use crate::observe::support::{POOL, REGION, place, quick};

/// What a connection is answered, call by call; an error ends it.
type Answer = fn(&Counts, &mut TcpStream) -> std::io::Result<()>;

#[derive(Default)]
struct Counts {
    calls: AtomicUsize,
    bytes: AtomicUsize,
}

/// A server of its own on loopback, which ends with the process.
fn serve(answer: Answer) -> (Connector, Arc<Counts>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let counts = Arc::new(Counts::default());
    let shared = Arc::clone(&counts);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let counts = Arc::clone(&shared);
            std::thread::spawn(move || converse(&counts, stream, answer));
        }
    });
    let config = format!(
        "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\nendpoint_url = http://{address}\n"
    );
    (Connector::new(quick()).with_shared_config(config), counts)
}

fn converse(counts: &Counts, mut stream: TcpStream, answer: Answer) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        reader.read_exact(&mut vec![0; length]).ok()?;
        counts.calls.fetch_add(1, Ordering::Relaxed);
        answer(counts, &mut stream).ok()?;
    }
}

/// Writes a body for as long as anybody reads it.
fn endless(counts: &Counts, stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
    stream.write_all(b"1\r\n{\r\n")?;
    let chunk = [b"10000\r\n".as_slice(), &vec![b' '; 0x10000], b"\r\n"].concat();
    loop {
        stream.write_all(&chunk)?;
        counts.bytes.fetch_add(chunk.len(), Ordering::Relaxed);
    }
}

/// A page of pools, and the token of another.
fn another(counts: &Counts, stream: &mut TcpStream) -> std::io::Result<()> {
    let number = counts.calls.load(Ordering::Relaxed);
    let pools = json!([{ "Id": format!("us-west-2_{number}"), "Name": "one of many" }]);
    let body = json!({ "UserPools": pools, "NextToken": number.to_string() }).to_string();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all([head, body].concat().as_bytes())
}

#[tokio::test]
async fn a_body_without_an_end_is_no_answer() {
    let session = Session::default();
    for operation in 0..6 {
        let (connector, counts) = serve(endless);
        let port = connector.connect(&session, REGION, None).await;
        let found: Result<(), CallError> = match operation {
            0 => port.account().await.map(drop),
            1 => port.describe_user_pool(POOL).await.map(drop),
            2 => port.list_clients(POOL, None).await.map(drop),
            3 => port.alarms(None).await.map(drop),
            4 => port.events("UpdateUserPool", None).await.map(drop),
            _ => port.topic("arn:aws:sns:us-west-2:123456789012:a").await.map(drop),
        };
        let error = found.unwrap_err();
        assert_eq!(error.failure(), Failure::NotUnderstood, "{operation}: {error}");
        assert_eq!(error.detail, "the answer is longer than 16 MiB", "{operation}");
        assert_eq!(
            counts.calls.load(Ordering::Relaxed),
            1,
            "{operation}: not asked again"
        );
        // What the system keeps between both is on top.
        let sent = counts.bytes.load(Ordering::Relaxed) >> 20;
        assert!((15..40).contains(&sent), "{operation}: {sent} MiB");
    }
}

/// A write with an answer without an end is not known.
#[tokio::test]
async fn write_with_unending_answer_is_unknown() {
    let (connector, counts) = serve(endless);
    let port = connector.connect_writer(&Session::default(), REGION, None).await;
    let error = port
        .update_user_pool(&json!({ "UserPoolId": POOL }))
        .await
        .unwrap_err();
    assert_eq!(
        (error.error.failure(), error.effect),
        (Failure::NotUnderstood, Effect::Unknown)
    );
    assert_eq!(counts.calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_listing_without_an_end_is_named() {
    let (connector, counts) = serve(another);
    let nobody = Selector {
        names: vec!["nobody".into()],
        ..Selector::default()
    };
    let (limits, stop) = (quick(), Stop::default());
    let places = [place([nobody])];
    let found = observe(&connector, &places, &limits, &Silent, &stop).await.estate;
    assert_eq!(counts.calls.load(Ordering::Relaxed), 2_000);
    let [at] = found.unreachable.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (at.operation.as_str(), at.failure, at.detail.as_str()),
        (
            "ListUserPools",
            Failure::NotUnderstood,
            "the listing has more than 2000 pages"
        )
    );
    assert!(!found.is_whole());
}
