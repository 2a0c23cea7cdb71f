//! The text that Python makes of data (`str`, `repr`), as the JSON that it stands for: dictionaries, lists, texts, numbers,
//! `True`, `None`, and dates. Nothing is evaluated.

use serde_json::{Map, Number, Value};

use super::scan::MAX_DEPTH;

/// Reads one value, which is the whole text. `None` if it is not one.
pub(super) fn parse(text: &str) -> Option<Value> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    let value = parser.value()?;
    parser.blanks();
    (parser.at == text.len()).then_some(value)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Takes a byte if it comes next, after blanks.
    fn takes(&mut self, byte: u8) -> bool {
        self.blanks();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Option<Value> {
        self.blanks();
        self.depth += 1;
        if self.depth > MAX_DEPTH + 1 {
            return None;
        }
        let value = match self.peek()? {
            b'{' => self.dictionary(),
            b'[' => self.list(b']'),
            b'(' => self.list(b')'),
            b'\'' | b'"' => self.string().map(Value::String),
            b'-' | b'+' | b'.' | b'0'..=b'9' => self.number(),
            _ => self.name(),
        };
        self.depth -= 1;
        value
    }

    fn dictionary(&mut self) -> Option<Value> {
        self.at += 1;
        let mut entries = Map::new();
        while !self.takes(b'}') {
            let key = match self.value()? {
                Value::String(text) => text,
                other => other.to_string(),
            };
            // A set has no values.
            let value = if self.takes(b':') {
                self.value()?
            } else {
                Value::Null
            };
            entries.insert(key, value);
            if !self.takes(b',') {
                return self.takes(b'}').then_some(Value::Object(entries));
            }
        }
        Some(Value::Object(entries))
    }

    fn list(&mut self, close: u8) -> Option<Value> {
        self.at += 1;
        let mut items = Vec::new();
        while !self.takes(close) {
            items.push(self.value()?);
            if !self.takes(b',') {
                return self.takes(close).then_some(Value::Array(items));
            }
        }
        Some(Value::Array(items))
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_');
        while self.peek().is_some_and(is_part) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        let number = text.parse::<i64>().map(Number::from).ok();
        let number = number.or_else(|| Number::from_f64(text.parse().ok()?))?;
        Some(Value::Number(number))
    }

    /// `True`, `None`, a text with a prefix, or a call.
    fn name(&mut self) -> Option<Value> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
        {
            self.at += 1;
        }
        let name = &self.text[start..self.at];
        match name {
            "" => None,
            "True" | "true" => Some(Value::Bool(true)),
            "False" | "false" => Some(Value::Bool(false)),
            "b" | "u" | "B" | "U" if matches!(self.peek(), Some(b'\'' | b'"')) => {
                self.string().map(Value::String)
            }
            _ if self.takes(b'(') => self.call(name),
            "None" | "null" | "nan" | "inf" => Some(Value::Null),
            // A constant, such as `datetime.timezone.utc`.
            _ => Some(Value::String(name.to_owned())),
        }
    }

    fn call(&mut self, name: &str) -> Option<Value> {
        let (mut arguments, mut zone) = (Vec::new(), None);
        while !self.takes(b')') {
            self.blanks();
            if self.text[self.at..].starts_with("tzinfo=") {
                self.at += "tzinfo=".len();
                zone = Some(self.value()?);
            } else {
                self.at += self.keyword().unwrap_or(0);
                arguments.push(self.value()?);
            }
            if !self.takes(b',') && self.peek() != Some(b')') {
                return None;
            }
        }
        if name == "datetime" || name.ends_with(".datetime") {
            return Some(date(&arguments, zone.as_ref()).map_or(Value::Null, Value::String));
        }
        match arguments.pop() {
            Some(only) if arguments.is_empty() => Some(only),
            // What takes nothing is a constant, such as `tzlocal()`.
            None => Some(Value::String(name.to_owned())),
            Some(_) => Some(Value::Null),
        }
    }

    /// The length of `name=`, if a named argument comes next.
    fn keyword(&self) -> Option<usize> {
        let rest = &self.text.as_bytes()[self.at..];
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        let length = rest.iter().take_while(is_part).count();
        (length > 0 && rest.get(length) == Some(&b'=')).then_some(length + 1)
    }

    fn string(&mut self) -> Option<String> {
        let quote = char::from(self.peek()?);
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let c = rest.chars().next()?;
            self.at += c.len_utf8();
            match c {
                _ if c == quote => return Some(text),
                '\\' => self.escape(&mut text)?,
                c => text.push(c),
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Option<()> {
        let c = self.text[self.at..].chars().next()?;
        self.at += c.len_utf8();
        let plain = match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            '\\' | '\'' | '"' => c,
            'x' | 'u' | 'U' => {
                let length = match c {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let digits = self.text.get(self.at..self.at + length)?;
                self.at += length;
                let code = u32::from_str_radix(digits, 16).ok()?;
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            c => {
                text.push('\\');
                c
            }
        };
        text.push(plain);
        Some(())
    }
}

/// `datetime.datetime(2026, 10, 4, 12, 56, 0, 139000, tzinfo=tzlocal())` as `2026-10-04T12:56:00.139000Z`. Lambda's local
/// time is UTC. A date in another zone, or in none, says nothing of when it was: it ends without a zone.
fn date(arguments: &[Value], zone: Option<&Value>) -> Option<String> {
    let mut numbers = arguments.iter().map(Value::as_u64);
    let mut next = || numbers.next().unwrap_or(Some(0));
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second, micro) = (next()?, next()?, next()?, next()?);
    let zone = match zone.and_then(Value::as_str) {
        Some(name)
            if name.ends_with("tzlocal")
                || name.ends_with("tzutc")
                || name.ends_with("utc")
                || name.ends_with("UTC") =>
        {
            "Z"
        }
        _ => "",
    };
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}{zone}"
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_python_writes_is_read() {
        for (text, value) in [
            ("{}", json!({})),
            (
                "{'a': True, 'b': None, 'c': [1, -2.5, (3,)]}",
                json!({"a": true, "b": null, "c": [1, -2.5, [3]]}),
            ),
            (
                r#"{'a': "O'Hara", 'b': 'it\'s \x41\u00e9\n\\'}"#,
                json!({"a": "O'Hara", "b": "it's A\u{e9}\n\\"}),
            ),
            ("{1: {'x'}, 'y': b'z',}", json!({"1": {"x": null}, "y": "z"})),
            (
                "{'n': Decimal('1.5'), 'o': OrderedDict([('a', 1)])}",
                json!({"n": "1.5", "o": [["a", 1]]}),
            ),
            (
                "{'t': datetime.datetime(2026, 10, 4, 12, 56, 0, 139000, tzinfo=tzlocal())}",
                json!({"t": "2026-10-04T12:56:00.139000Z"}),
            ),
            (
                "{'t': datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.timezone.utc)}",
                json!({"t": "2026-01-02T03:04:00.000000Z"}),
            ),
            (
                "{'t': datetime.datetime(2026, 1, 2)}",
                json!({"t": "2026-01-02T00:00:00.000000"}),
            ),
            (
                "{'t': datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(seconds=7200)))}",
                json!({"t": "2026-01-02T00:00:00.000000"}),
            ),
        ] {
            assert_eq!(parse(text), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_data_is_none() {
        for text in [
            "",
            "{",
            "{'a'",
            "{'a': }",
            "{'a': <object at 0x7f>}",
            "{'a': 1} 2",
            "{'a': f(}",
            "'\\x4'",
            "{'a': 'b}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"[".repeat(100_000)), None);
    }

    proptest! {
        #[test]
        fn any_text_comes_to_an_end(text in "[{}()\\[\\]'\"\\\\,:=a-zT0-9. \u{e9}]{0,40}") {
            let _ = parse(&text);
        }
    }
}
