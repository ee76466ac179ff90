//! The console: where operators see and steer everything.

mod account;
mod actors;
mod audit;
mod codes;
mod deeds;
mod export;
mod keys;
pub(crate) mod list;
mod live;
mod members;
mod nav;
mod operators;
mod overview;
mod parts;
mod people;
mod programs;
mod projects;
mod referrals;
mod rewards;
mod risk;
pub(crate) mod story;
mod typed;
mod webhooks;

use axum::Router;

use crate::state::WebState;

/// Every page of the console.
pub(crate) fn routes() -> Router<WebState> {
    let areas = [
        account::routes(),
        audit::routes(),
        codes::routes(),
        keys::routes(),
        live::routes(),
        members::routes(),
        operators::routes(),
        overview::routes(),
        parts::routes(),
        programs::routes(),
        projects::routes(),
        referrals::routes(),
        rewards::routes(),
        risk::routes(),
        webhooks::routes(),
    ];
    areas.into_iter().fold(Router::new(), Router::merge)
}
