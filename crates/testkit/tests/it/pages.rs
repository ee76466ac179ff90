//! The pages, as people at a browser see them.

mod account;
mod audit;
mod doors;
mod keys;
mod landing;
mod literals;
mod operators;
mod people;
mod portal;
mod programs;
mod projects;
mod security;
mod webhooks;
mod words;
