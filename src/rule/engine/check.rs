//! The checker: what an expression names must exist, found when a rule is loaded, not when it runs.

use std::collections::BTreeMap;

use cel::common::ast::{EntryExpr, Expr, IdedExpr};
use serde_json::Value;

use crate::rule::engine::cel::Expression;
use crate::rule::engine::functions;
use crate::rule::view::View;
use crate::text;

/// Functions of the standard library and the extensions, and macros.
const STANDARD: &[&str] = &[
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "string",
    "int",
    "uint",
    "double",
    "bool",
    "bytes",
    "type",
    "dyn",
    "min",
    "max",
    "has",
    "all",
    "exists",
    "exists_one",
    "map",
    "filter",
    "join",
    "split",
    "replace",
    "lowerAscii",
    "upperAscii",
    "trim",
    "substring",
    "indexOf",
    "lastIndexOf",
    "charAt",
    "format",
    "reverse",
    "slice",
    "flatten",
    "distinct",
    "sort",
    "sortBy",
    "first",
    "last",
];

/// Checks expressions against the view's schema.
pub struct Checker {
    schema: Value,
}

/// What is known of the names in scope; `Value::Null` is "anything".
type Names<'a> = BTreeMap<String, &'a Value>;

impl Default for Checker {
    fn default() -> Self {
        Self {
            schema: crate::schema::of::<View>("view"),
        }
    }
}

static ANYTHING: Value = Value::Null;

impl Checker {
    /// Sentences about names that do not exist. `extra` are variables beside the view's, such as `it`.
    pub fn faults(&self, expression: &Expression, extra: &[&str]) -> Vec<String> {
        let mut names: Names<'_> = extra.iter().map(|name| ((*name).to_owned(), &ANYTHING)).collect();
        let view = self.schema.get("properties").and_then(Value::as_object);
        names.extend(
            view.into_iter()
                .flatten()
                .map(|(name, schema)| (name.clone(), schema)),
        );
        let mut faults = Vec::new();
        self.infer(expression.tree(), &names, &mut faults);
        faults
    }

    /// Variables of the view that an expression names.
    pub fn variables(expression: &Expression) -> Vec<String> {
        expression
            .tree()
            .references()
            .variables()
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    /// Walks a tree; gives the schema of its value where that is known.
    fn infer<'a>(&'a self, tree: &IdedExpr, names: &Names<'a>, faults: &mut Vec<String>) -> &'a Value {
        match &tree.expr {
            Expr::Ident(name) => self.identifier(name, names, faults),
            Expr::Select(select) => {
                let operand = self.infer(&select.operand, names, faults);
                self.member(operand, &select.field, faults)
            }
            Expr::Call(call) => {
                let mut operands: Vec<_> = call.target.iter().map(AsRef::as_ref).chain(&call.args).collect();
                let first = operands.first().map(|operand| self.infer(operand, names, faults));
                operands.drain(..1.min(operands.len()));
                for operand in &operands {
                    self.infer(operand, names, faults);
                }
                function_fault(&call.func_name, faults);
                if call.func_name == "_[_]" {
                    self.element(first.unwrap_or(&ANYTHING))
                } else {
                    &ANYTHING
                }
            }
            Expr::Comprehension(comp) => {
                let range = self.infer(&comp.iter_range, names, faults);
                let mut inner = names.clone();
                inner.insert(comp.iter_var.clone(), self.element(range));
                if let Some(second) = &comp.iter_var2 {
                    inner.insert(second.clone(), &ANYTHING);
                }
                inner.insert(comp.accu_var.clone(), &ANYTHING);
                for part in [&comp.accu_init, &comp.loop_cond, &comp.loop_step, &comp.result] {
                    self.infer(part, &inner, faults);
                }
                // `filter` keeps the elements of its range; any other macro makes new ones.
                if is_filter(&comp.loop_step) {
                    range
                } else {
                    &ANYTHING
                }
            }
            Expr::List(list) => {
                for element in &list.elements {
                    self.infer(element, names, faults);
                }
                &ANYTHING
            }
            Expr::Map(map) => {
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        self.infer(&entry.key, names, faults);
                        self.infer(&entry.value, names, faults);
                    }
                }
                &ANYTHING
            }
            _ => &ANYTHING,
        }
    }

    fn identifier<'a>(&'a self, name: &str, names: &Names<'a>, faults: &mut Vec<String>) -> &'a Value {
        if let Some(schema) = names.get(name) {
            return self.resolve(schema);
        }
        if !name.starts_with('@') && !STANDARD.contains(&name) {
            faults.push(unknown("variable", name, names.keys().map(String::as_str)));
        }
        &ANYTHING
    }

    fn member<'a>(&'a self, operand: &'a Value, field: &str, faults: &mut Vec<String>) -> &'a Value {
        if operand.get("type").is_some_and(|kind| kind == "array") {
            faults.push(format!(
                "a list has no field `{field}`; look at its elements with `exists`, `all` or `map`"
            ));
            return &ANYTHING;
        }
        let Some(Value::Object(properties)) = operand.get("properties") else {
            return &ANYTHING;
        };
        if let Some(schema) = properties.get(field) {
            return self.resolve(schema);
        }
        faults.push(unknown("field", field, properties.keys().map(String::as_str)));
        &ANYTHING
    }

    fn element<'a>(&'a self, list: &'a Value) -> &'a Value {
        list.get("items").map_or(&ANYTHING, |items| self.resolve(items))
    }

    /// Follows one `$ref`.
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let target = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|text| text.strip_prefix('#'));
        target
            .and_then(|pointer| self.schema.pointer(pointer))
            .unwrap_or(schema)
    }
}

