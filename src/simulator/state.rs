//! The simulated AWS as data: accounts, regions, pools, alarms, topics, metrics and events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Members of an API object as the API writes them: times in seconds since 1970, members that this
/// version does not know included. A negative time is so many seconds before the server starts.
pub type RawMembers = Map<String, Value>;

/// Everything there is. Unknown keys are refused; what AWS itself answers with is [`RawMembers`] and may
/// have any member.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwsState {
    /// Accounts by id, 12 digits.
    pub accounts: BTreeMap<String, Account>,
    /// Who calls with an access key id. `AssumeRole` adds to it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub access_keys: BTreeMap<String, Identity>,
    /// Who calls with an access key id that is not in `access_keys`; without it nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anyone: Option<Identity>,
}

/// A caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Account id.
    pub account: String,
    /// ARN of the user or session.
    pub arn: String,
}

/// One account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Regions by name. One that is not here is empty, not an error.
    #[serde(default)]
    pub regions: BTreeMap<String, Region>,
    /// Roles that may be assumed, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, Role>,
}

/// A role.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The external id that `AssumeRole` must give, if it must.
    pub external_id: Option<String>,
    /// The token of a web identity that may assume it, if one may.
    pub web_identity_token: Option<String>,
}

/// One region of an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// User pools by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pools: BTreeMap<String, Pool>,
    /// Alarms by name: `MetricAlarm`, or `CompositeAlarm` where there is an `AlarmRule`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub alarms: BTreeMap<String, RawMembers>,
    /// Changes of the state of alarms by name, in any order: `Timestamp`, and `HistoryData`, which may be written as an object
    /// and is answered as text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub alarm_history: BTreeMap<String, Vec<RawMembers>>,
    /// SNS topics by ARN.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub topics: BTreeMap<String, TopicState>,
    /// Metrics that `CloudWatch` has data for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<Metric>,
    /// CloudTrail's events, in any order. `CloudTrailEvent` may be written as an object; it is
    /// answered as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<RawMembers>,
}

/// One user pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// `UserPool` of `DescribeUserPool`. `Id` and `Arn` need not be written.
    pub user_pool: RawMembers,
    /// `GetUserPoolMfaConfig`'s answer but for `MfaConfiguration`, which is in `user_pool`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub mfa: RawMembers,
    /// `UserPoolClient` of `DescribeUserPoolClient`, by client id. `ClientId` and `UserPoolId` need
    /// not be written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clients: BTreeMap<String, RawMembers>,
    /// Risk configurations: the pool's own under the empty key, a client's under its id. Ids need
    /// not be written inside.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub risk_configurations: BTreeMap<String, RawMembers>,
    /// `LogConfigurations` of `GetLogDeliveryConfiguration`; `None` if they were never set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_configurations: Option<Vec<Value>>,
    /// Members of `LogDeliveryConfiguration` beside the list and the pool's id.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub log_delivery: RawMembers,
    /// Whether a user import job runs, which keeps the pool from being updated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub import_runs: bool,
    /// Users by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub users: BTreeMap<String, PoolUser>,
}

/// A user of a pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolUser {
    /// `UserType` of `ListUsers`. `Username` need not be written.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub user: RawMembers,
    /// `AuthEvents` of `AdminListUserAuthEvents`, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub auth_events: Vec<RawMembers>,
}

/// An SNS topic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicState {
    /// More attributes; those that follow from the rest need not be written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// Subscriptions, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subscriptions: Vec<Subscription>,
}

/// A subscription of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// `email`, `https`, `lambda`, …
    pub protocol: String,
    /// Address.
    pub endpoint: String,
    /// Whether it was confirmed; its ARN is `PendingConfirmation` until then.
    pub confirmed: bool,
}

/// A metric with its data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Namespace, such as `AWS/Cognito`.
    pub namespace: String,
    /// Name, as CloudWatch spells it.
    pub name: String,
    /// Dimensions, name to value.
    #[serde(default)]
    pub dimensions: BTreeMap<String, String>,
    /// Data: time (as in [`RawMembers`]) and value. `ListMetrics` shows a metric only with data of the last
    /// two weeks.
    #[serde(default)]
    pub data: Vec<(f64, f64)>,
}

