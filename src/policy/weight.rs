//! How much lies under a policy: what its layers and the bodies that they name weigh. A layer is laid for every policy
//! above it, so that without a limit a few small files could make a run of any size.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::policy::layers::{Layer, LayerKey, Layers};
use crate::yaml::{Node, Value};

/// Bytes that may be copied to lay the layers of one policy.
pub const MAX_POLICY: usize = 64 << 20;

/// Bytes that may lie under all policies of a run: some 15 KB for each of 10,000.
pub const MAX_RUN: usize = 144 << 20;

/// Names that may stand under `extends` in a policy and its layers together.
pub const MAX_NAMES: usize = 256;

/// What a value weighs besides its text: about the memory that it takes.
const NODE: usize = 256;

/// What a document names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedFiles {
    /// Layers, each as often as it is named.
    pub extends: Vec<LayerKey>,
    /// Bodies of emails, likewise.
    pub bodies: Vec<String>,
}

/// The weights of a run's layers.
pub struct Weights<'a> {
    /// By key: the layer and its bodies alone, and the names of its own layers.
    own: BTreeMap<&'a str, (usize, &'a [LayerKey])>,
    /// By key: the layer with all that lies under it, as far as it was asked for.
    whole: HashMap<&'a str, usize>,
    bodies: &'a dyn Fn(&str) -> usize,
    /// What lies under the policies that were asked for.
    sum: usize,
}

impl<'a> Weights<'a> {
    /// Weighs the layers of a run. `named` is what each of them names; `bodies` gives the length of a body.
    pub fn new(
        layers: &'a Layers,
        named: &'a BTreeMap<LayerKey, NamedFiles>,
        bodies: &'a dyn Fn(&str) -> usize,
    ) -> Self {
        let one = |(key, named): (&'a LayerKey, &'a NamedFiles)| {
            let Some(Layer::Found(root)) = layers.get(key) else {
                return None;
            };
            let weight = weight(root) + named.bodies.iter().map(|path| bodies(path)).sum::<usize>();
            Some((key.as_str(), (weight, named.extends.as_slice())))
        };
        Self {
            own: named.iter().filter_map(one).collect(),
            whole: HashMap::new(),
            bodies,
            sum: 0,
        }
    }

    /// Adds a policy that names these layers and bodies. The error says why it cannot be judged, and what to do.
    pub fn add(&mut self, named: &'a NamedFiles) -> Result<(), (String, &'static str)> {
        let Some(layers) = self.under(&named.extends) else {
            let message = format!("more than {MAX_NAMES} layers lie under this policy");
            return Err((message, "put what they say into fewer layers"));
        };
        let bodies: usize = named.bodies.iter().map(|path| (self.bodies)(path)).sum();
        let weight = bodies + layers.iter().map(|key| self.own[key].0).sum::<usize>();
        // What is laid is copied for each name under an `extends`.
        let mut copied = bodies.saturating_add(weight.saturating_mul(named.extends.len()));
        for key in &layers {
            copied = copied.saturating_add(self.copied(key));
        }
        if copied > MAX_POLICY {
            let message = format!(
                "the layers and bodies under this policy are too large: {} MiB are copied to lay them, {} may be",
                copied.div_ceil(1 << 20),
                MAX_POLICY >> 20
            );
            return Err((message, "let it extend fewer or smaller layers"));
        }
        if self.sum + weight > MAX_RUN {
            let message = format!(
                "the layers and bodies under all policies of this run are more than {} MiB, so this policy was not judged",
                MAX_RUN >> 20
            );
            return Err((
                message,
                "check fewer policies at a time, or make their layers smaller",
            ));
        }
        self.sum += weight;
        Ok(())
    }

