//! Rewrites expressions so that they pay for what they do.

use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedEntryExpr, IdedExpr, ListExpr, LiteralValue,
    MapEntryExpr, MapExpr, SelectExpr, operators as op,
};
use cel::common::types::CelInt;

/// Number of nodes of a tree: what one evaluation costs, loops apart.
pub fn nodes(tree: &IdedExpr) -> u64 {
    let of = |trees: &mut dyn Iterator<Item = &IdedExpr>| trees.map(nodes).sum::<u64>();
    1 + match &tree.expr {
        Expr::Call(call) => of(&mut call.target.iter().map(AsRef::as_ref).chain(&call.args)),
        Expr::Comprehension(turns) => of(&mut [
            &turns.iter_range,
            &turns.accu_init,
            &turns.loop_cond,
            &turns.loop_step,
            &turns.result,
        ]
        .into_iter()),
        Expr::List(list) => of(&mut list.elements.iter()),
        Expr::Map(map) => of(&mut map.entries.iter().flat_map(|entry| match &entry.expr {
            EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
            EntryExpr::StructField(field) => vec![&field.value],
        })),
        Expr::Select(select) => nodes(&select.operand),
        _ => 0,
    }
}

/// The same expression, which pays for what it does.
pub fn metered(tree: &IdedExpr) -> IdedExpr {
    let expr = match &tree.expr {
        Expr::Call(call) => Expr::Call(metered_call(call)),
        Expr::Comprehension(turns) => Expr::Comprehension(Box::new(metered_loop(turns))),
        Expr::List(list) => {
            let elements = list.elements.iter().map(|element| paid(element, 1)).collect();
            Expr::List(ListExpr::new_with_optionals(
                elements,
                list.optional_indices.clone(),
            ))
        }
        Expr::Map(map) => Expr::Map(MapExpr {
            entries: map.entries.iter().map(metered_entry).collect(),
        }),
        Expr::Select(select) => Expr::Select(SelectExpr {
            operand: Box::new(metered(&select.operand)),
            field: select.field.clone(),
            test: select.test,
        }),
        other => other.clone(),
    };
    IdedExpr { id: tree.id, expr }
}

fn metered_entry(entry: &IdedEntryExpr) -> IdedEntryExpr {
    let expr = match &entry.expr {
        EntryExpr::MapEntry(entry) => EntryExpr::MapEntry(MapEntryExpr {
            key: paid(&entry.key, 1),
            value: paid(&entry.value, 1),
            optional: entry.optional,
        }),
        other @ EntryExpr::StructField(_) => other.clone(),
    };
    IdedEntryExpr { id: entry.id, expr }
}

/// A loop pays for its turns when it starts. The shape of its step stays: the engine has fast ways for
/// the steps of `map`, `filter`, `all` and `exists`.
fn metered_loop(turns: &ComprehensionExpr) -> ComprehensionExpr {
    let weight = nodes(&turns.loop_cond) + nodes(&turns.loop_step);
    ComprehensionExpr {
        iter_range: call("@each", metered(&turns.iter_range), weight),
        accu_init: paid(&turns.accu_init, 1),
        loop_cond: metered(&turns.loop_cond),
        loop_step: metered(&turns.loop_step),
        result: metered(&turns.result),
        ..turns.clone()
    }
}

fn metered_call(original: &CallExpr) -> CallExpr {
    let name = original.func_name.as_str();
    let args = &original.args;
    let free = || args.iter().map(metered).collect();
    let all_paid = || args.iter().map(|arg| paid(arg, 1)).collect();
    let target =
        |pay: &dyn Fn(&IdedExpr) -> IdedExpr| original.target.as_ref().map(|target| Box::new(pay(target)));
    let (name, target, args) = match name {
        op::ADD => (name, None, args.iter().map(|arg| summand(arg, 1)).collect()),
        // A comparison with a literal is over where the literal is.
        op::EQUALS | op::NOT_EQUALS | op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS
            if args.iter().any(is_literal) =>
        {
            (name, None, free())
        }
        op::EQUALS
        | op::NOT_EQUALS
        | op::LESS
        | op::LESS_EQUALS
        | op::GREATER
        | op::GREATER_EQUALS
        | op::IN => (name, None, all_paid()),
        "replace" => ("@replace", target(&metered), free()),
        "join" => ("@join", target(&metered), free()),
        "matches" => ("@matches", target(&metered), free()),
        "distinct" => (name, target(&|list| call("@square", metered(list), 1)), free()),
        _ if name.starts_with(|c: char| c.is_ascii_alphabetic()) || name.starts_with("@sort") => {
            (name, target(&|target| paid(target, 1)), all_paid())
        }
        _ => (name, target(&metered), free()),
    };
    CallExpr {
        func_name: name.to_owned(),
        target,
        args,
    }
}

/// One side of a `+`; every further `+` of a chain copies it once more.
fn summand(tree: &IdedExpr, copies: u64) -> IdedExpr {
    match &tree.expr {
        Expr::Call(inner) if inner.func_name == op::ADD => IdedExpr {
            id: tree.id,
            expr: Expr::Call(CallExpr {
                func_name: inner.func_name.clone(),
                target: None,
                args: inner.args.iter().map(|arg| summand(arg, copies + 1)).collect(),
            }),
        },
        _ => paid(tree, copies),
    }
}

/// A value that is paid for. Literals are no larger than the expression, what they hold pays itself;
/// names with `@` are the engine's own results.
fn paid(tree: &IdedExpr, times: u64) -> IdedExpr {
    match &tree.expr {
        Expr::Literal(_) | Expr::List(_) | Expr::Map(_) => metered(tree),
        Expr::Ident(name) if name.starts_with('@') => tree.clone(),
        _ => call("@pay", metered(tree), times),
    }
}

fn is_literal(tree: &IdedExpr) -> bool {
    matches!(tree.expr, Expr::Literal(_))
}

fn call(name: &str, value: IdedExpr, number: u64) -> IdedExpr {
    let number = CelInt::from(i64::try_from(number).unwrap_or(i64::MAX));
    let number = IdedExpr {
        id: value.id,
        expr: Expr::Literal(LiteralValue::Int(number)),
    };
    IdedExpr {
        id: value.id,
        expr: Expr::Call(CallExpr {
            func_name: name.to_owned(),
            target: None,
            args: vec![value, number],
        }),
    }
}
