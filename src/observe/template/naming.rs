//! Names that templates use: those that AWS has, and which one was meant by another.

use std::collections::BTreeSet;

use crate::export::snake;
use crate::fault::InputError;
use crate::observe::template::read::FileFault;
use crate::observe::template::value::{At, Open, Val, ValueData};

/// Types of `AWS::Cognito` that say nothing of threat protection. As of November 2026.
const OTHER_TYPES: [&str; 13] = [
    "AWS::Cognito::IdentityPool",
    "AWS::Cognito::IdentityPoolPrincipalTag",
    "AWS::Cognito::IdentityPoolRoleAttachment",
    "AWS::Cognito::ManagedLoginBranding",
    "AWS::Cognito::Terms",
    "AWS::Cognito::UserPoolGroup",
    "AWS::Cognito::UserPoolIdentityProvider",
    "AWS::Cognito::UserPoolRegionalConfigurationAttachment",
    "AWS::Cognito::UserPoolReplica",
    "AWS::Cognito::UserPoolResourceServer",
    "AWS::Cognito::UserPoolUICustomizationAttachment",
    "AWS::Cognito::UserPoolUser",
    "AWS::Cognito::UserPoolUserToGroupAttachment",
];

/// What a resource has beside its properties, SAM's included.
pub const ATTRIBUTES: [&str; 11] = [
    "Condition",
    "Connectors",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "IgnoreGlobals",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// What a parameter says of itself.
pub const OF_PARAMETER: [&str; 11] = [
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];

/// Letters that a slip changes at most. Names of one mapping of AWS differ in more.
const MOST_SLIPS: usize = 2;

/// Letters of a name in which as many can be a slip.
const LONG: usize = 6;

/// The name that was meant by one that does not exist: capital letters and underscores do not count, and a slip neither.
pub fn meant(name: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let name = plain(name);
    let most = if name.len() < LONG { 1 } else { MOST_SLIPS };
    // Names may be as long as a file, and a distance takes the product of two lengths.
    let near = known.filter(|known| known.len().abs_diff(name.len()) <= most);
    let near = near.filter_map(|known| {
        let plain = plain(known);
        // So many slips leave one of as many parts and one as it is.
        let part = plain.len().div_ceil(MOST_SLIPS + 1);
        let mut parts = plain
            .as_bytes()
            .chunks(part)
            .filter_map(|part| str::from_utf8(part).ok());
        let is_near = parts.any(|part| name.contains(part));
        let distance = is_near.then(|| strsim::osa_distance(&name, &plain));
        distance
            .filter(|distance| *distance <= most)
            .map(|distance| (distance, known))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// The name of an attribute by that of the property; the provider `aws` has some of its own.
pub fn attribute(name: &str, is_awscc: bool) -> String {
    match name {
        // That provider makes its names from the letters alone.
        _ if is_awscc => snake(&name.replace("CloudWatch", "Cloudwatch")).replace("oauth", "o_auth"),
        "UserPoolName" | "ClientName" => "name".to_owned(),
        "UserPoolTags" => "tags".to_owned(),
        "Metrics" => "metric_query".to_owned(),
        _ => snake(name),
    }
}

/// What is wrong with files, and what in them is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileNotes {
    /// What is wrong.
    pub faults: BTreeSet<FileFault>,
    /// Names that AWS may have since this version, and what they are names of. Hostile texts.
    pub unknown: BTreeSet<(At, String)>,
    /// Files with resources of pools, or that may have some. The others have none, whatever is open.
    pub pools: BTreeSet<usize>,
    /// Files with a pool that a condition leaves out.
    pub left_out: BTreeSet<usize>,
    /// Parameters that pools depend on, by their files.
    pub parameters: BTreeSet<(usize, String)>,
}

impl FileNotes {
    /// Takes over others.
    pub fn append(&mut self, mut other: Self) {
        self.faults.append(&mut other.faults);
        self.unknown.append(&mut other.unknown);
        self.pools.append(&mut other.pools);
        self.left_out.append(&mut other.left_out);
        self.parameters.append(&mut other.parameters);
    }

    /// Gives values with a misspelt name the one that was meant, as faults: they are not known, and not absent. Names of which
    /// nothing is near are noted: AWS may have them by now.
    pub fn name(
        &mut self,
        entries: &mut [(String, Val)],
        known: &(impl Iterator<Item = &'static str> + Clone),
    ) {
        for index in 0..entries.len() {
            let name = &entries[index].0;
            if known.clone().any(|known| known == name) {
                continue;
            }
            let is_written = |known: &&'static str| entries.iter().any(|(own, _)| own == known);
            let meant = meant(name, known.clone()).filter(|known| !is_written(known));
            let (name, value) = &mut entries[index];
            if let Some(meant) = meant {
                self.faults.insert(value.misnamed(name, meant));
                meant.clone_into(name);
            } else {
                self.unknown
                    .insert((value.name_at(), format!("property `{name}`")));
            }
        }
    }

    /// Whether a name is a slip of one that AWS has, which is a fault; any other is noted in the words of `unknown`.
    pub fn odd(&mut self, at: At, (what, name): (&str, &str), meant: Option<&str>, unknown: String) -> bool {
        match meant {
            Some(meant) => self.faults.insert(slip(at, what, name, meant)),
            None => self.unknown.insert((at, unknown)),
        };
        meant.is_some()
    }

    /// The same for the type of a resource: the type that is meant.
    pub fn kind(
        &mut self,
        at: At,
        kind: &str,
        known: impl Iterator<Item = &'static str>,
    ) -> Option<&'static str> {
        if let Some(meant) = meant(kind, known) {
            self.faults.insert(slip(at, "resource type", kind, meant));
            return Some(meant);
        }
        if kind.starts_with("AWS::Cognito::") && !OTHER_TYPES.contains(&kind) {
            self.unknown.insert((at, format!("resource type `{kind}`")));
        }
        None
    }
}

/// A name that does not exist, and the one that is meant.
pub fn slip(at: At, what: &str, name: &str, meant: &str) -> FileFault {
    let help = if meant.eq_ignore_ascii_case(name) {
        format!("write `{meant}`: names are case-sensitive")
    } else {
        format!("did you mean `{meant}`?")
    };
    FileFault {
        at,
        check: InputError::UnknownKey,
        message: format!("there is no {what} `{name}`: the deployment fails"),
        help,
    }
}

impl Val {
    /// Where its name stands; itself where it has none.
    fn name_at(&self) -> At {
        match (&self.at, self.name) {
            (At::Text { file, .. }, Some(span)) => At::Text { file: *file, span },
            (at, _) => at.clone(),
        }
    }

    /// Takes a value out that has a name which no property has, as a fault.
    fn misnamed(&mut self, name: &str, meant: &str) -> FileFault {
        let why = format!("`{name}` is no property");
        self.data = ValueData::Open(Open::invalid(why));
        match &self.at {
            At::Text { .. } => slip(self.name_at(), "property", name, meant),
            At::Address { address, .. } => FileFault {
                at: self.at.clone(),
                check: InputError::UnknownKey,
                message: format!("there is no attribute `{name}`"),
                help: format!("did you mean `{}`?", attribute(meant, address.contains("awscc_"))),
            },
        }
    }
}
