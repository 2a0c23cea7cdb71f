//! Notifications: the SES identity, the sender, and the templates.

use crate::model::notification::Notifications;
use crate::model::posture::Posture;
use crate::model::response::Action;
use crate::pointer::Pointer;
use crate::rule::view::ArnView;
use crate::rule::view::{LevelView, NotificationsView};

/// Kind of template that an action's notification uses (fact sheet 6.4).
pub(in crate::rule) fn template_of(action: Action) -> &'static str {
    match action {
        Action::NoAction => "no_action_email",
        Action::MfaIfConfigured | Action::MfaRequired => "mfa_email",
        Action::Block => "block_email",
    }
}

pub(in crate::rule) fn notifications(
    _posture: &Posture,
    section: &Notifications,
    _levels: &[LevelView],
    at: &Pointer,
) -> NotificationsView {
    NotificationsView {
        pointer: at.to_string(),
        source_arn: section.source_arn.clone(),
        arn: ArnView {
            valid: false,
            service: String::new(),
            region: String::new(),
            account: String::new(),
            resource: String::new(),
        },
        region_allowed: String::new(),
        allowed_regions: vec![],
        from: section.from.clone(),
        from_matches: None,
        templates: vec![],
    }
}
