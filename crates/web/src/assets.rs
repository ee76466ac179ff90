//! Embedded files.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};

const STYLE: &str = include_str!("../assets/landing.css");

/// An embedded file by name.
pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    if name == "landing.css" {
        let headers = [
            (header::CONTENT_TYPE, "text/css; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=3600"),
        ];
        return (headers, STYLE).into_response();
    }
    StatusCode::NOT_FOUND.into_response()
}
