//! The overview of a project.

texts! {
    Overview:
}
