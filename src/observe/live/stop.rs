//! A flag that ends a run early and in order.

use tokio::sync::watch;

/// A flag that, once set, stays set. Clones share it.
#[derive(Clone, Debug)]
pub struct Stop {
    flag: watch::Sender<bool>,
}

impl Default for Stop {
    fn default() -> Self {
        Self {
            flag: watch::Sender::new(false),
        }
    }
}

impl Stop {
    /// Ends the run: calls under way are dropped, none is begun.
    pub fn stop(&self) {
        self.flag.send_replace(true);
    }

    /// Whether the run is to end.
    pub fn is_stopped(&self) -> bool {
        *self.flag.borrow()
    }

    /// Waits until the run is to end.
    pub async fn stopped(&self) {
        // The sender lives in `self`, so that waiting cannot fail.
        let _ = self.flag.subscribe().wait_for(|stopped| *stopped).await;
    }
}
