//! The kit around small routers, as the routes of the application use it.

mod client_address;
mod idempotency;
mod json;
mod parameters;
mod standard;

use std::{
    sync::{Arc, Once},
    time::Duration,
};

use axum::{Router, body::Body};
use http::{Method, Request, Response, StatusCode, header::CONTENT_TYPE};
use inviter_http_kit::{Edge, Observer, ProblemBody, SecurityHeaders, standard};
use kernel::SeededEntropy;
use tower::ServiceExt;

fn edge() -> Edge {
    Edge {
        entropy: Arc::new(SeededEntropy::new(1)),
        observer: Observer::new(|_| {}),
        security: SecurityHeaders { https: false },
        request_timeout: Duration::from_millis(200),
        body_limit: 1024,
        batch_body_limit: 4096,
    }
}

fn kit(router: Router) -> Router {
    standard(router, &edge())
}

/// Somebody listens from the first request on: a span that nobody wants to hear of at first, while a test begins to listen on
/// its own thread, may stay silent for it too.
fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        tracing::subscriber::set_global_default(tracing_subscriber::registry())
            .expect("the only one");
    });
}

async fn send(router: &Router, request: Request<Body>) -> Response<Body> {
    listen();
    router
        .clone()
        .oneshot(request)
        .await
        .expect("a router always answers")
}

fn get(uri: &str) -> Request<Body> {
    Request::get(uri).body(Body::empty()).expect("a request")
}

fn post(uri: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(uri)
        .header(CONTENT_TYPE, "application/json");
    request.body(body.into()).expect("a request")
}

async fn text(response: Response<Body>) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .expect("a body");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// The problem of a response, with what every problem has in common checked.
async fn problem(response: Response<Body>, status: u16) -> ProblemBody {
    assert_eq!(
        response.status(),
        StatusCode::from_u16(status).expect("a status")
    );
    assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    let header = response.headers().get("x-request-id").cloned();
    let body: ProblemBody = serde_json::from_str(&text(response).await).expect("a problem");
    assert_eq!(body.status, status);
    assert_eq!(body.r#type, format!("/api/problems/{}", body.code));
    assert_eq!(
        body.request_id.as_deref(),
        header.as_ref().map(|id| id.to_str().expect("ASCII"))
    );
    body
}
