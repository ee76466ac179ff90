//! The member portal.

texts! {
    Portal:
}
