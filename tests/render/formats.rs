//! What single formats promise beyond their snapshot: verdicts, limits and structure.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cogward::finding::Severity;
use cogward::render::{COMMENT_ROOM, Format, RenderOptions};
use cogward::report::{FilesDigest, RunHead};
use sha2::{Digest, Sha256};

use crate::render::sample::{HOSTILE, clean, rendered, report};

fn shown(format: Format, report: &cogward::report::Report) -> String {
    rendered(format, report, &RenderOptions::default())
}

fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

#[test]
fn junit_counts_agree_with_its_cases() {
    let xml = shown(Format::Junit, &report());
    assert!(
        xml.contains("<testsuites name=\"cogward\" tests=\"18\" failures=\"12\" errors=\"1\">"),
        "{xml}"
    );
    assert_eq!(count(&xml, "<testcase "), 18);
    assert_eq!(count(&xml, "<failure "), 12);
    assert_eq!(count(&xml, "<error "), 1);
    assert_eq!(count(&xml, "<skipped "), 5, "three suppressed, two not checked");
}

#[test]
fn junit_fails_nothing_when_the_run_passes() {
    let xml = shown(Format::Junit, &clean());
    assert!(
        xml.contains("name=\"no findings\" classname=\"customers-prod\""),
        "{xml}"
    );
    let passed = cogward::report::Report {
        exit_code: 0,
        ..report()
    };
    let xml = shown(Format::Junit, &passed);
    assert_eq!((count(&xml, "<failure "), count(&xml, "<error ")), (0, 0));
    assert!(
        xml.contains("192.0.2.7/24 names a host"),
        "what was found is still told"
    );
}

/// `GitHub` annotates ten of a kind and says what is missing.
#[test]
fn github_annotates_at_most_ten_of_a_kind() {
    let mut report = report();
    let warning = report
        .findings
        .iter()
        .find(|f| f.severity == Severity::Warning)
        .unwrap()
        .clone();
    report.findings.splice(0..0, vec![warning; 23]);
    let text = shown(Format::Github, &report);
    assert_eq!(count(&text, "::warning "), 10);
    assert_eq!(count(&text, "::error "), 5);
    assert!(
        text.lines().next().unwrap().starts_with("::error "),
        "worst first"
    );
    assert!(text.contains("\n18 findings not annotated"), "{text}");
}

#[test]
fn github_gives_columns_for_one_line_only() {
    let text = shown(Format::Github, &report());
    assert!(
        text.contains("file=policies/prod.yaml,line=7,col=13,endLine=7,endColumn=20,"),
        "{text}"
    );
    assert!(
        text.contains("file=policies/staging.yaml,line=7,endLine=8,title="),
        "{text}"
    );
}

#[test]
fn markdown_is_cut_at_whole_rows() {
    let whole = shown(Format::Markdown, &report());
    for max_bytes in [0, 600, 900, 1500, 2500, 5000] {
        let options = RenderOptions {
            max_bytes,
            ..RenderOptions::default()
        };
        let text = rendered(Format::Markdown, &report(), &options);
        assert!(text.len() <= max_bytes.max(900), "{max_bytes}: {}", text.len());
        assert!(text.contains("left out"), "{max_bytes}");
        assert_eq!(count(&text, "<details>"), count(&text, "</details>"));
        for row in text.lines().filter(|line| line.starts_with('|')) {
            assert!(whole.contains(row), "{row}");
        }
    }
    assert!(!whole.contains("left out"));
}

/// A comment has room in githubs limit and is the same Markdown.
#[test]
fn comment_fits_github_limit_as_markdown() {
    let mut many = report();
    assert_eq!(shown(Format::Comment, &many), shown(Format::Markdown, &many));
    let one = many.findings[0].clone();
    many.findings.extend(vec![one; 2000]);
    many.command = "diff";
    let text = shown(Format::Comment, &many);
    assert!(
        text.len() > 50_000 && text.len() <= COMMENT_ROOM,
        "{}",
        text.len()
    );
    assert!(text.contains("left out") && shown(Format::Markdown, &many).len() > text.len());
}

/// Markdown rows have four cells whatever the text.
#[test]
fn markdown_rows_have_four_cells() {
    let text = shown(Format::Markdown, &report());
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("| | Rule"))
        .take_while(|line| line.starts_with('|'));
    for row in rows {
        assert_eq!(count(row, "|"), 5, "{row}");
    }
}

