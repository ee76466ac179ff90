//! Operators and roles.

texts! {
    Operators:
}
