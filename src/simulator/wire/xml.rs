//! The answer side of the AWS query protocol: XML.

use serde_json::Value;

use crate::simulator::failure::Failure;

/// Members that are maps: the protocol writes those as entries.
const MAPS: [&str; 1] = ["Attributes"];

/// `<OperationResponse><OperationResult>…`.
pub(super) fn answer(operation: &str, output: &Value, request_id: &str) -> Vec<u8> {
    let mut result = String::new();
    members(&mut result, output);
    let mut response = String::new();
    element(&mut response, &format!("{operation}Result"), &result);
    let id = format!("<RequestId>{request_id}</RequestId>");
    element(&mut response, "ResponseMetadata", &id);
    let mut xml = String::new();
    element(&mut xml, &format!("{operation}Response"), &response);
    xml.into_bytes()
}

/// `<ErrorResponse>`.
pub(super) fn refusal(failure: &Failure, request_id: &str) -> Vec<u8> {
    let side = if failure.status < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    let (code, message) = (escape(&failure.code), escape(&failure.message));
    let error = format!("<Error><Type>{side}</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    format!("<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>").into_bytes()
}

fn members(xml: &mut String, value: &Value) {
    for (name, value) in value.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::Object(entries) if MAPS.contains(&name.as_str()) => {
                let entries = entries.iter().map(|(key, value)| entry(key, value));
                element(xml, name, &entries.collect::<String>());
            }
            Value::Array(items) => {
                let mut inner = String::new();
                for item in items {
                    element(&mut inner, "member", &content(item));
                }
                element(xml, name, &inner);
            }
            other => element(xml, name, &content(other)),
        }
    }
}

fn entry(key: &str, value: &Value) -> String {
    let mut inner = String::new();
    element(&mut inner, "key", &escape(key));
    element(&mut inner, "value", &content(value));
    format!("<entry>{inner}</entry>")
}

fn element(xml: &mut String, name: &str, inner: &str) {
    for part in ["<", name, ">", inner, "</", name, ">"] {
        xml.push_str(part);
    }
}

fn content(value: &Value) -> String {
    match value {
        Value::String(text) => escape(text),
        Value::Object(_) => {
            let mut inner = String::new();
            members(&mut inner, value);
            inner
        }
        other => other.to_string(),
    }
}

/// Text as XML 1.0 can carry it: what it cannot is replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_maps_and_texts() {
        let output = json!({"Attributes": {"a<": "1&"}, "Subscriptions": [{"Protocol": "email"}], "None": null, "N": 3});
        let xml = String::from_utf8(answer("GetIt", &output, "r")).unwrap();
        assert_eq!(
            xml,
            "<GetItResponse><GetItResult><Attributes><entry><key>a&lt;</key><value>1&amp;</value></entry></Attributes>\
             <Subscriptions><member><Protocol>email</Protocol></member></Subscriptions><N>3</N></GetItResult>\
             <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetItResponse>"
        );
    }

    #[test]
    fn refusals_name_the_side() {
        let failure = Failure::new("Throttling", "no\u{1b}[31m\r");
        let xml = String::from_utf8(refusal(&failure, "r")).unwrap();
        assert!(
            xml.contains("<Type>Sender</Type><Code>Throttling</Code>"),
            "{xml}"
        );
        assert!(xml.contains("no\u{fffd}[31m&#xD;"), "{xml}");
        let xml = String::from_utf8(refusal(&failure.with_status(500), "r")).unwrap();
        assert!(xml.contains("Receiver"), "{xml}");
    }
}
