//! Where to look, and at which pools.

use crate::aws::session::Session;
use crate::model::observed::Selector;

/// Which pools of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// All of them.
    All,
    /// Those that one of the selectors means. Where every selector has an id, pools are not listed.
    Selected(Vec<Selector>),
}

impl Query {
    /// Pools by id.
    pub fn ids<S: Into<String>>(ids: impl IntoIterator<Item = S>) -> Self {
        let by_id = |id: S| Selector {
            id: Some(id.into()),
            ..Selector::default()
        };
        Self::Selected(ids.into_iter().map(by_id).collect())
    }
}

/// One account's region to look at. Places with the same session, region and account are looked at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose credentials.
    pub session: Session,
    /// Region.
    pub region: String,
    /// The account that the credentials must belong to; it is asked for before anything else.
    pub account: Option<String>,
    /// Which pools.
    pub query: Query,
}