/// Why a world could not be taken from a file.
#[derive(Debug, thiserror::Error)]
pub enum AwsStateError {
    /// Not JSON, or not of this shape.
    #[error("the simulated AWS is not described right: {0}")]
    Json(#[from] serde_json::Error),
    /// Two places that contradict each other.
    #[error("the simulated AWS contradicts itself: {0}")]
    Contradiction(String),
}

impl AwsState {
    /// Takes a world from JSON.
    ///
    /// # Errors
    /// Not JSON, an unknown key, an account id that is not 12 digits, a pool id without its region,
    /// or a caller of an account that does not exist.
    pub fn from_json(text: &str) -> Result<Self, AwsStateError> {
        let world: Self = serde_json::from_str(text)?;
        match world.contradiction() {
            Some(what) => Err(AwsStateError::Contradiction(what)),
            None => Ok(world),
        }
    }

    /// The region of an account, made if it is not there.
    pub fn region_mut(&mut self, account: &str, region: &str) -> &mut Region {
        let account = self.accounts.entry(account.to_owned()).or_default();
        account.regions.entry(region.to_owned()).or_default()
    }

    /// A pool, wherever it is.
    pub fn pool(&self, id: &str) -> Option<&Pool> {
        let mut regions = self.accounts.values().flat_map(|a| a.regions.values());
        regions.find_map(|region| region.pools.get(id))
    }

    /// A pool, wherever it is, to be changed.
    pub fn pool_mut(&mut self, id: &str) -> Option<&mut Pool> {
        let mut regions = self.accounts.values_mut().flat_map(|a| a.regions.values_mut());
        regions.find_map(|region| region.pools.get_mut(id))
    }

    /// Lets an access key act for an account, as its user `tester`.
    pub fn with_key(mut self, access_key: &str, account: &str) -> Self {
        self.access_keys
            .insert(access_key.to_owned(), Identity::tester(account));
        self.accounts.entry(account.to_owned()).or_default();
        self
    }

    fn contradiction(&self) -> Option<String> {
        let digits = |id: &String| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
        if let Some(id) = self.accounts.keys().find(|id| !digits(id)) {
            return Some(format!("account id `{id}` is not 12 digits"));
        }
        let callers = self.access_keys.values().chain(&self.anyone);
        for caller in callers {
            if !self.accounts.contains_key(&caller.account) {
                return Some(format!("caller `{}` has no account", caller.arn));
            }
        }
        let regions = self.accounts.values().flat_map(|a| &a.regions);
        regions
            .flat_map(|(name, region)| region.pools.keys().map(move |id| (name, id)))
            .find(|(name, id)| {
                id.split_once('_')
                    .is_none_or(|(region, _)| region != name.as_str())
            })
            .map(|(name, id)| format!("pool `{id}` is not a pool of region `{name}`"))
    }
}

impl Identity {
    /// The user `tester` of an account.
    pub fn tester(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            arn: format!("arn:aws:iam::{account}:user/tester"),
        }
    }
}

impl Pool {
    /// A pool with these members of `UserPool`.
    pub fn of(user_pool: RawMembers) -> Self {
        Self {
            user_pool,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file is strict outside of what AWS answers.
    #[test]
    fn unknown_members_only_in_raw_answers() {
        let text = r#"{"accounts":{"123456789012":{"regions":{"us-west-2":{"pools":{"us-west-2_A":
            {"user_pool":{"Name":"a","Unknown":{"kept":1}}}}}}}}}"#;
        let world = AwsState::from_json(text).unwrap();
        assert_eq!(world.pool("us-west-2_A").unwrap().user_pool["Unknown"]["kept"], 1);
        assert_eq!(world.pool("us-west-2_B"), None);
        let again = AwsState::from_json(&serde_json::to_string(&world).unwrap()).unwrap();
        assert_eq!(again, world);
        let unknown = text.replace("\"user_pool\"", "\"userpool\"");
        let said = AwsState::from_json(&unknown).unwrap_err().to_string();
        assert!(said.contains("userpool"), "{said}");
    }

    #[test]
    fn contradictions_are_named() {
        for (text, part) in [
            (r#"{"accounts":{"1":{}}}"#, "12 digits"),
            (
                r#"{"accounts":{},"anyone":{"account":"1","arn":"x"}}"#,
                "caller `x`",
            ),
            (
                r#"{"accounts":{"123456789012":{"regions":{"eu-west-1":{"pools":{"us-west-2_A":{"user_pool":{}}}}}}}}"#,
                "not a pool of region `eu-west-1`",
            ),
        ] {
            let said = AwsState::from_json(text).unwrap_err().to_string();
            assert!(said.contains(part), "{said}");
        }
    }
}
