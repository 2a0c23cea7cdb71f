//! `merge`: the reports of all shards of a run, or of several runs, to the report of everything.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::app::ended::{self, FailOn, Found};
use crate::app::part;
use crate::finding::{Finding, Location};
use crate::ident::RuleId;
use crate::lint::Settings;
use crate::lint::settings::Deny;
use crate::model::shard::Shard;
use crate::report::{PoolKey, PoolProtection, Report, RuleMeta, ShardPart};
use crate::source::{SourceId, Sources};

/// A report and the file that it was read from.
#[derive(Clone, Debug)]
pub struct ShardReport {
    /// The file, for messages.
    pub file: String,
    /// The report.
    pub report: Report,
}

/// Puts reports together.
///
/// Shards of one run become the report that one look at everything would have made. Shards belong to one run where they
/// have one name ([`Cut::of`](crate::model::shard::Cut::of)); several runs are put side by side, each with all of its shards.
///
/// # Errors
/// One sentence for each shard that is missing, there twice, or of another run; nothing is then put together.
pub fn merge(pieces: &[ShardReport]) -> Result<Report, Vec<String>> {
    let mut parts = Vec::new();
    let mut faults = Vec::new();
    for piece in pieces {
        match &piece.report.part {
            Some(part) => parts.push((piece, part.as_ref())),
            None => faults.push(format!(
                "`{}` is not the report of a shard: make it with --shard",
                piece.file
            )),
        }
    }
    let Some((first, common)) = parts.first() else {
        faults.push("there is no report to merge".to_owned());
        return Err(faults);
    };
    let mut runs: BTreeMap<Option<&str>, Vec<(&ShardReport, &ShardPart)>> = BTreeMap::new();
    for (piece, own) in &parts {
        if piece.report.command != first.report.command || own.fails_on != common.fails_on {
            faults.push(format!(
                "`{}` is a {} that fails on `{}`, and `{}` a {} that fails on `{}`",
                piece.file,
                piece.report.command,
                own.fails_on,
                first.file,
                first.report.command,
                common.fails_on
            ));
        }
        runs.entry(own.cut.of.as_deref()).or_default().push((piece, own));
    }
    let members = |run: &[(&ShardReport, &ShardPart)]| -> Vec<Member> {
        run.iter()
            .map(|(piece, part)| Member {
                file: piece.file.clone(),
                shard: part.cut.shard,
            })
            .collect()
    };
    for (name, run) in &runs {
        faults.extend(one_run(run));
        faults.extend(incomplete(*name, &members(run)));
    }
    faults.extend(strangers(&parts));
    if !faults.is_empty() {
        return Err(faults);
    }
    fold(&runs, first.report.command, &common.fails_on)
}

/// One file of a run.
#[derive(Clone, Debug)]
pub struct Member {
    /// The file, for messages.
    pub file: String,
    /// Its shard.
    pub shard: Shard,
}

/// What keeps files from being all shards of one run: other counts, a shard that is there twice, shards that are missing.
#[must_use]
pub fn incomplete(name: Option<&str>, members: &[Member]) -> Vec<String> {
    let Some(first) = members.first() else {
        return Vec::new();
    };
    let count = first.shard.count();
    let mut faults = Vec::new();
    let mut known: BTreeMap<u32, &str> = BTreeMap::new();
    for Member { file, shard } in members {
        if shard.count() != count {
            let words = format!(
                "`{file}` is shard {shard}, and `{}` shard {}",
                first.file, first.shard
            );
            faults.push(format!("{words}: they are not of one run"));
        } else if let Some(before) = known.insert(shard.index(), file) {
            faults.push(format!("shard {shard} is there twice: `{before}` and `{file}`"));
        }
    }
    let missing: Vec<_> = (1..=count)
        .filter(|index| !known.contains_key(index))
        .map(|index| format!("{index}/{count}"))
        .collect();
    if let [shown @ .., _] = missing.as_slice() {
        let of = name.map_or_else(String::new, |name| format!(" of `{name}`"));
        let word = if shown.is_empty() {
            "shard is"
        } else {
            "shards are"
        };
        let shown = &missing[..missing.len().min(20)];
        let more = if missing.len() > shown.len() { ", …" } else { "" };
        faults.push(format!("{word} missing{of}: {}{more}", shown.join(", ")));
    }
    faults
}

/// Reports that have the same name and not the same policies, rules and settings.
fn one_run(run: &[(&ShardReport, &ShardPart)]) -> Vec<String> {
    let Some(((first, part), others)) = run.split_first() else {
        return Vec::new();
    };
    let foreign = others.iter().filter(|(_, own)| own.run != part.run);
    foreign
        .map(|(piece, _)| {
            format!(
                "`{}` is of another run than `{}`: the policies, rules or settings differ",
                piece.file, first.file
            )
        })
        .collect()
}

