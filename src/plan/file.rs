//! A plan in a file: what was reviewed, and a digest by which it is known again. Frozen as version 1.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::plan::change::Change;
use crate::plan::diff::Diff;
use crate::policy::write;
use crate::update::unordered;

/// A plan of `cogward`: what would change, by which calls, and on what it rests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "cogward plan, version 1")]
pub struct PlanV1 {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// SHA-256 over everything else, in hexadecimal.
    pub digest: String,
    /// Pools with changes, by account, region and id.
    pub pools: Vec<PoolPlanV1>,
}

/// What would change in one pool.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolPlanV1 {
    /// Account id.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Pool id.
    pub pool: String,
    /// SHA-256 over what was seen of the pool, in hexadecimal: the plan holds only as long as it is so.
    pub observed: String,
    /// SHA-256 over the pool's whole objects as AWS sent them, members that no policy speaks of included, without what
    /// changes by itself: dates, counts, and the order of members and lists.
    pub whole: String,
    /// What the audit gate says of each mode that becomes ENFORCED.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<GateV1>,
    /// Errors that rules find in the policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ErrorV1>,
    /// Changes, where the pool is weakest first.
    pub changes: Vec<ChangeV1>,
    /// Calls, in the order in which they are made.
    pub calls: Vec<CallV1>,
}

/// What the audit gate says of one authentication type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateV1 {
    /// `standard` or `custom`.
    pub auth: String,
    /// Days in AUDIT that the policy asks for.
    pub minimum_days: u32,
    /// `met`, `unmet` or `unknown`.
    pub answer: String,
    /// The source of the evidence that decides, if any does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// An error that a rule finds in the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorV1 {
    /// The rule's id.
    pub rule: String,
    /// JSON pointer into the policy, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// What a plan of one pool rests on, beside its diff.
#[derive(Clone, Debug)]
pub struct Basis<'a> {
    /// What differs.
    pub diff: &'a Diff,
    /// The calls that make it so, as they are sent.
    pub calls: Vec<CallV1>,
    /// The pool's whole objects, without what changes by itself.
    pub whole: Value,
    /// What the gate says of its steps.
    pub gates: Vec<GateV1>,
    /// Errors that rules find in the policy.
    pub errors: Vec<ErrorV1>,
}

/// One change.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeV1 {
    /// JSON pointer of the leaf in the policy's terms.
    pub at: String,
    /// What the pool has; absent for nothing.
    pub from: Option<Value>,
    /// What it will have; absent for nothing.
    pub to: Option<Value>,
    /// What the change does to protection: `weaker`, `undefined`, `neutral` or `stronger`.
    pub direction: String,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallV1 {
    /// The API operation.
    pub operation: String,
    /// Id of the client it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Members that it sets; what it carries over unchanged is not here.
    pub sets: Value,
    /// JSON pointers of the leaves that it makes so.
    pub makes: Vec<String>,
}

/// The plan of some diffs; pools without changes are not in it.
pub fn plan(grounds: &[Basis<'_>]) -> PlanV1 {
    let mut pools: Vec<_> = grounds
        .iter()
        .filter(|ground| !ground.diff.changes.is_empty())
        .map(pool)
        .collect();
    let place = |pool: &PoolPlanV1| (pool.account.clone(), pool.region.clone(), pool.pool.clone());
    pools.sort_by_key(place);
    let mut plan = PlanV1 {
        version: 1,
        digest: String::new(),
        pools,
    };
    plan.digest = digest(&plan);
    plan
}

impl PlanV1 {
    /// Whether the digest is that of the content: a file that somebody edited is another plan.
    pub fn is_sound(&self) -> bool {
        self.version == 1 && self.digest == digest(self)
    }

    /// What is not as in another plan, for people: pools and places, each with what moved.
    pub fn moved(&self, other: &Self) -> Vec<String> {
        let mut moved = Vec::new();
        for pool in &self.pools {
            match other.pools.iter().find(|one| one.pool == pool.pool) {
                None => moved.push(format!("{}: the policies named here change nothing in it (name the paths that the plan was made with)", pool.pool)),
                Some(one) if one != pool => moved.extend(moved_in(pool, one)),
                Some(_) => {}
            }
        }
        let new = other
            .pools
            .iter()
            .filter(|one| self.pools.iter().all(|pool| pool.pool != one.pool));
        moved.extend(new.map(|one| format!("{}: has changes now", one.pool)));
        moved
    }
}

fn moved_in(before: &PoolPlanV1, now: &PoolPlanV1) -> Vec<String> {
    let id = &before.pool;
    let mut moved = Vec::new();
    for change in &before.changes {
        match now.changes.iter().find(|one| one.at == change.at) {
            None => moved.push(format!("{id}: {}: is up to date now", change.at)),
            Some(one) if one != change => moved.push(format!("{id}: {}: has changed", change.at)),
            Some(_) => {}
        }
    }
    let new = now
        .changes
        .iter()
        .filter(|one| before.changes.iter().all(|change| change.at != one.at));
    moved.extend(new.map(|one| format!("{id}: {}: differs now", one.at)));
    if now.gates != before.gates {
        moved.push(format!(
            "{id}: the audit gate has another result, or other settings"
        ));
    }
    if now.errors != before.errors {
        moved.push(format!("{id}: rules find other errors in the policy"));
    }
    if moved.is_empty() {
        moved.push(format!("{id}: something else of the pool was changed"));
    }
    moved
}

fn pool(ground: &Basis<'_>) -> PoolPlanV1 {
    let diff = ground.diff;
    let seen = Value::Object(write::document(&diff.observed));
    PoolPlanV1 {
        account: diff.observed.account.clone(),
        region: diff.observed.region.clone(),
        pool: diff.observed.pool_id.clone().unwrap_or_default(),
        observed: hash(unordered(&seen).to_string().as_bytes()),
        whole: hash(unordered(&ground.whole).to_string().as_bytes()),
        gates: ground.gates.clone(),
        errors: ground.errors.clone(),
        changes: diff.changes.iter().map(change).collect(),
        calls: ground.calls.clone(),
    }
}

fn change(change: &Change) -> ChangeV1 {
    ChangeV1 {
        at: change.leaf.pointer().to_string(),
        from: change.live.clone(),
        to: change.wanted.clone(),
        direction: change.direction.as_str().to_owned(),
    }
}

/// Over the plan with an empty digest, as compact JSON with members in the order of the types.
fn digest(plan: &PlanV1) -> String {
    let bare = PlanV1 {
        digest: String::new(),
        ..plan.clone()
    };
    hash(&serde_json::to_vec(&bare).unwrap_or_default())
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The schema of the file (`schemas/plan.json`).
pub fn schema() -> Value {
    crate::schema::of::<PlanV1>("plan")
}
