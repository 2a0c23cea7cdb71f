//! `--fix`: the safe changes and nothing else; comments, quotes and layout stay.

use std::os::unix::fs::PermissionsExt as _;

use crate::cli::support::{POLICY, Place};

const BEFORE: &str = r#"# head comment
version: 1   # v
target: { pool: us-west-2_A }
risk_exceptions:
  always_block:
    # first
    - 20.0.2.1/24   # trailing
    - '21.51.100.7'
    - "22.0.0.0/8"

    - "22.0.0.0/8"
  always_allow: [ 23.0.113.9 , {cidr: 24.0.113.129/25, reason: x}, "2a00:db8::1/32" ]
"#;

const AFTER: &str = r#"# head comment
version: 1   # v
target: { pool: us-west-2_A }
risk_exceptions:
  always_block:
    # first
    - 20.0.2.0/24   # trailing
    - '21.51.100.7/32'
    - "22.0.0.0/8"

  always_allow: [ 23.0.113.9/32 , {cidr: 24.0.113.128/25, reason: x}, "2a00:db8::/32" ]
"#;

#[test]
fn only_the_values_change() {
    let place = Place::with(BEFORE);
    let run = place.lint(&["--fix", "--quiet"]);
    assert_eq!((run.code, run.err.as_str()), (0, "policies/a.yaml: 6 fixes\n"));
    assert_eq!(place.read("policies/a.yaml"), AFTER);
    let again = place.lint(&["--fix", "--quiet"]);
    assert_eq!((again.code, again.err.as_str()), (0, ""), "nothing is left to do");
    assert_eq!(place.read("policies/a.yaml"), AFTER);
    assert_eq!(place.names("policies"), ["a.yaml"]);
}

/// Windows line ends and a byte order mark stay.
#[test]
fn crlf_and_byte_order_mark_are_kept() {
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let place = Place::with(windows(BEFORE));
    place.lint(&["--fix", "--quiet"]);
    assert_eq!(place.read("policies/a.yaml"), windows(AFTER));
}

/// A diff writes nothing and tells what waits.
#[test]
fn diff_writes_nothing_and_lists_fixes() {
    let place = Place::with(POLICY);
    let run = place.lint(&["--fix", "--diff"]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.out,
        "\
--- policies/a.yaml
+++ policies/a.yaml
@@ -5,3 +5,3 @@
 risk_exceptions:
   always_block:
-    - 192.0.2.1/24 # lab
+    - 192.0.2.0/24 # lab
"
    );
    assert_eq!(place.read("policies/a.yaml"), POLICY);
    let never = place.lint(&["--fix", "--diff", "--deny=never"]);
    assert_eq!(never.code, 1, "changes that wait are news");
    place.file("policies/b.yaml", "version: 9\n");
    assert_eq!(place.lint(&["--fix", "--diff"]).code, 2);
    place
        .file("policies/b.yaml", "version: 1\n")
        .lint(&["--fix", "-q"]);
    let idle = place.lint(&["--fix", "--diff", "--deny=never"]);
    assert_eq!((idle.code, idle.out.as_str()), (0, ""));
    let first = idle.err.lines().next();
    assert!(
        first == Some("nothing to fix") && idle.err.contains("2 policies (2 files)"),
        "{}",
        idle.err
    );
    assert_eq!(place.lint(&["--fix"]).err, "nothing to fix\n");
}

#[test]
fn the_report_is_that_of_the_mended_files() {
    let place = Place::with(POLICY);
    let run = place.lint(&["--fix"]);
    assert!(!run.out.contains("cidr-host-bits"), "{}", run.out);
    assert!(run.out.contains("threat-protection-off"));
    assert_eq!(
        run,
        crate::cli::support::Run {
            err: run.err.clone(),
            ..place.lint(&[])
        }
    );
}

