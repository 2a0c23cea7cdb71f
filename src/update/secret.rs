//! Takes secrets out of an answer before anything keeps it.

use serde_json::Value;

/// The member that holds a client's secret.
pub(super) const CLIENT_SECRET: &str = "ClientSecret";

/// Takes away the secret of a described client, and the value of every other member that is named like one, at any
/// depth: that there is such a member must still be seen, or a whole object would be sent back without it.
///
/// `DescribeUserPoolClient` answers with the secret in clear (docs/facts.md, "Members that are not sent back").
pub fn drop_secrets(value: &mut Value) {
    if let Some(Value::Object(client)) = value.get_mut("UserPoolClient") {
        client.shift_remove(CLIENT_SECRET);
    }
    empty_secrets(value);
}

fn empty_secrets(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if is_secret(name) {
                    *value = Value::Null;
                } else {
                    empty_secrets(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(empty_secrets),
        _ => {}
    }
}

/// Whether a member is named like a client's secret.
pub(super) fn is_secret(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    plain.contains("clientsecret")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Secrets go wherever they are and nothing else does.
    #[test]
    fn secrets_dropped_at_any_depth() {
        let mut body = json!({
            "UserPoolClient": {"ClientId": "a", "ClientSecret": "s3", "ClientSecrets": [{"ClientSecretValue": "s3"}]},
            "More": [{"client_secret": {"x": "s3"}, "Kept": 1}, {"ClientSecret": "s3"}],
            "PreventUserExistenceErrors": "ENABLED",
        });
        drop_secrets(&mut body);
        let wanted = json!({
            "UserPoolClient": {"ClientId": "a", "ClientSecrets": null},
            "More": [{"client_secret": null, "Kept": 1}, {"ClientSecret": null}],
            "PreventUserExistenceErrors": "ENABLED",
        });
        assert_eq!(body, wanted);
    }
}
