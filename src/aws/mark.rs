//! The one thing that is kept of a client's secret: whether there is one.

use serde_json::Value;

/// A member of our own, beside the described client: no call is built from there.
pub(in crate::aws) const HAS_SECRET: &str = "HasSecret";

/// Notes in the body of a described client whether the client has a secret. To be done before secrets are dropped.
///
/// A client has a secret or none from its creation on (API reference of `CreateUserPoolClient`), and the description
/// shows it by the secret itself. Any other body stays as it is.
pub(super) fn note_secret(body: &mut Value) {
    let Some(client) = body.get("UserPoolClient").and_then(Value::as_object) else {
        return;
    };
    let there = match client.get("ClientSecret") {
        None | Some(Value::Null) => false,
        Some(Value::String(secret)) => !secret.is_empty(),
        // Whatever it is, it is not nothing.
        Some(_) => true,
    };
    if let Some(members) = body.as_object_mut() {
        members.insert(HAS_SECRET.to_owned(), there.into());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::aws::convert;
    use crate::update::drop_secrets;

    #[test]
    fn a_bit_is_kept_and_the_secret_is_not() {
        for (client, there) in [
            (json!({"ClientName": "a", "ClientSecret": "s3cr3t"}), true),
            (
                json!({"ClientName": "a", "ClientSecret": {"New": "s3cr3t"}}),
                true,
            ),
            (json!({"ClientName": "a", "ClientSecret": ""}), false),
            (json!({"ClientName": "a", "ClientSecret": null}), false),
            (json!({"ClientName": "a"}), false),
        ] {
            let mut body = json!({ "UserPoolClient": client });
            // Without the note, nothing is known.
            assert_eq!(convert::client(&body).unwrap().has_secret, None);
            note_secret(&mut body);
            drop_secrets(&mut body);
            assert_eq!(convert::client(&body).unwrap().has_secret, Some(there), "{body}");
            assert!(!body.to_string().contains("s3cr3t"), "{body}");
        }
        for mut other in [json!({"UserPool": {}}), json!([]), json!({"UserPoolClient": 1})] {
            let before = other.clone();
            note_secret(&mut other);
            assert_eq!(other, before);
        }
    }
}
