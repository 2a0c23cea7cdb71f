//! YAML as it is written: the same value in many layouts, all of which mean it.

use crate::dice::Dice;

/// A value to be written.
pub enum Node {
    /// Written as it stands: numbers, truth values, words that are safe everywhere.
    Bare(String),
    /// A text, quoted where it must be and sometimes where it need not.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping; keys are plain words or are quoted.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// A word of the language.
    pub fn bare(text: impl ToString) -> Self {
        Self::Bare(text.to_string())
    }

    /// Any text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// Writes values, choosing the layout.
pub struct Writer<'a> {
    pub dice: &'a mut Dice,
    pub text: String,
    /// Put behind an item now and then: a comment, without its `#`.
    pub comments: &'a [String],
}

impl Writer<'_> {
    /// A mapping as a document.
    pub fn document(&mut self, entries: &[(String, Node)]) {
        self.entries(entries, 0);
    }

    fn entries(&mut self, entries: &[(String, Node)], indent: usize) {
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 || indent == 0 {
                self.text.push_str(&" ".repeat(indent));
            }
            self.key(key);
            self.text.push(':');
            self.value(value, indent);
        }
    }

    /// What stands behind `key:` or `-`, up to the end of its last line.
    fn value(&mut self, node: &Node, indent: usize) {
        let flow = self.dice.one_in(4);
        match node {
            Node::Map(entries) if !entries.is_empty() && !flow => {
                let inner = indent + 1 + self.dice.below(4);
                self.text.push('\n');
                self.text.push_str(&" ".repeat(inner));
                self.entries(entries, inner);
            }
            Node::List(items) if !items.is_empty() && !flow => {
                // Items may stand under their key or further right.
                let inner = indent + 2 * self.dice.below(2);
                self.comment();
                self.text.push('\n');
                for item in items {
                    self.text.push_str(&" ".repeat(inner));
                    self.text.push('-');
                    self.item(item, inner);
                }
            }
            Node::Text(text) if self.dice.one_in(6) && is_block(text) => {
                let style = self.dice.word(&["|-", ">-"]);
                self.text
                    .push_str(&format!(" {style}\n{}{text}\n", " ".repeat(indent + 2)));
            }
            _ => {
                self.text.push(' ');
                self.flow(node);
                self.comment();
                self.text.push('\n');
            }
        }
    }

    fn item(&mut self, node: &Node, indent: usize) {
        match node {
            Node::Map(entries) if !entries.is_empty() && self.dice.below(3) > 0 => {
                self.text.push(' ');
                self.entries(entries, indent + 2);
            }
            Node::Map(_) | Node::List(_) => {
                self.text.push(' ');
                self.flow(node);
                self.comment();
                self.text.push('\n');
            }
            _ => self.value(node, indent),
        }
    }

    fn flow(&mut self, node: &Node) {
        match node {
            Node::Bare(text) => self.text.push_str(text),
            Node::Text(text) => self.quoted(text),
            Node::List(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.text.push_str(if index > 0 { ", " } else { "" });
                    self.flow(item);
                }
                self.text.push(']');
            }
            Node::Map(entries) => {
                self.text.push_str("{ ");
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.text.push_str(if index > 0 { ", " } else { "" });
                    self.key(key);
                    self.text.push_str(": ");
                    self.flow(value);
                }
                self.text.push_str(" }");
            }
        }
    }

    fn key(&mut self, key: &str) {
        let plain = key
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'3');
        if plain {
            self.text.push_str(key)
        } else {
            self.quoted(key)
        }
    }

    fn quoted(&mut self, text: &str) {
        let safe = |c: char| c.is_ascii_alphanumeric() || "_-./@".contains(c);
        let letter = text.starts_with(|c: char| c.is_ascii_alphabetic());
        let word = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
        let plain = letter && text.chars().all(safe) && !word.contains(&text.to_lowercase().as_str());
        match self.dice.below(3) {
            0 if plain => self.text.push_str(text),
            1 if !text.contains(char::is_control) => {
                self.text.push_str(&format!("'{}'", text.replace('\'', "''")));
            }
            // JSON's escapes are YAML's.
            _ => self.text.push_str(&serde_json::Value::from(text).to_string()),
        }
    }

    fn comment(&mut self) {
        if !self.comments.is_empty() && self.dice.one_in(24) {
            let index = self.dice.below(self.comments.len());
            self.text.push_str(" # ");
            self.text.push_str(&self.comments[index]);
        }
    }
}

/// Whether a text says the same as a block of one line.
fn is_block(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && !text.contains(char::is_control)
}
