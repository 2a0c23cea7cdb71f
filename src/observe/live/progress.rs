//! What a run reports while it is under way.

/// Told of what happens, from several threads at once; calls are to be quick.
pub trait Progress: Send + Sync {
    /// A call was answered, well or not. Attempts within a call are not counted.
    fn called(&self, operation: &'static str);
    /// So many more pools are to be read.
    fn found(&self, _pools: usize) {}
    /// A pool was read, or is gone.
    fn done(&self) {}
}

/// Reports to nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn called(&self, _operation: &'static str) {}
}
