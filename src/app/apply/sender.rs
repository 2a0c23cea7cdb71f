//! Email as a factor of MFA, which takes a pool that sends through Amazon SES: no policy manages how a pool sends.
//! docs/facts.md, "`SetUserPoolMfaConfig` replaces all factors".

use crate::model::mode::MfaFactor;
use crate::model::posture::Posture;
use crate::observe::live::RawPool;
use crate::plan::{Diff, Impossible, Setting};

/// Why AWS refuses email as a new factor; `None` where it may take it, or nothing is known of how the pool sends.
pub(super) fn email_factor(diff: &Diff, raw: &RawPool) -> Option<Impossible> {
    let has = |posture: &Posture| {
        let mut factors = posture.mfa.factors.iter().flatten();
        factors.any(|factor| *factor == MfaFactor::Email)
    };
    let mut changes = diff.changes.iter().map(|change| &change.leaf);
    let leaf = changes.find(|leaf| **leaf == Setting::MfaFactors)?;
    let account = raw.pool.as_object()?.get("EmailConfiguration");
    let account = account.and_then(|sender| sender.get("EmailSendingAccount"));
    let own = account.is_none_or(|word| word.is_null() || word == "COGNITO_DEFAULT");
    (own && has(&diff.wanted) && !has(&diff.observed)).then(|| Impossible {
        at: leaf.pointer(),
        message: "codes by email need a pool that sends through Amazon SES, and this one sends by Cognito's own account \
                  (`EmailSendingAccount: COGNITO_DEFAULT`)"
            .to_owned(),
        help: "have the pool send through Amazon SES first (`EmailConfiguration`, `EmailSendingAccount: DEVELOPER`), or remove \
               `EMAIL` from the factors (`mfa.factors`)"
            .to_owned(),
        unconfirmed: false,
    })
}
