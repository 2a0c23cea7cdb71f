//! References of a Terraform configuration followed to the resources that they mean, where ids are known after apply.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::observe::template::candidates::{ANY, Candidates};

/// A step of an address or a reference: a name, and the key behind it as it is written, brackets included.
pub type AddressStep = (String, String);

/// Most references that are followed from one expression.
const MOST: usize = 1000;

/// The steps of an address or a reference. Total.
pub fn steps(text: &str) -> Vec<AddressStep> {
    let mut found: Vec<AddressStep> = Vec::new();
    let (mut name, mut key) = (String::new(), String::new());
    let (mut in_key, mut in_text) = (false, false);
    for letter in text.chars() {
        match letter {
            '"' if in_key => {
                in_text = !in_text;
                key.push(letter);
            }
            '[' if !in_text => {
                in_key = true;
                key.push(letter);
            }
            ']' if !in_text => {
                in_key = false;
                key.push(letter);
            }
            '.' if !in_key => found.push((std::mem::take(&mut name), std::mem::take(&mut key))),
            _ if in_key => key.push(letter),
            _ => name.push(letter),
        }
    }
    found.push((name, key));
    found
}

/// The text of steps.
pub(super) fn joined(steps: &[AddressStep]) -> String {
    let parts: Vec<_> = steps.iter().map(|(name, key)| format!("{name}{key}")).collect();
    parts.join(".")
}

/// Splits an address into its modules, and type and name with the instance's key.
pub fn split(address: &str) -> (Vec<AddressStep>, Vec<AddressStep>) {
    let all = steps(address);
    let mut at = 0;
    while all.get(at).is_some_and(|(name, _)| name == "module") {
        at += 2;
    }
    let at = at.min(all.len());
    (all[..at].to_vec(), all[at..].to_vec())
}

/// Follows references.
pub struct Follower<'a> {
    /// `configuration.root_module`.
    root: &'a Json,
    /// The keys of the instances of every resource and module; the key of what has no instances is empty.
    instances: BTreeMap<String, BTreeSet<String>>,
    /// Whether all instances of one have a counterpart of another, as far as that was asked: there may be thousands.
    counterparts: RefCell<BTreeMap<(String, String), bool>>,
}

/// From where references are followed.
struct Scope<'s> {
    modules: &'s [AddressStep],
    /// The resource or module call whose expression it is, without its key; empty for an output.
    of: String,
    /// The key of its instance.
    key: &'s str,
    each: Option<&'s Json>,
    /// The key that is asked of an output.
    asked: &'s str,
    /// The type that is wanted.
    wanted: &'s str,
}

