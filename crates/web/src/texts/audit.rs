//! The audit trail.

texts! {
    Audit:
}
