//! What is said, without a format. Texts are hostile: who draws them escapes them.

use crate::proposal::Planned;

use super::timeline::Timeline;

/// How something stands: a colour on a terminal and on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Nothing to say.
    Plain,
    /// As it should be.
    Good,
    /// What somebody has to act on.
    Bad,
}

impl Tone {
    /// The class on a page.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "clean",
            Self::Bad => "error",
        }
    }
}

/// One subject, such as a pool.
pub(super) struct Part {
    /// What it is about; `None` for what is about the run.
    pub(super) head: Option<String>,
    pub(super) tone: Tone,
    pub(super) blocks: Vec<Block>,
}

impl Part {
    pub(super) fn new(head: String, tone: Tone, blocks: Vec<Block>) -> Self {
        Self {
            head: Some(head),
            tone,
            blocks,
        }
    }

    /// About the run.
    pub(super) fn plain(blocks: Vec<Block>) -> Self {
        Self {
            head: None,
            tone: Tone::Plain,
            blocks,
        }
    }
}

/// Something below a head.
pub(super) enum Block {
    /// A line that says how something stands.
    Line(Tone, String),
    /// A sentence.
    Text(String),
    /// A line to be copied, which is not wrapped.
    Command(String),
    /// What went wrong, after a mark.
    Marked(String),
    /// Sentences, each after what it is about.
    Items(Vec<(&'static str, String)>),
    /// Names with what is known of each.
    Rows(Rows),
    /// Evidence on an axis of days.
    Timeline(Timeline),
    /// What would change, from live to wanted.
    Changes(Vec<Planned>),
    /// Calls of an API, each with what it sets as JSON.
    Calls(Vec<(String, String)>),
    /// The closing line of the report. A page has it at its head.
    Closing,
    /// What was not checked. A page has it at its head.
    NotChecked,
}

/// A table of two columns.
pub(super) struct Rows {
    pub(super) heads: [&'static str; 2],
    /// Columns of a terminal before the names, and for them.
    pub(super) indent: usize,
    pub(super) width: usize,
    pub(super) entries: Vec<Row>,
}

/// A row of it.
pub(super) struct Row {
    pub(super) tone: Tone,
    pub(super) name: String,
    pub(super) words: String,
}
