//! Random responses for property tests, those of the library and those of `tests/`, which has this file as a module of its
//! own: what is for tests alone is in no build of the library.

use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::model::client::Override;
use crate::model::exception::{IpRange, RiskExceptions};
use crate::model::notification::{EmailTemplate, Notifications};
use crate::model::response::{
    AccountTakeover, Action, CompromisedAction, CompromisedCredentials, PasswordEvent, Response,
    RiskConfiguration,
};

/// Any action, with and without a message to the user.
pub fn response() -> BoxedStrategy<Response> {
    let actions = vec![
        Action::NoAction,
        Action::MfaIfConfigured,
        Action::MfaRequired,
        Action::Block,
    ];
    (select(actions), any::<bool>())
        .prop_map(|(action, notify)| Response { action, notify })
        .boxed()
}

/// A notification configuration of such texts, with and without each email.
pub fn notifications(text: &BoxedStrategy<String>) -> BoxedStrategy<Notifications> {
    let email = (text.clone(), of(text.clone()), of(text.clone()))
        .prop_map(|(subject, html, text)| EmailTemplate { subject, html, text });
    let emails = (of(email.clone()), of(email.clone()), of(email));
    (text.clone(), of(text.clone()), of(text.clone()), emails)
        .prop_map(|(source_arn, from, reply_to, emails)| Notifications {
            source_arn,
            from,
            reply_to,
            block_email: emails.0,
            mfa_email: emails.1,
            no_action_email: emails.2,
        })
        .boxed()
}

/// Lists of up to two of such ranges.
pub fn ranges(range: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Vec<IpRange>> {
    prop::collection::vec(range.prop_map(|text| IpRange::new(&text)), 0..3).boxed()
}

/// Responses with and without each section: adaptive ones with such notifications, and these lists of addresses that are
/// always blocked and always allowed.
pub fn responses(
    notifications: impl Strategy<Value = Option<Notifications>> + 'static,
    block: BoxedStrategy<Vec<IpRange>>,
    allow: BoxedStrategy<Vec<IpRange>>,
) -> BoxedStrategy<RiskConfiguration> {
    let levels = (of(response()), of(response()), of(response()), notifications);
    let takeover = levels.prop_map(|(low, medium, high, notifications)| AccountTakeover {
        low,
        medium,
        high,
        notifications,
    });
    let actions = select(vec![CompromisedAction::NoAction, CompromisedAction::Block]);
    let events = prop::collection::btree_set(select(PasswordEvent::ALL.to_vec()), 0..=3);
    let passwords = (actions, events).prop_map(|(action, events)| CompromisedCredentials { action, events });
    let lists = (block, allow).prop_map(|(always_block, always_allow)| RiskExceptions {
        always_block,
        always_allow,
    });
    (of(takeover), of(passwords), of(lists))
        .prop_map(
            |(account_takeover, compromised_credentials, risk_exceptions)| RiskConfiguration {
                account_takeover,
                compromised_credentials,
                risk_exceptions,
            },
        )
        .boxed()
}

/// A client's responses: unknown, the pool's, or its own.
pub fn overriding(own: BoxedStrategy<RiskConfiguration>) -> BoxedStrategy<Override> {
    prop_oneof![
        Just(Override::Unknown),
        Just(Override::Inherit),
        own.prop_map(|own| Override::Own(Box::new(own))),
    ]
    .boxed()
}
