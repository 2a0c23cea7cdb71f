//! Questions for `CloudWatch` Logs Insights. It has neither NULL logic nor views: what it cannot say is said in a comment.

use std::fmt::Write as _;

use super::places::comment;
use crate::insights::file::InsightMeasure;
use crate::insights::load::{Condition, InsightQuestion, Test};
use crate::insights::member::{QuestionMember, RecordKind};
use crate::model::event::{
    AuthEventType, EventResponse, FeedbackValue, RefusalCause, RiskDecision, Spelling,
};
use crate::model::response::RiskLevel;

/// What a query may return.
const MOST_ROWS: usize = 10_000;

pub(super) fn text(questions: &[InsightQuestion]) -> String {
    let mut text = String::from(
        "# Events are counted by their id (about, where there are very many); an event that came again with a further response\n\
         # counts in the rows of both. Empty values and the text `null` are unknown.\n\n",
    );
    for question in questions {
        let _ = write!(
            text,
            "# question: {}\n# {}\n",
            comment(&question.id),
            comment(&question.title)
        );
        let risks = [InsightMeasure::FirstRisk, InsightMeasure::LastRisk];
        if question.keep.is_some() || question.measures.iter().any(|measure| risks.contains(measure)) {
            text.push_str(
                "# Logs Insights cannot answer this: it does not compare the events of a user.\n\n",
            );
            continue;
        }
        let _ = writeln!(
            text,
            "# log group: {}",
            match question.of {
                RecordKind::Events => "the user-activity export",
                RecordKind::Trail => "CloudTrail",
            }
        );
        text.push_str(&query(question));
        text.push('\n');
    }
    text
}

fn query(question: &InsightQuestion) -> String {
    let mut conditions = match question.of {
        RecordKind::Events => vec!["ispresent(message.eventId)".to_owned()],
        RecordKind::Trail => vec!["eventSource = \"cognito-idp.amazonaws.com\"".to_owned()],
    };
    conditions.extend(question.filter.iter().map(|one| condition(one, question.of)));
    let groups: Vec<_> = question
        .group
        .iter()
        .map(|member| group(*member, question.of))
        .collect();
    let measures: Vec<_> = question
        .measures
        .iter()
        .map(|measure| measured(*measure, question.of))
        .collect();
    format!(
        "filter {}\n| stats {} by {}\n| sort {} desc\n| limit {}\n",
        conditions.join(" and "),
        measures.join(", "),
        groups.join(", "),
        question.order.as_str(),
        question.limit.min(MOST_ROWS)
    )
}

/// The field of a member.
fn field(member: QuestionMember, of: RecordKind) -> &'static str {
    use QuestionMember as Member;
    match (of, member) {
        (_, Member::Type) => "message.eventType",
        (_, Member::Response) => "message.eventResponse",
        (_, Member::Risk) => "message.riskLevel",
        (_, Member::Decision) => "message.riskDecision",
        (_, Member::Compromised) => "message.compromisedCredentialDetected",
        (_, Member::Context) => "message.hasContextData",
        (_, Member::Feedback) => "message.eventFeedbackValue",
        (_, Member::Idp) => "message.idpName",
        (_, Member::City) => "message.city",
        (_, Member::Country) => "message.country",
        (_, Member::Device) => "message.deviceName",
        (RecordKind::Events, Member::Pool) => "message.userPoolId",
        (RecordKind::Events, Member::Client) => "message.clientId",
        (RecordKind::Events, Member::User) => "message.userSub",
        (RecordKind::Events, Member::Address) => "message.ipAddress",
        (RecordKind::Trail, Member::Pool) => "requestParameters.userPoolId",
        (RecordKind::Trail, Member::Client) => "requestParameters.clientId",
        (RecordKind::Trail, Member::User) => "additionalEventData.sub",
        (RecordKind::Trail, Member::Address) => "sourceIPAddress",
        (_, Member::Day) => "bin(1d)",
        (_, Member::Action) => "eventName",
        (_, Member::Flow) => "requestParameters.authFlow",
        (_, Member::Failed) => "ispresent(errorCode)",
        (_, Member::Reason) => "errorMessage",
    }
}

/// A column, or two where one does not say enough.
fn group(member: QuestionMember, of: RecordKind) -> String {
    let field = field(member, of);
    match member {
        QuestionMember::Risk => format!("{field} as risk, message.riskDecision as risk_decision"),
        QuestionMember::Reason => format!("errorCode as code, {field} as reason"),
        other => format!("{field} as {}", other.as_str()),
    }
}

