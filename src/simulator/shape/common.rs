//! Shapes that many requests share.

use crate::model::arn;
use crate::simulator::shape::check::Shape;

/// A user pool id.
pub(super) const POOL_ID: Shape = Shape::Like(1, 55, is_pool_id, r"[\w-]+_[0-9a-zA-Z]+");

/// An app client id.
pub(super) const CLIENT_ID: Shape = Shape::Like(1, 128, is_client_id, r"[\w+]+");

/// An ARN.
pub(super) const ARN: Shape = Shape::Like(
    20,
    2048,
    arn::fits,
    r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
);

/// Texts that have no limit of their own.
pub(super) const TEXT: Shape = Shape::Text(0, 131_072);

fn is_pool_id(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    text.rsplit_once('_').is_some_and(|(region, rest)| {
        !region.is_empty()
            && region.chars().all(word)
            && !rest.is_empty()
            && rest.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

fn is_client_id(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+');
    !text.is_empty() && text.chars().all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        assert!(is_pool_id("us-west-2_EXAMPLE") && is_client_id("1example23456789+_"));
        for text in [
            "",
            "us-west-2",
            "_A",
            "us-west-2_",
            "us-west-2_A-",
            "us west_A",
            "ü_A",
        ] {
            assert!(!is_pool_id(text), "{text}");
        }
        assert!(!is_client_id("") && !is_client_id("a-b") && !is_client_id("ü"));
    }
}
