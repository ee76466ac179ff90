//! The product's main job, through HTTP, from the first project to a clean ledger.

use chrono::TimeDelta;
use inviter_testkit::{Client, TestApp};
use serde_json::{Value, json};

/// Double-sided on activation, a milestone at three, points for purchases.
fn settings() -> Value {
    json!({
        "name": "Spring",
        "landing_url": "https://shop.example/welcome",
        "rules": [
            {"key": "both", "on": "activation", "hold_days": 3, "then": {
                "kind": "double_sided",
                "inviter": {"type": "units", "unit": "credits", "amount": 500},
                "invitee": {"type": "units", "unit": "credits", "amount": 200}
            }},
            {"key": "third", "on": "activation", "then": {
                "kind": "milestone", "at": 3, "reward": {"type": "badge", "name": "networker"}
            }},
            {"key": "bought", "on": "purchase", "if": [{"field": "amount", "op": "gte", "value": 1000}], "then": {
                "kind": "fixed", "to": "inviter", "reward": {"type": "units", "unit": "credits", "amount": 100}
            }}
        ]
    })
}

struct Stage {
    server: TestApp,
    api: Client,
    program: String,
    anna: String,
    code: String,
}

async fn stage() -> Stage {
    let server = TestApp::start().await;
    let project = server.project("shop").await;
    let api = server.full_key(&project).await;
    let made = json!({"slug": "spring", "kind": "referral", "settings": settings()});
    let program = api.post("/api/v1/programs", made).await.expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    api.post(&format!("/api/v1/programs/{program}/activate"), json!({}))
        .await
        .expect(200);
    let anna = json!({"external_id": "anna", "email": "anna@shop.example", "name": "Anna"});
    let anna = api
        .send(
            reqwest::Method::PUT,
            "/api/v1/members",
            Some(anna.to_string().into_bytes()),
        )
        .await;
    let anna = anna.expect(200)["id"].as_str().unwrap().to_owned();
    let link = api
        .post(
            &format!("/api/v1/members/{anna}/link"),
            json!({"program_id": program}),
        )
        .await
        .expect(200);
    let code = link["code"]["code"].as_str().unwrap().to_owned();
    assert_eq!(link["url"], format!("{}/i/{code}", server.base));
    Stage {
        server,
        api,
        program,
        anna,
        code,
    }
}

impl Stage {
    async fn event(&self, body: Value) -> Value {
        let reply = self.api.post("/api/v1/events", body).await;
        assert!(matches!(reply.status, 200 | 201), "{}", reply.text);
        reply.json
    }

