//! Where live pools are, and which of them are meant.

use std::collections::BTreeSet;

use clap::Args;

use crate::model::region;

/// Where live pools are.
#[derive(Clone, Debug, Default, Args)]
pub struct LiveArgs {
    /// Use this instead of AWS: a snapshot; or CloudFormation and SAM templates, a cdk.out folder, Terraform plans and states as `terraform show -json` writes them, or a folder of these. Can be repeated for templates.
    #[arg(long, value_name = "FILE", value_parser = input, help_heading = "Pools")]
    #[cfg_attr(feature = "live", arg(conflicts_with_all = ["profile", "role_arn", "timeout"]))]
    pub from: Vec<String>,
    #[command(flatten)]
    pub templates: TemplateArgs,
    #[cfg(feature = "live")]
    #[command(flatten)]
    pub account: AccountArgs,
}

impl LiveArgs {
    /// A snapshot alone.
    pub fn of_snapshot(file: &str) -> Self {
        Self {
            from: vec![file.to_owned()],
            ..Self::default()
        }
    }
}

#[cfg(feature = "live")]
impl LiveArgs {
    /// AWS alone.
    pub fn of_account(account: &AccountArgs) -> Self {
        Self {
            account: account.clone(),
            ..Self::default()
        }
    }
}

/// What is known beside templates.
#[derive(Clone, Debug, Default, Args)]
pub struct TemplateArgs {
    /// Value of a template's parameter, NAME=VALUE; can be repeated.
    #[arg(
        long,
        value_name = "NAME=VALUE",
        requires = "from",
        help_heading = "Templates"
    )]
    pub parameter: Vec<String>,
    /// File of parameters: the AWS CLI's list, a map, or an object with `Parameters`; can be repeated.
    #[arg(long, value_name = "FILE", requires = "from", help_heading = "Templates")]
    pub parameters: Vec<String>,
    /// Account that a template goes to.
    #[arg(
        long = "account",
        value_name = "ID",
        requires = "from",
        help_heading = "Templates"
    )]
    pub template_account: Option<String>,
    /// Region that a template goes to.
    #[cfg(not(feature = "live"))]
    #[arg(
        long = "region",
        value_name = "REGION",
        value_parser = region,
        requires = "from",
        help_heading = "Templates"
    )]
    pub template_region: Vec<String>,
    /// Parts that are in files which are not given, so that they are not read rather than absent.
    #[arg(long, value_name = "PART", requires = "from", value_delimiter = ',', value_parser = ["alarms", "log-delivery"], help_heading = "Templates")]
    pub elsewhere: Vec<String>,
    /// Folder with the Terraform configuration of the plans; findings then point to its lines.
    #[arg(long, value_name = "DIR", requires = "from", help_heading = "Templates")]
    pub source: Option<String>,
    /// Whether the files are those of `--before`: a parameter may be new since.
    #[arg(skip)]
    pub is_before: bool,
    /// Parameters that the templates of `--before` have.
    #[arg(skip)]
    pub declared_before: BTreeSet<String>,
}

impl TemplateArgs {
    /// Whether something of it was given; `regions` as well.
    pub fn is_given(&self, regions: &[String]) -> bool {
        !(self.parameter.is_empty()
            && self.parameters.is_empty()
            && self.template_account.is_none()
            && self.elsewhere.is_empty()
            && self.source.is_none()
            && regions.is_empty())
    }
}

/// A file; `-` is standard input, where that has a name.
#[expect(clippy::unnecessary_wraps, reason = "the parser of an argument may fail")]
pub fn input(typed: &str) -> Result<String, String> {
    let name = if typed == "-" && cfg!(unix) {
        "/dev/stdin"
    } else {
        typed
    };
    Ok(name.to_owned())
}

/// A region, unless it cannot be one and is near one.
fn region(typed: &str) -> Result<String, String> {
    if typed.trim().is_empty() || typed.contains(',') {
        return Err("name one region; repeat --region to name several".to_owned());
    }
    region::meant(typed).map_or_else(
        || Ok(typed.to_owned()),
        |meant| Err(region::mistyped(typed, meant)),
    )
}

/// In which regions pools are, and with whose credentials they are reached.
#[cfg(feature = "live")]
#[derive(Clone, Debug, Default, Args)]
pub struct AccountArgs {
    /// Region of policies that name none; a different one than a policy's is refused. Can be repeated. Default: that of cogward.toml, else the environment's or the profile's.
    #[arg(long, value_name = "REGION", value_parser = region, help_heading = "Pools")]
    pub region: Vec<String>,
    /// Profile of the shared AWS configuration.
    #[arg(long, value_name = "NAME", help_heading = "Pools")]
    pub profile: Option<String>,
    /// Role to assume for reading.
    #[arg(long, value_name = "ARN", help_heading = "Pools")]
    pub role_arn: Option<String>,
    /// External id that the role asks for.
    #[arg(long, value_name = "ID", requires = "role_arn", help_heading = "Pools")]
    pub external_id: Option<String>,
    /// Stop reading after this many seconds; what was not read by then is reported as such.
    #[arg(long, value_name = "SECONDS", help_heading = "Pools")]
    pub timeout: Option<u64>,
}

/// One shard of the pools.
#[cfg(feature = "live")]
#[derive(Clone, Debug, Default, Args)]
pub struct ShardArgs {
    /// Read one shard of the pools: I/N, or auto/N inside an AWS Batch array or a Kubernetes indexed Job; NAME:I/N where several runs are merged. `cogward merge` merges the shards.
    #[arg(long, value_name = "[NAME:]I/N", help_heading = "Pools")]
    pub shard: Option<String>,
}

/// Every region.
#[cfg(feature = "live")]
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct EverywhereArgs {
    /// Read all regions that are enabled by default. Name opt-in regions with --region.
    #[arg(long, conflicts_with_all = ["region", "from"], help_heading = "Pools")]
    pub all_regions: bool,
}

/// Pools by id or name.
#[derive(Clone, Debug, Default, Args)]
pub struct PoolArgs {
    /// Only these pools, by id or name; can be repeated. Default: all pools of the regions.
    #[arg(long, value_name = "POOL", help_heading = "Pools")]
    pub pool: Vec<String>,
}
