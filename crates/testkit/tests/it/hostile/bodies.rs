use reqwest::Method;
use serde_json::json;

use super::Stage;

const MIB: usize = 1024 * 1024;

/// What is no event, with the status of the answer.
const NO_EVENTS: [(&str, &[u8], u16); 13] = [
    ("nothing", b"", 400),
    ("no JSON", b"<xml/>", 400),
    ("half", b"{\"type\":", 400),
    ("more", b"{\"type\":\"a\"} {}", 400),
    ("bad UTF-8", b"{\"type\":\"\xff\xfe\"}", 400),
    ("half a surrogate", br#"{"type":"\ud800"}"#, 400),
    ("not a number", br#"{"type":"a","amount":NaN}"#, 400),
    ("infinite", br#"{"type":"a","amount":-Infinity}"#, 400),
    ("beyond numbers", br#"{"type":"a","amount":1e999}"#, 400),
    ("a list", b"[]", 422),
    ("null", b"null", 422),
    ("a number", b"1", 422),
    ("a text", b"\"{}\"", 422),
];

/// An event whose body is nested so deep.
fn nested(levels: usize) -> Vec<u8> {
    let (open, close) = ("[".repeat(levels - 2), "]".repeat(levels - 2));
    let properties = format!(r#"{{"a":{open}{close}}}"#);
    format!(r#"{{"type":"a","external_id":"x","properties":{properties}}}"#).into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_cannot_be_read() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    let api = &stage.ours.api;
    for (case, body, status) in NO_EVENTS {
        let reply = api
            .send(Method::POST, "/api/v1/events", Some(body.to_vec()))
            .await;
        assert_eq!(reply.status, status, "{case}: {}", reply.text);
        let code = if status == 400 {
            "malformed_request"
        } else {
            "validation_failed"
        };
        reply.expect_problem(status, code);
    }
    for levels in [65, 100_000] {
        let reply = api
            .send(Method::POST, "/api/v1/events", Some(nested(levels)))
            .await;
        reply.expect_problem(400, "malformed_request");
    }
    stage.assert_unchanged(&before).await;
    let deepest = api.send(Method::POST, "/api/v1/events", Some(nested(64)));
    assert_eq!(deepest.await.status, 201, "64 levels are accepted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_that_are_twice_there_or_unknown() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    let cases = [
        (r#"{"type":"a","type":"b","external_id":"x"}"#, "type"),
        (r#"{"type":"a","external_id":"x","role":"owner"}"#, "role"),
        (
            r#"{"type":"a","external_id":"x","__proto__":{}}"#,
            "__proto__",
        ),
        (r#"{"type":"a","external_id":["x"]}"#, "external_id"),
    ];
    for (body, field) in cases {
        let body = Some(body.as_bytes().to_vec());
        let reply = stage.ours.api.send(Method::POST, "/api/v1/events", body);
        let problem = reply.await.expect_problem(422, "validation_failed");
        let error = &problem["errors"][0];
        let named = format!("{}{}", error["field"], error["message"]);
        assert!(named.contains(field), "{problem:#}");
    }
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_too_large() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    let event = |bytes: usize| {
        json!({"type": "a", "external_id": "x", "name": "x".repeat(bytes)}).to_string()
    };
    let batch = format!(r#"{{"events":[{}]}}"#, event(8 * MIB));
    let cases = [
        (Method::POST, "/api/v1/events", event(MIB)),
        (Method::PUT, "/api/v1/members", event(MIB)),
        (Method::POST, "/api/v1/events/batch", batch),
    ];
    for (number, (method, path, body)) in cases.into_iter().enumerate() {
        let once = stage.ours.api.clone();
        let keyed = once
            .clone()
            .with("idempotency-key", format!("large-{number}"));
        for api in [once, keyed] {
            let body = Some(body.clone().into_bytes());
            let reply = api.send(method.clone(), path, body).await;
            reply.expect_problem(413, "payload_too_large");
        }
    }
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_that_are_too_long() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    let events: Vec<_> = (0..1001)
        .map(|n| json!({"type": "a", "external_id": format!("x{n}")}))
        .collect();
    let reply = stage
        .ours
        .api
        .post("/api/v1/events/batch", json!({"events": events}))
        .await;
    reply.expect_problem(413, "payload_too_large");
    for count in [0_i64, 10_001, -1, 4_294_967_296] {
        let bulk = json!({"program_id": stage.ours.program, "count": count});
        let reply = stage.ours.api.post("/api/v1/codes/bulk", bulk).await;
        let problem = reply.expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], "count", "{problem:#}");
    }
    stage.assert_unchanged(&before).await;
}
