//! `history`: ledgers, journals and kept reports to a time line of each pool.

mod journal;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::Value;

use crate::app::{conclude, wrong_file};
use crate::drift;
use crate::json;
use crate::ledger;
use crate::lint::Mask;
use crate::model::alarm::is_pool_id;
use crate::model::mode::Mode;
use crate::plan::Auth;
use crate::plan::gate::Out;
use crate::report::{
    HistoryRun, HistorySection, HistoryWrite, ModeSpan, NotChecked, Report, Section, SubjectHistory, Summary,
};
use crate::text;

/// What was read until now.
#[derive(Debug)]
pub struct Histories {
    /// When that is: what is of a later time shows nothing.
    now: Timestamp,
    /// By pool id, and by policy name: the id sorts first.
    subjects: BTreeMap<(bool, String), Known>,
    days: BTreeSet<Date>,
    files: usize,
    not_checked: Vec<NotChecked>,
}

/// What is known of one of them.
#[derive(Debug, Default)]
struct Known {
    /// With the day of the newest file that has it.
    name: Option<(Date, String)>,
    modes: [BTreeSet<(Timestamp, Seen, Mode)>; 2],
    runs: BTreeSet<HistoryRun>,
    writes: BTreeSet<HistoryWrite>,
}

/// How a mode was seen, in the order in which it was so within one moment: files name the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    /// Before a call that changed it.
    Before,
    /// By a reading.
    Read,
    /// After a call that changed it.
    After,
}

impl Histories {
    /// Nothing yet, as of a time.
    pub fn as_of(now: Timestamp) -> Self {
        Self {
            now,
            subjects: BTreeMap::new(),
            days: BTreeSet::new(),
            files: 0,
            not_checked: Vec::new(),
        }
    }

    /// A day, unless it is still to come: then the file says something that nobody can have seen.
    fn past(&self, day: Date) -> Result<Date, String> {
        if day > day_of(self.now) {
            return Err(format!("its date is in the future: {day}"));
        }
        Ok(day)
    }

    /// Takes in a file. What it is, is known by its content; `is_named` says whether the user named it, so that it should be of
    /// use. The day of a report that was made without a time is the date in its name.
    pub fn add(&mut self, name: &str, content: &[u8], is_named: bool) {
        let taken = match kind(content) {
            Kind::Ledger => self.ledger(name, content),
            Kind::Journal => self.journal(name, content),
            Kind::Json(value) => self.json(name, &value).unwrap_or_else(|| Err(not_ours(content))),
            Kind::Other => Err(not_ours(content)),
        };
        match taken {
            Ok(()) => self.files += 1,
            Err(why) if is_named => self.unread(name, &why),
            Err(why) => self.not_checked.push(NotChecked::left_out(name, why)),
        }
    }

    /// Notes a file that could not be read.
    pub fn unread(&mut self, name: &str, why: &str) {
        self.not_checked.push(NotChecked::failed(name, why));
    }

    fn ledger(&mut self, name: &str, content: &[u8]) -> Result<(), String> {
        let ledger = ledger::read(content, self.now).map_err(|error| error.to_string())?;
        for (pool, auth, at, mode) in ledger.seen() {
            self.sighting(pool, auth, (at, Seen::Read), mode);
        }
        self.not_checked.extend(conclude::damaged(name, &ledger));
        Ok(())
    }

    fn sighting(&mut self, pool: &str, auth: Auth, (at, seen): (Timestamp, Seen), mode: Mode) {
        let index = usize::from(auth == Auth::Custom);
        self.days.insert(day_of(at));
        self.pool(pool).modes[index].insert((at, seen, mode));
    }

    fn pool(&mut self, id: &str) -> &mut Known {
        self.subjects.entry((false, id.to_owned())).or_default()
    }

    /// A pool has the name that it had last.
    fn named(&mut self, day: Date, id: &str, name: &str) {
        let known = self.pool(id);
        if known.name.as_ref().is_none_or(|(before, _)| *before <= day) {
            known.name = Some((day, name.to_owned()));
        }
    }

    /// `None` for JSON that is of no use here.
    fn json(&mut self, name: &str, value: &Value) -> Option<Result<(), String>> {
        let is_ours = value.pointer("/tool/name").and_then(Value::as_str) == Some("cogward");
        let is_known = value["version"].as_u64() == Some(1);
        let command = value["command"].as_str().unwrap_or_default();
        let command = ["scan", "lint", "diff"]
            .into_iter()
            .find(|known| *known == command);
        Some(match (is_ours, is_known, command) {
            (false, ..) => return None,
            (_, false, _) => Err("a later version of cogward wrote it: update cogward".to_owned()),
            (_, _, Some(command)) if value["findings"].is_array() => self
                .day(name, &value["run"])
                .and_then(|day| self.past(day))
                .map(|day| self.report(name, day, command, value)),
            _ if value["today"].is_string() && value["pools"].is_array() => self.gate(value),
            _ if value["ending"].is_string() => {
                Err("the journal of this run says when it was, and by whom: give the journal".to_owned())
            }
            _ => return None,
        })
    }

