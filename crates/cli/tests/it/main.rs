//! The real binary, on a directory of its own and a port that nobody else has.

mod books;
mod configuration;
mod doctor;
mod healthcheck;
mod operations;
mod people;
mod program;
mod reference;
mod serve;
