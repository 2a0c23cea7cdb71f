//! Who makes the calls of a plan, for the journal.

use std::collections::BTreeMap;

use crate::app::apply::execute::Ports;
use crate::app::apply::propose::Prepared;
use crate::journal::Who;

/// Whose credentials the pools of a plan are written with, each account once. Where the service does not say, the
/// account that the pools name stands alone: not knowing the name keeps nobody from writing.
pub async fn who(prepared: &Prepared, ports: Ports<'_>) -> Vec<Who> {
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    for work in &prepared.works {
        let Some(account) = work.pool.posture.account.clone() else {
            continue;
        };
        if known.get(&account).is_some_and(Option::is_some) {
            continue;
        }
        let session = &work.raw.session;
        let port = ports
            .reader
            .connect(session, work.region(), work.raw.account.as_deref())
            .await;
        let arn = port.caller().await.ok().map(|caller| caller.arn);
        known.insert(account, arn.filter(|arn| !arn.is_empty()));
    }
    let who = known.into_iter();
    who.map(|(account, arn)| Who { account, arn }).collect()
}
