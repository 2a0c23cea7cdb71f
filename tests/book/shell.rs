//! A reader's shell: a folder, the program on the path, and the demo's simulated AWS.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use cogward::simulator::{Options, Server, demo};
use snapbox::Data;
use snapbox::filter::NormalizeToExpected;
use tempfile::TempDir;

/// Width of the terminal in the pages.
const COLUMNS: &str = "86";

/// A shell of one page.
pub struct Shell {
    folder: TempDir,
    server: Server,
}

impl Shell {
    pub fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            server: Server::start(demo::world().unwrap(), Options::default()).unwrap(),
        }
    }

    /// Writes a file of the page.
    pub fn file(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes the policies that `cogward demo --serve` writes.
    pub fn demo_policies(&self) {
        for (name, text) in demo::policies() {
            self.file(&format!("policies/{name}"), text);
        }
    }

    /// What a terminal shows of a command, and its exit code where it is not 0.
    pub fn run(&self, command: &str) -> String {
        let output = self
            .command("bash")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .output()
            .unwrap();
        let shown = self.settled(&String::from_utf8(output.stdout).unwrap());
        with_code(shown, output.status.code().unwrap())
    }

    /// A text with the same port each time: the simulated AWS takes a free one.
    pub fn settled(&self, text: &str) -> String {
        text.replace(&self.server.address().to_string(), "127.0.0.1:45660")
    }

    /// The same on a terminal, where the text is typed when the command asks. A line that was drawn anew counts
    /// as it was last.
    pub fn asked(&self, command: &str, answer: &str) -> String {
        let mut child = self
            .command("timeout")
            .args([
                "60",
                "script",
                "--quiet",
                "--return",
                "--command",
                command,
                "/dev/null",
            ])
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut keyboard = child.stdin.take();
        let mut screen = child.stdout.take().unwrap();
        let mut shown = Vec::new();
        let mut some = [0; 4096];
        loop {
            let length = screen.read(&mut some).unwrap();
            if length == 0 {
                break;
            }
            shown.extend_from_slice(&some[..length]);
            if shown.ends_with(b"to cancel: ")
                && let Some(mut keyboard) = keyboard.take()
            {
                keyboard.write_all(format!("{answer}\n").as_bytes()).unwrap();
            }
        }
        let status = child.wait().unwrap();
        let shown = self.settled(&String::from_utf8(shown).unwrap());
        let drawn = |line: &str| {
            line.rsplit("\u{1b}[2K")
                .next()
                .unwrap_or_default()
                .trim_end()
                .to_owned()
        };
        let lines: Vec<_> = shown.lines().map(drawn).collect();
        with_code(lines.join("\n"), status.code().unwrap())
    }

    /// A program in the folder, with nothing of the environment but what leads to the simulated AWS.
    pub fn command(&self, program: &str) -> Command {
        let bin = Path::new(env!("CARGO_BIN_EXE_cogward")).parent().unwrap();
        let nowhere = self.folder.path().join(".none");
        let mut command = Command::new(program);
        command
            .env_clear()
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
            .env("HOME", &nowhere)
            .env("LC_ALL", "C.UTF-8")
            .env("COLUMNS", COLUMNS)
            .env("AWS_ENDPOINT_URL", self.server.endpoint())
            .env("AWS_REGION", demo::REGION)
            .env("AWS_ACCESS_KEY_ID", "demo")
            .env("AWS_SECRET_ACCESS_KEY", "demo")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", &nowhere)
            .env("AWS_SHARED_CREDENTIALS_FILE", &nowhere)
            .stdin(Stdio::null());
        command
    }
}

/// An output with the exit code below it, where that is not 0.
fn with_code(mut shown: String, code: i32) -> String {
    if !shown.is_empty() && !shown.ends_with('\n') {
        shown.push('\n');
    }
    match code {
        0 => shown,
        code => format!("{shown}(exit code {code})\n"),
    }
}

/// An output, with the ellipses of an expected one where they fit. None of them stands for an exit code.
pub fn like(output: &str, expected: &str) -> String {
    let (output, code) = without_code(output);
    let (expected, _) = without_code(expected);
    // Blank lines at the end of a block say nothing.
    let output = format!("{}\n", output.trim_end());
    let output = if output == "\n" { String::new() } else { output };
    NormalizeToExpected::new()
        .redact()
        .normalize(Data::text(output), &Data::text(expected.to_owned()))
        .to_string()
        + code
}

/// An output, and the line with its exit code.
fn without_code(output: &str) -> (&str, &str) {
    output
        .rfind("(exit code ")
        .filter(|at| output[..*at].is_empty() || output[..*at].ends_with('\n'))
        .map_or((output, ""), |at| output.split_at(at))
}

#[test]
fn ellipses_stay_only_where_they_fit() {
    assert_eq!(like("a\nb\nc 12 d\n", "a\n...\nc [..] d\n"), "a\n...\nc [..] d\n");
    assert_eq!(like("a\nb\n", "c\n"), "a\nb\n");
    assert_eq!(like("a\n(exit code 2)\n", "...\n"), "...\n(exit code 2)\n");
    assert_eq!(like("a\n", "...\n(exit code 2)\n"), "...\n");
}
