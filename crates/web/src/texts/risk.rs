//! The risk queue.

texts! {
    Risk:
}
