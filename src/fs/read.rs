//! Reading files, within limits.

use std::fs::{File, FileType};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::PoisonError;

use crate::fs::place::Tree;

/// Largest file that is read, in bytes: far beyond any policy.
pub const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Largest snapshot that is read, in bytes: some 300,000 pools.
pub const MAX_SNAPSHOT_BYTES: u64 = 1024 * 1024 * 1024;

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault {
    /// Nothing is there.
    #[error("there is no such file")]
    Missing,
    /// Not UTF-8; the offset of the first wrong byte and the text before it.
    #[error("{}", not_utf8(*.offset, *.is_utf16))]
    NotUtf8 {
        /// First wrong byte.
        offset: usize,
        /// What stands before it.
        before: String,
        /// Whether it begins as UTF-16 does.
        is_utf16: bool,
    },
    /// Larger than so many bytes.
    #[error("the file is larger than {} MiB", .0 / 1024 / 1024)]
    TooLarge(u64),
    /// The system says no, it is not a file, or a link leads out of the repository; in words.
    #[error("{0}")]
    Unreadable(String),
}

impl ReadFault {
    /// The text before what is not UTF-8; empty for other faults.
    pub fn before(self) -> String {
        match self {
            Self::NotUtf8 { before, .. } => before,
            _ => String::new(),
        }
    }

    /// That a file cannot be read, why, and what to do.
    pub fn told(&self, name: &str) -> String {
        let next = match self {
            Self::Missing => "check the path; it is relative to the working directory",
            Self::NotUtf8 { .. } => "name a text file in UTF-8",
            Self::TooLarge(_) => "name a smaller file",
            Self::Unreadable(_) => "name a file that can be read",
        };
        format!("`{name}` cannot be read: {self}; {next}")
    }
}

/// Why a file cannot be a layer or a template's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayerFault {
    /// Nothing is there.
    Missing,
    /// It lies outside the repository, or a link leads out of it: in words.
    Outside(String),
    /// It cannot be read: why.
    Unusable(String),
}

impl Tree {
    /// Reads a whole text of up to [`MAX_BYTES`]: what people write by hand, which no report may replace
    /// ([`Tree::was_read`]).
    pub fn read(&self, name: &str) -> Result<String, ReadFault> {
        let path = self.located(name).map_err(ReadFault::Unreadable)?;
        self.note(&path);
        read_bytes(&path, MAX_BYTES).and_then(text)
    }

    /// Reads a whole text of up to so many bytes, which no report may replace either.
    pub fn read_within(&self, name: &str, limit: u64) -> Result<String, ReadFault> {
        self.uses(name);
        self.peek(name, limit)
    }

    /// The same to find out what it is; [`Tree::uses`] says that it is used.
    pub fn peek(&self, name: &str, limit: u64) -> Result<String, ReadFault> {
        text(self.read_bytes(name, limit)?)
    }

    /// Reads up to so many bytes of any kind. What comes out of a pipe is kept: it can be read again.
    pub fn read_bytes(&self, name: &str, limit: u64) -> Result<Vec<u8>, ReadFault> {
        let path = self.located(name).map_err(ReadFault::Unreadable)?;
        let is_pipe = path
            .metadata()
            .is_ok_and(|there| is_pipe_of_shell(&path, there.file_type()));
        if !is_pipe {
            return read_bytes(&path, limit);
        }
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = pipes.get(&path) {
            return Ok(bytes.clone());
        }
        let bytes = read_bytes(&path, limit)?;
        pipes.insert(path, bytes.clone());
        Ok(bytes)
    }

    /// Opens a file of any size, to be read as a stream: a log or a ledger, which no report may replace either.
    pub fn open(&self, name: &str) -> Result<impl Read + use<>, ReadFault> {
        let path = self.located(name).map_err(ReadFault::Unreadable)?;
        self.note(&path);
        open(&path)
    }

