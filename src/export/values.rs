//! Values of resources that need nothing else of a policy.

use crate::model::notification::TemplateKind;
use crate::model::response::RiskConfiguration;

/// Emails of which Terraform wants more than the API.
pub fn bodies(risk: &RiskConfiguration) -> Option<String> {
    let notifications = risk.account_takeover.as_ref()?.notifications.as_ref()?;
    let lacks = TemplateKind::ALL.into_iter().filter(|kind| {
        let email = notifications.template(*kind);
        email.is_some_and(|email| email.html.is_none() || email.text.is_none())
    });
    let kinds: Vec<_> = lacks.map(TemplateKind::as_str).collect();
    (!kinds.is_empty()).then(|| {
        format!(
            "Terraform requires both bodies of an email, `html_body` and `text_body`: add to {}.",
            kinds.join(", ")
        )
    })
}
