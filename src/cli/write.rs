//! From a plan to its end, for the commands that write: show, ask, carry out, look again, report.

use std::collections::BTreeMap;

use crate::app::apply::{
    Chosen, Execution, Prepared, Step, callers, carry_out, reported, to_undo, unconfirmed, verify,
};
use crate::app::wrong_file::{PLAN, mistaken};
use crate::cli::args::{PlanArgs, ReachArgs, RunArgs, WriteArgs};
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::live::{Bar, LiveSession, watched};
use crate::cli::observation::Observation;
use crate::cli::prompt::{self, Agreement};
use crate::cli::reasons::{masked, reason};
use crate::cli::{environment, options, output};
use crate::fs::{MAX_BYTES, MAX_SNAPSHOT_BYTES, Tree};
use crate::hidden;
use crate::journal::{self, Journal, JournaledGate, Reasons, Who};
use crate::json;
use crate::observe::live::Fetched;
use crate::plan::file::PlanV1;
use crate::plan::guard::Permits;
use crate::pointer::Pointer;
use crate::proposal::{Accept, ApplyOutcome, CallOutcome, Ending, Guard, PoolProposal, Proposal, Refused};
use crate::render::{PlanPart, PlanView, RenderOptions, Shown, visible};
use crate::report::RunHead;
use crate::source::Sources;
use crate::text;

/// Everything that ends a command that writes.
pub struct WriteCommand<'a> {
    context: &'a RunContext,
    args: &'a PlanArgs,
    /// What reports are filed by.
    head: RunHead,
    /// What has to be typed again to reach the same pools.
    again: Vec<String>,
}

/// The exit code of calls that went well and of which something was not written: a report, or the ledger. It must not be
/// taken for wrong usage, after which nothing was done.
pub(super) const UNREPORTED: u8 = 4;

/// How a command that writes ends.
#[derive(Clone, Copy, Debug)]
pub struct WriteEnd {
    /// The exit code.
    pub code: u8,
    /// Whether calls were made, well or not.
    pub carried_out: bool,
}

/// What has to be typed again to reach the same pools with the same settings.
fn again(session: &ReachArgs, run: &RunArgs) -> Vec<String> {
    let config = run.config.config.iter();
    let config = config.flat_map(|file| ["--config".to_owned(), file.clone()]);
    session.again().into_iter().chain(config).collect()
}

/// Which changes are wanted.
pub fn chosen(args: &WriteArgs) -> Result<Chosen, CliError> {
    Ok(Chosen {
        only: pointers("--only", &args.only)?,
        exclude: pointers("--exclude", &args.exclude)?,
    })
}

/// JSON pointers as they are typed.
fn pointers(option: &str, typed: &[String]) -> Result<Vec<Pointer>, CliError> {
    let parsed = typed.iter().map(|text| {
        options::is_no_path_of_windows(option, text)?;
        let pointer = Pointer::parse(text).filter(|pointer| *pointer != Pointer::root());
        pointer.ok_or_else(|| {
            CliError::Usage(format!(
                "{option} {text}: a pointer is written as the plan shows it, such as /mode/standard"
            ))
        })
    });
    parsed.collect()
}

/// What was allowed by name.
pub fn permits(args: &WriteArgs) -> Result<Permits, CliError> {
    let override_gate = args.override_gate.as_deref();
    let override_gate = override_gate.map(|text| reason("--override-gate", text));
    Ok(Permits {
        weaken: options::named("--allow-weaken", &args.allow_weaken)?,
        block: options::named("--allow-block", &args.allow_block)?,
        override_gate: override_gate.transpose()?,
        findings: BTreeMap::new(),
        max_pools: args.max_pools,
    })
}

/// What the journal keeps of what was typed.
pub fn reasons(args: &WriteArgs, permits: &Permits) -> Reasons {
    Reasons {
        audit: None,
        override_gate: permits.override_gate.clone(),
        allow_weaken: permits.weaken.iter().map(ToString::to_string).collect(),
        allow_block: permits.block.iter().map(ToString::to_string).collect(),
        allow_finding: permits.findings.clone(),
        only: args.only.clone(),
        exclude: args.exclude.clone(),
    }
}

