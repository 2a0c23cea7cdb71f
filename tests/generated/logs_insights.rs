//! A grammar of the commands of Logs Insights that questions use, by its documentation (commands `filter`, `stats`, `sort`,
//! `limit`; functions `ispresent`, `count_distinct`, `count`; operators `and`, `or`, `not`, `=`, `!=`, `like`). No engine here can
//! run the texts, so that this is all that is claimed.

use std::collections::BTreeSet;

/// Fields of the two log groups.
const FIELDS: [&str; 23] = [
    "message.eventId",
    "message.eventType",
    "message.eventResponse",
    "message.userSub",
    "message.userPoolId",
    "message.clientId",
    "message.riskLevel",
    "message.riskDecision",
    "message.compromisedCredentialDetected",
    "message.ipAddress",
    "message.city",
    "message.country",
    "message.deviceName",
    "message.idpName",
    "message.hasContextData",
    "message.eventFeedbackValue",
    "eventSource",
    "eventID",
    "eventName",
    "errorCode",
    "errorMessage",
    "sourceIPAddress",
    "additionalEventData.sub",
];

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Text,
    Pattern,
    Number(u32),
    Sign(&'static str),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let length = match first {
            ' ' | '\n' => 1,
            '"' | '/' => {
                let end = rest[1..].char_indices().scan(false, |escaped, (at, c)| {
                    let ends = c == first && !*escaped;
                    *escaped = c == '\\' && !*escaped;
                    Some((at, ends))
                });
                let end = end.into_iter().find(|(_, ends)| *ends);
                let (end, _) = end.ok_or_else(|| format!("no end: {rest}"))?;
                found.push(if first == '"' { Token::Text } else { Token::Pattern });
                end + 2
            }
            c if c.is_ascii_digit() => {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                found.push(Token::Number(rest[..end].parse().map_err(|_| rest.to_owned())?));
                end
            }
            c if is_name(c) => {
                let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                found.push(Token::Name(rest[..end].to_owned()));
                end
            }
            _ => {
                let signs = ["!=", "|", "(", ")", ",", "="];
                let sign = signs.into_iter().find(|sign| rest.starts_with(sign));
                let sign = sign.ok_or_else(|| format!("no token: {rest}"))?;
                found.push(Token::Sign(sign));
                sign.len()
            }
        };
        rest = &rest[length..];
    }
    Ok(found)
}

/// What is left to read, and the names that `stats` made.
struct Query<'a> {
    rest: &'a [Token],
    made: BTreeSet<String>,
}

