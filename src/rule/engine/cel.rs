//! Expressions: compiled once, evaluated over variables and our functions.
//!
//! Limits (crates.md, section 5): the engine recurses over flat chains at run time, so the text of an
//! expression is capped here and rules run on threads with large stacks ([`STACK_BYTES`]).

use std::sync::{Arc, OnceLock};

use cel::common::ast::IdedExpr;
use cel::common::types::{CelBool, MAP_TYPE};
use cel::common::value::Val;
use cel::parser::PrattParser;
use cel::{Context, Env, ExecutionError, Value};
use serde_json::Value as Json;

use crate::rule::engine::bindings::Bindings;
use crate::rule::engine::functions;
use crate::rule::engine::tree::{self, Item};
use crate::rule::engine::work;

/// Longest text of one expression, in bytes.
pub const MAX_EXPRESSION: usize = 2048;

/// Stack that a thread needs to run any expression within its size limit, debug builds included.
/// Only what is used of it becomes memory.
pub const STACK_BYTES: usize = 64 * 1024 * 1024;

/// A compiled expression.
#[derive(Debug)]
pub struct Expression {
    tree: IdedExpr,
    /// What is evaluated: the tree, bounded.
    metered: IdedExpr,
    /// Units of one evaluation, loops apart.
    nodes: u64,
}

/// Why an expression cannot be used: what and, when known, the 1-based line and column in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionFault {
    /// What is wrong.
    pub message: String,
    /// Where in the expression.
    pub position: Option<(usize, usize)>,
}

/// What reads an expression's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The engine's documented parser.
    Documented,
    /// The engine's other parser, which takes a tenth of the time, is not documented and has no extensions'
    /// macros. For rules that ship inside the program: a test reads each with both and wants the same tree. What it
    /// cannot read goes to the documented one.
    Quick,
}

/// Macros that extensions add.
const EXTENSION_MACROS: [&str; 1] = ["sortBy"];

impl Expression {
    /// Compiles a text. Unknown variables and functions are the checker's business.
    pub fn compile(text: &str, reader: Reader) -> Result<Self, ExpressionFault> {
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
        let quick = match reader {
            Reader::Quick => quick(text),
            Reader::Documented => None,
        };
        let tree = quick.map_or_else(|| documented(text), Ok)?;
        Ok(Self {
            metered: work::metered(&tree),
            nodes: work::nodes(&tree),
            tree,
        })
    }

    /// The syntax tree, for the checker.
    pub(in crate::rule) fn tree(&self) -> &IdedExpr {
        &self.tree
    }
}

fn documented(text: &str) -> Result<IdedExpr, ExpressionFault> {
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
    Ok(program.expression().clone())
}

fn quick(text: &str) -> Option<IdedExpr> {
    if EXTENSION_MACROS.iter().any(|name| text.contains(name)) {
        return None;
    }
    PrattParser::default().parse(text).ok()
}

/// The standard environment with the string and list extensions.
fn environment() -> Arc<Env> {
    static ENVIRONMENT: OnceLock<Arc<Env>> = OnceLock::new();
    let build = || {
        let mut env = Env::stdlib();
        // These only fail when declared twice.
        let _ = env.add_extension(cel::extensions::strings);
        let _ = env.add_extension(cel::extensions::lists);
        let _ = work::declare(&mut env);
        Arc::new(env)
    };
    Arc::clone(ENVIRONMENT.get_or_init(build))
}

/// Everything expressions can call; made once and shared by all threads.
pub struct Engine {
    root: Context<'static, 'static>,
}

impl Default for Engine {
    /// An engine with functions of our own beyond the standard library.
    fn default() -> Self {
        let mut root = Context::with_env(environment());
        functions::register(&mut root);
        Self { root }
    }
}

impl Engine {
    /// A scope over variables that are looked up when an expression names them.
    pub fn scope<'a>(&'a self, variables: &'a Bindings<'a>) -> EvaluationScope<'a> {
        let root: &'a Context<'a, 'a> = &self.root;
        let mut context = root.new_inner_scope();
        context.set_variable_resolver(variables);
        let scope = EvaluationScope { context };
        scope.begin(u64::MAX);
        scope
    }
}

/// Variables bound over the engine's functions.
pub struct EvaluationScope<'a> {
    context: Context<'a, 'a>,
}

