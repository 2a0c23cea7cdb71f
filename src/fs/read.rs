//! Reading files under a working directory, within limits and inside the directory tree.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Largest file that is read, in bytes: far beyond any policy.
pub const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Largest snapshot that is read, in bytes: some 300,000 pools.
pub const MAX_SNAPSHOT_BYTES: u64 = 1024 * 1024 * 1024;

/// A working directory and the tree that policies may refer to.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Where relative names start.
    pub(in crate::fs) directory: PathBuf,
    /// The top of the tree: the nearest folder upwards that holds `.git`, else the working directory.
    top: PathBuf,
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault {
    /// Nothing is there.
    #[error("there is no such file")]
    Missing,
    /// Not UTF-8; the offset of the first wrong byte and the text before it.
    #[error("byte {offset} is not UTF-8")]
    NotUtf8 {
        /// First wrong byte.
        offset: usize,
        /// What stands before it.
        before: String,
    },
    /// Larger than so many bytes.
    #[error("the file is larger than {} MiB", .0 / 1024 / 1024)]
    TooLarge(u64),
    /// The system says no; its words.
    #[error("{0}")]
    Unreadable(String),
}

/// Why a file cannot be a layer or a template's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayerFault {
    /// Nothing is there.
    Missing,
    /// It lies outside the tree.
    Outside,
    /// It cannot be read: why.
    Unusable(String),
}

impl Tree {
    /// The tree around a working directory.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        let top = directory
            .ancestors()
            .find(|folder| folder.join(".git").exists())
            .unwrap_or(&directory);
        Self {
            top: top.to_owned(),
            directory,
        }
    }

    /// The path of a name: relative names start at the working directory.
    pub(in crate::fs) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The name under which a path is shown: relative to the working directory where it lies inside,
    /// with forward slashes.
    pub(in crate::fs) fn name(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.directory).unwrap_or(path);
        let path = path.strip_prefix(".").unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }

    /// Reads a whole text of up to [`MAX_BYTES`].
    pub fn read(&self, name: &str) -> Result<String, ReadFault> {
        self.read_within(name, MAX_BYTES)
    }

    /// Reads a whole text of up to so many bytes.
    pub fn read_within(&self, name: &str, limit: u64) -> Result<String, ReadFault> {
        let bytes = read_bytes(&self.path(name), limit)?;
        String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..offset]).into_owned();
            ReadFault::NotUtf8 { offset, before }
        })
    }

    /// Reads up to so many bytes of any kind.
    pub fn read_bytes(&self, name: &str, limit: u64) -> Result<Vec<u8>, ReadFault> {
        read_bytes(&self.path(name), limit)
    }

    /// Reads a file that the file `referrer` refers to. It must lie inside the referrer's tree, links
    /// followed: the working directory's, or for a file outside of that its own repository or folder.
    pub fn read_layer(&self, referrer: &str, name: &str) -> Result<String, LayerFault> {
        let path = normal(&self.path(name));
        let top = self.top_for(&self.path(referrer));
        if !path.starts_with(&top) && !path.starts_with(real(&top)) {
            return Err(LayerFault::Outside);
        }
        if path.exists() && !real(&path).starts_with(real(&top)) {
            return Err(LayerFault::Outside);
        }
        self.read(name).map_err(|fault| match fault {
            ReadFault::Missing => LayerFault::Missing,
            fault => LayerFault::Unusable(fault.to_string()),
        })
    }

    fn top_for(&self, referrer: &Path) -> PathBuf {
        let referrer = normal(referrer);
        if referrer.starts_with(&self.top) {
            return self.top.clone();
        }
        let folder = referrer.parent().unwrap_or(&referrer);
        folder
            .ancestors()
            .find(|folder| folder.join(".git").exists())
            .unwrap_or(folder)
            .to_owned()
    }
}

/// A path without `.` and `..`, by its words alone.
fn normal(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}

/// A path with links followed, where it exists.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// An error of the system in words of a sentence, without its number.
#[must_use]
pub fn words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        std::io::ErrorKind::NotADirectory => "a part of its path is no folder".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            // A walk puts "IO error for operation on <path>: " in front, and the path is known.
            text.rsplit(": ").next().unwrap_or_default().to_lowercase()
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where files are read")]
fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, ReadFault> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => ReadFault::Missing,
        _ => ReadFault::Unreadable(words(&error)),
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    if length > limit {
        return Err(ReadFault::TooLarge(limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    // A device or a pipe has no length to go by.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(ReadFault::TooLarge(limit));
    }
    Ok(bytes)
}
