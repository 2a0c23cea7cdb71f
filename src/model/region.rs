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

/// The region that a pool's id names: what is before its last underscore. `None` where the id has none.
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
    fn the_list_is_in_order() {
        assert!(DEFAULT.is_sorted());
    }
}
