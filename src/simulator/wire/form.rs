//! The request side of the AWS query protocol: a form.

use serde_json::{Map, Value};

/// The fields of a form, each as text. What is not escaped right stays as it is.
pub(super) fn decode(body: &[u8]) -> Map<String, Value> {
    let text = String::from_utf8_lossy(body);
    text.split('&')
        .filter(|field| !field.is_empty())
        .map(|field| field.split_once('=').unwrap_or((field, "")))
        .map(|(name, value)| (plain(name), Value::String(plain(value))))
        .collect()
}

fn plain(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = (*first == b'%').then(|| after.get(..2).and_then(hex)).flatten();
        bytes.push(match (first, escaped) {
            (_, Some(byte)) => byte,
            (b'+', None) => b' ',
            (other, None) => *other,
        });
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digits: &[u8]) -> Option<u8> {
    // Rust also reads `+1` as a number.
    let digits = std::str::from_utf8(digits)
        .ok()
        .filter(|digits| !digits.starts_with('+'))?;
    u8::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        let form = decode(b"Action=GetTopicAttributes&TopicArn=arn%3Aaws%3Asns&x=a+b%zz%c3%a4%+1%4&&flag");
        assert_eq!(form["Action"], "GetTopicAttributes");
        assert_eq!(form["TopicArn"], "arn:aws:sns");
        assert_eq!(form["x"], "a b%zzä% 1%4");
        assert_eq!(form["flag"], "");
        assert!(decode(b"").is_empty());
    }
}
