//! Tests of the reader as a whole: the text goes in, tree and issues come out.

mod attacks;
mod documents;
mod issues;
mod nodes;
mod oracle;
mod scalars;
mod spans;
mod support;
mod syntax;
mod templates;
