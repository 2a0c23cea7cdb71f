//! The expression engine: the one file that knows CEL's implementation.
//!
//! Limits (crates.md, section 5): the engine recurses over flat chains at run time, so the text of an
//! expression is capped here and rules run on threads with large stacks ([`STACK_BYTES`]).

use std::sync::Arc;

use cel::{Context, Env, Program, Value};
use serde::Serialize;

/// Longest text of one expression, in bytes.
pub const MAX_EXPRESSION: usize = 2048;

/// Stack that a thread needs to run any expression within [`MAX_EXPRESSION`], debug builds included.
/// Only what is used of it becomes memory.
pub const STACK_BYTES: usize = 64 * 1024 * 1024;

/// A compiled expression.
#[derive(Debug)]
pub struct Expression {
    program: Program,
    text: String,
}

/// Why an expression cannot be used: what and, when known, the 1-based line and column in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionFault {
    /// What is wrong.
    pub message: String,
    /// Where in the expression.
    pub position: Option<(usize, usize)>,
}

impl Expression {
    /// Compiles a text. Unknown variables and functions are the checker's business.
    pub fn compile(text: &str) -> Result<Self, ExpressionFault> {
        if text.len() > MAX_EXPRESSION {
            let message = format!(
                "expression of {} bytes; at most {MAX_EXPRESSION} are allowed",
                text.len()
            );
            return Err(ExpressionFault {
                message,
                position: None,
            });
        }
        let program = environment().compile(text).map_err(|errors| {
            let first = errors.errors.first();
            ExpressionFault {
                message: first.map_or_else(|| "not an expression".to_owned(), |error| error.msg.clone()),
                position: first.and_then(|error| {
                    Some((
                        usize::try_from(error.pos.0).ok()?,
                        usize::try_from(error.pos.1).ok()?,
                    ))
                }),
            }
        })?;
        Ok(Self {
            program,
            text: text.to_owned(),
        })
    }

    /// The text it was compiled from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The syntax tree, for the checker.
    #[must_use]
    pub(in crate::rule) fn tree(&self) -> &cel::common::ast::IdedExpr {
        self.program.expression()
    }
}

/// The standard environment with the string and list extensions.
fn environment() -> Arc<Env> {
    static ENVIRONMENT: std::sync::OnceLock<Arc<Env>> = std::sync::OnceLock::new();
    let build = || {
        let mut env = Env::stdlib();
        // Both only fail when declared twice.
        let _ = env.add_extension(cel::extensions::strings);
        let _ = env.add_extension(cel::extensions::lists);
        Arc::new(env)
    };
    Arc::clone(ENVIRONMENT.get_or_init(build))
}

/// Everything expressions can call; made once and shared by all threads.
pub struct Engine {
    root: Context<'static, 'static>,
}

impl Engine {
    /// An engine with functions of our own beyond the standard library.
    #[must_use]
    pub fn new(register: impl FnOnce(&mut Context<'static, 'static>)) -> Self {
        let mut root = Context::with_env(environment());
        register(&mut root);
        Self { root }
    }

