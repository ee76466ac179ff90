//! The portal: where members invite and see what came of it.

mod enter;
mod friends;
mod home;
mod leaderboard;
mod live;
mod notices;
mod rewards;
mod room;
mod sign_in;
mod states;

use axum::{
    Router,
    routing::{get, post},
};

use crate::state::WebState;

/// Every page of the portal.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route("/me", get(home::show))
        .route("/me/invite", post(home::invite))
        .route("/me/claim", post(home::claim))
        .route("/me/friends", get(friends::show))
        .route("/me/rewards", get(rewards::show))
        .route("/me/rewards/{grant}/claim", post(rewards::claim))
        .route("/me/history", get(rewards::history))
        .route("/me/leaderboard", get(leaderboard::show))
        .route("/me/live", get(live::listen))
        .route("/me/notices", get(notices::show))
        .route("/me/notices/read", post(notices::read))
        .route("/me/enter", get(enter::with_token))
        .route("/me/enter/{token}", get(enter::show).post(enter::with_link))
        .route("/me/sign-in", get(sign_in::show).post(sign_in::submit))
        .route(
            "/me/sign-in/{project}/{program}",
            get(sign_in::show_of).post(sign_in::submit_of),
        )
        .route("/me/sign-out", post(sign_in::sign_out))
}
