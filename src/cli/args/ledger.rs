//! The ledger as evidence. Commands give it a heading of their own.

use clap::Args;

/// A ledger that is there.
#[derive(Clone, Debug, Default, Args)]
pub struct LedgerArgs {
    /// Ledger that `cogward diff --ledger` keeps: evidence for the audit gate.
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<String>,
}
