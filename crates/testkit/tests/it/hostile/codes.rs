use serde_json::json;

use super::{Stage, segment};

fn texts() -> Vec<String> {
    let short = [
        "../../etc/passwd",
        "..%2f..",
        "A\0B",
        "🎁🎁🎁",
        "\u{202e}EDOC",
        "ABC\u{200f}DEF",
        "' OR 1=1 --",
        "'; DROP TABLE codes; --",
        "<script>alert(1)</script>",
        "${jndi:ldap://x}",
        "{{7*7}}",
        "\r\nset-cookie: admin=1",
        "%",
        "—",
        "A",
    ];
    let mut texts: Vec<String> = short.into_iter().map(str::to_owned).collect();
    texts.push("A".repeat(10_000));
    texts.push("-".repeat(40));
    texts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_that_are_none_lead_nowhere() {
    let stage = Stage::new().await;
    let (api, visitor) = (&stage.ours.api, stage.server.anonymous());
    let before = stage.picture().await;
    for code in texts() {
        let path = format!("/api/v1/codes/{}", segment(&code));
        for path in [
            path.clone(),
            format!("{path}/validate"),
            format!("{path}/qr.svg"),
        ] {
            let reply = api.get(&path).await;
            assert_eq!(reply.status, 404, "{path}: {}", reply.text);
            let problem = &reply.json["code"];
            assert!(
                problem == "invite_code_invalid" || problem == "not_found",
                "{path}: {}",
                reply.text
            );
        }
        let revoked = api.post(&format!("{path}/revoke"), json!({})).await;
        assert_eq!(revoked.status, 404, "{code:?}: {}", revoked.text);
        let page = visitor.get(&format!("/i/{}", segment(&code))).await;
        assert_eq!(page.status, 404, "{code:?}: {}", page.text);
        assert!(!page.text.contains("<script>alert"), "{}", page.text);
        assert!(page.headers.get("set-cookie").is_none());
    }
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_that_are_none_bring_nobody_in() {
    let stage = Stage::new().await;
    let api = &stage.ours.api;
    let before = stage.picture().await;
    for code in texts() {
        let event = json!({"type": "signup", "external_id": "x", "code": code, "strict": true});
        let reply = api.post("/api/v1/events", event).await;
        let problem = (reply.status, reply.json["code"].as_str().unwrap());
        assert!(
            matches!(
                problem,
                (404, "invite_code_invalid") | (422, "validation_failed")
            ),
            "{code:?}: {}",
            reply.text
        );
        let made = json!({"program_id": stage.ours.program, "code": code});
        let reply = api.post("/api/v1/codes", made).await;
        let problem = (reply.status, reply.json["code"].as_str().unwrap());
        assert!(
            matches!(problem, (422, "code_unsuitable" | "validation_failed")),
            "{code:?}: {}",
            reply.text
        );
    }
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paths_that_are_no_text() {
    let stage = Stage::new().await;
    for path in [
        "/api/v1/codes/%ff%fe",
        "/api/v1/codes/%ff/validate",
        "/api/v1/members/%c3%28",
    ] {
        stage
            .ours
            .api
            .get(path)
            .await
            .expect_problem(400, "malformed_request");
    }
    let page = stage.server.anonymous().get("/i/%ff%fe").await;
    assert!(matches!(page.status, 400 | 404), "{}", page.status);
}
