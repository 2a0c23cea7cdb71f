//! References of a Terraform configuration followed to the resources that they mean, where ids are known after apply.

use serde_json::Value as Json;

/// A step of an address or a reference: a name, and the key behind it as it is written, brackets included.
pub type AddressStep = (String, String);

/// Modules and outputs that are followed.
const DEEPEST: usize = 16;

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

fn joined(steps: &[AddressStep]) -> String {
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
    pub root: &'a Json,
    /// All addresses of the plan.
    pub addresses: &'a [String],
}

impl<'a> Follower<'a> {
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

    /// The addresses that references in a resource's expression can mean.
    pub fn targets(&self, address: &str, references: &Json) -> Vec<String> {
        let (modules, own) = split(address);
        let key = own.last().map(|(_, key)| key.clone()).unwrap_or_default();
        let each = self
            .resource(address)
            .and_then(|resource| resource.get("for_each_expression"));
        let mut found = Vec::new();
        for reference in specific(references) {
            let scope = Scope {
                modules: &modules,
                key: &key,
                each,
            };
            found.extend(self.follow(&scope, &steps(&reference), 0));
        }
        found.sort();
        found.dedup();
        found
    }

    fn follow(&self, scope: &Scope<'_>, reference: &[AddressStep], depth: usize) -> Vec<String> {
        let Some((first, _)) = reference.first().filter(|_| depth < DEEPEST) else {
            return Vec::new();
        };
        match first.as_str() {
            "each" => {
                let Some(each) = scope
                    .each
                    .filter(|_| reference.get(1).is_some_and(|(name, _)| name == "value"))
                else {
                    return Vec::new();
                };
                let mut found = Vec::new();
                for outer in specific(&each["references"]) {
                    let mut outer = steps(&outer);
                    if let Some((_, key)) = outer.last_mut().filter(|(_, key)| key.is_empty()) {
                        scope.key.clone_into(key);
                    }
                    outer.extend_from_slice(&reference[2..]);
                    found.extend(self.follow(scope, &outer, depth + 1));
                }
                found
            }
            "module" => self.output(scope, reference, depth),
            "var" => self.variable(scope, reference, depth),
            "local" | "data" | "path" | "terraform" | "count" | "self" => Vec::new(),
            _ => self.instances(scope, reference),
        }
    }

    /// An output of a module that is called.
    fn output(&self, scope: &Scope<'_>, reference: &[AddressStep], depth: usize) -> Vec<String> {
        let [called, (output, asked), ..] = reference.get(1..).unwrap_or_default() else {
            return Vec::new();
        };
        let mut modules = scope.modules.to_vec();
        modules.push(("module".to_owned(), String::new()));
        modules.push(called.clone());
        let expression = self.module(&modules).and_then(|module| {
            module
                .get("outputs")?
                .get(output)?
                .get("expression")?
                .get("references")
        });
        let Some(references) = expression else {
            return Vec::new();
        };
        let inner = Scope {
            modules: &modules,
            key: asked,
            each: None,
        };
        let all = specific(references);
        all.iter()
            .flat_map(|reference| self.follow(&inner, &steps(reference), depth + 1))
            .collect()
    }

    /// A variable of a module: what its call gives.
    fn variable(&self, scope: &Scope<'_>, reference: &[AddressStep], depth: usize) -> Vec<String> {
        let Some((name, _)) = reference.get(1) else {
            return Vec::new();
        };
        let Some(above) = scope.modules.len().checked_sub(2) else {
            return Vec::new();
        };
        let (outer, own) = scope.modules.split_at(above);
        let Some((call, key)) = own.get(1) else {
            return Vec::new();
        };
        let Some(call) = self
            .module(outer)
            .and_then(|module| module.get("module_calls")?.get(call))
        else {
            return Vec::new();
        };
        let Some(references) = call
            .get("expressions")
            .and_then(|all| all.get(name)?.get("references"))
        else {
            return Vec::new();
        };
        let outer = Scope {
            modules: outer,
            key,
            each: call.get("for_each_expression"),
        };
        let all = specific(references);
        all.iter()
            .flat_map(|reference| self.follow(&outer, &steps(reference), depth + 1))
            .collect()
    }

    /// The instances of a resource: the one that is named, the one with the same key, or all.
    fn instances(&self, scope: &Scope<'_>, reference: &[AddressStep]) -> Vec<String> {
        let [(kind, _), (name, key), ..] = reference else {
            return Vec::new();
        };
        let mut plain = scope.modules.to_vec();
        plain.push((kind.clone(), String::new()));
        plain.push((name.clone(), String::new()));
        let plain = joined(&plain);
        let is_one = |address: &&String| {
            address
                .strip_prefix(plain.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        };
        let all: Vec<&String> = self.addresses.iter().filter(is_one).collect();
        for key in [key.as_str(), scope.key] {
            let exact = format!("{plain}{key}");
            if !key.is_empty() && all.iter().any(|address| **address == exact) {
                return vec![exact];
            }
        }
        all.into_iter().cloned().collect()
    }
}

struct Scope<'s> {
    modules: &'s [AddressStep],
    key: &'s str,
    each: Option<&'s Json>,
}

/// References without the prefixes of others, which Terraform lists as well.
fn specific(references: &Json) -> Vec<String> {
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
    fn a_circle_of_modules_ends() {
        let root = json!({"module_calls": {"m": {
            "expressions": {"x": {"references": ["module.m.out"]}},
            "module": {"outputs": {"out": {"expression": {"references": ["var.x"]}}}}
        }}});
        let follower = Follower {
            root: &root,
            addresses: &[],
        };
        assert!(follower.targets("aws_x.y", &json!(["module.m.out"])).is_empty());
    }
}