impl<'a> Follower<'a> {
    /// With the configuration of a root module, and all addresses of the plan.
    pub fn new<'s>(root: &'a Json, addresses: impl Iterator<Item = &'s str>) -> Self {
        let mut instances: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for address in addresses {
            let (modules, own) = split(address);
            let mut before = String::new();
            for pair in modules.chunks(2).chain([own.as_slice()]) {
                let names: Vec<_> = pair.iter().map(|(name, _)| name.as_str()).collect();
                let plain = format!("{before}{}", names.join("."));
                let key = pair.last().map(|(_, key)| key.clone()).unwrap_or_default();
                before = format!("{plain}{key}.");
                instances.entry(plain).or_default().insert(key);
            }
        }
        Self {
            root,
            instances,
            counterparts: RefCell::default(),
        }
    }

    /// The configuration of a module.
    pub(super) fn module(&self, modules: &[AddressStep]) -> Option<&'a Json> {
        let mut at = self.root;
        for pair in modules.chunks(2) {
            let (name, _) = pair.get(1)?;
            at = at.get("module_calls")?.get(name)?.get("module")?;
        }
        Some(at)
    }

    /// The configuration of a resource.
    pub fn resource(&self, address: &str) -> Option<&'a Json> {
        let (modules, own) = split(address);
        let names: Vec<_> = own.iter().map(|(name, _)| name.as_str()).collect();
        let wanted = names.join(".");
        let resources = self.module(&modules)?.get("resources")?.as_array()?;
        resources
            .iter()
            .find(|resource| resource["address"] == wanted.as_str())
    }

    /// What references in a resource's expression lead to, of types that end so. Without any, it can be everything.
    pub fn targets(&self, address: &str, references: &Json, wanted: &str) -> Candidates {
        let (modules, mut own) = split(address);
        let key = own
            .last_mut()
            .map(|(_, key)| std::mem::take(key))
            .unwrap_or_default();
        let config = self.resource(address);
        let scope = Scope {
            modules: &modules,
            of: joined(&[modules.as_slice(), &own].concat()),
            key: &key,
            each: config.and_then(|resource| resource.get("for_each_expression")),
            asked: "",
            wanted,
        };
        let mut candidates = self.all(&scope, references, &mut BTreeSet::new());
        candidates.is_any |= candidates == Candidates::default();
        candidates
    }

    /// What the references of one expression lead to; each is followed once.
    fn all(&self, scope: &Scope<'_>, references: &Json, seen: &mut BTreeSet<String>) -> Candidates {
        let all: Vec<_> = specific(references).iter().map(|one| steps(one)).collect();
        // `x.y[each.key].id` is in a plan as `x.y` and `each.key`. With more in it, nobody knows what the key is.
        let is_key = |one: &Vec<AddressStep>| ["each.key", "count.index"].contains(&joined(one).as_str());
        let is_by_key = all.len() == 2 && all.iter().any(is_key);
        let mut candidates = Candidates::default();
        for reference in all.iter().filter(|one| !is_key(one)) {
            candidates.add(self.follow(scope, reference, is_by_key, seen));
        }
        candidates
    }

    fn follow(
        &self,
        scope: &Scope<'_>,
        reference: &[AddressStep],
        is_by_key: bool,
        seen: &mut BTreeSet<String>,
    ) -> Candidates {
        let mark = format!(
            "{} {} {} {is_by_key}",
            joined(scope.modules),
            scope.of,
            joined(reference)
        );
        let Some((first, _)) = reference
            .first()
            .filter(|_| seen.len() < MOST && seen.insert(mark))
        else {
            return Candidates::default();
        };
        match first.as_str() {
            "each" => self.each(scope, reference, seen),
            "module" => self.output(scope, reference, is_by_key, seen),
            "var" => self.variable(scope, reference, seen),
            "local" => self.local(scope, seen),
            "data" => Candidates {
                is_any: true,
                ..Candidates::default()
            },
            // Known when the plan is made.
            "path" | "terraform" | "count" | "self" => Candidates::default(),
            _ => self.resources(scope, reference, is_by_key),
        }
    }

    /// The value of a `for_each`: of the one resource or module that it goes over, the instance with the same key.
    fn each(&self, scope: &Scope<'_>, reference: &[AddressStep], seen: &mut BTreeSet<String>) -> Candidates {
        let is_value = reference.get(1).is_some_and(|(name, _)| name == "value");
        let Some(each) = scope.each.filter(|_| is_value) else {
            return Candidates::default();
        };
        let outer = specific(&each["references"]);
        let mut candidates = Candidates::default();
        for one in &outer {
            let mut one = steps(one);
            let is_by_key = outer.len() == 1 && one.len() == 2 && one[1].1.is_empty();
            one.extend_from_slice(&reference[2..]);
            candidates.add(self.follow(scope, &one, is_by_key, seen));
        }
        candidates
    }

    /// An output of a module that is called; all of them where the key of its instance keeps the plan from saying which.
    fn output(
        &self,
        scope: &Scope<'_>,
        reference: &[AddressStep],
        is_by_key: bool,
        seen: &mut BTreeSet<String>,
    ) -> Candidates {
        let Some((name, key)) = reference.get(1) else {
            return Candidates::default();
        };
        let call = [
            ("module".to_owned(), String::new()),
            (name.clone(), String::new()),
        ];
        let mut modules = [scope.modules, &call].concat();
        let outputs = self.module(&modules).and_then(|module| module.get("outputs"));
        let outputs = outputs.and_then(Json::as_object).into_iter().flatten();
        let output = reference.get(2);
        let outputs: Vec<_> = outputs
            .filter(|(own, _)| output.is_none_or(|(name, _)| name == *own))
            .collect();
        let mut candidates = Candidates::default();
        for key in self.keys(scope, &joined(&modules), key, is_by_key) {
            if let Some((_, own)) = modules.last_mut() {
                *own = key;
            }
            let inner = Scope {
                modules: &modules,
                of: String::new(),
                key: "",
                each: None,
                asked: output.map_or("", |(_, asked)| asked),
                wanted: scope.wanted,
            };
            for (_, output) in &outputs {
                candidates.add(self.all(&inner, &output["expression"]["references"], seen));
            }
        }
        candidates
    }

    /// A variable of a module: what its call gives.
    fn variable(
        &self,
        scope: &Scope<'_>,
        reference: &[AddressStep],
        seen: &mut BTreeSet<String>,
    ) -> Candidates {
        let name = reference.get(1).map_or("", |(name, _)| name);
        self.given(scope, |own| own == name, seen)
    }

    /// What the call of a module gives to some of its variables; nothing in the root module, whose variables are known.
    fn given(
        &self,
        scope: &Scope<'_>,
        is_asked: impl Fn(&str) -> bool,
        seen: &mut BTreeSet<String>,
    ) -> Candidates {
        let Some(above) = scope.modules.len().checked_sub(2) else {
            return Candidates::default();
        };
        let (outer, own) = scope.modules.split_at(above);
        let [_, (name, key)] = own else {
            return Candidates::default();
        };
        let call = self
            .module(outer)
            .and_then(|module| module.get("module_calls")?.get(name));
        let outer_scope = Scope {
            modules: outer,
            of: joined(
                &[
                    outer,
                    &[
                        ("module".to_owned(), String::new()),
                        (name.clone(), String::new()),
                    ],
                ]
                .concat(),
            ),
            key,
            each: call.and_then(|call| call.get("for_each_expression")),
            asked: "",
            wanted: scope.wanted,
        };
        let all = call.and_then(|call| call.get("expressions")?.as_object());
        let mut candidates = Candidates::default();
        for (_, expression) in all.into_iter().flatten().filter(|(own, _)| is_asked(own)) {
            candidates.add(self.all(&outer_scope, &expression["references"], seen));
        }
        candidates
    }

    /// A local, whose expression is in no plan: anything that is in its module, or that the module is given.
    fn local(&self, scope: &Scope<'_>, seen: &mut BTreeSet<String>) -> Candidates {
        let given = self.given(scope, |_| true, seen);
        let mut within = given.within;
        within.insert(format!("{}.", joined(scope.modules)));
        within.extend(given.named);
        Candidates {
            named: BTreeSet::new(),
            within,
            is_any: given.is_any,
        }
    }

    /// The instances of a resource. One of another type may have anything in it.
    fn resources(&self, scope: &Scope<'_>, reference: &[AddressStep], is_by_key: bool) -> Candidates {
        let [kind, (name, key), ..] = reference else {
            return Candidates::default();
        };
        if !kind.0.ends_with(scope.wanted) {
            return Candidates {
                is_any: true,
                ..Candidates::default()
            };
        }
        let plain = joined(&[scope.modules, &[kind.clone(), (name.clone(), String::new())]].concat());
        let keys = self.keys(scope, &plain, key, is_by_key).into_iter();
        Candidates {
            named: keys.map(|key| format!("{plain}{key}")).collect(),
            ..Candidates::default()
        }
    }

    /// The keys of the instances that are meant: the one that is written, or asked of an output, or that of the instance whose
    /// expression it is, if each of those has one of the same key; or the only one. Else it is not known.
    fn keys(&self, scope: &Scope<'_>, plain: &str, written: &str, is_by_key: bool) -> Vec<String> {
        let Some(all) = self.instances.get(plain) else {
            // In a module whose key is not known, so is everything.
            let key = if written.is_empty() { ANY } else { written };
            return plain.contains(ANY).then(|| key.to_owned()).into_iter().collect();
        };
        let has_own = || !scope.key.is_empty() && self.has_counterparts(&scope.of, plain);
        let one = match (written, scope.asked) {
            ("", _) if is_by_key && has_own() => scope.key,
            ("", "") => "",
            ("", asked) if scope.of.is_empty() => asked,
            (written, _) => written,
        };
        match all.get(one) {
            Some(one) => vec![one.clone()],
            None if written.is_empty() => match all.first().filter(|_| all.len() == 1) {
                Some(only) => vec![only.clone()],
                None => vec![ANY.to_owned()],
            },
            None => Vec::new(),
        }
    }

    /// Whether each instance of a resource or module has one of another with the same key.
    fn has_counterparts(&self, one: &str, other: &str) -> bool {
        let pair = (one.to_owned(), other.to_owned());
        let mut known = self.counterparts.borrow_mut();
        *known.entry(pair).or_insert_with(|| {
            let [own, others] = [one, other].map(|plain| self.instances.get(plain));
            // `p[count.index + 1]` is in a plan as `p[count.index]`: with as many instances on both sides it has no pool for the last.
            let is_text = |keys: &BTreeSet<String>| keys.iter().all(|key| key.contains('"'));
            own.zip(others)
                .is_none_or(|(own, others)| own == others || (is_text(own) && own.is_subset(others)))
        })
    }
}

