//! Writing files whole or not at all.

use std::io::{Error, ErrorKind, Write};
use std::path::Path;

use crate::fs::place::Tree;
use crate::fs::read::{describe_error, no_file};

impl Tree {
    /// Writes a text beside its place and moves it there, so that a stop in the middle leaves the old
    /// file. A link stays a link: the file it leads to is replaced, unless it leads out of the repository, which is an
    /// error. Permissions are kept.
    pub fn write(&self, name: &str, text: &[u8]) -> Result<(), String> {
        self.write_by(name, &mut |out| out.write_all(text))
    }

    /// The same for a text that is written piece by piece. An error of the writing function leaves the old file.
    pub fn write_by(
        &self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<(), String> {
        let unwritten = |why: String| format!("`{name}` cannot be written: {why}");
        let path = self.located(name).map_err(unwritten)?;
        replace(&path, self.is_inside(&path), write).map_err(|error| {
            // Some file systems call it "not found" when they take no new file.
            let there = path.parent().is_some_and(Path::is_dir);
            unwritten(match error.kind() {
                ErrorKind::NotFound if there => "no file can be created in its folder".to_owned(),
                _ => describe_error(&error),
            })
        })
    }

    /// Whether something of this name is there, readable or not.
    #[must_use]
    pub fn exists(&self, name: &str) -> bool {
        self.path(name).symlink_metadata().is_ok()
    }

    /// Makes a folder and those above it; one that is there already is as good.
    #[expect(clippy::disallowed_methods, reason = "this is where files are written")]
    pub fn make_folder(&self, name: &str) -> Result<(), String> {
        let unmade = |why: String| format!("`{name}` cannot be created: {why}");
        let path = self.located(name).map_err(unmade)?;
        std::fs::create_dir_all(path).map_err(|error| unmade(describe_error(&error)))
    }
}

/// The folder of a path.
pub(in crate::fs) fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

#[expect(clippy::disallowed_methods, reason = "this is where files are written")]
fn replace(
    path: &Path,
    inside: bool,
    write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let before = std::fs::metadata(path).ok();
    // Devices and pipes (`/dev/stdout`) can only be written to; in a repository nobody means them.
    if let Some(what) = before.as_ref().and_then(|before| no_file(before.file_type())) {
        if inside || before.is_some_and(|before| before.is_dir()) {
            return Err(Error::other(what));
        }
        return write(&mut std::fs::OpenOptions::new().write(true).open(path)?);
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cogward-").suffix(".tmp");
    // A new file is everybody's to read, as far as the user's mask has it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut beside = builder.tempfile_in(folder(path))?;
    write(&mut beside)?;
    if let Some(before) = before {
        beside.as_file().set_permissions(before.permissions())?;
    }
    beside.as_file().sync_all()?;
    beside.persist(path).map(|_| ()).map_err(|error| error.error)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_may_be_foreseen_is_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        std::os::unix::fs::symlink(
            &victim,
            folder.path().join(format!(".a.{}.tmp", std::process::id())),
        )
        .unwrap();
        let tree = Tree::new(folder.path().to_owned());
        tree.write("a", b"text").unwrap();
        assert_eq!(tree.read("a").unwrap(), "text");
        assert!(!victim.exists());
        #[expect(
            clippy::disallowed_methods,
            reason = "a test looks at what is left in its folder"
        )]
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 2, "nothing is left beside it");
    }
}