fn measured(measure: InsightMeasure, of: RecordKind) -> String {
    let what = match (measure.distinct(), of) {
        (Some(member), _) => field(member, of),
        (None, RecordKind::Events) => "message.eventId",
        (None, RecordKind::Trail) => "eventID",
    };
    format!("count_distinct({what}) as {}", measure.as_str().replace('-', "_"))
}

fn condition(condition: &Condition, of: RecordKind) -> String {
    let member = condition.member;
    let any = |values: &[String]| {
        let tests: Vec<_> = values.iter().map(|value| is(member, value, of)).collect();
        format!("({})", tests.join(" or "))
    };
    let known = known(member, of);
    match &condition.test {
        Test::Is(values) => any(values),
        Test::Not(values) => format!("({known} and not {})", any(values)),
        Test::Known(true) => known,
        Test::Known(false) => format!("not {known}"),
    }
}

fn known(member: QuestionMember, of: RecordKind) -> String {
    match member {
        QuestionMember::Day => "ispresent(@timestamp)".to_owned(),
        QuestionMember::Failed => "(ispresent(errorCode) or eventType != \"AwsServiceEvent\")".to_owned(),
        QuestionMember::Risk => format!("({} or {})", filled(field(member, of)), is(member, "none", of)),
        QuestionMember::Reason => format!("({} or {})", filled("errorMessage"), filled("errorCode")),
        other => filled(field(other, of)),
    }
}

fn filled(field: &str) -> String {
    format!("({field} not like /(?i)^(null)?$/ and ispresent({field}))")
}

fn is(member: QuestionMember, value: &str, of: RecordKind) -> String {
    let field = field(member, of);
    match (member, value) {
        (QuestionMember::Risk, "none") => {
            let no_risk = words::<RiskDecision>("NoRisk");
            format!("(not {} and message.riskDecision like {no_risk})", filled(field))
        }
        (QuestionMember::Failed, "true") => "(ispresent(errorCode) and errorCode != \"\")".to_owned(),
        (QuestionMember::Failed, _) => {
            "(eventType != \"AwsServiceEvent\" and not (ispresent(errorCode) and errorCode != \"\"))"
                .to_owned()
        }
        (QuestionMember::Reason, _) => reason(value),
        (QuestionMember::Compromised | QuestionMember::Context, _) => format!("{field} like /(?i)^{value}$/"),
        (QuestionMember::Type, _) => spelled::<AuthEventType>(field, value),
        (QuestionMember::Response, _) => spelled::<EventResponse>(field, value),
        (QuestionMember::Decision, _) => spelled::<RiskDecision>(field, value),
        (QuestionMember::Feedback, _) => spelled::<FeedbackValue>(field, value),
        (QuestionMember::Risk, _) => spelled::<RiskLevel>(field, value),
        (QuestionMember::Day, _) => format!("datefloor(@timestamp, 1d) = {}", quoted(value)),
        _ => format!("{field} = {}", quoted(value)),
    }
}

fn reason(value: &str) -> String {
    let Some((_, texts, codes)) = RefusalCause::ALL
        .iter()
        .find(|(cause, _, _)| cause.as_str() == value)
    else {
        return format!("errorCode = {}", quoted(value));
    };
    let texts = texts.iter().map(|text| format!("errorMessage like /(?i){text}/"));
    let codes = codes.iter().map(|code| format!("errorCode = {}", quoted(code)));
    format!("({})", texts.chain(codes).collect::<Vec<_>>().join(" or "))
}

fn spelled<T: Spelling>(field: &str, value: &str) -> String {
    if T::WORDS.iter().any(|word| word.as_str() == value) {
        format!("{field} like {}", words::<T>(value))
    } else {
        format!("{field} = {}", quoted(value))
    }
}

/// A pattern for every spelling of a word: `SignIn`, `SIGN_IN`, `sign-in`.
fn words<T: Spelling>(value: &str) -> String {
    let mut pattern = String::new();
    for (at, c) in value.chars().enumerate() {
        if at > 0 && c.is_ascii_uppercase() {
            pattern.push_str("[ _-]?");
        }
        pattern.push(c.to_ascii_lowercase());
    }
    let word = T::WORDS.iter().find(|word| word.as_str() == value);
    for alias in word.iter().flat_map(|word| word.aliases()) {
        let _ = write!(pattern, "|{alias}");
    }
    format!("/(?i)^({pattern})$/")
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}
