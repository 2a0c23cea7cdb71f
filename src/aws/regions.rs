//! Regions that have user pools.

/// Regions of the partition `aws` that every account has: those from before March 20, 2019, which cannot be disabled
/// (AWS Account Management, "Enable or disable AWS Regions in your account").
pub const DEFAULT: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Regions of the partition `aws` that an account has once it has enabled them. In one that is disabled every call is
/// denied with the same words as with bad credentials, so that the two cannot be distinguished: name the enabled ones.
/// The list is botocore's of 2026 and grows; a region that is not in it can be named all the same.
pub const OPT_IN: [&str; 17] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
];

/// The region that a pool's id names: what is before its last underscore. `None` where the id has none.
#[must_use]
pub fn of_pool(id: &str) -> Option<&str> {
    id.rsplit_once('_')
        .map(|(region, _)| region)
        .filter(|region| !region.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_pools() {
        assert_eq!(of_pool("us-west-2_EXAMPLE"), Some("us-west-2"));
        assert_eq!(of_pool("EXAMPLE"), None);
        assert_eq!(of_pool("_EXAMPLE"), None);
    }

    #[test]
    fn lists_are_in_order_and_have_nothing_in_common() {
        assert!(DEFAULT.is_sorted() && OPT_IN.is_sorted());
        assert!(DEFAULT.iter().all(|region| !OPT_IN.contains(region)));
    }
}
