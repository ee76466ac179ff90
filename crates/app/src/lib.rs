#![doc = include_str!("../README.md")]

mod access;
mod app;
mod error;
mod findings;
mod masking;
mod secrets;
mod write;

pub mod accounts;
pub mod attention;
pub mod audit;
pub mod clicks;
pub mod codes;
pub mod coupons;
pub mod events;
pub mod exports;
pub mod figures;
pub mod followers;
pub mod handlers;
pub mod imports;
pub mod invitations;
pub mod keys;
pub mod landing;
pub mod ledger;
pub mod live;
pub mod me;
pub mod members;
pub mod notices;
pub mod operators;
pub mod programs;
pub mod projects;
pub mod referrals;
pub mod rewards;
pub mod stats;
pub mod sweeps;
pub mod waitlist;
pub mod webhooks;

pub use access::{authenticate_key, authenticate_operator};
pub use app::{App, Parts, Settings, SharedParts};
pub use error::{AppError, AppResult};
pub use secrets::SecretText;
pub use store::Period;
pub use telemetry::{HotRoute, SecurityEvent};
pub use write::own_key;
