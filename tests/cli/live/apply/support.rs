//! What tests of writes share.

use serde_json::{Value, json};

use crate::cli::live::support::Aws;

pub use crate::support::writes::writes;

/// A pool that was modified a moment ago and is in AUDIT: nothing shows days in AUDIT.
pub fn modified_now(aws: Aws) -> Aws {
    let now = jiff::Timestamp::now().as_second();
    aws.change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
        pool.user_pool["LastModifiedDate"] = now.into();
    })
}

/// Exit code and guards of a run that was refused; nothing was written.
pub fn refused(aws: &Aws, args: &[&str]) -> (i64, Vec<String>) {
    let report = aws.json(&[&["apply"], args].concat());
    assert_eq!(writes(&aws.server), Vec::<String>::new(), "{report}");
    assert!(report.get("outcome").is_none(), "{report}");
    let guards = report["refused"].as_array().unwrap().iter();
    (
        report["exit_code"].as_i64().unwrap(),
        guards
            .map(|one| one["guard"].as_str().unwrap().to_owned())
            .collect(),
    )
}

/// What became of each change.
pub fn states(report: &Value) -> Vec<(String, String)> {
    let pools = report["outcome"]["pools"].as_array().unwrap().iter();
    let changes = pools.flat_map(|pool| pool["changes"].as_array().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    changes
        .map(|one| (text(&one["at"]), text(&one["state"])))
        .collect()
}

/// The words of a line that is to be copied into a shell, without the program's name.
pub fn copied(line: &str) -> Vec<String> {
    let mut shell = std::process::Command::new("sh");
    let said = shell
        .args(["-c", &format!("printf '%s\\0' {line}")])
        .output()
        .unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    let mut words = text.split_terminator('\0').map(str::to_owned);
    assert_eq!(words.next().as_deref(), Some("cogward"), "{line}");
    words.collect()
}

/// Runs a line that was copied.
pub fn typed(aws: &Aws, line: &str) -> crate::cli::support::Run {
    let words = copied(line);
    aws.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}