/// The plan that was reviewed.
pub fn saved_plan(tree: &Tree, name: Option<&str>) -> Result<Option<PlanV1>, CliError> {
    let Some(name) = name else { return Ok(None) };
    let text = tree
        .read_within(name, MAX_BYTES * 16)
        .map_err(|fault| CliError::Usage(fault.told(name)))?;
    let plan = json::typed(text.as_bytes())
        .map_err(|error| CliError::Usage(mistaken(name, &text, PLAN, &json::describe(&error))))?;
    Ok(Some(plan))
}

impl<'a> WriteCommand<'a> {
    /// The command, which reads `inputs`. Errors, before anything is asked of AWS: a format that a plan does not have, a file
    /// that would be overwritten by another one of the same run, one that cannot be written, and a day that is not the
    /// clock's.
    pub fn new(
        context: &'a RunContext,
        args: &'a PlanArgs,
        inputs: &[String],
        (reach, run): (&ReachArgs, &RunArgs),
    ) -> Result<Self, CliError> {
        let ledger = context.ledger.as_ref().map(|(name, _)| name);
        let reads = inputs.iter().chain(&args.plan).map(|name| ("an input", name));
        let files = context.outputs.files.iter().map(|file| ("a report", &file.file));
        let writes = args.journal.iter().map(|name| ("the journal", name));
        let writes = writes.chain(ledger.map(|name| ("the ledger", name)));
        let writes = writes.chain(args.plan_out.iter().map(|name| ("the saved plan", name)));
        options::distinct(reads.chain(writes).chain(files))?;
        if run.date.today.is_some() {
            options::by_the_clock(context.settings.today, args.dry_run)?;
        }
        // What is written to AWS must not end without its reports.
        let files = context.outputs.files.iter().map(|file| &file.file);
        for file in files.chain(&args.plan_out) {
            context.tree.can_write(file)?;
        }
        // It is there, and is only added to.
        if let Some(file) = ledger.filter(|_| !args.dry_run) {
            context.tree.share(file).map(drop)?;
        }
        Ok(Self {
            context,
            args,
            head: context.head_of(&Observation::default(), &[], &context.sources),
            again: again(reach, run),
        })
    }

    /// Has reports say that these files decided.
    pub fn decided_by(&mut self, sources: &Sources) {
        let context = self.context;
        self.head = context.head_of(&Observation::default(), &[], sources);
    }

    /// Has reports say whose credentials read which pools.
    pub fn seen(&mut self, session: &LiveSession, fetched: &Fetched) {
        let pools = &fetched.estate.pools;
        if !pools.is_empty() {
            self.head.identities = session.callers();
        }
        for pool in pools {
            self.head
                .is_of(pool.posture.account.as_deref(), pool.posture.region.as_deref());
        }
    }

    /// Ends with refusals that stand before anything is read.
    pub fn refuse(&self, proposal: &Proposal) -> u8 {
        self.report(proposal, PlanPart::All)
    }

    /// Shows a plan, and does what is agreed to. The journal keeps `reasons`.
    pub fn finish(
        &self,
        session: &LiveSession,
        mut reasons: Reasons,
        mut prepared: Prepared,
    ) -> Result<WriteEnd, CliError> {
        if let Some(file) = &self.args.plan_out {
            self.save_plan(file, &prepared.plan)?;
        }
        prepared.proposal.typed = environment::typed().iter().map(|word| masked(word)).collect();
        let can_ask = !self.args.dry_run && !self.args.yes && prompt::somebody_is_there();
        let wanted = if can_ask && prepared.proposal.wants_its_name_typed() {
            // What is refused is asked instead, and the journal keeps it as if it had been named.
            let refused = std::mem::take(&mut prepared.proposal.refused);
            let named = |guard| {
                refused
                    .iter()
                    .filter(move |one| one.guard == guard)
                    .filter_map(value)
            };
            reasons.allow_weaken.extend(named(Guard::Weakening));
            reasons.allow_block.extend(named(Guard::Blocking));
            let is_by = |guard| refused.iter().any(|one| one.guard == guard);
            Agreement::Name {
                weakens: is_by(Guard::Weakening),
                blocks: is_by(Guard::Blocking),
            }
        } else {
            Agreement::Any
        };
        if self.args.dry_run || !prepared.proposal.may_be_carried_out() {
            return Ok(self.unwritten(&prepared.proposal, PlanPart::All));
        }
        let shown = if self.args.yes {
            PlanPart::All
        } else if can_ask {
            let report = reported(prepared.proposal.clone());
            let (context, view) = (self.context, self.view(PlanPart::Plan));
            let shown = output::show_before_asking(&report, &context.outputs, context.colour, view)?;
            if !ask(session, &prepared.proposal, wanted)? {
                prepared.proposal.ending = Ending::Declined;
                return Ok(self.unwritten(&prepared.proposal, shown));
            }
            shown
        } else {
            prepared.proposal.refused.push(unconfirmed());
            return Ok(self.unwritten(&prepared.proposal, PlanPart::All));
        };
        let who = match session.runtime.block_on(callers(&prepared, &session.connector)) {
            Ok(who) => who,
            Err(refused) => {
                prepared.proposal.refused.extend(refused);
                return Ok(self.unwritten(&prepared.proposal, shown));
            }
        };
        self.carry_out(session, reasons, &mut prepared, who)?;
        let code = self.report(&prepared.proposal, shown);
        Ok(WriteEnd {
            code,
            carried_out: true,
        })
    }

