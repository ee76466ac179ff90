//! Members.

texts! {
    Members:
}
