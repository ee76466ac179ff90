use axum::{Router, body::Body, extract::DefaultBodyLimit, routing::post as on_post};
use data_encoding::HEXLOWER;
use http::Request;
use inviter_http_kit::{Idempotency, Valid, Validate};
use serde::Deserialize;

use crate::{kit, post, problem, send, text};

#[derive(Debug, Deserialize)]
struct Anything {}

impl Validate for Anything {}

async fn told(Idempotency(key): Idempotency, Valid(Anything {}): Valid<Anything>) -> String {
    key.map_or_else(
        || "none".to_owned(),
        |key| format!("{} {}", key.key, HEXLOWER.encode(&key.fingerprint)),
    )
}

fn routes() -> Router {
    let batch = Router::new()
        .route("/batch", on_post(told))
        .layer(DefaultBodyLimit::max(4096));
    Router::new()
        .route("/a", on_post(told))
        .nest("/nested", Router::new().route("/a", on_post(told)))
        .merge(batch)
}

fn keyed(uri: &str, key: &[u8], body: &str) -> Request<Body> {
    let mut request = post(uri, body.to_owned());
    request
        .headers_mut()
        .insert("idempotency-key", key.try_into().expect("a header value"));
    request
}

async fn answer(uri: &str, key: &str, body: &str) -> String {
    text(send(&kit(routes()), keyed(uri, key.as_bytes(), body)).await).await
}

#[tokio::test]
async fn the_fingerprint_is_of_method_path_and_body() {
    let first = answer("/a", "k", "{}").await;
    assert!(first.starts_with("k ") && first.len() == 66, "{first}");
    assert_eq!(first, answer("/a", "k", "{}").await);
    for other in [
        answer("/a", "k", "{ }").await,
        answer("/a?x=1", "k", "{}").await,
        answer("/nested/a", "k", "{}").await,
        answer("/batch", "k", "{}").await,
    ] {
        assert!(other.starts_with("k ") && other != first, "{other}");
    }
}

#[tokio::test]
async fn without_a_key_there_is_none() {
    assert_eq!(
        text(send(&kit(routes()), post("/a", "{}")).await).await,
        "none"
    );
}

#[tokio::test]
async fn a_key_is_1_to_255_visible_characters() {
    assert!(
        answer("/a", &"k".repeat(255), "{}")
            .await
            .starts_with("kkk")
    );
    let long = "k".repeat(256);
    for key in [
        long.as_bytes(),
        b"",
        b"two words",
        b"tab\tkey",
        "schl\u{fc}ssel".as_bytes(),
    ] {
        let body = problem(send(&kit(routes()), keyed("/a", key, "{}")).await, 422).await;
        assert_eq!(body.errors[0].field, "Idempotency-Key");
    }
}

#[tokio::test]
async fn two_keys_are_refused() {
    let mut request = keyed("/a", b"one", "{}");
    request
        .headers_mut()
        .append("idempotency-key", "two".parse().expect("a header value"));
    assert_eq!(
        problem(send(&kit(routes()), request).await, 422).await.code,
        "validation_failed"
    );
}

#[tokio::test]
async fn the_limits_of_the_routes_hold_with_a_key_too() {
    let body = format!("{{\"x\":\"{}\"}}", "x".repeat(2000));
    assert!(answer("/batch", "k", &body).await.starts_with("k "));
    for (uri, body) in [("/a", body.clone()), ("/batch", body.repeat(3))] {
        let answer = problem(send(&kit(routes()), keyed(uri, b"k", &body)).await, 413).await;
        assert_eq!(answer.code, "payload_too_large");
    }
}

#[tokio::test]
async fn a_route_without_the_layer_does_not_ignore_the_key() {
    assert_eq!(
        problem(send(&routes(), keyed("/a", b"k", "{}")).await, 500)
            .await
            .code,
        "internal"
    );
    assert_eq!(text(send(&routes(), post("/a", "{}")).await).await, "none");
}
