//! What metered expressions call: payment, and the engine's functions whose answers may be larger than
//! what they are given, or take longer.

use std::cell::RefCell;

use cel::common::types::{
    BOOL_TYPE, CelBool, CelInt, CelList, CelMap, CelString, DYN_TYPE, INT_TYPE, LIST_TYPE, STRING_TYPE,
};
use cel::common::value::{CowVal, Val};
use cel::{DeclarationError, Env, ExecutionError};
use regex::{Regex, RegexBuilder};

use crate::rule::engine::tree;
use crate::rule::engine::work::budget::{pay, spend, units};

/// Declares the functions that metered expressions call.
pub fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload("@pay", "@pay", vec![DYN_TYPE, INT_TYPE], pay_function)?;
    env.add_overload("@each", "@each", vec![DYN_TYPE, INT_TYPE], each)?;
    env.add_overload("@square", "@square", vec![DYN_TYPE, INT_TYPE], square)?;
    env.add_overload("@matches", "@matches", vec![STRING_TYPE, STRING_TYPE], |args| {
        matches(&args)
    })?;
    env.add_member_overload(
        "@matches",
        "@matches_of",
        STRING_TYPE,
        vec![STRING_TYPE],
        |args| matches(&args),
    )?;
    env.add_member_overload("@join", "@join", LIST_TYPE, vec![], |args| join(&args))?;
    env.add_member_overload("@join", "@join_with", LIST_TYPE, vec![STRING_TYPE], |args| {
        join(&args)
    })?;
    let texts = vec![STRING_TYPE, STRING_TYPE];
    env.add_member_overload("@replace", "@replace", STRING_TYPE, texts, |args| replace(&args))?;
    let counted = vec![STRING_TYPE, STRING_TYPE, INT_TYPE];
    env.add_member_overload("@replace", "@replace_some", STRING_TYPE, counted, |args| {
        replace(&args)
    })
}

type Args<'b, 'v> = Vec<CowVal<'b, 'v>>;
type Answer<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

/// The value and the number of one of the calls that [`call`] makes.
fn value_and_number<'b, 'v>(args: Args<'b, 'v>) -> Result<(CowVal<'b, 'v>, u64), ExecutionError> {
    let [value, number] =
        <[_; 2]>::try_from(args).map_err(|args| ExecutionError::invalid_argument_count(2, args.len()))?;
    Ok((
        value,
        whole(&number)
            .and_then(|number| u64::try_from(number).ok())
            .unwrap_or(1),
    ))
}

fn whole(value: &CowVal<'_, '_>) -> Option<i64> {
    value.downcast_ref::<CelInt>().map(|number| *number.inner())
}

fn pay_function<'b, 'v>(args: Args<'b, 'v>) -> Answer<'b, 'v> {
    let (value, times) = value_and_number(args)?;
    pay(value.as_ref(), times)?;
    Ok(value)
}

fn length(value: &dyn Val) -> u64 {
    let length = value.as_sizer().map_or(0, |sizer| *sizer.size().inner());
    u64::try_from(length).unwrap_or(0)
}

/// What a loop goes through. The keys of the engine's maps come in an order that differs from run to
/// run; here they are sorted.
fn each<'b, 'v>(args: Args<'b, 'v>) -> Answer<'b, 'v> {
    let (range, weight) = value_and_number(args)?;
    pay(range.as_ref(), 1)?;
    spend(length(range.as_ref()).saturating_mul(weight))?;
    let Some(map) = range.downcast_ref::<CelMap>() else {
        return Ok(range);
    };
    let mut keys: Vec<_> = map.inner().keys().collect();
    keys.sort_by_cached_key(|key| rank(key.inner()));
    let keys: Vec<Box<dyn Val + 'v>> = keys.into_iter().map(|key| key.inner().clone_as_boxed()).collect();
    Ok(CowVal::owned(CelList::from(keys)))
}

/// The place of a key among others: truth values, numbers, texts.
fn rank(key: &dyn Val) -> (u8, i128, String) {
    if *key.get_type() == BOOL_TYPE {
        let truth = key.downcast_ref::<CelBool>().is_some_and(|truth| *truth.inner());
        return (0, truth.into(), String::new());
    }
    match tree::text(key) {
        Some(text) => (2, 0, text),
        None => (1, tree::whole(key).unwrap_or(0), String::new()),
    }
}

