//! A Rust file as its modules write it: what they declare, import and name. Comments, texts and `#[cfg(test)]` are
//! left out by the parser, not by guesses about lines.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, Meta, UseTree, Visibility};

/// A path as it is written, such as `["crate", "plan", "Diff"]`.
pub type Written = Vec<String>;

/// One name that a `use` brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// What is imported.
    pub path: Written,
    /// Under which name; `None` for a glob.
    pub name: Option<String>,
    /// Whether others may import it from here.
    pub is_public: bool,
}

/// One module: a file, or a `mod x { … }` inside of one.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Names of the modules that it declares, those without a body.
    pub declared: Vec<String>,
    /// Modules with a body.
    pub inline: Vec<(String, Module)>,
    /// Its imports, those inside of functions included.
    pub imports: Vec<Import>,
    /// Paths in its code: types, calls, patterns, arguments of macros.
    pub paths: Vec<Written>,
    /// Items that it defines.
    pub items: Vec<String>,
    /// Public types among them.
    pub public_types: Vec<String>,
}

/// Reads a file.
pub fn module(text: &str) -> syn::Result<Module> {
    let mut reader = Reader::default();
    reader.visit_file(&syn::parse_file(text)?);
    Ok(reader.module)
}

#[derive(Default)]
struct Reader {
    module: Module,
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, name, visibility) = parts(item);
        if is_for_tests(attributes) {
            return;
        }
        let name = name.map(ToString::to_string);
        if let Item::Mod(inner) = item {
            match (&inner.content, name) {
                (Some((_, items)), Some(name)) => {
                    let mut reader = Self::default();
                    for item in items {
                        reader.visit_item(item);
                    }
                    self.module.inline.push((name, reader.module));
                }
                (None, Some(name)) => self.module.declared.push(name),
                (_, None) => {}
            }
            return;
        }
        if let (Some(name), Some(visibility)) = (name, visibility) {
            let is_type = matches!(
                item,
                Item::Struct(_) | Item::Enum(_) | Item::Union(_) | Item::Trait(_) | Item::Type(_)
            );
            if is_type && matches!(visibility, Visibility::Public(_)) {
                self.module.public_types.push(name.clone());
            }
            self.module.items.push(name);
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes: &[Attribute] = match item {
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Const(item) => &item.attrs,
            _ => &[],
        };
        if !is_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let is_public = !matches!(item.vis, Visibility::Inherited);
        let mut leaves = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut leaves);
        let imports = leaves.into_iter().map(|(path, name)| Import {
            path,
            name,
            is_public,
        });
        self.module.imports.extend(imports);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|segment| segment.ident.to_string());
        self.module.paths.push(names.collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        visit::visit_macro(self, call);
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        match &attribute.meta {
            // Comments.
            Meta::NameValue(value) if value.path.is_ident("doc") => {}
            Meta::NameValue(value) => self.visit_expr(&value.value),
            Meta::List(list) => self.tokens(list.tokens.clone()),
            Meta::Path(_) => {}
        }
    }

    // `pub(super)` uses nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}
}

impl Reader {
    /// Paths in what only a macro understands: names joined by `::`. A name after a `.` is a method or a field.
    fn tokens(&mut self, stream: TokenStream) {
        let (mut path, mut marks) = (Written::new(), String::new());
        for token in stream {
            match token {
                TokenTree::Punct(punct) => {
                    marks.push(punct.as_char());
                    continue;
                }
                TokenTree::Ident(ident) => {
                    if marks != "::" {
                        self.end(&mut path);
                    }
                    if marks != "." {
                        path.push(ident.to_string());
                    }
                }
                TokenTree::Group(group) => {
                    let is_import = group.delimiter() == Delimiter::Brace && marks == "::";
                    assert!(
                        !is_import,
                        "an import inside of a macro is not understood: {group}"
                    );
                    self.end(&mut path);
                    self.tokens(group.stream());
                }
                TokenTree::Literal(literal) => {
                    self.end(&mut path);
                    self.literal(&literal.to_string());
                }
            }
            marks.clear();
        }
        self.end(&mut path);
    }

    /// Attributes name functions in texts: `#[serde(with = "crate::x")]`.
    fn literal(&mut self, text: &str) {
        let inner = text.trim_matches('"');
        let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
        if inner.contains("::") && inner.chars().all(is_path) {
            self.module
                .paths
                .push(inner.split("::").map(str::to_owned).collect());
        }
    }

    fn end(&mut self, path: &mut Written) {
        if !path.is_empty() {
            self.module.paths.push(std::mem::take(path));
        }
    }
}

/// The leaves of a `use` with the names that they get.
fn flatten(tree: &UseTree, before: &mut Written, into: &mut Vec<(Written, Option<String>)>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, into);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|item| flatten(item, before, into)),
        UseTree::Glob(_) => into.push((before.clone(), None)),
        UseTree::Name(leaf) => leaf_of(before, &leaf.ident.to_string(), None, into),
        UseTree::Rename(leaf) => {
            let name = Some(leaf.rename.to_string());
            leaf_of(before, &leaf.ident.to_string(), name, into);
        }
    }
}

/// `a::b` brings in `b`, and `a::{self}` brings in `a`.
fn leaf_of(before: &[String], leaf: &str, name: Option<String>, into: &mut Vec<(Written, Option<String>)>) {
    let mut path = before.to_vec();
    if leaf != "self" {
        path.push(leaf.to_owned());
    }
    let name = name.or_else(|| path.last().cloned());
    into.push((path, name));
}

/// `#[cfg(test)]`, and `#[cfg(all(test, …))]`.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let text = list.tokens.to_string().replace(' ', "");
            text == "test" || text.starts_with("all(test,")
        }
        _ => false,
    })
}

type Parts<'a> = (&'a [Attribute], Option<&'a syn::Ident>, Option<&'a Visibility>);

/// Attributes, name and visibility of an item.
fn parts(item: &Item) -> Parts<'_> {
    match item {
        Item::Const(i) => (&i.attrs, Some(&i.ident), Some(&i.vis)),
        Item::Enum(i) => (&i.attrs, Some(&i.ident), Some(&i.vis)),
        Item::Fn(i) => (&i.attrs, Some(&i.sig.ident), Some(&i.vis)),
        Item::Mod(i) => (&i.attrs, Some(&i.ident), Some(&i.vis)),
        Item::Static(i) => (&i.attrs, Some(&i.ident), Some(&i.vis)),
        Item::Struct(i) => (&i.attrs, Some(&i.ident), Some(&i.vis)),
        Item::Trait(i) => (&i.attrs, Some(&i.ident), Some(&i.vis)),
        Item::Type(i) => (&i.attrs, Some(&i.ident), Some(&i.vis)),
        Item::Union(i) => (&i.attrs, Some(&i.ident), Some(&i.vis)),
        Item::Use(i) => (&i.attrs, None, Some(&i.vis)),
        Item::Impl(i) => (&i.attrs, None, None),
        Item::Macro(i) => (&i.attrs, i.ident.as_ref(), None),
        _ => (&[], None, None),
    }
}
