//! The demo's AWS: one account, four pools that show the traps, and policies for them.
//!
//! | pool | what it shows |
//! |---|---|
//! | `webshop` | `ENFORCED` without any risk configuration: the mode alone may enforce nothing |
//! | `customers` | a good configuration, overridden for the client `mobile` by a less strict one |
//! | `partners` | a well run `AUDIT` whose alarm is dead, and whose topic nobody has confirmed |
//! | `members` | real responses, `ENFORCED` for three days and never in `AUDIT` |

use include_dir::{Dir, include_dir};

use crate::simulator::state::{AwsState, AwsStateError};

static POLICIES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/simulator/demo/policies");

/// A template of the pool `webshop`, as a pull request would deploy it.
pub const TEMPLATE: &str = include_str!("demo/template.yaml");

/// The steps of the tour: words, and below them what is typed after `cogward`.
const TOUR: &str = include_str!("demo/tour.txt");

/// The account of the demo.
pub const ACCOUNT: &str = "123456789012";

/// The region of the demo.
pub const REGION: &str = "us-west-2";

/// The world of the demo. Its times are so long ago, counted from the start of the server.
///
/// # Errors
/// None in practice: the file is part of the program, and a test reads it.
pub fn world() -> Result<AwsState, AwsStateError> {
    AwsState::from_json(include_str!("demo/world.json"))
}

/// File names and texts of the policies, ordered by name.
pub fn policies() -> Vec<(&'static str, &'static str)> {
    let text = |file: &'static include_dir::File<'_>| Some((file.path().to_str()?, file.contents_utf8()?));
    let mut found: Vec<_> = POLICIES.files().filter_map(text).collect();
    found.sort_unstable();
    found
}

/// What the tour shows: words, then arguments.
pub fn tour() -> Vec<(&'static str, &'static str)> {
    let steps = TOUR.trim_end().split("\n\n");
    steps.filter_map(|step| step.split_once('\n')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pool has a policy and the other way round.
    #[test]
    fn pools_and_policies_correspond() {
        let world = world().unwrap();
        let pools = &world.accounts[ACCOUNT].regions[REGION].pools;
        let policies = policies();
        assert_eq!((pools.len(), policies.len()), (4, 4));
        for (id, pool) in pools {
            let name = pool.user_pool["Name"].as_str().unwrap();
            let file = format!("{name}.yaml");
            let text = policies.iter().find(|(path, _)| *path == file).unwrap().1;
            assert!(text.contains(&format!("pool: {id}\n")), "{name}");
        }
    }
}
