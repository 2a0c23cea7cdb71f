//! The sample report: everything a renderer may meet, in one value.

use std::collections::BTreeMap;

use cogward::difference::Difference;
use cogward::drift::Kind;
use cogward::finding::{Edit, Finding, Fix, Location, Reference, Related, Severity, Suppression};
use cogward::ident::RuleId;
use cogward::model::effective::{CellOutcome, Table};
use cogward::model::mode::{FeaturePlan, Mode};
use cogward::pointer::Pointer;
use cogward::render::{Format, RenderOptions, render};
use cogward::report::{NotChecked, PoolOverview, PoolProtection, Report, RuleMeta, Summary, WeakestCell};
use cogward::source::{Source, SourceId, Sources};
use cogward::span::Span;

use crate::render::sample_differences;
use crate::render::sample_table::table;

const PROD: &str = include_str!("policies/prod.yaml");
const STAGING: &str = include_str!("policies/staging.yaml");
const BASE: &str =
    "version: 1\nname: base\naccount_takeover:\n  high: { action: NO_ACTION, notify: false }\n";

/// Text that tries every trick: an escape sequence, bidirectional overrides, workflow commands of
/// both kinds, markup, table and code marks, a mention and line breaks.
pub const HOSTILE: &str = "\u{1b}[31m\u{202e}evil\u{202c} ::error::x ##[error]y <script>alert('1')</script> | `code` @team [a](b) %0A\n::warning::z\r\n";

/// What the sample's secret is; no output may hold it.
pub const SECRET: &str = "AKIAIOSFODNN7EXAMPLE";

pub fn rule_id(text: &str) -> RuleId {
    RuleId::parse(text).unwrap()
}

