//! The sections of a risk configuration. docs/facts.md, "`SetRiskConfiguration` and its limits".

use std::collections::BTreeSet;

use crate::ident::words;
use crate::model::effective::AddressList;
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::notification::{EmailTemplate, Notifications};
use crate::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, PasswordEvent, Response,
    RiskConfiguration,
};
use crate::observe::template::read::{Invalid, Notes, ValueReader};
use crate::observe::template::resource::TemplateResource;
use crate::observe::template::value::{Val, ValueData};

/// Why a configuration cannot be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotKnown(pub String);

impl From<Invalid> for NotKnown {
    fn from(_: Invalid) -> Self {
        Self("a value in it is not valid".to_owned())
    }
}

/// The sections of a pool's risk configuration, as pointers of its posture.
pub const SECTIONS: [&str; 3] = [
    "/account_takeover",
    "/compromised_credentials",
    "/risk_exceptions",
];

/// The risk configuration that a resource sets; `prefix` is the pointer of what has it.
pub fn configuration(
    reader: &mut ValueReader<'_>,
    resource: &TemplateResource,
    prefix: &str,
    notes: &mut Notes,
) -> Result<RiskConfiguration, NotKnown> {
    let takeover = resource.get("AccountTakeoverRiskConfiguration");
    let compromised = resource.get("CompromisedCredentialsRiskConfiguration");
    let exceptions = resource.get("RiskExceptionConfiguration");
    // What is not there is not there in this resource.
    let absent = [
        (takeover.is_absent(), "account_takeover"),
        (compromised.is_absent(), "compromised_credentials"),
        (exceptions.is_absent(), "risk_exceptions"),
    ];
    for (_, section) in absent.iter().filter(|(is_absent, _)| *is_absent) {
        notes.place(format!("{prefix}/{section}"), &resource.at);
    }
    // What is wrong in one section hides nothing that is wrong in another.
    let takeover = section(takeover).and_then(|found| {
        let prefix = format!("{prefix}/account_takeover");
        let found = found.map(|value| account_takeover(reader, &value, &prefix, notes));
        found.transpose()
    });
    let compromised = section(compromised).and_then(|found| {
        let prefix = format!("{prefix}/compromised_credentials");
        let found = found.map(|value| credentials(reader, &value, &prefix, notes));
        Ok(found.transpose()?.flatten())
    });
    let risk_exceptions = ranges(&exceptions, &format!("{prefix}/risk_exceptions"), notes);
    Ok(RiskConfiguration {
        account_takeover: takeover?,
        compromised_credentials: compromised?,
        risk_exceptions,
    })
}

/// A section that is there; one that is not known is no section that is absent.
fn section(value: Val) -> Result<Option<Val>, NotKnown> {
    match value.section().map_err(NotKnown)?.map(|found| &found.data) {
        None => Ok(None),
        Some(ValueData::Map(_, Some(open))) => Err(NotKnown(open.why.clone())),
        Some(_) => Ok(Some(value)),
    }
}

fn account_takeover(
    reader: &mut ValueReader<'_>,
    value: &Val,
    prefix: &str,
    notes: &mut Notes,
) -> Result<AccountTakeover, NotKnown> {
    notes.place(prefix, &value.at);
    let actions = section(reader.required(value, "Actions"))?;
    let mut level = |key: &str, name: &str| -> Result<Option<Response>, NotKnown> {
        let Some(actions) = &actions else { return Ok(None) };
        let Some(level) = section(actions.member(key))? else {
            return Ok(None);
        };
        notes.place(format!("{prefix}/{name}"), &level.at);
        let action = reader.required(&level, "EventAction");
        let notify = reader.required(&level, "Notify");
        let (action, notify) = (reader.word(&action, &words::<Action>()), reader.flag(&notify));
        let (action, notify) = (action?, notify?);
        Ok(action.map(|action| Response {
            action,
            notify: notify.unwrap_or(false),
        }))
    };
    let levels = [
        ("LowAction", "low"),
        ("MediumAction", "medium"),
        ("HighAction", "high"),
    ];
    let [low, medium, high] = levels.map(|(key, name)| level(key, name));
    let (low, medium, high) = (low?, medium?, high?);
    let notifications = section(value.member("NotifyConfiguration"))?;
    if let Some(notifications) = &notifications {
        reader.required(notifications, "SourceArn");
    }
    Ok(AccountTakeover {
        low,
        medium,
        high,
        notifications: notifications.map(|value| mails(&value, &format!("{prefix}/notifications"), notes)),
    })
}

