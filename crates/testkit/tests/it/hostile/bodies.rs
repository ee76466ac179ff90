use reqwest::Method;
use serde_json::json;

use super::Stage;

const MIB: usize = 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_cannot_be_read() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels - 2), "]".repeat(levels - 2));
        format!(r#"{{"type":"a","external_id":"x","properties":{{"a":{open}{close}}}}}"#)
    };
    let cases: [(&str, Vec<u8>, u16, &str); 13] = [
        ("nothing", Vec::new(), 400, "malformed_request"),
        ("no JSON", b"<xml/>".to_vec(), 400, "malformed_request"),
        ("half", b"{\"type\":".to_vec(), 400, "malformed_request"),
        ("more", b"{} {}".to_vec(), 400, "malformed_request"),
        ("a list", b"[]".to_vec(), 422, "validation_failed"),
        ("null", b"null".to_vec(), 422, "validation_failed"),
        ("a number", b"1".to_vec(), 422, "validation_failed"),
        (
            "bad UTF-8",
            b"{\"type\":\"\xff\xfe\"}".to_vec(),
            400,
            "malformed_request",
        ),
        (
            "half a surrogate",
            br#"{"type":"\ud800"}"#.to_vec(),
            400,
            "malformed_request",
        ),
        (
            "depth 65",
            nested(65).into_bytes(),
            400,
            "malformed_request",
        ),
        (
            "depth 100,000",
            nested(100_000).into_bytes(),
            400,
            "malformed_request",
        ),
        (
            "not a number",
            br#"{"type":"a","amount":NaN}"#.to_vec(),
            400,
            "malformed_request",
        ),
        (
            "beyond numbers",
            br#"{"type":"a","amount":1e999}"#.to_vec(),
            400,
            "malformed_request",
        ),
    ];
    for (case, body, status, code) in cases {
        for path in ["/api/v1/events", "/api/v1/codes", "/api/v1/events/batch"] {
            let reply = stage
                .ours
                .api
                .send(Method::POST, path, Some(body.clone()))
                .await;
            let problem = (reply.status, reply.json["code"].as_str());
            assert_eq!(problem, (status, Some(code)), "{case} at {path}");
        }
    }
    stage.assert_unchanged(&before).await;
    let deepest = nested(64).into_bytes();
    let reply = stage
        .ours
        .api
        .send(Method::POST, "/api/v1/events", Some(deepest));
    assert_eq!(reply.await.status, 201, "64 levels are accepted");
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
        (Method::POST, "/api/v1/events/batch", batch.clone()),
        (Method::POST, "/api/v1/events", batch),
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
    let problem = reply.expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "events", "{problem:#}");
    for count in [0_i64, 10_001, -1, 4_294_967_296] {
        let bulk = json!({"program_id": stage.ours.program, "count": count});
        let reply = stage.ours.api.post("/api/v1/codes/bulk", bulk).await;
        let problem = reply.expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], "count", "{problem:#}");
    }
    stage.assert_unchanged(&before).await;
}
