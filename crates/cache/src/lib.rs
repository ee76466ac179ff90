#![doc = include_str!("../README.md")]

mod limits;
mod memory;

pub use limits::{LimitClass, Limiter, Quota, RateLimits, Verdict};
pub use memory::{Lookup, Memory, Stats};
