//! The pages, as people at a browser see them.

mod account;
mod audit;
mod doors;
mod keys;
mod literals;
mod programs;
mod projects;
mod operators;
mod landing;
mod literals;
mod portal;
mod security;
mod webhooks;
mod words;
