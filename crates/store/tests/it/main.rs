//! The contract that SQLite and MySQL both keep. Runs on SQLite, or on the MySQL server that `TEST_DATABASE_URL` names.

mod audit;
mod batch;
mod clicks;
mod coupons;
mod database;
mod directory;
mod idempotency;
mod invitations;
mod log;
mod migrations;
mod notices;
mod portable;
mod queue;
mod rollups;
mod samples;
mod transact;
mod verify;
mod webhooks;