    fn unwritten(&self, proposal: &Proposal, part: PlanPart) -> WriteEnd {
        WriteEnd {
            code: self.report(proposal, part),
            carried_out: false,
        }
    }

    fn save_plan(&self, file: &str, plan: &PlanV1) -> Result<(), CliError> {
        self.context.tree.write(file, hidden::json(plan).as_bytes())?;
        output::say(&format!("wrote the plan to {file}"));
        Ok(())
    }

    fn carry_out(
        &self,
        session: &LiveSession,
        reasons: Reasons,
        prepared: &mut Prepared,
        who: Vec<Who>,
    ) -> Result<(), CliError> {
        let digest = prepared.plan.digest.clone();
        let run = journal::Run {
            reasons,
            gates: prepared.proposal.pools.iter().flat_map(gates).collect(),
            ..run_line(prepared.proposal.command, digest, who, session)
        };
        let names = journal_names(self.args.journal.as_deref());
        let journal = Journal::create_first(&self.context.tree, names, run)?;
        let name = journal.name().to_owned();
        let is_watched = environment::talks_to_a_person();
        let progress = |step: Step<'_>, outcome: Option<&CallOutcome>| {
            if is_watched {
                say_call(step, outcome);
            }
        };
        let ports = crate::app::apply::Ports {
            reader: &session.connector,
            writer: &session.connector,
        };
        let work = watched(AFTER_THE_CALL, async |stop| {
            let run = Execution {
                ports,
                clock: &environment::now,
                stop,
                progress: &progress,
            };
            let mut outcome = carry_out(prepared, &run, journal, &name).await;
            let bar = Bar::new();
            let fetched = verify(prepared, ports, &session.limits, &bar, &mut outcome).await;
            bar.clear();
            outcome.undo = self.undo(&outcome, &fetched);
            outcome
        });
        let outcome = session.runtime.block_on(work);
        prepared.proposal.ending = Ending::CarriedOut;
        prepared.proposal.outcome = Some(outcome);
        Ok(())
    }

    /// The line that undoes what was applied, with the options that it will need as the pools are now.
    fn undo(&self, outcome: &ApplyOutcome, fetched: &Fetched) -> Option<String> {
        if !outcome.may_have_changed_something() {
            return None;
        }
        let text = self
            .context
            .tree
            .read_within(&outcome.journal, MAX_SNAPSHOT_BYTES);
        let record = text.ok().and_then(|text| journal::read(text.as_bytes()).ok());
        let today = self.context.settings.today;
        let options = record.map(|record| to_undo(&record, &outcome.journal, fetched, today));
        let words = [
            vec!["cogward".to_owned(), "rollback".to_owned()],
            std::iter::once(&outcome.journal)
                .chain(&self.again)
                .map(|word| text::shell(word))
                .collect(),
            options.unwrap_or_default().iter().map(Accept::typed).collect(),
        ];
        Some(words.concat().join(" "))
    }

    /// Writes the reports; one that cannot be written keeps no other one from being written. The exit code of a run that
    /// made calls is theirs; where they went well, a report that was not written makes it 4.
    fn report(&self, proposal: &Proposal, part: PlanPart) -> u8 {
        let context = self.context;
        let report = reported(proposal.clone());
        let shown = Shown::Report(&report);
        let mut saved = output::save_all(&context.tree, shown, &context.outputs, &self.view(PlanPart::All));
        if let Some(format) = context.outputs.stdout {
            let printed = output::print(format, shown, context.colour, self.view(part));
            if let Err(error) = printed {
                output::say(&format!("error: {error}"));
                saved = false;
            }
        } else {
            for Refused {
                guard, message, next, ..
            } in &proposal.refused
            {
                output::say(&format!("refused[{}]: {message}; {next}", guard.as_str()));
            }
            output::failures(&proposal.not_checked);
        }
        match (report.exit_code, &proposal.outcome) {
            (code, _) if saved => code,
            (0, Some(_)) => UNREPORTED,
            (code, Some(_)) => code,
            (_, None) => 2,
        }
    }

    fn view(&self, part: PlanPart) -> RenderOptions {
        RenderOptions {
            plan: PlanView {
                part,
                calls: self.args.show_calls,
            },
            ..output::filed(&self.head)
        }
    }
}

