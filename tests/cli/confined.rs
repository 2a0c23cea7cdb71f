//! Nothing outside of the repository is read into a report or written, whatever a checkout or its settings say.

use crate::cli::support::{CLEAN, FORMATS, POLICY, Place, Run};

/// Stands in files outside, in lines that a report would quote.
pub const CANARY: &str = "hunter2canary";

/// A file outside that is a policy with a fault, a rule with one, a baseline with one.
pub fn outside() -> Place {
    let place = Place::new();
    let text = format!("{CANARY}: 1\nversion: 1\n");
    place.file("secret.yaml", &text).file("folder/a.yaml", &text);
    place
}

pub fn text(path: &std::path::Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// Says so, ends with 2, and holds nothing of the file.
pub fn refused(run: &Run, says: &str, case: &str) {
    let (out, err) = (run.out.as_str(), run.err.as_str());
    assert_eq!(run.code, 2, "{case}: {out}{err}");
    assert!(
        !out.contains(CANARY) && !err.contains(CANARY),
        "{case}: {out}{err}"
    );
    // Formats for people wrap.
    let flat = format!("{out} {err}").replace('│', " ");
    let flat = flat.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(says), "{case}: {out}{err}");
}

pub const LEADS_OUT: &str = "leads outside the repository";

/// A link that leads out is reported where it is and never read.
#[test]
fn outside_link_reported_and_not_read() {
    let outside = outside();
    let (file, folder) = (text(&outside.path("secret.yaml")), text(&outside.path("folder")));
    let missing = text(&outside.path("nope.yaml"));
    let name = outside.path("").file_name().unwrap().to_str().unwrap().to_owned();
    let relative = format!("../../{name}/secret.yaml");
    let links: [(&str, &[(&str, &str)]); 13] = [
        ("policies/x.yaml", &[("policies/x.yaml", &file)]),
        ("policies/x.yaml", &[("policies/x.yaml", &relative)]),
        ("policies/x.yaml", &[("policies/x.yaml", &missing)]),
        ("policies/x.yaml", &[("policies/x.yaml", "/dev/zero")]),
        ("policies/x.yaml", &[("policies/x.yaml", "/proc/self/environ")]),
        ("policies/x.yaml", &[("policies/x.yaml", "../.git/config")]),
        (
            "policies/x.yaml",
            &[("hop", &file), ("policies/x.yaml", "../hop")],
        ),
        (
            "policies/x.yaml",
            &[("hop", &folder), ("policies/x.yaml", "../hop/a.yaml")],
        ),
        ("policies/sub", &[("policies/sub", &folder)]),
        ("policies/sub", &[("policies/sub", "../.git")]),
        ("policies/sub", &[("hop", &folder), ("policies/sub", "../hop")]),
        ("policies/sub", &[("policies/sub", "/")]),
        ("other", &[("other", &folder)]),
    ];
    for (at, made) in links {
        let place = Place::with(CLEAN);
        place.file(".git/config", format!("[{CANARY}]\n"));
        place.file(".git/a.yaml", format!("{CANARY}: 1\n"));
        for (link, target) in made {
            place.link(target, link);
        }
        let folder = at.split('/').next().unwrap();
        for path in [
            folder,
            at,
            &format!("{folder}/*.yaml"),
            &format!("{folder}/**/*.yaml"),
        ] {
            let case = format!("{made:?} {path}");
            let run = place.lint(&[path, "policies/a.yaml"]);
            if at.ends_with("sub") && path.ends_with("/*.yaml") && !path.contains("**") {
                // The pattern does not name the folder.
                assert_eq!(run.code, 0, "{case}: {}", run.out);
                continue;
            }
            refused(&run, LEADS_OUT, &case);
            let (_, found) = place.findings(&[path]);
            let name = if path == folder || path.contains('*') {
                at
            } else {
                path
            };
            let name = if at == "other" { path } else { name };
            let told: Vec<_> = found
                .iter()
                .filter(|(_, _, text)| text.contains(LEADS_OUT))
                .collect();
            assert_eq!(told.len(), 1, "{case}: {found:?}");
            assert_eq!(
                (told[0].0.as_str(), told[0].1.as_str()),
                ("file-unreadable", name),
                "{case}"
            );
        }
    }
}