    /// All layers under some, each once; `None` if they have too many names.
    fn under(&self, names: &'a [LayerKey]) -> Option<BTreeSet<&'a str>> {
        let mut found = BTreeSet::new();
        let mut count = names.len();
        let mut open: Vec<&'a [LayerKey]> = vec![names];
        while let Some(names) = open.pop() {
            if count > MAX_NAMES {
                return None;
            }
            for key in names {
                if let Some((_, below)) = self.own.get(key.as_str())
                    && found.insert(key.as_str())
                {
                    count += below.len();
                    open.push(below);
                }
            }
        }
        Some(found)
    }

    /// What is copied to lay the layers of a layer.
    fn copied(&mut self, key: &'a str) -> usize {
        let (own, names) = self.own[key];
        if !names.is_empty() && !self.whole.contains_key(key) {
            let layers = self.under(names).unwrap_or_default();
            let below: usize = layers.iter().map(|key| self.own[key].0).sum();
            self.whole.insert(key, own + below);
        }
        let whole = self.whole.get(key).copied().unwrap_or(own);
        whole.saturating_mul(names.len())
    }
}

/// What a value and all in it weigh.
pub fn weight(node: &Node) -> usize {
    let inner = match &node.value {
        Value::String(text) => text.len(),
        Value::Sequence(items) => items.iter().map(weight).sum(),
        Value::Mapping(entries) => entries
            .iter()
            .map(|entry| entry.key.len() + weight(&entry.value))
            .sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    NODE + inner
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::span::Span;
    use crate::yaml::Style;

    fn layer(text: &str) -> Layer {
        Layer::Found(Node {
            source: SourceId(0),
            span: Span::at(0),
            value: Value::String(text.to_owned()),
            style: Style::Plain,
        })
    }

    fn named(extends: &[&str]) -> NamedFiles {
        NamedFiles {
            extends: extends.iter().map(ToString::to_string).collect(),
            bodies: Vec::new(),
        }
    }

    /// What is said of policies that name these layers, one after the other.
    fn said(layers: &[(&str, &str, &[&str])], policies: &[NamedFiles]) -> Vec<Option<String>> {
        let found: Layers = layers
            .iter()
            .map(|(key, text, _)| ((*key).to_owned(), layer(text)))
            .collect();
        let names = layers
            .iter()
            .map(|(key, _, names)| ((*key).to_owned(), named(names)));
        let names: BTreeMap<_, _> = names.collect();
        let bodies = |path: &str| path.len() << 20;
        let mut weights = Weights::new(&found, &names, &bodies);
        let said = policies.iter().map(|named| weights.add(named).err());
        said.map(|said| said.map(|(message, _)| message)).collect()
    }

    fn large(kib: usize) -> String {
        "y".repeat(kib << 10)
    }

    /// Usual layers weigh little and diamonds count each layer once.
    #[test]
    fn diamond_counts_each_layer_once() {
        let names: Vec<_> = (0..40).map(|n| format!("l{n}")).collect();
        let below: Vec<_> = (0..40)
            .map(|n: usize| n.checked_sub(1).map_or(vec![], |n| vec![names[n].as_str(); 2]))
            .collect();
        let layers: Vec<_> = names
            .iter()
            .zip(&below)
            .map(|(name, below)| (name.as_str(), "x: 1", below.as_slice()))
            .collect();
        assert_eq!(said(&layers, &[named(&["l39"]), named(&[])]), [None, None]);
    }

    /// What is copied for one policy is limited in all forms.
    #[test]
    fn copies_for_one_policy_limited() {
        let too_large = |said: &[Option<String>]| {
            let last = said.last().cloned().flatten().unwrap_or_default();
            last.starts_with("the layers and bodies under this policy are too large")
        };
        let big = large(6 << 10);
        let one: (&str, &str, &[&str]) = ("a", &big, &[]);
        assert_eq!(said(&[one], &[named(&["a"])]), [None], "a large one is well");
        assert!(
            too_large(&said(&[one], &[named(&["a"; 11])])),
            "the same one again"
        );
        let wide: Vec<_> = ["a", "b", "c", "d"]
            .map(|key| (key, big.as_str(), &[] as &[&str]))
            .into();
        assert!(
            too_large(&said(&wide, &[named(&["a", "b", "c", "d"])])),
            "side by side"
        );
        let chain: Vec<(&str, &str, &[&str])> = vec![
            ("a", &big, &[]),
            ("b", &big, &["a"]),
            ("c", &big, &["b"]),
            ("d", &big, &["c"]),
            ("e", &big, &["d"]),
        ];
        assert!(too_large(&said(&chain, &[named(&["e"])])), "on each other");
        let bodies = NamedFiles {
            extends: Vec::new(),
            bodies: vec!["four".to_owned(); 17],
        };
        assert!(too_large(&said(&[], &[bodies])), "bodies");
        let circle: Vec<(&str, &str, &[&str])> = vec![("a", &big, &["b"; 4]), ("b", &big, &["a"; 4])];
        assert!(too_large(&said(&circle, &[named(&["a"])])), "in a circle");
    }

    #[test]
    fn names_are_limited_and_so_is_a_run() {
        let many = vec!["a"; MAX_NAMES + 1];
        let small: (&str, &str, &[&str]) = ("a", "x: 1", &[]);
        assert_eq!(said(&[small], &[named(&many[1..])]), [None]);
        let message = format!("more than {MAX_NAMES} layers lie under this policy");
        assert_eq!(said(&[small], &[named(&many)]), [Some(message)]);
        let big = large(4_000);
        let run = said(&[("a", &big, &[])], &vec![named(&["a"]); 70]);
        let fit = run.iter().take_while(|said| said.is_none()).count();
        assert!((30..40).contains(&fit), "{fit}");
        let is_refused = |said: &Option<String>| said.as_ref().is_some_and(|said| said.contains("144 MiB"));
        assert!(run[fit..].iter().all(is_refused), "{run:?}");
    }
}
