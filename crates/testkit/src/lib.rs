#![doc = include_str!("../README.md")]

mod app;
mod client;
mod contract;

pub use app::TestApp;
pub use client::{Client, Reply};