#[test]
fn every_format_and_every_command_refuses() {
    let outside = outside();
    let place = Place::with(CLEAN);
    place.link(&text(&outside.path("secret.yaml")), "policies/x.yaml");
    for format in FORMATS {
        refused(&place.lint(&["--verbose", "--format", format]), LEADS_OUT, format);
    }
    place.file("pools.json", r#"{"version":1,"pools":[]}"#);
    for command in ["diff", "gate"] {
        for format in ["human", "json", "markdown"] {
            let run = place.run(&[command, "--from=pools.json", "--format", format]);
            refused(&run, LEADS_OUT, command);
        }
    }
    let run = place.run(&["apply", "--yes"]);
    if cfg!(feature = "live") {
        refused(&run, LEADS_OUT, "apply");
    }
    refused(
        &place.run(&["rules", "test", "policies"]),
        LEADS_OUT,
        "rules test",
    );
    refused(
        &place.run(&["rules", "list", "--rules=policies"]),
        LEADS_OUT,
        "rules list",
    );
    refused(
        &place.run(&["explain", "cidr-host-bits", "--rules=policies"]),
        LEADS_OUT,
        "explain",
    );
    refused(
        &place.lint(&["policies/a.yaml", "--rules=policies"]),
        LEADS_OUT,
        "rules",
    );
}

#[test]
fn links_inside_the_repository_are_followed() {
    let place = Place::with(CLEAN);
    place
        .file("shared/b.yaml", CLEAN.replace("CLEAN", "B"))
        .file("folder/c.yaml", CLEAN.replace("CLEAN", "C"))
        .file("folder/readme.md", "x");
    place
        .link("../shared/b.yaml", "policies/file.yaml")
        .link("../folder", "policies/folder")
        .link("hop.yaml", "policies/chain.yaml")
        .link("../shared/d.yaml", "policies/hop.yaml")
        .link(&text(&place.path("shared/e.yaml")), "policies/absolute.yaml")
        .link("/usr/share/doc", "shared/readme.md")
        .link("/dev/null", "policies/notes.txt");
    for name in ["d", "e"] {
        place.file(&format!("shared/{name}.yaml"), CLEAN.replace("CLEAN", name));
    }
    let run = place.lint(&["policies", "--verbose"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("in 5 policies (5 files)"), "{}", run.out);
    for name in ["file", "absolute", "chain", "folder/c"] {
        assert!(
            run.err.contains(&format!("read policies/{name}.yaml ")),
            "{}",
            run.err
        );
    }
}

/// The top is the nearest git then the settings then the working directory.
#[test]
fn top_by_git_settings_or_directory() {
    let made = |mark: Option<&str>| {
        let place = Place::new();
        place
            .file("shared/b.yaml", CLEAN)
            .file("infra/policies/readme", "")
            .link("../../shared/b.yaml", "infra/policies/b.yaml");
        if let Some(mark) = mark {
            place.file(mark, "");
        }
        let mut command = place.command(&["lint"]);
        command.current_dir(place.path("infra"));
        crate::cli::support::finished(&command.output().unwrap()).code
    };
    assert_eq!(made(None), 2);
    assert_eq!(made(Some(".git/HEAD")), 0);
    assert_eq!(made(Some("cogward.toml")), 0);
    assert_eq!(made(Some("infra/cogward.toml")), 2);
}

/// What was typed may lie anywhere and links in it stay in it.
#[test]
fn typed_paths_anywhere_links_confined() {
    let (outside, place) = (Place::with(CLEAN), Place::new());
    let policies = text(&outside.path("policies"));
    assert_eq!(place.lint(&[&policies]).code, 0);
    outside.file("next.yaml", CLEAN.replace("CLEAN", "B"));
    outside.link("../next.yaml", "policies/b.yaml");
    refused(
        &place.lint(&[&policies]),
        LEADS_OUT,
        "below a folder that was typed",
    );
    // Its own repository is what it may lead to.
    outside.file(".git/HEAD", "");
    assert_eq!(place.lint(&[&policies]).code, 0);
    // A link outside is the user's own.
    let third = Place::new();
    third.link(&policies, "mine");
    assert_eq!(place.lint(&[&text(&third.path("mine"))]).code, 0);
    assert_eq!(
        place
            .lint(&[&format!("{}/*.yaml", text(&third.path("mine")))])
            .code,
        0
    );
}

#[test]
fn a_checkout_somewhere_else_is_a_checkout() {
    let outside = outside();
    // Next to the working directory, and inside of it as a workflow with two checkouts has them.
    let (place, elsewhere) = (Place::new(), Place::new());
    place.file("trusted/secret.yaml", format!("{CANARY}: 1\n"));
    place.file("trusted/folder/a.yaml", format!("{CANARY}: 1\n"));
    for (checkout, out) in [(&elsewhere, outside.path("")), (&place, place.path("trusted"))] {
        let name = if std::ptr::eq(checkout, &raw const place) {
            "fork/"
        } else {
            ""
        };
        checkout.file(&format!("{name}.git/HEAD"), "");
        checkout
            .link(&text(&out.join("folder")), &format!("{name}policies"))
            .link(&text(&out.join("secret.yaml")), &format!("{name}x.yaml"))
            .file(&format!("{name}ok/a.yaml"), CLEAN)
            .link(&text(&out.join("secret.yaml")), &format!("{name}ok/x.yaml"));
        for typed in [
            "policies",
            "policies/a.yaml",
            "policies/*.yaml",
            "x.yaml",
            "ok",
            ".",
        ] {
            let typed = text(&checkout.path(&format!("{name}{typed}")));
            refused(&place.lint(&[&typed]), LEADS_OUT, &typed);
        }
        let settings = format!("[lint]\npaths = [{:?}]\n", text(&out.join("folder")));
        checkout.file(&format!("{name}cogward.toml"), settings);
        let settings = text(&checkout.path(&format!("{name}cogward.toml")));
        refused(
            &place.lint(&["--config", &settings]),
            "outside the repository",
            &settings,
        );
    }
}

/// Pipes devices and sockets are refused without waiting.
#[test]
fn special_files_refused_without_waiting() {
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    for what in ["a named pipe", "a socket", "a device"] {
        let place = Place::with(CLEAN);
        let name = match what {
            "a device" => "/dev/zero".to_owned(),
            _ => "policies/x.yaml".to_owned(),
        };
        let path = place.path("policies/x.yaml");
        let _socket = (what == "a socket").then(|| std::os::unix::net::UnixListener::bind(&path).unwrap());
        if what == "a named pipe" {
            rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        }
        let says = format!("it is {what}");
        refused(&place.lint(&[&name]), &says, "typed");
        for option in ["--config", "--baseline", "--ledger"] {
            refused(&place.lint(&["policies/a.yaml", option, &name]), &says, option);
        }
        refused(
            &place.run(&["diff", "policies/a.yaml", "--from", &name]),
            &says,
            "--from",
        );
        refused(&place.run(&["merge", &name]), &says, "merge");
        if what == "a device" {
            continue;
        }
        refused(&place.lint(&["policies"]), &says, "in a folder");
        refused(&place.lint(&["policies/*.yaml"]), &says, "of a pattern");
        place.file(
            "policies/a.yaml",
            "version: 1\ntarget: { pool: us-west-2_A }\nextends: x.yaml\n",
        );
        refused(&place.lint(&["policies/a.yaml"]), &says, "a layer");
        refused(
            &place.lint(&["policies/a.yaml", "--output", "json=policies/x.yaml"]),
            &says,
            "an output",
        );
    }
}

/// What the shell pipes in is read and written.
#[test]
fn pipes_read_and_written() {
    let place = Place::with("version: 1\ntarget: { pool: us-west-2_A }\nmode: { standard: AUDIT }\n");
    let pipe = |args: &str, input: &str| {
        let line = format!("printf '%s' '{input}' | {} {args}", env!("CARGO_BIN_EXE_cogward"));
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &line]).current_dir(place.path(""));
        crate::cli::support::finished(&shell.output().unwrap())
    };
    let run = pipe(
        "diff --from /dev/stdin --format table",
        r#"{"version":1,"pools":[]}"#,
    );
    assert_eq!((run.code, run.err.as_str()), (2, ""), "{}", run.out);
    let run = pipe("lint --quiet --output json=/dev/stdout | cat", "");
    assert!(run.out.starts_with('{'), "{} {}", run.out, run.err);
    assert_eq!(place.lint(&["--output", "json=/dev/null"]).err, "");
}

