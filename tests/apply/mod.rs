//! Applies against a simulated AWS: over random pools and policies, under every fault, with somebody else at work, and
//! killed for real. Tests print `figure:` lines, which `benches/reliability.sh` puts together; `COGWARD_CASES` says how
//! much is tried.

#![cfg(all(unix, feature = "live"))]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests fail loudly, make their own files, and print what they counted"
)]

mod audit;
mod concurrent;
mod contradictions;
mod convergence;
mod every_key;
mod faults;
mod forged;
mod killed;
mod policies;
mod refused;
mod rollback;
mod scene;
mod shown;
mod support;
mod undone;
mod unknown;
mod unmanaged;
