//! `cogward lint` of one text in memory, on one thread with the stack that rules need.

use std::time::Duration;

use cogward::app::gather::Input;
use cogward::app::lint::{LintJob, lint};
use cogward::fs::Tree;
use cogward::lint::Settings;
use cogward::policy::variable::Variables;
use cogward::report::Report;
use cogward::rule::STACK_BYTES;
use cogward::rule::catalogue::Catalogue;
use cogward::source::Sources;
use cogward::text;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The name of the text that is checked.
pub const NAME: &str = "policies/fuzz.yaml";

/// The day of every run, so that findings never age.
const DAY: &str = "2026-01-15";

/// Processor time that one lint run may take. Builds for fuzzing are several times slower than releases.
const LIMIT: Duration = Duration::from_secs(2);

/// One thread: its processor time is the run's, and every run goes the same way.
pub fn pool() -> ThreadPool {
    ThreadPoolBuilder::new()
        .num_threads(1)
        .stack_size(STACK_BYTES)
        .build()
        .expect("a thread can be started")
}

/// A catalogue and the texts of its rules.
pub struct Offline {
    pub catalogue: Catalogue,
    pub sources: Sources,
}

impl Offline {
    /// The built-in rules.
    pub fn builtin() -> Self {
        let mut sources = Sources::default();
        let catalogue = Catalogue::builtin(&mut sources);
        Self { catalogue, sources }
    }

    /// A run over one text; panics if it takes too long.
    pub fn lint(&self, policy: &str, baseline: Option<&str>) -> Report {
        let start = processor_time();
        let settings = Settings::new(text::date(DAY).expect("a date"));
        let allowed = ALLOWED.map(str::to_owned);
        let variables = Variables::new(&variable, Some(&allowed));
        let job = LintJob {
            input: Input::Text(NAME, policy),
            baseline: baseline.map(|text| ("baseline.json", Ok(text.to_owned()))),
            settings: &settings,
            catalogue: &self.catalogue,
            variables: &variables,
            ledger: None,
            base: None,
            findings: Vec::new(),
            wants_tables: true,
            events: None,
        };
        // Texts refer to no files: a folder that is not there keeps it so.
        let report = lint(&Tree::new("/nonexistent".into()), job, self.sources.clone());
        let taken = processor_time().saturating_sub(start);
        assert!(taken < LIMIT, "took {taken:?} of processor time");
        report
    }
}

/// Variables that policies may read.
const ALLOWED: [&str; 4] = ["STAGE", "DAYS", "EMPTY", "NOPE"];

/// The environment.
fn variable(name: &str) -> Option<String> {
    match name {
        "STAGE" => Some("prod".to_owned()),
        "DAYS" => Some("14".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    }
}

/// Time that this thread has spent on a processor; the clock on the wall tells more of other processes.
/// Zero where the system does not say.
pub fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_whitespace().next().and_then(|word| word.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}