/// Names of the settings stay in the repository.
#[test]
fn repository_settings_stay_inside() {
    let outside = outside();
    let (absolute, folder) = (text(&outside.path("secret.yaml")), text(&outside.path("folder")));
    let name = outside.path("").file_name().unwrap().to_str().unwrap().to_owned();
    let names = [
        absolute.clone(),
        folder.clone(),
        "..".to_owned(),
        format!("../{name}/secret.yaml"),
        format!("../{name}/*.yaml"),
        format!("{folder}/*.yaml"),
        format!("policies/*/../../../{name}/*.yaml"),
        "policies/**/../../../**/*.yaml".to_owned(),
        "policies/../..".to_owned(),
        "link.yaml".to_owned(),
        "links/a.yaml".to_owned(),
        "links".to_owned(),
        "links/*.yaml".to_owned(),
        ".git/a.yaml".to_owned(),
        ".git/*.yaml".to_owned(),
        "/dev/zero".to_owned(),
    ];
    let place = Place::with(CLEAN);
    place.file(".git/a.yaml", format!("{CANARY}: 1\n"));
    std::fs::create_dir(place.path("policies/sub")).unwrap();
    place.link(&absolute, "link.yaml").link(&folder, "links");
    for bad in &names {
        for key in ["paths", "rules", "baseline"] {
            let value = match key {
                "baseline" => format!("{bad:?}"),
                "rules" => format!("[{bad:?}]"),
                _ => format!("[\"policies\", {bad:?}]"),
            };
            place.file("cogward.toml", format!("# settings\n[lint]\n{key} = {value}\n"));
            let case = format!("{key} = {bad}");
            let run = place.lint(&[]);
            refused(&run, "config-invalid", &case);
            refused(&run, "outside the repository", &case);
            let (_, found) = place.findings(&[]);
            assert_eq!(found.len(), 1, "{case}: {found:?}");
            let column = value.find(&format!("{bad:?}")).unwrap() + key.len() + 4;
            assert_eq!(
                found[0].1,
                format!("cogward.toml:3:{column}"),
                "{case}: {found:?}"
            );
            if key == "baseline" {
                let _ = place.lint(&["--write-baseline"]);
                assert!(outside.read("secret.yaml").starts_with(CANARY), "{case}");
            }
        }
    }
    for good in [
        "policies",
        "./policies",
        "policies/*.yaml",
        "policies/../policies",
        "p*/**/*.yaml",
    ] {
        place.file("cogward.toml", format!("[lint]\npaths = [{good:?}]\n"));
        assert_eq!(place.lint(&[]).code, 0, "{good}");
    }
}