#[test]
fn html_loads_and_runs_nothing() {
    runs_nothing(&shown(Format::Html, &report()));
    runs_nothing(&shown(Format::Html, &estate(5)));
}

/// HTML of many pools runs one script and its policy names it.
#[test]
fn html_of_many_pools_allows_one_script() {
    let html = shown(Format::Html, &estate(200));
    let (before, rest) = html.split_once("<script>").unwrap();
    let (script, after) = rest.split_once("</script>").unwrap();
    runs_nothing(&[before, after].concat());
    let digest = BASE64_STANDARD.encode(Sha256::digest(script.as_bytes()));
    let policy = format!(
        "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri"
    );
    assert!(html.contains(&policy), "{digest}");
    // What it searches is all there without it, and only its own field waits for it.
    assert_eq!(count(&html, " hidden>"), 1);
}

/// What is kept says when by whom and of what.
#[test]
fn kept_formats_name_time_caller_and_source() {
    let head = RunHead {
        at: Some("2026-11-27T09:10:11Z".parse().unwrap()),
        identities: vec!["arn:aws:iam::111122223333:role/auditor1".to_owned()],
        from: vec![HOSTILE.to_owned()],
        files: Some(FilesDigest {
            count: 4,
            sha256: "ab".repeat(32),
        }),
        ..RunHead::default()
    };
    let options = RenderOptions {
        head,
        source_url: Some("https://github.com/o/r/blob/c0ffee/".to_owned()),
        ..RenderOptions::default()
    };
    let report = report();
    // As readers see it.
    let seen = |format| {
        let text = rendered(format, &report, &options);
        text.replace("&#x2f;", "/").replace("&#58;", ":")
    };
    for format in Format::ALL {
        let text = seen(format);
        assert_eq!(text.contains("auditor1"), format.is_filed(1), "{format:?}");
        // At a terminal, the digest is short.
        let digest = "ab".repeat(if format == Format::Summary { 6 } else { 32 });
        assert_eq!(text.contains(&digest), format.is_filed(1), "{format:?}");
        let timed = format.is_filed(1) && format != Format::Comment;
        assert_eq!(text.contains("09:10:11"), timed, "{format:?}");
    }
    let json: serde_json::Value = serde_json::from_str(&rendered(Format::Json, &report, &options)).unwrap();
    assert!(jsonschema::is_valid(&cogward::render::schema(), &json));
    assert_eq!(json["run"]["at"], "2026-11-27T09:10:11Z");
    for format in [Format::Markdown, Format::Comment, Format::Html] {
        let text = seen(format);
        let link = "https://github.com/o/r/blob/c0ffee/policies/prod.yaml#L";
        assert!(text.contains(link), "{format:?}: {text}");
        assert!(!text.contains("blob/c0ffee/baseline"), "{format:?}");
        assert!(
            text.contains("policies/gr%C3%B6%C3%9Fe%20%231.yaml") || format == Format::Html,
            "{text}"
        );
    }
    let comment = rendered(Format::Comment, &estate(200), &options);
    assert!(
        comment.len() <= COMMENT_ROOM && comment.ends_with("</sub>\n"),
        "{}",
        comment.len()
    );
}

fn runs_nothing(text: &str) {
    for banned in [
        "<script",
        "<link",
        "<img",
        "<iframe",
        "@import",
        "url(",
        "javascript:",
        " src=",
        " onload",
        "http-equiv=\"refresh",
    ] {
        assert!(!text.contains(banned), "{banned}");
    }
    assert!(text.contains("default-src 'none'"));
    for tag in [
        "article", "figure", "table", "tbody", "details", "section", "pre", "main",
    ] {
        assert_eq!(
            count(text, &format!("<{tag}>")) + count(text, &format!("<{tag} ")),
            count(text, &format!("</{tag}>")),
            "{tag}"
        );
    }
}

#[test]
fn html_marks_exactly_the_place() {
    let text = shown(Format::Html, &report());
    assert!(text.contains("  standard: <mark>ENFORCED</mark></span>"));
    assert!(text.contains("🚫 <mark>{用户名}</mark> –"));
}

#[test]
fn every_format_shows_what_was_not_checked() {
    for format in Format::ALL {
        let text = shown(format, &report());
        assert!(text.contains("the file cannot be read"), "{format:?}");
    }
}

