//! Nothing of one project is visible from another, on any endpoint; every role does what the table says.

use domain::people::{Permission, Role};
use inviter_testkit::{Client, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

/// Every operation of the document, its path filled with ids that belong to another project.
fn operations() -> Vec<(Method, String, String)> {
    let document = serde_json::to_value(api::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (verb, operation) in item.as_object().unwrap() {
            if let Ok(method) = Method::from_bytes(verb.to_uppercase().as_bytes()) {
                found.push((
                    method,
                    path.clone(),
                    operation["operationId"].as_str().unwrap_or("").to_owned(),
                ));
            }
        }
    }
    found
}

/// Something of every kind in another project: area and id.
async fn fill(other: &Client) -> Vec<(&'static str, String)> {
    let settings = json!({"name": "Theirs", "rules": [{"key": "one", "on": "signup", "then": {"kind": "fixed",
        "to": "invitee", "reward": {"type": "units", "unit": "credits", "amount": 10}}}]});
    let made = json!({"slug": "theirs", "kind": "referral", "settings": settings});
    let program = other.post("/api/v1/programs", made).await.expect(201)["id"].clone();
    let activate = format!("/api/v1/programs/{}/activate", program.as_str().unwrap());
    other.post(&activate, json!({})).await.expect(200);
    let code = other
        .post("/api/v1/codes", json!({"program_id": program}))
        .await
        .expect(201)["code"]
        .clone();
    let event = json!({"type": "signup", "event_id": "s1", "external_id": "ben", "code": code});
    let event = other.post("/api/v1/events", event).await.json;
    let webhook = json!({"url": "https://hooks.example/in"});
    let webhook = other.post("/api/v1/webhooks", webhook).await.expect(201);
    let key = other.get("/api/v1/keys").await.expect(200)["items"][0]["id"].clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    vec![
        ("program", text(&program)),
        ("code", text(&code)),
        ("member", text(&event["member_id"])),
        ("referral", text(&event["referral_id"])),
        ("event", text(&event["id"])),
        ("reward", text(&event["grants"][0])),
        ("webhook", text(&webhook["endpoint"]["id"])),
        ("key", text(&key)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_projects_things_are_not_found() {
    let server = TestApp::start().await;
    let (ours, theirs) = (server.project("ours").await, server.project("theirs").await);
    let (api, other) = (server.full_key(&ours).await, server.full_key(&theirs).await);
    let ids = fill(&other).await;
    let mut asked = 0;
    for (method, path, operation) in operations() {
        let area = |(area, _): &&(&str, String)| path.starts_with(&format!("/api/v1/{area}s/{{"));
        let Some((_, id)) = ids.iter().find(area) else {
            continue;
        };
        let parameter = &path[path.find('{').unwrap()..=path.find('}').unwrap()];
        let filled = path.replacen(parameter, id, 1);
        if filled.contains('{') {
            continue;
        }
        let body = (method != Method::GET && method != Method::DELETE).then(|| b"{}".to_vec());
        let reply = api.send(method.clone(), &filled, body).await;
        // A list of what belongs to an unknown member is empty; everything else is not found.
        let nothing = reply.status == 200 && reply.json["items"] == json!([]);
        let refused = matches!(reply.status, 404 | 422);
        assert!(
            nothing || refused,
            "{operation}: {method} {filled} answers another project {reply:?}"
        );
        asked += 1;
    }
    assert!(asked > 25, "only {asked} operations were asked");
    let seen = api.get("/api/v1/members").await.expect(200);
    assert_eq!(seen["items"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live_and_test_data_are_apart() {
    let server = TestApp::start().await;
    let live = server.project("shop").await;
    let rehearsal = server.rehearsal("shop").await;
    let (api, test) = (
        server.full_key(&live).await,
        server.full_key(&rehearsal).await,
    );
    let body = json!({"external_id": "anna"}).to_string().into_bytes();
    api.send(Method::PUT, "/api/v1/members", Some(body))
        .await
        .expect(200);
    assert_eq!(
        test.get("/api/v1/members").await.expect(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

/// The read operations without parameters, with the permission that the table asks for.
const READS: [(&str, Permission); 9] = [
    ("/api/v1/programs", Permission::ProgramsRead),
    ("/api/v1/codes", Permission::CodesRead),
    ("/api/v1/members", Permission::MembersRead),
    ("/api/v1/referrals", Permission::ReferralsRead),
    ("/api/v1/rewards", Permission::RewardsRead),
    ("/api/v1/coupon-pools", Permission::CouponsRead),
    ("/api/v1/webhooks", Permission::WebhooksRead),
    ("/api/v1/keys", Permission::KeysRead),
    ("/api/v1/audit", Permission::AuditRead),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_may_do_what_the_table_says() {
    let server = TestApp::start().await;
    let (ours, theirs) = (server.project("ours").await, server.project("theirs").await);
    for role in Role::ALL {
        let operator = server.operator(role, Some(&ours)).await;
        for (path, permission) in READS {
            let expected = if role.permits(permission) { 200 } else { 403 };
            assert_eq!(
                operator.get(path).await.status,
                expected,
                "{role:?} on {path}"
            );
        }
        let elsewhere = operator.with("inviter-project", theirs.slug.clone());
        assert_eq!(
            elsewhere.get("/api/v1/programs").await.status,
            404,
            "{role:?} elsewhere"
        );
    }
    for (path, permission) in READS {
        let one = server.key(&ours, &[permission]).await;
        assert_eq!(
            one.get(path).await.status,
            200,
            "a key with {permission} on {path}"
        );
        let none = server.key(&ours, &[Permission::EventsWrite]).await;
        assert_eq!(
            none.get(path).await.status,
            403,
            "a key without {permission} on {path}"
        );
    }
}
