//! `cogward evidence`.

use sha2::{Digest as _, Sha256};

use crate::app::evidence::{EvidenceJob, evidence};
use crate::app::gate_facts::GateFacts;
use crate::app::gates::{GateJob, concerns};
use crate::app::scan::ScanJob;
use crate::cli::args::EvidencePackArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::history::records;
use crate::cli::observation::{Observation, PoolSelection};
use crate::cli::output;
use crate::fs::Tree;
use crate::observe::snapshot::{self, Snapshot};
use crate::render::{self, Format, Shown};
use crate::report::{Report, RunHead};

/// Prints the evidence. Policies with faults are evidence of nothing.
pub fn run(mut context: RunContext, args: &EvidencePackArgs) -> Result<u8, CliError> {
    if let Some(folder) = &args.pack {
        is_free(&context.tree, folder)?;
        // It says who read the pools.
        context.outputs.own = Some(Format::Json);
    }
    let context = &context;
    let policies = context.policies();
    let faults = output::complain(policies.findings(), policies.sources());
    if faults != 0 {
        return Ok(faults);
    }
    let asks = |pool: &_| concerns(&policies, pool);
    let queries = policies.pool_queries();
    let seen = fetch(context, &args.live, PoolSelection::AllAnd(&queries), None, &asks)?;
    if seen.templates.is_some() {
        let from = args.live.from.first().map_or("", String::as_str);
        return Err(CliError::Usage(Observation::of_templates(
            from,
            "evidence is of pools that are there",
        )));
    }
    let mut files = args.record.clone();
    files.extend(args.ledger.ledger.clone());
    let doubt = seen.doubt(!args.live.from.is_empty(), context.settings.today);
    let today = seen.day(!args.live.from.is_empty(), context.settings.today);
    let job = EvidenceJob {
        policies: &policies,
        gate: GateJob {
            estate: &seen.estate,
            facts: GateFacts {
                ledger: context.kept(),
                histories: seen.histories.as_ref(),
                shares: None,
                today,
                doubt: doubt.as_deref(),
            },
        },
        scan: ScanJob {
            estate: &seen.estate,
            today,
            templates: None,
            settings: &context.settings,
            catalogue: &context.catalogue,
            findings: Vec::new(),
            fail_on: None,
            wants_tables: false,
        },
        records: records(&context.tree, &files),
        read_at: seen.at,
    };
    let report = evidence(job);
    let head = context.head_of(&seen, &args.live.from, policies.sources());
    let code = output::finish(&context.tree, &report, &context.outputs, context.colour, &head)?;
    if seen.estate.pools.is_empty() && args.pack.is_some() {
        output::say("no pool was read: nothing is packed");
    } else if let Some(folder) = &args.pack {
        let digest = pack(&context.tree, folder, &report, &head, seen)?;
        output::say(&format!(
            "wrote {} and {SUMS} to {folder}; SHA-256 of {SUMS}: {digest}",
            FILES.map(|(name, _)| name).join(", ")
        ));
    }
    Ok(code)
}

/// Files of a pack with a format, and the snapshot.
const FILES: [(&str, Option<Format>); 4] = [
    ("evidence.md", Some(Format::Markdown)),
    ("evidence.html", Some(Format::Html)),
    ("evidence.json", Some(Format::Json)),
    ("snapshot.json", None),
];

/// What `sha256sum -c` reads.
const SUMS: &str = "SHA256SUMS";

/// A pack goes to a folder of its own: what is there already belongs to another one.
fn is_free(tree: &Tree, folder: &str) -> Result<(), CliError> {
    if tree.exists(folder) {
        let why = format!("--pack: `{folder}` is there already; name a new folder");
        return Err(CliError::Usage(why));
    }
    Ok(())
}

/// Writes a pack, all of it or nothing, and gives the digest of its digests.
fn pack(
    tree: &Tree,
    folder: &str,
    report: &Report,
    head: &RunHead,
    seen: Observation,
) -> Result<String, CliError> {
    let snapshot = Snapshot {
        taken_at: seen.at,
        redacted: false,
        cut: None,
        histories: seen.histories,
        estate: seen.estate,
    };
    let options = output::filed(head);
    let mut texts = Vec::new();
    for (name, format) in FILES {
        let mut text = Vec::new();
        match format {
            Some(format) => render::show(format, Shown::Report(report), &options, &mut text)?,
            None => text = snapshot::write(&snapshot).into_bytes(),
        }
        texts.push((name, text));
    }
    let digest = |text: &[u8]| hex::encode(Sha256::digest(text));
    let line = |(name, text): &(&str, Vec<u8>)| [&digest(text), "  ", name, "\n"].concat();
    let sums: String = texts.iter().map(line).collect();
    let whole = digest(sums.as_bytes());
    texts.push((SUMS, sums.into_bytes()));
    let names: Vec<_> = texts.iter().map(|(name, _)| format!("{folder}/{name}")).collect();
    let files = names.iter().zip(&texts);
    let files: Vec<_> = files
        .map(|(name, (_, text))| (name.as_str(), text.as_slice()))
        .collect();
    tree.make_folder(folder)?;
    tree.write_all(&files)?;
    Ok(whole)
}
