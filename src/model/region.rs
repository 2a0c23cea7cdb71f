//! Regions that have user pools.

use crate::text;

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

/// Regions beside [`DEFAULT`] that are known; there may be others.
const OTHERS: [&str; 18] = [
    "af-south-1",
    "ap-east-1",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// Where in a part of the world a region can be.
const DIRECTIONS: [&str; 9] = [
    "central",
    "east",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
];

/// Whether a word can be the name of a region, also of one that is new: parts of the world, a direction and a number.
pub fn can_be(word: &str) -> bool {
    let mut parts = word.rsplit('-');
    let (number, direction) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let rest: Vec<_> = parts.collect();
    let is_part = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    number.parse::<u8>().is_ok_and(|number| number > 0)
        && DIRECTIONS.contains(&direction)
        && !rest.is_empty()
        && rest.iter().all(is_part)
}

/// The region that was meant by a word that cannot be the name of one: `us-west-2` for `us-wset-2`. `None` for a region that
/// is known, for one that may be new, and where nothing is near.
pub fn meant(word: &str) -> Option<&'static str> {
    let known = || DEFAULT.into_iter().chain(OTHERS);
    let is_part = |part: &str| known().any(|region| region.split('-').next() == Some(part));
    if can_be(word) && word.split('-').any(is_part) {
        return None;
    }
    text::nearest(word, known())
}

/// What is said of a word that cannot be the name of a region.
pub fn mistyped(word: &str, meant: &str) -> String {
    format!("AWS has no region `{word}`; did you mean `{meant}`?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mistyped_and_what_may_be_new() {
        for region in DEFAULT.into_iter().chain(OTHERS) {
            assert_eq!(meant(region), None, "{region}");
        }
        for new in [
            "us-west-3",
            "ap-southeast-7",
            "us-iso-east-1",
            "eu-isoe-west-1",
            "eusc-de-east-1",
            "sa-west-1",
            "local",
            "",
        ] {
            assert_eq!(meant(new), None, "{new}");
        }
        for (typed, right) in [
            ("us-wset-2", "us-west-2"),
            ("us-west2", "us-west-2"),
            ("us-west-", "us-west-1"),
            ("US-WEST-2", "us-west-2"),
            ("us_west_2", "us-west-2"),
            ("ue-west-1", "eu-west-1"),
            ("eu-cental-1", "eu-central-1"),
            ("ap-southest-2", "ap-southeast-2"),
            ("us-west-2a", "us-west-2"),
        ] {
            assert_eq!(meant(typed), Some(right), "{typed}");
        }
    }

    #[test]
    fn what_can_be_a_region() {
        for region in
            DEFAULT
                .into_iter()
                .chain(OTHERS)
                .chain(["us-iso-east-1", "eusc-de-east-1", "xx-west-9"])
        {
            assert!(can_be(region), "{region}");
        }
        for word in [
            "narnia",
            "",
            "us-west",
            "west-1",
            "us-west-0",
            "us--west-1",
            "US-WEST-2",
            "us-west-2 ",
        ] {
            assert!(!can_be(word), "{word}");
        }
    }

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