impl EvaluationScope<'_> {
    /// Says that another rule is run now, which may do as much work as any, and at most so much beyond what is free.
    #[expect(clippy::unused_self, reason = "work is done in a scope, whoever counts it")]
    pub fn begin(&self, most: u64) {
        // One more, so that a rule that was stopped has more than it may.
        work::begin(most.saturating_add(work::FREE + 1));
    }

    /// What was done since [`EvaluationScope::begin`] beyond what every rule may do on every view.
    #[expect(clippy::unused_self, reason = "work is done in a scope, whoever counts it")]
    pub fn beyond_free(&self) -> u64 {
        work::used().saturating_sub(work::FREE)
    }

    /// A scope inside this one with one more variable.
    pub fn with(&self, name: &'static str, value: &Item) -> EvaluationScope<'_> {
        let outer: &Context<'_, '_> = &self.context;
        let mut context = outer.new_inner_scope();
        context.add_variable_as_val(name, value.clone());
        EvaluationScope { context }
    }

    /// Evaluates to what is taken of the value, which borrows from the variables. The error is the engine's sentence.
    fn evaluate<T>(&self, expression: &Expression, take: impl FnOnce(&dyn Val) -> T) -> Result<T, String> {
        let evaluate = || {
            work::spend(expression.nodes)?;
            let value = Value::resolve_val(&expression.metered, &self.context)?;
            work::pay(value.as_ref(), 1)?;
            Ok(take(value.as_ref()))
        };
        match evaluate() {
            _ if work::is_exceeded() => Err(work::EXCEEDED.to_owned()),
            result => result.map_err(|error| sentence(&error)),
        }
    }

    /// The same, of which a value has to have something; `wanted` says what.
    fn typed<T>(
        &self,
        expression: &Expression,
        wanted: &str,
        take: impl FnOnce(&dyn Val) -> Option<T>,
    ) -> Result<T, String> {
        let of = |value: &dyn Val| {
            take(value).ok_or_else(|| format!("gives {}, not {wanted}", value.get_type().name()))
        };
        self.evaluate(expression, of)?
    }

    /// Evaluates to any value.
    pub fn value(&self, expression: &Expression) -> Result<Item, String> {
        self.evaluate(expression, tree::owned)
    }

    /// Evaluates to a truth value; any other type is an error.
    pub fn truth(&self, expression: &Expression) -> Result<bool, String> {
        self.typed(expression, "a truth value", |value| {
            value.downcast_ref::<CelBool>().map(|truth| *truth.inner())
        })
    }

    /// Evaluates to a list; any other type is an error.
    pub fn list(&self, expression: &Expression) -> Result<Vec<Item>, String> {
        self.typed(expression, "a list", tree::items)
    }

    /// Evaluates to a text; any other type is an error.
    pub fn text(&self, expression: &Expression) -> Result<String, String> {
        self.typed(expression, "a text", tree::text)
    }
}

/// The engine's error in words. Values are left out: they may be long, and maps have no order.
fn sentence(error: &ExecutionError) -> String {
    let of = |value: &Value| value.type_of().to_string();
    match error {
        ExecutionError::UnsupportedTargetType { target } => format!("Invalid argument type: {}", of(target)),
        ExecutionError::NotSupportedAsMethod { method, target } => {
            format!("Method '{method}' not supported on type '{}'", of(target))
        }
        ExecutionError::UnsupportedKeyType(key) => format!("Unable to use a {} as a key", of(key)),
        ExecutionError::ValuesNotComparable(a, b) => format!("A {} cannot be compared to a {}", of(a), of(b)),
        ExecutionError::UnsupportedBinaryOperator(name, a, b) => {
            format!("Unsupported binary operator '{name}': {}, {}", of(a), of(b))
        }
        ExecutionError::UnsupportedIndex(index, list) => {
            format!("Cannot use a {} to index a {}", of(index), of(list))
        }
        // The metered functions are called as they are written.
        other => other.to_string().replace("'@", "'"),
    }
}

