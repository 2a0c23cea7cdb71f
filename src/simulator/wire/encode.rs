//! An answer, or a refusal, as the bytes of a protocol.

use serde_json::{Value, json};

use crate::simulator::failure::Failure;
use crate::simulator::fault::Empty;
use crate::simulator::service::Service;
use crate::simulator::wire::request::{Request, Wire};
use crate::simulator::wire::{cbor, json, xml};

/// Status, headers and body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::simulator) struct Encoded {
    pub(in crate::simulator) status: u16,
    pub(in crate::simulator) headers: Vec<(&'static str, String)>,
    pub(in crate::simulator) body: Vec<u8>,
}

/// What an operation answered.
pub(in crate::simulator) fn answer(request: &Request, output: &Value, id: &str) -> Encoded {
    let body = match request.wire {
        Wire::Json => json::answer(output),
        Wire::Cbor => cbor::answer(output),
        Wire::Query => xml::answer(&request.operation, output, id),
    };
    encoded(request, 200, body, id)
}

/// Why it did not.
pub(in crate::simulator) fn refusal(request: &Request, failure: &Failure, id: &str) -> Encoded {
    let body = match request.wire {
        Wire::Json => json::refusal(failure),
        Wire::Cbor => cbor::refusal(failure),
        Wire::Query => xml::refusal(failure, id),
    };
    let mut answer = encoded(request, failure.status, body, id);
    if request.service == Service::Cloudwatch {
        // CloudWatch was a query service: SDKs match errors by this header (awsQueryCompatible).
        let side = if failure.status < 500 {
            "Sender"
        } else {
            "Receiver"
        };
        let error = format!("{};{side}", failure.code);
        answer.headers.push(("x-amzn-query-error", error));
    }
    answer
}

/// A good status without the answer.
pub(in crate::simulator) fn empty(request: &Request, empty: Empty, id: &str) -> Encoded {
    let failure = request.service.internal().with_status(200);
    let output = match empty {
        Empty::Error => return refusal(request, &failure, id),
        Empty::Object | Empty::Header | Empty::Nothing => json!({}),
        Empty::Null => Value::Null,
        Empty::List => json!([]),
        Empty::Text => json!("OK"),
    };
    let mut answer = answer(request, &output, id);
    match empty {
        Empty::Nothing => answer.body.clear(),
        Empty::Header => answer.headers.push(("x-amzn-errortype", failure.code)),
        _ => {}
    }
    answer
}

fn encoded(request: &Request, status: u16, body: Vec<u8>, id: &str) -> Encoded {
    let kind = match (request.wire, request.service) {
        (Wire::Json, Service::Cloudwatch) => "application/x-amz-json-1.0",
        (Wire::Json, _) => "application/x-amz-json-1.1",
        (Wire::Cbor, _) => "application/cbor",
        (Wire::Query, _) => "text/xml",
    };
    let mut headers = vec![
        ("content-type", kind.to_owned()),
        ("x-amzn-requestid", id.to_owned()),
    ];
    if request.wire == Wire::Cbor {
        headers.push(("smithy-protocol", "rpc-v2-cbor".to_owned()));
    }
    Encoded {
        status,
        headers,
        body,
    }
}
