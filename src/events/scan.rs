//! Where a value ends, byte by byte and without reading it again: JSON by its grammar, so that a value that was cut off ends
//! where the next one begins, and Python's text by its brackets and quotes.

/// Deepest nesting of a value.
pub(super) const MAX_DEPTH: usize = 100;

/// What a byte does to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The value goes on.
    More,
    /// This byte ends it.
    Done,
    /// This byte cannot stand here: why.
    Broken(&'static str),
}

const NOT_JSON: Step = Step::Broken("it is not JSON from there on");
const LINE_BREAK: Step = Step::Broken("a line ends inside a text");
const TOO_DEEP: Step = Step::Broken("it is nested deeper than 100 levels");

#[derive(Clone, Copy, Debug)]
enum State {
    Value,
    ValueOrEnd,
    KeyOrEnd,
    Key,
    Colon,
    CommaOrEnd,
    Text {
        is_key: bool,
    },
    Escape {
        is_key: bool,
    },
    /// What is left of `true`, `false` or `null`.
    Word(&'static [u8]),
    Number,
}

/// The grammar of one JSON value, as far as it says where it ends; numbers and escapes are checked by whoever reads it.
#[derive(Debug)]
pub(super) struct JsonScan {
    state: State,
    /// For each level, whether it is an object.
    levels: Vec<bool>,
}

impl JsonScan {
    pub(super) fn new() -> Self {
        Self {
            state: State::Value,
            levels: Vec::new(),
        }
    }

    /// Whether only a `{` and blanks were seen.
    pub(super) fn is_at_first_key(&self) -> bool {
        matches!(self.state, State::KeyOrEnd) && self.levels.len() == 1
    }

    /// Takes the next byte.
    pub(super) fn step(&mut self, byte: u8) -> Step {
        match self.state {
            State::Text { is_key } => self.text(byte, is_key),
            State::Escape { is_key } => {
                self.state = State::Text { is_key };
                if byte == b'\n' { LINE_BREAK } else { Step::More }
            }
            State::Word(rest) => match rest {
                [first, rest @ ..] if *first == byte => {
                    self.state = State::Word(rest);
                    if rest.is_empty() {
                        self.after_value()
                    } else {
                        Step::More
                    }
                }
                _ => NOT_JSON,
            },
            State::Number if matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-') => Step::More,
            State::Number => {
                self.state = State::CommaOrEnd;
                self.structure(byte)
            }
            _ => self.structure(byte),
        }
    }

    fn text(&mut self, byte: u8, is_key: bool) -> Step {
        match byte {
            b'"' if is_key => {
                self.state = State::Colon;
                Step::More
            }
            b'"' => self.after_value(),
            b'\\' => {
                self.state = State::Escape { is_key };
                Step::More
            }
            b'\n' | b'\r' => LINE_BREAK,
            0..=0x1f => NOT_JSON,
            _ => Step::More,
        }
    }

    fn structure(&mut self, byte: u8) -> Step {
        if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            return Step::More;
        }
        let next = match (self.state, byte) {
            (State::KeyOrEnd | State::Key, b'"') => State::Text { is_key: true },
            (State::Colon, b':') => State::Value,
            (State::KeyOrEnd, b'}') | (State::ValueOrEnd, b']') => return self.close(),
            (State::CommaOrEnd, b'}') if self.levels.last() == Some(&true) => return self.close(),
            (State::CommaOrEnd, b']') if self.levels.last() == Some(&false) => return self.close(),
            (State::CommaOrEnd, b',') => {
                if self.levels.last() == Some(&true) {
                    State::Key
                } else {
                    State::Value
                }
            }
            (State::Value | State::ValueOrEnd, b'{' | b'[') => return self.open(byte == b'{'),
            (State::Value | State::ValueOrEnd, b'"') => State::Text { is_key: false },
            (State::Value | State::ValueOrEnd, b't') => State::Word(b"rue"),
            (State::Value | State::ValueOrEnd, b'f') => State::Word(b"alse"),
            (State::Value | State::ValueOrEnd, b'n') => State::Word(b"ull"),
            (State::Value | State::ValueOrEnd, b'-' | b'0'..=b'9') => State::Number,
            _ => return NOT_JSON,
        };
        self.state = next;
        Step::More
    }

    fn open(&mut self, is_object: bool) -> Step {
        if self.levels.len() == MAX_DEPTH {
            return TOO_DEEP;
        }
        self.levels.push(is_object);
        self.state = if is_object {
            State::KeyOrEnd
        } else {
            State::ValueOrEnd
        };
        Step::More
    }

