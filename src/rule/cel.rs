//! The expression engine: the one file that knows CEL's implementation.
//!
//! Limits (crates.md, section 5): the engine recurses over flat chains at run time, so the text of an
//! expression is capped here and rules run on threads with large stacks ([`STACK_BYTES`]).

use std::sync::{Arc, OnceLock};

use cel::common::types::CelBool;
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value};
use serde::Serialize;
use serde_json::Value as Json;

use crate::rule::tree::{self, Item};

/// Longest text of one expression, in bytes.
pub const MAX_EXPRESSION: usize = 2048;

/// Stack that a thread needs to run any expression within its size limit, debug builds included.
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
    static ENVIRONMENT: OnceLock<Arc<Env>> = OnceLock::new();
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

    /// A scope over variables that are looked up when an expression names them.
    #[must_use]
    pub fn scope<'a>(&'a self, variables: &'a Variables<'a>) -> Scope<'a> {
        let root: &'a Context<'a, 'a> = &self.root;
        let mut context = root.new_inner_scope();
        context.set_variable_resolver(variables);
        Scope { context }
    }
}

/// Makes a variable's value on demand.
type Maker<'a> = Box<dyn Fn() -> Json + Send + Sync + 'a>;

/// Variables whose values are made when they are first named, and once.
#[derive(Default)]
pub struct Variables<'a> {
    entries: Vec<(&'static str, Maker<'a>, OnceLock<Item>)>,
}

impl<'a> Variables<'a> {
    /// Adds a variable.
    pub fn add(&mut self, name: &'static str, make: impl Fn() -> Json + Send + Sync + 'a) {
        self.entries.push((name, Box::new(make), OnceLock::new()));
    }
}

impl Variables<'_> {
    /// Names of all variables, in the order of their addition.
    #[cfg(test)]
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|(name, ..)| *name)
    }
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let (_, make, cell) = self.entries.iter().find(|(name, ..)| *name == variable)?;
        Some(CowVal::Borrowed(cell.get_or_init(|| tree::item(make())).as_ref()))
    }
}

/// Variables bound over the engine's functions.
pub struct Scope<'a> {
    context: Context<'a, 'a>,
}

impl Scope<'_> {
    /// A scope inside this one with one more variable.
    #[must_use]
    pub fn with(&self, name: &'static str, value: &Item) -> Scope<'_> {
        let outer: &Context<'_, '_> = &self.context;
        let mut context = outer.new_inner_scope();
        context.add_variable_as_val(name, value.clone());
        Scope { context }
    }

    /// Evaluates to any value. The error is the engine's sentence.
    pub fn value(&self, expression: &Expression) -> Result<Item, String> {
        let value = Value::resolve_val(expression.program.expression(), &self.context);
        value
            .map(|value| tree::owned(value.as_ref()))
            .map_err(|error| error.to_string())
    }

    /// Evaluates to a truth value; any other type is an error.
    pub fn truth(&self, expression: &Expression) -> Result<bool, String> {
        let value = self.value(expression)?;
        let truth = value.downcast_ref::<CelBool>().map(|truth| *truth.inner());
        truth.ok_or_else(|| format!("gives {}, not a truth value", value.get_type().name()))
    }

    /// Evaluates to a list; any other type is an error.
    pub fn list(&self, expression: &Expression) -> Result<Vec<Item>, String> {
        let value = self.value(expression)?;
        tree::items(value.as_ref()).ok_or_else(|| format!("gives {}, not a list", value.get_type().name()))
    }

    /// Evaluates to a text; any other type is an error.
    pub fn text(&self, expression: &Expression) -> Result<String, String> {
        let value = self.value(expression)?;
        tree::text(value.as_ref()).ok_or_else(|| format!("gives {}, not a text", value.get_type().name()))
    }
}

/// Makes JSON of anything serialisable; what cannot be is `null`, which tests of the view exclude.
#[must_use]
pub fn to_json(data: &impl Serialize) -> Json {
    serde_json::to_value(data).unwrap_or_default()
}

/// A value as people read it: texts bare, lists joined by commas, `null` as `none`.
#[must_use]
pub fn display(value: &dyn Val) -> String {
    if let Some(text) = tree::text(value) {
        return text;
    }
    if let Some(items) = tree::items(value) {
        return items
            .iter()
            .map(|item| display(item.as_ref()))
            .collect::<Vec<_>>()
            .join(", ");
    }
    match tree::json(value) {
        Json::Null => "none".to_owned(),
        Json::Object(_) => "a map".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(text: &str) -> Result<String, String> {
        let engine = Engine::new(|_| ());
        let mut variables = Variables::default();
        variables.add(
            "x",
            || serde_json::json!({"a": [1, 2], "b": null, "c": [{"k": "v"}, {"k": "w"}], "e": []}),
        );
        let scope = engine.scope(&variables);
        let expression = Expression::compile(text).map_err(|fault| fault.message)?;
        scope.value(&expression).map(|value| display(value.as_ref()))
    }

    #[test]
    fn expressions_evaluate_over_variables_and_extensions() {
        assert_eq!(eval("x.a.map(v, v * 2)").unwrap(), "2, 4");
        assert_eq!(eval("x.b == null").unwrap(), "true");
        assert_eq!(eval("[[1], [2]].flatten()").unwrap(), "1, 2");
        assert_eq!(eval("['a', 'b'].join('+')").unwrap(), "a+b");
        assert!(eval("x.missing").unwrap_err().contains("No such key"));
        assert!(eval("nothing(1)").is_err());
    }

    #[test]
    fn shared_values_behave_like_the_engines_own() {
        assert_eq!(eval("x.c.map(e, e.k).join('')").unwrap(), "vw");
        assert_eq!(eval("x.c.filter(e, e.k == 'w')[0].k").unwrap(), "w");
        assert_eq!(eval("x.c.size() + size(x) + x.a.size()").unwrap(), "8");
        assert_eq!(
            eval("x.c[0] in x.c && !('z' in x) && 'a' in x && has(x.a) && !has(x.z)").unwrap(),
            "true"
        );
        assert_eq!(
            eval("x.c == [{'k': 'v'}, {'k': 'w'}] && x.c[1] == {'k': 'w'} && x.c[0] != x.c[1]").unwrap(),
            "true"
        );
        assert_eq!(
            eval("x.a == [1, 2] && [1, 2] == x.a && x.e == [] && [] == x.e").unwrap(),
            "true"
        );
        assert_eq!(eval("[x.c, x.c].flatten().size()").unwrap(), "4");
        assert_eq!(eval("{'copy': x.c[1]}.copy.k").unwrap(), "w");
        assert_eq!(eval("x.all(key, key in ['a', 'b', 'c', 'e'])").unwrap(), "true");
        assert!(eval("x.c[7]").is_err());
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
