#![doc = include_str!("../README.md")]

mod app;
mod client;
mod contract;
mod database;

pub use app::TestApp;
pub use client::{Client, Reply};
pub use database::Database;
