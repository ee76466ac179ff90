#![doc = include_str!("../README.md")]

pub mod audit;
pub mod clicks;
pub mod codes;
pub mod coupons;
pub mod invitations;
pub mod ledger;
pub mod log;
pub mod members;
pub mod notices;
pub mod people;
pub mod programs;
pub mod projects;
pub mod referrals;
pub mod rewards;
pub mod risk;
pub mod webhooks;