/// Settings of the user may name what is the user's.
#[test]
fn user_settings_may_name_outside() {
    let (outside, place) = (Place::with(CLEAN), Place::new());
    let policies = text(&outside.path("policies"));
    outside.file("ci.toml", format!("[lint]\npaths = [{policies:?}]\n"));
    let run = place.lint(&["--config", &text(&outside.path("ci.toml"))]);
    assert_eq!(run.code, 0, "{}", run.out);
    // Settings in a checkout of their own may name what is in this repository.
    let shared = Place::new();
    shared
        .file(".git/HEAD", "")
        .file("ci.toml", "[lint]\npaths = [\"mine\"]\n");
    place.file("mine/a.yaml", CLEAN);
    let run = place.lint(&["--config", &text(&shared.path("ci.toml"))]);
    assert_eq!(run.code, 0, "{}", run.out);
    // The checkout's own settings are not made the user's by a link.
    place.link(&text(&outside.path("ci.toml")), "cogward.toml");
    refused(&place.lint(&[]), LEADS_OUT, "a link to settings");
}

#[test]
fn layers_and_bodies_say_where_a_link_leads() {
    let outside = outside();
    let place = Place::new();
    let file = text(&outside.path("secret.yaml"));
    place.file("policies/a.yaml", "version: 1\n");
    place.file(".git/base.yaml", format!("{CANARY}: 1\n"));
    place
        .link(&file, "policies/link.yaml")
        .link("link.yaml", "policies/chain.yaml");
    for name in ["link.yaml", "chain.yaml", "../.git/base.yaml"] {
        place.file(
            "policies/a.yaml",
            format!("version: 1\ntarget: {{ pool: us-west-2_A }}\nextends: {name}\n"),
        );
        let run = place.lint(&["policies/a.yaml"]);
        refused(&run, "outside the repository", name);
        refused(&run, "extends-outside", name);
        for body in ["html_file", "text_file"] {
            place.file(
                "policies/a.yaml",
                format!(
                    "version: 1\ntarget: {{ pool: us-west-2_A }}\naccount_takeover:\n  notifications:\n    source_arn: arn:aws:ses:us-west-2:123456789012:identity/a.com\n    block_email: {{ subject: s, {body}: {name} }}\n"
                ),
            );
            let run = place.lint(&["policies/a.yaml"]);
            refused(&run, "outside the repository", name);
        }
    }
    let message = place.findings(&["policies/a.yaml"]).1.remove(0).2;
    assert!(
        message.contains("`../.git/base.yaml` cannot be read"),
        "{message}"
    );
}

