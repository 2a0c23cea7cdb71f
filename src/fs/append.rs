//! Files that only grow: journals, whose every line is on disk before anything else happens, and ledgers, which several
//! runs add to.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Write};
use std::path::Path;

use crate::fs::place::Tree;
use crate::fs::read::{ReadFault, describe_error, no_file, read_all};
use crate::fs::write::folder;

/// A file that only grows.
#[derive(Debug)]
pub struct Growing {
    file: File,
    name: String,
    broken: bool,
}

/// A file that several runs add to, each while no other does.
#[derive(Debug)]
pub struct Shared {
    file: File,
    name: String,
    /// Its length when it was read.
    length: u64,
}

impl Tree {
    /// Opens a file to be added to, and makes it if it is not there. Waits until no other run holds it; it is held until
    /// it is dropped. On a file system without locks nobody waits, and additions are made one after the other all the
    /// same.
    ///
    /// # Errors
    /// It cannot be opened, or is not a file: in words that name it.
    #[expect(clippy::disallowed_methods, reason = "this is where files are written")]
    pub fn share(&self, name: &str) -> Result<Shared, String> {
        let unwritten = |why: String| format!("`{name}` cannot be written: {why}");
        let path = self.located(name).map_err(unwritten)?;
        let kind = std::fs::metadata(&path).map(|metadata| metadata.file_type());
        if let Some(what) = kind.ok().and_then(no_file) {
            return Err(unwritten(what.to_owned()));
        }
        let open = || {
            let mut options = OpenOptions::new();
            let file = options.read(true).append(true).create(true).open(&path)?;
            match file.lock() {
                Err(error) if error.kind() != ErrorKind::Unsupported => return Err(error),
                _ => {}
            }
            sync_folder(&path)?;
            Ok(file)
        };
        Ok(Shared {
            file: open().map_err(|error: Error| unwritten(describe_error(&error)))?,
            name: name.to_owned(),
            length: 0,
        })
    }

    /// Makes a file that only grows, readable by its owner alone, under the first of these names that is free. What is
    /// there already is left as it is, a link as well.
    ///
    /// # Errors
    /// No name is free, or the file cannot be made: in words that name it.
    pub fn grow(&self, names: impl IntoIterator<Item = String>) -> Result<Growing, String> {
        let mut refused = "there is no file name".to_owned();
        for name in names {
            let unmade = |why: &str| format!("`{name}` cannot be created: {why}");
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
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    refused = unmade(&describe_error(&error));
                }
                Err(error) => return Err(unmade(&describe_error(&error))),
            }
        }
        Err(refused)
    }

    /// Whether another run holds a file ([`Growing::hold`]). On a file system without locks none does.
    #[expect(clippy::disallowed_methods, reason = "this is where files are written")]
    pub fn is_held(&self, name: &str) -> bool {
        let file = self.located(name).ok().and_then(|path| File::open(path).ok());
        file.is_some_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
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

impl Shared {
    /// Its whole text, of up to so many bytes.
    pub fn read(&mut self, limit: u64) -> Result<Vec<u8>, ReadFault> {
        let text = read_all(&self.file, limit)?;
        self.length = text.len() as u64;
        Ok(text)
    }

    /// Adds bytes to what was read, all or nothing, and returns when they are on disk.
    pub fn append(mut self, bytes: &[u8]) -> Result<(), String> {
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_data());
        written.map_err(|error| {
            // What is half written would be a damaged line.
            let _ = self.file.set_len(self.length);
            format!("`{}` cannot be written: {}", self.name, describe_error(&error))
        })
    }
}

impl Growing {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Holds it, so that other runs see that this one still writes ([`Tree::is_held`]). Where there are no locks it does nothing.
    pub fn hold(&self) {
        let _ = self.file.try_lock();
    }

    /// Adds bytes, and returns when they are on disk. After an error nothing more is added, so that what is half
    /// written stays the end.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), String> {
        if self.broken {
            return Err(format!("`{}` could not be written before", self.name));
        }
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_data());
        self.broken = written.is_err();
        written.map_err(|error| format!("`{}` cannot be written: {}", self.name, describe_error(&error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Some file systems show a reader that does not wait half of what is being written.
    #[test]
    fn read_shared_sees_whole_additions() {
        const SIZE: usize = 1 << 20;
        const TIMES: usize = 40;
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::new(folder.path().to_owned());
        let limit = (SIZE * TIMES) as u64;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..TIMES {
                    tree.share("file").unwrap().append(&vec![b'x'; SIZE]).unwrap();
                }
            });
            let mut seen = 0;
            while seen < SIZE * TIMES {
                seen = tree.read_shared("file", limit).map_or(0, |bytes| bytes.len());
                assert_eq!(seen % SIZE, 0);
            }
        });
    }
}
