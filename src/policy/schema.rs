//! The JSON Schema of the policy language.

use std::sync::OnceLock;

use serde_json::Value;

use crate::policy::file::PolicyFile;
use crate::schema::{self, Validator};

/// The compiled schema, made once. `None` if it is no schema, which a test excludes.
#[must_use]
pub fn validator() -> Option<&'static Validator> {
    static VALIDATOR: OnceLock<Option<Validator>> = OnceLock::new();
    VALIDATOR.get_or_init(|| Validator::new(schema())).as_ref()
}

/// The schema of a policy document, made from [`PolicyFile`] (`schemas/policy.json`).
#[must_use]
pub fn schema() -> Value {
    schema::of::<PolicyFile>("policy")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fault::Check;
    use crate::schema::Validator;

    use super::*;

    fn faults(document: &Value) -> Vec<(String, Check, String, String)> {
        let validator = Validator::new(schema()).unwrap();
        let faults = validator.faults(document).into_iter();
        faults
            .map(|f| (f.pointer.to_string(), f.check, f.message, f.help))
            .collect()
    }

    #[test]
    fn a_valid_document_has_none() {
        let document = json!({"version": 1, "mode": {"standard": "AUDIT"}, "clients": {"*": "inherit"}});
        assert_eq!(faults(&document), []);
    }

    #[test]
    fn every_fault_is_named_with_its_place_and_a_suggestion() {
        let found = faults(&json!({
            "version": 1,
            "mod": {},
            "mode": {"standard": "ENFORCE", "custom": 3},
            "account_takeover": {"low": {"acton": "BLOCK"}, "high": {"notify": "yes"}},
            "target": {"account": 123_456_789_012_u64},
        }));
        let brief: Vec<_> = found
            .iter()
            .map(|(at, check, ..)| (at.as_str(), *check))
            .collect();
        assert_eq!(
            brief,
            [
                ("/account_takeover/high/notify", Check::WrongType),
                ("/account_takeover/low/acton", Check::UnknownKey),
                ("/mod", Check::UnknownKey),
                ("/mode/custom", Check::WrongType),
                ("/mode/standard", Check::ValueNotAllowed),
                ("/target/account", Check::WrongType),
            ]
        );
        assert_eq!(found[1].3, "did you mean `action`?");
        assert!(found[2].3.contains("`mode`"), "{:?}", found[2]);
        assert!(
            found[4].3.starts_with("did you mean `ENFORCED`?"),
            "{:?}",
            found[4]
        );
        assert_eq!(found[5].3, "put it in quotes");
    }

    #[test]
    fn errors_inside_alternatives_are_shown_as_their_own() {
        let found = faults(&json!({
            "version": 1,
            "clients": {"web": {"account_takeover": {"high": {"action": "BLOK"}}}, "app": "inherits", "x": 3},
            "risk_exceptions": {"always_allow": [{"cdir": "x"}, 7]},
        }));
        let brief: Vec<_> = found
            .iter()
            .map(|(at, check, ..)| (at.as_str(), *check))
            .collect();
        assert_eq!(
            brief,
            [
                ("/clients/app", Check::WrongType),
                (
                    "/clients/web/account_takeover/high/action",
                    Check::ValueNotAllowed
                ),
                ("/clients/x", Check::WrongType),
                ("/risk_exceptions/always_allow/0", Check::KeyMissing),
                ("/risk_exceptions/always_allow/0/cdir", Check::UnknownKey),
                ("/risk_exceptions/always_allow/1", Check::WrongType),
            ],
            "{found:#?}"
        );
    }
}
