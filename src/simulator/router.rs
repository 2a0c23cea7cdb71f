//! The way of a call: who asks, may they, within quotas, what goes wrong, the operation, the answer.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::simulator::clock;
use crate::simulator::cloudtrail;
use crate::simulator::cloudwatch;
use crate::simulator::cognito;
use crate::simulator::context::Context;
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::fault::{self, FaultKind, Faults};
use crate::simulator::log::LoggedCall;
use crate::simulator::options::Options;
use crate::simulator::quota::Buckets;
use crate::simulator::service::Service;
use crate::simulator::sns;
use crate::simulator::state::{AwsState, Identity};
use crate::simulator::sts;
use crate::simulator::times;
use crate::simulator::wire::encode::{self, Encoded};
use crate::simulator::wire::request::Request;

/// What becomes of a call.
#[derive(Debug)]
pub(super) enum Outcome {
    /// This answer.
    Whole(Encoded),
    /// Half of this answer.
    Half(Encoded),
    /// No answer.
    None,
}

/// Everything that calls share.
#[derive(Debug)]
pub(super) struct Router {
    options: Options,
    started: Instant,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) world: AwsState,
    pub(super) log: Vec<LoggedCall>,
    pub(super) faults: Faults,
    buckets: Buckets,
    pub(super) busy: usize,
    pub(super) busiest: usize,
}

/// A call on its way: its place in the log, and what goes wrong with it.
struct Arrival {
    place: usize,
    struck: Vec<FaultKind>,
    caller: Result<Identity, Failure>,
}

impl Router {
    pub(super) fn new(mut world: AwsState, options: Options) -> Self {
        times::make_absolute(&mut world, clock::now());
        let state = State {
            world,
            log: Vec::new(),
            faults: Faults::new(options.faults.clone()),
            buckets: Buckets::new(options.quotas.clone()),
            busy: 0,
            busiest: 0,
        };
        Self {
            options,
            started: Instant::now(),
            state: Mutex::new(state),
        }
    }

    /// A panic in a test's own closure must not take the server with it.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a call, in its own time.
    pub(super) async fn serve(&self, request: &Request) -> Outcome {
        let arrival = self.arrive(request);
        let held: Duration = arrival.struck.iter().map(hold).sum();
        let wait = self.options.latency + held;
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        self.leave(request, &arrival)
    }

    fn arrive(&self, request: &Request) -> Arrival {
        let mut state = self.lock();
        let caller = state.admit(request, &self.options);
        let struck = match &caller {
            Ok(_) => state.faults.strike(request),
            Err(_) => Vec::new(),
        };
        let call = LoggedCall {
            service: request.service,
            operation: request.operation.clone(),
            account: caller.as_ref().ok().map(|caller| caller.account.clone()),
            region: request
                .scope
                .as_ref()
                .map_or_else(String::new, |scope| scope.region.clone()),
            pool: request.pool().map(str::to_owned),
            client: request.member("ClientId").map(str::to_owned),
            at: self.started.elapsed(),
            attempt: request.attempt.clone(),
            status: None,
            error: None,
            faults: struck.iter().map(FaultKind::name).collect(),
        };
        state.log.push(call);
        state.busy += 1;
        state.busiest = state.busiest.max(state.busy);
        Arrival {
            place: state.log.len() - 1,
            struck,
            caller,
        }
    }

    fn leave(&self, request: &Request, arrival: &Arrival) -> Outcome {
        let mut state = self.lock();
        let id = format!("00000000-0000-4000-8000-{:012x}", arrival.place + 1);
        let answer = arrival
            .caller
            .clone()
            .and_then(|caller| state.answer(request, &caller, &arrival.struck, &self.options));
        let error = answer.as_ref().err().map(|failure| failure.code.clone());
        let encoded = match &answer {
            Ok(output) => encode::answer(request, output, &id),
            Err(failure) => encode::refusal(request, failure, &id),
        };
        let outcome = garble(request, encoded, &arrival.struck, &id);
        state.busy -= 1;
        if let Some(call) = state.log.get_mut(arrival.place) {
            call.status = outcome.status();
            call.error = error.filter(|_| call.status.is_some());
        }
        outcome
    }
}

impl State {
    /// Who calls, if they may call at all.
    fn admit(&mut self, request: &Request, options: &Options) -> Result<Identity, Failure> {
        let service = request.service;
        if service == Service::Sts && request.operation == sts::UNSIGNED {
            return Ok(Identity {
                account: String::new(),
                arn: "anonymous".to_owned(),
            });
        }
        let scope = request.scope.as_ref().ok_or_else(|| service.unsigned())?;
        if scope.signing_name != service.signing_name() {
            return Err(service.wrong_scope());
        }
        let known = self.world.access_keys.get(&scope.access_key);
        let caller = known
            .or(self.world.anyone.as_ref())
            .ok_or_else(|| service.unknown_key())?
            .clone();
        let action = format!("{}:{}", service.prefix(), request.operation);
        let free = action == "sts:GetCallerIdentity";
        let allowed = options
            .allowed
            .as_ref()
            .is_none_or(|allowed| allowed.contains(&action));
        if !allowed && !free {
            return Err(service.denied(&caller.arn, &request.operation));
        }
        if !self.buckets.admit(request, &caller.account, Instant::now()) {
            return Err(service.throttled());
        }
        Ok(caller)
    }

