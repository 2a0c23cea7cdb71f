//! Looking at AWS: whose credentials, which regions, progress, and a clean end on Ctrl-C.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::civil::Date;

use crate::app::apply::other_regions;
use crate::app::diff::PoolQuery;
use crate::aws::{
    AwsVariables, Connect as _, Connector, Limits, Operation, ReadPort, Session, check_profile,
    default_region,
};
use crate::cli::args::AccountArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::observation::{Observation, PoolSelection};
use crate::cli::{environment, output};
use crate::config::{Config, TargetConfig};
use crate::model::arn::Arn;
use crate::model::observed::{Failure as Unseen, Observed, Selector, Unreachable};
use crate::model::region;
use crate::model::shard::Cut;
use crate::observe::live::{Fetched, Inquiry, Place, Progress, Silent, Stop, histories, observe};
use crate::plan::gate::Known;
use crate::text;

/// Reads from AWS, with the histories of those pools for which `asks` says so. What could not be read is in the result; an
/// error is something typed wrongly.
pub fn fetch(
    context: &RunContext,
    args: &AccountArgs,
    wanted: PoolSelection<'_>,
    cut: Option<&Cut>,
    asks: &dyn Fn(&Observed) -> bool,
) -> Result<Observation, CliError> {
    same_region(args, wanted.queries())?;
    let mut live_session = LiveSession::new(args, &context.config, wanted)?;
    if let Some(cut) = cut {
        for place in &mut live_session.places {
            place.shard = Some(cut.shard);
        }
    }
    let mut fetched = live_session.fetch();
    let histories = live_session.histories(&fetched, context.settings.today, asks);
    fetched.estate.endpoints = live_session.connector.endpoints();
    let identities = if fetched.estate.pools.is_empty() {
        Vec::new()
    } else {
        live_session.identities(context, fetched.estate.pools.len())
    };
    Ok(Observation {
        templates: None,
        identities,
        estate: fetched.estate,
        at: Some(environment::now()),
        histories: Some(histories),
    })
}

/// AWS as the options say that it is reached.
pub struct LiveSession {
    /// Runs what waits.
    pub runtime: tokio::runtime::Runtime,
    /// Bounds of the run.
    pub limits: Limits,
    /// Makes ports.
    pub connector: Connector,
    places: Vec<Place>,
    untargeted: Vec<Unreachable>,
}

impl LiveSession {
    /// Decides where to look. Asks nothing of AWS yet but the region of the machine.
    pub fn new(args: &AccountArgs, config: &Config, wanted: PoolSelection<'_>) -> Result<Self, CliError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .worker_threads(2)
            .build()?;
        same_account(args, wanted.queries())?;
        pools_region(&args.region, wanted)?;
        let variables = environment::aws_variables();
        let places = runtime.block_on(places(args, config, wanted, &variables))?;
        let limits = Limits {
            total_timeout: args.timeout.map(Duration::from_secs),
            ..Limits::default()
        };
        Ok(Self {
            runtime,
            limits,
            connector: Connector::new(limits).with_variables(variables),
            untargeted: untargeted(&places, wanted.queries()),
            places,
        })
    }

    /// Asks for the histories of those pools for which `asks` says so; nothing where it never does.
    pub fn histories(
        &self,
        fetched: &Fetched,
        today: Date,
        asks: &dyn Fn(&Observed) -> bool,
    ) -> BTreeMap<String, Known> {
        let inquiry = |pool: &Observed| {
            Some(Inquiry {
                pool: pool.id().to_owned(),
                place: fetched.places.get(pool.id())?.clone(),
                modes: pool.posture.mode,
                modified: pool.last_modified,
            })
        };
        let pools = fetched.estate.pools.iter().filter(|pool| asks(pool));
        let inquiries: Vec<_> = pools.filter_map(inquiry).collect();
        self.runtime.block_on(watched(READ_SO_FAR, async |stop| {
            histories(&self.connector, &inquiries, today, &self.limits, &Silent, stop).await
        }))
    }

