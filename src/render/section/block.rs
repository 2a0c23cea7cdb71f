//! What is said, without a format. Texts are hostile: who draws them escapes them.

use crate::proposal::Planned;
use crate::render::effects::Effect;

use super::numbers::Numbers;
use super::timeline::Timeline;

/// Most lines of a list at a terminal and in Markdown, so that one pool does not push out the others.
pub(super) const MOST_LINES: usize = 40;

/// How something stands: a colour on a terminal and on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) enum Tone {
    /// Nothing to say.
    Plain,
    /// As it should be.
    Good,
    /// Worth knowing.
    Note,
    /// What somebody should look at.
    Warning,
    /// What somebody has to act on.
    Bad,
}

impl Tone {
    /// The class on a page.
    pub(in crate::render) fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "clean",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Bad => "error",
        }
    }
}

/// One subject, such as a pool.
pub(in crate::render) struct Part {
    /// What it is about; `None` for what is about the run.
    pub(in crate::render) head: Option<String>,
    pub(in crate::render) tone: Tone,
    pub(in crate::render) blocks: Vec<Block>,
    /// Whether a page and Markdown fold it behind its head.
    pub(in crate::render) is_folded: bool,
}

impl Part {
    pub(in crate::render) fn new(head: String, tone: Tone, blocks: Vec<Block>) -> Self {
        Self {
            head: Some(head),
            tone,
            blocks,
            is_folded: false,
        }
    }

    /// About the run.
    pub(in crate::render) fn plain(blocks: Vec<Block>) -> Self {
        Self {
            head: None,
            tone: Tone::Plain,
            blocks,
            is_folded: false,
        }
    }
}

/// Something below a head.
pub(in crate::render) enum Block {
    /// A line that says how something stands.
    Line(Tone, String),
    /// A sentence.
    Text(String),
    /// One that begins with a name, which pages do not write with a capital.
    Named(String),
    /// A line to be copied, which is not wrapped, after what it is for.
    Command(String, String),
    /// What went wrong, after a mark.
    Marked(String),
    /// Sentences, each after what it is about.
    Items(Vec<(&'static str, String)>),
    /// Names with what is known of each.
    Rows(Rows),
    /// A table of words and numbers.
    Numbers(Numbers),
    /// What changes of requests.
    Effects(Vec<Effect>),
    /// Lines that a page shows when somebody asks for them.
    Folded(Folded),
    /// Lines, below their title if they have one.
    List(Option<&'static str>, Vec<String>),
    /// What happened, by day.
    Steps(Vec<(String, Vec<Step>)>),
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

/// Lines of one kind; nothing without any.
pub(in crate::render) struct Folded {
    /// What stands before each at a terminal; may be empty.
    pub(in crate::render) label: &'static str,
    /// How many there are, in words.
    pub(in crate::render) head: String,
    /// Whether a page shows them at once.
    pub(in crate::render) is_open: bool,
    pub(in crate::render) lines: Vec<String>,
}

/// Something that happened at a time of a day.
pub(in crate::render) struct Step {
    pub(in crate::render) tone: Tone,
    pub(in crate::render) time: String,
    pub(in crate::render) what: String,
    pub(in crate::render) from: String,
    /// What the settings do with it.
    pub(in crate::render) settings: Option<String>,
    /// What to know beside it.
    pub(in crate::render) note: Option<String>,
}

impl Step {
    /// What stands below it.
    pub(in crate::render) fn lines(&self) -> Vec<String> {
        let settings = self.settings.as_ref();
        let settings = settings.map(|words| format!("settings: {words}"));
        let lines = [Some(self.from.clone()), settings, self.note.clone()];
        lines.into_iter().flatten().collect()
    }
}

/// A table of two columns.
#[derive(Default)]
pub(in crate::render) struct Rows {
    pub(in crate::render) heads: [&'static str; 2],
    /// Columns of a terminal before the names, and for them.
    pub(in crate::render) indent: usize,
    pub(in crate::render) width: usize,
    pub(in crate::render) entries: Vec<Row>,
}

/// A row of it.
#[derive(PartialEq)]
pub(in crate::render) struct Row {
    pub(in crate::render) tone: Tone,
    pub(in crate::render) name: String,
    pub(in crate::render) words: String,
}
