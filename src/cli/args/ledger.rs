//! Evidence for the audit gate. Commands give it a heading of their own.

use clap::Args;

/// A ledger that is there.
#[derive(Clone, Debug, Default, Args)]
pub struct LedgerArgs {
    /// Ledger that `cogward diff --ledger` keeps: evidence for the audit gate.
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<String>,
    #[command(flatten)]
    pub base: BaseArgs,
}

/// Whose declarations and ledger lines count.
#[derive(Clone, Debug, Default, Args)]
pub struct BaseArgs {
    /// Commit to judge against, such as a pull request's base: declarations (`audit_gate`) and ledger lines count as evidence
    /// as they are there. `lint` and `diff` also report what the policies change for sign-ins since then. The commit must have
    /// been fetched; it is not checked out.
    #[arg(long, value_name = "REF")]
    pub base: Option<String>,
}