/// Pays for comparing every element with every other one.
fn square<'b, 'v>(args: Args<'b, 'v>) -> Answer<'b, 'v> {
    let (value, _) = value_and_number(args)?;
    pay(value.as_ref(), length(value.as_ref()).max(1))?;
    Ok(value)
}

fn text_of<'a>(args: &'a [CowVal<'_, '_>], index: usize) -> Result<&'a str, ExecutionError> {
    let text = args.get(index).and_then(|arg| arg.downcast_ref::<CelString>());
    text.map(CelString::inner)
        .ok_or_else(|| ExecutionError::invalid_argument_count(index + 1, args.len()))
}

fn new_text<'b, 'v>(text: String) -> CowVal<'b, 'v> {
    CowVal::owned(CelString::from(text))
}

/// `text.replace(old, new)` and `text.replace(old, new, limit)`; a negative limit is none.
fn replace<'b, 'v>(args: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    let (text, old, new) = (text_of(args, 0)?, text_of(args, 1)?, text_of(args, 2)?);
    spend(units(text.len() + old.len()))?;
    let limit = args
        .get(3)
        .and_then(whole)
        .and_then(|limit| usize::try_from(limit).ok());
    let times = text.matches(old).take(limit.unwrap_or(usize::MAX)).count();
    spend(1 + units(text.len().saturating_add(times.saturating_mul(new.len()))))?;
    Ok(new_text(match limit {
        Some(limit) => text.replacen(old, new, limit),
        None => text.replace(old, new),
    }))
}

/// `list.join()` and `list.join(separator)`.
fn join<'b, 'v>(args: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    let list = args
        .first()
        .ok_or_else(|| ExecutionError::invalid_argument_count(1, 0))?;
    let separator = if args.len() > 1 { text_of(args, 1)? } else { "" };
    pay(list.as_ref(), 1)?;
    spend(length(list.as_ref()).saturating_mul(units(separator.len())))?;
    let mut joined = String::new();
    let Some(list) = list.as_iterable() else {
        return Err(ExecutionError::function_error("join", "only lists can be joined"));
    };
    let mut elements = list.iter();
    let mut is_first = true;
    while let Some(element) = elements.next() {
        let text = element
            .downcast_ref::<CelString>()
            .ok_or_else(|| ExecutionError::function_error("join", "only texts can be joined"))?;
        if !is_first {
            joined.push_str(separator);
        }
        is_first = false;
        joined.push_str(text.inner());
    }
    Ok(new_text(joined))
}

thread_local! {
    /// Compiled patterns, the latest last.
    static PATTERNS: RefCell<Vec<(String, Regex)>> = const { RefCell::new(Vec::new()) };
}

/// Bytes that a compiled pattern may take.
const PATTERN_BYTES: usize = 256 * 1024;

/// Units for compiling a pattern.
const PATTERN_UNITS: u64 = 50_000;

/// Patterns that are kept.
const PATTERNS_KEPT: usize = 16;

/// `text.matches(pattern)`. Rules use few patterns on many texts, so compiled ones are kept.
fn matches<'b, 'v>(args: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    let (text, pattern) = (text_of(args, 0)?, text_of(args, 1)?);
    spend(1 + units(pattern.len()) + 4 * units(text.len()))?;
    PATTERNS.with_borrow_mut(|kept| {
        let found = kept.iter().position(|(known, _)| known == pattern);
        let at = found.map_or_else(|| compile(kept, pattern), Ok)?;
        let is_match = kept.get(at).is_some_and(|(_, compiled)| compiled.is_match(text));
        Ok(CowVal::owned(CelBool::from(is_match)))
    })
}

/// Adds a pattern to those that are kept; its place there.
fn compile(kept: &mut Vec<(String, Regex)>, pattern: &str) -> Result<usize, ExecutionError> {
    spend(PATTERN_UNITS)?;
    let compiled = RegexBuilder::new(pattern).size_limit(PATTERN_BYTES).build();
    let compiled = compiled
        .map_err(|error| ExecutionError::function_error("matches", format!("`{pattern}`: {error}")))?;
    if kept.len() == PATTERNS_KEPT {
        kept.remove(0);
    }
    kept.push((pattern.to_owned(), compiled));
    Ok(kept.len() - 1)
}
