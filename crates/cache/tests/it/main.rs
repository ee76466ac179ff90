//! Tests of caches, rate limits and news: in memory, and on every Redis that the environment names.

mod fanout;
mod limits;
mod memory;
mod redis;
mod servers;
mod shared_cache;
mod tiered;