    fn close(&mut self) -> Step {
        self.levels.pop();
        self.after_value()
    }

    fn after_value(&mut self) -> Step {
        self.state = State::CommaOrEnd;
        if self.levels.is_empty() {
            Step::Done
        } else {
            Step::More
        }
    }
}

/// Brackets and quotes of one value of Python's text.
#[derive(Debug, Default)]
pub(super) struct PythonScan {
    /// The brackets that close what is open.
    levels: Vec<u8>,
    quote: Option<u8>,
    escaped: bool,
}

impl PythonScan {
    /// Takes the next byte.
    pub(super) fn step(&mut self, byte: u8) -> Step {
        if let Some(quote) = self.quote {
            match byte {
                b'\n' => return LINE_BREAK,
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                _ if byte == quote => self.quote = None,
                _ => {}
            }
            return Step::More;
        }
        let closing = match byte {
            b'\'' | b'"' => {
                self.quote = Some(byte);
                return Step::More;
            }
            b'{' => b'}',
            b'[' => b']',
            b'(' => b')',
            b'}' | b']' | b')' => {
                return match self.levels.pop() {
                    Some(open) if open == byte && self.levels.is_empty() => Step::Done,
                    Some(open) if open == byte => Step::More,
                    _ => Step::Broken("its brackets do not match"),
                };
            }
            _ => return Step::More,
        };
        if self.levels.len() == MAX_DEPTH {
            return TOO_DEEP;
        }
        self.levels.push(closing);
        Step::More
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Where the value at the beginning ends.
    fn end(text: &str) -> Result<Option<usize>, usize> {
        let mut scan = JsonScan::new();
        for (at, byte) in text.bytes().enumerate() {
            match scan.step(byte) {
                Step::More => {}
                Step::Done => return Ok(Some(at + 1)),
                Step::Broken(_) => return Err(at),
            }
        }
        Ok(None)
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            ".{0,8}".prop_map(Into::into),
            "[{}\\[\\]\"\\\\,: ]{0,8}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::vec(("[a\"{}]{0,3}", inner), 0..4)
                    .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_value_ends_where_it_ends(value in json(), pretty in any::<bool>(), rest in ".{0,4}") {
            let wrapped = serde_json::json!({ "v": value });
            let text = if pretty { format!("{wrapped:#}") } else { wrapped.to_string() };
            prop_assert_eq!(end(&format!("{text}{rest}")), Ok(Some(text.len())));
            for cut in (1..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
                prop_assert_eq!(end(&text[..cut]), Ok(None), "{}", &text[..cut]);
            }
        }

        /// What the reader of JSON takes, the grammar takes; it may take a little more (numbers, escapes).
        #[test]
        fn grammar_accepts_what_serde_accepts(text in "\\{[\"a\\\\:,{}\\[\\]0-9tn \\n.-]{0,12}") {
            let mut stream = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
            if let Some(Ok(_)) = stream.next() {
                prop_assert_eq!(end(&text), Ok(Some(stream.byte_offset())));
            }
        }
    }

    /// A value that was cut off ends at the next.
    #[test]
    fn truncated_value_ends_at_next_value() {
        for (text, at) in [
            ("{\"a\": \"b\n{\"a\": 1}", 8),
            ("{\"a\": {\n{\"a\": 1}", 8),
            ("{\"a\": 1,\n{\"a\": 1}", 9),
            ("{\"a\": \"tru{\"a\": 1}", 12),
            ("{\"a\" 1}", 5),
            ("{\"a\": tru}", 9),
            ("{\"a\": [1}", 8),
        ] {
            assert_eq!(end(text), Err(at), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let text = "{\"a\":".repeat(MAX_DEPTH);
        assert_eq!(end(&text), Ok(None));
        assert_eq!(end(&format!("{text}{{")), Err(text.len()));
    }

    #[test]
    fn python_ends_at_its_bracket() {
        let end = |text: &str| {
            let mut scan = PythonScan::default();
            let steps = text.bytes().map(|byte| scan.step(byte));
            steps.take_while(|step| *step == Step::More).count()
        };
        for text in [
            "{'a': 1}",
            r#"{'a}': 'it\'s', "b'": (1, [2])}"#,
            "{'a': f(x='}')}",
        ] {
            assert_eq!(end(&format!("{text} rest")), text.len() - 1, "{text}");
        }
        assert_eq!(end("{'a\nb'}"), 3);
        assert_eq!(end("{'a': (1]}"), 8);
    }
}