/// Each document is mended by itself and shared values are not.
#[test]
fn aliased_values_are_not_fixed() {
    let text = "\
---
version: 1
target: { pool: us-west-2_B }
risk_exceptions: { always_block: [20.0.2.1/24] }
---
# second
version: 1
target: { pool: us-west-2_C }
risk_exceptions:
  always_block: &x [20.0.2.1/24]
clients:
  web: { id: abc, risk_exceptions: { always_block: *x } }
...
";
    let place = Place::with(text);
    let run = place.lint(&["--fix", "--quiet"]);
    let expected = text.replacen("20.0.2.1/24", "20.0.2.0/24", 1);
    assert_eq!(place.read("policies/a.yaml"), expected);
    assert!(
        run.err.contains("policies/a.yaml:10: cidr-host-bits"),
        "{}",
        run.err
    );
    assert!(run.err.contains("by an alias; change it by hand"), "{}", run.err);
}

/// Faults elsewhere keep no file from being mended.
#[test]
fn faulty_files_do_not_block_others() {
    let place = Place::with(POLICY);
    place.file("policies/b.yaml", "version: 1\nmod: 1\n");
    let run = place.lint(&["--fix", "--quiet"]);
    assert_eq!(run.code, 2);
    assert!(place.read("policies/a.yaml").contains("192.0.2.0/24 # lab"));
    assert_eq!(place.read("policies/b.yaml"), "version: 1\nmod: 1\n");
}

/// What is waived ignored or known is not touched.
#[test]
fn suppressed_findings_are_not_fixed() {
    let ignored = POLICY.replace("# lab", "# cogward: ignore[cidr-host-bits] the lab asked for it");
    let waived =
        format!("{POLICY}waivers:\n  - {{ rule: cidr-host-bits, reason: the lab, until: 2026-12-01 }}\n");
    for text in [&ignored, &waived] {
        let place = Place::with(text);
        assert_eq!(place.lint(&["--fix", "--quiet"]).err, "");
        assert_eq!(place.read("policies/a.yaml"), *text);
    }
    let place = Place::with(POLICY);
    place.lint(&["--write-baseline"]);
    place.lint(&["--fix", "--quiet", "--baseline=.cogward-baseline.json"]);
    assert_eq!(place.read("policies/a.yaml"), POLICY);
}

/// A layer is mended where it is checked and not through its users.
#[test]
fn layers_are_fixed_only_when_checked() {
    let place = Place::with("version: 1\ntarget: { pool: us-west-2_A }\nextends: ../layers/base.yaml\n");
    let base = "version: 1\nrisk_exceptions: { always_block: [20.0.2.1/24] }\n";
    place.file("layers/base.yaml", base);
    assert_eq!(place.lint(&["--fix", "--quiet"]).err, "");
    assert_eq!(place.read("layers/base.yaml"), base);
    assert_eq!(
        place.lint(&["layers", "--fix", "--quiet"]).err,
        "layers/base.yaml: 1 fix\n"
    );
}

#[test]
fn permissions_and_links_stay() {
    let place = Place::new();
    place
        .file("real.yaml", POLICY)
        .file("policies/b.yaml", "version: 1\n");
    place.link("../real.yaml", "policies/a.yaml");
    let mode =
        |bits: u32| std::fs::set_permissions(place.path("real.yaml"), std::fs::Permissions::from_mode(bits));
    mode(0o640).unwrap();
    assert_eq!(place.lint(&["--fix", "--quiet"]).err, "policies/a.yaml: 1 fix\n");
    assert!(place.path("policies/a.yaml").is_symlink());
    assert!(place.read("real.yaml").contains("192.0.2.0/24"));
    let bits = std::fs::metadata(place.path("real.yaml"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(bits & 0o777, 0o640);
}

/// What a stopped run left behind does not matter.
#[test]
fn leftover_temporary_files_are_harmless() {
    let place = Place::with(POLICY);
    for id in [1, 4_000_000] {
        place.file(&format!("policies/.a.yaml.{id}.tmp"), "half a fil");
    }
    assert_eq!(place.lint(&["--fix", "--quiet"]).err, "policies/a.yaml: 1 fix\n");
    assert!(place.read("policies/a.yaml").contains("192.0.2.0/24 # lab"));
    assert_eq!(place.lint(&[]).code, 1, "hidden files are not checked");
}
