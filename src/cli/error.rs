//! How a command ends when nothing could be reported.

/// One line on standard error, and exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Typed wrongly, or nothing to do.
    #[error("{0}")]
    Usage(String),
    /// Standard output or the working directory.
    #[error("{0}")]
    System(#[from] std::io::Error),
}