    /// [`Self::callers`]; nobody is asked where no report of so many pools says it.
    pub fn identities(&self, context: &RunContext, pools: usize) -> Vec<String> {
        if context.outputs.formats().any(|format| format.is_filed(pools)) {
            self.callers()
        } else {
            Vec::new()
        }
    }

    /// Whose credentials they are, as far as STS says it; each session is asked once.
    pub fn callers(&self) -> Vec<String> {
        let mut asked: Vec<&Session> = Vec::new();
        let mut found = BTreeSet::new();
        for place in &self.places {
            if asked.contains(&&place.session) {
                continue;
            }
            asked.push(&place.session);
            let caller = async { self.port(place).await.caller().await.ok() };
            found.extend(self.runtime.block_on(caller));
        }
        found.into_iter().collect()
    }

    /// The port to a place.
    pub async fn port(&self, place: &Place) -> Arc<dyn ReadPort> {
        let account = place.account.as_deref();
        self.connector
            .connect(&place.session, &place.region, account)
            .await
    }

    /// Looks. What could not be seen is in the result.
    pub fn fetch(&self) -> Fetched {
        let mut seen = self.runtime.block_on(watched(READ_SO_FAR, async |stop| {
            let progress = Bar::new();
            let seen = observe(&self.connector, &self.places, &self.limits, &progress, stop).await;
            progress.clear();
            seen
        }));
        seen.estate.unreachable.extend(self.untargeted.iter().cloned());
        seen.estate.unreachable.sort();
        seen.estate.endpoints = self.connector.endpoints();
        seen
    }
}

/// What is said at the first Ctrl-C while something is read.
pub const READ_SO_FAR: &str = "stopping: the report has what was read so far";

/// Does something that ends in order at the first Ctrl-C, with these words.
pub async fn watched<T>(words: &'static str, work: impl AsyncFnOnce(&Stop) -> T) -> T {
    let stop = Stop::default();
    let stops = stop.clone();
    let watcher = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            output::say(words);
            stops.stop();
        }
    });
    let done = work(&stop).await;
    watcher.abort();
    done
}

/// Where to look: each target of the configuration, or what is typed, with each region.
async fn places(
    args: &AccountArgs,
    config: &Config,
    wanted: PoolSelection<'_>,
    variables: &AwsVariables,
) -> Result<Vec<Place>, String> {
    if let Some(role) = args.role_arn.as_ref().filter(|role| !is_role(role)) {
        return Err(format!(
            "--role-arn: `{role}` is not a role ARN such as arn:aws:iam::123456789012:role/NAME"
        ));
    }
    let typed = args.profile.is_some() || args.role_arn.is_some();
    let here = TargetConfig {
        profile: args.profile.clone(),
        role_arn: args.role_arn.clone(),
        external_id: args.external_id.clone(),
        ..TargetConfig::default()
    };
    let targets = if typed || config.targets.is_empty() {
        vec![here]
    } else {
        config.targets.clone()
    };
    let mut places = Vec::new();
    for target in &targets {
        check_profile(target.profile.as_deref(), variables).await?;
        let regions = regions(args, target, variables).await;
        match wanted {
            PoolSelection::Queries(queries) => of_wishes(&mut places, target, &regions, queries)?,
            PoolSelection::AllAnd(queries) => {
                if regions.is_empty() && queries.is_empty() {
                    return Err(NO_REGION.to_owned());
                }
                of_wishes(&mut places, target, &regions, queries)?;
                places.extend(regions.iter().map(|region| whole(target, region)));
            }
            PoolSelection::Everywhere => {
                places.extend(region::DEFAULT.iter().map(|region| whole(target, region)));
            }
            PoolSelection::Ids(ids) => {
                let by_region: BTreeSet<&str> = ids.iter().filter_map(|id| region::of_pool(id)).collect();
                for region in by_region {
                    let own = ids.iter().filter(|id| region::of_pool(id) == Some(region));
                    let selectors = own.map(Selector::of_id).collect();
                    places.push(place(target, region, None, selectors));
                }
                if places.is_empty() {
                    return Err("a pool id begins with its region: us-west-2_EXAMPLE".to_owned());
                }
            }
        }
    }
    if places.is_empty() {
        return Err("no target of cogward.toml is for an account of the policies".to_owned());
    }
    let mut regions = places.iter().map(|place| place.region.as_str());
    let mistyped = regions.find_map(|region| Some(region::mistyped(region, region::meant(region)?)));
    mistyped.map_or(Ok(places), Err)
}