    /// The day of a report: when it was written, else the day that counted as today, else the date in its name. A name that
    /// means another day is reported, unless clocks of two places explain it.
    fn day(&mut self, name: &str, run: &Value) -> Result<Date, String> {
        let at = run["at"].as_str().and_then(|at| at.parse().ok()).map(day_of);
        let said = at.or_else(|| run["today"].as_str().and_then(text::date));
        let (day, named) = match (said, date_in(name)) {
            (Some(day), Some(named)) => (day, named),
            (Some(day), None) | (None, Some(day)) => return Ok(day),
            (None, None) => {
                return Err(
                    "the report was made without a time (--no-time): put the date into its name, such as scan-2026-11-27.json"
                        .to_owned(),
                );
            }
        };
        if (day - named).get_days().abs() > 1 {
            let why = format!("its name says {named}, and the report {day}: the report's day counts");
            self.not_checked.push(NotChecked::left_out(
                format!("the date in the name of {name}"),
                why,
            ));
        }
        Ok(day)
    }

    /// Modes in which a gate saw the pools.
    fn gate(&mut self, value: &Value) -> Result<(), String> {
        let today = value["today"].as_str().and_then(text::date);
        let today = self.past(today.ok_or("`today` is not a date")?)?;
        let at = today.to_zoned(TimeZone::UTC).map_err(|error| error.to_string())?;
        for pool in array(&value["pools"]) {
            let Some(id) = pool["pool"].as_str() else { continue };
            let name = pool["pool_name"].as_str().filter(|name| !name.is_empty());
            for mode in array(&pool["modes"]) {
                let auth = Auth::ALL
                    .into_iter()
                    .find(|auth| mode["auth"].as_str() == Some(auth.as_str()));
                let live = serde_json::from_value(mode["live"].clone()).ok();
                if let (Some(auth), Some(live)) = (auth, live) {
                    self.sighting(id, auth, (at.timestamp(), Seen::Read), live);
                }
            }
            if let Some(name) = name {
                self.named(today, id, name);
            }
        }
        Ok(())
    }

    /// Modes that a report has of a pool, by the words for the kinds of authentication.
    fn seen_on(&mut self, day: Date, pool: &str, modes: &Value) {
        let Ok(at) = day.to_zoned(TimeZone::UTC) else {
            return;
        };
        for auth in Auth::ALL {
            if let Ok(mode) = serde_json::from_value(modes[auth.as_str()].clone()) {
                self.sighting(pool, auth, (at.timestamp(), Seen::Read), mode);
            }
        }
    }

    fn report(&mut self, file: &str, day: Date, command: &'static str, value: &Value) {
        let is_diff = command == "diff";
        let mut runs = BTreeMap::<(bool, String), HistoryRun>::new();
        let empty = || HistoryRun {
            day,
            file: file.to_owned(),
            command,
            errors: 0,
            warnings: 0,
            notes: 0,
            suppressed: 0,
            differences: is_diff.then_some(0),
            weaker: is_diff.then_some(0),
            missing: false,
            partly_read: false,
        };
        self.days.insert(day);
        // Templates have the modes that somebody wants, and a snapshot those of another day.
        let is_of_aws = array(&value["run"]["from"]).is_empty();
        for pool in array(&value["pools"]) {
            let subject = subject(command, pool["title"].as_str().unwrap_or_default());
            if let ((false, id), Some(name)) = &subject {
                self.named(day, id, name);
            }
            if let (false, id) = &subject.0
                && is_of_aws
            {
                self.seen_on(day, id, &pool["modes"]);
            }
            runs.entry(subject.0).or_insert_with(empty);
        }
        for finding in array(&value["findings"]) {
            let difference = &finding["difference"];
            let id = [&difference["pool"], &finding["location"]["pool"]];
            let id = id.into_iter().find_map(Value::as_str);
            let is_missing = finding["rule"] == drift::Kind::PoolMissing.rule_id().as_str();
            let id = id.or_else(|| missing_pool(finding).filter(|_| is_missing));
            let titled = finding["policy"].as_str().map(|title| subject(command, title).0);
            // A policy whose pools were not found by their names is no pool.
            let titled = titled.filter(|_| !is_missing);
            let Some(key) = id.map(|id| (false, id.to_owned())).or(titled) else {
                if is_missing {
                    let policy = finding["policy"].as_str().unwrap_or_default();
                    let what = format!("policy {policy} in {file}");
                    self.not_checked
                        .push(NotChecked::left_out(what, "it found no pool on that day"));
                }
                continue;
            };
            let run = runs.entry(key).or_insert_with(empty);
            if is_missing {
                run.missing = true;
                (run.differences, run.weaker) = (Some(1), Some(1));
                continue;
            }
            count(run, finding);
        }
        let (unread, all_unread) = unread(value);
        for id in unread {
            runs.entry((false, id.to_owned()))
                .or_insert_with(empty)
                .partly_read = true;
        }
        for (key, mut run) in runs {
            run.partly_read |= all_unread;
            self.subjects.entry(key).or_default().runs.insert(run);
        }
    }

