use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;
use crate::app::gather::Input;
use crate::app::init::{InitContext, init};
use crate::fs::Tree;
use crate::lint::Settings;
use crate::model::posture::Posture;
use crate::plan::tests::posture;
use crate::policy::assemble::Policy;
use crate::policy::variable::Variables;
use crate::rule::catalogue::Catalogue;
use crate::source::Sources;

/// Takes in what is live at a place: the text after it, and what differs there before and after.
fn accepted(text: &str, pool: &Observed, place: &str, files: &[(&str, &str)]) -> (FileFix, [Vec<String>; 2]) {
    accepted_in(&[], text, pool, place, files)
}

/// The same where some regions were named.
fn accepted_in(
    regions: &[&str],
    text: &str,
    pool: &Observed,
    place: &str,
    files: &[(&str, &str)],
) -> (FileFix, [Vec<String>; 2]) {
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
    let job = Acceptance {
        wanted: &[Pointer::parse(place).unwrap()],
        weaken: &[Named::parse("/").unwrap()].map(|all| Named {
            at: Pointer::root(),
            ..all
        }),
        regions: &regions.iter().map(ToString::to_string).collect::<Vec<_>>(),
        some_accounts: None,
        reread: &reread,
        judge: &|_, _| Report::default(),
    };
    let file = accept(&reread("p.yaml", text), &estate, &job).map(|mut accepted| accepted.files.remove(0));
    // What is typed wrongly changes nothing.
    let file = file.unwrap_or_else(|why| FileFix {
        name: why,
        before: text.to_owned(),
        settled: Fixed {
            text: text.to_owned(),
            ..Fixed::default()
        },
    });
    let both = [differing(text), differing(&file.settled.text)];
    (file, both)
}

fn pool(posture: Posture) -> Observed {
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
        (vec!["/mode/standard (weaker)".to_owned()], 2)
    );
}

/// Values of a layer, of a variable, of a file with a text, and of a section that one word stands for.
#[test]
fn value_defined_elsewhere_refused() {
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
    was: Posture,
    is: Posture,
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
        let (_, [all, _]) = accepted(&text, &pool(is.clone()), "/version", &[]);
        if all.is_empty() {
            return None;
        }
        let (file, [before, after]) = accepted(&text, &pool(is), &choose(&all), &[]);
        Some((text, file, before, after))
    })
}

/// Runs a property over random pairs of postures; it counts what was done and what was refused. A property that only ever
/// sees refusals shows nothing.
fn counted(property: impl Fn(Posture, Posture, prop::sample::Index) -> Result<[usize; 2], TestCaseError>) {
    let counts = std::cell::Cell::new([0; 2]);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
    let inputs = (posture(), posture(), any::<prop::sample::Index>());
    runner
        .run(&inputs, |(was, is, pick)| {
            let ([done, refused], [all_done, all_refused]) = (property(was, is, pick)?, counts.get());
            counts.set([all_done + done, all_refused + refused]);
            Ok(())
        })
        .unwrap();
    let [done, refused] = counts.get();
    // Most random values are accepted; the share is one of chance.
    assert!(done > 5, "{done} accepted, {refused} refused");
}

/// The place of what was done.
fn place(done: &str) -> String {
    done.split(' ').next().unwrap_or_default().to_owned()
}

