//! `--base REF`: the policies and the ledger as they are at a commit, so that a change is not evidence for itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::cli::environment;
use crate::cli::error::CliError;
use crate::fs::Tree;

/// A commit's files in a folder of their own, which is deleted with this.
#[derive(Debug)]
pub struct Base {
    /// What was typed.
    pub reference: String,
    /// The commit's id.
    pub commit: String,
    /// The files, seen from the same folder of the repository as the working directory.
    pub tree: Tree,
    top: PathBuf,
    files: PathBuf,
    _folder: TempDir,
}

impl Base {
    /// Writes the files of a commit into a temporary folder. The repository, its index and its hooks are left alone.
    ///
    /// # Errors
    /// There is no git, no repository, or no such commit here: with what to do.
    pub fn new(reference: &str) -> Result<Self, CliError> {
        let here = environment::directory()?;
        let ask = |arguments: &[&str]| git(&here, None, arguments);
        let top = ask(&["rev-parse", "--show-toplevel"]).map_err(|why| failed(reference, &why))?;
        let prefix = ask(&["rev-parse", "--show-prefix"]).map_err(|why| failed(reference, &why))?;
        let named = format!("{reference}^{{commit}}");
        // Without the option, a name that begins with a dash would be one. Only an id goes on to other commands.
        let commit = ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &named]);
        let commit = commit.ok().filter(|id| is_id(id)).ok_or_else(|| {
            let words = format!(
                "--base: there is no commit `{reference}` here; fetch it first (in GitHub Actions: `fetch-depth: 2` or more \
                 for actions/checkout)"
            );
            CliError::Usage(words)
        })?;
        let folder = tempfile::tempdir()?;
        let files = folder.path().join("files");
        // What marks the top of a repository keeps links and layers inside.
        Tree::new(folder.path().to_owned()).make_folder("files/.git")?;
        let index = folder.path().join("index");
        let top = PathBuf::from(top);
        let put = |arguments: &[&str]| git(&top, Some(&index), arguments);
        let into = format!("--prefix={}/", files.display());
        put(&["read-tree", &commit])
            .and_then(|_| put(&["checkout-index", "--all", "--quiet", &into]))
            .map_err(|why| failed(reference, &why))?;
        Ok(Self {
            reference: reference.to_owned(),
            commit,
            tree: Tree::new(files.join(prefix)),
            top,
            files,
            _folder: folder,
        })
    }

    /// A path that was typed, or stands in the configuration, as it is called here. One of outside the repository leads to
    /// nothing.
    pub fn path(&self, typed: &str) -> String {
        let path = Path::new(typed);
        if !path.is_absolute() {
            return typed.to_owned();
        }
        let inside = path.strip_prefix(&self.top).unwrap_or(Path::new("outside"));
        self.files.join(inside).to_string_lossy().into_owned()
    }

    /// The other way: what a file that was read there is called here.
    pub fn name_here(&self, there: &str) -> String {
        match Path::new(there).strip_prefix(&self.files) {
            Ok(inside) => self.top.join(inside).to_string_lossy().into_owned(),
            Err(_) => there.to_owned(),
        }
    }
}

fn is_id(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn failed(reference: &str, why: &str) -> CliError {
    CliError::Usage(format!("--base {reference}: git: {why}"))
}

/// Runs git without hooks, and gives the first line that it prints; the error is its last line.
fn git(folder: &Path, index: Option<&Path>, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"])
        .args(arguments);
    if let Some(index) = index {
        command.env("GIT_INDEX_FILE", index);
    }
    let output = command
        .output()
        .map_err(|error| crate::fs::describe_error(&error))?;
    let line = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes)
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned()
    };
    if output.status.success() {
        Ok(line(&output.stdout))
    } else {
        Err(line(&output.stderr))
    }
}
