#![doc = include_str!("../README.md")]

mod backoff;
mod follow;
mod handler;
mod panics;
mod pulse;
mod runner;
mod schedule;
mod watch;

pub use backoff::{backoff, jittered};
pub use follow::{Follower, FollowerLoop};
pub use handler::{Handler, JobError};
pub use runner::{Runner, RunnerOptions};
pub use schedule::{Periodic, PeriodicError, Schedule};
pub use watch::{Watch, Watcher};