/// References without the prefixes of others, which Terraform lists as well.
pub(super) fn specific(references: &Json) -> Vec<String> {
    let all: Vec<&str> = references
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let is_prefix = |one: &str| {
        all.iter().any(|other| {
            other.len() > one.len()
                && other
                    .strip_prefix(one)
                    .is_some_and(|rest| rest.starts_with(['.', '[']))
        })
    };
    all.iter()
        .filter(|one| !is_prefix(one))
        .map(|one| (*one).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_are_split_at_dots_outside_keys() {
        let (modules, own) = split(r#"module.a["x.y"].module.b[0].aws_x.this["k[1]"]"#);
        assert_eq!(joined(&modules), r#"module.a["x.y"].module.b[0]"#);
        assert_eq!(
            own,
            [
                ("aws_x".into(), String::new()),
                ("this".into(), r#"["k[1]"]"#.into())
            ]
        );
        for hostile in ["", ".", "module", "module.", "[", "\"", "a[\"", "module.a[\"].b"] {
            let _ = split(hostile);
        }
    }

    #[test]
    fn a_local_may_be_what_its_module_has() {
        let root = json!({"module_calls": {"m": {
            "expressions": {"x": {"references": ["aws_x.a.id", "aws_x.a"]}},
            "module": {"resources": []}
        }}});
        let addresses = ["aws_x.a", "aws_x.ab", "module.m.aws_x.b", "module.mm.aws_x.c"];
        let follower = Follower::new(&root, addresses.into_iter());
        let candidates = follower.targets("module.m.aws_y.y", &json!(["local.x"]), "_x");
        let found: Vec<_> = addresses
            .into_iter()
            .filter(|one| candidates.may_be(one, false))
            .collect();
        assert_eq!(found, ["aws_x.a", "module.m.aws_x.b"], "{candidates:?}");
        assert!(
            candidates.may_be_another() && !candidates.may_be("aws_x.a", true),
            "{candidates:?}"
        );
    }

    #[test]
    fn a_circle_of_modules_ends() {
        let root = json!({"module_calls": {"m": {
            "expressions": {"x": {"references": ["module.m.out"]}},
            "module": {"outputs": {"out": {"expression": {"references": ["var.x"]}}}}
        }}});
        let follower = Follower::new(&root, ["module.m.aws_x.y"].into_iter());
        let candidates = follower.targets("aws_x.y", &json!(["module.m.out"]), "_x");
        assert!(
            candidates.named.is_empty() && candidates.may_be_another(),
            "{candidates:?}"
        );
    }
}
