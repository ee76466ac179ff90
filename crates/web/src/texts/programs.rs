//! Programs and their rules.

texts! {
    Programs:
}