/// A region that is typed is that of every policy that names one: as for `apply`, which says so itself.
pub fn same_region(args: &AccountArgs, queries: &[PoolQuery]) -> Result<(), CliError> {
    match other_regions(queries, &args.region).first() {
        Some(refused) => Err(CliError::Elsewhere(format!(
            "{}; {}",
            refused.message, refused.next
        ))),
        None => Ok(()),
    }
}

/// A region that is typed is that of every pool, whose id begins with it.
fn pools_region(regions: &[String], wanted: PoolSelection<'_>) -> Result<(), CliError> {
    let PoolSelection::Ids(ids) = wanted else {
        return Ok(());
    };
    let is_elsewhere =
        |id: &&String| region::of_pool(id).is_some_and(|own| !regions.iter().any(|one| one == own));
    let other = ids.iter().filter(|_| !regions.is_empty()).find(is_elsewhere);
    match other.and_then(|id| Some((id, region::of_pool(id)?))) {
        None => Ok(()),
        Some((id, own)) => Err(CliError::Elsewhere(format!(
            "pool {id} is in {own}, as its id says, and --region names {}",
            text::join_words(regions)
        ))),
    }
}

/// A role that is typed is of the account of every policy that names one.
fn same_account(args: &AccountArgs, queries: &[PoolQuery]) -> Result<(), CliError> {
    let role = args.role_arn.as_deref().and_then(Arn::parse);
    let Some(role) = role.filter(|role| !role.account.is_empty()) else {
        return Ok(());
    };
    let mut accounts = queries.iter().filter_map(|query| query.account.as_deref());
    match accounts.find(|account| *account != role.account) {
        Some(account) => Err(CliError::Elsewhere(format!(
            "--role-arn is of account {}, and a policy is for account {account}; name a role of that account, or only policies of \
             the role's",
            role.account
        ))),
        None => Ok(()),
    }
}

/// Whether a text can be the ARN of a role.
fn is_role(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"))
}

/// Accounts of policies that no target is for: nobody looked there.
fn untargeted(places: &[Place], queries: &[PoolQuery]) -> Vec<Unreachable> {
    let asked: BTreeSet<_> = places.iter().filter_map(|place| place.account.as_ref()).collect();
    let accounts: BTreeSet<_> = queries
        .iter()
        .filter_map(|pool_query| pool_query.account.as_ref())
        .collect();
    let nobody = |account: &&String| Unreachable {
        account: Some((*account).clone()),
        region: String::new(),
        pool: None,
        operation: Operation::GetCallerIdentity.as_str().to_owned(),
        failure: Unseen::NoCredentials,
        detail: "no target of cogward.toml is for this account".to_owned(),
    };
    accounts.difference(&asked).map(nobody).collect()
}

const NO_REGION: &str =
    "no region: name one with --region, in AWS_REGION, in the profile, or in `target.region` of the policy";

/// What is typed, else the target's, else the environment's or profile's.
async fn regions(args: &AccountArgs, target: &TargetConfig, variables: &AwsVariables) -> Vec<String> {
    if !args.region.is_empty() {
        return args.region.clone();
    }
    if !target.regions.is_empty() {
        return target.regions.clone();
    }
    default_region(target.profile.as_deref(), variables)
        .await
        .into_iter()
        .collect()
}

