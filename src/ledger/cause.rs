//! Which side of a difference moved.

use serde_json::Value;

use crate::ledger::line::digest;
use crate::ledger::read::Ledger;

pub use crate::difference::Cause;

impl Ledger {
    /// Which side moved since pool and policy agreed on a leaf.
    #[must_use]
    pub fn cause(&self, pool: &str, key: &str, live: Option<&Value>, wanted: Option<&Value>) -> Cause {
        let Some(agreed) = self.agreed(pool, key) else {
            return Cause::Differs;
        };
        let before = agreed.live_digest.as_ref().unwrap_or(&agreed.digest);
        match (digest(live) != *before, digest(wanted) != agreed.digest) {
            (true, false) => Cause::Drift,
            (false, true) => Cause::Pending,
            (true, true) => Cause::Conflict,
            // They agreed and neither moved: another version compared otherwise.
            (false, false) => Cause::Differs,
        }
    }
}
