//! Expressions and templates that are compiled when they are first needed.
//!
//! A run needs `each` of every rule, `when` of those for which it gives something, and the rest only of
//! rules that find something.

use std::sync::OnceLock;

use crate::rule::engine::{Expression, ExpressionFault, Reader};
use crate::rule::template::Template;

/// A text and what it compiles to.
#[derive(Debug)]
pub struct Lazy<T> {
    text: String,
    reader: Reader,
    cell: OnceLock<Result<T, ExpressionFault>>,
}

impl<T: Compile> Lazy<T> {
    /// Keeps a text for later.
    pub fn new(text: &str, reader: Reader) -> Self {
        Self {
            text: text.to_owned(),
            reader,
            cell: OnceLock::new(),
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The compiled form; the same error each time if there is none.
    pub fn get(&self) -> Result<&T, &ExpressionFault> {
        let compile = || T::compile(&self.text, self.reader);
        self.cell.get_or_init(compile).as_ref()
    }
}

/// What can be compiled from a text.
pub trait Compile: Sized {
    /// Compiles it.
    fn compile(text: &str, reader: Reader) -> Result<Self, ExpressionFault>;
}

impl Compile for Expression {
    fn compile(text: &str, reader: Reader) -> Result<Self, ExpressionFault> {
        Self::compile(text, reader)
    }
}

impl Compile for Template {
    fn compile(text: &str, reader: Reader) -> Result<Self, ExpressionFault> {
        Self::compile(text, reader)
    }
}
