//! The tests of the tests: small trees with one bad import each, which must be found and named, and good trees with
//! everything that looks like one.

use std::collections::BTreeSet;

use crate::layering::graph::{Crate, Edge, Files};
use crate::layering::{circular, python, upward};

fn tree(files: &[(&str, &str)]) -> Files {
    let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    files.iter().map(own).collect()
}

fn edges(files: &[(&str, &str)]) -> BTreeSet<Edge> {
    Crate::read(&tree(files), "lib.rs").unwrap().edges()
}

/// The one circle of a tree, as the steps that its sentence lists.
fn circle(files: &[(&str, &str)]) -> Vec<String> {
    let faults = circular(&edges(files));
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults[0]
        .lines()
        .skip(1)
        .map(|line| line.trim().to_owned())
        .collect()
}

#[test]
fn a_circle_by_super_is_found() {
    let files = [
        ("lib.rs", "pub mod model;"),
        ("model/mod.rs", "mod a; mod b;"),
        ("model/a.rs", "use super::b::B; pub struct A(B);"),
        ("model/b.rs", "pub struct B; fn f(_: super::a::A) {}"),
    ];
    assert_eq!(
        circle(&files),
        [
            "model/a.rs -> model/b.rs (super::b::B)",
            "model/b.rs -> model/a.rs (super::a::A)"
        ]
    );
}

#[test]
fn a_circle_by_grouped_imports_is_found() {
    let files = [
        ("lib.rs", "pub mod model; pub mod span;"),
        ("model.rs", "pub mod a; pub mod b; pub mod c;"),
        (
            "model/a.rs",
            "use crate::{span::Span, model::{b::{B, Other}, c}}; fn f() { c::x() }",
        ),
        ("model/b.rs", "pub struct B; pub struct Other;"),
        (
            "model/c.rs",
            "use crate::model::{self, a as first}; pub fn x() { first::f() }",
        ),
        ("span.rs", "pub struct Span;"),
    ];
    let found = circle(&files);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("model/a.rs -> model/c.rs (crate::model::c)"),
        "{found:?}"
    );
    assert!(
        found[1].starts_with("model/c.rs -> model/a.rs (crate::model::a)"),
        "{found:?}"
    );
}

/// A circle by paths in code and in macros is found.
#[test]
fn circle_by_paths_in_code_and_macros() {
    for code in [
        "pub fn b() { crate::model::a::f() }",
        "pub fn b() { let x: Option<crate::model::a::A> = None; }",
        "pub fn b() { println!(\"{}\", crate::model::a::f()) }",
        "pub fn b() { vec![x.b; 0..super::a::f()] }",
        "pub fn b() { vec![g(|| if super::a::f() { 1 } else { 2 })]; }",
        "#[derive(Debug)] #[serde(with = \"crate::model::a\")] pub struct B;",
        "#[arg(value_parser = super::a::f())] pub struct B;",
        "impl Into<super::a::A> for B {} struct B;",
        "macro_rules! b { () => { $crate::model::a::f() } }",
        "pub fn b() { match x { super::a::A::One => 1, _ => 2 } }",
        "pub fn b() { use super::a::f; f() }",
        "mod inner { fn b() { super::super::a::f() } }",
        "pub use super::a::A;",
    ] {
        let files = [
            ("lib.rs", "mod model;"),
            ("model/mod.rs", "mod a; mod b;"),
            (
                "model/a.rs",
                "use super::b::b; pub enum A { One } pub fn f() { b() }",
            ),
            ("model/b.rs", code),
        ];
        let found = circle(&files);
        assert!(
            found[1].starts_with("model/b.rs -> model/a.rs"),
            "{code}: {found:?}"
        );
    }
}

/// A circle through re-exports and globs is found.
#[test]
fn circle_by_reexports_and_globs() {
    for import in [
        "use crate::plan::Diff;",
        "use super::*;",
        "use crate::plan::{self}; type X = plan::Diff;",
    ] {
        let files = [
            ("lib.rs", "pub mod plan;"),
            ("plan/mod.rs", "mod diff; mod leaf; pub use diff::Diff;"),
            ("plan/diff.rs", "use super::leaf::Leaf; pub struct Diff(Leaf);"),
            ("plan/leaf.rs", &format!("{import} pub struct Leaf(Box<Diff>);")),
        ];
        let found = circle(&files);
        assert!(found[0].starts_with("plan/diff.rs -> plan/leaf.rs"), "{found:?}");
        assert!(found[1].starts_with("plan/leaf.rs -> plan/diff.rs"), "{found:?}");
    }
}

/// A circle with the code of a folder's own file is found.
#[test]
fn circle_with_code_of_mod_file() {
    let files = [
        ("lib.rs", "pub mod render;"),
        (
            "render/mod.rs",
            "mod human; pub use human::Human; pub struct View; fn f() -> Human { human::render() }",
        ),
        (
            "render/human.rs",
            "use super::View; pub struct Human; pub fn render() -> Human { Human }",
        ),
    ];
    let found = circle(&files);
    assert_eq!(found[0], "render/human.rs -> render/mod.rs (super::View)");
    assert!(
        found[1].starts_with("render/mod.rs -> render/human.rs"),
        "{found:?}"
    );
}

