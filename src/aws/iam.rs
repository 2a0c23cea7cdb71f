//! The least that a role needs to read and to write, made from the table of operations.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::aws::operation::{Operation, Resource};

/// What can be narrowed, with the ARNs that hold all of it.
const ARNS: [(Resource, &str); 4] = [
    (Resource::UserPool, "arn:*:cognito-idp:*:*:userpool/*"),
    (Resource::Topic, "arn:*:sns:*:*:*"),
    (Resource::Alarm, "arn:*:cloudwatch:*:*:alarm:*"),
    (Resource::Any, "*"),
];

/// What `SetLogDeliveryConfiguration` asks of its caller for logs to CloudWatch Logs (docs/facts.md, "Permissions").
const DELIVERY: [&str; 8] = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
];

/// A statement of a policy.
struct Statement {
    sid: &'static str,
    actions: Vec<String>,
    resource: &'static str,
}

/// The IAM policy to read (`docs/iam/read.json`): one statement for each kind of resource.
#[must_use]
pub fn read_policy() -> Value {
    policy(&reads())
}

/// The IAM policy to read and write (`docs/iam/apply.json`).
#[must_use]
pub fn apply_policy() -> Value {
    policy(&applies())
}

/// The IAM policy to read what users did (`docs/iam/users.json`).
#[must_use]
pub fn users_policy() -> Value {
    policy(&[statement("Users", &Operation::USER_READS, Resource::UserPool)])
}

/// The IAM policy to investigate (`docs/iam/investigate.json`): all that the one to read has, users and alarms' history.
#[must_use]
pub fn investigate_policy() -> Value {
    policy(&investigates())
}

/// Every action that the policy to investigate allows, ordered.
#[must_use]
pub fn investigate_allowed() -> Vec<String> {
    ordered(investigates())
}

/// Every action that the policy to read allows, such as `cognito-idp:DescribeUserPool`, ordered.
#[must_use]
pub fn allowed() -> Vec<String> {
    ordered(reads())
}

/// Every action that the policy to read and write allows, ordered.
#[must_use]
pub fn apply_allowed() -> Vec<String> {
    ordered(applies())
}

fn reads() -> Vec<Statement> {
    vec![
        statement("Pools", &Operation::READS, Resource::UserPool),
        statement("Topics", &Operation::READS, Resource::Topic),
        statement("Regions", &Operation::READS, Resource::Any),
    ]
}

fn investigates() -> Vec<Statement> {
    let mut all = reads();
    all.push(statement("Users", &Operation::USER_READS, Resource::UserPool));
    all.push(statement(
        "AlarmHistory",
        &Operation::INCIDENT_READS,
        Resource::Alarm,
    ));
    all.push(statement(
        "Feedback",
        &Operation::FEEDBACK_WRITES,
        Resource::UserPool,
    ));
    all
}

fn applies() -> Vec<Statement> {
    let (managed, always): (Vec<_>, Vec<_>) =
        Operation::WRITES.into_iter().partition(|o| o.only_if_managed());
    let mut all = reads();
    all.push(statement("WritePools", &always, Resource::UserPool));
    all.push(statement("WriteMfaAndClients", &managed, Resource::UserPool));
    all.push(statement("WriteAlarms", &always, Resource::Alarm));
    all.push(Statement {
        sid: "DeliverLogs",
        actions: DELIVERY.map(str::to_owned).into(),
        resource: "*",
    });
    all
}

fn statement(sid: &'static str, operations: &[Operation], kind: Resource) -> Statement {
    let fitting = operations.iter().filter(|o| o.resource() == Some(kind));
    let mut actions: Vec<_> = fitting.map(|o| action(*o)).collect();
    actions.sort_unstable();
    let arn = ARNS.iter().find(|(resource, _)| *resource == kind);
    Statement {
        sid,
        actions,
        resource: arn.map_or("*", |(_, arn)| arn),
    }
}

