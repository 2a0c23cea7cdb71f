//! A page as a sequence of parts: plain text, files to be made, and commands with their outputs.

/// A part of a page; all parts together are the page.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Anything that is not run.
    Text(&'a str),
    /// The comment that asks for the demo's policies.
    DemoPolicies(&'a str),
    /// The body of a block, which becomes a file.
    File {
        /// Its path in the page's folder.
        name: &'a str,
        /// Its text.
        text: &'a str,
    },
    /// One command of a `console` block.
    Command {
        /// Its lines as they stand in the page, `$ ` included.
        typed: &'a str,
        /// What the shell gets.
        command: String,
        /// The output as the page has it.
        output: &'a str,
        /// What is typed when the command asks, on a terminal; without it there is none.
        answer: Option<&'a str>,
    },
}

/// What the line before a block says of it.
enum Note<'a> {
    None,
    File(&'a str),
    Answer(&'a str),
    NotRun,
}

/// The parts of a page, in order.
pub fn parts(page: &str) -> impl Iterator<Item = Part<'_>> {
    let mut parts = Vec::new();
    let mut note = Note::None;
    let mut lines = Lines { page, at: 0 };
    while let Some(line) = lines.next() {
        let comment = line
            .trim_end()
            .strip_prefix("<!-- ")
            .and_then(|rest| rest.strip_suffix(" -->"));
        if comment == Some("demo policies") {
            parts.push(Part::DemoPolicies(line));
            continue;
        }
        parts.push(Part::Text(line));
        if let Some(comment) = comment {
            note = match comment.split_once(": ") {
                Some(("file", name)) => Note::File(name),
                Some(("answer", text)) => Note::Answer(text),
                Some(("not run", _)) => Note::NotRun,
                _ => Note::None,
            };
            continue;
        }
        if let Some(language) = line.trim_end().strip_prefix("```") {
            let body = lines.block();
            match note {
                Note::File(name) => parts.push(Part::File { name, text: body }),
                Note::None if language == "console" => commands(body, None, &mut parts),
                Note::Answer(text) => commands(body, Some(text), &mut parts),
                Note::None | Note::NotRun => parts.push(Part::Text(body)),
            }
            parts.extend(lines.next().map(Part::Text));
        }
        note = Note::None;
    }
    parts.into_iter()
}

/// The commands of a block's body.
fn commands<'a>(body: &'a str, answer: Option<&'a str>, parts: &mut Vec<Part<'a>>) {
    let mut lines = Lines { page: body, at: 0 };
    while lines.at < body.len() {
        let start = lines.at;
        let mut command = String::new();
        if lines.peek().is_some_and(|line| line.starts_with("$ ")) {
            while let Some(line) = lines.next() {
                let line = line.trim_end_matches('\n');
                command.push_str(line.strip_prefix("$ ").unwrap_or(line));
                command.push('\n');
                if !line.ends_with('\\') {
                    break;
                }
            }
        }
        let end = lines.at;
        while lines.peek().is_some_and(|line| !line.starts_with("$ ")) {
            lines.next();
        }
        assert!(
            !command.is_empty(),
            "a console block starts with a command: {body}"
        );
        parts.push(Part::Command {
            typed: &body[start..end],
            command,
            output: &body[end..lines.at],
            answer,
        });
    }
}

/// Lines with their ends, and the place reached.
struct Lines<'a> {
    page: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    fn peek(&self) -> Option<&'a str> {
        let rest = &self.page[self.at..];
        let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
        (end > 0).then(|| &rest[..end])
    }

    fn next(&mut self) -> Option<&'a str> {
        let line = self.peek()?;
        self.at += line.len();
        Some(line)
    }

    /// The lines up to the fence that ends a block.
    fn block(&mut self) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(|line| line.trim_end() != "```") {
            self.next();
        }
        &self.page[start..self.at]
    }
}

#[test]
fn a_page_is_the_sum_of_its_parts() {
    let page = "# A\n<!-- demo policies -->\n<!-- file: a/b.yaml -->\n```yaml\nx: 1\n```\n\n```console\n$ a \\\n  b\nout\n$ c\n```\nend\n";
    let found: Vec<_> = parts(page).collect();
    assert!(found.contains(&Part::DemoPolicies("<!-- demo policies -->\n")));
    assert!(found.contains(&Part::File {
        name: "a/b.yaml",
        text: "x: 1\n"
    }));
    assert!(found.contains(&Part::Command {
        typed: "$ a \\\n  b\n",
        command: "a \\\n  b\n".to_owned(),
        output: "out\n",
        answer: None
    }));
    assert!(found.contains(&Part::Command {
        typed: "$ c\n",
        command: "c\n".to_owned(),
        output: "",
        answer: None
    }));
    let sum: String = found
        .iter()
        .flat_map(|part| match part {
            Part::Text(text) | Part::DemoPolicies(text) | Part::File { text, .. } => vec![*text],
            Part::Command { typed, output, .. } => vec![*typed, *output],
        })
        .collect();
    assert_eq!(sum, page);
}
