//! What a request asks: protocol, service, operation, input, and whose signature it bears.

use hyper::HeaderMap;
use hyper::http::request::Parts;
use serde_json::Value;

use crate::simulator::failure::Failure;
use crate::simulator::service::Service;
use crate::simulator::wire::{cbor, form, json};

/// How a call is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::simulator) enum Wire {
    /// AWS JSON 1.0 or 1.1.
    Json,
    /// Smithy RPC v2 CBOR.
    Cbor,
    /// AWS query: a form in, XML out.
    Query,
}

/// Whose call it is, as far as the `Authorization` header shows. The signature is not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::simulator) struct Scope {
    pub(in crate::simulator) access_key: String,
    pub(in crate::simulator) region: String,
    pub(in crate::simulator) signing_name: String,
}

/// A call.
#[derive(Clone, Debug)]
pub(in crate::simulator) struct Request {
    pub(in crate::simulator) wire: Wire,
    pub(in crate::simulator) service: Service,
    pub(in crate::simulator) operation: String,
    pub(in crate::simulator) scope: Option<Scope>,
    pub(in crate::simulator) input: Result<Value, Failure>,
    /// `amz-sdk-request`, such as `attempt=1; max=3`.
    pub(in crate::simulator) attempt: Option<String>,
    /// Method, path and headers, the signature's own included, a line each.
    pub(in crate::simulator) canonical: String,
}

/// The targets of the JSON protocol: what stands before the operation.
const TARGETS: [(&str, Service); 4] = [
    ("AWSCognitoIdentityProviderService", Service::CognitoIdp),
    ("GraniteServiceVersion20100801", Service::Cloudwatch),
    ("CloudTrail_20131101", Service::Cloudtrail),
    (
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
        Service::Cloudtrail,
    ),
];

/// Where RPC v2 CBOR calls of `CloudWatch` go to.
const CBOR_PATH: &str = "/service/GraniteServiceVersion20100801/operation/";

impl Request {
    /// Reads a request; `None` if it is in no protocol that is spoken here.
    pub(in crate::simulator) fn read(head: &Parts, body: &[u8]) -> Option<Self> {
        let scope = text(&head.headers, "authorization").and_then(scope);
        let (wire, service, operation, input) = if let Some(target) = text(&head.headers, "x-amz-target") {
            let (prefix, operation) = target.rsplit_once('.')?;
            let (_, service) = TARGETS.into_iter().find(|(name, _)| *name == prefix)?;
            (Wire::Json, service, operation.to_owned(), json::decode(body))
        } else if let Some(operation) = head.uri.path().strip_prefix(CBOR_PATH) {
            let input = cbor::decode(body);
            (Wire::Cbor, Service::Cloudwatch, operation.to_owned(), input)
        } else {
            let input = form::decode(body);
            let operation = input.get("Action")?.as_str()?.to_owned();
            let service = by_scope(scope.as_ref()).or_else(|| by_operation(&operation))?;
            (Wire::Query, service, operation, Ok(Value::Object(input)))
        };
        Some(Self {
            wire,
            service,
            operation,
            scope,
            input,
            attempt: text(&head.headers, "amz-sdk-request").map(str::to_owned),
            canonical: canonical(head),
        })
    }

    /// A text member of the input, or nothing.
    pub(in crate::simulator) fn member(&self, name: &str) -> Option<&str> {
        self.input.as_ref().ok()?.get(name)?.as_str()
    }

    /// The pool it is about, by `UserPoolId` or by the pool's ARN.
    pub(in crate::simulator) fn pool(&self) -> Option<&str> {
        let by_arn = || {
            self.member("ResourceArn")?
                .rsplit_once("userpool/")
                .map(|(_, id)| id)
        };
        self.member("UserPoolId").or_else(by_arn)
    }
}

