//! By which rules and settings a run goes. Commands give them a heading of their own.

use clap::Args;

/// Policies.
#[derive(Clone, Debug, Default, Args)]
pub struct PathArgs {
    /// Policy files, folders, or patterns (`*`, `**`, `?`, `[...]`). Default: the paths of cogward.toml, else `policies`.
    pub paths: Vec<String>,
}

/// Users' rules.
#[derive(Clone, Debug, Default, Args)]
pub struct RuleArgs {
    /// Folders with rules of your own.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<String>,
}

/// Settings.
#[derive(Clone, Debug, Default, Args)]
pub struct ConfigArgs {
    /// Configuration file. Default: cogward.toml in the working directory, if there.
    #[arg(long, value_name = "FILE")]
    pub config: Option<String>,
}
