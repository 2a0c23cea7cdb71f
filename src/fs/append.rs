//! Files that only grow, and whose every addition is on disk before anything else happens.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use crate::fs::read::{Tree, words};

/// A file that only grows.
#[derive(Debug)]
pub struct Growing {
    file: File,
    name: String,
    broken: bool,
}

impl Tree {
    /// Makes a file that only grows, readable by its owner alone. One that is there already is an error: nothing of it
    /// is touched.
    pub fn grow(&self, name: &str) -> Result<Growing, String> {
        let path = self.path(name);
        let made = create(&path).and_then(|file| sync_folder(&path).map(|()| file));
        let file = made.map_err(|error| format!("`{name}` cannot be made: {}", words(&error)))?;
        Ok(Growing {
            file,
            name: name.to_owned(),
            broken: false,
        })
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
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    match File::open(folder) {
        Ok(folder) if cfg!(unix) => folder.sync_all(),
        _ => Ok(()),
    }
}

impl Growing {
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
