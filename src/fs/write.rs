//! Writing files whole or not at all.

use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::fs::place::Tree;
use crate::fs::read::{MAX_SNAPSHOT_BYTES, describe_error, no_file, read_bytes};

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
        replace(&path, self.is_inside(&path), write).map_err(|error| unwritten(why(&path, &error)))
    }

    /// Writes several texts, all or none: each is on disk beside its place before the first is moved there. If one cannot be
    /// moved, those before it are put back.
    ///
    /// # Errors
    /// What cannot be written, and which files are changed all the same.
    pub fn write_all(&self, texts: &[(&str, &[u8])]) -> Result<(), String> {
        let mut ready = Vec::with_capacity(texts.len());
        for (name, text) in texts {
            let unwritten = |why: String| format!("`{name}` cannot be written: {why}; nothing was changed");
            let path = self.located(name).map_err(unwritten)?;
            let made = Ready::new(name, path, self, text);
            ready.push(made.map_err(|(path, error)| unwritten(why(&path, &error)))?);
        }
        move_all(ready, &mut |new, path| {
            new.persist(path).map(drop).map_err(|error| error.error)
        })
    }

    /// Whether a file could be written there now, as [`Tree::write`] would: a file is made in its folder and taken away
    /// again. A device or a pipe is not opened: its reader would see an end.
    ///
    /// # Errors
    /// Why not, in words that name it.
    pub fn can_write(&self, name: &str) -> Result<(), String> {
        let unwritten = |why: String| format!("`{name}` cannot be written: {why}");
        let path = self.located(name).map_err(unwritten)?;
        let tried = place(&path, self.is_inside(&path)).map(drop);
        tried.map_err(|error| unwritten(why(&path, &error)))
    }

    /// Whether something of this name is there, readable or not.
    pub fn exists(&self, name: &str) -> bool {
        self.path(name).symlink_metadata().is_ok()
    }

    /// Whether a folder of this name is there.
    pub fn is_folder(&self, name: &str) -> bool {
        self.path(name).is_dir()
    }

    /// Deletes a file.
    ///
    /// # Errors
    /// It cannot be deleted: in words that name it.
    pub fn delete(&self, name: &str) -> Result<(), String> {
        let left = |error: Error| format!("`{name}` cannot be deleted: {}", describe_error(&error));
        std::fs::remove_file(self.path(name)).map_err(left)
    }

    /// Gives a file another ending, one that no other file has; its new name.
    ///
    /// # Errors
    /// It cannot be renamed: in words that name it.
    #[expect(clippy::disallowed_methods, reason = "this is where files are written")]
    pub fn set_aside(&self, name: &str, ending: &str) -> Result<String, String> {
        let mut names = (1_u32..).map(|number| format!("{name}.{number}.{ending}"));
        let new = names.find(|new| !self.exists(new)).unwrap_or_default();
        let left = |error: Error| format!("`{name}` cannot be renamed: {}", describe_error(&error));
        std::fs::rename(self.path(name), self.path(&new)).map_err(left)?;
        Ok(new)
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

fn why(path: &Path, error: &Error) -> String {
    // Some file systems call it "not found" when they take no new file.
    let there = path.parent().is_some_and(Path::is_dir);
    match error.kind() {
        ErrorKind::NotFound if there => "no file can be created in its folder".to_owned(),
        _ => describe_error(error),
    }
}

/// A new file beside a path, to be moved there; `None` for a device or a pipe, which can only be written to: in a
/// repository nobody means them.
#[expect(clippy::disallowed_methods, reason = "this is where files are written")]
fn place(path: &Path, inside: bool) -> std::io::Result<Option<tempfile::NamedTempFile>> {
    let before = std::fs::metadata(path).ok();
    if let Some(what) = before.as_ref().and_then(|before| no_file(before.file_type())) {
        if inside || before.is_some_and(|before| before.is_dir()) {
            return Err(Error::other(what));
        }
        return Ok(None);
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cogward-").suffix(".tmp");
    // A new file is everybody's to read, as far as the user's mask has it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let beside = builder.tempfile_in(folder(path))?;
    if let Some(before) = before {
        beside.as_file().set_permissions(before.permissions())?;
    }
    Ok(Some(beside))
}

fn replace(
    path: &Path,
    inside: bool,
    write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let Some(mut beside) = place(path, inside)? else {
        // Devices and pipes (`/dev/stdout`).
        return write(&mut std::fs::OpenOptions::new().write(true).open(path)?);
    };
    write(&mut beside)?;
    beside.as_file().sync_all()?;
    beside.persist(path).map(|_| ()).map_err(|error| error.error)
}

/// A text that stands beside its place, and what is to be put back.
struct Ready {
    name: String,
    path: PathBuf,
    new: tempfile::NamedTempFile,
    /// The file as it was; `None` where there was none.
    old: Option<tempfile::NamedTempFile>,
}

impl Ready {
    fn new(name: &str, path: PathBuf, tree: &Tree, text: &[u8]) -> Result<Self, (PathBuf, Error)> {
        let make = || {
            let beside = || {
                let made = place(&path, tree.is_inside(&path))?;
                made.ok_or_else(|| Error::other("not a file"))
            };
            let full = |text: &[u8]| {
                let mut made = beside()?;
                made.write_all(text)?;
                made.as_file().sync_all()?;
                Ok::<_, Error>(made)
            };
            let there = path.symlink_metadata().is_ok();
            let old = there.then(|| {
                read_bytes(&path, MAX_SNAPSHOT_BYTES).map_err(|fault| Error::other(fault.to_string()))
            });
            Ok::<_, Error>((full(text)?, old.map(|old| full(&old?)).transpose()?))
        };
        match make() {
            Ok((new, old)) => Ok(Self {
                name: name.to_owned(),
                path,
                new,
                old,
            }),
            Err(error) => Err((path, error)),
        }
    }
}

/// How a file is moved to its place.
type Move<'a> = &'a mut dyn FnMut(tempfile::NamedTempFile, &Path) -> std::io::Result<()>;

fn move_all(ready: Vec<Ready>, to: Move<'_>) -> Result<(), String> {
    let mut moved = Vec::new();
    for one in ready {
        let Err(error) = to(one.new, &one.path) else {
            moved.push((one.name, one.path, one.old));
            continue;
        };
        let failed = format!("`{}` cannot be written: {}", one.name, why(&one.path, &error));
        let mut left = Vec::new();
        for (name, path, old) in moved.into_iter().rev() {
            let back = match old {
                Some(old) => to(old, &path),
                None => std::fs::remove_file(&path),
            };
            if back.is_err() {
                left.push(format!("`{name}`"));
            }
        }
        return Err(match left.as_slice() {
            [] => format!("{failed}; nothing was changed"),
            left => format!(
                "{failed}; {} changed, and could not be put back",
                crate::text::join_words(left)
            ),
        });
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_tried_is_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::new(folder.path().to_owned());
        tree.write("there", b"text").unwrap();
        tree.make_folder("folder").unwrap();
        tree.can_write("there").unwrap();
        tree.can_write("new").unwrap();
        tree.can_write("folder/new").unwrap();
        for cannot in ["folder", "there/new", "nowhere/new"] {
            let said = tree.can_write(cannot).unwrap_err();
            assert!(
                said.starts_with(&format!("`{cannot}` cannot be written: ")),
                "{said}"
            );
        }
        assert_eq!(tree.read("there").unwrap(), "text");
        assert!(!tree.exists("new") && !tree.exists("folder/new"));
    }

    #[test]
    fn several_files_are_written_all_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::new(folder.path().to_owned());
        tree.write("a", b"old a").unwrap();
        tree.write("c", b"old c").unwrap();
        let texts: [(&str, &[u8]); 3] = [("a", b"new a"), ("b", b"new b"), ("c", b"new c")];
        let ready = || {
            let one = |(name, text): &(&str, &[u8])| Ready::new(name, tree.path(name), &tree, text).unwrap();
            texts.iter().map(one).collect::<Vec<_>>()
        };
        let full = || Err(Error::other("it is full"));
        let persist = |new: tempfile::NamedTempFile, path: &Path| {
            new.persist(path).map(drop).map_err(|error| error.error)
        };
        let state = || ["a", "b", "c"].map(|name| tree.read(name).unwrap_or_default());
        // The third of three, the first, and one that cannot be put back.
        for (fails, said, after) in [
            (
                vec![2],
                "`c` cannot be written: it is full; nothing was changed",
                ["old a", "", "old c"],
            ),
            (
                vec![0],
                "`a` cannot be written: it is full; nothing was changed",
                ["old a", "", "old c"],
            ),
            (
                vec![2, 3],
                "`c` cannot be written: it is full; `a` changed, and could not be put back",
                ["new a", "", "old c"],
            ),
        ] {
            let mut at = 0;
            let refused = move_all(ready(), &mut |new, path| {
                at += 1;
                if fails.contains(&(at - 1)) {
                    full()
                } else {
                    persist(new, path)
                }
            });
            assert_eq!(
                (refused.unwrap_err().as_str(), state()),
                (said, after.map(str::to_owned)),
                "{fails:?}"
            );
            tree.write("a", b"old a").unwrap();
        }
        // One that cannot be made ready.
        tree.make_folder("d").unwrap();
        let refused = tree.write_all(&[("a", b"new a"), ("d", b"")]).unwrap_err();
        assert!(refused.ends_with("; nothing was changed"), "{refused}");
        assert_eq!(state(), ["old a", "", "old c"]);
        tree.write_all(&texts).unwrap();
        assert_eq!(state(), ["new a", "new b", "new c"]);
        #[expect(
            clippy::disallowed_methods,
            reason = "a test looks at what is left in its folder"
        )]
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 4, "nothing is left beside them");
    }

    /// A name that may be foreseen is not written to.
    #[test]
    fn planted_temporary_name_not_followed() {
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
