//! Formats for programs, but for `json`, which is a room of its own.

pub(in crate::render) mod csv;
pub(in crate::render) mod github;
pub(in crate::render) mod junit;
pub(in crate::render) mod ocsf;
pub(in crate::render) mod sarif;
