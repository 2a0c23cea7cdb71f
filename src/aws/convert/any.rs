//! No answer, however odd, makes a reader panic, and what is read is never more than what is there.

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::aws::convert::{client, log_delivery, mfa, pool};
use crate::model::observed::Observed;
use crate::model::posture::Part;
use crate::update::drop_secrets;

/// Members and words of the answers.
const WORDS: &[&str] = &[
    "UserPool",
    "Id",
    "Arn",
    "arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_A",
    "UserPoolAddOns",
    "AdvancedSecurityMode",
    "AUDIT",
    "UserPoolTier",
    "LastModifiedDate",
    "MfaConfiguration",
    "SoftwareTokenMfaConfiguration",
    "Enabled",
    "UserPoolClient",
    "ClientSecret",
    "ExplicitAuthFlows",
    "LogDeliveryConfiguration",
    "LogConfigurations",
    "EventSource",
    "userAuthEvents",
];

fn document() -> impl Strategy<Value = Value> {
    let word = || prop::sample::select(WORDS);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 5, move |inner| {
        let members = prop::collection::vec((word(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(Value::from),
            members.prop_map(|members| {
                let owned = members.into_iter().map(|(name, value)| (name.to_owned(), value));
                Value::Object(owned.collect::<Map<_, _>>())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_reader_takes_every_document(inner in document(), under in prop::sample::select(WORDS)) {
        let body = Value::Object([(under.to_owned(), inner)].into_iter().collect());
        let mut seen = Observed::default();
        if let Ok(odd) = pool(&body, &mut seen) {
            let told: Vec<_> = odd.iter().map(|(part, _)| *part).collect();
            prop_assert!(seen.posture.mode.standard.is_some() || told.contains(&Part::Mode));
            prop_assert!(seen.posture.mode.custom.is_some() || told.contains(&Part::Mode));
            prop_assert!(seen.posture.domain.is_some() || told.contains(&Part::Domain));
        } else {
            prop_assert_eq!(seen, Observed::default());
        }
        let (found, odd) = mfa(&body);
        prop_assert!(found.factors.is_some() || !odd.is_empty());
        let _ = client(&body);
        let _ = log_delivery(&body);
    }

    #[test]
    fn no_secret_stays(mut body in document()) {
        drop_secrets(&mut body);
        prop_assert!(!body.to_string().replace("\"ClientSecret\":null", "").contains("\"ClientSecret\":"));
    }
}
