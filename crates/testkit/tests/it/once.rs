//! Exactly once, through HTTP.

use inviter_testkit::{Client, TestApp};
use serde_json::{Value, json};
use tokio::task::JoinSet;

async fn open_program(server: &TestApp, rules: Value, budgets: Value) -> (Client, String) {
    let project = server.project("shop").await;
    let api = server.full_key(&project).await;
    let settings = json!({"name": "Spring", "rules": rules, "budgets": budgets});
    let made = json!({"slug": "spring", "kind": "referral", "settings": settings});
    let program = api.post("/api/v1/programs", made).await.expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    api.post(&format!("/api/v1/programs/{program}/activate"), json!({}))
        .await
        .expect(200);
    (api, program)
}

async fn all(requests: Vec<(Client, Value)>) -> Vec<(u16, Value)> {
    let mut running = JoinSet::new();
    for (client, body) in requests {
        running.spawn(async move {
            let reply = client.post("/api/v1/events", body).await;
            (reply.status, reply.json)
        });
    }
    running.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_with_a_hundred_uses_is_used_a_hundred_times() {
    let server = TestApp::start().await;
    let (api, program) = open_program(&server, json!([]), json!([])).await;
    let code = api
        .post(
            "/api/v1/codes",
            json!({"program_id": program, "max_uses": 100}),
        )
        .await
        .expect(201);
    let code = code["code"].as_str().unwrap().to_owned();
    let requests = (0..500)
        .map(|n| {
            (
                api.clone(),
                json!({"type": "signup", "external_id": format!("m{n}"), "code": code}),
            )
        })
        .collect();
    let answers = all(requests).await;
    let attributed = answers
        .iter()
        .filter(|(_, body)| body["attributed"] == true)
        .count();
    let exhausted = answers
        .iter()
        .filter(|(_, body)| body["refusal"] == "invite_code_exhausted")
        .count();
    assert_eq!((attributed, exhausted), (100, 400));
    assert_eq!(
        api.get(&format!("/api/v1/codes/{code}")).await.expect(200)["uses"],
        100
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_event_has_one_effect_and_one_answer() {
    let server = TestApp::start().await;
    let rules = json!([{"key": "one", "on": "signup", "then": {"kind": "fixed", "to": "invitee",
        "reward": {"type": "units", "unit": "credits", "amount": 10}}}]);
    let (api, program) = open_program(&server, rules, json!([])).await;
    let code = api
        .post("/api/v1/codes", json!({"program_id": program}))
        .await
        .expect(201)["code"]
        .clone();
    let event = json!({"type": "signup", "event_id": "s1", "external_id": "ben", "code": code});
    let answers = all((0..50).map(|_| (api.clone(), event.clone())).collect()).await;
    assert!(
        answers.iter().all(|(_, body)| *body == answers[0].1),
        "one answer"
    );
    let ben = answers[0].1["member_id"].as_str().unwrap();
    let balances = api
        .get(&format!("/api/v1/members/{ben}/balances"))
        .await
        .expect(200);
    assert_eq!(balances["items"][0]["available"], 10, "one effect");
    let other = json!({"type": "signup", "event_id": "s1", "external_id": "cleo", "code": code});
    api.post("/api/v1/events", other)
        .await
        .expect_problem(409, "idempotency_conflict");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_idempotency_key_has_one_effect_and_one_answer() {
    let server = TestApp::start().await;
    let (api, program) = open_program(&server, json!([]), json!([])).await;
    let keyed = api.clone().with("idempotency-key", "k-1");
    let body = json!({"program_id": program});
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(keyed.post("/api/v1/codes", body.clone()).await.expect(201));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(
        api.get("/api/v1/codes").await.expect(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let other = json!({"program_id": program, "max_uses": 7});
    keyed
        .post("/api/v1/codes", other)
        .await
        .expect_problem(409, "idempotency_conflict");

    let event = json!({"type": "signup", "external_id": "ben"});
    let keyed = api.clone().with("idempotency-key", "k-2");
    let answers = all((0..30).map(|_| (keyed.clone(), event.clone())).collect()).await;
    assert!(
        answers.iter().all(|(_, body)| *body == answers[0].1),
        "one answer"
    );
    let other = json!({"type": "signup", "external_id": "cleo"});
    keyed
        .post("/api/v1/events", other)
        .await
        .expect_problem(409, "idempotency_conflict");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_budget_is_never_exceeded() {
    let server = TestApp::start().await;
    let rules = json!([{"key": "both", "on": "signup", "then": {"kind": "fixed", "to": "invitee",
        "reward": {"type": "units", "unit": "credits", "amount": 30}}}]);
    let (api, program) =
        open_program(&server, rules, json!([{"unit": "credits", "amount": 1000}])).await;
    let code = api
        .post("/api/v1/codes", json!({"program_id": program}))
        .await
        .expect(201)["code"]
        .clone();
    let requests = (0..64)
        .map(|n| {
            (
                api.clone(),
                json!({"type": "signup", "external_id": format!("m{n}"), "code": code}),
            )
        })
        .collect();
    let answers = all(requests).await;
    let granted = answers
        .iter()
        .filter(|(_, body)| body["grants"].as_array().is_some_and(|g| !g.is_empty()))
        .count();
    assert_eq!(granted, 33, "33 × 30 = 990 of 1,000");
    server.assert_ledger_clean().await;
}
