//! Files that only grow, and whose every addition is on disk before anything else happens.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::fs::place::Tree;
use crate::fs::read::words;
use crate::fs::write::folder;

/// A file that only grows.
#[derive(Debug)]
pub struct Growing {
    file: File,
    name: String,
    broken: bool,
}

impl Tree {
    /// Makes a file that only grows, readable by its owner alone, under the first of these names that is free. What is
    /// there already is left as it is, a link as well.
    ///
    /// # Errors
    /// No name is free, or the file cannot be made: in words that name it.
    pub fn grow(&self, names: impl IntoIterator<Item = String>) -> Result<Growing, String> {
        let mut refused = "there is no name to make a file of".to_owned();
        for name in names {
            let unmade = |why: &str| format!("`{name}` cannot be made: {why}");
            // The folder's links are followed, not one in the place of the file.
            let path = self.path(&name);
            let real = self
                .located(folder(&path))
                .map_err(|why| unmade(&why))?
                .join(path.file_name().unwrap_or_default());
            match create(&real).and_then(|file| sync_folder(&real).map(|()| file)) {
                Ok(file) => {
                    return Ok(Growing {
                        file,
                        name,
                        broken: false,
                    });
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => refused = unmade(&words(&error)),
                Err(error) => return Err(unmade(&words(&error))),
            }
        }
        Err(refused)
    }
}

fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The file's name must outlive a power failure as well. Where folders cannot be opened, nothing can be done.
#[expect(clippy::disallowed_methods, reason = "this is where files are written")]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    match File::open(folder(path)) {
        Ok(folder) if cfg!(unix) => folder.sync_all(),
        _ => Ok(()),
    }
}

impl Growing {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds bytes, and returns when they are on disk. After an error nothing more is added, so that what is half
    /// written stays the end.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), String> {
        if self.broken {
            return Err(format!("`{}` could not be written before", self.name));
        }
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_data());
        self.broken = written.is_err();
        written.map_err(|error| format!("`{}` cannot be written: {}", self.name, words(&error)))
    }
}