/// Asks on the terminal. Ctrl-C is a no.
fn ask(session: &LiveSession, proposal: &Proposal, wanted: Agreement) -> Result<bool, CliError> {
    let pools = proposal.pools.clone();
    let (answer, answered) = tokio::sync::oneshot::channel();
    // The thread waits for a line that may never come: it ends with the process.
    std::thread::spawn(move || {
        let (mut input, mut talk) = (std::io::stdin().lock(), std::io::stderr());
        let agreed = prompt::ask(&pools, wanted, &mut input, &mut talk);
        let _ = answer.send(agreed);
    });
    let agreed = session.runtime.block_on(async {
        tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => Ok(false),
            agreed = answered => agreed.unwrap_or(Ok(false)),
        }
    })?;
    Ok(agreed)
}

/// What an option has to name, so that it lets through what is refused.
fn value(refused: &Refused) -> Option<String> {
    refused.accept.as_ref().map(|accept| accept.value.clone())
}

/// Names for the journal, of which the first free one is taken.
pub fn journal_names(typed: Option<&str>) -> Vec<String> {
    if let Some(name) = typed {
        return vec![name.to_owned()];
    }
    let now = environment::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    // Runs in the same second have each a journal of its own.
    (1..=1000).map(|number| numbered(&now, number)).collect()
}

fn numbered(time: &str, number: u32) -> String {
    if number == 1 {
        format!("cogward-journal-{time}.jsonl")
    } else {
        format!("cogward-journal-{time}-{number}.jsonl")
    }
}

/// What is said at the first Ctrl-C while something is written: the run ends after the call under way.
pub(super) const AFTER_THE_CALL: &str =
    "finishing the current call, then stopping; the journal says what was done";

/// Says each call on standard error: that it begins, or how it ended.
fn say_call(step: Step<'_>, outcome: Option<&CallOutcome>) {
    let words = match outcome {
        None => {
            let client = step.client;
            let client = client.map_or_else(String::new, |client| format!(" of client {client}"));
            visible(&format!("{}: {}{client}", step.pool, step.operation)).into_owned()
        }
        Some(outcome) => outcome.ended.as_str().to_owned(),
    };
    output::say(&format!("[{}/{}] {words}", step.number, step.of));
}

/// The first line of a journal.
pub(super) fn run_line(command: &str, digest: String, who: Vec<Who>, session: &LiveSession) -> journal::Run {
    journal::Run {
        version: 1,
        at: environment::now(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        command: command.to_owned(),
        plan_digest: digest,
        who,
        endpoints: session.connector.endpoints(),
        reasons: Reasons::default(),
        gates: Vec::new(),
    }
}

/// What the gate said of a pool's steps.
fn gates(pool: &PoolProposal) -> impl Iterator<Item = JournaledGate> + '_ {
    pool.gates.iter().map(|gate| JournaledGate {
        pool: pool.id.clone(),
        auth: gate.auth.to_owned(),
        shown: gate.words.clone(),
        met: gate.met,
    })
}
