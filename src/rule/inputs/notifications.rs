//! Notifications: the SES identity, the sender, and the templates.

use crate::model::arn::Arn;
use crate::model::notification::{
    self, EmailTemplate, Notifications, TemplateKind, TemplatePart, address_of, may_send_as, placeholders,
};
use crate::model::posture::Posture;
use crate::model::ses;
use crate::pointer::Pointer;
use crate::rule::view::{ArnView, FaultView, LevelView, NotificationsView, PlaceholderView, TemplateView};

/// The section's view; `levels` say which templates are used.
pub(in crate::rule) fn notifications(
    posture: &Posture,
    section: &Notifications,
    levels: &[LevelView],
    at: &Pointer,
) -> NotificationsView {
    let arn = Arn::parse(&section.source_arn);
    let identity = arn.as_ref().and_then(ses::identity);
    let regions = posture.region.as_deref().zip(arn.as_ref().map(|arn| arn.region));
    let address = section.from.as_deref().map(address_of);
    let template = |kind: TemplateKind| {
        let used = levels
            .iter()
            .any(|level| level.notify && level.template == kind.as_str());
        section
            .template(kind)
            .map(|email| template(email, kind, used, &at.child(kind.as_str())))
    };
    NotificationsView {
        pointer: at.to_string(),
        source_arn: section.source_arn.clone(),
        region_allowed: regions
            .map_or("unconfirmed", |(pool, own)| ses::allowed(pool, own).as_str())
            .to_owned(),
        allowed_regions: regions
            .and_then(|(pool, _)| ses::regions(pool))
            .map(|regions| regions.into_iter().map(str::to_owned).collect())
            .unwrap_or_default(),
        // A `from` without a single address matches nothing.
        from_matches: address
            .zip(identity)
            .map(|(address, identity)| address.is_some_and(|address| may_send_as(identity, address))),
        from: section.from.clone(),
        templates: TemplateKind::ALL.into_iter().filter_map(template).collect(),
        arn: arn_view(arn.as_ref()),
    }
}

/// An ARN taken apart; empty for what is none.
pub fn arn_view(arn: Option<&Arn<'_>>) -> ArnView {
    let part = |part: fn(&Arn<'_>) -> String| arn.map(part).unwrap_or_default();
    ArnView {
        valid: arn.is_some(),
        service: part(|arn| arn.service.to_owned()),
        region: part(|arn| arn.region.to_owned()),
        account: part(|arn| arn.account.to_owned()),
        resource: part(|arn| arn.resource.to_owned()),
    }
}

fn template(email: &EmailTemplate, kind: TemplateKind, used: bool, at: &Pointer) -> TemplateView {
    let parts = [
        (TemplatePart::Subject, Some(&email.subject)),
        (TemplatePart::Html, email.html.as_ref()),
        (TemplatePart::Text, email.text.as_ref()),
    ];
    let unknown = parts
        .into_iter()
        .filter_map(|(part, text)| Some((part, text?)))
        .flat_map(|(part, text)| {
            let pointer = at.child(part.as_str()).to_string();
            placeholders(text)
                .into_iter()
                .filter(|placeholder| !notification::is_known(&placeholder.name))
                .map(move |placeholder| PlaceholderView {
                    text: braced(&placeholder.name),
                    nearest: notification::nearest(&placeholder.name)
                        .map(braced)
                        .unwrap_or_default(),
                    pointer: pointer.clone(),
                })
        });
    let fault = |fault: notification::TemplateFault| FaultView {
        message: fault.message,
        pointer: fault
            .part
            .map_or_else(|| at.to_string(), |part| at.child(part.as_str()).to_string()),
        nearest: String::new(),
        unconfirmed: false,
    };
    TemplateView {
        kind: kind.as_str().to_owned(),
        pointer: at.to_string(),
        unknown_placeholders: unknown.collect(),
        faults: notification::template_faults(email)
            .into_iter()
            .map(fault)
            .collect(),
        needs_domain: notification::needs_domain(email),
        used,
    }
}

/// A placeholder's name with its braces.
pub(in crate::rule) fn braced(name: &str) -> String {
    format!("{{{name}}}")
}
