//! Why an alarm never fires.

/// The part of an alarm that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlarmField {
    /// The namespace.
    Namespace,
    /// The metric's name.
    Metric,
    /// A dimension, by the name it is written with, or would have if it were there.
    Dimension(String),
    /// Another setting, by its key.
    Setting(&'static str),
}

/// Something that Cognito does not publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmFault {
    /// Where.
    pub field: AlarmField,
    /// As written; empty where something is missing.
    pub found: String,
    /// The right one, or the nearest; `None` when nothing is near, or when it has to go.
    pub nearest: Option<String>,
    /// What: a sentence without its full stop.
    pub message: String,
    /// Whether AWS has not confirmed it: measured data goes before this table.
    pub unconfirmed: bool,
}

pub(super) fn fault(field: AlarmField, found: &str, nearest: &str, message: String) -> AlarmFault {
    AlarmFault {
        field,
        found: found.to_owned(),
        nearest: (!nearest.is_empty()).then(|| nearest.to_owned()),
        message,
        unconfirmed: false,
    }
}
