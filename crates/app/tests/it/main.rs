//! Use cases against a real database.

mod fixture;

mod codes;
mod invitations;
mod keys;
mod me;
mod members;
mod operators;
mod programs;
mod projects;
mod webhooks;
