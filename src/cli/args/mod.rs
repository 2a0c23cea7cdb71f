//! What the user typed, and nothing decided yet. Each group of arguments is written once; commands combine groups.

mod commands;
mod events;
#[cfg(feature = "live")]
mod feedback;
mod findings;
mod history;
mod impact;
mod insights;
mod investigate;
mod live;
mod report;
mod verbs;
#[cfg(feature = "live")]
mod write;

pub use commands::{Cli, Colour, Command, ListFormat, RulesCommand, SchemaName};
pub use events::EventsArgs;
#[cfg(feature = "live")]
pub use feedback::{FeedbackArgs, InvestigateCommand};
pub use findings::{DateArgs, FindingArgs};
pub use history::{EvidencePackArgs, HistoryArgs};
pub use impact::{EvidenceArgs, ImpactArgs};
pub use insights::InsightsArgs;
pub use investigate::InvestigateArgs;
#[cfg(feature = "live")]
pub use investigate::MAX_USERS;
#[cfg(feature = "live")]
pub use live::AccountArgs;
pub use live::LiveArgs;
#[cfg(feature = "live")]
pub use live::ShardArgs;
pub use report::{BaseArgs, ConfigArgs, LedgerArgs, OutputArgs, OutputFile, PathArgs, RuleArgs, RunArgs};
#[cfg(feature = "live")]
pub use verbs::{DemoArgs, SnapshotArgs};
pub use verbs::{DiffArgs, ExplainArgs, ExportArgs, GateArgs, InitArgs, LintArgs, MergeArgs, ScanArgs};
#[cfg(feature = "live")]
pub use write::{ApplyArgs, AuditArgs, PlanArgs, ReachArgs, RollbackArgs, WriteArgs};
