//! How much one text may ask of the reader.

/// Limits for one text. Whatever goes beyond one of them is an issue with a place, not an abort.
///
/// [`Budget::default`] is far above any policy a person writes and far below what hurts: a text of
/// any content within it is read in about a second and 100 MB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Bytes of the text.
    pub bytes: usize,
    /// Scalars, sequences and mappings in all documents together; what an alias stands for counts
    /// each time. Comments have the same limit of their own.
    pub nodes: usize,
    /// Documents of the text; each is checked, and reported, as a policy of its own.
    pub documents: usize,
    /// Collections inside each other, aliases included. The tree is walked, copied and dropped by
    /// recursion of this depth, so a budget must not set it to more than a few thousand.
    pub depth: usize,
    /// Aliases in all documents together.
    pub aliases: usize,
    /// Bytes copied for anchors and aliases, in all documents together; a node counts
    /// [`Budget::NODE_BYTES`] more than its text.
    pub alias_bytes: usize,
    /// Bytes of one key. Pointers repeat the keys on their way, so long keys multiply.
    pub key_bytes: usize,
    /// Faults to report; reading stops there. As many notes are reported, the rest left out.
    pub issues: usize,
}

impl Budget {
    /// What a node counts in [`Budget::alias_bytes`] besides the bytes of its text.
    pub const NODE_BYTES: usize = 64;
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            bytes: 4 << 20,
            nodes: 200_000,
            documents: 1_000,
            depth: 64,
            aliases: 1_000,
            alias_bytes: 8 << 20,
            key_bytes: 512,
            issues: 1_000,
        }
    }
}
