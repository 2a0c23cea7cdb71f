//! The least that a role needs to read, made from the table of operations.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::aws::operation::{Operation, Resource};

/// The IAM policy (`docs/iam/read.json`): one statement for each kind of resource.
#[must_use]
pub fn read_policy() -> Value {
    let kinds = [
        ("Pools", Resource::UserPool, "arn:*:cognito-idp:*:*:userpool/*"),
        ("Topics", Resource::Topic, "arn:*:sns:*:*:*"),
        ("Regions", Resource::Any, "*"),
    ];
    let statement = |(sid, kind, resource): (&str, Resource, &str)| json!({"Sid": sid, "Effect": "Allow", "Action": actions(kind), "Resource": resource});
    json!({"Version": "2012-10-17", "Statement": kinds.map(statement)})
}

/// Every action that the policy allows, such as `cognito-idp:DescribeUserPool`, ordered.
#[must_use]
pub fn allowed() -> Vec<String> {
    let mut all: Vec<_> = [Resource::UserPool, Resource::Topic, Resource::Any]
        .into_iter()
        .flat_map(actions)
        .collect();
    all.sort_unstable();
    all
}

fn actions(kind: Resource) -> Vec<String> {
    let mut actions: Vec<_> = Operation::READS
        .into_iter()
        .filter(|operation| operation.resource() == Some(kind))
        .map(action)
        .collect();
    actions.sort_unstable();
    actions
}

fn action(operation: Operation) -> String {
    format!("{}:{}", operation.service(), operation.as_str())
}

/// The page that explains the policy (`docs/iam/README.md`).
#[must_use]
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for operation in Operation::READS {
        let quota = match (
            operation.category().per_second(),
            operation.category().per_second_and_pool(),
        ) {
            (None, _) => String::new(),
            (Some(rate), None) => rate.to_string(),
            (Some(rate), Some(pool)) => format!("{rate}, {pool} a pool"),
        };
        let narrowed = match operation.resource() {
            None => "no permission needed",
            Some(Resource::UserPool) => "user pools",
            Some(Resource::Topic) => "topics",
            Some(Resource::Alarm) => "alarms",
            Some(Resource::Any) => "cannot be",
        };
        let (name, purpose) = (action(operation), operation.purpose());
        // Writing to a text cannot fail.
        let _ = writeln!(page, "| `{name}` | {purpose} | {narrowed} | {quota} |");
    }
    page
}

const HEAD: &str = "# Permissions\n\n\
Generated from the table of operations in `src/aws/operation.rs`. [`read.json`](read.json) is all that `scan`, `diff`,\n\
`snapshot` and `explain --pool` need; nothing in it can write. Narrow the pools' statement to the ARNs of your pools if\n\
you like: what is denied is reported as not read, never as absent.\n\n\
With `--role-arn`, the caller needs `sts:AssumeRole` on that role, and the role this policy.\n\n\
| action | read for | can be narrowed to | calls a second |\n|---|---|---|---|\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_that_needs_a_permission_has_it_and_none_writes() {
        let allowed = allowed();
        let needing = Operation::READS
            .iter()
            .filter(|operation| operation.resource().is_some());
        assert_eq!(allowed.len(), needing.count());
        for action in allowed {
            let (_, name) = action.split_once(':').unwrap();
            assert!(
                ["List", "Describe", "Get"]
                    .iter()
                    .any(|verb| name.starts_with(verb)),
                "{action}"
            );
        }
    }
}
