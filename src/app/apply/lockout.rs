//! What a plan newly blocks or challenges, in words: equal answers of several clients and flows are one line.

use std::collections::BTreeSet;

use crate::json::api_name;
use crate::model::client_setting::ClientSetting;
use crate::model::effective::AddressList;
use crate::plan::{FactorStep, LockOut, LostWay};
use crate::proposal::Block;

/// The lines of a lock-out: what holds in any mode first, then in the order of the effective table.
pub(super) fn blocks(lock_out: &LockOut) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    for step in &lock_out.factors {
        let (what, from, to) = factor(*step);
        add(&mut found, None, what, from, to.to_owned());
    }
    for way in &lock_out.ways {
        let to = match (way.is_last, way.by_plan) {
            (true, false) => "refused, and no way to sign in is left",
            (false, false) => "refused",
            (true, true) => {
                "possibly refused (unconfirmed: `LITE` does not have it), and no other way to sign in is left"
            }
            (false, true) => "possibly refused (unconfirmed: `LITE` does not have it)",
        };
        add(
            &mut found,
            Some(&way.client),
            way_words(way),
            "open",
            to.to_owned(),
        );
    }
    for cell in &lock_out.cells {
        let (from, to) = (cell.before.words_in_change(), cell.after.words_in_change());
        // The answer is the same however somebody signs in, but for flows that are not covered.
        add(&mut found, cell.scope.key(), cell.by_any_flow(), &from, to);
    }
    for one in &lock_out.addresses {
        let ranges: Vec<_> = one.ranges.iter().map(ToString::to_string).collect();
        let what = format!("requests from {}", ranges.join(", "));
        let (from, to) = match one.list {
            AddressList::Block => ("assessed as others are", "blocked"),
            AddressList::Allow => ("always allowed", "blocked or challenged as others are"),
        };
        add(&mut found, one.scope.key(), what, from, to.to_owned());
    }
    found
}

fn factor(step: FactorStep) -> (String, &'static str, &'static str) {
    match step {
        FactorStep::Required => (
            "sign-in without a second factor".to_owned(),
            "possible",
            "MFA required: to be set up at sign-in, or refused",
        ),
        FactorStep::Removed(factor) => {
            let factor = api_name(&factor);
            (
                format!("sign-in with {factor} as the only second factor"),
                "possible",
                "refused, or another factor is to be set up",
            )
        }
    }
}

fn way_words(way: &LostWay) -> String {
    let name = &way.name;
    match way.setting {
        ClientSetting::OAuthFlows => format!("sign-in by the OAuth flow {name}"),
        ClientSetting::IdentityProviders => format!("sign-in by the identity provider {name}"),
        _ if name == "ALLOW_REFRESH_TOKEN_AUTH" => "renewing tokens without a new sign-in".to_owned(),
        _ => format!("sign-in by {name}"),
    }
}

fn add(found: &mut Vec<Block>, client: Option<&str>, what: String, from: &str, to: String) {
    let client = client.map(str::to_owned);
    let same = |one: &&mut Block| (&one.what, one.from.as_str(), &one.to) == (&what, from, &to);
    if let Some(block) = found.iter_mut().find(same) {
        let mut clients: BTreeSet<_> = std::mem::take(&mut block.clients).into_iter().collect();
        clients.extend(client);
        block.clients = clients.into_iter().collect();
    } else {
        found.push(Block {
            what,
            from: from.to_owned(),
            to,
            clients: client.into_iter().collect(),
        });
    }
}

/// `sign-in at low risk: allowed → blocked; and 2 more`.
pub(super) fn words(lock_out: &LockOut) -> String {
    let blocks = blocks(lock_out);
    let more = match blocks.len().saturating_sub(1) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let first = blocks.first();
    first.map_or_else(String::new, |block| {
        format!("{}: {} → {}{more}", block.what, block.from, block.to)
    })
}
