//! Reading and writing against emulators of AWS that others wrote: moto (Cognito) and ministack (CloudWatch by CBOR, SNS, STS,
//! accounts). `.ci/run emulators` installs and starts both, says where they are, and runs these tests; without it they
//! are ignored.

#![cfg(feature = "live")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail loudly and read where the emulators are from the environment"
)]

mod accounts;
mod cognito;
mod program;
mod support;
mod surroundings;
mod writes;
