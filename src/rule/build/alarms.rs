//! Alarms and log delivery.
use crate::model::posture::Posture;
use crate::rule::view::{AlarmView, LogDeliveryView};
pub(in crate::rule) fn alarms(_posture: &Posture) -> Option<Vec<AlarmView>> {
    None
}
pub(in crate::rule) fn log_delivery(_posture: &Posture) -> Option<LogDeliveryView> {
    None
}
