//! Notification emails of account-takeover responses.

mod entry;
mod placeholder;
mod sender;
mod template;

pub use entry::{EmailTemplate, Notifications, TemplateKind};
pub use placeholder::{KNOWN, Placeholder, is_known, nearest, needs_domain, placeholders};
pub use sender::{address_of, may_send_as};
pub use template::{TemplateFault, TemplatePart, template_faults};
