//! Request quotas: a token bucket for each account, region and category, and for each pool and
//! operation.

use std::collections::BTreeMap;

use tokio::time::Instant;

use crate::simulator::service::Service;
use crate::simulator::wire::request::Request;

/// Requests a second. Each bucket holds what comes in one second, so that bursts of that size pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Quotas {
    /// Rates by category, as the quotas page names them; for other services by action.
    pub categories: BTreeMap<&'static str, f64>,
    /// Rate for any single operation on one pool, in the categories that have one.
    pub pool_operation: f64,
}

impl Quotas {
    /// The documented ones (docs/facts.md, "Rate quotas"). The category of the log delivery operations is not
    /// confirmed, so they have the rates of other parts of a pool.
    pub fn documented() -> Self {
        Self {
            categories: BTreeMap::from([
                ("UserPoolRead", 15.0),
                ("UserPoolUpdate", 15.0),
                ("UserPoolResourceRead", 20.0),
                ("UserPoolResourceUpdate", 15.0),
                ("UserPoolClientRead", 15.0),
                ("UserPoolClientUpdate", 15.0),
                ("UserList", 30.0),
                ("UserResourceRead", 50.0),
                ("UserResourceUpdate", 25.0),
                ("DescribeAlarms", 9.0),
                ("DescribeAlarmHistory", 20.0),
                ("PutMetricAlarm", 3.0),
                ("DeleteAlarms", 3.0),
                ("ListMetrics", 25.0),
                ("GetMetricData", 500.0),
                ("LookupEvents", 2.0),
            ]),
            pool_operation: 5.0,
        }
    }
}

/// The category of an operation, and whether it is also limited for each pool.
fn category(service: Service, operation: &str) -> Option<(&'static str, bool)> {
    Some(match (service, operation) {
        (Service::CognitoIdp, "DescribeUserPool" | "ListUserPools") => ("UserPoolRead", false),
        (Service::CognitoIdp, "UpdateUserPool") => ("UserPoolUpdate", false),
        (
            Service::CognitoIdp,
            "DescribeRiskConfiguration"
            | "GetUserPoolMfaConfig"
            | "ListTagsForResource"
            | "GetLogDeliveryConfiguration",
        ) => ("UserPoolResourceRead", true),
        (
            Service::CognitoIdp,
            "SetRiskConfiguration" | "SetUserPoolMfaConfig" | "SetLogDeliveryConfiguration",
        ) => ("UserPoolResourceUpdate", true),
        (Service::CognitoIdp, "DescribeUserPoolClient" | "ListUserPoolClients") => {
            ("UserPoolClientRead", true)
        }
        (Service::CognitoIdp, "UpdateUserPoolClient") => ("UserPoolClientUpdate", true),
        (Service::CognitoIdp, "ListUsers") => ("UserList", false),
        (Service::CognitoIdp, "AdminListUserAuthEvents") => ("UserResourceRead", false),
        (Service::CognitoIdp, "AdminUpdateAuthEventFeedback") => ("UserResourceUpdate", false),
        (Service::Cloudwatch, "DescribeAlarms") => ("DescribeAlarms", false),
        (Service::Cloudwatch, "DescribeAlarmHistory") => ("DescribeAlarmHistory", false),
        (Service::Cloudwatch, "PutMetricAlarm") => ("PutMetricAlarm", false),
        (Service::Cloudwatch, "DeleteAlarms") => ("DeleteAlarms", false),
        (Service::Cloudwatch, "ListMetrics") => ("ListMetrics", false),
        (Service::Cloudwatch, "GetMetricData") => ("GetMetricData", false),
        (Service::Cloudtrail, "LookupEvents") => ("LookupEvents", false),
        _ => return None,
    })
}

