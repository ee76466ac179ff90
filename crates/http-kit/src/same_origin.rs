//! Forms and sockets are opened from this origin only: the protection against cross-site request forgery.
//!
//! Browsers say where a request was made from: all of today's in `Sec-Fetch-Site`, older ones in `Origin`. Neither can be set
//! by a page. A request that says neither comes from no browser; where it brings cookies all the same, it is refused.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, header};
use kernel::{Problem, ProblemCode};

use crate::problem::ProblemResponse;

const SITE: &str = "sec-fetch-site";

/// Whether a request was made from this origin, or by no page at all.
pub fn is_same_origin(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get(SITE) {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    match (headers.get(header::ORIGIN), headers.get(header::HOST)) {
        (Some(origin), Some(host)) => {
            let origin = origin.as_bytes();
            let named = origin
                .strip_prefix(b"https://")
                .or_else(|| origin.strip_prefix(b"http://"));
            named == Some(host.as_bytes())
        }
        (Some(_), None) => false,
        (None, _) => !headers.contains_key(header::COOKIE),
    }
}

/// Layer: refuses what would change something and was made from another origin.
pub async fn same_origin(request: Request, next: Next) -> Response {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if reads || is_same_origin(request.headers()) {
        return next.run(request).await;
    }
    let detail = "This form was sent from another site.";
    ProblemResponse::from(Problem::new(ProblemCode::Forbidden, detail)).into_response()
}
