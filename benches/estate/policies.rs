//! Policies for the pools that are played.

use std::fs;
use std::io;
use std::path::Path;

/// What all of them ask for, and nine pools of ten have.
const SETTINGS: &str = "\
feature_plan: PLUS
mode: { standard: ENFORCED }
account_takeover:
  low: { action: NO_ACTION, notify: false }
  medium: { action: MFA_IF_CONFIGURED, notify: false }
  high: { action: BLOCK, notify: false }
compromised_credentials: { action: BLOCK, events: [SIGN_IN, SIGN_UP, PASSWORD_CHANGE] }
risk_exceptions:
  always_block: [198.51.100.0/24]
  always_allow: [{ cidr: 203.0.113.0/24, reason: office }]
clients: { \"*\": inherit }
alarms:
  - metric: AccountTakeoverRisk
    operation: SignIn
    risk_level: High
    threshold: 1
    period: 5m
    evaluation_periods: 1
    actions: [arn:aws:sns:us-west-2:123456789012:security]
";

/// `one/` with a policy for all pools, and `each/` with one for every pool.
pub fn write<'a>(dir: &Path, pools: impl Iterator<Item = &'a str>) -> io::Result<()> {
    fs::create_dir_all(dir.join("one"))?;
    let all = format!("version: 1\nname: all\ntarget: {{ names: [\"app-*\"] }}\n{SETTINGS}");
    fs::write(dir.join("one/all.yaml"), all)?;
    for (index, pool) in pools.enumerate() {
        let folder = dir.join(format!("each/team-{:03}", index / 100));
        fs::create_dir_all(&folder)?;
        let text = format!("version: 1\nname: app-{index:05}\ntarget: {{ pool: {pool} }}\n{SETTINGS}");
        fs::write(folder.join(format!("app-{index:05}.yaml")), text)?;
    }
    Ok(())
}