    /// Reads up to so many bytes of a file that several runs add to ([`Tree::share`]), while none of them writes: half a
    /// line would look like a damaged one. On a file system without locks it is read at once.
    pub fn read_shared(&self, name: &str, limit: u64) -> Result<Vec<u8>, ReadFault> {
        let path = self.located(name).map_err(ReadFault::Unreadable)?;
        let file = open(&path)?;
        match file.lock_shared() {
            Err(error) if error.kind() != ErrorKind::Unsupported => Err(unreadable(&error)),
            _ => read_all(&file, limit),
        }
    }

    /// Reads a file that the file `referrer` refers to. It must lie in the referrer's repository, links
    /// followed: this one, or for a file outside of it its own repository or folder.
    pub fn read_layer(&self, referrer: &str, name: &str) -> Result<String, LayerFault> {
        let path = self.beside(referrer, name).map_err(LayerFault::Outside)?;
        self.note(&path);
        let read = read_bytes(&path, MAX_BYTES).and_then(text);
        read.map_err(|fault| match fault {
            ReadFault::Missing => LayerFault::Missing,
            fault => LayerFault::Unusable(fault.to_string()),
        })
    }
}

fn not_utf8(offset: usize, is_utf16: bool) -> String {
    if is_utf16 {
        return "it is UTF-16, and not UTF-8".to_owned();
    }
    format!("byte {offset} is not UTF-8")
}

fn text(bytes: Vec<u8>) -> Result<String, ReadFault> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..offset]).into_owned();
        let is_utf16 = matches!(error.as_bytes(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
        ReadFault::NotUtf8 {
            offset,
            before,
            is_utf16,
        }
    })
}

/// An error of the system in words of a sentence, without its number.
pub fn describe_error(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "its folder does not exist".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::NotADirectory => "a part of its path is not a folder".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            // A walk puts "IO error for operation on <path>: " in front, and the path is known.
            text.rsplit(": ").next().unwrap_or_default().to_lowercase()
        }
    }
}

/// What something is that is not a file, in words; `None` for a file.
pub(in crate::fs) fn no_file(kind: FileType) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return Some("it is a named pipe");
        }
        if kind.is_socket() {
            return Some("it is a socket");
        }
        if kind.is_char_device() || kind.is_block_device() {
            return Some("it is a device");
        }
    }
    match (kind.is_file(), kind.is_dir()) {
        (true, _) => None,
        (false, true) => Some("it is a folder"),
        (false, false) => Some("it is not a file"),
    }
}

/// Whether a path is a pipe that the shell made, for `<(…)` or for what comes before `|`.
fn is_pipe_of_shell(path: &Path, kind: FileType) -> bool {
    path.starts_with("/dev") && no_file(kind) == Some("it is a named pipe")
}

pub(in crate::fs) fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, ReadFault> {
    read_all(&open(path)?, limit)
}

/// Opens a file, or a pipe of the shell, to be read.
#[expect(clippy::disallowed_methods, reason = "this is where files are read")]
fn open(path: &Path) -> Result<File, ReadFault> {
    // To open a pipe may wait forever, and to open a device may do something.
    let refused = |kind: FileType| match no_file(kind) {
        Some(what) if !is_pipe_of_shell(path, kind) => Err(ReadFault::Unreadable(what.to_owned())),
        _ => Ok(()),
    };
    refused(
        std::fs::metadata(path)
            .map_err(|error| unreadable(&error))?
            .file_type(),
    )?;
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    refused(file.metadata().map_err(|error| unreadable(&error))?.file_type())?;
    Ok(file)
}

/// The rest of an open file, of up to so many bytes.
pub(in crate::fs) fn read_all(file: &File, limit: u64) -> Result<Vec<u8>, ReadFault> {
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    if length > limit {
        return Err(ReadFault::TooLarge(limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    // A pipe has no length to go by.
    let mut limited = file.take(limit + 1);
    limited
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > limit {
        return Err(ReadFault::TooLarge(limit));
    }
    Ok(bytes)
}

fn unreadable(error: &std::io::Error) -> ReadFault {
    match error.kind() {
        ErrorKind::NotFound => ReadFault::Missing,
        _ => ReadFault::Unreadable(describe_error(error)),
    }
}
