//! IP exceptions.

use schemars::JsonSchema;
use serde::Serialize;

/// `risk_exceptions`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExceptionsView {
    /// Of the section.
    pub pointer: String,
    /// Always-block, as written.
    pub always_block: Vec<RangeView>,
    /// Always-allow, as written.
    pub always_allow: Vec<RangeView>,
    /// Both lists: `{name, pointer, size, aggregated}` each.
    pub lists: Vec<RangeListView>,
    /// Pairs of ranges of the same list where one holds the other, and pairs of the two lists that meet.
    pub pairs: Vec<RangePairView>,
}

/// One exception list as a whole.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RangeListView {
    /// `always_block` or `always_allow`.
    pub name: String,
    /// Of the list.
    pub pointer: String,
    /// Number of entries.
    pub size: i64,
    /// The smallest list of ranges that says the same; only computed for lists over the limit, else empty.
    pub aggregated: Vec<String>,
    /// Whether every entry is a valid range in short form, so that the aggregated list loses nothing.
    pub plain: bool,
}

/// One exception range.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RangeView {
    /// As written.
    pub text: String,
    /// Of the text (inside the long form, its `cidr`).
    pub pointer: String,
    /// `always_block` or `always_allow`.
    pub list: String,
    /// Whether it is in the long form, `{ cidr: ..., reason: ... }`.
    pub long_form: bool,
    /// Who is responsible for it; `null` when not said.
    pub owner: Option<String>,
    /// Last day on which it should be there, as written; `null` when not said.
    pub until: Option<String>,
    /// What its text says.
    #[serde(flatten)]
    pub facts: RangeFacts,
}

/// What one text says that should be CIDR.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own that rules ask"
)]
#[derive(Debug, Serialize, JsonSchema)]
pub struct RangeFacts {
    /// Whether it is a CIDR range that the API takes.
    pub valid: bool,
    /// Whether it is an address without a prefix length.
    pub bare: bool,
    /// Whether bits are set after the prefix.
    pub host_bits: bool,
    /// Whether a part of the IPv4 address has a leading zero, which some software reads as octal.
    pub ambiguous: bool,
    /// The plainly meant text, differing from `text`; `null` when it is the same or not plain.
    pub canonical: Option<String>,
    /// Prefix length; -1 when not valid.
    pub prefix: i64,
    /// Whether it is IPv6.
    pub v6: bool,
    /// `private`, `loopback`, `link-local`, ... for ranges that no public request comes from; else `null`.
    pub kind: Option<String>,
}

/// Two ranges that have addresses in common.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RangePairView {
    /// `same`, `covered` (`pointer` lies in `other_pointer`) or `overlap` (between the two lists).
    pub relation: String,
    /// The range to blame: the later or smaller one; for `overlap` the always-allow entry.
    pub pointer: String,
    /// Its entry in the list: the same, without `/cidr`. For fixes.
    pub entry: String,
    /// As written.
    pub text: String,
    /// The other one.
    pub other_pointer: String,
    /// As written.
    pub other_text: String,
}
