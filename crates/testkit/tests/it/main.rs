//! Stories through the whole server.

mod isolation;
mod once;
mod story;
