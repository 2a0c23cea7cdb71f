//! Rules of one's own: loaded, tested, and at fault.

use crate::cli::support::{CLEAN, POLICY, Place};

/// A rule whose `when` and `message` are given.
fn rule(id: &str, when: &str, message: &str) -> String {
    format!(
        "\
id: {id}
severity: warning
sees: [desired]
summary: A name that nobody can find
rationale: Names tell the people on call whom to wake.
remediation: Give the policy a telling name.
when: '{when}'
at: '\"/name\"'
message: '{message}'
examples:
  bad:
    - name: too short
      policy: {{ name: x }}
      findings: [{{ at: /name, message: 'the name `x` tells nothing' }}]
  good: [{{ name: a name, policy: {{ name: customers }} }}]
  lookalike: [{{ name: none, policy: {{}} }}]
"
    )
}

fn sound(id: &str) -> String {
    rule(
        id,
        "policy.name.size() < 3",
        "the name `{{{{ policy.name }}}}` tells nothing",
    )
    .replace("{{{{", "{{")
    .replace("}}}}", "}}")
}

/// A rule of ones own runs beside the others.
#[test]
fn user_rule_runs_beside_built_in_ones() {
    let place = Place::with("version: 1\nname: ab\ntarget: { pool: us-west-2_A }\n");
    place.file("rules/name-too-short.yaml", sound("name-too-short"));
    let test = place.run(&["rules", "test", "rules"]);
    assert_eq!(
        (test.code, test.out.as_str()),
        (0, "1 rule, 3 examples: 3 passed, 0 failed\n"),
        "{}",
        test.err
    );
    let (code, found) = place.findings(&["--rules=rules"]);
    assert_eq!(code, 1);
    let wanted = [
        "name-too-short",
        "policies/a.yaml:2:7",
        "the name `ab` tells nothing",
    ]
    .map(str::to_owned);
    assert!(found.contains(&wanted.into()), "{found:?}");
    place.file(
        "cogward.toml",
        "[lint]\nrules = [\"rules\"]\n[rules.name-too-short]\nseverity = \"note\"\n",
    );
    assert_eq!(place.lint(&[]).code, 0);
    assert!(
        place
            .run(&["rules", "list", "--rules=rules"])
            .out
            .contains("A name that nobody can find (own)")
    );
    let page = place.run(&["explain", "name-too-short", "--rules=rules"]);
    assert!(
        page.code == 0 && page.out.contains("whom to wake"),
        "{}",
        page.out
    );
}

/// An example that proves nothing fails the test.
#[test]
fn failing_example_fails_the_rule_test() {
    let place = Place::new();
    place.file(
        "rules/name-too-short.yaml",
        sound("name-too-short").replace("< 3", "< 1"),
    );
    let run = place.run(&["rules", "test", "rules"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert_eq!(
        run.out,
        "\
FAILED name-too-short (bad example: too short)
  not found: at `/name`: the name `x` tells nothing
1 rule, 3 examples: 2 passed, 1 failed
"
    );
}

/// Every fault of a rule file has its place and the others still run.
#[test]
fn rule_file_faults_have_places() {
    let place = Place::with("version: 1\nname: ab\ntarget: { pool: us-west-2_A }\n");
    place.file("rules/name-too-short.yaml", sound("name-too-short"));
    let names = rule(
        "names",
        "modes.standrad == 1 && policy.nmae == \"x\" && nope(1)",
        "it is {{ a + }} and {{ policy.nope }} {{ ",
    );
    place.file("rules/names.yaml", names);
    place
        .file("rules/syntax.yaml", "id: [\n")
        .file("rules/empty.yaml", "");
    let keys = sound("keys")
        .replace("severity: warning", "severity: wrning\nextra: 1")
        .replace("sees: [desired]\n", "");
    place
        .file("rules/keys.yaml", keys)
        .file("rules/other.yaml", sound("another-name"));
    place.file("rules/cidr-host-bits.yaml", sound("cidr-host-bits"));
    let wanted = [
        "rules/cidr-host-bits.yaml:1:1: `cidr-host-bits` is a built-in rule (give yours another id)",
        "rules/empty.yaml: a rule file holds one document; this one holds 0 (`cogward schema rule` says what a rule holds)",
        "rules/keys.yaml:1:1: the key `sees` is missing (add `sees:`)",
        "rules/keys.yaml:2:11: the text `wrning` is not allowed here (did you mean `warning`? Allowed: `note`, `warning`, `error`)",
        "rules/keys.yaml:3:1: unknown key `extra`",
        "rules/names.yaml:7:7: a list has no field `standrad`; look at its elements with `exists`, `all` or `map`",
        "rules/names.yaml:7:7: unknown field `nmae`; did you mean `name`?",
        "rules/names.yaml:7:7: unknown function `nope`",
        "rules/names.yaml:9:10: Syntax error: the expression ends too early (line 1, column 4 of the expression)",
        "rules/names.yaml:9:10: `{{` without `}}`",
        "rules/names.yaml:9:10: unknown field `nope`",
        "rules/other.yaml:1:5: the file name does not match the rule's id `another-name` (call the file `another-name.yaml`)",
        "rules/syntax.yaml:1:5: this `[` is not closed (add `]`, or put the text in quotes)",
    ];
    let test = place.run(&["rules", "test", "rules"]);
    assert_eq!(test.code, 2);
    assert_eq!(test.out, "1 rule, 3 examples: 3 passed, 0 failed\n");
    let lines: Vec<_> = test.err.lines().collect();
    assert_eq!(lines.len(), wanted.len(), "{}", test.err);
    for (line, wanted) in lines.iter().zip(wanted) {
        assert!(line.starts_with(&format!("error: {wanted}")), "{line}\n{wanted}");
    }
    let (code, found) = place.findings(&["--rules=rules"]);
    assert_eq!(code, 2);
    assert!(
        found.iter().any(|(rule, ..)| rule == "name-too-short"),
        "{found:?}"
    );
    let faults = found
        .iter()
        .filter(|(_, place, _)| place.starts_with("rules/"))
        .count();
    assert_eq!(faults, wanted.len(), "{found:?}");
}

/// A rule that fails at run time is a finding against the rule.
#[test]
fn runtime_failure_is_finding_against_rule() {
    let place = Place::with(POLICY);
    place.file("policies/b.yaml", CLEAN);
    place.file(
        "rules/boom.yaml",
        rule("boom", "[1][clients.size() + 5] == 1", "never said, at all"),
    );
    let (code, found) = place.findings(&["--rules=rules"]);
    assert_eq!(code, 2);
    let failed: Vec<_> = found.iter().filter(|(rule, ..)| rule == "rule-failed").collect();
    assert_eq!(failed.len(), 2, "one for each policy: {found:?}");
    assert!(failed[0].1.starts_with("rules/boom.yaml:"), "{failed:?}");
    assert!(
        failed[0].2.contains("rule `boom` failed on policy `b`"),
        "{failed:?}"
    );
    assert!(found.iter().any(|(rule, ..)| rule == "cidr-host-bits"));
    let test = place.run(&["rules", "test", "rules"]);
    assert_eq!(test.code, 1);
    assert!(test.out.contains("rule-failed"), "{}", test.out);
}

#[test]
fn the_built_in_rules_prove_themselves() {
    let run = Place::new().run(&["rules", "test"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    assert!(run.out.ends_with(" 0 failed\n"));
}
