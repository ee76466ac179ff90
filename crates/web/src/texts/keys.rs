//! API keys.

texts! {
    Keys:
}
