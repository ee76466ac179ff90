//! The real binary, on a directory of its own and a port that nobody else has.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod backup;
mod books;
mod configuration;
mod data;
mod doctor;
mod healthcheck;
mod mysql;
mod operations;
mod people;
mod program;
mod redis;
mod reference;
mod serve;
mod tour;
mod traces;
