//! Pages of answers that earlier runs got: what was asked and answered is not asked again.

use std::collections::HashMap;
use std::sync::Mutex;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::operation::Operation;
use crate::aws::port::{Page, Reply};

/// A page of a listing, as it was answered. All of it is hostile text, and some of it names users.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPage {
    /// The operation, and what was asked but for the token.
    pub listing: Vec<String>,
    /// The token of the page; absent for the first one.
    pub token: Option<String>,
    /// What is on it.
    pub items: Vec<Value>,
    /// The token of the next page.
    pub next: Option<String>,
}

/// What a page is known by: its listing, and its token.
type PageKey = (Vec<String>, Option<String>);

/// What keeps a page.
pub type Keep = Box<dyn FnMut(KeptPage) + Send>;

/// Pages of earlier runs, and what keeps those of this one.
pub struct Answers {
    before: Mutex<HashMap<PageKey, KeptPage>>,
    keep: Mutex<Keep>,
}

impl Answers {
    /// Knows the pages of earlier runs; `keep` gets those of this one as soon as they are there.
    pub fn new(before: Vec<KeptPage>, keep: Keep) -> Self {
        let keyed = |page: KeptPage| ((page.listing.clone(), page.token.clone()), page);
        Self {
            before: Mutex::new(before.into_iter().map(keyed).collect()),
            keep: Mutex::new(keep),
        }
    }

    /// What a listing is known by.
    pub(super) fn listing(operation: Operation, asked: &[&str]) -> Vec<String> {
        let words = [operation.as_str()].into_iter().chain(asked.iter().copied());
        words.map(str::to_owned).collect()
    }

    /// The page of an earlier run, or the answer to the call, which is kept if all of it was understood.
    pub(super) fn page<'a, T>(
        &'a self,
        listing: Vec<String>,
        token: Option<String>,
        call: Reply<'a, Page<T>>,
    ) -> Reply<'a, Page<T>>
    where
        T: Serialize + DeserializeOwned + Send + 'a,
    {
        Box::pin(async move {
            let key = (listing, token);
            if let Some(page) = self.known(&key) {
                return Ok(page);
            }
            let page = call.await?;
            let items: Result<_, _> = page.items.iter().map(serde_json::to_value).collect();
            if let (None, Ok(items), Ok(mut keep)) = (&page.odd, items, self.keep.lock()) {
                let (listing, token) = key;
                keep(KeptPage {
                    listing,
                    token,
                    items,
                    next: page.next.clone(),
                });
            }
            Ok(page)
        })
    }

    fn known<T: DeserializeOwned>(&self, key: &PageKey) -> Option<Page<T>> {
        let before = self.before.lock().ok()?;
        let page = before.get(key)?;
        let items = page.items.iter().cloned().map(serde_json::from_value);
        Some(Page {
            items: items.collect::<Result<_, _>>().ok()?,
            next: page.next.clone(),
            odd: None,
        })
    }

    /// Forgets the pages of a listing that does not go on where an earlier run ended; whether there were any.
    pub(super) fn forget(&self, listing: &[String]) -> bool {
        self.before.lock().is_ok_and(|mut before| {
            let all = before.len();
            before.retain(|(kept, _), _| kept != listing);
            before.len() < all
        })
    }
}
