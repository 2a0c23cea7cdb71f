//! The least that a role needs to read and to write, made from the table of operations.

use std::fmt::Write as _;

use serde_json::{Value, json};

use cogward::aws::operation::{Operation, Resource, Use};

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
pub(super) fn read_policy() -> Value {
    policy(&reads())
}

/// The IAM policy to read and write (`docs/iam/apply.json`).
pub(super) fn apply_policy() -> Value {
    policy(&applies())
}

/// The IAM policy to read what users did (`docs/iam/users.json`).
pub(super) fn users_policy() -> Value {
    policy(&[statement("Users", Use::Users, Resource::UserPool)])
}

/// The IAM policy to investigate (`docs/iam/investigate.json`): all that the one to read has, users and alarms' history.
pub(super) fn investigate_policy() -> Value {
    policy(&investigates())
}

fn reads() -> Vec<Statement> {
    vec![
        statement("Pools", Use::Pools, Resource::UserPool),
        statement("Topics", Use::Pools, Resource::Topic),
        statement("Regions", Use::Pools, Resource::Any),
    ]
}

fn investigates() -> Vec<Statement> {
    let mut all = reads();
    all.push(statement("Users", Use::Users, Resource::UserPool));
    all.push(statement("AlarmHistory", Use::Incident, Resource::Alarm));
    all.push(statement("Feedback", Use::Feedback, Resource::UserPool));
    all
}

fn applies() -> Vec<Statement> {
    let (managed, always): (Vec<_>, Vec<_>) = Operation::all_for(Use::Write)
        .into_iter()
        .partition(|o| o.only_if_managed());
    let mut all = reads();
    all.push(narrowed("WritePools", &always, Resource::UserPool));
    all.push(narrowed("WriteMfaAndClients", &managed, Resource::UserPool));
    all.push(narrowed("WriteAlarms", &always, Resource::Alarm));
    all.push(Statement {
        sid: "DeliverLogs",
        actions: DELIVERY.map(str::to_owned).into(),
        resource: "*",
    });
    all
}

fn statement(sid: &'static str, is_for: Use, kind: Resource) -> Statement {
    narrowed(sid, &Operation::all_for(is_for), kind)
}

fn narrowed(sid: &'static str, operations: &[Operation], kind: Resource) -> Statement {
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

fn action(operation: Operation) -> String {
    format!("{}:{}", operation.service(), operation.as_str())
}

/// The page that explains the policies (`docs/iam/README.md`).
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    rows(&mut page, Use::Pools);
    page.push_str(USERS);
    rows(&mut page, Use::Users);
    rows(&mut page, Use::Incident);
    rows(&mut page, Use::Feedback);
    page.push_str(WRITING);
    rows(&mut page, Use::Write);
    page.push_str(TAIL);
    page
}

fn rows(page: &mut String, is_for: Use) {
    for operation in Operation::all_for(is_for) {
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
        let (name, purpose) = (action(operation), operation.purpose());
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

fn needing(is_for: Use) -> usize {
    let operations = Operation::all_for(is_for).into_iter();
    operations
        .filter(|operation| operation.resource().is_some())
        .count()
}

fn actions(statements: Vec<Statement>) -> Vec<String> {
    statements
        .into_iter()
        .flat_map(|statement| statement.actions)
        .collect()
}

/// Every operation that needs a permission has it and none writes.
#[test]
fn read_policy_covers_reads_and_no_writes() {
    let allowed = actions(reads());
    assert_eq!(allowed.len(), needing(Use::Pools));
    for action in allowed {
        let (_, name) = action.split_once(':').unwrap();
        let verbs = ["List", "Describe", "Get", "Lookup"];
        assert!(verbs.iter().any(|verb| name.starts_with(verb)), "{action}");
    }
}

/// The policy to apply is the one to read and all writes.
#[test]
fn apply_policy_is_read_policy_plus_writes() {
    let (mut apply, reads) = (actions(applies()), actions(reads()));
    let operations = needing(Use::Write) + DELIVERY.len();
    assert_eq!(apply.len(), reads.len() + operations);
    assert!(reads.iter().all(|action| apply.contains(action)));
    apply.sort_unstable();
    apply.dedup();
    assert_eq!(apply.len(), reads.len() + operations, "each action is there once");
}