/// Places of the policies that a target is for.
fn of_wishes(
    places: &mut Vec<Place>,
    target: &TargetConfig,
    regions: &[String],
    queries: &[PoolQuery],
) -> Result<(), String> {
    for pool_query in queries {
        let other = |account: &String| target.account_id().is_some_and(|own| own != *account);
        if pool_query.account.as_ref().is_some_and(other) {
            continue;
        }
        let regions = match &pool_query.region {
            Some(region) => std::slice::from_ref(region),
            None => regions,
        };
        if regions.is_empty() {
            return Err(NO_REGION.to_owned());
        }
        for region in regions {
            let selectors = vec![pool_query.selector.clone()];
            places.push(place(target, region, pool_query.account.clone(), selectors));
        }
    }
    Ok(())
}

/// A region with all its pools.
fn whole(target: &TargetConfig, region: &str) -> Place {
    place(target, region, None, vec![Selector::default()])
}

fn place(target: &TargetConfig, region: &str, account: Option<String>, selectors: Vec<Selector>) -> Place {
    Place {
        session: Session {
            profile: target.profile.clone(),
            role_arn: target.role_arn.clone(),
            external_id: target.external_id.clone(),
        },
        region: region.to_owned(),
        account: account.or_else(|| target.account_id()),
        selectors,
        shard: None,
    }
}

/// A line on standard error, on a terminal only.
pub fn bar(length: Option<u64>) -> ProgressBar {
    let target = if environment::talks_to_a_person() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    ProgressBar::with_draw_target(length, target)
}

/// Such a line while pools are read.
pub struct Bar {
    bar: ProgressBar,
    calls: Mutex<u64>,
}

impl Bar {
    /// A line that is not drawn until something is found.
    pub fn new() -> Self {
        let bar = bar(Some(0));
        bar.set_style(style(0, 0));
        bar.set_message("0 calls");
        Self {
            bar,
            calls: Mutex::new(0),
        }
    }

    fn restyle(&self) {
        let found = self.bar.length().unwrap_or_default();
        self.bar.set_style(style(found, self.bar.position()));
    }

    /// Takes the line away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn called(&self, _operation: &'static str) {
        let Ok(mut calls) = self.calls.lock() else { return };
        *calls += 1;
        let seconds = self.bar.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = if seconds > 0.0 {
            *calls as f64 / seconds
        } else {
            0.0
        };
        let word = if *calls == 1 { "call" } else { "calls" };
        self.bar.set_message(format!("{calls} {word}, {rate:.0}/s"));
    }

    fn found(&self, pools: usize) {
        self.bar.inc_length(pools as u64);
        self.restyle();
    }

    fn done(&self) {
        self.bar.inc(1);
        self.restyle();
    }
}

/// The line with the numbers that are known: how many pools there are when some were found, and how long it will take
/// when some were read.
fn template(found: u64, read: u64) -> &'static str {
    match (found, read) {
        (0, _) => "listing pools, {msg}, {elapsed} elapsed",
        (_, 0) => "reading {pos}/{len} pools, {msg}, {elapsed} elapsed",
        _ => "reading {pos}/{len} pools, {msg}, {elapsed} elapsed, {eta} left",
    }
}

fn style(found: u64, read: u64) -> ProgressStyle {
    ProgressStyle::with_template(template(found, read)).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_are_known_are_shown() {
        assert!(!template(0, 0).contains("{len}") && !template(0, 0).contains("{eta}"));
        assert!(template(3, 0).contains("{len}") && !template(3, 0).contains("{eta}"));
        assert!(template(3, 1).contains("{eta}"));
        let parses = |(found, read)| ProgressStyle::with_template(template(found, read)).is_ok();
        assert!([(0, 0), (3, 0), (3, 1)].into_iter().all(parses));
    }
}