/// An upward import is found however it is written.
#[test]
fn upward_import_in_every_notation() {
    for import in [
        "use crate::policy::Policy;",
        "use crate::{span, policy::{file::{File}}};",
        "fn f() { crate::policy::file::read() }",
        "fn f() { super::super::policy::file::read() }",
        // What is defined below and passed on by what lies above.
        "use crate::policy::Span;",
        "pub use crate::policy::*;",
    ] {
        let files = [
            ("lib.rs", "pub mod span; pub mod model; pub mod policy;"),
            ("span.rs", "pub struct Span;"),
            ("model/mod.rs", "mod a;"),
            ("model/a.rs", import),
            (
                "policy/mod.rs",
                "pub mod file; pub use crate::span::Span; pub struct Policy;",
            ),
            ("policy/file.rs", "pub struct File; pub fn read() {}"),
        ];
        let faults = upward(&edges(&files));
        assert!(!faults.is_empty(), "{import}");
        for fault in faults {
            assert!(
                fault.starts_with("model/a.rs: `model` imports `policy` ("),
                "{import}: {fault}"
            );
        }
    }
}

#[test]
fn a_module_without_a_layer_is_found() {
    let files = [
        ("lib.rs", "pub mod span; pub mod news;"),
        ("span.rs", "pub struct Span;"),
        ("news.rs", "use crate::span::Span;"),
    ];
    let faults = upward(&edges(&files));
    assert_eq!(faults, ["news.rs: `news` has no layer; give it one in LAYERS"]);
}

/// What only looks like a bad import is none.
#[test]
fn import_lookalikes_are_ignored() {
    let files = [
        ("lib.rs", "pub mod span; pub mod model; pub mod policy;"),
        ("span.rs", "pub struct Span;"),
        (
            "model/mod.rs",
            "mod a; mod b; pub use a::{A, read}; pub use b::B;",
        ),
        (
            "model/a.rs",
            "//! See crate::policy::Policy.
            /* use crate::policy::Policy; */
            use crate::span::Span;
            use super::B;
            use std::fmt;
            /// [`crate::policy`]
            pub struct A(B, Span);
            impl A { #[cfg(test)] fn t() { crate::policy::f() } }
            pub fn read(policy: u8) -> &'static str { policy.span(); \"use crate::policy::Policy;\" }
            #[cfg(test)] use crate::policy::Policy;
            #[cfg(test)] mod tests { use super::super::b::*; use crate::policy::Policy; }
            #[cfg(all(test, unix))] mod more;",
        ),
        (
            "model/b.rs",
            "pub(super) struct B; #[cfg(test)] mod tests { use crate::model::A; }",
        ),
        (
            "policy/mod.rs",
            "pub use crate::model::A; pub mod file; use crate::model::B; pub struct Policy(B);",
        ),
        (
            "policy/file.rs",
            "use super::A; use serde_json as json; fn f(_: A, x: json::Value) {}",
        ),
    ];
    let edges = edges(&files);
    assert_eq!(circular(&edges), <[String; 0]>::default());
    assert_eq!(upward(&edges), <[String; 0]>::default());
    let found: Vec<_> = edges
        .iter()
        .map(|edge| format!("{} {}", edge.from, edge.to))
        .collect();
    for edge in [
        "model/a.rs span.rs",
        "model/a.rs model/b.rs",
        "policy/file.rs model/a.rs",
    ] {
        assert!(found.contains(&edge.to_owned()), "{edge}: {found:?}");
    }
    assert!(
        !found.contains(&"policy/file.rs policy/mod.rs".to_owned()),
        "{found:?}"
    );
}

/// What cannot be read is an error and not a tree without faults.
#[test]
fn unreadable_tree_is_an_error() {
    let error = |files: &[(&str, &str)]| Crate::read(&tree(files), "lib.rs").map(|_| ()).unwrap_err();
    assert_eq!(error(&[("lib.rs", "mod a;")]), "lib.rs: no file for `mod a`");
    assert!(error(&[("lib.rs", "mod a;"), ("a.rs", "fn {")]).starts_with("a.rs: "));
}

#[test]
fn python_files_are_read_as_well() {
    let circle = |text: &str| {
        let files = tree(&[("a.py", "import os\nimport b\n"), ("b.py", text)]);
        circular(&python::edges(&files))
    };
    for text in [
        "import a\n",
        "def f():\n    from a import name\n",
        "import os, a as x\n",
        "from . import (\n    a,\n)\n",
        "x = 'it\\'s'; y = \"\"\"\nimport c\n\"\"\"\nimport a  # noqa\n",
    ] {
        let found = circle(text);
        assert_eq!(found.len(), 1, "{text}");
        assert!(found[0].contains("b.py -> a.py (import "), "{found:?}");
    }
    for text in [
        "\"\"\"\nimport a\n\"\"\"\n",
        "# import a\nimport ab\n",
        "x = 'import a'\n",
    ] {
        assert_eq!(circle(text), <[String; 0]>::default(), "{text}");
    }
}
