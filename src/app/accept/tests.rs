use proptest::prelude::*;

use super::*;
use crate::app::gather::Input;
use crate::app::init::{InitContext, init};
use crate::fs::Tree;
use crate::lint::Settings;
use crate::plan::tests::posture;
use crate::policy::variable::Variables;
use crate::rule::catalogue::Catalogue;

/// Takes in what is live at a place: the text after it, and what differs there before and after.
fn accepted(text: &str, pool: &Observed, place: &str, files: &[(&str, &str)]) -> (FileFix, [Vec<String>; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let tree = Tree::new(folder.path().to_path_buf());
    for (name, text) in files {
        tree.write(name, text.as_bytes()).unwrap();
    }
    let mut sources = Sources::default();
    let catalogue = Catalogue::builtin(&mut sources);
    let variable = |name: &str| (name == "X").then(|| "AUDIT".to_owned());
    let variables = Variables::new(&variable, None);
    let reread = |name: &str, text: &str| {
        let input = Input::Text(name, text);
        Policies::of(&tree, input, &catalogue, &variables, sources.clone(), Vec::new())
    };
    let estate = Estate {
        pools: vec![pool.clone()],
        ..Estate::default()
    };
    let differing = |text: &str| -> Vec<String> {
        let policies = reread("p.yaml", text);
        let aimed: Vec<_> = policies.aimed().collect();
        let one = |policy: &&Policy| {
            let changes = plan::diff(&policy.posture, &pool.posture, &KeysOf(policy)).changes;
            changes
                .into_iter()
                .map(|change| change.leaf.pointer().to_string())
        };
        aimed.iter().flat_map(one).collect()
    };
    let place = Pointer::parse(place).unwrap();
    let mut files = accept(&reread("p.yaml", text), &estate, &[place], &reread);
    let file = files.remove(0);
    let both = [differing(text), differing(&file.settled.text)];
    (file, both)
}

fn pool(posture: crate::model::posture::Posture) -> Observed {
    Observed {
        name: "customers".to_owned(),
        posture,
        ..Observed::default()
    }
}

fn live() -> Observed {
    let text = "version: 1\nmode: { standard: AUDIT, custom: OFF }\nfeature_plan: PLUS\naccount_takeover:\n  \
                low: { action: NO_ACTION, notify: true }\nrisk_exceptions:\n  always_block: [192.0.2.0/24, 198.51.100.0/24]\n\
                log_delivery: none\n";
    let (mut sources, tree) = (Sources::default(), Tree::new("/nonexistent".into()));
    let catalogue = Catalogue::builtin(&mut sources);
    let (_, mut posture) = Policies::read_text(&tree, text, &catalogue, &mut sources).unwrap();
    posture.pool_id = Some("us-west-2_A".to_owned());
    pool(posture)
}

#[test]
fn only_what_is_live_becomes_another_text() {
    let text = "# head\nversion: 1\ntarget: { pool: us-west-2_A } # mine\nmode:\n  standard: ENFORCED # why\n\
                account_takeover:\n  low: { action: BLOCK } # low\nrisk_exceptions:\n  always_block:\n    - cidr: 192.0.2.0/24 # lab\n      \
                reason: the lab\n    - 203.0.113.0/24\n";
    let (file, [before, after]) = accepted(text, &live(), "", &[]);
    assert_eq!(before.len(), 3, "{before:?}");
    assert_eq!(
        (after, file.settled.refused),
        (Vec::<String>::new(), Vec::<String>::new())
    );
    let wanted = text
        .replace("standard: ENFORCED", "standard: AUDIT")
        .replace("{ action: BLOCK }", "{ action: NO_ACTION, notify: true }")
        .replace("    - 203.0.113.0/24\n", "    - 198.51.100.0/24\n");
    assert_eq!(file.settled.text, wanted);
    let (file, [_, after]) = accepted(text, &live(), "/mode", &[]);
    assert_eq!(
        (file.settled.done, after.len()),
        (vec!["/mode/standard".to_owned()], 2)
    );
}

/// Values of a layer, of a variable, of a file with a text, and of a section that one word stands for.
#[test]
fn what_another_place_says_is_refused_with_the_place() {
    let refused = |text: &str, place: &str, files: &[(&str, &str)]| {
        let (file, [before, after]) = accepted(text, &live(), place, files);
        assert_eq!(
            (file.settled.text.as_str(), before),
            (text, after),
            "nothing changes"
        );
        file.settled.refused.join("\n")
    };
    let head = "version: 1\ntarget: { pool: us-west-2_A }\n";
    let layer = ("base.yaml", "version: 1\n\nmode: { standard: ENFORCED }\n");
    let why = refused(&format!("{head}extends: base.yaml\n"), "/mode", &[layer]);
    assert!(why.contains("in a layer: change it at base.yaml:3"), "{why}");
    let why = refused(
        &format!("{head}feature_plan: LITE\nmode: {{ custom: \"${{X:-OFF}}\" }}\n"),
        "/mode/custom",
        &[],
    );
    assert!(
        why.starts_with("4: /mode/custom: not accepted, a variable says it"),
        "{why}"
    );
    let two = "version: 1\ntarget: { pool: us-west-2_A }\nmode: &m { standard: ENFORCED }\nassumes: { domain: true }\n";
    let (file, _) = accepted(two, &live(), "/mode", &[]);
    assert_eq!(file.settled.text, two.replace("ENFORCED", "AUDIT"));
}

/// A policy of one pool, with a comment before every section, after what is live is taken in at a place that is chosen among
/// those that differ: its text before, what was done, and what differs before and after. Nothing where nothing differs.
fn taken_over(
    was: crate::model::posture::Posture,
    is: crate::model::posture::Posture,
    choose: impl Fn(&[String]) -> String + Send + Sync,
) -> Option<(String, FileFix, Vec<String>, Vec<String>)> {
    let threads = rayon::ThreadPoolBuilder::new()
        .stack_size(crate::rule::STACK_BYTES)
        .build()
        .unwrap();
    threads.install(|| {
        let mut sources = Sources::default();
        let catalogue = Catalogue::builtin(&mut sources);
        let settings = Settings::new("2026-11-21".parse().unwrap());
        let context = InitContext {
            catalogue: &catalogue,
            settings: &settings,
            sources: &sources,
            until: None,
        };
        let estate = Estate {
            pools: vec![pool(was)],
            ..Estate::default()
        };
        let text = init(&estate, context, None).remove(0).text.unwrap();
        let commented = |line: &str| {
            let starts = line.starts_with(|c: char| c.is_ascii_lowercase());
            if starts {
                format!("# {line}\n{line}\n")
            } else {
                format!("{line}\n")
            }
        };
        let text = text.lines().map(commented).collect::<String>();
        let (_, [all, _]) = accepted(&text, &pool(is.clone()), "/nothing", &[]);
        if all.is_empty() {
            return None;
        }
        let (file, [before, after]) = accepted(&text, &pool(is), &choose(&all), &[]);
        Some((text, file, before, after))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// After everything is accepted only what was refused differs; comments, and sections that did not differ, are the same
    /// to the byte.
    #[test]
    fn nothing_differs_after_all_is_accepted(was in posture(), is in posture()) {
        let Some((text, file, before, after)) = taken_over(was, is, |_| String::new()) else { return Ok(()) };
        let new = &file.settled.text;
        prop_assert_eq!(after.len(), file.settled.refused.len(), "{:?}\n{}\n{}", file.settled.refused, after.join(" "), new);
        prop_assert_eq!(before.len() - after.len(), file.settled.done.len());
        let comments = |text: &str| text.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(comments(new), comments(&text));
        for section in text.split_inclusive("\n# ") {
            let name = section.split_once('\n').map_or("", |(_, rest)| rest.split(':').next().unwrap_or(""));
            let differs = before.iter().any(|place| place.split('/').nth(1) == Some(name));
            prop_assert!(differs || new.contains(section), "{}\n{}", section, new);
        }
    }

    /// After each place that is accepted, its difference is gone and no other is new, and nothing beside its section is
    /// another text.
    #[test]
    fn an_accepted_difference_is_gone_and_the_rest_is_the_same(was in posture(), is in posture(), pick in any::<prop::sample::Index>()) {
        let outcome = taken_over(was, is, |all| all[pick.index(all.len())].clone());
        if let Some((text, file, before, after)) = outcome {
            let place = file.settled.done.iter().chain(&file.settled.refused).next().cloned().unwrap_or_default();
            let new = &file.settled.text;
            if file.settled.done.is_empty() {
                prop_assert_eq!(new, &text);
                prop_assert_eq!(file.settled.refused.len(), 1, "{}", place);
            } else {
                prop_assert!(!after.contains(&place) || place.starts_with("/alarms"), "{}\n{}", place, new);
                prop_assert_eq!(after.len() + 1, before.len());
                let section = place.split('/').nth(1).unwrap();
                let start = text.find(&format!("\n{section}:")).unwrap() + 1;
                let end = text[start..].find("\n# ").map_or(text.len(), |at| start + at + 1);
                prop_assert!(new.starts_with(&text[..start]), "{}\n{}", place, new);
                prop_assert!(new.ends_with(&text[end..]), "{}\n{}", place, new);
            }
        }
    }
}
