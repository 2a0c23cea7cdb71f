//! The protocols: bytes of a request to JSON, JSON of an answer to bytes.

mod cbor;
mod form;
mod json;
mod xml;

pub(super) mod encode;
pub(super) mod request;
