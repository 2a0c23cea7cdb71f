//! Applies fixes until none is left; what could change another fix is checked again first.

use std::collections::BTreeSet;

use crate::finding::{Edit, Finding, Fix};
use crate::fix::anchor::{same_comments, stays};
use crate::fix::edit;
use crate::fix::rewrite::{meaning, read};
use crate::pointer::Pointer;
use crate::yaml::{Node, Parsed};

/// What came of the fixes of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The text after all fixes.
    pub text: String,
    /// What was done, in order.
    pub done: Vec<String>,
    /// What could not be done safely, and why: line, rule, title, reason.
    pub refused: Vec<String>,
}

/// More rounds than any file needs; a rule that never has enough ends here.
const ROUNDS: usize = 1_000;

/// Which fix of a file: its words and its place.
type Name = (String, usize, Pointer);

/// Applies every fix that `judge` finds in a text. `judge` gives the findings of the text's own file;
/// suppressed ones and those of other files are left out by it.
pub fn fix_all(text: &str, judge: &dyn Fn(&str) -> Vec<Finding>) -> Fixed {
    let mut settled = Fixed {
        text: text.to_owned(),
        ..Fixed::default()
    };
    let mut refused = BTreeSet::new();
    // Rules whose fixes undo each other lead back to a text that was there before.
    let mut seen = BTreeSet::from([settled.text.clone()]);
    for _ in 0..ROUNDS {
        let findings = judge(&settled.text);
        if !round(&mut settled, &findings, &mut refused) || !seen.insert(settled.text.clone()) {
            break;
        }
    }
    settled
}

/// Makes the changes that cannot touch each other: texts put in the place of texts. A change of a list
/// moves the locations after it, so it is made alone. Says whether anything changed.
fn round(settled: &mut Fixed, findings: &[Finding], refused: &mut BTreeSet<Name>) -> bool {
    let start = settled.text.clone();
    let before = read(&start);
    let mut touched: Vec<(usize, Pointer)> = Vec::new();
    for (finding, fix) in findings
        .iter()
        .filter_map(|finding| Some((finding, finding.fix.as_ref()?)))
    {
        let Some(index) = document_of(&before, finding) else {
            continue;
        };
        let at = finding.primary.pointer.clone().unwrap_or_default();
        let title = format!("{}: {}", finding.rule, fix.title);
        let name = (title.clone(), index, at);
        let scalar = fix.edits.iter().all(is_scalar);
        let meets = fix
            .edits
            .iter()
            .any(|edit| touched.contains(&(index, edit.at.clone())));
        if refused.contains(&name) || meets || !(scalar || touched.is_empty()) {
            continue;
        }
        match apply(&settled.text, index, fix) {
            Ok(text) => {
                settled.text = text;
                settled.done.push(title);
                touched.extend(fix.edits.iter().map(|edit| (index, edit.at.clone())));
                if !scalar {
                    break;
                }
            }
            Err(why) => {
                let line = line(&start, finding.primary.span.start);
                settled.refused.push(format!("{line}: {title}: not done, {why}"));
                refused.insert(name);
            }
        }
    }
    !touched.is_empty()
}

/// 1-based line of an offset.
fn line(text: &str, offset: usize) -> usize {
    1 + text.get(..offset).unwrap_or_default().matches('\n').count()
}

/// Whether an edit puts a text where a value stands, so that all other places stay.
fn is_scalar(edit: &Edit) -> bool {
    edit.value.as_ref().is_some_and(serde_json::Value::is_string)
}

fn document_of(parsed: &Parsed, finding: &Finding) -> Option<usize> {
    let inside = |span: crate::span::Span| span.contains(finding.primary.span);
    parsed
        .documents
        .iter()
        .position(|document| inside(document.root.span) || inside(document.span))
}

