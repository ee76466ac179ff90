//! The pages, as people at a browser see them.

mod literals;
mod programs;
mod projects;
mod security;
mod words;
