//! Renderers: each turns a report into one format. They decide nothing: counts, verdicts and the
//! exit code come with the report.

mod bound;
mod difference;
mod effects;
mod escape;
mod estate;
mod format;
mod head;
mod headline;
mod html;
mod impact;
mod index;
mod insights;
mod investigate;
mod json;
mod markdown;
mod matrix;
mod options;
mod picture;
mod place;
mod programs;
mod review;
mod section;
mod show;
mod summary;
mod terminal;
mod words;

pub use escape::{for_log, visible, write_json};
pub use format::{
    EVIDENCE_FORMATS, FINDING_FORMATS, Format, GATE_FORMATS, HISTORY_FORMATS, PLAN_FORMATS, TABLE_FORMATS,
    render,
};
pub use impact::IMPACT_FORMATS;
pub use insights::INSIGHT_FORMATS;
pub use investigate::INVESTIGATE_FORMATS;
pub use investigate::view::event_words;
pub use json::impact::schema as impact_schema;
pub use json::insights::schema as insights_schema;
pub use json::investigate::schema as investigation_schema;
pub use json::schema;
pub use json::section::{apply_schema, evidence_schema, feedback_schema, gate_schema, history_schema};
pub use options::{COMMENT_ROOM, PlanPart, PlanView, RenderOptions};
pub use show::{Shown, show};
pub use summary::line as summary_line;
pub use terminal::draw::wrapped;
pub use terminal::protection::protection;
