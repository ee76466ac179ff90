use reqwest::Method;
use serde_json::{Value, json};

use super::Stage;

/// Numbers as they would be written, none of them an amount.
const NUMBERS: [&str; 11] = [
    "-1",
    "0",
    "1.5",
    "1e3",
    "9223372036854775807",
    "9223372036854775808",
    "1000000000000001",
    "\"NaN\"",
    "\"1\"",
    "true",
    "[]",
];

async fn refused(stage: &Stage, path: &str, body: &str, field: &str) {
    let sent = Some(body.as_bytes().to_vec());
    let reply = stage.ours.api.send(Method::POST, path, sent).await;
    assert_eq!(reply.status, 422, "{path} {body}: {}", reply.text);
    let problem = reply.expect_problem(422, "validation_failed");
    let told = problem["errors"].as_array().unwrap();
    assert!(
        told.iter().any(|error| error["field"] == field),
        "{path} {body}: {problem:#}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_that_are_none() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    let path = format!("/api/v1/members/{}/spend", stage.ours.member);
    for number in NUMBERS {
        let event = format!(
            r#"{{"type":"purchase","external_id":"ben","order_id":"o","unit":"eur","amount":{number}}}"#
        );
        refused(&stage, "/api/v1/events", &event, "amount").await;
        let spent = format!(r#"{{"unit":"credits","operation_id":"o","amount":{number}}}"#);
        if !number.starts_with("9223372036854775807") && number != "1000000000000001" {
            refused(&stage, &path, &spent, "amount").await;
        }
    }
    // More than anybody has is no fault of the request's shape.
    let spent = json!({"unit": "credits", "operation_id": "o", "amount": i64::MAX});
    let reply = stage.ours.api.post(&path, spent).await;
    assert!(matches!(reply.status, 409 | 422), "{}", reply.text);
    stage.assert_unchanged(&before).await;
    stage.server.assert_ledger_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rewards_that_are_none() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    for amount in [
        json!(0),
        json!(-5),
        json!(i64::MIN),
        json!(1.5),
        json!("10"),
        json!(1e30),
    ] {
        let rule = json!({"key": "one", "on": "signup", "then": {"kind": "fixed", "to": "inviter",
            "reward": {"type": "units", "unit": "credits", "amount": amount}}});
        let settings = json!({"name": "Bad", "rules": [rule]});
        let made = json!({"slug": "bad", "kind": "referral", "settings": settings});
        let reply = stage.ours.api.post("/api/v1/programs", made).await;
        reply.expect_problem(422, "validation_failed");
    }
    for (number, settings) in [
        json!({"name": "x", "expire_after_days": -1}),
        json!({"name": "x", "expire_after_days": 4_294_967_295_u32}),
        json!({"name": "x", "budgets": [{"unit": "credits", "amount": -1}]}),
        json!({"name": "x", "codes": {"length": 255}}),
        json!({"name": "x", "attribution": {"click_window_days": 4_294_967_295_u32}}),
        json!({"name": "x", "starts_at": "yesterday"}),
    ]
    .into_iter()
    .enumerate()
    {
        let made =
            json!({"slug": format!("bad-{number}"), "kind": "referral", "settings": settings});
        let reply = stage.ours.api.post("/api/v1/programs", made).await;
        reply.expect_problem(422, "validation_failed");
    }
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_that_no_calendar_of_ours_has() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    let (program, name) = (&stage.ours.program, "never");
    for time in [
        "9999-12-31T23:59:59Z",
        "+262142-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "-262143-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-05-01",
        "now",
        "",
    ] {
        let event = json!({"type": "a", "external_id": "ben", "occurred_at": time});
        refused(&stage, "/api/v1/events", &event.to_string(), "occurred_at").await;
    }
    for time in [
        "+10000-01-01T00:00:00Z",
        "+262142-12-31T23:59:59Z",
        "-0001-01-01T00:00:00Z",
    ] {
        let code = json!({"program_id": program, "expires_at": time});
        refused(&stage, "/api/v1/codes", &code.to_string(), "expires_at").await;
        let key = json!({"name": name, "scopes": ["members:read"], "expires_at": time});
        refused(&stage, "/api/v1/keys", &key.to_string(), "expires_at").await;
        let settings = json!({"name": name, "starts_at": time});
        let made: Value = json!({"slug": name, "kind": "referral", "settings": settings});
        refused(
            &stage,
            "/api/v1/programs",
            &made.to_string(),
            "settings.starts_at",
        )
        .await;
    }
    stage.assert_unchanged(&before).await;
}
