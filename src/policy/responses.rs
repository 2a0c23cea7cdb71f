//! The responses of a policy: risk levels, notifications, compromised credentials, IP exceptions.

use crate::fault::InputError;
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::notification::{EmailTemplate, Notifications};
use crate::model::response::{AccountTakeover, CompromisedCredentials, Response, RiskConfiguration};
use crate::pointer::Pointer;
use crate::policy::builder::Builder;
use crate::policy::file::{
    AccountTakeoverSection, CompromisedSection, EmailSection, ExceptionsSection, LevelSection,
    NotificationsSection, RangeEntry,
};
use crate::policy::layers;
use crate::text;

/// `account_takeover` of the pool or a client.
/// A risk configuration of the pool or of a client, whose sections stand at `at`.
pub(in crate::policy) fn risk(
    builder: &mut Builder<'_>,
    takeover: Option<&AccountTakeoverSection>,
    credentials: Option<&CompromisedSection>,
    lists: Option<&ExceptionsSection>,
    at: &Pointer,
) -> RiskConfiguration {
    RiskConfiguration {
        account_takeover: takeover
            .map(|section| account_takeover(builder, section, &at.child("account_takeover"))),
        compromised_credentials: credentials
            .and_then(|section| compromised(builder, section, &at.child("compromised_credentials"))),
        risk_exceptions: lists.map(|section| exceptions(builder, section, &at.child("risk_exceptions"))),
    }
}

fn account_takeover(
    builder: &mut Builder<'_>,
    section: &AccountTakeoverSection,
    at: &Pointer,
) -> AccountTakeover {
    AccountTakeover {
        low: section
            .low
            .as_ref()
            .and_then(|level| response(builder, level, &at.child("low"))),
        medium: section
            .medium
            .as_ref()
            .and_then(|level| response(builder, level, &at.child("medium"))),
        high: section
            .high
            .as_ref()
            .and_then(|level| response(builder, level, &at.child("high"))),
        notifications: section
            .notifications
            .as_ref()
            .map(|section| notifications(builder, section, &at.child("notifications"))),
    }
}

fn response(builder: &mut Builder<'_>, level: &LevelSection, at: &Pointer) -> Option<Response> {
    let Some(action) = level.action else {
        builder.missing(at, "action", "a level says what happens to the request");
        return None;
    };
    Some(Response {
        action,
        notify: level.notify.unwrap_or(false),
    })
}

fn notifications(builder: &mut Builder<'_>, section: &NotificationsSection, at: &Pointer) -> Notifications {
    if section.source_arn.is_none() {
        builder.missing(at, "source_arn", "the API needs the SES identity that sends");
    }
    let mut email = |template: &Option<EmailSection>, key: &str| {
        template
            .as_ref()
            .map(|template| email_template(builder, template, &at.child(key)))
    };
    Notifications {
        block_email: email(&section.block_email, "block_email"),
        mfa_email: email(&section.mfa_email, "mfa_email"),
        no_action_email: email(&section.no_action_email, "no_action_email"),
        source_arn: section.source_arn.clone().unwrap_or_default(),
        from: section.from.clone(),
        reply_to: section.reply_to.clone(),
    }
}

fn email_template(builder: &mut Builder<'_>, section: &EmailSection, at: &Pointer) -> EmailTemplate {
    if section.subject.is_none() {
        builder.missing(at, "subject", "the API needs one with every template");
    }
    EmailTemplate {
        subject: section.subject.clone().unwrap_or_default(),
        html: body(
            builder,
            section.html.as_ref(),
            section.html_file.as_ref(),
            at,
            ["html", "html_file"],
        ),
        text: body(
            builder,
            section.text.as_ref(),
            section.text_file.as_ref(),
            at,
            ["text", "text_file"],
        ),
    }
}

/// A body, written in the policy or read from a file beside it.
fn body(
    builder: &mut Builder<'_>,
    inline: Option<&String>,
    file: Option<&String>,
    at: &Pointer,
    keys: [&str; 2],
) -> Option<String> {
    let Some(file) = file else { return inline.cloned() };
    let here = at.child(keys[1]);
    if inline.is_some() {
        let message = format!("`{}` and `{}` both give the body", keys[0], keys[1]);
        builder.fault(InputError::ValueInvalid, &here, message, "keep one of the two");
    }
    let place = builder.places.anywhere(&here);
    let name = (builder.inputs.name_of)(place.source);
    match builder
        .inputs
        .texts
        .get(&layers::join(layers::directory(&name), file))
    {
        Some(Ok(text)) => Some(text.clone()),
        Some(Err(why)) => {
            let message = format!("`{file}` cannot be read: {why}");
            let help = "the path is relative to this file, and must stay in its repository";
            builder.fault(InputError::FileUnreadable, &here, message, help);
            None
        }
        None => {
            let message = format!("`{file}` was not read");
            builder.fault(
                InputError::FileUnreadable,
                &here,
                message,
                "the path is relative to this file",
            );
            None
        }
    }
}

/// `compromised_credentials` of the pool or a client; `None` without an action.
fn compromised(
    builder: &mut Builder<'_>,
    section: &CompromisedSection,
    at: &Pointer,
) -> Option<CompromisedCredentials> {
    let Some(action) = section.action else {
        builder.missing(at, "action", "the API needs `BLOCK` or `NO_ACTION`");
        return None;
    };
    let events = section.events.iter().flatten().copied().collect();
    Some(CompromisedCredentials { action, events })
}

/// `risk_exceptions` of the pool or a client.
fn exceptions(builder: &mut Builder<'_>, section: &ExceptionsSection, at: &Pointer) -> RiskExceptions {
    let mut list = |entries: &Option<Vec<RangeEntry>>, key: &str| {
        let ranges: Vec<_> = entries.iter().flatten().map(range).collect();
        for (index, range) in ranges.iter().enumerate() {
            if let Some(until) = range.until.as_ref().filter(|until| text::date(until).is_none()) {
                let at = at.child(key).child(index).child("until");
                let message = format!("`{until}` is not a date");
                builder.fault(InputError::ValueInvalid, &at, message, "write it as YYYY-MM-DD");
            }
        }
        ranges
    };
    RiskExceptions {
        always_block: list(&section.always_block, "always_block"),
        always_allow: list(&section.always_allow, "always_allow"),
    }
}

fn range(entry: &RangeEntry) -> IpRange {
    match entry {
        RangeEntry::Short(text) => IpRange::new(text),
        RangeEntry::Long(details) => IpRange {
            text: details.cidr.clone(),
            long_form: true,
            owner: details.owner.clone(),
            until: details.until.clone(),
        },
    }
}
