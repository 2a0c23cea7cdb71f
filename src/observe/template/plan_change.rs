//! Single changes of a Terraform plan: those that are of another kind than they have to be, and those that make what a plan does
//! not show.

use serde_json::Value as Json;

/// Whether a type makes a `CloudFormation` stack, with whatever its template says.
pub fn makes_stack(kind: &str) -> bool {
    const KINDS: [&str; 4] = [
        "aws_cloudformation_stack",
        "aws_cloudformation_stack_set",
        "aws_serverlessapplicationrepository_cloudformation_stack",
        "awscc_cloudformation_stack",
    ];
    KINDS.contains(&kind)
}

/// That the template of such a resource is not read.
pub fn unread_stack(address: &str) -> String {
    format!("`{address}` makes what its template says, which is not read: name the template as well")
}

/// What of a change is of another kind than it has to be.
pub fn misshapen(change: &Json) -> Option<String> {
    const PARTS: [&str; 5] = [
        "before",
        "after",
        "after_unknown",
        "before_sensitive",
        "after_sensitive",
    ];
    if !change.is_object() {
        return Some("`change` has to be an object".to_owned());
    }
    if are_of_other_types(change) {
        return Some("`before` and `after` have no attribute in common".to_owned());
    }
    let is_list = |actions: &Vec<Json>| actions.iter().all(Json::is_string);
    if !change["actions"].is_null() && !change["actions"].as_array().is_some_and(is_list) {
        return Some("`actions` has to be a list of texts".to_owned());
    }
    let is_wrong = |part: &&str| {
        let value = &change[*part];
        let is_mark = value.is_boolean() && part.contains('_');
        !is_mark && !value.is_null() && !value.is_object()
    };
    let part = PARTS.into_iter().find(is_wrong)?;
    Some(format!("`{part}` has to be an object"))
}

/// Whether a resource would be of one type before and of another after: a file has every attribute of a type.
fn are_of_other_types(change: &Json) -> bool {
    let (Some(before), Some(after)) = (change["before"].as_object(), change["after"].as_object()) else {
        return false;
    };
    !after.is_empty() && !after.keys().any(|name| before.contains_key(name))
}

/// Whether it is a state of nothing, which has its versions alone.
pub(super) fn is_empty_state(json: &Json) -> bool {
    let mut members = json.as_object().into_iter().flat_map(serde_json::Map::keys);
    members.all(|name| name.ends_with("_version"))
}
