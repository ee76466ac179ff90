//! The document as it is served: as JSON, and as a page to read.

use std::{
    hash::{DefaultHasher, Hasher},
    sync::{Arc, LazyLock},
};

use askama::Template;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{
        HeaderMap, HeaderValue,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http_kit::ProblemResponse;
use kernel::ProblemCode;

use crate::{document, etag};

mod page;
mod shapes;

const STYLE: &str = include_str!("../assets/docs.css");
/// Nothing but the page's own style: there is no script.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

/// `openapi.json`, the page made of it, and what the `type` of a problem leads to. Open to everybody.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/api/openapi.json", get(json))
        .route("/api/docs", get(page))
        .with_state(Shared::new(LazyLock::new(Documents::make)))
        .route("/api/docs/style.css", get(style))
        .route("/api/problems/{code}", get(problem))
}

/// Made when somebody first asks: a server that nobody reads about starts sooner and needs less memory.
type Shared = Arc<LazyLock<Documents>>;

struct Documents {
    json: Served,
    page: Served,
}

impl Documents {
    fn make() -> Self {
        let document = document::openapi();
        let json = serde_json::to_vec_pretty(&document).unwrap_or_default();
        let page = page::Page::from(&document).render().unwrap_or_default();
        Self {
            json: Served::new("application/json", json),
            page: Served::new("text/html; charset=utf-8", page.into_bytes()),
        }
    }
}

async fn json(State(documents): State<Shared>, headers: HeaderMap) -> Response {
    documents.json.clone().answer(&headers)
}

async fn page(State(documents): State<Shared>, headers: HeaderMap) -> Response {
    documents.page.clone().answer(&headers)
}

async fn style(headers: HeaderMap) -> Response {
    Served::new("text/css; charset=utf-8", STYLE.as_bytes().to_vec()).answer(&headers)
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
