//! What a caller may choose about the look of a report.

use crate::report::RunHead;

/// How a report is drawn. Nothing here changes what is said or counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether `human` and `table` may use colour escape sequences.
    pub colour: bool,
    /// Columns that `human` and `table` may fill; fewer than 40 counts as 40.
    pub width: usize,
    /// Whether `human` and `table` keep to ASCII for what they draw themselves.
    pub ascii: bool,
    /// Address of the folder with the pages of the built-in rules, with its closing slash;
    /// `<id>.md` is put after it. `None` prints no links.
    pub docs_base_url: Option<String>,
    /// What to put before every file name so that it is relative to the repository's root, such as
    /// `infra/` when the tool was started there. Only formats that others resolve against a
    /// checkout use it: `sarif` and `github`.
    pub path_prefix: String,
    /// Address of the repository's files at the commit that was read, with its closing slash: places of `markdown`, `comment`
    /// and `html` lead there. `None` prints no links.
    pub source_url: Option<String>,
    /// Bytes that `markdown` may use; further rows are left out, and it says how many. GitHub
    /// takes 1 MiB in a job summary and 65,536 characters in a comment.
    pub max_bytes: usize,
    /// What the report is filed by: `markdown`, `comment`, `html`, `json` and `ocsf` say it.
    pub head: RunHead,
    /// What of a plan formats for people show.
    pub plan: PlanView,
}

/// Which part of a plan is written by formats for people. Others always have all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlanPart {
    /// What would be done, and what stands against it.
    Plan,
    /// What became of it.
    Outcome,
    /// Both.
    #[default]
    All,
}

/// How a plan is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanView {
    /// Which part.
    pub part: PlanPart,
    /// Whether calls, and what they carry over, are listed.
    pub calls: bool,
}

/// Bytes of a report in a comment: GitHub takes 65,536 characters, and who posts it may add some of its own.
pub const COMMENT_ROOM: usize = 61_440;

/// Bytes that GitHub takes in one step's job summary.
const SUMMARY_LIMIT: usize = 1024 * 1024;

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            colour: false,
            width: 100,
            ascii: false,
            docs_base_url: Some("https://github.com/cogward/cogward/blob/main/docs/rules/".to_owned()),
            path_prefix: String::new(),
            source_url: None,
            max_bytes: SUMMARY_LIMIT,
            head: RunHead::default(),
            plan: PlanView::default(),
        }
    }
}

impl RenderOptions {
    /// For a comment on a pull request, which has less room and shows itself when it was written: one that says the same as
    /// before is left alone.
    pub(super) fn for_comment(&self) -> Self {
        let mut options = Self {
            max_bytes: self.max_bytes.min(COMMENT_ROOM),
            ..self.clone()
        };
        options.head.at = None;
        options
    }

    /// The width that is really used, at least 40 columns.
    pub fn columns(&self) -> usize {
        self.width.max(40)
    }
}
