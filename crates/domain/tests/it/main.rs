//! Tests of the decisions, by tables and by properties. The modules mirror `src`.

mod audit;
mod codes;
mod coupons;
mod ledger;
mod made;
mod members;
mod people;
mod programs;
mod projects;
mod referrals;
mod rewards;
mod risk;
