//! The names that tests of a simulated AWS share.

use cogward::simulator::RawMembers;
use serde_json::Value;

pub const ACCOUNT: &str = "123456789012";
pub const REGION: &str = "us-west-2";
pub const POOL: &str = "us-west-2_A";
/// A client of the pool, and its secret.
pub const CLIENT: &str = "1example23456789";
pub const SECRET: &str = "s3cr3ts3cr3ts3cr3ts3cr3t";
/// The access key of [`ACCOUNT`].
pub const KEY: &str = "AKIAEXAMPLE";

/// The members of an object.
pub fn raw(value: Value) -> RawMembers {
    match value {
        Value::Object(members) => members,
        other => panic!("not an object: {other}"),
    }
}