fn canonical(head: &Parts) -> String {
    let headers = head.headers.iter();
    let mut lines: Vec<_> = headers
        .filter_map(|(name, value)| Some(format!("{name}:{}", value.to_str().ok()?)))
        .collect();
    lines.sort();
    format!("{}\n{}\n\n{}", head.method, head.uri.path(), lines.join("\n"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// `AWS4-HMAC-SHA256 Credential=KEY/date/region/service/aws4_request, SignedHeaders=…`.
fn scope(authorization: &str) -> Option<Scope> {
    let (_, after) = authorization.split_once("Credential=")?;
    let credential = after.split([',', ' ']).next()?;
    let mut parts = credential.split('/');
    let access_key = parts.next()?.to_owned();
    let region = parts.nth(1)?.to_owned();
    let signing_name = parts.next()?.to_owned();
    Some(Scope {
        access_key,
        region,
        signing_name,
    })
}

fn by_scope(scope: Option<&Scope>) -> Option<Service> {
    let name = &scope?.signing_name;
    let query = [Service::Sns, Service::Sts];
    query.into_iter().find(|service| service.signing_name() == name)
}

/// An unsigned form says its service by its operation alone.
fn by_operation(operation: &str) -> Option<Service> {
    match operation {
        "GetCallerIdentity" | "AssumeRole" | "AssumeRoleWithWebIdentity" => Some(Service::Sts),
        "GetTopicAttributes" | "ListSubscriptionsByTopic" => Some(Service::Sns),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIA/20261101/eu-west-1/sns/aws4_request, SignedHeaders=host, Signature=x";

    fn read(headers: &[(&str, &str)], path: &str, body: &[u8]) -> Option<Request> {
        let mut request = hyper::Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        Request::read(&head, body)
    }

    #[test]
    fn a_scope_is_read_from_the_header() {
        let scope = scope(SIGNED).unwrap();
        assert_eq!(
            (
                scope.access_key.as_str(),
                scope.region.as_str(),
                scope.signing_name.as_str()
            ),
            ("AKIA", "eu-west-1", "sns")
        );
        assert_eq!(super::scope("Bearer x"), None);
        assert_eq!(super::scope("Credential=AKIA/1"), None);
    }

    #[test]
    fn each_protocol_tells_its_service() {
        let target = (
            "x-amz-target",
            "AWSCognitoIdentityProviderService.DescribeUserPool",
        );
        let call = read(&[target], "/", br#"{"UserPoolId":"p"}"#).unwrap();
        assert_eq!(
            (call.wire, call.service, call.pool()),
            (Wire::Json, Service::CognitoIdp, Some("p"))
        );
        let path = "/service/GraniteServiceVersion20100801/operation/ListMetrics";
        let call = read(&[("smithy-protocol", "rpc-v2-cbor")], path, &[0xa0]).unwrap();
        assert_eq!((call.wire, call.operation.as_str()), (Wire::Cbor, "ListMetrics"));
        let call = read(&[("authorization", SIGNED)], "/", b"Action=ListTopics").unwrap();
        assert_eq!((call.wire, call.service), (Wire::Query, Service::Sns));
        let call = read(&[], "/", b"Action=GetCallerIdentity").unwrap();
        assert_eq!((call.service, call.scope), (Service::Sts, None));
    }

    #[test]
    fn other_requests_are_not_understood() {
        assert!(read(&[], "/", b"").is_none());
        assert!(read(&[("x-amz-target", "Other.List")], "/", b"{}").is_none());
        assert!(read(&[("x-amz-target", "nodot")], "/", b"{}").is_none());
        assert!(read(&[], "/", b"Action=Unknown").is_none());
    }

    #[test]
    fn a_pool_is_told_by_id_or_arn() {
        let target = (
            "x-amz-target",
            "AWSCognitoIdentityProviderService.ListTagsForResource",
        );
        let body = br#"{"ResourceArn":"arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_A"}"#;
        assert_eq!(read(&[target], "/", body).unwrap().pool(), Some("us-west-2_A"));
        assert_eq!(read(&[target], "/", b"[]").unwrap().pool(), None);
    }
}
