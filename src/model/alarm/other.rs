//! Alarms that no policy can have: on other alarms, on a query, on an expression.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::alarm::metric::{NAMESPACE, ThreatMetric};

/// An alarm on other alarms, on a query or on an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OtherAlarmV1")]
pub struct OtherAlarm {
    // Hostile text.
    /// Alarm name.
    pub name: String,
    /// What it is on.
    pub on: Watched,
    /// Whether actions are carried out.
    pub actions_enabled: bool,
    /// ARNs notified.
    pub actions: Vec<String>,
}

// All texts are as CloudWatch has them: hostile.
/// What an alarm is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "WatchedV1")]
pub enum Watched {
    /// Other alarms: `AlarmRule`.
    Alarms(String),
    // Metrics Insights or PromQL: of all pools, unless it names some.
    /// A query over metrics.
    Query(String),
    // Each is there under this alarm's name.
    /// A metric-math expression, of which the metrics are among the pool's alarms.
    Expression(String),
}

/// What stands for the id of the pool in a query of its template. No id has a `$`.
pub const THIS_POOL: &str = "${UserPoolId}";

impl OtherAlarm {
    /// The names of alarms that it speaks for: it can go off because one of them did.
    pub fn speaks_for(&self) -> BTreeSet<String> {
        match &self.on {
            Watched::Alarms(rule) => speaks_for(rule),
            Watched::Query(_) | Watched::Expression(_) => BTreeSet::new(),
        }
    }

    /// What of a pool's threat metrics it watches by a query. Empty for an alarm that is on no query, or on one that names
    /// other pools only.
    pub fn queried(&self, pool: &str) -> Vec<Queried> {
        match &self.on {
            Watched::Query(query) => queried(query, pool),
            Watched::Alarms(_) | Watched::Expression(_) => Vec::new(),
        }
    }
}

/// The alarms that a composite alarm's rule speaks for: those named in `ALARM(...)` or `AT_LEAST(..., ALARM, ...)`, and
/// in `NOT OK(...)`, by name or ARN. `NOT ALARM(...)` is a condition under which it keeps quiet. With `AND` several have
/// to be in alarm; each is counted. Total: what is not a rule speaks for nothing.
pub fn speaks_for(rule: &str) -> BTreeSet<String> {
    let mut parser = Parser {
        tokens: tokens(rule),
        at: 0,
        found: BTreeSet::new(),
    };
    while parser.at < parser.tokens.len() {
        let before = parser.at;
        parser.expression(false, 0);
        // A stray bracket or comma: go on after it.
        if parser.at == before {
            parser.at += 1;
        }
    }
    parser.found
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Comma,
    /// A word, and whether it is in quotes.
    Word(String, bool),
}

fn tokens(rule: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = rule.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            ',' => tokens.push(Token::Comma),
            '"' | '\'' => {
                let mut word = String::new();
                while let Some(inner) = letters.next().filter(|inner| *inner != letter) {
                    let escaped = if inner == '\\' { letters.next() } else { None };
                    word.push(escaped.unwrap_or(inner));
                }
                tokens.push(Token::Word(word, true));
            }
            blank if blank.is_whitespace() => {}
            first => {
                let mut word = String::from(first);
                let inside = |c: &char| !c.is_whitespace() && !"(),\"'".contains(*c);
                while let Some(more) = letters.next_if(inside) {
                    word.push(more);
                }
                tokens.push(Token::Word(word, false));
            }
        }
    }
    tokens
}

/// Brackets within brackets that are followed: CloudWatch allows far fewer, and a hostile rule must not cost the stack.
const DEEPEST: usize = 64;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    found: BTreeSet<String>,
}

impl Parser {
    /// Terms joined by `AND` and `OR`, up to a bracket that closes or the end.
    fn expression(&mut self, negated: bool, depth: usize) {
        loop {
            self.term(negated, depth);
            match self.keyword().as_deref() {
                Some("AND" | "OR") => self.at += 1,
                _ => return,
            }
        }
    }

