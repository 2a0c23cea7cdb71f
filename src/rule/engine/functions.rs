//! Functions that expressions may call beyond the standard library: pure, total, one meaning each.

use std::sync::Arc;

use cel::{Context, ExecutionError, Value};

use crate::model::arn::Arn;
use crate::model::exception;
use crate::model::response::Action;
use crate::model::{notification, ses};
use crate::pointer::Pointer;
use crate::rule::engine::work;
use crate::rule::inputs::{arn_view, braced};
use crate::text;

/// Names of all functions here, for the checker.
pub const NAMES: &[&str] = &[
    "rank",
    "nearest",
    "cidr",
    "cidr_contains",
    "cidr_overlaps",
    "cidr_aggregate",
    "placeholders",
    "arn",
    "ses_allows",
    "days_between",
    "is_date",
    "parent",
    "words",
    "clients_named",
];

/// Adds the functions to an engine's root.
pub fn register(context: &mut Context<'static, 'static>) {
    // Each name is new to the environment, the only way in which adding can fail.
    let _ = context.add_function("rank", |action: Arc<String>| rank(&action));
    let _ = context.add_function("nearest", |word: Arc<String>, list: Arc<Vec<Value>>| {
        nearest(&word, &list)
    });
    let _ = context.add_function("cidr", |range: Arc<String>| cidr(&range));
    let _ = context.add_function("cidr_contains", |outer: Arc<String>, inner: Arc<String>| {
        matches!((net(&outer), net(&inner)), (Some(outer), Some(inner)) if outer.contains(&inner))
    });
    let _ = context.add_function("cidr_overlaps", |a: Arc<String>, b: Arc<String>| {
        matches!((net(&a), net(&b)), (Some(a), Some(b)) if a.contains(&b) || b.contains(&a))
    });
    let _ = context.add_function("cidr_aggregate", |list: Arc<Vec<Value>>| aggregate(&list));
    let _ = context.add_function("placeholders", |text: Arc<String>| placeholders(&text));
    let _ = context.add_function("arn", |text: Arc<String>| arn_parts(&text));
    let _ = context.add_function("ses_allows", |pool: Arc<String>, region: Arc<String>| {
        ses::allowed(&pool, &region).as_str().to_owned()
    });
    let _ = context.add_function("days_between", |from: Arc<String>, to: Arc<String>| {
        days_between(&from, &to)
    });
    let _ = context.add_function("is_date", |text: Arc<String>| text::date(&text).is_some());
    let _ = context.add_function("parent", |pointer: Arc<String>| {
        Pointer::parse(&pointer).map_or_else(String::new, |pointer| pointer.parent().to_string())
    });
    let _ = context.add_function("words", |list: Arc<Vec<Value>>| text::join_words(&texts(&list)));
    let _ = context.add_function("clients_named", |names: Arc<Vec<Value>>| {
        clients_named(&texts(&names))
    });
}

fn failed(function: &str, message: impl ToString) -> ExecutionError {
    ExecutionError::function_error(function, message)
}

/// The texts of a list; anything else in it is left out.
fn texts(list: &[Value]) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.to_string()),
        _ => None,
    };
    list.iter().filter_map(text).collect()
}

/// Names that a message shows before it counts the rest.
const SHOWN_NAMES: usize = 5;

/// Clients in words, the subject of a sentence: "client `web`", "clients `a` and `b`", "clients `a`, `b`, `c`, `d` and 16
/// more". Without names "no client".
fn clients_named(names: &[String]) -> String {
    let mut shown: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN_NAMES {
        shown.truncate(SHOWN_NAMES - 1);
        shown.push(format!("{} more", names.len() - shown.len()));
    }
    match names.len() {
        0 => "no client".to_owned(),
        1 => format!("client {}", text::join_words(&shown)),
        _ => format!("clients {}", text::join_words(&shown)),
    }
}

fn to_value(data: &impl serde::Serialize) -> Result<Value, String> {
    cel::to_value(data).map_err(|error| error.to_string())
}

fn rank(action: &str) -> Result<Value, ExecutionError> {
    [
        Action::NoAction,
        Action::MfaIfConfigured,
        Action::MfaRequired,
        Action::Block,
    ]
    .into_iter()
    .position(|known| known.as_str() == action)
    .and_then(|at| i64::try_from(at).ok())
    .map(Value::Int)
    .ok_or_else(|| failed("rank", format!("`{action}` is not an action")))
}

fn nearest(word: &str, list: &[Value]) -> Result<Value, ExecutionError> {
    let known = texts(list);
    let letters: usize = known.iter().map(String::len).sum();
    work::spend(work::units(word.len().saturating_mul(letters)))?;
    let found = text::nearest(word, known.iter().map(String::as_str)).unwrap_or_default();
    Ok(Value::String(Arc::new(found.to_owned())))
}

fn net(text: &str) -> Option<ipnet::IpNet> {
    exception::check(text).net
}

fn cidr(text: &str) -> Result<Value, ExecutionError> {
    to_value(&crate::rule::inputs::range_facts(text)).map_err(|error| failed("cidr", error))
}

fn aggregate(list: &[Value]) -> Value {
    let nets: Vec<_> = texts(list).iter().filter_map(|text| net(text)).collect();
    let merged = exception::aggregate_nets(&nets);
    Value::List(Arc::new(
        merged
            .iter()
            .map(|net| Value::String(Arc::new(net.to_string())))
            .collect(),
    ))
}

fn placeholders(text: &str) -> Result<Value, ExecutionError> {
    let found: Vec<_> = notification::placeholders(text)
        .into_iter()
        .map(|placeholder| {
            serde_json::json!({
                "text": braced(&placeholder.name),
                "known": notification::is_known(&placeholder.name),
                "nearest": notification::nearest(&placeholder.name).map(braced).unwrap_or_default(),
            })
        })
        .collect();
    to_value(&found).map_err(|error| failed("placeholders", error))
}

fn arn_parts(text: &str) -> Result<Value, ExecutionError> {
    to_value(&arn_view(Arn::parse(text).as_ref())).map_err(|error| failed("arn", error))
}

fn days_between(from: &str, to: &str) -> Result<Value, ExecutionError> {
    match (text::date(from), text::date(to)) {
        (Some(from), Some(to)) => Ok(Value::Int(text::days(from, to))),
        _ => Err(failed(
            "days_between",
            format!("`{from}` and `{to}` must be dates, YYYY-MM-DD"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_named_until_they_are_many() {
        let words = |count: usize| clients_named(&(1..=count).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!(words(0), "no client");
        assert_eq!(words(1), "client `1`");
        assert_eq!(words(2), "clients `1` and `2`");
        assert_eq!(words(5), "clients `1`, `2`, `3`, `4` and `5`");
        assert_eq!(words(20), "clients `1`, `2`, `3`, `4` and 16 more");
    }
}
