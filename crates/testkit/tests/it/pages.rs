//! The pages, as people at a browser see them.

mod landing;
mod literals;
mod portal;
mod security;
mod words;
