#![doc = include_str!("../README.md")]

pub mod lint;
pub mod reference;