fn policy(statements: &[Statement]) -> Value {
    let statement =
        |s: &Statement| json!({"Sid": s.sid, "Effect": "Allow", "Action": s.actions, "Resource": s.resource});
    let statements: Vec<_> = statements.iter().map(statement).collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn ordered(statements: Vec<Statement>) -> Vec<String> {
    let mut all: Vec<_> = statements.into_iter().flat_map(|s| s.actions).collect();
    all.sort_unstable();
    all
}

fn action(operation: Operation) -> String {
    format!("{}:{}", operation.service(), operation.as_str())
}

/// The page that explains the policies (`docs/iam/README.md`).
#[must_use]
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    rows(&mut page, &Operation::READS);
    page.push_str(USERS);
    rows(&mut page, &Operation::USER_READS);
    rows(&mut page, &Operation::INCIDENT_READS);
    rows(&mut page, &Operation::FEEDBACK_WRITES);
    page.push_str(WRITING);
    rows(&mut page, &Operation::WRITES);
    page.push_str(TAIL);
    page
}

fn rows(page: &mut String, operations: &[Operation]) {
    for operation in operations {
        let category = operation.category();
        let quota = match (category.per_second(), category.per_second_and_pool()) {
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
        let (name, purpose) = (action(*operation), operation.purpose());
        // Writing to a text cannot fail.
        let _ = writeln!(page, "| `{name}` | {purpose} | {narrowed} | {quota} |");
    }
}

const HEAD: &str = "# Permissions\n\n\
Generated from the table of operations in `src/aws/operation.rs`. [`read.json`](read.json) is all that `scan`, `diff`,\n\
`gate`, `snapshot` and `explain --pool` need; nothing in it can write. Narrow the pools' statement to the ARNs of your pools if\n\
you like: what is denied is reported as not read, never as absent.\n\n\
With `--role-arn`, the caller needs `sts:AssumeRole` on that role, and the role this policy.\n\n\
| action | read for | can be narrowed to | calls a second |\n|---|---|---|---|\n";

const USERS: &str = "\n## Users\n\n\
What users did is personal data. [`users.json`](users.json) has the two actions that read it, `ListUsers` and `AdminListUserAuthEvents`:\n\
`events --from-aws` needs them beside `read.json`. `investigate` needs [`investigate.json`](investigate.json), which is all of `read.json` and all of the table below;\n\
leave out its statement `Feedback`, the one that writes, unless you run `investigate feedback`. Nothing else needs this.\n\n\
| action | read for | can be narrowed to | calls a second |\n|---|---|---|---|\n";

const WRITING: &str = "\n## Writing\n\n\
[`apply.json`](apply.json) is the same with all that can be written. Give it to a role of its own, and narrow its\n\
statements to the pools and alarms that policies are for.\n\n\
| action | written for | can be narrowed to | calls a second |\n|---|---|---|---|\n";

const TAIL: &str = "\n\
Leave out the statement `WriteMfaAndClients` unless a policy names `mfa` or a client's flows, and `DeliverLogs`, which\n\
the service asks of whoever sends logs to CloudWatch Logs, unless a policy names `log_delivery`. Logs to S3 need\n\
`logs:CreateLogDelivery`, `s3:GetBucketPolicy` and `s3:PutBucketPolicy`; logs to Firehose `logs:CreateLogDelivery`,\n\
`iam:CreateServiceLinkedRole` and `firehose:TagDeliveryStream`.\n";

#[cfg(test)]
mod tests {
    use super::*;

    fn needing(operations: &[Operation]) -> usize {
        let needing = operations
            .iter()
            .filter(|operation| operation.resource().is_some());
        needing.count()
    }

    #[test]
    fn every_operation_that_needs_a_permission_has_it_and_none_writes() {
        let allowed = allowed();
        assert_eq!(allowed.len(), needing(&Operation::READS));
        for action in allowed {
            let (_, name) = action.split_once(':').unwrap();
            assert!(
                ["List", "Describe", "Get", "Lookup"]
                    .iter()
                    .any(|verb| name.starts_with(verb)),
                "{action}"
            );
        }
    }

    #[test]
    fn the_policy_to_apply_is_the_one_to_read_and_all_writes() {
        let (mut apply, reads) = (apply_allowed(), allowed());
        let operations = needing(&Operation::WRITES) + DELIVERY.len();
        assert_eq!(apply.len(), reads.len() + operations);
        assert!(reads.iter().all(|action| apply.contains(action)));
        apply.dedup();
        assert_eq!(apply.len(), reads.len() + operations, "each action is there once");
    }
}