    fn term(&mut self, negated: bool, depth: usize) {
        let Some(word) = self.keyword() else {
            if self.takes(&Token::Open) {
                if depth < DEEPEST {
                    self.expression(negated, depth + 1);
                }
                self.takes(&Token::Close);
            }
            return;
        };
        match word.as_str() {
            "NOT" => {
                self.at += 1;
                // A chain of them is as deep as brackets.
                if depth < DEEPEST {
                    self.term(!negated, depth + 1);
                }
            }
            "ALARM" | "OK" | "INSUFFICIENT_DATA" => {
                self.at += 1;
                self.names(speaks(&word, negated));
            }
            "AT_LEAST" => {
                self.at += 1;
                self.at_least(negated);
            }
            "TRUE" | "FALSE" => self.at += 1,
            _ => {}
        }
    }

    /// `(M, STATE, (names))`, or `(M, NOT STATE, (names))`.
    fn at_least(&mut self, negated: bool) {
        if !self.takes(&Token::Open) {
            return;
        }
        let mut negated = negated;
        let mut state = String::new();
        while let Some(token) = self.tokens.get(self.at) {
            match token {
                Token::Open | Token::Close => break,
                Token::Word(word, false) if word.eq_ignore_ascii_case("NOT") => negated = !negated,
                Token::Word(word, _) => state = word.to_ascii_uppercase(),
                Token::Comma => {}
            }
            self.at += 1;
        }
        self.names(speaks(&state, negated));
        self.takes(&Token::Close);
    }

    /// Names in brackets; kept where they are spoken for.
    fn names(&mut self, speaks: bool) {
        if !self.takes(&Token::Open) {
            return;
        }
        while let Some(token) = self.tokens.get(self.at) {
            match token {
                Token::Word(name, _) if speaks => drop(self.found.insert(plain_name(name))),
                Token::Word(..) | Token::Comma => {}
                Token::Open | Token::Close => break,
            }
            self.at += 1;
        }
        self.takes(&Token::Close);
    }

    /// The word that is next, in capitals, where it is not in quotes.
    fn keyword(&self) -> Option<String> {
        match self.tokens.get(self.at)? {
            Token::Word(word, false) => Some(word.to_ascii_uppercase()),
            _ => None,
        }
    }

    fn takes(&mut self, token: &Token) -> bool {
        let there = self.tokens.get(self.at) == Some(token);
        self.at += usize::from(there);
        there
    }
}

/// Whether a rule with this state of an alarm can be true because the alarm went off.
fn speaks(state: &str, negated: bool) -> bool {
    match state {
        "ALARM" => !negated,
        "OK" => negated,
        _ => false,
    }
}

/// An alarm's name, also where it is given as an ARN (`arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME`).
fn plain_name(name: &str) -> String {
    let of_arn = name
        .strip_prefix("arn:")
        .and_then(|rest| rest.split_once(":alarm:"));
    of_arn.map_or(name, |(_, name)| name).to_owned()
}

/// A threat metric that a query watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queried {
    /// The metric.
    pub metric: ThreatMetric,
    /// Values of `Operation` that it asks for; empty for all.
    pub operations: Vec<String>,
    /// Values of `RiskLevel` in lower case; empty for all.
    pub risk_levels: Vec<String>,
}

/// `Operation = 'SignIn'`, `"RiskLevel"="High"`: conditions of either language, and no others (`!=`, `=~`).
static CONDITION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let text = r#"\b(Operation|RiskLevel|UserPoolId)"?\s*=\s*(?:'([^']*)'|"([^"]*)")"#;
    Regex::new(text).ok()
});