impl Query<'_> {
    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first.clone())
    }

    fn is_next(&self, token: &Token) -> bool {
        self.rest.first() == Some(token)
    }

    fn skip(&mut self, token: &Token) -> bool {
        let is = self.is_next(token);
        if is {
            self.next();
        }
        is
    }

    fn must(&mut self, token: &Token) -> Result<(), String> {
        let found = self.next();
        (found.as_ref() == Some(token))
            .then_some(())
            .ok_or(format!("{token:?}, not {found:?}"))
    }

    fn word(&mut self, word: &str) -> bool {
        self.skip(&Token::Name(word.to_owned()))
    }

    fn field(&mut self) -> Result<(), String> {
        match self.next() {
            Some(Token::Name(name)) if FIELDS.contains(&name.as_str()) => Ok(()),
            other => Err(format!("a field, not {other:?}")),
        }
    }

    fn condition(&mut self) -> Result<(), String> {
        loop {
            self.word("not");
            if self.skip(&Token::Sign("(")) {
                self.condition()?;
                self.must(&Token::Sign(")"))?;
            } else if self.word("ispresent") {
                self.must(&Token::Sign("("))?;
                self.field()?;
                self.must(&Token::Sign(")"))?;
            } else {
                self.field()?;
                self.word("not");
                let wanted = if self.word("like") {
                    Token::Pattern
                } else {
                    Token::Text
                };
                if wanted == Token::Text && !(self.skip(&Token::Sign("=")) || self.skip(&Token::Sign("!="))) {
                    return Err(format!("a comparison, not {:?}", self.rest.first()));
                }
                self.must(&wanted)?;
            }
            if !(self.word("and") || self.word("or")) {
                return Ok(());
            }
        }
    }

    fn alias(&mut self) -> Result<(), String> {
        self.must(&Token::Name("as".to_owned()))?;
        match self.next() {
            Some(Token::Name(name)) if !name.contains('.') && self.made.insert(name.clone()) => Ok(()),
            other => Err(format!("a new name, not {other:?}")),
        }
    }

    fn stats(&mut self) -> Result<(), String> {
        loop {
            if self.word("count") {
                self.must(&Token::Sign("("))?;
            } else {
                self.must(&Token::Name("count_distinct".to_owned()))?;
                self.must(&Token::Sign("("))?;
                self.field()?;
            }
            self.must(&Token::Sign(")"))?;
            self.alias()?;
            if !self.skip(&Token::Sign(",")) {
                break;
            }
        }
        self.must(&Token::Name("by".to_owned()))?;
        loop {
            self.field()?;
            self.alias()?;
            if !self.skip(&Token::Sign(",")) {
                return Ok(());
            }
        }
    }

    fn sort(&mut self) -> Result<(), String> {
        match self.next() {
            Some(Token::Name(name)) if self.made.contains(&name) => {}
            other => return Err(format!("a name of stats, not {other:?}")),
        }
        let is_ordered = self.word("desc") || self.word("asc");
        is_ordered.then_some(()).ok_or_else(|| "no order".to_owned())
    }

    fn all(&mut self) -> Result<(), String> {
        self.must(&Token::Name("filter".to_owned()))?;
        self.condition()?;
        self.must(&Token::Sign("|"))?;
        self.must(&Token::Name("stats".to_owned()))?;
        self.stats()?;
        self.must(&Token::Sign("|"))?;
        self.must(&Token::Name("sort".to_owned()))?;
        self.sort()?;
        self.must(&Token::Sign("|"))?;
        self.must(&Token::Name("limit".to_owned()))?;
        match self.next() {
            // The most that Logs Insights shows.
            Some(Token::Number(1..=10_000)) if self.rest.is_empty() => Ok(()),
            other => Err(format!("a limit and the end, not {other:?}")),
        }
    }
}

fn check(text: &str) -> Result<(), String> {
    let tokens = tokens(text)?;
    let mut query = Query {
        rest: &tokens,
        made: BTreeSet::new(),
    };
    query.all()
}

fn queries(text: &str) -> Vec<String> {
    let without = |block: &str| {
        let lines = block.lines().filter(|line| !line.starts_with('#'));
        lines.collect::<Vec<_>>().join("\n")
    };
    text.split("\n\n")
        .map(without)
        .filter(|query| !query.trim().is_empty())
        .collect()
}

/// Every query keeps to the documented commands.
#[test]
fn queries_use_documented_commands_only() {
    let text =
        std::fs::read_to_string(crate::generated::root().join("tests/data/questions/logs-insights.txt"))
            .unwrap();
    let queries = queries(&text);
    assert_eq!(queries.len(), 8, "all questions but one");
    for query in queries {
        assert_eq!(check(&query), Ok(()), "{query}");
    }
}

/// The grammar refuses what AWS would: among it, the mistakes of the published queries.
#[test]
fn mistakes_are_noticed() {
    let good = "filter ispresent(message.eventId) and message.riskLevel != \"\"\n\
                | stats count_distinct(message.eventId) as events by message.country as country\n| sort events desc\n| limit 20";
    assert_eq!(check(good), Ok(()));
    for (from, to) in [
        ("!= \"\"", "=! \"\""),
        ("sort events desc", "sort desc"),
        ("sort events", "sort users"),
        ("message.country", "message.AuthEvents.2.country"),
        ("ispresent(", "isPresent("),
        ("\"\"", "\""),
        (" by message.country as country", ""),
        ("as events", ""),
        ("limit 20", "limit 0"),
        ("limit 20", "limit 20 |"),
        ("| sort", "sort"),
        ("and message", "and and message"),
    ] {
        let query = good.replace(from, to);
        assert!(check(&query).is_err(), "{query}");
    }
}