/// Pools that are in two reports, or in one whose shard they do not belong to.
fn strangers(parts: &[(&ShardReport, &ShardPart)]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for (piece, part) in parts {
        if part.pools.len() != piece.report.pools.len() {
            faults.push(format!("`{}` does not hold the tables of its pools", piece.file));
        }
        for (_, _, id) in &part.pools {
            if !part.cut.shard.owns(id) {
                faults.push(format!(
                    "`{}` holds pool {id}, which is not in shard {}",
                    piece.file, part.cut.shard
                ));
            } else if let Some(before) = known.insert(id, &piece.file)
                && before != piece.file
            {
                faults.push(format!("pool {id} is in `{before}` and in `{}`", piece.file));
            }
        }
    }
    faults
}

type Runs<'a> = BTreeMap<Option<&'a str>, Vec<(&'a ShardReport, &'a ShardPart)>>;

/// Everything that reports say, side by side.
struct Fold {
    found: Found,
    texts: Texts,
    tables: Vec<(PoolKey, PoolProtection)>,
    rules: BTreeMap<RuleId, RuleMeta>,
    hidden: usize,
    ran: usize,
}

impl Fold {
    /// Adds all shards of a run.
    fn add(&mut self, run: &[(&ShardReport, &ShardPart)]) {
        let mut pending: Option<Vec<Finding>> = None;
        for (piece, part) in run {
            let own = self.add_shard(&piece.report, part);
            pending = Some(match pending {
                None => own,
                Some(before) => before.into_iter().filter(|one| own.contains(one)).collect(),
            });
        }
        self.found.findings.extend(pending.unwrap_or_default());
        // Policies are the same in all shards, pools in none.
        if let Some((piece, _)) = run.first() {
            self.found.counts[0] += piece.report.summary.files;
            self.found.counts[1] += piece.report.summary.policies;
        }
    }

    /// Adds one, and gives what stands if all of its run have it.
    fn add_shard(&mut self, report: &Report, part: &ShardPart) -> Vec<Finding> {
        let moved = self.texts.take(&report.sources, &mut self.found.sources);
        let take = |finding: &Finding| relocated(finding.clone(), &moved);
        self.found.findings.extend(report.findings.iter().map(take));
        let others = part::left_out(&part.cut);
        let entries = report.summary.not_checked.iter();
        let entries = entries.filter(|entry| **entry != others);
        self.found.not_checked.extend(entries.cloned());
        let tables = part.pools.iter().cloned().zip(report.pools.iter().cloned());
        self.tables.extend(tables);
        let metas = report.rules.iter().map(|meta| (meta.id.clone(), meta.clone()));
        self.rules.extend(metas);
        self.found.counts[2] += report.summary.pools;
        self.hidden += report.summary.hidden;
        self.ran = self.ran.max(report.summary.rules);
        part.pending.iter().map(take).collect()
    }
}

fn fold(runs: &Runs<'_>, command: &str, word: &str) -> Result<Report, Vec<String>> {
    let mut fold = Fold {
        found: Found::default(),
        texts: Texts::default(),
        tables: Vec::new(),
        rules: BTreeMap::new(),
        hidden: 0,
        ran: 0,
    };
    for run in runs.values() {
        fold.add(run);
    }
    let mut found = fold.found;
    fold.tables.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.protections = fold.tables.into_iter().map(|(_, table)| table).collect();
    let unknown = || vec![format!("`{word}` of a `{command}` is not known")];
    let mut settings = Settings::new(Date::default());
    let mut report = if command == "diff" {
        let fail_on = FailOn::parse(word).ok_or_else(unknown)?;
        ended::diff(found, &settings, fail_on)
    } else {
        settings.deny = Deny::parse(word).ok_or_else(unknown)?;
        let metas = fold.rules.into_values().collect();
        ended::scan(found, &settings, fold.ran, |_| metas)
    };
    report.summary.hidden = fold.hidden;
    Ok(report)
}

/// Texts of all reports, each once.
#[derive(Default)]
struct Texts(BTreeMap<(String, bool, String), SourceId>);

impl Texts {
    /// Where the texts of a report are in the common ones.
    fn take(&mut self, from: &Sources, into: &mut Sources) -> Vec<SourceId> {
        let place = |(_, source): (SourceId, &crate::source::Source)| {
            let key = (
                source.name().to_owned(),
                source.is_builtin(),
                source.text().to_owned(),
            );
            *self.0.entry(key).or_insert_with(|| into.add(source.clone()))
        };
        from.iter().map(place).collect()
    }
}

fn relocated(mut finding: Finding, moved: &[SourceId]) -> Finding {
    let own = |location: &mut Location| {
        if let Some(id) = moved.get(location.source.0) {
            location.source = *id;
        }
    };
    own(&mut finding.primary);
    for related in &mut finding.related {
        own(&mut related.location);
    }
    finding
}
