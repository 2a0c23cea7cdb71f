//! JSON pointers (RFC 6901): how rules and plans name a place without knowing its bytes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A JSON pointer such as `/account_takeover/high`; the empty pointer names the whole document.
///
/// The text form is kept as given, so a pointer prints exactly as it was written; `~0` and `~1`
/// are decoded only by [`Pointer::tokens`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to the whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// Parses a pointer's text: empty, or starting with `/`. Anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        (text.is_empty() || text.starts_with('/')).then(|| Self(text.to_owned()))
    }

    /// This pointer with one more token, escaped as RFC 6901 asks.
    pub fn child(&self, token: impl fmt::Display) -> Self {
        let token = token.to_string().replace('~', "~0").replace('/', "~1");
        Self(format!("{}/{token}", self.0))
    }

    /// The pointer without its last token; the root is its own parent.
    pub fn parent(&self) -> Self {
        Self(
            self.0
                .rfind('/')
                .map_or_else(String::new, |at| self.0[..at].to_owned()),
        )
    }

    /// The decoded tokens, outermost first; none for the root.
    pub fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        self.0
            .split('/')
            .skip(1)
            .map(|token| token.replace("~1", "/").replace("~0", "~"))
    }

    /// Whether `other` is this place or lies below it.
    pub fn covers(&self, other: &Self) -> bool {
        other
            .0
            .strip_prefix(&self.0)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_undo_child() {
        let pointer = Pointer::root().child("clients").child("a/b~c").child(0);
        assert_eq!(pointer.as_str(), "/clients/a~1b~0c/0");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["clients", "a/b~c", "0"]);
        assert_eq!(pointer.parent().as_str(), "/clients/a~1b~0c");
        assert_eq!(Pointer::root().parent(), Pointer::root());
    }

    #[test]
    fn covers_whole_tokens_only() {
        let clients = Pointer::parse("/clients").unwrap();
        assert!(clients.covers(&Pointer::parse("/clients/web").unwrap()));
        assert!(clients.covers(&clients));
        assert!(!clients.covers(&Pointer::parse("/clients2").unwrap()));
        assert!(Pointer::root().covers(&clients));
        assert_eq!(Pointer::parse("clients"), None);
    }
}