/// After everything is accepted only what was refused differs; comments, and sections that did not differ, are the same to the
/// byte.
#[test]
fn nothing_differs_after_all_is_accepted() {
    counted(|was, is, _| {
        let Some((text, file, before, after)) = taken_over(was, is, |_| String::new()) else {
            return Ok([0; 2]);
        };
        let new = &file.settled.text;
        prop_assert_eq!(
            after.len(),
            file.settled.refused.len(),
            "{:?}\n{}\n{}",
            file.settled.refused,
            after.join(" "),
            new
        );
        prop_assert_eq!(before.len() - after.len(), file.settled.done.len());
        let comments = |text: &str| {
            text.lines()
                .filter(|line| line.starts_with('#'))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(comments(new), comments(&text));
        // Each comment stands above the section that it names.
        for pair in new.lines().collect::<Vec<_>>().windows(2) {
            let named = pair[0].strip_prefix("# ").and_then(|line| line.split_once(':'));
            let of_section = named.filter(|(name, _)| *name != "yaml-language-server");
            let stands = of_section.is_none_or(|(name, _)| pair[1].starts_with(&format!("{name}:")));
            prop_assert!(stands, "{}\n{}", pair.join("\n"), new);
        }
        for section in text.split_inclusive("\n# ") {
            let name = section
                .split_once('\n')
                .map_or("", |(_, rest)| rest.split(':').next().unwrap_or(""));
            let differs = before.iter().any(|place| place.split('/').nth(1) == Some(name));
            prop_assert!(differs || new.contains(section), "{}\n{}", section, new);
        }
        Ok([file.settled.done.len(), file.settled.refused.len()])
    });
}

/// After each place that is accepted, its difference is gone and no other is new, and nothing beside its section is another
/// text.
#[test]
fn accepting_removes_one_difference() {
    counted(|was, is, pick| {
        let outcome = taken_over(was, is, |all| all[pick.index(all.len())].clone());
        let Some((text, file, before, after)) = outcome else {
            return Ok([0; 2]);
        };
        let new = &file.settled.text;
        let Some(place) = file.settled.done.first().map(|done| place(done)) else {
            prop_assert_eq!(new, &text);
            prop_assert_eq!(file.settled.refused.len(), 1, "{}", file.name);
            return Ok([0, 1]);
        };
        prop_assert!(
            !after.contains(&place) || place.starts_with("/alarms"),
            "{}\n{}",
            place,
            new
        );
        prop_assert_eq!(after.len() + 1, before.len());
        let section = place.split('/').nth(1).unwrap();
        let start = text.find(&format!("\n{section}:")).unwrap() + 1;
        let end = text[start..].find("\n# ").map_or(text.len(), |at| start + at + 1);
        prop_assert!(new.starts_with(&text[..start]), "{}\n{}", place, new);
        prop_assert!(new.ends_with(&text[end..]), "{}\n{}", place, new);
        Ok([1, 0])
    });
}

/// Each way to name a place: what differs, what is equal, part of a setting, a slip, and nothing of the kind.
#[test]
fn a_place_is_known_or_named_as_unknown() {
    let text = "version: 1\ntarget: { pool: us-west-2_A }\nmode: { standard: ENFORCED, custom: \"OFF\" }\n";
    let said = |place: &str| accepted(text, &live(), place, &[]).0.name;
    for known in ["", "/mode", "/mode/standard", "/mode/custom"] {
        assert_eq!(said(known), "p.yaml", "{known}");
    }
    for nothing in ["/target", "/target/pool", "/version"] {
        let words =
            format!("--accept {nothing}: no pool of this policy has it, so there is nothing to accept");
        assert_eq!(said(nothing), words);
    }
    assert!(said("/mode/standard/x").ends_with("`/mode/standard` is accepted as a whole: name that"));
    assert!(said("/mode/standart").ends_with("no policy has anything there; did you mean `/mode/standard`?"));
    for unknown in ["/nothing", "/mfa", "/modes/x", "/alarms/0", "/mod"] {
        let said = said(unknown);
        assert!(said.contains("no policy has anything there; "), "{said}");
        assert!(
            said.ends_with("there are differences at /mode/standard"),
            "{said}"
        );
    }
    let elsewhere = text.replace("us-west-2_A", "us-west-2_B");
    let (file, _) = accepted(&elsewhere, &live(), "/mode", &[]);
    assert_eq!(file.name, "--accept /mode: no pool of its policy was found");
    let (file, _) = accepted(&elsewhere, &live(), "", &[]);
    assert_eq!(
        file.settled.refused,
        ["2: no pool of this policy was found: nothing is accepted"]
    );
}

/// A file that others extend says it for them, too.
#[test]
fn extended_file_is_not_changed() {
    let base = "version: 1\ntarget: { pool: us-west-2_A }\nmode: { standard: ENFORCED, custom: \"OFF\" }\n";
    let text = format!("{base}---\nversion: 1\nextends: p.yaml\ntarget: {{ pool: us-west-2_B }}\n");
    let (file, _) = accepted(&text, &live(), "/mode", &[("p.yaml", base)]);
    assert_eq!(file.settled.text, text);
    assert!(
        file.settled
            .refused
            .join(" ")
            .contains("other files extend this one"),
        "{:?}",
        file.settled
    );
}

/// A waiver of a layer keeps its entry.
#[test]
fn layer_waiver_keeps_its_entry() {
    let text = "version: 1\nextends: lay.yaml\ntarget: { pool: us-west-2_A }\nrisk_exceptions:\n  \
                always_block: [203.0.113.0/24, 192.0.2.0/24, 198.51.100.0/24]\n";
    for (at, may) in [("always_block/1", false), ("always_block", true)] {
        let layer = format!(
            "version: 1\nwaivers:\n  - {{ rule: range-not-public, at: /risk_exceptions/{at}, reason: agreed, until: 2026-12-24 }}\n"
        );
        let (file, _) = accepted(text, &live(), "/risk_exceptions", &[("lay.yaml", &layer)]);
        let refused = file.settled.refused.join("\n");
        assert_eq!(refused.is_empty(), may, "{at}: {refused} {}", file.name);
        assert_eq!(
            refused.contains("would then apply to a different entry"),
            !may,
            "{refused}"
        );
        assert_eq!(file.settled.text != text, may);
    }
}

/// With `--region`, a policy may have pools in regions that nobody read, unless it names its region or its pool.
#[test]
fn target_in_unread_regions_refused() {
    for (target, may) in [
        ("{ names: [customers] }", false),
        ("{ tags: { team: shop } }", false),
        ("{ names: [customers], region: us-west-2 }", true),
        ("{ pool: us-west-2_A }", true),
    ] {
        let text = format!("version: 1\ntarget: {target}\nmode: {{ standard: ENFORCED, custom: \"OFF\" }}\n");
        let mut pool = live();
        pool.posture.region = Some("us-west-2".to_owned());
        pool.tags = [("team".to_owned(), "shop".to_owned())].into();
        let (file, _) = accepted_in(&["us-west-2"], &text, &pool, "/mode", &[]);
        assert_eq!(
            file.settled.refused.is_empty(),
            may,
            "{target}: {:?}",
            file.settled.refused
        );
        assert_eq!(file.settled.text != text, may, "{target}");
        assert!(
            accepted(&text, &pool, "/mode", &[]).0.settled.refused.is_empty(),
            "{target}"
        );
    }
}
