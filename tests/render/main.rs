//! Black-box tests of the renderers: one sample report, one snapshot of each format, the formats'
//! own schemas, and hostile text.

mod hostile;
mod sample;
mod sarif;
mod snapshots;