    fn answer(
        &mut self,
        request: &Request,
        caller: &Identity,
        struck: &[FaultKind],
        options: &Options,
    ) -> Answer {
        self.meddle(request, caller, struck);
        if let Some(failure) = struck.iter().find_map(|kind| refuse(kind, request, caller)) {
            return Err(failure);
        }
        if struck.iter().any(FaultKind::prevents) {
            return Ok(Value::Null);
        }
        let mut context = Context {
            world: &mut self.world,
            behaviour: &options.behaviour,
            caller,
            region: region(request),
            now: clock::now(),
            page_size: options.page_size,
        };
        let mut output = operate(&mut context, request)?;
        if struck.contains(&FaultKind::DoneAndRefused) {
            return Err(Failure::new(
                "InvalidParameterException",
                "The request is not valid.",
            ));
        }
        for kind in struck {
            kind.alter(&mut output);
        }
        Ok(output)
    }

    /// What somebody else does to the pool as a call arrives.
    fn meddle(&mut self, request: &Request, caller: &Identity, struck: &[FaultKind]) {
        let Some(id) = request.pool() else { return };
        let pools = &mut self.world.region_mut(&caller.account, region(request)).pools;
        for kind in struck {
            match (kind, pools.get_mut(id)) {
                (FaultKind::Gone, _) => drop(pools.remove(id)),
                (FaultKind::Change(Value::Object(more)), Some(pool)) => {
                    for (name, value) in more {
                        let member = pool.user_pool.entry(name.clone()).or_insert(Value::Null);
                        fault::merge(member, value);
                    }
                    times::touch(&mut pool.user_pool, clock::now());
                }
                _ => {}
            }
        }
    }
}

fn region(request: &Request) -> &str {
    request.scope.as_ref().map_or("", |scope| scope.region.as_str())
}

fn operate(context: &mut Context<'_>, request: &Request) -> Answer {
    let input = request.input.as_ref().map_err(Clone::clone)?;
    let (service, operation) = (request.service, request.operation.as_str());
    let answer = match service {
        Service::CognitoIdp => cognito::operations::call(context, operation, input),
        Service::Cloudwatch => cloudwatch::operations::call(context, operation, input),
        Service::Sns => sns::call(context, operation, input),
        Service::Sts => sts::call(context, operation, input),
        Service::Cloudtrail => cloudtrail::call(context, operation, input),
    };
    answer.unwrap_or_else(|| Err(service.unknown_operation(operation)))
}

fn hold(kind: &FaultKind) -> Duration {
    match kind {
        FaultKind::Slow(milliseconds) => Duration::from_millis(*milliseconds),
        _ => Duration::ZERO,
    }
}

/// The refusal that a fault makes of a call, if it does.
fn refuse(kind: &FaultKind, request: &Request, caller: &Identity) -> Option<Failure> {
    let service = request.service;
    Some(match kind {
        FaultKind::Throttle => service.throttled(),
        FaultKind::Internal => service.internal(),
        FaultKind::AccessDenied => service.denied(&caller.arn, &request.operation),
        FaultKind::ExpiredToken => service.expired(),
        FaultKind::Echo => service.wrong_signature(&request.canonical),
        FaultKind::NotFound => service.not_found("What was named does not exist."),
        FaultKind::ConcurrentModification => Failure::new(
            "ConcurrentModificationException",
            "Two or more modifications are happening concurrently.",
        ),
        _ => return None,
    })
}

/// The outcome that faults of the transport make of an answer.
fn garble(request: &Request, encoded: Encoded, struck: &[FaultKind], id: &str) -> Outcome {
    for kind in struck {
        match kind {
            FaultKind::Reset | FaultKind::Lost => return Outcome::None,
            FaultKind::Truncated => return Outcome::Half(encoded),
            FaultKind::Empty(empty) => return Outcome::Whole(encode::empty(request, *empty, id)),
            FaultKind::BadGateway => {
                return Outcome::Whole(page(502, "<html><body>502 Bad Gateway</body></html>"));
            }
            FaultKind::Garbage => return Outcome::Whole(page(200, "<html><body>It works!</body></html>")),
            _ => {}
        }
    }
    Outcome::Whole(encoded)
}

fn page(status: u16, body: &str) -> Encoded {
    Encoded {
        status,
        headers: vec![("content-type", "text/html".to_owned())],
        body: body.as_bytes().to_vec(),
    }
}

impl Outcome {
    fn status(&self) -> Option<u16> {
        match self {
            Self::Whole(encoded) | Self::Half(encoded) => Some(encoded.status),
            Self::None => None,
        }
    }
}
