//! The users of a pool, and what was recorded of each: `ListUsers` and `AdminListUserAuthEvents`.

use serde_json::{Value, json};

use crate::simulator::cognito::read::{mode_is_off, pool, text};
use crate::simulator::cognito::risk::add_on_not_enabled;
use crate::simulator::context::{self, Context};
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::state::{Pool, PoolUser, RawMembers};

/// Most items on a page, which is also how many there are if nothing is said, or 0.
const MOST: usize = 60;

/// Attributes that a filter may be on, beside `username`, `status` and `cognito:user_status`.
const FILTERED: [&str; 7] = [
    "sub",
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
];

/// Users by name, those that the filter wants, with the attributes that were asked for.
pub(super) fn list_users(context: &mut Context<'_>, input: &Value) -> Answer {
    let filter = text(input, "Filter").map(Filter::read).transpose()?;
    let wanted = input.get("AttributesToGet").and_then(Value::as_array);
    let size = context.page(asked(input, "Limit"), MOST);
    let hollow = context.behaviour.hollow_pages;
    let (_, pool) = pool(context, input)?;
    let found = context::page(
        &pool.users,
        (text(input, "PaginationToken"), size, hollow),
        |name, user| {
            let fits = filter.as_ref().is_none_or(|filter| filter.fits(name, user));
            fits.then(|| served(name, user, wanted))
        },
    )?;
    let mut output = json!({ "Users": found.items });
    if let Some(next) = found.next {
        output["PaginationToken"] = json!(next);
    }
    Ok(output)
}

/// The events of a user, newest first (docs/facts.md, "Events").
pub(super) fn list_auth_events(context: &mut Context<'_>, input: &Value) -> Answer {
    let size = context.page(asked(input, "MaxResults"), MOST);
    let hollow = context.behaviour.hollow_pages;
    let (_, pool) = pool(context, input)?;
    if mode_is_off(pool) {
        return Err(add_on_not_enabled());
    }
    let name = text(input, "Username").unwrap_or_default();
    let user =
        user(pool, name).ok_or_else(|| Failure::new("UserNotFoundException", "User does not exist."))?;
    let keyed = context::newest_first(user.auth_events.iter(), |event| at(event));
    let token = text(input, "NextToken");
    let found = context::page(&keyed, (token, size, hollow), |_, event| Some(json!(event)))?;
    Ok(found.listing("AuthEvents"))
}

/// A number of items; 0 is as good as none.
fn asked<'a>(input: &'a Value, name: &str) -> Option<&'a Value> {
    input.get(name).filter(|asked| asked.as_u64() != Some(0))
}

fn at(event: &RawMembers) -> f64 {
    event
        .get("CreationDate")
        .and_then(Value::as_f64)
        .unwrap_or_default()
}

/// Whether a user has this name, or this `sub`.
pub(super) fn is_named(own: &str, user: &PoolUser, name: &str) -> bool {
    own == name || attribute(user, "sub") == Some(name)
}

/// A user by name, or by `sub`.
fn user<'a>(pool: &'a Pool, name: &str) -> Option<&'a PoolUser> {
    let by_sub = || {
        pool.users
            .values()
            .find(|user| attribute(user, "sub") == Some(name))
    };
    pool.users.get(name).or_else(by_sub)
}

fn attribute<'a>(user: &'a PoolUser, name: &str) -> Option<&'a str> {
    let attributes = user.user.get("Attributes")?.as_array()?;
    let found = attributes
        .iter()
        .find(|it| it.get("Name").and_then(Value::as_str) == Some(name));
    found?.get("Value")?.as_str()
}

fn served(name: &str, user: &PoolUser, wanted: Option<&Vec<Value>>) -> Value {
    let mut members = user.user.clone();
    members.insert("Username".into(), json!(name));
    if let (Some(wanted), Some(Value::Array(attributes))) = (wanted, members.get_mut("Attributes")) {
        attributes.retain(|attribute| attribute.get("Name").is_some_and(|name| wanted.contains(name)));
    }
    Value::Object(members)
}

/// One attribute that equals a text, or begins with it: `sub = "…"`, `name ^= "…"`.
struct Filter {
    attribute: String,
    begins: bool,
    text: String,
}

impl Filter {
    /// AWS's words for a filter that it cannot read are not confirmed.
    fn read(filter: &str) -> Result<Self, Failure> {
        let wrong = || Failure::invalid("Error while parsing filter.");
        let (left, right) = filter.split_once('=').ok_or_else(wrong)?;
        let (attribute, begins) = match left.strip_suffix('^') {
            Some(attribute) => (attribute.trim(), true),
            None => (left.trim(), false),
        };
        let text = right
            .trim()
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        // There is one comparison: a text that ends before the filter does would be a second one.
        let text = text.ok_or_else(wrong)?.replace("\\\"", "\u{1}");
        if text.contains('"') {
            return Err(wrong());
        }
        let text = text.replace('\u{1}', "\"");
        let known = FILTERED.contains(&attribute)
            || matches!(attribute, "username" | "status" | "cognito:user_status");
        if !known {
            return Err(Failure::invalid("One or more parameters are not valid."));
        }
        Ok(Self {
            attribute: attribute.to_owned(),
            begins,
            text,
        })
    }

    fn fits(&self, name: &str, user: &PoolUser) -> bool {
        let member = |member: &str| user.user.get(member);
        let value = match self.attribute.as_str() {
            "username" => Some(name),
            "cognito:user_status" => member("UserStatus").and_then(Value::as_str),
            "status" => match member("Enabled").and_then(Value::as_bool) {
                Some(false) => Some("Disabled"),
                _ => Some("Enabled"),
            },
            other => attribute(user, other),
        };
        value.is_some_and(|value| {
            if self.begins {
                value.starts_with(&self.text)
            } else {
                value == self.text
            }
        })
    }
}
