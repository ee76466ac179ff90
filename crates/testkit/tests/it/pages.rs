//! The pages, as people at a browser see them.

mod literals;
mod security;
mod words;
