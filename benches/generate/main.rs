//! Writes policy files for measuring: `cargo run --example generate-policies -- DIR COUNT [SEED]`.
//!
//! The same seed gives the same bytes. Every fifth policy, about, has one to three faults of
//! `faults.rs`; the others are clean. Policies are clones of `policy.yaml` with their own names,
//! pools, regions and ranges, one folder for a hundred files.

mod faults;

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use faults::FAULTS;

/// What every policy is made from.
const TEMPLATE: &str = include_str!("policy.yaml");
const USAGE: &str = "usage: generate-policies DIR COUNT [SEED]   (DIR must not exist, or be empty)";
/// Regions whose pools may send from an SES identity of their own region.
const REGIONS: [&str; 3] = ["us-west-2", "us-east-1", "eu-west-1"];

/// `SplitMix64`: small, and the same on every machine and in every release.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which is small: the bias is of no account here.
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.below(from.len().max(1) as u64);
        usize::try_from(at).ok().and_then(|at| from.get(at))
    }
}

/// Policy number `index`, and the rules that should find something in it (none: it is clean).
fn policy(seed: u64, index: u64) -> (String, Vec<&'static str>) {
    let mut random = Random(seed ^ index.wrapping_mul(0xD6E8_FEB8_6659_FD93));
    let mut text = TEMPLATE.to_owned();
    let mut planted = Vec::new();
    if random.below(5) == 0 {
        for _ in 0..=random.below(3) {
            let Some(fault) = random.pick(FAULTS) else {
                continue;
            };
            if text.contains(fault.clean) {
                text = text.replacen(fault.clean, fault.faulty, 1);
                planted.push(fault.rule);
            }
        }
    }
    (fill(&text, &mut random, index), planted)
}

/// Puts values in the place of `@NAME@`.
fn fill(text: &str, random: &mut Random, index: u64) -> String {
    let region = random.pick(&REGIONS).copied().unwrap_or_default();
    let pool = format!("P{index:08}");
    text.replace("@N@", &format!("{index:05}"))
        .replace("@POOL@", &pool)
        .replace("@REGION@", region)
        .replace("@MONTH@", &(1 + random.below(9)).to_string())
        .replace("@A@", &random.below(256).to_string())
        .replace("@B@", &random.below(256).to_string())
}

/// Writes `count` policies below `dir`; returns how many have faults.
#[expect(
    clippy::disallowed_methods,
    reason = "a tool for measuring, not the program: it owns the folder that it fills"
)]
fn write_all(dir: &Path, count: u64, seed: u64) -> io::Result<u64> {
    if dir.exists() && fs::read_dir(dir)?.next().is_some() {
        return Err(io::Error::other("the folder is not empty"));
    }
    let mut faulty = 0;
    for index in 0..count {
        let (text, planted) = policy(seed, index);
        let folder = dir.join(format!("team-{:03}", index / 100));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("policy-{index:05}.yaml")), text)?;
        faulty += u64::from(!planted.is_empty());
    }
    Ok(faulty)
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let seed = args.get(2).map_or(Ok(1), |text| text.parse());
    let (Some(dir), Some(Ok(count)), Ok(seed)) = (args.first(), args.get(1).map(|c| c.parse()), seed) else {
        let _ = writeln!(io::stderr(), "{USAGE}");
        return ExitCode::from(2);
    };
    let said = match write_all(Path::new(dir), count, seed) {
        Ok(faulty) => writeln!(
            io::stdout(),
            "{count} policies in {dir}, {faulty} of them with faults (seed {seed})"
        ),
        Err(error) => {
            let _ = writeln!(io::stderr(), "{dir}: {error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if said.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every fault has its place in the template.
    #[test]
    fn fault_occurs_once_in_template() {
        for fault in FAULTS {
            let found = TEMPLATE.matches(fault.clean).count();
            assert_eq!(found, 1, "{}: `{}`", fault.rule, fault.clean);
            assert_ne!(fault.clean, fault.faulty, "{}", fault.rule);
        }
    }

    /// A clean policy is sixty lines with every place filled.
    #[test]
    fn clean_policy_has_sixty_lines() {
        for index in 0..500 {
            let (text, planted) = policy(1, index);
            let placeholder = text
                .split('@')
                .any(|part| ["N", "A", "B", "POOL", "REGION", "MONTH"].contains(&part));
            assert!(!placeholder, "{text}");
            assert!(!planted.is_empty() || text.lines().count() == 60, "{text}");
        }
    }

    /// The same seed gives the same policies and another gives others.
    #[test]
    fn policies_depend_on_seed() {
        let all = |seed| (0..300).map(|index| policy(seed, index)).collect::<Vec<_>>();
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
    }

    /// About a fifth is faulty and every fault occurs.
    #[test]
    fn share_of_faulty_policies() {
        let planted: Vec<_> = (0..10_000).map(|index| policy(1, index).1).collect();
        let faulty = planted.iter().filter(|rules| !rules.is_empty()).count();
        assert!((1_800..2_200).contains(&faulty), "{faulty}");
        let kinds: BTreeSet<_> = planted.iter().flatten().collect();
        assert_eq!(
            kinds.len(),
            FAULTS.iter().map(|f| f.rule).collect::<BTreeSet<_>>().len()
        );
    }
}
