//! The variables of a view: made when an expression first names them, and digests that tell whether two views have the same.

use std::sync::OnceLock;

use cel::common::value::CowVal;
use cel::context::VariableResolver;
use serde::Serialize;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use crate::rule::engine::tree::{self, Item};

/// What stands for a value: equal only for equal values, whoever wrote them.
pub type ValueDigest = [u8; 32];

/// Makes something of a variable on demand.
type Maker<'a, T> = Box<dyn Fn() -> T + Send + Sync + 'a>;

/// Variables whose values are made when they are first named, and once.
#[derive(Default)]
pub struct Bindings<'a> {
    variables: Vec<Variable<'a>>,
}

struct Variable<'a> {
    name: &'static str,
    make: Maker<'a, Item>,
    item: OnceLock<Item>,
    digest: Maker<'a, Digests>,
    digests: OnceLock<Digests>,
}

/// The digest of a value, and those of its members if it is a mapping.
struct Digests {
    whole: ValueDigest,
    members: Vec<(String, ValueDigest)>,
}

impl<'a> Bindings<'a> {
    /// Adds a variable.
    pub fn add<T: Serialize + Sync>(&mut self, name: &'static str, value: &'a T) {
        let make = || tree::item(to_json(value));
        let digest = || {
            let json = to_json(value);
            let members = json.as_object().into_iter().flatten();
            Digests {
                whole: digest_of(&json),
                members: members
                    .map(|(key, value)| (key.clone(), digest_of(value)))
                    .collect(),
            }
        };
        self.push(name, Box::new(make), Box::new(digest));
    }

    /// Adds a variable that is a list, which may be long: one element at a time is JSON, which takes much more memory.
    pub fn add_list<T: Serialize + Sync>(&mut self, name: &'static str, elements: &'a [T]) {
        let make = || tree::list(elements.iter().map(to_json));
        let digest = move || Digests {
            whole: digest_of(&elements),
            members: Vec::new(),
        };
        self.push(name, Box::new(make), Box::new(digest));
    }

    fn push(&mut self, name: &'static str, make: Maker<'a, Item>, digest: Maker<'a, Digests>) {
        self.variables.push(Variable {
            name,
            make,
            item: OnceLock::new(),
            digest,
            digests: OnceLock::new(),
        });
    }
}

impl Bindings<'_> {
    /// Names of all variables, in the order of their addition.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.variables.iter().map(|variable| variable.name)
    }

    /// The digest of a variable, or of a member of it; of all of it where it has no such member. `None` for no variable.
    pub fn digest(&self, name: &str, member: Option<&str>) -> Option<ValueDigest> {
        let variable = self.variables.iter().find(|variable| variable.name == name)?;
        let digests = variable.digests.get_or_init(&variable.digest);
        let own = member.and_then(|member| digests.members.iter().find(|(key, _)| key == member));
        Some(own.map_or(digests.whole, |(_, digest)| *digest))
    }
}

impl VariableResolver for Bindings<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let found = self.variables.iter().find(|own| own.name == variable)?;
        Some(CowVal::Borrowed(found.item.get_or_init(&found.make).as_ref()))
    }
}

/// Makes JSON of anything serialisable; what cannot be is `null`, which tests of the view exclude.
pub fn to_json(data: &impl Serialize) -> Json {
    serde_json::to_value(data).unwrap_or_default()
}

fn digest_of(value: &impl Serialize) -> ValueDigest {
    let mut hash = Writer(Sha256::new());
    // Writing to a digest does not fail, and views are JSON.
    let _ = serde_json::to_writer(&mut hash, value);
    hash.0.finalize().into()
}

struct Writer(Sha256);

impl std::io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
