//! Records one by one, in any order, to an answer. Memory is bounded by what the question keeps apart: see [`MOST_GROUPS`] and
//! [`MOST_DISTINCT`].

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::insights::answer::{AnswerRow, InsightAnswer, MeasureValue};
use crate::insights::file::{InsightMeasure, KeptGroups};
use crate::insights::load::InsightQuestion;
use crate::insights::member::{InsightRecord, RISKS, risk};

/// Most rows that are held.
const MOST_GROUPS: usize = 1_000_000;

/// Most different values (users, addresses, clients) that are held of a question, all rows together: 10 bytes each, or so.
const MOST_DISTINCT: usize = 20_000_000;

/// When, in milliseconds, and an index of [`RISKS`].
type Dated = (i64, usize);

/// What is held of a row.
#[derive(Debug, Default)]
struct Group {
    events: u64,
    /// For each measure that counts different values, hashes of them.
    distinct: Vec<HashSet<u64>>,
    /// For each measure, whether a value is unknown or was not held.
    at_least: Vec<bool>,
    first: Option<Dated>,
    last: Option<Dated>,
}

/// Answers one question.
#[derive(Debug)]
pub struct QuestionCounter {
    question: InsightQuestion,
    groups: HashMap<Vec<Option<String>>, Group>,
    held: usize,
    most_groups: usize,
    most_distinct: usize,
    records: u64,
    matched: u64,
    undecided: u64,
    beyond: u64,
}

impl QuestionCounter {
    /// Nothing counted yet.
    pub fn new(question: InsightQuestion) -> Self {
        Self::bounded(question, MOST_GROUPS, MOST_DISTINCT)
    }

    pub(super) fn bounded(question: InsightQuestion, most_groups: usize, most_distinct: usize) -> Self {
        Self {
            question,
            groups: HashMap::new(),
            held: 0,
            most_groups,
            most_distinct,
            records: 0,
            matched: 0,
            undecided: 0,
            beyond: 0,
        }
    }

    /// Counts a record; one of the other kind is left alone.
    pub fn add(&mut self, record: InsightRecord<'_>) {
        if record.kind() != self.question.of {
            return;
        }
        self.records += 1;
        match self.counts(record) {
            Some(false) => {}
            None => self.undecided += 1,
            Some(true) => {
                self.matched += 1;
                self.count(record);
            }
        }
    }

    /// Whether a record counts: a condition that fails decides, whatever is unknown beside it.
    fn counts(&self, record: InsightRecord<'_>) -> Option<bool> {
        let mut all = Some(true);
        for condition in &self.question.filter {
            match condition.holds(condition.member.value(record).as_deref()) {
                Some(false) => return Some(false),
                None => all = None,
                Some(true) => {}
            }
        }
        all
    }

    fn count(&mut self, record: InsightRecord<'_>) {
        let group = self.question.group.iter();
        let key: Vec<_> = group
            .map(|member| member.value(record).map(std::borrow::Cow::into_owned))
            .collect();
        if self.groups.len() >= self.most_groups && !self.groups.contains_key(&key) {
            self.beyond += 1;
            return;
        }
        let measures = &self.question.measures;
        let group = self.groups.entry(key).or_insert_with(|| Group {
            distinct: vec![HashSet::new(); measures.len()],
            at_least: vec![false; measures.len()],
            ..Group::default()
        });
        group.events += 1;
        let slots = group.distinct.iter_mut().zip(&mut group.at_least);
        for (measure, (set, at_least)) in measures.iter().zip(slots) {
            let Some(member) = measure.distinct() else {
                continue;
            };
            let Some(value) = member.value(record) else {
                *at_least = true;
                continue;
            };
            let value = hash(&value);
            if self.held < self.most_distinct {
                self.held += usize::from(set.insert(value));
            } else if !set.contains(&value) {
                *at_least = true;
            }
        }
        if let Some(dated) = dated(record) {
            group.first = Some(group.first.map_or(dated, |first| first.min(dated)));
            group.last = Some(group.last.map_or(dated, |last| last.max(dated)));
        }
    }

    /// The answer.
    pub fn finish(self) -> InsightAnswer {
        let question = self.question;
        let order = question
            .measures
            .iter()
            .position(|measure| *measure == question.order);
        let kept = self
            .groups
            .into_iter()
            .filter(|(key, group)| match question.keep {
                None => true,
                // Those of whom nobody knows who they are are many, and not one whose risk climbs.
                Some(KeptGroups::RiskClimbs) => climbs(group) && key.iter().all(Option::is_some),
            });
        let mut rows: Vec<_> = kept
            .map(|(key, group)| AnswerRow {
                values: values(&question.measures, &group),
                group: key,
                events: group.events,
            })
            .collect();
        // Unknown comes last, and rows that are alike stand in the order of their values: every run gives the same.
        rows.sort_by_cached_key(|row| {
            let measured = order.and_then(|at| row.values.get(at)).map(rank);
            let group: Vec<_> = row
                .group
                .iter()
                .map(|value| (value.is_none(), value.clone()))
                .collect();
            (Reverse(measured), group)
        });
        let rest = rows.split_off(rows.len().min(question.limit));
        InsightAnswer {
            records: self.records,
            matched: self.matched,
            undecided: self.undecided,
            more_rows: rest.len() as u64,
            more_events: rest.iter().map(|row| row.events).sum(),
            beyond: self.beyond,
            rows,
            question,
        }
    }
}

/// When an event with a known risk was, and the risk.
fn dated(record: InsightRecord<'_>) -> Option<Dated> {
    let InsightRecord::Event(event) = record else {
        return None;
    };
    let risk = risk(event)?;
    let rank = RISKS.iter().position(|known| *known == risk)?;
    Some((event.at?.as_millisecond(), rank))
}

fn climbs(group: &Group) -> bool {
    let risk = |dated: Option<Dated>| dated.map(|(_, risk)| risk);
    risk(group.first) < risk(group.last)
}

fn values(measures: &[InsightMeasure], group: &Group) -> Vec<MeasureValue> {
    let risk = |dated: Option<Dated>| {
        let risk = dated.and_then(|(_, risk)| RISKS.get(risk));
        risk.map_or(MeasureValue::Unknown, |risk| MeasureValue::Risk(risk))
    };
    let one = |(at, measure): (usize, &InsightMeasure)| match measure {
        InsightMeasure::Events => MeasureValue::Count {
            number: group.events,
            at_least: false,
        },
        InsightMeasure::FirstRisk => risk(group.first),
        InsightMeasure::LastRisk => risk(group.last),
        InsightMeasure::Users | InsightMeasure::Addresses | InsightMeasure::Clients => {
            let number = group.distinct.get(at).map_or(0, |set| set.len() as u64);
            let at_least = group.at_least.get(at).copied().unwrap_or(true);
            // Nobody who is named is not nobody.
            if number == 0 {
                MeasureValue::Unknown
            } else {
                MeasureValue::Count { number, at_least }
            }
        }
    };
    measures.iter().enumerate().map(one).collect()
}

/// What rows are ordered by; unknown is the least.
fn rank(value: &MeasureValue) -> u64 {
    match value {
        MeasureValue::Unknown => 0,
        MeasureValue::Count { number, .. } => *number,
        MeasureValue::Risk(risk) => 1 + RISKS.iter().position(|known| known == risk).unwrap_or(0) as u64,
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