/// Whether a macro's step is `condition ? accu + [element] : accu` with the bare element.
fn is_filter(step: &IdedExpr) -> bool {
    let Expr::Call(choice) = &step.expr else {
        return false;
    };
    let Some(Expr::Call(sum)) = choice.args.get(1).map(|then| &then.expr) else {
        return false;
    };
    let Some(Expr::List(list)) = sum.args.get(1).map(|added| &added.expr) else {
        return false;
    };
    choice.func_name == "_?_:_"
        && matches!(
            list.elements.as_slice(),
            [IdedExpr {
                expr: Expr::Ident(_),
                ..
            }]
        )
}

fn function_fault(name: &str, faults: &mut Vec<String>) {
    let operator = !name.starts_with(|c: char| c.is_ascii_alphabetic());
    let known = || STANDARD.iter().chain(functions::NAMES).copied();
    if !operator && !known().any(|function| function == name) {
        faults.push(unknown("function", name, known()));
    }
}

fn unknown<'a>(kind: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let hint =
        text::nearest(name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("unknown {kind} `{name}`{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        Checker::default().faults(
            &Expression::compile(text, crate::rule::engine::Reader::Documented).unwrap(),
            &["it"],
        )
    }

    #[test]
    fn names_of_the_view_are_known() {
        for good in [
            "posture.enforced && scopes.exists(s, s.account_takeover == null)",
            "scopes.filter(s, !s.is_pool).map(s, s.weaker_cells).flatten()",
            "it.anything.goes == 1",
            "alarms != null && alarms.filter(a, a.metric == 'x').size() > 0",
            "rank('BLOCK') > 1 ? {'pointer': '/mode', 'x': modes[0].auth} : {}",
        ] {
            assert_eq!(faults(good), Vec::<String>::new(), "{good}");
        }
    }

    #[test]
    fn slips_are_found_with_a_suggestion() {
        assert_eq!(
            faults("postur.enforced"),
            ["unknown variable `postur`; did you mean `posture`?"]
        );
        assert_eq!(
            faults("posture.enforcd"),
            ["unknown field `enforcd`; did you mean `enforced`?"]
        );
        assert_eq!(
            faults("scopes.filter(s, s.is_pol).exists(s, s.acount_takeover == null)"),
            [
                "unknown field `is_pol`; did you mean `is_pool`?",
                "unknown field `acount_takeover`; did you mean `account_takeover`?"
            ]
        );
        assert_eq!(
            faults("modes[0].mod == 'x'"),
            ["unknown field `mod`; did you mean `mode`?"]
        );
        assert_eq!(
            faults("rnak('BLOCK')"),
            ["unknown function `rnak`; did you mean `rank`?"]
        );
    }
}
