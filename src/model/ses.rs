//! From which regions SES may send for a user pool, and which identity an ARN names.

use crate::model::arn::Arn;

crate::ident::spelled!(Allowed);

/// Regions that most pools may send from.
const COMMON: [&str; 3] = ["eu-west-1", "us-east-1", "us-west-2"];

/// Pools here may use the common regions and their own.
const OWN_TOO: [&str; 9] = [
    "us-east-2",
    "ca-central-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-west-2",
    "eu-central-1",
];

/// Pools here may use their own region only.
const OWN_ONLY: [&str; 5] = ["us-west-1", "eu-west-3", "eu-north-1", "me-south-1", "sa-east-1"];

/// Whether a pool may send through SES in a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Allowed {
    /// AWS lists it.
    Yes,
    /// AWS does not list it, and rejects it (measured for a pool in us-east-1).
    No,
    /// The pool's region is not in the list.
    Unconfirmed,
}

/// The SES regions a pool may use, ordered; `None` where AWS's list is silent. docs/facts.md, "SES regions".
pub fn regions(pool_region: &str) -> Option<Vec<&'static str>> {
    let own = |list: &[&'static str]| list.iter().find(|r| **r == pool_region).copied();
    let mut regions = if COMMON.contains(&pool_region) {
        COMMON.to_vec()
    } else if let Some(own) = own(&OWN_TOO) {
        COMMON.into_iter().chain([own]).collect()
    } else {
        vec![own(&OWN_ONLY)?]
    };
    regions.sort_unstable();
    Some(regions)
}

/// Whether a pool may send through SES in a region. docs/facts.md, "SES regions".
pub fn allowed(pool_region: &str, ses_region: &str) -> Allowed {
    match regions(pool_region) {
        None => Allowed::Unconfirmed,
        Some(regions) if regions.contains(&ses_region) => Allowed::Yes,
        Some(_) => Allowed::No,
    }
}

/// The identity an ARN names: an address or a domain. `None` where it is not an SES identity.
pub fn identity<'a>(arn: &Arn<'a>) -> Option<&'a str> {
    let (kind, name) = arn.kind_and_name();
    (arn.service == "ses" && kind == "identity" && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        assert_eq!(regions("us-east-1"), Some(COMMON.to_vec()));
        assert_eq!(
            regions("eu-central-1").unwrap(),
            ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"]
        );
        assert_eq!(regions("sa-east-1").unwrap(), ["sa-east-1"]);
        assert_eq!(regions("eu-south-2"), None);
        assert_eq!(regions(""), None);
    }

    #[test]
    fn every_listed_pool_may_use_its_own_region() {
        for region in COMMON.iter().chain(&OWN_TOO).chain(&OWN_ONLY) {
            assert_eq!(allowed(region, region), Allowed::Yes, "{region}");
        }
    }

    #[test]
    fn answers() {
        assert_eq!(allowed("us-east-1", "eu-central-1"), Allowed::No);
        assert_eq!(allowed("eu-central-1", "us-west-2"), Allowed::Yes);
        assert_eq!(allowed("eu-north-1", "eu-west-1"), Allowed::No);
        assert_eq!(allowed("me-central-1", "me-central-1"), Allowed::Unconfirmed);
    }

    #[test]
    fn identities() {
        let of = |text| identity(&Arn::parse(text).unwrap());
        assert_eq!(of("arn:aws:ses:us-east-1:1:identity/a@b.c"), Some("a@b.c"));
        assert_eq!(of("arn:aws:ses:us-east-1:1:identity/b.c"), Some("b.c"));
        assert_eq!(of("arn:aws:ses:us-east-1:1:configuration-set/x"), None);
        assert_eq!(of("arn:aws:ses:us-east-1:1:identity/"), None);
        assert_eq!(of("arn:aws:sns:us-east-1:1:identity/b.c"), None);
    }
}