/// A value as people read it: texts bare, lists joined by commas, `null` as `none`.
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
    if *value.get_type() == MAP_TYPE {
        return "a map".to_owned();
    }
    match tree::json(value) {
        Json::Null => "none".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(text: &str) -> Result<String, String> {
        let engine = Engine::default();
        let x = serde_json::json!({"a": [1, 2], "b": null, "c": [{"k": "v"}, {"k": "w"}], "e": []});
        let mut variables = Bindings::default();
        variables.add("x", &x);
        let scope = engine.scope(&variables);
        let expression = Expression::compile(text, Reader::Documented).map_err(|fault| fault.message)?;
        scope.value(&expression).map(|value| display(value.as_ref()))
    }

    /// Expressions evaluate over variables and extensions.
    #[test]
    fn variables_and_extension_functions() {
        assert_eq!(eval("x.a.map(v, v * 2)").unwrap(), "2, 4");
        assert_eq!(eval("x.b == null").unwrap(), "true");
        assert_eq!(eval("[[1], [2]].flatten()").unwrap(), "1, 2");
        assert_eq!(eval("['a', 'b'].join('+')").unwrap(), "a+b");
        assert!(eval("x.missing").unwrap_err().contains("No such key"));
        assert!(eval("nothing(1)").is_err());
    }

    /// Shared values behave like the engines own.
    #[test]
    fn shared_values_match_native_values() {
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
        let fault = Expression::compile("x ==\n == 1", Reader::Documented).unwrap_err();
        assert!(fault.position.is_some(), "{fault:?}");
    }

    /// The answer of a thread with the stack that rules have.
    fn eval_deep(text: String) -> Result<String, String> {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        thread.spawn(move || eval(&text)).unwrap().join().unwrap()
    }

    /// Work is bounded whatever an expression asks.
    #[test]
    fn work_limit_for_any_expression() {
        let list = format!(
            "[{}]",
            (0..100).map(|n| n.to_string()).collect::<Vec<_>>().join(",")
        );
        let pairs = |inner: &str| format!("{list}.map(a, {list}.map(b, {inner}))");
        for bomb in [
            pairs(&pairs("1")),
            pairs(&format!(
                "{list}.exists(c, {list}.all(d, d < 0 || {list}.size() == 1))"
            )),
            pairs("'x'.matches('(a|b){9}' + string(a) + string(b))"),
            format!("0 == 0 || {} == []", pairs(&pairs("1"))),
            format!("{} == [] || 0 == 0", pairs(&pairs("1"))),
            format!("[1]{}", ".map(a, [a, a])".repeat(100)),
            format!("[1]{}", ".map(a, {'x': a, 'y': a})".repeat(80)),
            format!("[[1]]{}", ".map(a, a + a)".repeat(100)),
            format!("['x']{}", ".map(a, a + a)".repeat(100)),
            format!("['x']{}", ".map(a, [a, a].join(a))".repeat(80)),
            format!("['x']{}", ".map(a, '%s%s'.format([a, a]))".repeat(60)),
            format!("['x']{}", ".map(a, a.replace('', a))".repeat(80)),
            format!("'ab'{}", ".replace('a', 'aaaa')".repeat(80)),
        ] {
            let answer = eval_deep(bomb.clone());
            let exceeded = answer.as_ref().is_err_and(|error| error == work::EXCEEDED);
            // What is true whatever the rest says needs no rest.
            assert!(
                exceeded || (bomb.starts_with("0 == 0") && answer == Ok("true".to_owned())),
                "{answer:?}: {bomb}"
            );
        }
    }

    /// Metered functions do what their names say.
    #[test]
    fn metered_functions_results() {
        let good = [
            ("'a-b-c'.replace('-', '+')", "a+b+c"),
            ("'a-b-c'.replace('-', '+', 1)", "a+b-c"),
            ("'a-b-c'.replace('-', '+', -1)", "a+b+c"),
            ("'ab'.replace('', '.')", ".a.b."),
            ("['a', 'b'].join()", "ab"),
            ("[].join(', ')", ""),
            ("'abc'.matches('^a.c$') && !matches('abc', 'd')", "true"),
            ("[1, 2, 1].distinct()", "1, 2"),
            ("['b', 'a'].sortBy(e, e)", "a, b"),
            (
                "[1, 2].exists_one(e, e == 1) && [1, 2].all(e, e in [2, 1])",
                "true",
            ),
            ("x.c.map(e, e.k == 'v', e.k + '!') == ['v!']", "true"),
            ("{'b': 1, 'a': 2, 'c': 3}.map(k, k)", "a, b, c"),
            (
                "{true: 1, 2: 2, 1u: 3, 'z': 4, -1: 5}.map(k, string(k))",
                "true, -1, 1, 2, z",
            ),
        ];
        for (text, answer) in good {
            assert_eq!(eval(text).as_deref(), Ok(answer), "{text}");
        }
        for (text, words) in [
            ("'a'.matches('(')", "`(`: regex parse error"),
            ("'a'.matches('(\\\\w{90}){9}')", "exceeds size limit"),
            ("[1].join()", "only texts"),
            ("1.replace('a', 'b')", "'replace'"),
            ("{'a': 1, 'b': 2}.contains({'c': 3, 'd': 4})", "map"),
            ("{{'a': 1}: 1}", "map"),
        ] {
            let error = eval(text).unwrap_err();
            assert!(error.contains(words) && !error.contains('@'), "{text}: {error}");
        }
    }

    /// Long expressions are refused and the longest runs.
    #[test]
    fn expression_length_limit() {
        let longest = format!("1{}", "+1".repeat((MAX_EXPRESSION - 1) / 2));
        let too_long = format!("{longest}+1+1");
        assert!(
            Expression::compile(&too_long, Reader::Documented)
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