/// The report as a format writes it.
pub fn rendered(format: Format, report: &Report, options: &RenderOptions) -> String {
    let mut out = Vec::new();
    render(format, report, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The files of the sample, in order.
struct Files {
    sources: Sources,
    prod: SourceId,
    staging: SourceId,
    base: SourceId,
    broken: SourceId,
    hostile: SourceId,
}

fn files() -> Files {
    let mut sources = Sources::default();
    let secret = PROD.find(SECRET).unwrap();
    let secret = Span::new(secret, secret + SECRET.len());
    Files {
        prod: sources.add(Source::new("policies/prod.yaml", PROD, &[secret])),
        // What a checkout on Windows holds.
        staging: sources.add(Source::new(
            "policies/staging.yaml",
            STAGING.replace('\n', "\r\n"),
            &[],
        )),
        base: sources.add(Source::builtin("baseline:base", BASE)),
        broken: sources.add(Source::new("policies/größe #1.yaml", "", &[])),
        hostile: sources.add(Source::new(
            "policies/\u{1b}[2J<b>|`x`.yaml",
            "name: \"\u{1b}[31mred\u{202e} ##[error]x\"\n::error::y: 1\n",
            &[],
        )),
        sources,
    }
}

/// The `nth` (from 0) occurrence of `text` in a source.
fn at(files: &Files, source: SourceId, text: &str, nth: usize, pointer: &str) -> Location {
    let whole = files.sources.get(source).text();
    let start = whole.match_indices(text).nth(nth).unwrap().0;
    Location {
        source,
        span: Span::new(start, start + text.len()),
        pointer: Pointer::parse(pointer),
    }
}

fn finding(rule: &str, severity: Severity, primary: Location, label: &str, message: &str) -> Finding {
    Finding {
        rule: rule_id(rule),
        severity,
        message: message.to_owned(),
        primary,
        label: label.to_owned(),
        related: Vec::new(),
        help: String::new(),
        fix: None,
        policy: Some("customers-prod".to_owned()),
        suppressed: None,
        is_input_fault: false,
        difference: None,
    }
}

fn related(location: Location, label: &str) -> Related {
    Related {
        location,
        label: label.to_owned(),
    }
}

fn errors(files: &Files) -> Vec<Finding> {
    let mode = at(files, files.prod, "ENFORCED", 0, "/mode/standard");
    let web = at(files, files.prod, "web", 0, "/clients/web");
    vec![
        Finding {
            related: vec![related(
                web,
                "`web` brings its own configuration, and that section is missing there as well",
            )],
            help: "Add `compromised_credentials`, or set the mode to AUDIT until it is decided.".to_owned(),
            ..finding(
                "enforced-without-responses",
                Severity::Error,
                mode,
                "enforces, but there is nothing to enforce",
                "standard mode is ENFORCED and the policy has no compromised-credentials section: leaked passwords are let in",
            )
        },
        Finding {
            related: vec![related(
                at(files, files.base, "NO_ACTION", 0, "/account_takeover/high/action"),
                "the pool's own answer to high risk, from the baseline it extends",
            )],
            help: "Give high risk at least what medium risk gets.".to_owned(),
            ..finding(
                "responses-not-escalating",
                Severity::Error,
                at(
                    files,
                    files.prod,
                    "{ action: NO_ACTION, notify: true }",
                    1,
                    "/account_takeover/high",
                ),
                "less strict than medium",
                "high risk is answered with NO_ACTION, medium risk with MFA_IF_CONFIGURED: the higher the risk, the weaker the answer",
            )
        },
    ]
}

fn fixable(files: &Files) -> Vec<Finding> {
    let cidr = at(
        files,
        files.prod,
        "192.0.2.7/24",
        0,
        "/risk_exceptions/always_block/0",
    );
    let fix = Fix {
        title: "write the network address `192.0.2.0/24`".to_owned(),
        edits: vec![Edit {
            at: cidr.pointer.clone().unwrap(),
            value: Some("192.0.2.0/24".into()),
        }],
    };
    vec![
        Finding {
            fix: Some(fix),
            help: "Cognito stores the network; the host bits are lost.".to_owned(),
            ..finding(
                "cidr-host-bits",
                Severity::Warning,
                cidr,
                "host bits are set",
                "192.0.2.7/24 names a host, not a network",
            )
        },
        finding(
            "secret-in-policy",
            Severity::Error,
            at(files, files.prod, SECRET, 0, "/description"),
            "",
            "the description holds an access key; deactivate it, it is in the history of this repository",
        ),
        Finding {
            help: "Write {username} or {login-time}.".to_owned(),
            ..finding(
                "notify-placeholder-unknown",
                Severity::Warning,
                at(
                    files,
                    files.prod,
                    "{用户名}",
                    0,
                    "/account_takeover/notifications/block_email/subject",
                ),
                "not filled by Cognito",
                "the subject has {用户名}, which Cognito does not fill: the user reads it as it stands",
            )
        },
    ]
}

fn staging(files: &Files) -> Vec<Finding> {
    let whole = at(
        files,
        files.staging,
        "  low: { action: BLOCK }\r\n  medium: { action: BLOCK }\r\n",
        0,
        "/account_takeover",
    );
    vec![
        Finding {
            policy: Some("customers-staging".to_owned()),
            related: vec![related(
                at(files, files.staging, "BLOCK", 0, "/account_takeover/low/action"),
                "blocks every tenth sign-in",
            )],
            ..finding(
                "low-risk-blocked",
                Severity::Note,
                whole,
                "both are blocked",
                "low and medium risk are blocked: false positives lock real users out",
            )
        },
        Finding {
            policy: Some("customers-staging".to_owned()),
            suppressed: Some(Suppression::Waiver {
                reason: "load test until the new flow ships".to_owned(),
                until: "2026-12-31".to_owned(),
            }),
            ..finding(
                "threat-protection-off",
                Severity::Warning,
                at(files, files.staging, "OFF", 0, "/mode/custom"),
                "",
                "custom authentication is not protected",
            )
        },
        Finding {
            policy: Some("customers-staging".to_owned()),
            suppressed: Some(Suppression::Ignore {
                reason: "🦀 | known".to_owned(),
            }),
            ..finding(
                "alarm-missing",
                Severity::Warning,
                at(files, files.staging, "name", 0, "/name"),
                "",
                "no alarm on high risk",
            )
        },
        Finding {
            policy: Some("customers-staging".to_owned()),
            suppressed: Some(Suppression::Baseline),
            ..finding(
                "alarm-missing",
                Severity::Warning,
                at(files, files.staging, "name", 0, "/name"),
                "",
                "no alarm on compromised credentials",
            )
        },
    ]
}

fn hostile(files: &Files) -> Vec<Finding> {
    let nowhere = Location {
        source: files.broken,
        span: Span::at(0),
        pointer: None,
    };
    vec![
        Finding {
            policy: Some(HOSTILE.to_owned()),
            related: vec![related(at(files, files.hostile, "::error::y", 0, ""), HOSTILE)],
            help: HOSTILE.to_owned(),
            ..finding(
                "house-naming",
                Severity::Note,
                at(files, files.hostile, "red", 0, "/name"),
                HOSTILE,
                HOSTILE,
            )
        },
        Finding {
            policy: None,
            is_input_fault: true,
            difference: None,
            help: "Check the file's permissions.".to_owned(),
            ..finding(
                "input-unreadable",
                Severity::Error,
                nowhere,
                "",
                "the file cannot be read: permission denied",
            )
        },
    ]
}

/// A difference of each shape, as `diff` finds them.
fn differences(files: &Files) -> Vec<Finding> {
    let places = ["high: {", "always_block", "text:", "web:", "from:"];
    let places = places.map(|text| at(files, files.prod, text, 0, ""));
    let one = |(difference, place): (Difference, Location)| {
        let kind = Kind::of(difference.live_is);
        let words = format!(
            "pool `{}` differs at `{}`",
            difference.pool_name, difference.pointer
        );
        Finding {
            difference: Some(Box::new(difference)),
            help: kind.meta().remediation,
            ..finding(
                kind.as_str(),
                kind.severity(),
                place,
                "live: something else",
                &words,
            )
        }
    };
    sample_differences::all()
        .into_iter()
        .zip(places)
        .map(one)
        .collect()
}

fn meta(id: &str, severity: Severity, summary: &str) -> RuleMeta {
    RuleMeta {
        id: rule_id(id),
        severity,
        summary: summary.to_owned(),
        rationale: format!("{summary}. Users *trust* what the console says, and `ENFORCED` is no promise."),
        remediation: "Decide on an answer, and write it down.".to_owned(),
        references: vec![Reference {
            title: "AWS: threat protection".to_owned(),
            url: "https://docs.aws.amazon.com/cognito/".to_owned(),
        }],
        frameworks: BTreeMap::from([(
            "security-hub".to_owned(),
            vec!["Cognito.1".to_owned(), "Cognito.4".to_owned()],
        )]),
        builtin: true,
    }
}

fn rules() -> Vec<RuleMeta> {
    let plain = |id: &str, severity, summary: &str| RuleMeta {
        builtin: false,
        references: Vec::new(),
        frameworks: BTreeMap::new(),
        rationale: String::new(),
        remediation: String::new(),
        ..meta(id, severity, summary)
    };
    vec![
        meta(
            "alarm-missing",
            Severity::Warning,
            "No alarm on a risk that matters",
        ),
        meta("cidr-host-bits", Severity::Warning, "A range with host bits set"),
        meta(
            "enforced-without-responses",
            Severity::Error,
            "ENFORCED with nothing to enforce",
        ),
        plain("house-naming", Severity::Note, HOSTILE),
        plain("input-unreadable", Severity::Error, "A file that cannot be read"),
        Kind::LiveDifferent.meta(),
        Kind::LiveStronger.meta(),
        Kind::LiveUndefined.meta(),
        Kind::LiveWeaker.meta(),
        meta(
            "low-risk-blocked",
            Severity::Warning,
            "Low or medium risk is blocked",
        ),
        meta(
            "notify-placeholder-unknown",
            Severity::Warning,
            "A placeholder that Cognito does not fill",
        ),
        meta(
            "responses-not-escalating",
            Severity::Error,
            "A higher risk with a less strict response",
        ),
        meta("secret-in-policy", Severity::Error, "A secret in a policy"),
        meta(
            "threat-protection-off",
            Severity::Warning,
            "Threat protection is off",
        ),
    ]
}

/// A policy, equal ones, and one with a hostile name of which nothing is known.
fn overviews() -> Vec<PoolOverview> {
    let first = PoolOverview {
        partial: false,
        is_missing: false,
        title: "customers-prod".to_owned(),
        account: Some("111122223333".to_owned()),
        tags: vec!["env=<prod>".to_owned(), "team=sign-in".to_owned()],
        region: Some("us-west-2".to_owned()),
        is_live: false,
        plan: Some(FeaturePlan::Plus),
        standard: Some(Mode::Enforced),
        custom: Some(Mode::Audit),
        audit_days: None,
        signals: [
            (CellOutcome::Allowed, false),
            (CellOutcome::MfaIfConfigured, true),
            (CellOutcome::Blocked, false),
            (CellOutcome::OnlyAudited, true),
        ]
        .map(|(outcome, varies)| WeakestCell {
            outcome,
            varies,
            not_checked: outcome == CellOutcome::Blocked,
            at_most: None,
        }),
        alarms: Some(2),
        silent_alarms: Some(1),
        logs: Some(true),
    };
    let equal = |title: &str| PoolOverview {
        title: title.to_owned(),
        plan: Some(FeaturePlan::Lite),
        ..first.clone()
    };
    let hostile = PoolOverview {
        title: HOSTILE.to_owned(),
        is_live: true,
        custom: Some(Mode::Audit),
        audit_days: Some(34),
        ..PoolOverview::default()
    };
    vec![first.clone(), hostile, equal("staging"), equal("=1+1")]
}

/// The sample. Counts are given, not computed: renderers print what the report says.
pub fn report() -> Report {
    let files = files();
    let mut findings = errors(&files);
    findings.extend(fixable(&files));
    findings.extend(staging(&files));
    findings.extend(hostile(&files));
    findings.extend(differences(&files));
    // As the end of every run orders them; the sort is stable, so that places stay in order.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Report {
        command: "lint",
        version: "0.1.0",
        rules: rules(),
        findings,
        pools: vec![
            PoolProtection {
                title: "customers-prod".to_owned(),
                source: "policies/prod.yaml".to_owned(),
                table: table(),
            },
            PoolProtection {
                title: HOSTILE.to_owned(),
                source: String::new(),
                table: Table::default(),
            },
        ],
        overviews: overviews(),
        section: None,
        summary: Summary {
            files: 4,
            policies: 3,
            rules: 52,
            errors: 5,
            warnings: 5,
            notes: 3,
            input_faults: 1,
            suppressed: 3,
            hidden: 1,
            fixable: 1,
            not_checked: vec![
                NotChecked::left_out("policies/größe #1.yaml", "the file cannot be read"),
                NotChecked::left_out(HOSTILE, HOSTILE),
            ],
            ..Summary::default()
        },
        exit_code: 2,
        sources: files.sources,
        ..Report::default()
    }
}

/// A report that found nothing.
pub fn clean() -> Report {
    Report {
        findings: Vec::new(),
        summary: Summary {
            files: 1,
            policies: 1,
            rules: 52,
            ..Summary::default()
        },
        exit_code: 0,
        pools: vec![PoolProtection {
            title: "customers-prod".to_owned(),
            source: "policies/prod.yaml".to_owned(),
            table: table(),
        }],
        overviews: overviews().into_iter().take(1).collect(),
        ..report()
    }
}