    /// Leaves these pools alone, each by its id.
    pub fn keep(&mut self, pools: &[String]) {
        self.subjects
            .retain(|(is_policy, id), _| !is_policy && pools.contains(id));
    }

    /// The pools of which something was read, each with its id and name. Hostile texts.
    pub fn pools(&self) -> impl Iterator<Item = (&str, &str)> {
        let pools = self.subjects.iter().filter(|((is_policy, _), _)| !is_policy);
        pools.map(|((_, id), known)| (id.as_str(), known.name.as_ref().map_or("", |(_, name)| name)))
    }

    /// The report of all that was read.
    pub fn finish(mut self) -> Report {
        let (Some(from), Some(to)) = (self.days.first().copied(), self.days.last().copied()) else {
            return self.report_of(None);
        };
        let subjects = std::mem::take(&mut self.subjects).into_iter();
        let subjects = subjects.map(|(key, known)| known.told(key)).collect();
        self.report_of(Some(HistorySection { from, to, subjects }))
    }

    fn report_of(mut self, section: Option<HistorySection>) -> Report {
        for entry in &mut self.not_checked {
            Mask::default().credential(&mut entry.why);
        }
        let failed = self.not_checked.iter().any(|entry| entry.failed);
        let exit_code = match (&section, failed) {
            (None, _) => 2,
            (Some(_), true) => 4,
            (Some(_), false) => 0,
        };
        let today = Date::ZERO;
        let empty = HistorySection {
            from: today,
            to: today,
            subjects: Vec::new(),
        };
        Report {
            summary: Summary {
                files: self.files,
                not_checked: self.not_checked,
                ..Summary::default()
            },
            section: Some(Section::History(section.unwrap_or(empty))),
            exit_code,
            ..Report::of("history")
        }
    }
}

/// That a file is of no use, and what it seems to be.
fn not_ours(content: &[u8]) -> String {
    let seems = wrong_file::seems(&String::from_utf8_lossy(content));
    let seems = seems.map_or_else(|| "it is".to_owned(), |what| format!("it seems to be {what},"));
    format!(
        "{seems} not a ledger, a journal or a JSON report of scan, lint, diff or gate; name a file that `--ledger`, `--journal` or \
         `--output` wrote"
    )
}

/// What a file is.
enum Kind {
    Ledger,
    Journal,
    Json(Value),
    Other,
}

fn kind(content: &[u8]) -> Kind {
    let mut lines = content.split(|byte| *byte == b'\n');
    // The first lines of a ledger may be damaged; of a journal they may not.
    let events = lines.by_ref().take(100).find_map(|line| {
        let value = json::value(line).ok()?;
        value["event"].as_str().map(str::to_owned)
    });
    match events.as_deref() {
        Some("mode" | "agreed") => Kind::Ledger,
        Some("run") => Kind::Journal,
        _ => json::value(content).map_or(Kind::Other, Kind::Json),
    }
}

fn day_of(at: Timestamp) -> Date {
    Zoned::new(at, TimeZone::UTC).date()
}

/// The last date in a name, as `2026-11-27` or `20261127`.
fn date_in(name: &str) -> Option<Date> {
    let bytes = name.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).rev().find_map(|start| {
        let before = start.checked_sub(1).is_some_and(is_digit);
        let long = name.get(start..start + 10).filter(|_| !is_digit(start + 10));
        let short = name.get(start..start + 8).filter(|_| !is_digit(start + 8));
        let short = short.filter(|short| short.bytes().all(|byte| byte.is_ascii_digit()));
        let short = short.map(|short| format!("{}-{}-{}", &short[..4], &short[4..6], &short[6..]));
        if before {
            return None;
        }
        long.and_then(text::date)
            .or_else(|| short.as_deref().and_then(text::date))
    })
}

