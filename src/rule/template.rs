//! Message templates: text with `{{ expression }}` in it.

use crate::rule::engine::{EvaluationScope, Expression, ExpressionFault, Reader, display};

/// A compiled template.
#[derive(Debug, Default)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Expression(Expression),
}

impl Template {
    /// Compiles a text. The error is the first fault.
    pub fn compile(text: &str, reader: Reader) -> Result<Self, ExpressionFault> {
        let (template, faults) = Self::read(text, reader);
        faults.into_iter().next().map_or(Ok(template), Err)
    }

    /// Reads a text and all its faults. `{{` without `}}` is a fault; single braces are plain text.
    pub fn read(text: &str, reader: Reader) -> (Self, Vec<ExpressionFault>) {
        let (mut parts, mut faults) = (Vec::new(), Vec::new());
        let mut rest = text;
        while let Some(open) = rest.find("{{") {
            parts.push(Part::Text(rest[..open].to_owned()));
            let inner = &rest[open + 2..];
            let Some(close) = closing(inner) else {
                faults.push(ExpressionFault {
                    message: "`{{` without `}}`".to_owned(),
                    position: None,
                });
                return (Self { parts }, faults);
            };
            match Expression::compile(inner[..close].trim(), reader) {
                Ok(expression) => parts.push(Part::Expression(expression)),
                Err(fault) => faults.push(fault),
            }
            rest = &inner[close + 2..];
        }
        parts.push(Part::Text(rest.to_owned()));
        (Self { parts }, faults)
    }

    /// The expressions in it.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.parts.iter().filter_map(|part| match part {
            Part::Expression(expression) => Some(expression),
            Part::Text(_) => None,
        })
    }

    /// The text with every expression's value; line breaks become spaces, so that a message is one line.
    pub fn render(&self, scope: &EvaluationScope<'_>) -> Result<String, String> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Expression(expression) => text.push_str(&display(scope.value(expression)?.as_ref())),
            }
        }
        Ok(text
            .split(['\n', '\r'])
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" "))
    }
}

/// Where the expression ends: the first `}}` that is not inside quotes, so that map literals work.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') && bytes.get(at + 2) != Some(&b'}') => {
                return Some(at);
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::engine::{Bindings, Engine};

    fn render(text: &str) -> Result<String, String> {
        let engine = Engine::default();
        let it = serde_json::json!({"a": "x\ny", "n": 3});
        let mut variables = Bindings::default();
        variables.add("it", &it);
        let scope = engine.scope(&variables);
        Template::compile(text, Reader::Documented)
            .map_err(|fault| fault.message)?
            .render(&scope)
    }

    #[test]
    fn values_are_filled_in_on_one_line() {
        assert_eq!(
            render("{{ it.a }} is {{it.n + 1}}, not {b}").unwrap(),
            "x y is 4, not {b}"
        );
        assert_eq!(render("{{ '}}' + it.a }}").unwrap(), "}}x y");
        assert_eq!(render("{{ {'k': it.n}['k'] }}").unwrap(), "3");
        assert_eq!(render("{{ {'k': it.n}.k }}!").unwrap(), "3!");
        assert!(render("{{ it.a ").is_err());
        assert!(render("{{ it.b }}").unwrap_err().contains("No such key"));
    }
}
