//! Reads one pool.

use serde_json::Value;

use crate::aws::convert;
use crate::aws::error::{CallError, Fault};
use crate::aws::operation::Operation;
use crate::model::log_delivery::LogDelivery;
use crate::model::mode::Mfa;
use crate::model::observed::{Failure, Observed, Selector};
use crate::model::posture::{Origin, Part, Posture};
use crate::observe::live::clients::{Clients, clients};
use crate::observe::live::raw::RawPool;
use crate::observe::live::run::Run;

/// A pool to be read.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// Its id.
    pub(super) id: String,
    /// Its name, where it was listed: then it is known to exist.
    pub(super) name: Option<String>,
    /// It is meant whatever its tags; otherwise one of the selectors has to fit.
    pub(super) certain: bool,
}

/// What became of a target.
pub(super) enum Outcome {
    /// It was seen. Alarms, metrics and topics are still to come.
    Seen(Box<(Observed, RawPool)>),
    /// It does not exist, or does not any more.
    Gone,
    /// Its tags do not fit.
    Other,
    /// Whether it exists, or is meant, is unknown.
    Unknown(CallError),
}

/// Reads a pool of a region.
pub(super) async fn pool(run: &Run<'_>, region: &str, target: &Target, selectors: &[Selector]) -> Outcome {
    let describe = || {
        run.call(
            Operation::DescribeUserPool,
            run.port.describe_user_pool(&target.id),
        )
    };
    let mut builder = Builder::new(region, target);
    match describe().await {
        Ok(body) => builder.described(body),
        Err(error) if error.fault == Fault::NotFound => return Outcome::Gone,
        Err(error) if target.name.is_none() || !target.certain => return Outcome::Unknown(error),
        Err(error) => builder.not_described(&error),
    }
    if !target.certain && !selectors.iter().any(|selector| builder.fits(selector)) {
        return Outcome::Other;
    }
    let (mfa, risk, logs, clients) = tokio::join!(
        run.call(Operation::GetUserPoolMfaConfig, run.port.mfa_config(&target.id)),
        run.call(
            Operation::DescribeRiskConfiguration,
            run.port.risk_configuration(&target.id, None)
        ),
        run.call(
            Operation::GetLogDeliveryConfiguration,
            run.port.log_delivery(&target.id)
        ),
        clients(run, &target.id),
    );
    // A pool without clients or MFA settings has answers that say so: "not found" is about the pool.
    let doubtful = clients.pool_not_found || matches!(&mfa, Err(error) if error.fault == Fault::NotFound);
    if doubtful && matches!(describe().await, Err(error) if error.fault == Fault::NotFound) {
        return Outcome::Gone;
    }
    builder.mfa(mfa);
    builder.responses(risk);
    builder.logs(logs);
    builder.clients(clients);
    Outcome::Seen(Box::new(builder.build()))
}

/// A pool as far as it is known.
struct Builder {
    found: Observed,
    raw: RawPool,
}

impl Builder {
    fn new(region: &str, target: &Target) -> Self {
        let posture = Posture {
            origin: Origin::Observed,
            region: Some(region.to_owned()),
            pool_id: Some(target.id.clone()),
            ..Posture::default()
        };
        let found = Observed {
            name: target.name.clone().unwrap_or_default(),
            posture,
            ..Observed::default()
        };
        Self {
            found,
            raw: RawPool::default(),
        }
    }

    fn fits(&self, selector: &Selector) -> bool {
        selector.selects(self.found.id(), &self.found.name, &self.found.tags)
    }

    fn unread(&mut self, part: Part, operation: Operation, trouble: &CallError) {
        self.found.unread.push(trouble.unread(part, None, operation));
    }

    fn described(&mut self, mut body: Value) {
        let odd = match convert::pool(&body, &mut self.found) {
            Ok(odd) => odd,
            Err(decode_error) => return self.not_described(&decode_error.into()),
        };
        self.raw.pool = body.get_mut("UserPool").map(Value::take).unwrap_or_default();
        for (part, decode_error) in odd {
            // GetUserPoolMfaConfig decides about MFA.
            if part != Part::Mfa {
                self.unread(part, Operation::DescribeUserPool, &decode_error.into());
            }
        }
    }

    fn not_described(&mut self, trouble: &CallError) {
        for part in [Part::Plan, Part::Mode, Part::Domain, Part::Triggers] {
            self.unread(part, Operation::DescribeUserPool, trouble);
        }
    }

    fn mfa(&mut self, answer: Result<Value, CallError>) {
        let body = match answer {
            Ok(body) => body,
            Err(error) => return self.unread(Part::Mfa, Operation::GetUserPoolMfaConfig, &error),
        };
        self.raw.mfa.clone_from(&body);
        let (
            Mfa {
                configuration,
                factors,
            },
            odd,
        ) = convert::mfa(&body);
        let described = self.found.posture.mfa.configuration;
        if let (Some(one), Some(other)) = (described, configuration)
            && one != other
        {
            let words = format!(
                "DescribeUserPool says {}, and GetUserPoolMfaConfig {}",
                one.as_str(),
                other.as_str()
            );
            let error = CallError::failed(Failure::NotUnderstood, words);
            self.unread(Part::Mfa, Operation::GetUserPoolMfaConfig, &error);
        }
        let known = &mut self.found.posture.mfa;
        // Absent here, the pool's own word counts; not understood here, nothing does.
        known.configuration = if odd.is_empty() {
            configuration.or(known.configuration)
        } else {
            configuration
        };
        known.factors = factors;
        for decode_error in odd {
            self.unread(Part::Mfa, Operation::GetUserPoolMfaConfig, &decode_error.into());
        }
    }

    fn responses(&mut self, answer: Result<Value, CallError>) {
        if let Ok(body) = &answer {
            let section = body.get("RiskConfiguration").cloned();
            self.raw
                .risk
                .extend(section.map(|section| (String::new(), section)));
        }
        match convert::pool_risk(answer) {
            Ok(responses) => self.found.posture.responses = responses,
            Err(trouble) => self.unread(Part::Responses, Operation::DescribeRiskConfiguration, &trouble),
        }
    }

    fn logs(&mut self, answer: Result<Value, CallError>) {
        let read = match answer {
            Ok(body) => {
                let read = convert::log_delivery(&body).map_err(CallError::from);
                self.raw.logs = body;
                read
            }
            // The pool exists: it is its configuration that does not.
            Err(error) if error.fault == Fault::NotFound => Ok(LogDelivery::default()),
            Err(error) => Err(error),
        };
        match read {
            Ok(logs) => self.found.posture.log_delivery = Some(logs),
            Err(trouble) => self.unread(
                Part::LogDelivery,
                Operation::GetLogDeliveryConfiguration,
                &trouble,
            ),
        }
    }

    fn clients(&mut self, clients: Clients) {
        self.found.posture.clients = clients.list;
        self.found.unread.extend(clients.unread);
        self.raw.clients = clients.raw;
        self.raw.risk.extend(clients.risk);
    }

    fn build(self) -> (Observed, RawPool) {
        (self.found, self.raw)
    }
}
