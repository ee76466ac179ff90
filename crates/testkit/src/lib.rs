#![doc = include_str!("../README.md")]

mod app;
mod browser;
mod client;
mod contract;

pub use app::{PASSWORD, TestApp};
pub use browser::{Browser, Form, Sheet};
pub use client::{Client, Reply};