    async fn balance(&self, member: &str) -> (i64, i64, i64) {
        let balances = self
            .api
            .get(&format!("/api/v1/members/{member}/balances"))
            .await
            .expect(200);
        let credits = balances["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["unit"] == "credits")
            .cloned();
        let number = |name: &str| {
            credits
                .as_ref()
                .map_or(0, |row| row[name].as_i64().unwrap())
        };
        (number("held"), number("available"), number("debt"))
    }

    /// Opens the link as a browser would and gives the click id that it is led on with.
    async fn click(&self) -> String {
        let visitor = self
            .server
            .anonymous()
            .with("user-agent", "Mozilla/5.0 (X11; Linux) Firefox/140.0");
        let reply = visitor
            .get(&format!("/i/{}?utm_source=chat", self.code))
            .await;
        assert_eq!(reply.status, 302, "{}", reply.text);
        let location = reply.headers["location"].to_str().unwrap();
        assert!(
            location.starts_with("https://shop.example/welcome?"),
            "{location}"
        );
        let pair = location
            .split(['?', '&'])
            .find_map(|pair| pair.strip_prefix("click_id="));
        pair.unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_friend_joins_and_both_are_rewarded() {
    let stage = stage().await;
    let click = stage.click().await;
    let joined = stage
        .event(json!({"type": "signup", "event_id": "s1", "external_id": "ben", "program": "spring", "click_ids": [click]}))
        .await;
    assert_eq!(joined["attributed"], true, "{joined:#}");
    assert_eq!(joined["decision"]["source"], "click");
    let ben = joined["member_id"].as_str().unwrap().to_owned();
    stage
        .event(json!({"type": "activation", "event_id": "a1", "external_id": "ben"}))
        .await;
    assert_eq!(stage.balance(&stage.anna).await, (500, 0, 0));
    assert_eq!(stage.balance(&ben).await, (200, 0, 0));

    let referral = joined["referral_id"].as_str().unwrap();
    let decisions = stage
        .api
        .get(&format!("/api/v1/referrals/{referral}/decisions"))
        .await
        .expect(200);
    assert_eq!(
        decisions["items"].as_array().unwrap().len(),
        2,
        "{decisions:#}"
    );

    // The hold ends; the sweep of any process releases it.
    stage
        .server
        .advance(TimeDelta::days(3) + TimeDelta::seconds(1));
    app::rewards::release_due(&stage.server.app, &stage.server.ctx())
        .await
        .unwrap();
    assert_eq!(stage.balance(&stage.anna).await, (0, 500, 0));

    let spent = json!({"unit": "credits", "amount": 450, "operation_id": "op-1"});
    let path = format!("/api/v1/members/{}/spend", stage.anna);
    assert_eq!(
        stage.api.post(&path, spent).await.expect(201)["balance"],
        50
    );

    let bought = json!({"type": "purchase", "event_id": "p1", "external_id": "ben", "order_id": "o1", "amount": 2000, "unit": "eur"});
    stage.event(bought).await;
    assert_eq!(stage.balance(&stage.anna).await, (0, 150, 0));
    // Half is paid back, then the rest: what it earned goes the same way.
    let refund = |id: &str, amount: i64| json!({"type": "refund", "event_id": id, "external_id": "ben", "order_id": "o1", "amount": amount});
    stage.event(refund("r1", 1000)).await;
    assert_eq!(stage.balance(&stage.anna).await, (0, 100, 0));
    let spent = json!({"unit": "credits", "amount": 100, "operation_id": "op-2"});
    stage.api.post(&path, spent).await.expect(201);
    stage.event(refund("r2", 1000)).await;
    assert_eq!(
        stage.balance(&stage.anna).await.2.abs(),
        50,
        "the rest is owed"
    );
    stage.server.assert_ledger_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_third_friend_brings_a_badge() {
    let stage = stage().await;
    for friend in ["ben", "cleo", "dan", "eve"] {
        stage
            .event(json!({"type": "signup", "external_id": friend, "code": stage.code}))
            .await;
        stage
            .event(json!({"type": "activation", "external_id": friend}))
            .await;
    }
    let rewards = stage
        .api
        .get(&format!("/api/v1/members/{}/rewards", stage.anna))
        .await
        .expect(200);
    let badges = rewards["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["reward"]["type"] == "badge")
        .count();
    assert_eq!(badges, 1, "{rewards:#}");
    stage.server.settled().await;
    let board = stage
        .api
        .get(&format!(
            "/api/v1/stats/leaderboard?program_id={}",
            stage.program
        ))
        .await
        .expect(200);
    assert_eq!(board["items"][0]["qualified"], 4, "{board:#}");
    stage.server.assert_ledger_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_landing_page_lets_a_friend_join_without_javascript() {
    let stage = stage().await;
    let visitor = stage.server.anonymous();
    let page = visitor
        .get(&format!("/shop/spring?code={}", stage.code))
        .await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("Anna invited you to"), "{}", page.text);
    assert!(
        page.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("default-src 'none'")
    );
    let chinese = visitor
        .clone()
        .with("accept-language", "zh-CN,zh;q=0.9")
        .get("/shop/spring")
        .await;
    assert!(chinese.text.contains("加入"), "{}", chinese.text);

    let form = format!(
        "email=ben%40shop.example&name=Ben&code={}&lang=en",
        stage.code
    );
    let sent = telemetry::client_builder()
        .build()
        .unwrap()
        .post(format!("{}/shop/spring", stage.server.base))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 200);
    assert!(
        sent.text().await.unwrap().contains("/i/"),
        "the new member gets a link"
    );
    let referrals = stage.api.get("/api/v1/referrals").await.expect(200);
    assert_eq!(
        referrals["items"].as_array().unwrap().len(),
        1,
        "{referrals:#}"
    );

    let unknown = visitor.get("/i/NOSUCHCODE").await;
    assert_eq!(unknown.status, 404);
    assert!(
        unknown.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
}
