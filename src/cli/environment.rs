//! The machine as the program sees it: variables, clock, terminal. Read here and handed down.

use std::io::{IsTerminal, Read as _};

use jiff::civil::Date;

use crate::cli::args::Colour;

/// A variable of the environment; not UTF-8 counts as not set.
#[expect(
    clippy::disallowed_methods,
    reason = "the environment is read here and nowhere else"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Where the repository's files can be seen at the commit that is read, if `COGWARD_SOURCE_URL` says so: an address in plain
/// characters with a closing slash. Another text counts as not set.
pub fn source_url() -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:".contains(c);
    variable("COGWARD_SOURCE_URL")
        .filter(|url| url.starts_with("https://") && url.ends_with('/') && url.chars().all(is_plain))
}

/// Standard input as a text of so many bytes at most; the error is in words.
pub fn input(most: u64) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes);
    read.map_err(|error| {
        format!(
            "standard input cannot be read: {}",
            crate::fs::describe_error(&error)
        )
    })?;
    if bytes.len() as u64 > most {
        return Err(format!(
            "standard input has more than {most} bytes: write it to several files"
        ));
    }
    String::from_utf8(bytes).map_err(|_| "standard input is not UTF-8".to_owned())
}

/// The working directory.
#[expect(
    clippy::disallowed_methods,
    reason = "the working directory is read here and handed down"
)]
pub fn directory() -> std::io::Result<std::path::PathBuf> {
    std::env::current_dir()
}

/// Today in UTC, so that a run gives the same everywhere.
#[expect(clippy::disallowed_methods, reason = "the clock is read here and handed down")]
pub fn today() -> Date {
    crate::text::day(jiff::Timestamp::now())
}

/// What was typed, the program's name included.
pub fn words() -> Vec<std::ffi::OsString> {
    std::env::args_os().collect()
}

/// What was typed after the program's name.
#[cfg(feature = "live")]
pub fn typed() -> Vec<String> {
    let words = std::env::args_os().skip(1);
    words.map(|word| word.to_string_lossy().into_owned()).collect()
}

/// This program's own file.
#[cfg(feature = "live")]
pub fn program() -> std::io::Result<std::path::PathBuf> {
    std::env::current_exe()
}

/// Names of all variables whose names begin with `prefix`.
#[cfg(feature = "live")]
pub fn variables(prefix: &str) -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    names.filter(|name| name.starts_with(prefix)).collect()
}

/// What the environment says of credentials, addresses and proxies of AWS; never a key.
#[cfg(feature = "live")]
pub fn aws_variables() -> crate::aws::AwsVariables {
    let all = std::env::vars_os();
    let texts = all.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    crate::aws::AwsVariables::of(texts)
}

/// The time, to the second.
#[expect(clippy::disallowed_methods, reason = "the clock is read here and handed down")]
pub fn now() -> jiff::Timestamp {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Whether standard error is a terminal.
#[cfg(feature = "live")]
pub fn talks_to_a_person() -> bool {
    std::io::stderr().is_terminal()
}

/// Whether standard output is a terminal.
pub fn prints_for_a_person() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether standard output takes colour. `--color` wins over `NO_COLOR`, which wins over
/// `CLICOLOR_FORCE` (`0` is as good as none), which wins over the terminal's own word.
pub fn colour(wanted: Colour) -> bool {
    match wanted {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            let stdout = std::io::stdout();
            let is_forced = variable("CLICOLOR_FORCE").as_deref() != Some("0");
            (is_forced || stdout.is_terminal())
                && anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never
        }
    }
}

/// Whether to draw with ASCII only: `NO_COLOR` is set, the terminal is `dumb`, or the locale is not UTF-8. Without any locale it
/// is `C`.
pub fn wants_ascii() -> bool {
    let set = |name: &&str| variable(name).is_some_and(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find(|name| set(name));
    let locale = locale
        .and_then(|name| variable(name))
        .unwrap_or_default()
        .to_lowercase();
    let is_dumb = variable("TERM").is_some_and(|term| term == "dumb");
    set(&"NO_COLOR") || is_dumb || !(locale.contains("utf-8") || locale.contains("utf8"))
}

/// Columns of standard output: the terminal's, `COLUMNS`, or 100.
pub fn width() -> usize {
    let terminal = std::io::stdout()
        .is_terminal()
        .then(terminal_size::terminal_size)
        .flatten();
    let columns = || variable("COLUMNS").and_then(|text| text.parse().ok());
    terminal
        .map(|(width, _)| width.0.into())
        .or_else(columns)
        .unwrap_or(100)
}
