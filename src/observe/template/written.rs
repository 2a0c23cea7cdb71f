//! Where people wrote what a plan or an assembly holds: blocks of Terraform configuration, and lines that made constructs.

use std::collections::BTreeMap;

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};
use serde_json::Value as Json;

use crate::observe::template::reference::{AddressStep, split};
use crate::span::Span;

/// Blocks inside each other.
const DEEPEST: usize = 16;

/// One block `resource` of a file, with everything in it by its path.
type Parts = BTreeMap<String, Span>;

/// What a file of Terraform configuration has.
#[derive(Debug, Default)]
pub struct HclFile {
    /// Resources by type and name.
    pub resources: Vec<([String; 2], Parts)>,
    /// Calls of modules with a source that is a folder: name and source.
    pub modules: Vec<(String, String)>,
}

/// Reads a file of Terraform configuration.
///
/// # Errors
/// Text that is none, in words.
pub fn hcl(text: &str) -> Result<HclFile, String> {
    let body: Body = text.parse().map_err(|error: hcl_edit::parser::Error| {
        let at = error.location();
        format!("line {}, column {}: {}", at.line(), at.column(), error.message())
    })?;
    let mut found = HclFile::default();
    for block in body.blocks() {
        let labels: Vec<&str> = block
            .labels
            .iter()
            .map(hcl_edit::structure::BlockLabel::as_str)
            .collect();
        match (block.ident.as_str(), labels.as_slice()) {
            ("resource", [kind, name]) => {
                let mut parts = Parts::new();
                parts.extend(head(block).map(|span| (String::new(), span)));
                members(&block.body, "", 0, &mut parts);
                found
                    .resources
                    .push(([(*kind).to_owned(), (*name).to_owned()], parts));
            }
            ("module", [name]) => {
                let source = block.body.get_attribute("source").map(|source| &source.value);
                if let Some(source) = source.and_then(Expression::as_str)
                    && (source.starts_with("./") || source.starts_with("../"))
                {
                    found.modules.push(((*name).to_owned(), source.to_owned()));
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// A block without its body.
fn head(block: &Block) -> Option<Span> {
    let start = block.ident.span()?.start;
    let last = block.labels.last().and_then(hcl_edit::Span::span);
    Some(Span::new(start, last.or(block.ident.span())?.end))
}

/// Everything in a block. Of blocks of one name the first one is meant.
fn members(body: &Body, path: &str, depth: usize, parts: &mut Parts) {
    if depth > DEEPEST {
        return;
    }
    for attribute in body.attributes() {
        if let (Some(key), Some(value)) = (attribute.key.span(), attribute.value.span()) {
            let path = format!("{path}/{}", attribute.key.as_str());
            parts.entry(path).or_insert(Span::new(key.start, value.end));
        }
    }
    for block in body.blocks() {
        let name = block.ident.as_str();
        let (name, content) = match (name, block.labels.as_slice()) {
            // What it makes has the name of its label.
            ("dynamic", [label]) => (label.as_str(), block.body.get_blocks("content").next()),
            _ => (name, Some(block)),
        };
        let path = format!("{path}/{name}");
        if let Some(span) = head(block) {
            parts.entry(path.clone()).or_insert(span);
        }
        if let Some(content) = content {
            members(&content.body, &path, depth + 1, parts);
        }
    }
}

/// Resources of a configuration by module, type and name.
#[derive(Clone, Debug, Default)]
pub struct HclPlaces(BTreeMap<String, (usize, Parts)>);

impl HclPlaces {
    /// Adds the resources of a file of a module; `module` has the names of its calls.
    pub fn add(&mut self, module: &[String], file: usize, resources: Vec<([String; 2], Parts)>) {
        for (labels, parts) in resources {
            let key = key(module.iter().chain(&labels).map(String::as_str));
            self.0.entry(key).or_insert((file, parts));
        }
    }

    /// The file and the bytes of a path in a resource, or of what is nearest around it.
    pub fn find(&self, address: &str, path: &str) -> Option<(usize, Span)> {
        let (modules, own) = split(address);
        let name = |(name, _): &'_ AddressStep| name.clone();
        let modules = modules.chunks(2).filter_map(|pair| pair.get(1));
        let all: Vec<String> = modules.chain(&own).map(name).collect();
        let (file, parts) = self.0.get(&key(all.iter().map(String::as_str)))?;
        let mut path = path;
        loop {
            if let Some(span) = parts.get(path) {
                return Some((*file, *span));
            }
            path = path.rsplit_once('/')?.0;
        }
    }
}

fn key<'k>(names: impl Iterator<Item = &'k str>) -> String {
    names.collect::<Vec<_>>().join("\u{0}")
}

/// A construct of a CDK app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Construct {
    /// `Guard/Answers`. Hostile text.
    pub path: String,
    /// The user's own file that made it, line and column.
    pub made_at: Option<(String, usize, usize)>,
}

/// The constructs of a stack by logical id, out of its metadata: `*.metadata.json`, or `metadata` in the manifest. Stacks that
/// are nested in it may have the same ids: those are left out.
pub fn constructs(metadata: &Json) -> BTreeMap<String, Construct> {
    let mut found: BTreeMap<String, Option<Construct>> = BTreeMap::new();
    for (path, entries) in metadata.as_object().into_iter().flatten() {
        let entries = || entries.as_array().into_iter().flatten();
        let of = |kind: &'static str| entries().filter(move |entry| entry["type"] == kind);
        let Some(id) = of("aws:cdk:logicalId").find_map(|entry| entry["data"].as_str()) else {
            continue;
        };
        let made = of("aws:cdk:creationStack").map(|entry| &entry["data"]);
        let traced = of("aws:cdk:logicalId").map(|entry| &entry["trace"]);
        let frames = made.chain(traced).filter_map(Json::as_array).flatten();
        let construct = Construct {
            path: path.trim_start_matches('/').to_owned(),
            made_at: frames.filter_map(Json::as_str).find_map(frame),
        };
        let is_known = found.contains_key(id);
        found.insert(id.to_owned(), (!is_known).then_some(construct));
    }
    let one = |(id, construct): (String, Option<Construct>)| Some((id, construct?));
    found.into_iter().filter_map(one).collect()
}

/// The place of a frame such as `new Auth (lib/auth.ts:9:15)`; `None` for code that is not the user's.
fn frame(frame: &str) -> Option<(String, usize, usize)> {
    let place = match frame.rsplit_once('(') {
        Some((_, place)) => place.trim_end_matches(')'),
        None => frame.trim_start().trim_start_matches("at "),
    };
    let place = place.trim_start_matches("file://");
    let (rest, column) = place.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    let is_own = !file.starts_with("node:") && !file.contains("node_modules/");
    let (line, column) = (line.parse().ok()?, column.parse().ok()?);
    (is_own && !file.is_empty()).then(|| (file.to_owned(), line, column))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn blocks_are_found_by_their_paths() {
        let text = "module \"m\" { source = \"./m\" }\nmodule \"r\" { source = \"hashicorp/x\" }\nresource \"aws_x\" \"a\" {\n  b {\n    c = 1\n  }\n  dynamic \"d\" {\n    for_each = [1]\n    content { e = var.x }\n  }\n}\n";
        let file = hcl(text).unwrap();
        assert_eq!(file.modules, [("m".to_owned(), "./m".to_owned())]);
        let mut places = HclPlaces::default();
        places.add(&["m".to_owned()], 3, file.resources);
        let at = |path: &str| {
            let (file, span) = places.find("module.m[\"k\"].aws_x.a[0]", path).unwrap();
            assert_eq!(file, 3);
            &text[span.start..span.end]
        };
        assert_eq!(at(""), "resource \"aws_x\" \"a\"");
        assert_eq!(at("/b/c"), "c = 1");
        assert_eq!(at("/b/other"), "b");
        assert_eq!(at("/d/e"), "e = var.x");
        assert_eq!(at("/none/such"), "resource \"aws_x\" \"a\"");
        assert_eq!(places.find("aws_x.a", ""), None);
        for broken in ["resource \"a\" {", "a = [", "\u{0}", &"a {".repeat(2000)] {
            assert!(hcl(broken).is_err(), "{broken:.20}");
        }
    }

    /// Constructs have the first line that is the user's.
    #[test]
    fn construct_location_in_user_code() {
        let metadata = json!({
            "/A/Pool": [{"type": "aws:cdk:logicalId", "data": "P", "trace": ["new X (node_modules/aws-cdk-lib/x.js:1:2)", "new Auth (lib/auth.ts:9:15)"]}],
            "/A/Made": [{"type": "aws:cdk:logicalId", "data": "M"}, {"type": "aws:cdk:creationStack", "data": ["...node internals...", "<anonymous> (app.js:10:1)"]}],
            "/A/None": [{"type": "aws:cdk:logicalId", "data": "N", "trace": ["node:internal/main:1:2"]}],
            "/A/Twice": [{"type": "aws:cdk:logicalId", "data": "T"}],
            "/A/B/Twice": [{"type": "aws:cdk:logicalId", "data": "T"}],
            "/A/Odd": {"type": 7}, "/A/Odder": [7, {"type": "aws:cdk:logicalId", "data": []}],
        });
        let found = constructs(&metadata);
        assert_eq!(found["P"].made_at, Some(("lib/auth.ts".to_owned(), 9, 15)));
        assert_eq!(found["P"].path, "A/Pool");
        assert_eq!(found["M"].made_at, Some(("app.js".to_owned(), 10, 1)));
        assert_eq!(found["N"].made_at, None);
        assert_eq!(found.len(), 3);
    }
}
