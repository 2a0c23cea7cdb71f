//! `cogward man`: the manual page of the program or of a command, or all of them in a folder.

use std::io::Write as _;

use clap::Command;
use clap_mangen::Man;

use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::usage::{EXIT_CODES, examples, program};
use crate::fs::Tree;
use crate::text;

/// Prints a page, or writes all of them.
pub fn run(tree: &Tree, words: &[String], folder: Option<&str>) -> Result<u8, CliError> {
    let mut program = program();
    // Global options belong to the pages of commands, too.
    program.build();
    if let Some(folder) = folder {
        return write_all(tree, &program, folder);
    }
    let names: Vec<_> = words.iter().flat_map(|word| word.split_whitespace()).collect();
    let mut command = &program;
    for name in &names {
        command = of(command)
            .find(|below| below.get_name() == *name)
            .ok_or_else(|| {
                let known: Vec<_> = of(command).map(|below| below.get_name().to_owned()).collect();
                let known = if known.is_empty() {
                    "none".to_owned()
                } else {
                    text::join_words(&known)
                };
                CliError::Usage(format!(
                    "there is no command `{}`; there are {known}",
                    names.join(" ")
                ))
            })?;
    }
    output::write(&page(command, &names)?)?;
    Ok(0)
}

/// Commands below a command, without the one that shows help.
fn of(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|below| below.get_name() != "help")
}

fn write_all(tree: &Tree, program: &Command, folder: &str) -> Result<u8, CliError> {
    tree.make_folder(folder)?;
    let mut pages = vec![(vec![], program)];
    for command in of(program) {
        pages.push((vec![command.get_name()], command));
        pages.extend(of(command).map(|below| (vec![command.get_name(), below.get_name()], below)));
    }
    for (names, command) in &pages {
        let file = [&["cogward"], names.as_slice()].concat().join("-");
        let text = page(command, names)?;
        tree.write(&format!("{folder}/{file}.1"), &text)?;
    }
    output::say(&format!(
        "wrote {} to {folder}",
        text::count(pages.len(), "page", "pages")
    ));
    Ok(0)
}

fn page(command: &Command, names: &[&str]) -> std::io::Result<Vec<u8>> {
    let man = Man::new(command.clone()).title([&["cogward"], names].concat().join("-"));
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    writeln!(text, ".SH \"EXIT STATUS\"")?;
    for (code, means) in EXIT_CODES {
        writeln!(text, ".TP\n{code}\n{}", escaped(means))?;
    }
    let shown = examples(&names.join(" "));
    if !shown.is_empty() {
        writeln!(text, ".SH EXAMPLES")?;
    }
    for (typed, what) in shown {
        writeln!(text, ".TP\n\\fB{}\\fR\n{}", escaped(typed), escaped(what))?;
    }
    if names.is_empty() {
        man.render_version_section(&mut text)?;
    }
    Ok(text)
}

/// Words without meaning for roff.
fn escaped(words: &str) -> String {
    let words = words.replace('\\', "\\e").replace('-', "\\-");
    if words.starts_with(['.', '\'']) {
        format!("\\&{words}")
    } else {
        words
    }
}
