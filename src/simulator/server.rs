//! The HTTP server on loopback: a thread with its own runtime, started and stopped from anywhere.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::simulator::fault::{Faults, InjectedFault};
use crate::simulator::log::LoggedCall;
use crate::simulator::options::Options;
use crate::simulator::router::{Outcome, Router};
use crate::simulator::state::AwsState;
use crate::simulator::wire::encode::Encoded;
use crate::simulator::wire::request::Request;

/// Largest request that is read, in bytes.
const MOST: usize = 8 << 20;

/// How long calls on their way may take when the server stops.
const GRACE: Duration = Duration::from_millis(100);

/// A running server. It stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    router: Arc<Router>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server for a world. Usable from any thread, within a runtime or without.
    ///
    /// # Errors
    /// The port is taken, or the system gives no socket, thread or runtime.
    pub fn start(world: AwsState, options: Options) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let router = Arc::new(Router::new(world, options));
        let (stop, stopped) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let own = Arc::clone(&router);
        let run = move || {
            runtime.block_on(accept(listener, own, stopped));
            runtime.shutdown_timeout(GRACE);
        };
        let thread = std::thread::Builder::new().name("simulator".into()).spawn(run)?;
        Ok(Self {
            address,
            router,
            stop,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The endpoint to give to an SDK, as in `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A copy of everything as it is now.
    pub fn world(&self) -> AwsState {
        self.router.lock().world.clone()
    }

    /// Changes the world between two calls, as somebody else would.
    pub fn change<T>(&self, change: impl FnOnce(&mut AwsState) -> T) -> T {
        change(&mut self.router.lock().world)
    }

    /// The calls so far, in the order in which they arrived.
    pub fn log(&self) -> Vec<LoggedCall> {
        self.router.lock().log.clone()
    }

    /// Empties the log (while no call is on its way) and restarts [`Server::busiest`].
    pub fn forget(&self) {
        let mut state = self.router.lock();
        // Calls on their way keep their place: the log is only emptied when there are none.
        if state.busy == 0 {
            state.log.clear();
        }
        state.busiest = state.busy;
    }

    /// Most calls that were on their way at once.
    pub fn busiest(&self) -> usize {
        self.router.lock().busiest
    }

    /// Replaces the faults; counting restarts.
    pub fn set_faults(&self, faults: Vec<InjectedFault>) {
        self.router.lock().faults = Faults::new(faults);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody listens if the thread has ended already, which is as good.
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: std::net::TcpListener, router: Arc<Router>, mut stopped: watch::Receiver<bool>) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, Arc::clone(&router), stopped.clone()));
                }
                // Out of file handles, or the peer is gone already: others may fare better.
                Err(_) => tokio::task::yield_now().await,
            },
        }
    }
    let all = async { while connections.join_next().await.is_some() {} };
    // What is still on its way after that is cut off with the runtime.
    let _ = tokio::time::timeout(GRACE, all).await;
}

async fn converse(stream: TcpStream, router: Arc<Router>, mut stopped: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let router = Arc::clone(&router);
        async move { respond(&router, request).await }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service)
    );
    // A connection that ends in an error is the client's business: it sees one too.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// No answer, which hyper turns into a closed connection.
#[derive(Debug, thiserror::Error)]
#[error("the simulator closes the connection without an answer")]
struct Silence;

async fn respond(
    router: &Router,
    request: hyper::Request<Incoming>,
) -> Result<Response<Bytestream>, Silence> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MOST).collect().await else {
        return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large"));
    };
    let Some(request) = Request::read(&head, &body.to_bytes()) else {
        let what = "this is a simulated AWS, and it does not understand the request";
        return Ok(plain(StatusCode::NOT_FOUND, what));
    };
    match router.serve(&request).await {
        Outcome::Whole(encoded) => Ok(response(encoded, false)),
        Outcome::Half(encoded) => Ok(response(encoded, true)),
        Outcome::None => Err(Silence),
    }
}

fn plain(status: StatusCode, text: &str) -> Response<Bytestream> {
    let mut response = Response::new(Bytestream::new(text.as_bytes().to_vec(), false));
    *response.status_mut() = status;
    response
}

fn response(encoded: Encoded, half: bool) -> Response<Bytestream> {
    let mut response = Response::new(Bytestream::new(encoded.body, half));
    *response.status_mut() = StatusCode::from_u16(encoded.status).unwrap_or(StatusCode::OK);
    for (name, value) in encoded.headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A body that is sent whole, or breaks off in the middle of what it has promised.
struct Bytestream {
    rest: Option<Bytes>,
    promised: u64,
    breaks: Break,
}

/// How far a body that breaks off has come.
#[derive(PartialEq)]
enum Break {
    Never,
    /// Half is sent; the connection must be flushed before it is closed.
    AfterFlush,
    Now,
}

impl Bytestream {
    fn new(bytes: Vec<u8>, half: bool) -> Self {
        let promised = bytes.len() as u64;
        let mut bytes = Bytes::from(bytes);
        if half {
            bytes.truncate(bytes.len() / 2);
        }
        Self {
            rest: Some(bytes),
            promised,
            breaks: if half { Break::AfterFlush } else { Break::Never },
        }
    }
}

impl Body for Bytestream {
    type Data = Bytes;
    type Error = Silence;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Silence>>> {
        if let Some(bytes) = self.rest.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.breaks {
            Break::Never => Poll::Ready(None),
            Break::AfterFlush => {
                self.breaks = Break::Now;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Break::Now => Poll::Ready(Some(Err(Silence))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none() && self.breaks == Break::Never
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}
