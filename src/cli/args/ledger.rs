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
    /// Commit from which declarations (`audit_gate`) and ledger lines count as evidence, such as a pull request's base: what
    /// came after it does not open its own gate.
    #[arg(long, value_name = "REF")]
    pub base: Option<String>,
}
