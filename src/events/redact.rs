//! Pseudonyms in an event.

use crate::ident::{is_pseudonym, pseudonym};
use crate::model::event::AuthEvent;

/// Replaces who an event is about, and from where, by pseudonyms: sub, name, client, address and city. Equal ones stay equal, in
/// every run, and a client's is the one that it has in a redacted snapshot. What is one already stays.
pub fn redact(event: &mut AuthEvent) {
    let texts = [
        &mut event.client,
        &mut event.sub,
        &mut event.user_name,
        &mut event.address,
        &mut event.city,
    ];
    for text in texts.into_iter().flatten().filter(|text| !is_pseudonym(text)) {
        *text = pseudonym(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pseudonyms are stable and hide who it was.
    #[test]
    fn pseudonyms_stable_and_anonymous() {
        let mut event = AuthEvent {
            id: Some("e".to_owned()),
            client: Some("c".to_owned()),
            sub: Some("s".to_owned()),
            user_name: Some("s".to_owned()),
            address: Some("192.0.2.1".to_owned()),
            city: Some("Berlin".to_owned()),
            country: Some("Germany".to_owned()),
            ..AuthEvent::default()
        };
        redact(&mut event);
        assert_eq!(event.sub, event.user_name);
        let shown = format!("{event:?}");
        assert!(
            !shown.contains("192.0.2.1") && !shown.contains("Berlin"),
            "{shown}"
        );
        assert_eq!(
            (event.country.as_deref(), event.id.as_deref()),
            (Some("Germany"), Some("e"))
        );
        let once = event.clone();
        redact(&mut event);
        assert_eq!(event, once);
    }
}
