//! Takes secrets out of an answer before anything keeps it.

use serde_json::Value;

/// Removes every member that is named like a client's secret, at any depth, whatever its value.
///
/// `DescribeUserPoolClient` answers with the secret in clear (docs/facts.md, "Members that are not sent back").
pub fn drop_secrets(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !is_secret(name));
            members.values_mut().for_each(drop_secrets);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_secrets),
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

    #[test]
    fn secrets_go_wherever_they_are_and_nothing_else_does() {
        let mut body = json!({
            "UserPoolClient": {"ClientId": "a", "ClientSecret": "s3", "ClientSecrets": [{"ClientSecretValue": "s3"}]},
            "More": [{"client_secret": {"x": "s3"}, "Kept": 1}],
            "PreventUserExistenceErrors": "ENABLED",
        });
        drop_secrets(&mut body);
        let wanted = json!({
            "UserPoolClient": {"ClientId": "a"},
            "More": [{"Kept": 1}],
            "PreventUserExistenceErrors": "ENABLED",
        });
        assert_eq!(body, wanted);
    }
}
