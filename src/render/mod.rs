//! Renderers: each turns a report into one format. They decide nothing: counts, verdicts and the
//! exit code come with the report.

mod bound;
mod concise;
mod csv;
mod difference;
mod effects;
mod escape;
mod estate;
mod format;
mod gate;
mod github;
mod html;
mod html_excerpt;
mod human;
mod impact;
mod index;
mod json;
mod json_difference;
mod json_gate;
mod json_impact;
mod json_types;
mod json_words;
mod junit;
mod markdown;
mod matrix;
mod options;
mod overview;
mod place;
pub mod proposal;
mod protection;
mod sarif;
mod sarif_types;
mod snippet;
mod summary;
mod table;
mod words;

pub use escape::{for_log, visible, write_json};
pub use format::{COMMENT_ROOM, Format, TABLE_FORMATS, render};
pub use gate::{GATE_FORMATS, gate};
pub use impact::{IMPACT_FORMATS, impact};
pub use json::schema;
pub use json_gate::schema as gate_schema;
pub use json_impact::schema as impact_schema;
pub use options::RenderOptions;
pub use protection::protection;
pub use summary::line as summary_line;
