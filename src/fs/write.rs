//! Writing files whole or not at all.

use std::io::Write;
use std::path::Path;

use crate::fs::read::{Tree, words};

impl Tree {
    /// Writes a text beside its place and moves it there, so that a stop in the middle leaves the old
    /// file. A link stays a link: the file it leads to is replaced. Permissions are kept.
    pub fn write(&self, name: &str, text: &[u8]) -> Result<(), String> {
        let path = self.path(name);
        let path = path.canonicalize().unwrap_or(path);
        replace(&path, text).map_err(|error| {
            // Some file systems call it "not found" when they take no new file.
            let there = path.parent().is_some_and(Path::is_dir);
            let words = match error.kind() {
                std::io::ErrorKind::NotFound if there => "no file can be made in its folder".to_owned(),
                _ => words(&error),
            };
            format!("`{name}` cannot be written: {words}")
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
        std::fs::create_dir_all(self.path(name))
            .map_err(|error| format!("`{name}` cannot be made: {}", words(&error)))
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where files are written")]
fn replace(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // Devices and pipes (`/dev/stdout`) can only be written to.
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return std::fs::OpenOptions::new()
            .write(true)
            .open(path)?
            .write_all(text);
    }
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let beside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(text)?;
        if let Ok(metadata) = std::fs::metadata(path) {
            std::fs::set_permissions(&beside, metadata.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&beside, path)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}
