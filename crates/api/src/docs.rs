//! The document as it is served: as JSON, and as a page to read.

use std::hash::{DefaultHasher, Hasher};

use askama::Template;
use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{
        HeaderMap, HeaderValue,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http_kit::ProblemResponse;
use kernel::ProblemCode;
use utoipa::openapi::OpenApi;

use crate::etag;

mod page;
mod shapes;

const STYLE: &str = include_str!("../assets/docs.css");
/// Nothing but the page's own style: there is no script.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

/// `openapi.json`, the page made of it, and what the `type` of a problem leads to. Open to everybody.
pub(crate) fn routes(document: &OpenApi) -> Router {
    let json = Served::new(
        "application/json",
        serde_json::to_vec_pretty(document).unwrap_or_default(),
    );
    let page = page::Page::from(document).render().unwrap_or_default();
    let page = Served::new("text/html; charset=utf-8", page.into_bytes());
    let style = Served::new("text/css; charset=utf-8", STYLE.as_bytes().to_vec());
    Router::new()
        .route(
            "/api/openapi.json",
            get(|headers: HeaderMap| async move { json.answer(&headers) }),
        )
        .route(
            "/api/docs",
            get(|headers: HeaderMap| async move { page.answer(&headers) }),
        )
        .route(
            "/api/docs/style.css",
            get(|headers: HeaderMap| async move { style.answer(&headers) }),
        )
        .route("/api/problems/{code}", get(problem))
}

/// Bytes that stay as they are while the process runs.
#[derive(Clone)]
struct Served {
    kind: &'static str,
    tag: String,
    bytes: Bytes,
}

impl Served {
    fn new(kind: &'static str, bytes: Vec<u8>) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(&bytes);
        Self {
            kind,
            tag: format!("\"{:016x}\"", hasher.finish()),
            bytes: bytes.into(),
        }
    }

    fn answer(self, headers: &HeaderMap) -> Response {
        etag::answer(headers, &self.tag, || {
            let about = [
                (CONTENT_TYPE, HeaderValue::from_static(self.kind)),
                (CONTENT_SECURITY_POLICY, POLICY),
            ];
            (about, self.bytes).into_response()
        })
    }
}

/// The explanation of a problem.
async fn problem(Path(code): Path<String>) -> Result<Redirect, ProblemResponse> {
    if ProblemCode::ALL.iter().any(|known| known.slug() == code) {
        Ok(Redirect::to(&format!("/api/docs#problem-{code}")))
    } else {
        Err(ProblemCode::NotFound.into())
    }
}
