//! The contract that SQLite and MySQL both keep. Runs on SQLite, or on the MySQL server that `TEST_DATABASE_URL` names.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

// The name by which the rest of the house knows it.
extern crate inviter_store as store;

mod audit;
mod batch;
mod clicks;
mod coupons;
mod database;
mod directory;
mod fence;
mod group;
mod idempotency;
mod invitations;
mod journal;
mod ledger;
mod lists;
mod log;
mod migrations;
mod moving;
mod notices;
mod occupancy;
mod outage;
mod plans;
mod portable;
mod queue;
mod refusal;
mod rollups;
mod samples;
mod sessions;
mod standings;
mod text;
mod topology;
mod transact;
mod verify;
mod webhooks;