/// The buckets of a server.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    quotas: Option<Quotas>,
    buckets: BTreeMap<String, Bucket>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl Buckets {
    pub(super) fn new(quotas: Option<Quotas>) -> Self {
        Self {
            quotas,
            buckets: BTreeMap::new(),
        }
    }

    /// Whether a call is within the quotas; one that is not costs nothing.
    pub(super) fn admit(&mut self, request: &Request, account: &str, now: Instant) -> bool {
        let Some(quotas) = &self.quotas else { return true };
        let Some((name, per_pool)) = category(request.service, &request.operation) else {
            return true;
        };
        let region = request.scope.as_ref().map_or("", |scope| scope.region.as_str());
        let mut wanted = Vec::new();
        if let Some(rate) = quotas.categories.get(name) {
            wanted.push((format!("{account}/{region}/{name}"), *rate));
        }
        if let (true, Some(pool)) = (per_pool, request.pool()) {
            wanted.push((format!("{pool}/{}", request.operation), quotas.pool_operation));
        }
        let admitted = wanted.iter().all(|(key, rate)| self.fill(key, *rate, now) >= 1.0);
        if admitted {
            for (key, _) in &wanted {
                if let Some(bucket) = self.buckets.get_mut(key) {
                    bucket.tokens -= 1.0;
                }
            }
        }
        admitted
    }

    /// Fills a bucket up to now and gives what is in it.
    fn fill(&mut self, key: &str, rate: f64, now: Instant) -> f64 {
        let full = rate.max(1.0);
        let bucket = self.buckets.entry(key.to_owned()).or_insert(Bucket {
            tokens: full,
            filled: now,
        });
        let passed = now.saturating_duration_since(bucket.filled).as_secs_f64();
        bucket.tokens = (bucket.tokens + passed * rate).min(full);
        bucket.filled = now;
        bucket.tokens
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::simulator::wire::request::{Scope, Wire};
    use serde_json::json;

    fn request(operation: &str, pool: &str) -> Request {
        Request {
            wire: Wire::Json,
            service: Service::CognitoIdp,
            operation: operation.into(),
            scope: Some(Scope {
                access_key: "AKIA".into(),
                region: "us-west-2".into(),
                signing_name: "cognito-idp".into(),
            }),
            input: Ok(json!({ "UserPoolId": pool })),
            attempt: None,
            canonical: String::new(),
        }
    }

    fn admitted(buckets: &mut Buckets, request: &Request, account: &str, at: Instant, calls: usize) -> usize {
        (0..calls).filter(|_| buckets.admit(request, account, at)).count()
    }

    /// A category is shared by pools and operations of an account.
    #[test]
    fn category_shared_within_account() {
        let mut buckets = Buckets::new(Some(Quotas::documented()));
        let (start, one) = (Instant::now(), request("DescribeUserPool", "us-west-2_A"));
        assert_eq!(admitted(&mut buckets, &one, "1", start, 20), 15);
        let listing = request("ListUserPools", "");
        assert_eq!(admitted(&mut buckets, &listing, "1", start, 1), 0);
        assert_eq!(admitted(&mut buckets, &listing, "2", start, 1), 1);
        let later = start + Duration::from_millis(200);
        assert_eq!(admitted(&mut buckets, &one, "1", later, 20), 3);
    }

    /// One operation on one pool has a limit of its own.
    #[test]
    fn operation_limit_per_pool() {
        let mut buckets = Buckets::new(Some(Quotas::documented()));
        let start = Instant::now();
        let a = request("DescribeRiskConfiguration", "us-west-2_A");
        let b = request("DescribeRiskConfiguration", "us-west-2_B");
        assert_eq!(admitted(&mut buckets, &a, "1", start, 9), 5);
        assert_eq!(admitted(&mut buckets, &b, "1", start, 9), 5);
        // What was refused cost the category nothing: 20 - 10 are left for other pools.
        for pool in ["us-west-2_C", "us-west-2_D"] {
            let other = request("GetUserPoolMfaConfig", pool);
            assert_eq!(admitted(&mut buckets, &other, "1", start, 9), 5);
        }
        let last = request("GetUserPoolMfaConfig", "us-west-2_E");
        assert_eq!(admitted(&mut buckets, &last, "1", start, 9), 0);
    }

    #[test]
    fn without_quotas_all_pass() {
        let one = request("DescribeUserPool", "us-west-2_A");
        assert_eq!(
            admitted(&mut Buckets::new(None), &one, "1", Instant::now(), 99),
            99
        );
    }
}