/// Of a report's title: whether it is of a policy, and its name or the pool's id; and the pool's name.
fn subject(command: &str, title: &str) -> ((bool, String), Option<String>) {
    let pool = title.strip_suffix(')').and_then(|title| title.rsplit_once(" ("));
    match (command, pool) {
        ("lint", _) => ((true, title.to_owned()), None),
        (_, Some((name, id))) => ((false, id.to_owned()), Some(name.to_owned())),
        (_, None) => ((false, title.to_owned()), None),
    }
}

/// Counts a finding, or a difference, of a report.
fn count(run: &mut HistoryRun, finding: &Value) {
    let difference = &finding["difference"];
    let severity = finding["severity"].as_str();
    match (finding.get("suppressed"), difference.is_object(), severity) {
        (Some(_), ..) => run.suppressed += 1,
        (None, true, _) if difference["cause"].as_str() == Some("pending") => {}
        (None, true, severity) => {
            run.differences = run.differences.map(|number| number + 1);
            let is_weaker = difference["live_is"]
                .as_str()
                .map_or(severity == Some("error"), |is| {
                    is == "weaker" || is == "undefined"
                });
            run.weaker = run.weaker.map(|number| number + usize::from(is_weaker));
        }
        (None, false, Some("error")) => run.errors += 1,
        (None, false, Some("warning")) => run.warnings += 1,
        (None, false, _) => run.notes += 1,
    }
}

/// The pool that a finding says is not there; `None` where a policy names its pools otherwise.
fn missing_pool(finding: &Value) -> Option<&str> {
    let message = finding["message"].as_str()?;
    let id = message.strip_prefix("pool `")?.split('`').next()?;
    is_pool_id(id).then_some(id)
}

/// What a report could not read: ids of pools, and whether it may be about every pool of the report.
fn unread(report: &Value) -> (BTreeSet<&str>, bool) {
    let (mut pools, mut failed, mut everywhere) = (BTreeSet::new(), false, false);
    for entry in array(&report["summary"]["not_checked"]) {
        if entry["failed"].as_bool() == Some(false) {
            continue;
        }
        failed = true;
        // `responses of pool us-west-2_A`; whatever is not about one pool is about all.
        let id = entry["what"].as_str().and_then(|what| what.rsplit_once("pool "));
        match id
            .map(|(_, id)| id)
            .filter(|id| id.contains('_') && !id.contains(' '))
        {
            Some(id) => drop(pools.insert(id)),
            None => everywhere = true,
        }
    }
    // A run ends with 2 for a pool that is not there, too: the others were read.
    let findings = || array(&report["findings"]).iter();
    let is_missing = |finding: &Value| finding["rule"] == drift::Kind::PoolMissing.rule_id().as_str();
    let has_faults = findings().any(|finding| finding["input_fault"] == true);
    let only_missing = findings().any(is_missing) && !has_faults;
    let everywhere = everywhere
        || match report["exit_code"].as_u64() {
            Some(2) => !only_missing,
            Some(5) => true,
            Some(4) => !failed,
            _ => false,
        };
    (pools, everywhere)
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl Known {
    fn told(self, (is_policy, key): (bool, String)) -> SubjectHistory {
        let modes = Auth::ALL.into_iter().zip(&self.modes);
        let modes = modes.flat_map(|(auth, seen)| spans(auth, seen)).collect();
        SubjectHistory {
            pool: (!is_policy).then(|| key.clone()),
            name: if is_policy {
                Some(key)
            } else {
                self.name.map(|(_, name)| name)
            },
            modes,
            runs: self.runs.into_iter().collect(),
            writes: self.writes.into_iter().collect(),
        }
    }
}

/// Times of one mode each: a mode that is seen again is the same time.
fn spans(auth: Auth, seen: &BTreeSet<(Timestamp, Seen, Mode)>) -> Vec<ModeSpan> {
    let mut spans: Vec<ModeSpan> = Vec::new();
    for (at, _, mode) in seen {
        let (since, mode) = (day_of(*at), Out::Mode(*mode).label());
        match spans.last_mut() {
            Some(last) if last.mode == mode => continue,
            Some(last) => last.until = Some(since),
            None => {}
        }
        spans.push(ModeSpan {
            auth: auth.as_str(),
            mode,
            since,
            until: None,
        });
    }
    spans
}

#[cfg(test)]
mod tests;
