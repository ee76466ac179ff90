//! What the pages say.

#![expect(
    clippy::unwrap_used,
    reason = "a sentence that cannot be made has failed"
)]

mod sentence;