/// One fix; the new text means exactly what the fix intends and has the same comments, or it is refused.
fn apply(text: &str, index: usize, fix: &Fix) -> Result<String, String> {
    let before = read(text);
    let mut wished = meaning(&before);
    let wish = wished.get_mut(index).ok_or("its location is in no document")?;
    let mut new = text.to_owned();
    for change in &fix.edits {
        let now = read(&new);
        let root = &now.documents.get(index).ok_or("its document is gone")?.root;
        new = edit::edit(&new, index, root, change)?;
        edit::wish(wish, change)?;
    }
    let after = read(&new);
    if new == text {
        return Err("it changes nothing".to_owned());
    }
    if meaning(&after) != wished || after.issues.iter().any(|issue| issue.kind.is_fault()) {
        return Err(if shares(text, &before.documents[index].root) {
            "other parts of the file share the value by an alias; change it by hand".to_owned()
        } else {
            "the result would not be what the fix intends; change it by hand".to_owned()
        });
    }
    if !same_comments(&before, &after) {
        return Err("a comment would be lost or changed".to_owned());
    }
    // A text that is corrected stays the same entry.
    if !fix.edits.iter().all(is_scalar) {
        stays((text, &before), (&new, &after), index)?;
    }
    Ok(new)
}

/// Whether some value of a document is written once and meant twice.
fn shares(text: &str, root: &Node) -> bool {
    let mut found = false;
    root.scalars(&mut |_, node| {
        // Only what stands behind an alias has a text that starts with `*`.
        found |= text
            .get(node.span.start..)
            .is_some_and(|rest| rest.starts_with('*'));
    });
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::fault::InputError;
    use crate::finding::Location;
    use crate::source::SourceId;

    /// A finding about a place of the first document that has it, with its fix.
    fn finding(text: &str, at: &str, value: Option<Value>) -> Option<Finding> {
        let pointer = Pointer::parse(at).unwrap();
        let documents = read(text).documents;
        let node: &Node = documents
            .iter()
            .find_map(|document| document.root.locate(&pointer))?
            .node;
        let location = Location::at(SourceId(0), node.span, pointer.clone());
        let mut finding = InputError::ValueInvalid.finding(location, "wrong");
        finding.fix = Some(Fix {
            title: "fix it".to_owned(),
            edits: vec![Edit { at: pointer, value }],
        });
        Some(finding)
    }

    fn once(text: &str, at: &str, value: Option<&Value>) -> Fixed {
        fix_all(text, &|now| {
            let unchanged = now == text;
            unchanged
                .then(|| finding(text, at, value.cloned()))
                .flatten()
                .into_iter()
                .collect()
        })
    }

    /// A refused fix does not stop another with the same words.
    #[test]
    fn refused_fix_does_not_block_others() {
        let text = "a: [x] # keep\nb: &b x\nc: *b\nd: x # keep\n";
        let judge = |text: &str| {
            let faulty = |at: &&str| read(text).documents[0].root.to_json().pointer(at) == Some(&json!("x"));
            ["/b", "/d"]
                .into_iter()
                .filter(faulty)
                .filter_map(|at| finding(text, at, Some(json!("y"))))
                .collect()
        };
        let settled = fix_all(text, &judge);
        assert_eq!(settled.text, "a: [x] # keep\nb: &b x\nc: *b\nd: y # keep\n");
        assert_eq!((settled.done.len(), settled.refused.len()), (1, 1), "{settled:?}");
    }

    #[test]
    fn many_changes_of_texts_need_two_looks() {
        let text: String = std::iter::once("list:\n".to_owned())
            .chain((0..50).map(|index| format!("  - x # {index}\n")))
            .collect();
        let looks = std::cell::Cell::new(0);
        let judge = |text: &str| {
            looks.set(looks.get() + 1);
            let list = read(text).documents[0].root.to_json();
            (0..50)
                .map(|index| format!("/list/{index}"))
                .filter(|at| list.pointer(at) == Some(&json!("x")))
                .filter_map(|at| finding(text, &at, Some(json!("y"))))
                .collect()
        };
        let settled = fix_all(&text, &judge);
        assert_eq!(settled.text, text.replace("- x", "- y"));
        assert_eq!((settled.done.len(), looks.get()), (50, 2));
    }

    #[test]
    fn a_fix_that_mends_nothing_ends() {
        let looks = std::cell::Cell::new(0);
        let judge = |text: &str| {
            looks.set(looks.get() + 1);
            finding(text, "/a", Some(json!("x"))).into_iter().collect()
        };
        let settled = fix_all("a: x\n", &judge);
        assert_eq!((settled.text.as_str(), settled.done.len()), ("a: x\n", 0));
        assert_eq!(
            settled.refused,
            ["1: value-invalid: fix it: not done, it changes nothing"]
        );
        assert!(looks.get() <= 2, "{}", looks.get());
    }

    #[test]
    fn fixes_that_undo_each_other_end() {
        let looks = std::cell::Cell::new(0);
        let judge = |text: &str| {
            looks.set(looks.get() + 1);
            let other = if text.contains('x') { "y" } else { "x" };
            finding(text, "/a", Some(json!(other))).into_iter().collect()
        };
        assert_eq!(fix_all("a: x\n", &judge).text, "a: x\n");
        assert!(looks.get() <= 3, "{}", looks.get());
    }

    /// Entries leave without their neighbours comments.
    #[test]
    fn removed_entry_keeps_other_comments() {
        let text = "list:\n  - a # first\n  - b\n  - c # last\n";
        assert_eq!(
            once(text, "/list/1", None).text,
            "list:\n  - a # first\n  - c # last\n"
        );
        let refused = once(text, "/list/0", None);
        assert_eq!((refused.text.as_str(), refused.refused.len()), (text, 1));
    }

    /// Flow or block, quotes, comments, line ends and documents around a list of texts.
    fn documents() -> impl Strategy<Value = (String, usize)> {
        let item = prop::sample::select(vec!["a", "'b c'", "\"d\\u00e9\"", "10.0.0.1/8", "x:y", "\u{fc}"]);
        let list = prop::collection::vec((item, any::<bool>()), 1..6);
        (list, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(items, flow, crlf, bom)| {
            let mut text = "first: 1\n---\n# head\nlist:".to_owned();
            if flow {
                let items: Vec<_> = items.iter().map(|(item, _)| *item).collect();
                text.extend([" [", &items.join(", "), "] # end\n"]);
            } else {
                text.push('\n');
                for (item, comment) in &items {
                    text.extend(["  - ", item, if *comment { " # why\n" } else { "\n" }]);
                }
            }
            text.push_str("after: {x: 1} # kept\n");
            let text = if crlf { text.replace('\n', "\r\n") } else { text };
            (if bom { format!("\u{feff}{text}") } else { text }, items.len())
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        /// The text means what the fix intends and keeps its comments, or it is as it was, byte for byte.
        #[test]
        fn any_fix_changes_only_its_target(
            (text, length) in documents(),
            index in 0_usize..6,
            new in prop::option::of("[ -~\u{e9}]{0,12}"),
        ) {
            let at = format!("/list/{}", index % length);
            let value = new.map(Value::from);
            let settled = once(&text, &at, value.as_ref());
            let mut wished = meaning(&read(&text));
            if settled.done.is_empty() {
                prop_assert_eq!(&settled.text, &text);
                prop_assert!(value.is_none() || settled.refused.is_empty(), "{:?}", settled.refused);
            } else {
                edit::wish(&mut wished[1], &Edit { at: Pointer::parse(&at).unwrap(), value }).unwrap();
                let after = read(&settled.text);
                prop_assert_eq!(meaning(&after), wished);
                let before = read(&text);
                prop_assert!(same_comments(&before, &after));
            }
        }
    }
}
