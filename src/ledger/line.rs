//! The ledger's lines. Frozen as version 1.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::mode::Mode;
use crate::plan::Auth;

/// One line of a ledger of `cogward`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[schemars(title = "cogward ledger, one line")]
pub enum Line {
    /// A mode was seen for the first time, or another than before.
    Mode(ModeLine),
    /// A pool was seen as its policy asks in one thing, for the first time or otherwise than before.
    Agreed(AgreedLine),
}

impl Line {
    /// When it was seen.
    pub(super) fn at(&self) -> Timestamp {
        match self {
            Self::Mode(line) => line.at,
            Self::Agreed(line) => line.at,
        }
    }
}

/// A mode that a pool was seen in.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModeLine {
    /// Version of the format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// When it was seen.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// The command that saw it: `diff`, `apply`.
    pub by: String,
    /// Account id, where it is known.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Pool id.
    pub pool: String,
    /// Authentication type.
    pub auth: Auth,
    /// Its mode.
    pub mode: Mode,
}

/// What a pool and its policy had in common.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreedLine {
    /// Version of the format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// When it was seen.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// The command that saw it: `diff`, `apply`.
    pub by: String,
    /// Account id, where it is known.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Pool id.
    pub pool: String,
    /// What: a JSON pointer in the policy's terms; of an alarm its name, or what it is on.
    pub leaf: String,
    /// Digest of the policy's value.
    pub digest: String,
    /// Digest of the pool's value, where it holds more than the policy asks for.
    pub live_digest: Option<String>,
}

/// Half of the SHA-256 of a value as compact JSON, in hexadecimal; of nothing, that of `null`.
pub(super) fn digest(value: Option<&Value>) -> String {
    let text = value.unwrap_or(&Value::Null).to_string();
    let mut digest = hex::encode(Sha256::digest(text.as_bytes()));
    digest.truncate(32);
    digest
}

/// The schema of a line (`schemas/ledger.json`).
pub fn schema() -> Value {
    crate::schema::of::<Line>("ledger")
}
