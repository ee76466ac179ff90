//! Tests of the durable engine against a real database.

#![expect(
    clippy::unwrap_used,
    reason = "what fails in a test's helper fails the test"
)]

mod backoff;
mod fixture;
mod follow;
mod probe;
mod runner;
mod schedule;
mod watch;
