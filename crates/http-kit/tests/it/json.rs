use axum::{Router, body::Body, extract::DefaultBodyLimit, routing::post as on_post};
use http::{Request, header::CONTENT_TYPE};
use inviter_http_kit::{ProblemBody, Valid, Validate};
use kernel::FieldError;
use serde::Deserialize;

use crate::{kit, post, problem, send, text};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    name: String,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    amount: u32,
}

impl Validate for Order {
    fn validate(&self) -> Vec<FieldError> {
        let error = |field: &str| FieldError {
            field: field.to_owned(),
            code: "invalid".to_owned(),
            message: "Change it.".to_owned(),
        };
        let zero = self.rules.iter().position(|rule| rule.amount == 0);
        let name = self.name.is_empty().then(|| error("name"));
        name.into_iter()
            .chain(zero.map(|at| error(&format!("rules[{at}].amount"))))
            .collect()
    }
}

fn router() -> Router {
    let handler =
        |Valid(order): Valid<Order>| async move { format!("{} {}", order.name, order.rules.len()) };
    let large = Router::new()
        .route("/large", on_post(handler))
        .layer(DefaultBodyLimit::max(4096));
    kit(Router::new().route("/", on_post(handler)).merge(large))
}

async fn refused(body: impl Into<Body>, status: u16) -> ProblemBody {
    problem(send(&router(), post("/", body)).await, status).await
}

async fn field(body: &str) -> (String, String) {
    let error = refused(body.to_owned(), 422).await.errors.remove(0);
    (error.field, error.code)
}

#[tokio::test]
async fn a_valid_body_arrives() {
    let response = send(
        &router(),
        post("/", r#"{"name":"a","rules":[{"amount":1}]}"#),
    )
    .await;
    assert_eq!(text(response).await, "a 1");
}

#[tokio::test]
async fn errors_name_the_field() {
    let pair = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    assert_eq!(field(r#"{"name":1}"#).await, pair("name", "invalid"));
    assert_eq!(field("{}").await, pair("name", "required"));
    assert_eq!(
        field(r#"{"name":"a","rules":[{"amount":1},{"amount":-1}]}"#).await,
        pair("rules[1].amount", "invalid")
    );
    assert_eq!(
        field(r#"{"name":"a","rules":[{}]}"#).await,
        pair("rules[0].amount", "required")
    );
    assert_eq!(
        field(r#"{"name":"a","nmae":"b"}"#).await,
        pair("nmae", "unknown")
    );
    assert_eq!(
        field(r#"{"name":"a","rules":[{"amount":1,"x":1}]}"#).await,
        pair("rules[0].x", "unknown")
    );
    assert_eq!(field(r#"["a"]"#).await, pair("", "invalid"));
    assert_eq!(field("7").await, pair("", "invalid"));
}

#[tokio::test]
async fn validation_tells_every_field_at_once() {
    let body = refused(r#"{"name":"","rules":[{"amount":0}]}"#, 422).await;
    let fields: Vec<_> = body
        .errors
        .iter()
        .map(|error| error.field.as_str())
        .collect();
    assert_eq!(fields, ["name", "rules[0].amount"]);
}

#[tokio::test]
async fn a_message_does_not_repeat_a_long_value() {
    let body = refused(
        format!(r#"{{"name":"a","rules":"{}"}}"#, "x".repeat(900)),
        422,
    )
    .await;
    assert!(
        body.errors[0].message.len() < 220,
        "{}",
        body.errors[0].message
    );
}

#[tokio::test]
async fn what_is_no_json_is_malformed() {
    for body in ["", "{", r#"{"name":"a"} x"#, "nul", "\u{feff}{}"] {
        assert_eq!(refused(body, 400).await.code, "malformed_request", "{body}");
    }
    assert_eq!(
        refused(vec![b'{', b'"', 0xff, b'"', b':', b'1', b'}'], 400)
            .await
            .code,
        "malformed_request"
    );
}

#[tokio::test]
async fn depth_is_limited_and_text_is_not_counted() {
    let deep =
        |levels: usize| format!(r#"{{"name":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    assert_eq!(refused(deep(64), 400).await.code, "malformed_request");
    assert_eq!(refused(deep(63), 422).await.errors[0].field, "name");
    let brackets = format!(r#"{{"name":"\"{}"}}"#, "[".repeat(100));
    assert_eq!(send(&router(), post("/", brackets)).await.status(), 200);
}

#[tokio::test]
async fn a_body_over_the_limit_of_its_route_is_refused() {
    let body = format!(r#"{{"name":"{}"}}"#, "x".repeat(2000));
    assert_eq!(refused(body.clone(), 413).await.code, "payload_too_large");
    assert_eq!(send(&router(), post("/large", body)).await.status(), 200);
}

#[tokio::test]
async fn another_media_type_is_refused() {
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "",
    ] {
        let request = Request::post("/")
            .header(CONTENT_TYPE, media_type)
            .body(Body::from("{}"))
            .expect("a request");
        let body = problem(send(&router(), request).await, 415).await;
        assert_eq!(body.code, "unsupported_media_type");
    }
    for media_type in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/cloudevents+json",
    ] {
        let body = Body::from(r#"{"name":"a"}"#);
        let request = Request::post("/")
            .header(CONTENT_TYPE, media_type)
            .body(body)
            .expect("a request");
        assert_eq!(send(&router(), request).await.status(), 200, "{media_type}");
    }
}
