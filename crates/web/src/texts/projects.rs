//! Projects and their settings.

texts! {
    Projects:
}
