//! Work that may panic without taking its loop down.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;

/// The outcome of `work`, or `panicked` where it panicked. What `work` shared with others is its own to keep sound;
/// the panic itself is told by the process's hook.
pub(crate) async fn caught<T>(work: impl Future<Output = T>, panicked: impl FnOnce() -> T) -> T {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| panicked())
}
