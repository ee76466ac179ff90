//! Use cases against a real database.

#![expect(
    clippy::unwrap_used,
    reason = "what fails in a test's helper fails the test"
)]

mod fixture;
mod scene;

mod accounts;
mod codes;
mod engine;
mod error;
mod exports;
mod figures;
mod followers;
mod imports;
mod invitations;
mod keys;
mod ledger;
mod live;
mod me;
mod members;
mod operators;
mod programs;
mod projects;
mod reads;
mod referrals;
mod rewards;
mod stats;
mod sweeps;
mod webhooks;
mod webhooks_delivery;
