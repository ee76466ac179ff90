//! The pages, as people at a browser see them.

mod literals;
mod people;
mod security;
mod words;
