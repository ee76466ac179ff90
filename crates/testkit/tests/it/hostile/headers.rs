use serde_json::json;

use super::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_types_that_are_not_json() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    let event = json!({"type": "signup", "external_id": "x", "code": stage.ours.code});
    for kind in [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "text/plain; application/json",
        "*/*",
        "",
    ] {
        let api = stage.ours.api.clone().with("content-type", kind);
        api.post("/api/v1/events", event.clone())
            .await
            .expect_problem(415, "unsupported_media_type");
    }
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idempotency_keys_that_are_none() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    let event = json!({"type": "signup", "external_id": "x", "code": stage.ours.code});
    let long = "k".repeat(300);
    for key in [long.as_str(), "", "two words", "ключ", "tab\there"] {
        let api = stage.ours.api.clone().with("idempotency-key", key);
        let reply = api.post("/api/v1/events", event.clone()).await;
        let problem = reply.expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], "Idempotency-Key", "{key}");
    }
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idempotency_key_belongs_to_the_request_that_brought_it() {
    let stage = Stage::new().await;
    let api = stage.ours.api.clone().with("idempotency-key", "once");
    let code = json!({"program_id": stage.ours.program});
    api.post("/api/v1/codes", code).await.expect(201);
    stage.server.settled().await;
    let before = stage.picture().await;
    let event = json!({"type": "signup", "external_id": "x", "code": stage.ours.code});
    let others = [
        ("/api/v1/events", event),
        (
            "/api/v1/codes/bulk",
            json!({"program_id": stage.ours.program, "count": 1}),
        ),
        ("/api/v1/coupon-pools", json!({"slug": "mugs"})),
        (
            "/api/v1/codes",
            json!({"program_id": stage.ours.program, "single_use": true}),
        ),
    ];
    for (path, body) in others {
        let reply = api.post(path, body).await;
        reply.expect_problem(409, "idempotency_conflict");
    }
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn request_ids_that_would_lead_astray() {
    let stage = Stage::new().await;
    let long = "x".repeat(65);
    for id in [
        "a\tset-cookie: admin=1",
        "%0d%0aset-cookie:%20admin=1",
        "<script>alert(1)</script>",
        "{\"level\":\"info\"}",
        long.as_str(),
        "",
        "идентификатор",
    ] {
        let api = stage.ours.api.clone().with("x-request-id", id);
        let reply = api.get("/api/v1/members/mem_none").await;
        let told = reply.headers["x-request-id"].to_str().unwrap().to_owned();
        assert!(reply.headers.get("set-cookie").is_none());
        assert!(
            told.len() == 32 && told.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{id:?} came back as {told:?}"
        );
        let problem = reply.expect_problem(404, "not_found");
        assert_eq!(problem["request_id"], told);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn projects_that_headers_cannot_name() {
    let stage = Stage::new().await;
    let owner = stage
        .server
        .operator(domain::people::Role::Owner, None)
        .await;
    for slug in ["' OR ''='", "../theirs", "", "проект", "nobody"] {
        let api = owner.clone().with("inviter-project", slug);
        let reply = api.get("/api/v1/members").await;
        assert!(
            matches!(reply.status, 404 | 422),
            "{slug:?}: {}",
            reply.text
        );
    }
    let api = owner
        .with("inviter-project", "ours")
        .with("inviter-mode", "LIVE");
    let problem = api
        .get("/api/v1/members")
        .await
        .expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "Inviter-Mode");
}
