//! Tests of the cache and the rate limits.

mod conformance;
mod memory;