fn mails(value: &Val, prefix: &str, notes: &mut Notes) -> Notifications {
    notes.place(prefix, &value.at);
    let mut mail = |key: &str, name: &str| {
        let mail = value.member(key);
        if mail.is_absent() {
            return None;
        }
        let prefix = format!("{prefix}/{name}");
        notes.place(prefix.clone(), &mail.at);
        // Whether it is there is not known either.
        if let ValueData::Open(open) = &mail.data {
            notes.unknown.insert(prefix.clone(), open.why.clone());
        }
        let mut part = |key: &str, name: &str| notes.text(&format!("{prefix}/{name}"), &mail.member(key));
        Some(EmailTemplate {
            subject: part("Subject", "subject").unwrap_or_default(),
            html: part("HtmlBody", "html"),
            text: part("TextBody", "text"),
        })
    };
    let (block_email, mfa_email, no_action_email) = (
        mail("BlockEmail", "block_email"),
        mail("MfaEmail", "mfa_email"),
        mail("NoActionEmail", "no_action_email"),
    );
    let mut text = |key: &str, name: &str| {
        let value = value.member(key);
        let pointer = format!("{prefix}/{name}");
        notes.place(pointer.clone(), &value.at);
        notes.text(&pointer, &value)
    };
    Notifications {
        source_arn: text("SourceArn", "source_arn").unwrap_or_default(),
        from: text("From", "from"),
        reply_to: text("ReplyTo", "reply_to"),
        block_email,
        mfa_email,
        no_action_email,
    }
}

fn credentials(
    reader: &mut ValueReader<'_>,
    value: &Val,
    prefix: &str,
    notes: &mut Notes,
) -> Result<Option<CompromisedCredentials>, NotKnown> {
    notes.place(prefix, &value.at);
    let actions = section(reader.required(value, "Actions"))?;
    let action = match &actions {
        Some(actions) => {
            let action = reader.required(actions, "EventAction");
            reader
                .word(&action, &words::<CompromisedAction>())
                .map_err(NotKnown::from)
        }
        None => Ok(None),
    };
    let filter = value.member("EventFilter");
    // All events, or one of them: a filter of two is judged by those.
    let events = if let ValueData::Open(_) = &filter.data {
        let one = words::<PasswordEvent>().into_iter();
        let one = one.map(|(word, event)| (word, Some(event)));
        let words: Vec<_> = [("all events", None)].into_iter().chain(one).collect();
        reader.word(&filter, &words)?.flatten().into_iter().collect()
    } else {
        let mut events = BTreeSet::new();
        for item in filter.list().map_err(NotKnown)? {
            events.extend(reader.word(item, &words::<PasswordEvent>())?);
        }
        events
    };
    Ok(action?.map(|action| CompromisedCredentials { action, events }))
}

/// The lists of ranges; what of them is not known is noted, and keeps nothing else from being judged.
fn ranges(value: &Val, prefix: &str, notes: &mut Notes) -> Option<RiskExceptions> {
    match value.section() {
        Ok(section) => section?,
        Err(why) => {
            for list in AddressList::ALL {
                let open = BTreeSet::from([why.clone()]);
                notes
                    .open_ranges
                    .insert(format!("{prefix}/{}", list.as_str()), open);
            }
            notes.unknown.insert(prefix.to_owned(), why);
            return None;
        }
    };
    notes.place(prefix, &value.at);
    let mut list = |key: &str, name: &str| {
        let list = value.member(key);
        let pointer = format!("{prefix}/{name}");
        let items = match list.list() {
            Ok(items) => items,
            Err(why) => {
                notes
                    .open_ranges
                    .insert(pointer.clone(), BTreeSet::from([why.clone()]));
                notes.unknown.insert(pointer, why);
                return Vec::new();
            }
        };
        if let Some(why) = items.iter().find_map(Val::unresolved) {
            // Known ranges are judged; the list as a whole is not known.
            notes.unknown.insert(format!("={pointer}"), why);
            let open = items.iter().filter_map(Val::unresolved).collect();
            notes.open_ranges.insert(pointer.clone(), open);
        }
        notes.place(pointer.clone(), &list.at);
        let known = items.iter().filter_map(|item| Some((item, item.known()?)));
        let range = |(index, (item, text)): (usize, (&Val, String))| {
            notes.place(format!("{pointer}/{index}"), &item.at);
            IpRange::new(&text)
        };
        known.enumerate().map(range).collect()
    };
    Some(RiskExceptions {
        always_block: list("BlockedIPRangeList", "always_block"),
        always_allow: list("SkippedIPRangeList", "always_allow"),
    })
}
