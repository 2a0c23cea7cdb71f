//! What rules of a user's own see of the environment: nothing, whatever they make of it.

use crate::cli::support::{Place, finished};

const SECRET: &str = "hunter2ofthebuild";

/// A policy that takes the value in every way that a rule sees.
const TAKES: &str = "\
version: 1
name: x-${PIPELINE}
target: { names: ['${PIPELINE}'], tags: { env: '${PIPELINE}' } }
mode: { standard: '${MODE}' }
clients:
  web: { id: '${PIPELINE}', inherit: true }
risk_exceptions:
  always_block: ['${PIPELINE}']
alarms:
  - { metric: AccountTakeoverRisk, operation: SignIn, risk_level: High, name: '${PIPELINE}', actions: ['arn:aws:sns:us-west-2:123456789012:${PIPELINE}'] }
waivers:
  - { rule: alarm-missing, reason: 'because of ${PIPELINE}', until: 2026-12-20 }
";

/// Expressions that turn the value into a text that no mask knows, over `it`.
const TURNED: [&str; 7] = [
    "it.upperAscii()",
    "it.split('').join(' ')",
    "(it + '----').substring(1) + '|' + (it + '----').substring(0, 3)",
    "it.replace('e', '3').replace('u', 'v')",
    "it.split('-').map(part, part.upperAscii()).join('_')",
    "it.charAt(0) + '.' + (it + '----').charAt(1) + '.' + (it + '----').charAt(2)",
    "string(it.size()) + ' letters, ' + string(it.indexOf('build'))",
];

/// Where a rule finds texts.
const SEEN: &str = "[policy.name, waivers[0].reason] + target.names + target.tags.map(k, target.tags[k]) + \
    clients.map(c, c.id) + alarms.map(a, a.name) + alarms.map(a, a.actions[0]) + \
    scopes.filter(s, s.risk_exceptions != null).map(s, string(s.risk_exceptions.always_block.size()))";

fn rule(id: &str, each: &str, when: &str, message: &str) -> String {
    format!(
        "id: {id}\nseverity: warning\nsees: [desired]\nsummary: A rule of somebody\nrationale: Whatever it is that it shows.\nremediation: Look at it again.\n\
         each: \"{each}\"\nwhen: \"{when}\"\nat: \"'/version'\"\nmessage: \"{message}\"\nexamples:\n  \
         bad: [{{ name: any, policy: {{}}, findings: [{{ at: '', message: m }}] }}]\n  \
         good: [{{ name: none, policy: {{}} }}]\n  lookalike: [{{ name: none, policy: {{}} }}]\n"
    )
}

fn place(policy: &str) -> Place {
    let place = Place::with(policy);
    place.file(
        "cogward.toml",
        "variables = ['PIPELINE', 'MODE', 'USERS']\n[lint]\nrules = ['rules']\n",
    );
    place
}

fn run(place: &Place, format: &str, pipeline: &str) -> (i32, String) {
    let args = ["lint", "--today=2026-11-21", "--format", format];
    let mut command = place.command(&args);
    command.envs([("PIPELINE", pipeline), ("MODE", "AUDIT"), ("USERS", "120455")]);
    let run = finished(&command.output().unwrap());
    (run.code, run.out + &run.err)
}

/// No expression of a users rule shows a value of the environment.
#[test]
fn user_rule_expressions_reveal_no_values() {
    let place = place(TAKES);
    for (number, turned) in TURNED.iter().enumerate() {
        let id = format!("own-{number}");
        place.file(
            &format!("rules/{id}.yaml"),
            rule(&id, SEEN, "true", &format!("{{{{ {turned} }}}}")),
        );
    }
    // One bit of it for each finding.
    for letter in ["hunter2", "x-h", "because of h"] {
        let id = format!("told-{}", letter.replace(' ', "-"));
        let when = format!("it.startsWith('{letter}')");
        place.file(
            &format!("rules/{id}.yaml"),
            rule(&id, SEEN, &when, "it begins so"),
        );
    }
    for format in ["human", "json", "sarif", "markdown"] {
        let (code, one) = run(&place, format, SECRET);
        assert_eq!(code, 1, "{one}");
        assert!(one.contains("own-6") && !one.contains("begins so"), "{one}");
        // Nothing hangs on the value: another one has the same output.
        let (_, other) = run(&place, format, "quiteanotherandlongerone");
        assert_eq!(one, other, "{format}");
    }
}

/// Rules of a users own see names in place of values and words as they are.
#[test]
fn user_rules_see_variable_names_instead() {
    let place = place(TAKES);
    let message = "{{ policy.name }} of {{ target.names }} in {{ posture.standard_mode }}, {{ clients[0].id }}, {{ waivers[0].reason }}";
    place.file("rules/own.yaml", rule("own", "[1]", "true", message));
    let (_, out) = run(&place, "concise", SECRET);
    let wanted = "x-${PIPELINE} of ${PIPELINE} in AUDIT, ${PIPELINE}, because of ${PIPELINE}";
    assert!(out.contains(wanted), "{out}");
    // Built-in rules judge the value.
    assert!(out.contains("cidr-invalid"), "{out}");
}

/// A number that cannot be withheld is said and only where there are such rules.
#[test]
fn numbers_from_variables_fail_user_rules() {
    let policy = "version: 1\nname: p\nassumes:\n  users: ${USERS}\nmode: { standard: AUDIT }\n";
    let place = place(policy);
    place.file("rules/own.yaml", rule("own", "[1]", "true", "it was found"));
    let (code, out) = run(&place, "concise", SECRET);
    assert_eq!(code, 2, "{out}");
    assert!(
        out.contains("policies/a.yaml:4:10: error[rule-failed] rules of your own do not see values"),
        "{out}"
    );
    assert!(!out.contains("was found") && !out.contains("120455"), "{out}");
    place.file("cogward.toml", "variables = ['USERS']\n");
    let (_, out) = run(&place, "concise", SECRET);
    assert!(!out.contains("rule-failed"), "{out}");
}
