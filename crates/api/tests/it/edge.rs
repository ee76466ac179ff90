//! What every route shares, over HTTP: credentials, limits, problems, conditional answers.

use domain::people::Role;
use serde_json::json;
use testkit::{Client, TestApp};

/// A server with a project, a client that may do everything in it, and a code in a running program.
pub(crate) async fn stage() -> (TestApp, Client, String, String) {
    let server = TestApp::start().await;
    let project = server.project("shop").await;
    let api = server.full_key(&project).await;
    let settings = json!({ "name": "Spring", "landing_url": "https://shop.example/welcome" });
    let program = json!({ "slug": "spring", "kind": "referral", "settings": settings });
    let program = api.post("/api/v1/programs", program).await.expect(201)["id"]
        .as_str()
        .expect("a text")
        .to_owned();
    api.post(&format!("/api/v1/programs/{program}/activate"), json!({}))
        .await
        .expect(200);
    let code = json!({ "program_id": program, "code": "SUMMER" });
    let code = api.post("/api/v1/codes", code).await.expect(201)["code"]
        .as_str()
        .expect("a text")
        .to_owned();
    (server, api, program, code)
}

#[tokio::test]
async fn strangers_are_told_to_bring_credentials() {
    let server = TestApp::start().await;
    for token in [
        "Basic abc",
        "Bearer inv_live_nothing",
        "Bearer inv_op_nothing",
    ] {
        let reply = server
            .anonymous()
            .with("authorization", token)
            .get("/api/v1/programs")
            .await;
        assert_eq!(reply.headers["www-authenticate"], "Bearer");
        reply.expect_problem(401, "unauthenticated");
    }
    server
        .anonymous()
        .get("/api/v1/programs")
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn operators_name_the_project() {
    let (server, _, _, _) = stage().await;
    let owner = server.operator(Role::Owner, None).await;
    let problem = owner
        .get("/api/v1/programs")
        .await
        .expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "Inviter-Project");
    let named = owner.with("inviter-project", "shop");
    assert_eq!(
        named.get("/api/v1/programs").await.expect(200)["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let rehearsal = named.with("inviter-mode", "test");
    assert_eq!(
        rehearsal.get("/api/v1/programs").await.expect(200)["items"],
        json!([])
    );
    rehearsal
        .with("inviter-mode", "real")
        .get("/api/v1/programs")
        .await
        .expect_problem(422, "validation_failed");
}

#[tokio::test]
async fn answers_say_what_is_left_of_the_quota() {
    let (_server, api, _, code) = stage().await;
    for path in [
        "/api/v1/programs".to_owned(),
        format!("/api/v1/codes/{code}/validate"),
    ] {
        let reply = api.get(&path).await;
        assert!(
            reply.headers["ratelimit"]
                .to_str()
                .unwrap()
                .starts_with("\"api\";r="),
            "{path}"
        );
        assert!(
            reply.headers["ratelimit-policy"]
                .to_str()
                .unwrap()
                .ends_with(";w=60"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn unknown_paths_methods_and_fields_are_problems() {
    let (server, api, _, code) = stage().await;
    server
        .anonymous()
        .get("/api/v2/programs")
        .await
        .expect_problem(404, "not_found");
    api.post("/api/v1/permissions", json!({}))
        .await
        .expect_problem(405, "method_not_allowed");
    let validate = format!("/api/v1/codes/{code}/validate");
    api.post(&validate, json!({}))
        .await
        .expect_problem(405, "method_not_allowed");
    let problem = api
        .post(
            "/api/v1/events",
            json!({ "type": "signup", "emial": "a@b.example" }),
        )
        .await;
    let problem = problem.expect_problem(422, "validation_failed");
    assert_eq!(
        (
            &problem["errors"][0]["field"],
            &problem["errors"][0]["code"]
        ),
        (&json!("emial"), &json!("unknown"))
    );
    let problem = api
        .get("/api/v1/programs?limt=5")
        .await
        .expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "limt");
    let nested = json!({ "slug": "autumn", "kind": "referral", "settings": { "name": "A", "risk": { "hold": 1 } } });
    let problem = api
        .post("/api/v1/programs", nested)
        .await
        .expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "settings.risk.hold");
}

#[tokio::test]
async fn a_program_that_is_known_is_not_sent_again() {
    let (_server, api, program, _) = stage().await;
    let path = format!("/api/v1/programs/{program}");
    let tag = api.get(&path).await.headers["etag"]
        .to_str()
        .unwrap()
        .to_owned();
    let again = api
        .clone()
        .with("if-none-match", tag.clone())
        .get(&path)
        .await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let change = json!({ "version": 1, "settings": { "name": "Summer" } });
    api.post(&format!("{path}/versions"), change)
        .await
        .expect(201);
    assert_eq!(
        api.with("if-none-match", tag).get(&path).await.expect(200)["version"],
        2
    );
}

#[tokio::test]
async fn a_repeated_event_says_so() {
    let (_server, api, _, code) = stage().await;
    let event = json!({ "type": "signup", "event_id": "one", "external_id": "ben", "code": code });
    let first = api.post("/api/v1/events", event.clone()).await;
    assert!(!first.headers.contains_key("idempotent-replayed"));
    let again = api.post("/api/v1/events", event).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    let first = first.expect(201);
    assert_eq!(again.expect(201), first);
    assert_eq!(
        (&first["event_id"], &first["attributed"]),
        (&json!("one"), &json!(true))
    );
}

#[tokio::test]
async fn each_event_of_a_batch_has_its_own_answer() {
    let (_server, api, _, code) = stage().await;
    let events = json!({ "events": [
        { "type": "signup", "event_id": "1", "external_id": "ben", "code": code },
        { "type": "signup", "event_id": "2" },
        { "type": "signup", "event_id": "3", "external_id": "cleo", "code": "WINTER", "strict": true },
    ] });
    let answer = api.post("/api/v1/events/batch", events).await.expect(200);
    let statuses: Vec<_> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["status"])
        .collect();
    assert_eq!(statuses, [201, 422, 404]);
    assert_eq!(answer["results"][0]["outcome"]["event_id"], "1");
    assert_eq!(
        answer["results"][2]["problem"]["code"],
        "invite_code_invalid"
    );
}

#[tokio::test]
async fn the_reference_is_open_and_runs_no_script() {
    let server = TestApp::start().await;
    let visitor = server.anonymous();
    let page = visitor.get("/api/docs").await;
    assert_eq!(page.status, 200);
    assert!(
        !page.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("script-src")
    );
    assert!(!page.text.contains("<script") && !page.text.contains("style="));
    for wanted in [
        "id=\"ingest_event\"",
        "id=\"shape-EventOutcome\"",
        "id=\"problem-self_invitation\"",
        "list of ",
    ] {
        assert!(page.text.contains(wanted), "{wanted}");
    }
    assert_eq!(visitor.get("/api/docs/style.css").await.status, 200);
    let document = visitor.get("/api/openapi.json").await;
    assert_eq!(document.json["openapi"], "3.1.0");
    let tag = document.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(
        visitor
            .clone()
            .with("if-none-match", tag)
            .get("/api/openapi.json")
            .await
            .status,
        304
    );
    let problem = visitor.get("/api/problems/self_invitation").await;
    assert_eq!(
        (problem.status, &problem.headers["location"]),
        (303, &"/api/docs#problem-self_invitation".parse().unwrap())
    );
    visitor
        .get("/api/problems/nothing")
        .await
        .expect_problem(404, "not_found");
}