/// Ways that double at each folder are gone once.
#[test]
fn doubling_links_walked_once() {
    let place = Place::with(CLEAN);
    for index in 0..30 {
        let folder = format!("policies/d{index}");
        std::fs::create_dir(place.path(&folder)).unwrap();
        for link in ["x", "y"] {
            place.link(&format!("../d{}", index + 1), &format!("{folder}/{link}"));
        }
    }
    place.file("policies/d30/b.yaml", CLEAN.replace("CLEAN", "B"));
    let stars = format!("policies/d0{}/b.yaml", "/*".repeat(30));
    for path in ["policies", "policies/**/*.yaml", &stars] {
        let run = place.lint(&[path, "policies/a.yaml"]);
        assert_eq!(run.code, 0, "{path}: {}", run.out);
        assert!(run.out.contains("in 2 policies (2 files)"), "{path}: {}", run.out);
    }
    let run = place.lint(&["policies", "--verbose"]);
    assert!(
        run.err.contains("read policies/d30/b.yaml "),
        "its real name: {}",
        run.err
    );
}

/// A list of what is ignored is a file or nothing.
#[test]
fn gitignore_must_be_a_file() {
    let place = Place::with(CLEAN);
    place.file("policies/b.yaml", POLICY);
    place.link("/dev/zero", "policies/.gitignore");
    assert_eq!(place.lint(&[]).code, 1);
    std::fs::remove_file(place.path("policies/.gitignore")).unwrap();
    place.file("policies/.gitignore", "\u{feff}# not these\n*.yaml\n!a.yaml\n");
    assert_eq!(place.lint(&[]).code, 0);
    // The nearest list goes first, up to the top.
    place
        .file(".gitignore", "a.yaml\nold/\n")
        .file("policies/old/c.yaml", POLICY.replace("_A", "_C"));
    assert_eq!(place.lint(&[]).code, 0);
}
