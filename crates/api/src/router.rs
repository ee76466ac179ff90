//! All routes, put together.

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state, routing::any};
use http_kit::{not_found, standard};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    docs,
    door::door,
    fast_lane,
    state::ApiState,
    v1::{self, codes::validate},
};

/// The routes under `/api/v1`, the document and its readable form, with their layers. It has no fallback of its own
/// outside `/api` and can be merged with other routers.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the composition root hands it over"
)]
pub fn router(state: ApiState) -> Router {
    let edge = state.edge.clone();
    let inside = |routes: OpenApiRouter<ApiState>| {
        let (routes, _) = routes.split_for_parts();
        routes
            .layer(from_fn_with_state(state.clone(), door))
            .with_state(state.clone())
    };
    let long_way = standard(inside(validate_route()), &edge);
    let everything = inside(v1::routes())
        .merge(inside(
            v1::batch_routes().layer(DefaultBodyLimit::max(edge.batch_body_limit)),
        ))
        .merge(docs::routes())
        .route("/api/{*rest}", any(not_found));
    standard(everything, &edge).merge(fast_lane::route(&state, long_way))
}

/// The OpenAPI document of every route under `/api/v1`.
pub(crate) fn described() -> OpenApiRouter<ApiState> {
    v1::routes()
        .merge(v1::batch_routes())
        .merge(validate_route())
}

fn validate_route() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(validate::validate))
}
