//! What shows that a pool was in AUDIT, for the gate.

use crate::model::observed::Observed;
use crate::plan::Auth;
use crate::plan::gate::{Evidence, Source, unmodified};
use crate::policy::assemble::Policy;

/// All evidence for a pool: that nothing of it was modified, and the day that the policy declares.
pub(super) fn evidence(policy: &Policy, pool: &Observed) -> Vec<Evidence> {
    let mut found = unmodified(pool);
    let declared = Auth::ALL.into_iter().zip(policy.gate.audit_since);
    found.extend(declared.filter_map(|(auth, since)| {
        Some(Evidence {
            auth,
            source: Source::Declared,
            since: since?,
            exact: false,
        })
    }));
    found
}
