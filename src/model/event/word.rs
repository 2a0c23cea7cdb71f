//! The words of an event. AWS spells them in several ways, so they are compared without case, `_`, `-` and blanks; what is
//! none of them is kept as it stands.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use strum::{IntoStaticStr, VariantArray};

use crate::model::response::RiskLevel;

/// A word of a record: one that is known, another one, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spelled<T> {
    /// The record does not say: the member is absent, null, empty, or the text `null`.
    #[default]
    Absent,
    /// A word that is known, however it is spelled.
    Known(T),
    /// A word that is not, as it stands. Hostile text.
    Other(String),
}

impl<T: Spelling> Spelled<T> {
    /// Reads a word.
    pub fn read(text: Option<&str>) -> Self {
        match text.and_then(said) {
            None => Self::Absent,
            Some(text) => T::plain(text)
                .or_else(|| T::parse(&folded(text)))
                .map_or_else(|| Self::Other(text.to_owned()), Self::Known),
        }
    }

    /// The word if it is known.
    pub fn known(&self) -> Option<T> {
        match self {
            Self::Known(word) => Some(*word),
            Self::Absent | Self::Other(_) => None,
        }
    }

    /// The word as cogward writes it, or as it stood; `None` if the record does not say.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Absent => None,
            Self::Known(word) => Some(word.as_str()),
            Self::Other(text) => Some(text),
        }
    }
}

/// A text that says something: not empty, not blank, and not the `null` that Cognito writes as text (docs/facts.md, "Events").
pub fn said(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && !text.eq_ignore_ascii_case("null")).then_some(text)
}

/// An address as everything compares it: IPv6 has many spellings, and is written in the shortest one.
pub fn address(text: &str) -> Cow<'_, str> {
    let ip = text
        .contains(':')
        .then(|| text.parse::<Ipv6Addr>().ok())
        .flatten();
    ip.map_or(Cow::Borrowed(text), |ip| Cow::Owned(ip.to_string()))
}

/// Lower case, without what spellings differ in.
pub(super) fn folded(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|c| !matches!(c, '_' | '-') && !c.is_whitespace());
    kept.flat_map(char::to_lowercase).collect()
}

/// A closed list of words.
pub trait Spelling: VariantArray + Copy + Into<&'static str> {
    /// All of them.
    const WORDS: &'static [Self] = Self::VARIANTS;

    /// The API's word.
    fn as_str(self) -> &'static str {
        self.into()
    }

    /// Other spellings of the same, folded.
    fn aliases(self) -> &'static [&'static str] {
        &[]
    }

    /// The word of a text that has nothing to fold but letters: most have.
    fn plain(text: &str) -> Option<Self> {
        let is = |other: &str| other.eq_ignore_ascii_case(text);
        let mut words = Self::WORDS.iter().copied();
        words.find(|word| is(word.as_str()) || word.aliases().iter().any(|alias| is(alias)))
    }

    /// The word of a folded text.
    fn parse(text: &str) -> Option<Self> {
        let mut words = Self::WORDS.iter().copied();
        words.find(|word| folded(word.as_str()) == text || word.aliases().contains(&text))
    }
}

/// What the user did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray, IntoStaticStr)]
pub enum AuthEventType {
    /// Sign-in.
    SignIn,
    /// Sign-up.
    SignUp,
    /// Forgot password.
    ForgotPassword,
    /// Password change.
    PasswordChange,
    /// A code was sent again.
    ResendCode,
}

impl Spelling for AuthEventType {}

/// How it ended. Ordered by how far it got: of two records of one event the further one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray, IntoStaticStr)]
pub enum EventResponse {
    /// A challenge is open.
    InProgress,
    /// It was refused.
    Fail,
    /// It succeeded.
    Pass,
}

impl Spelling for EventResponse {
    fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::InProgress => &[],
            Self::Fail => &["failure", "failed"],
            Self::Pass => &["success", "passed"],
        }
    }
}

/// What threat protection decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray, IntoStaticStr)]
pub enum RiskDecision {
    /// No risk; the export writes `PASS`.
    NoRisk,
    /// A risk was found, and the configured response applied; in AUDIT nothing was done.
    AccountTakeover,
    /// The attempt was refused.
    Block,
}

impl Spelling for RiskDecision {
    fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::NoRisk => &["pass"],
            Self::AccountTakeover => &[],
            Self::Block => &["blocked"],
        }
    }
}

/// What somebody said of an event afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray, IntoStaticStr)]
pub enum FeedbackValue {
    /// It was the user: if a risk was found, a false positive.
    Valid,
    /// It was not the user, or the risk was rated too low.
    Invalid,
}

impl Spelling for FeedbackValue {}

impl Spelling for RiskLevel {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_word_is_that_word() {
        for text in [
            "AccountTakeover",
            "ACCOUNT_TAKEOVER",
            "account-takeover",
            " account takeover ",
        ] {
            let read = Spelled::<RiskDecision>::read(Some(text));
            assert_eq!(read, Spelled::Known(RiskDecision::AccountTakeover), "{text}");
        }
        for text in ["PASS", "NoRisk", "NO_RISK"] {
            assert_eq!(
                Spelled::read(Some(text)).known(),
                Some(RiskDecision::NoRisk),
                "{text}"
            );
        }
        for text in ["High", "HIGH", "high"] {
            assert_eq!(Spelled::read(Some(text)).known(), Some(RiskLevel::High), "{text}");
        }
        for text in ["Valid", "VALID", "valid"] {
            assert_eq!(
                Spelled::read(Some(text)).known(),
                Some(FeedbackValue::Valid),
                "{text}"
            );
        }
        for text in ["SIGN_IN", "SignIn", "signin"] {
            assert_eq!(
                Spelled::read(Some(text)).known(),
                Some(AuthEventType::SignIn),
                "{text}"
            );
        }
        for text in ["IN_PROGRESS", "InProgress"] {
            assert_eq!(
                Spelled::read(Some(text)).known(),
                Some(EventResponse::InProgress),
                "{text}"
            );
        }
    }

    #[test]
    fn every_word_is_read_back() {
        fn all<T: Spelling + PartialEq + std::fmt::Debug>() {
            for word in T::WORDS {
                assert_eq!(Spelled::read(Some(word.as_str())), Spelled::Known(*word));
            }
        }
        all::<AuthEventType>();
        all::<EventResponse>();
        all::<RiskDecision>();
        all::<FeedbackValue>();
        all::<RiskLevel>();
    }

    /// Nothing is absent and another word is kept.
    #[test]
    fn blank_absent_and_unknown_word_kept() {
        for text in [None, Some(""), Some("  "), Some("null"), Some("NULL")] {
            assert_eq!(Spelled::<RiskLevel>::read(text), Spelled::Absent, "{text:?}");
        }
        let other = Spelled::<RiskLevel>::read(Some("Severe"));
        assert_eq!(other, Spelled::Other("Severe".to_owned()));
        assert_eq!(other.known(), None);
        assert_eq!(other.text(), Some("Severe"));
    }

    /// A response is further than what leads to it.
    #[test]
    fn responses_ordered_by_progress() {
        assert!(EventResponse::InProgress < EventResponse::Fail);
        assert!(EventResponse::Fail < EventResponse::Pass);
    }
}