/// Which of a pool's threat metrics a query is about, as far as its text says: by the metrics' names, and by what it
/// compares for equality. A query that compares the pool's id with others only is about other pools.
fn queried(query: &str, pool: &str) -> Vec<Queried> {
    let values = |dimension: &str| -> Vec<String> {
        let Some(condition) = CONDITION.as_ref() else {
            return Vec::new();
        };
        let found = condition
            .captures_iter(query)
            .filter(|found| &found[1] == dimension);
        found
            .filter_map(|found| Some(found.get(2).or_else(|| found.get(3))?.as_str().to_owned()))
            .collect()
    };
    let pools = values("UserPoolId");
    if !pools.is_empty() && !pools.iter().any(|id| id == pool || id == THIS_POOL) {
        return Vec::new();
    }
    let metrics: BTreeSet<_> = query
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter_map(ThreatMetric::meant)
        .filter(|metric| metric.is_distinctive() || query.contains(NAMESPACE))
        .collect();
    let risk_levels: Vec<_> = values("RiskLevel")
        .iter()
        .map(|level| level.to_lowercase())
        .collect();
    let one = |metric| Queried {
        metric,
        operations: values("Operation"),
        risk_levels: risk_levels.clone(),
    };
    metrics.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(rule: &str) -> Vec<String> {
        speaks_for(rule).into_iter().collect()
    }

    #[test]
    fn what_a_composite_alarm_speaks_for() {
        for (rule, expected) in [
            (
                "ALARM(takeover) OR ALARM(credentials)",
                &["credentials", "takeover"][..],
            ),
            (
                "ALARM(\"a b (c), d\") AND NOT ALARM(maintenance)",
                &["a b (c), d"],
            ),
            (
                "(ALARM(a) OR (ALARM(b) AND OK(c))) AND NOT (ALARM(d) OR OK(e))",
                &["a", "b", "e"],
            ),
            ("NOT NOT ALARM(a)", &["a"]),
            ("alarm(a) or alarm( b )", &["a", "b"]),
            ("AT_LEAST(2, ALARM, (a, b, \"c, d\"))", &["a", "b", "c, d"]),
            ("AT_LEAST(2, NOT OK, (a, b)) OR ALARM(c)", &["a", "b", "c"]),
            ("AT_LEAST(1, OK, (a, b))", &[]),
            (
                "ALARM(arn:aws:cloudwatch:us-west-2:123456789012:alarm:a:b)",
                &["a:b"],
            ),
            ("ALARM('it\\'s')", &["it's"]),
            ("INSUFFICIENT_DATA(a) OR TRUE", &[]),
            ("ALARM(OK)", &["OK"]),
            ("", &[]),
            ("ALARM", &[]),
            (") ALARM(a", &["a"]),
        ] {
            assert_eq!(names(rule), expected, "{rule}");
        }
    }

    #[test]
    fn a_hostile_rule_costs_little() {
        let deep = format!("{}ALARM(a){}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(names(&deep).len() <= 1);
        assert!(names(&("NOT ".repeat(100_000) + "ALARM(a)")).len() <= 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read(rule in "[A-Z(),\"' a-c\\\\]{0,60}") {
            let _ = speaks_for(&rule);
        }
    }

    fn of(query: &str) -> Vec<(ThreatMetric, Vec<String>, Vec<String>)> {
        let found = queried(query, "us-west-2_A").into_iter();
        found
            .map(|one| (one.metric, one.operations, one.risk_levels))
            .collect()
    }

    #[test]
    fn what_a_query_is_about() {
        use ThreatMetric::{AccountTakeoverRisk, CompromisedCredentialRisk, Risk};
        let words = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let schema = "FROM SCHEMA(\"AWS/Cognito\", UserPoolId, Operation, RiskLevel)";
        assert_eq!(
            of(&format!(
                "SELECT SUM(AccountTakeoverRisk) {schema} WHERE Operation = 'SignIn' AND RiskLevel = 'High'"
            )),
            [(AccountTakeoverRisk, words(&["SignIn"]), words(&["high"]))]
        );
        let every = format!("SELECT SUM(CompromisedCredentialRisk) {schema} GROUP BY UserPoolId");
        assert_eq!(of(&every), [(CompromisedCredentialRisk, vec![], vec![])]);
        assert_eq!(of(&format!("{every} WHERE UserPoolId = 'us-west-2_B'")), []);
        let both = format!("{every} WHERE UserPoolId = 'us-west-2_B' OR UserPoolId = 'us-west-2_A'");
        assert_eq!(of(&both).len(), 1);
        assert_eq!(of(&format!("{every} WHERE UserPoolId != 'us-west-2_A'")).len(), 1);
        assert_eq!(
            of("SELECT SUM(Risk) FROM \"AWS/Cognito\""),
            [(Risk, vec![], vec![])]
        );
        assert_eq!(of("SELECT MAX(Risk) FROM \"Custom\""), []);
        assert_eq!(of("SELECT AVG(CPUUtilization) FROM \"AWS/EC2\""), []);
        assert_eq!(
            of(r#"sum({"AccountTakeoverRisk", Operation="SignIn", "RiskLevel"="high"})"#),
            [(AccountTakeoverRisk, words(&["SignIn"]), words(&["high"]))]
        );
    }
}
