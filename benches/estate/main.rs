//! Simulated estates for measuring live looks, snapshots and comparisons.
//!
//! ```text
//! simulated-estate run POOLS CLIENTS MILLISECONDS quotas|free PROGRAM [ARGUMENT]...
//! simulated-estate look
//! simulated-estate write DIR POOLS CLIENTS
//! ```
//!
//! `run` plays AWS with so many pools of so many clients, every call taking so many milliseconds, and runs a program that
//! is led there by its environment. `look` is such a program: one look at all pools without minding quotas, through the
//! library. `write` makes a snapshot and policies for its pools, about one in ten of which differs.

#![expect(
    clippy::disallowed_methods,
    reason = "a tool for measuring, not the program: it reads the clock and owns the folder that it fills"
)]

mod policies;
mod world;

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use cogward::aws::{Connector, Limits, Session};
use cogward::model::observed::{Observed, Selector};
use cogward::observe::live::{Fetched, Place, Silent, Stop, observe};
use cogward::observe::snapshot::{self, Snapshot};
use cogward::simulator::{Options, Quotas, Server};

use world::{KEY, REGION, world};

const USAGE: &str = "usage: simulated-estate run POOLS CLIENTS MILLISECONDS quotas|free PROGRAM [ARGUMENT]...
       simulated-estate look
       simulated-estate write DIR POOLS CLIENTS";

fn usage() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, USAGE)
}

fn number<T: std::str::FromStr>(text: &str) -> io::Result<T> {
    text.parse().map_err(|_| usage())
}

/// Runs a program against a simulated AWS, and says what that was asked.
fn run(pools: usize, clients: usize, latency: Duration, quotas: bool, command: &[String]) -> io::Result<u8> {
    let (program, arguments) = command.split_first().ok_or_else(usage)?;
    let options = Options {
        latency,
        quotas: quotas.then(Quotas::documented),
        ..Options::default()
    };
    let server = Server::start(world(pools, clients), options)?;
    let began = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .env("AWS_ENDPOINT_URL", server.endpoint())
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", "simulated")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .status()?;
    report(&server, began.elapsed())?;
    Ok(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1))
}

fn report(server: &Server, took: Duration) -> io::Result<()> {
    let mut calls: BTreeMap<String, usize> = BTreeMap::new();
    let log = server.log();
    let refused = log.iter().filter(|call| call.error.is_some()).count();
    for call in &log {
        *calls.entry(call.operation.clone()).or_default() += 1;
    }
    let each: Vec<_> = calls
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    writeln!(
        io::stderr(),
        "{:.3} s, {} calls, {refused} refused, {} at once: {}",
        took.as_secs_f64(),
        log.len(),
        server.busiest(),
        each.join(", ")
    )
}

/// Looks at all pools of the region; nothing but `limits` keeps calls apart.
fn look(connector: &Connector, limits: &Limits) -> io::Result<Fetched> {
    let place = Place {
        session: Session::default(),
        region: REGION.to_owned(),
        account: None,
        selectors: vec![Selector::default()],
        shard: None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let look = runtime.block_on(observe(connector, &[place], limits, &Silent, &Stop::default()));
    if look.estate.is_whole() {
        Ok(look)
    } else {
        Err(io::Error::other("not everything could be read"))
    }
}

fn free() -> Limits {
    Limits {
        quotas: false,
        ..Limits::default()
    }
}

fn timed_look() -> io::Result<()> {
    let began = Instant::now();
    let found = look(&Connector::new(free()), &free())?;
    let took = began.elapsed().as_secs_f64();
    writeln!(io::stdout(), "{} pools in {took:.3} s", found.estate.pools.len())
}

/// A snapshot of a look at the simulated AWS, and policies for its pools.
fn write(dir: &Path, pools: usize, clients: usize) -> io::Result<()> {
    let server = Server::start(world(pools, clients), Options::default())?;
    let config = format!(
        "[default]\naws_access_key_id = {KEY}\naws_secret_access_key = simulated\nendpoint_url = {}\n",
        server.endpoint()
    );
    let found = look(&Connector::new(free()).with_shared_config(config), &free())?;
    policies::write(dir, found.estate.pools.iter().map(Observed::id))?;
    let taken = Snapshot {
        estate: found.estate,
        ..Snapshot::default()
    };
    std::fs::write(dir.join("pools.json"), snapshot::write(&taken))
}

fn start(arguments: &[String]) -> io::Result<u8> {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", pools, clients, latency, pace @ ("quotas" | "free"), ..] => {
            let latency = Duration::from_millis(number(latency)?);
            run(
                number(pools)?,
                number(clients)?,
                latency,
                *pace == "quotas",
                &arguments[5..],
            )
        }
        ["look"] => timed_look().map(|()| 0),
        ["write", dir, pools, clients] => write(Path::new(dir), number(pools)?, number(clients)?).map(|()| 0),
        _ => Err(usage()),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match start(&arguments) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}