    /// A scope with the given variables, in which expressions are evaluated.
    #[must_use]
    pub fn scope(&self, variables: Vec<(&'static str, Value)>) -> Scope<'_> {
        let mut context = self.root.new_inner_scope();
        for (name, value) in variables {
            context.add_variable_from_value(name, value);
        }
        Scope { context }
    }
}

/// Variables bound over the engine's functions.
pub struct Scope<'a> {
    context: Context<'a, 'static>,
}

impl Scope<'_> {
    /// A scope inside this one with one more variable.
    #[must_use]
    pub fn with(&self, name: &'static str, value: Value) -> Scope<'_> {
        let mut context = self.context.new_inner_scope();
        context.add_variable_from_value(name, value);
        Scope { context }
    }

    /// Evaluates to any value. The error is the engine's sentence.
    pub fn value(&self, expression: &Expression) -> Result<Value, String> {
        expression
            .program
            .execute(&self.context)
            .map_err(|error| error.to_string())
    }

    /// Evaluates to a truth value; any other type is an error.
    pub fn truth(&self, expression: &Expression) -> Result<bool, String> {
        match self.value(expression)? {
            Value::Bool(truth) => Ok(truth),
            other => Err(format!("gives {}, not a truth value", other.type_of())),
        }
    }

    /// Evaluates to a list; any other type is an error.
    pub fn list(&self, expression: &Expression) -> Result<Arc<Vec<Value>>, String> {
        match self.value(expression)? {
            Value::List(list) => Ok(list),
            other => Err(format!("gives {}, not a list", other.type_of())),
        }
    }

    /// Evaluates to a text; any other type is an error.
    pub fn text(&self, expression: &Expression) -> Result<String, String> {
        match self.value(expression)? {
            Value::String(text) => Ok(text.to_string()),
            other => Err(format!("gives {}, not a text", other.type_of())),
        }
    }
}

/// Makes an engine value of anything serialisable. Fails only for maps with odd keys.
pub fn to_value(data: &impl Serialize) -> Result<Value, String> {
    cel::to_value(data).map_err(|error| error.to_string())
}

/// The text member of a map value, such as `it.pointer`.
#[must_use]
pub fn text_member(value: &Value, key: &str) -> Option<String> {
    let Value::Map(map) = value else { return None };
    match map
        .map
        .get(&cel::objects::Key::String(Arc::new(key.to_owned())))?
    {
        Value::String(text) => Some(text.to_string()),
        _ => None,
    }
}

/// A value as people read it: texts bare, lists joined by commas, `null` as `none`.
#[must_use]
pub fn display(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null => "none".to_owned(),
        Value::List(items) => items.iter().map(display).collect::<Vec<_>>().join(", "),
        other => format!("a {}", other.type_of()),
    }
}

/// The value as JSON, for fixes. Maps and lists are converted deeply; other types become `null`.
#[must_use]
pub fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Int(number) => (*number).into(),
        Value::UInt(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Bool(truth) => (*truth).into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Map(map) => {
            let mut entries: Vec<_> = map
                .map
                .iter()
                .map(|(key, value)| (key_text(key), to_json(value)))
                .collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            serde_json::Value::Object(entries.into_iter().collect())
        }
        _ => serde_json::Value::Null,
    }
}

fn key_text(key: &cel::objects::Key) -> String {
    match key {
        cel::objects::Key::String(text) => text.to_string(),
        cel::objects::Key::Int(number) => number.to_string(),
        cel::objects::Key::Uint(number) => number.to_string(),
        cel::objects::Key::Bool(truth) => truth.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(text: &str) -> Result<String, String> {
        let engine = Engine::new(|_| ());
        let scope = engine.scope(vec![(
            "x",
            to_value(&serde_json::json!({"a": [-1, -2], "b": null})).unwrap(),
        )]);
        let expression = Expression::compile(text).map_err(|fault| fault.message)?;
        scope.value(&expression).map(|value| display(&value))
    }

    #[test]
    fn expressions_evaluate_over_variables_and_extensions() {
        assert_eq!(eval("x.a.map(v, v * 2)").unwrap(), "-2, -4");
        assert_eq!(eval("x.b == null").unwrap(), "true");
        assert_eq!(eval("[[1], [2]].flatten()").unwrap(), "1, 2");
        assert_eq!(eval("['a', 'b'].join('+')").unwrap(), "a+b");
        assert!(eval("x.missing").unwrap_err().contains("No such key"));
        assert!(eval("nothing(1)").is_err());
    }

    #[test]
    fn a_fault_says_where() {
        let fault = Expression::compile("x ==\n == 1").unwrap_err();
        assert!(fault.position.is_some(), "{fault:?}");
    }

    #[test]
    fn long_expressions_are_refused_and_the_longest_runs() {
        let longest = format!("1{}", "+1".repeat((MAX_EXPRESSION - 1) / 2));
        let too_long = format!("{longest}+1+1");
        assert!(
            Expression::compile(&too_long)
                .unwrap_err()
                .message
                .contains("at most")
        );
        let run = move || eval(&longest).unwrap();
        let thread = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn(run)
            .unwrap();
        assert_eq!(thread.join().unwrap(), "1024");
    }
}
