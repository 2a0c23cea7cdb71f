//! How a command ends when nothing could be reported.

/// One line on standard error, and the exit code.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Typed wrongly, or nothing to do.
    #[error("{0}")]
    Usage(String),
    /// Another account or region than the one that is meant; exit code 5.
    #[error("{0}")]
    Elsewhere(String),
    /// What decides could not be read; exit code 4.
    #[error("{0}")]
    Unread(String),
    /// Standard output or the working directory.
    #[error("{0}")]
    System(#[from] std::io::Error),
}

impl From<String> for CliError {
    fn from(words: String) -> Self {
        Self::Usage(words)
    }
}

impl CliError {
    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::System(_) => 2,
            Self::Unread(_) => 4,
            Self::Elsewhere(_) => 5,
        }
    }
}
