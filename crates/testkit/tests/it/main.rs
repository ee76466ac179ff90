//! Stories through the whole server.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod hostile;
mod isolation;
mod members;
mod once;
mod operations;
mod pages;
mod permissions;
mod story;
