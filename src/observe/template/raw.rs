//! One resource as a plan or state has it, before it is read.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::observe::template::resource::ResourceKind;

/// Attributes that say which resource it is.
const NAMES: [&str; 3] = ["id", "arn", "region"];

/// Attributes that say which resource it belongs to. Of what a resource will be they are properties, which are checked as such.
const OWNERS: [&str; 2] = ["user_pool_id", "client_id"];

/// The kind of a resource of the providers `aws` and `awscc`.
pub(super) fn kind_of(name: &str) -> Option<ResourceKind> {
    Some(match name {
        "aws_cognito_user_pool" | "awscc_cognito_user_pool" => ResourceKind::Pool,
        "aws_cognito_user_pool_client"
        | "aws_cognito_managed_user_pool_client"
        | "awscc_cognito_user_pool_client" => ResourceKind::Client,
        "aws_cognito_risk_configuration" | "awscc_cognito_user_pool_risk_configuration_attachment" => {
            ResourceKind::Answers
        }
        "aws_cognito_log_delivery_configuration" | "awscc_cognito_log_delivery_configuration" => {
            ResourceKind::Logs
        }
        "aws_cognito_user_pool_domain" | "awscc_cognito_user_pool_domain" => ResourceKind::Domain,
        "aws_cloudwatch_metric_alarm" | "awscc_cloudwatch_alarm" => ResourceKind::Alarm,
        "aws_cloudwatch_composite_alarm" | "awscc_cloudwatch_composite_alarm" => ResourceKind::Composite,
        _ => return None,
    })
}

/// What the file says nothing of.
pub(super) static NOTHING: Json = Json::Null;

/// One resource as the file has it.
pub(super) struct Raw<'a> {
    pub(super) address: &'a str,
    pub(super) kind: &'a str,
    pub(super) after: &'a Json,
    pub(super) unknown: &'a Json,
    pub(super) sensitive: &'a Json,
    pub(super) before: &'a Json,
    pub(super) destroyed: bool,
    /// Whether another is made in its place, under another id.
    pub(super) replaced: bool,
    /// Whether Terraform is to know nothing of it any more. It stays as it is.
    pub(super) forgotten: bool,
    /// What its name has behind the address, where another has the same one, and it is forgotten.
    pub(super) mark: &'static str,
}

impl<'a> Raw<'a> {
    /// One of which everything is known, and that no plan changes.
    pub(super) fn known(address: &'a str, kind: &'a str, values: &'a Json, sensitive: &'a Json) -> Self {
        Self {
            address,
            kind,
            after: values,
            unknown: &NOTHING,
            sensitive,
            before: values,
            destroyed: false,
            replaced: false,
            forgotten: false,
            mark: "",
        }
    }

    /// The address. Of one that is forgotten while another has its address, that says so: it is left as it is.
    pub(super) fn name(&self) -> String {
        format!("{}{}", self.address, self.mark)
    }

    /// What of AWS it is about, where that is known: two resources can be about one thing, of which one is forgotten.
    pub(super) fn subject(&self) -> Option<(ResourceKind, [Option<&'a str>; 2])> {
        let kind = kind_of(self.kind)?;
        let names = match kind {
            ResourceKind::Answers => OWNERS,
            ResourceKind::Logs => ["user_pool_id", ""],
            ResourceKind::Alarm | ResourceKind::Composite => ["alarm_name", ""],
            _ => ["id", ""],
        };
        let names = names.map(|name| self.after[name].as_str());
        names[0].is_some().then_some((kind, names))
    }

    /// The id of AWS, by what is there on one side. The provider `awscc` has ids of its own: that of a client is `POOL|CLIENT`.
    pub(super) fn id_of(&self, side: &'a Json) -> Option<&'a str> {
        let id = side["id"].as_str().filter(|id| !id.is_empty())?;
        let is_client = kind_of(self.kind) == Some(ResourceKind::Client);
        let own = id.rsplit('|').next().filter(|_| is_client && self.is_awscc());
        Some(own.unwrap_or(id))
    }

    /// Whether it is of the provider `awscc`.
    pub(super) fn is_awscc(&self) -> bool {
        self.kind.starts_with("awscc_")
    }

    /// An attribute that says which resource it is, and is no text.
    pub(super) fn misnamed(&self) -> Option<(String, String)> {
        let is_wrong = |side: &Json, name: &str| !matches!(side[name], Json::Null | Json::String(_));
        let of_after = NAMES.into_iter().find(|name| is_wrong(self.after, name));
        let of_before = || {
            NAMES
                .into_iter()
                .chain(OWNERS)
                .find(|name| is_wrong(self.before, name))
        };
        let name = of_after.or_else(of_before)?;
        Some((self.address.to_owned(), format!("`{name}` has to be a text")))
    }

    /// The same resource, of which no more is known than who it is.
    pub(super) fn unread(&self) -> Self {
        Self {
            after: &NOTHING,
            unknown: &NOTHING,
            sensitive: &NOTHING,
            ..*self
        }
    }
}

/// A risk configuration that a plan destroys; `None` where it is replaced by itself, and created last.
pub(super) fn destroyed<'a>(
    address: &'a str,
    kind: &'a str,
    change: &'a Json,
    actions: &[&Json],
) -> Option<Raw<'a>> {
    let (before, after) = (&change["before"], &change["after"]);
    let same = ["user_pool_id", "client_id"]
        .iter()
        .all(|name| before[name] == after[name]);
    let is_created_last = actions.last().is_some_and(|action| **action == "create");
    (!(same && is_created_last)).then_some(Raw {
        destroyed: true,
        ..Raw::known(address, kind, before, &change["before_sensitive"])
    })
}

/// Leaves out what a plan forgets where another resource takes it over: AWS has it once, before and after.
pub(super) fn leave_out_forgotten(raws: &mut Vec<Raw<'_>>, earlier: &mut Vec<Raw<'_>>) {
    let kept = raws.iter().filter(|raw| !raw.forgotten && !raw.destroyed);
    let kept: BTreeSet<_> = kept.filter_map(Raw::subject).collect();
    let is_taken = |raw: &Raw<'_>| raw.subject().is_some_and(|subject| kept.contains(&subject));
    let gone = raws.iter().filter(|raw| raw.forgotten && is_taken(raw));
    let gone: BTreeSet<String> = gone.map(|raw| raw.address.to_owned()).collect();
    raws.retain(|raw| !(raw.forgotten && is_taken(raw)));
    // One that is created has no state before of its own.
    let others = earlier.iter().filter(|raw| !gone.contains(raw.address));
    let others: BTreeSet<_> = others.filter_map(Raw::subject).collect();
    let is_twice = |raw: &Raw<'_>| raw.subject().is_some_and(|subject| others.contains(&subject));
    earlier.retain(|raw| !(gone.contains(raw.address) && is_twice(raw)));
}

/// A resource as it is before a plan; `None` of one that the plan creates.
pub(super) fn as_before(change: &Json) -> Option<Raw<'_>> {
    let (address, kind) = (change["address"].as_str()?, change["type"].as_str()?);
    let before = &change["change"]["before"];
    if change["mode"] == "data" || before.is_null() {
        return None;
    }
    // One that is left from a replacement is the same configuration as the one in its place.
    if change["deposed"].is_string() && kind_of(kind) == Some(ResourceKind::Answers) {
        return None;
    }
    Some(Raw::known(
        address,
        kind,
        before,
        &change["change"]["before_sensitive"],
    ))
}
