//! Tests of the durable engine against a real database.

mod backoff;
mod fixture;
mod follow;
mod runner;
mod schedule;
mod watch;
