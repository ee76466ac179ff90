#![doc = include_str!("../README.md")]

mod fanout;
mod limits;
mod memory;
mod redis;
mod shared_cache;
mod tiered;

pub use self::{
    fanout::{Fanout, Heard, Listener, LocalFanout, SharedFanout, Subscription},
    limits::{LimitClass, Limiter, Quota, RateLimits, SharedLimits, Verdict},
    memory::{Lookup, Memory, Stats},
    redis::{
        Fault, Keeper, Login, Redis, RedisObserver, RedisSettings, RedisState, Secret, Server,
        Shape, Tls, Unanswered,
    },
    shared_cache::{Kept, LocalCache, RemoteCache, SharedCache},
    tiered::{Loaded, Packed, Tiered, TieredOptions, TieredStats},
};
