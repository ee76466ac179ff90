//! When to stop asking.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// So many failures in a row are enough.
const ENOUGH: u32 = 5;

/// Lets calls through while they succeed. It is opened by failures and closed only by whoever has tried with success:
/// no request pays for finding out.
#[derive(Debug)]
pub(super) struct Breaker {
    closed: AtomicBool,
    in_a_row: AtomicU32,
    lately: AtomicU32,
}

impl Breaker {
    /// Open: nobody has spoken to the server yet.
    pub(super) const fn new() -> Self {
        Self {
            closed: AtomicBool::new(false),
            in_a_row: AtomicU32::new(0),
            lately: AtomicU32::new(0),
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(super) fn succeeded(&self) {
        // A store for every call would take the line from the other cores.
        if self.in_a_row.load(Ordering::Relaxed) != 0 {
            self.in_a_row.store(0, Ordering::Relaxed);
        }
    }

    /// Notes a failure. `true` where that was enough of them.
    pub(super) fn failed(&self) -> bool {
        self.lately.fetch_add(1, Ordering::Relaxed);
        let enough = self.in_a_row.fetch_add(1, Ordering::Relaxed) + 1 >= ENOUGH;
        enough && self.closed.swap(false, Ordering::AcqRel)
    }

    /// Opens it, whatever the counts. `true` where it was closed.
    pub(super) fn open(&self) -> bool {
        self.closed.swap(false, Ordering::AcqRel)
    }

    pub(super) fn close(&self) {
        self.in_a_row.store(0, Ordering::Relaxed);
        self.lately.store(0, Ordering::Relaxed);
        self.closed.store(true, Ordering::Release);
    }

    /// Whether enough calls failed since this was last asked, with successes between them: part of a cluster is gone.
    pub(super) fn take_lately(&self) -> bool {
        self.lately.swap(0, Ordering::Relaxed) >= ENOUGH
    }
}