#[test]
fn concise_has_one_line_for_each_finding() {
    let report = report();
    let text = shown(Format::Concise, &report);
    let marked = regex::Regex::new(r": (error|warning|note)\[[a-z0-9-]+\] ").unwrap();
    let lines: Vec<_> = text.lines().filter(|line| marked.is_match(line)).collect();
    let counted = report.findings.iter().filter(|one| one.suppressed.is_none());
    assert_eq!(lines.len(), counted.count());
    let left_out = report.summary.not_checked.len();
    assert_eq!(text.lines().count(), lines.len() + left_out + 1, "{text}");
    let narrow = RenderOptions {
        width: 40,
        ..RenderOptions::default()
    };
    assert_eq!(rendered(Format::Concise, &report, &narrow), text, "nothing wraps");
}

/// CSV has a row for each pool and no formula.
#[test]
fn csv_has_pool_rows_without_formulas() {
    let text = shown(Format::Csv, &report());
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines.len(),
        1 + 4 + 1 + 2,
        "head, rows, an input fault, and what was not checked: {text}"
    );
    for line in lines {
        let cells = line[1..line.len() - 1].split("\",\"");
        let cells: Vec<_> = cells.collect();
        assert_eq!(cells.len(), 18, "{line}");
        for cell in cells {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
    assert!(text.contains("\"'=1+1\""), "{text}");
}

/// Summary folds equal rows and names no place.
#[test]
fn summary_folds_equal_rows_without_places() {
    let text = shown(Format::Summary, &report());
    assert!(text.contains("=1+1, staging"), "{text}");
    assert!(!text.contains("policies/prod.yaml:"), "{text}");
}

/// A scan of so many pools, no two of them alike, each with findings of every rule of the sample.
fn estate(pools: usize) -> cogward::report::Report {
    let mut report = report();
    report.command = "scan";
    let (overview, mut one) = (report.overviews[0].clone(), report.findings[0].clone());
    one.suppressed = None;
    (report.findings, report.overviews) = (Vec::new(), Vec::new());
    for pool in 0..pools {
        let title = format!("customers-of-shop-{pool} (us-west-2_Example{pool:04})");
        report.overviews.push(cogward::report::PoolOverview {
            title: title.clone(),
            is_live: true,
            alarms: Some(pool),
            ..overview.clone()
        });
        for rule in 0..60 {
            report.findings.push(cogward::finding::Finding {
                rule: crate::render::sample::rule_id(&format!("rule-with-a-name-{rule}")),
                policy: Some(title.clone()),
                ..one.clone()
            });
        }
        let what = format!("pool {pool}");
        let why = format!("reason {}", pool % 30);
        report
            .summary
            .not_checked
            .push(cogward::report::NotChecked::failed(what, why));
    }
    report
}

/// Two hundred pools are at most 250 lines at every width.
#[test]
fn human_is_250_lines_for_two_hundred_pools() {
    let report = estate(200);
    for width in [40, 60, 80, 100, 120, 200] {
        for ascii in [false, true] {
            let options = RenderOptions {
                width,
                ascii,
                ..RenderOptions::default()
            };
            for format in [Format::Human, Format::Summary] {
                let text = rendered(format, &report, &options);
                let lines = text.lines().count();
                assert!(lines <= 250, "{format:?} {width}: {lines}\n{text}");
                let cut = text.lines().filter(|line| line.contains("rule-with-a-name"));
                for line in cut {
                    assert!(line.chars().count() <= width, "{format:?} {width}: {line}");
                }
            }
        }
    }
}

/// Two hundred pools fit a page a summary and a comment.
#[test]
fn two_hundred_pools_fit_html_and_markdown() {
    let report = estate(200);
    let html = shown(Format::Html, &report);
    assert!(html.len() <= 1_000_000, "{}", html.len());
    assert_eq!(count(&html, "<th scope=\"row\">customers-of-shop-"), 200);
    assert_eq!(count(&html, "<details class=\"card rule "), 60);
    for (format, most) in [(Format::Markdown, 1 << 20), (Format::Comment, COMMENT_ROOM)] {
        let text = shown(format, &report);
        assert!(text.len() <= most, "{format:?}: {}", text.len());
        assert_eq!(count(&text, "<details>"), count(&text, "</details>"));
        let matrix = text.find("### Pools").unwrap();
        assert!(matrix < text.find("### Findings by rule").unwrap());
        assert!(text.contains("### Not checked"), "{format:?}");
    }
}

/// Pools with the same outcomes share a table that every row leads to.
#[test]
fn html_pools_of_equal_outcome_share_table() {
    let mut report = estate(200);
    let of = |pool: &cogward::report::PoolOverview| cogward::report::PoolProtection {
        title: pool.title.clone(),
        ..report.pools[0].clone()
    };
    report.pools = report.overviews.iter().map(of).collect();
    let html = shown(Format::Html, &report);
    assert!(html.len() <= 1_000_000, "{}", html.len());
    assert_eq!(count(&html, "<details class=\"card protection\">"), 1);
    assert_eq!(count(&html, "<a href=\"#table-1\">customers-of-shop-"), 200);
    assert!(html.contains(" and 199 more like it"));
}

/// Equal tables of many pools are one in a comment.
#[test]
fn comment_folds_equal_tables() {
    let mut report = estate(200);
    let of = |pool: &cogward::report::PoolOverview| cogward::report::PoolProtection {
        title: pool.title.clone(),
        ..report.pools[0].clone()
    };
    report.pools = report.overviews.iter().map(of).collect();
    (report.command, report.findings) = ("diff", Vec::new());
    let text = shown(Format::Comment, &report);
    assert!(text.len() < 16_000, "{}", text.len());
    let head = "<b>customers-of-shop-0 (us-west-2_Example0000)</b>";
    assert!(
        text.contains(head) && text.contains(" and 199 more like it"),
        "{text}"
    );
    assert!(text.contains("The same holds for customers-of-shop-1"), "{text}");
    assert_eq!(count(&text, "| Clients | Flow |"), 1);
    assert!(!text.contains("left out"), "{text}");
}

/// Many findings in policies are by rule and the first ones in full.
#[test]
fn many_policy_findings_grouped_by_rule() {
    let mut report = estate(4);
    report.command = "lint";
    let text = shown(Format::Human, &report);
    let head = |rule: u8| format!("error[rule-with-a-name-{rule}]");
    assert_eq!(count(&text, &(head(49) + "\n")), 1, "{text}");
    assert_eq!(count(&text, &(head(50) + "\n")), 0, "{text}");
    assert!(
        text.contains("and 190 more findings, each in a line with `--format concise`"),
        "{text}"
    );
    assert!(text.contains(&(head(0) + " 4 findings in 4 policies")), "{text}");
    let html = shown(Format::Html, &report);
    assert_eq!(count(&html, "<details class=\"card rule "), 60);
    let markdown = shown(Format::Markdown, &report);
    assert!(markdown.contains("### Findings by rule") && markdown.contains("4 findings in 4 policies"));
    report.findings.truncate(50);
    let text = shown(Format::Human, &report);
    assert!(!text.contains("more findings"), "{text}");
    assert_eq!(
        count(&shown(Format::Html, &report), "<details class=\"card rule "),
        0
    );
}

/// Style alone carries the choices out; each names how much it leaves.
#[test]
fn html_filters_by_place_and_severity() {
    let mut report = estate(20);
    assert!(!shown(Format::Html, &report).contains("id=\"place-all\""));
    for (at, pool) in report.overviews.iter_mut().enumerate() {
        pool.account = Some("123456789012".to_owned());
        pool.region = Some(["us-west-2", "eu-west-1"][at % 2].to_owned());
    }
    report.findings[0].severity = Severity::Note;
    let html = shown(Format::Html, &report);
    for part in [
        "id=\"place-all\" checked> everywhere (20)",
        "id=\"place-0\"> 123456789012 eu-west-1 (10)",
        "id=\"place-1\"> 123456789012 us-west-2 (10)",
        "body:has(#place-1:checked) .pools tbody tr:not(.place-1)",
        "<li class=\"place-1\">",
        "id=\"severity-all\" checked> all (1200)",
        "id=\"severity-note\"> notes (1)",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("severity-warning\">"));
}

#[test]
fn few_pools_are_shown_in_full() {
    let text = shown(Format::Human, &estate(2));
    assert!(text.contains("policies/prod.yaml:"), "{text}");
    assert!(!shown(Format::Human, &estate(200)).contains("policies/prod.yaml:"));
}
