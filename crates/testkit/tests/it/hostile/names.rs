use serde_json::json;

use super::{Stage, put, segment, text};

const NAMES: [&str; 5] = [
    "Robert'); DROP TABLE members; --",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "\u{202e}anna\u{202c} 🎁",
    "{{7*7}} ${7*7} %s %n",
];

/// A page as a reader sees it.
fn read(page: &str) -> String {
    let escapes = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
    ];
    escapes
        .iter()
        .fold(page.to_owned(), |page, (escape, sign)| {
            page.replace(escape, sign)
        })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_text() {
    let stage = Stage::new().await;
    let (tenant, visitor) = (&stage.ours, stage.server.anonymous());
    for (number, name) in NAMES.into_iter().enumerate() {
        let new = json!({"external_id": format!("m{number}"), "name": name});
        let member = put(&tenant.api, new).await.expect(200);
        assert_eq!(member["name"], name);
        let path = format!("/api/v1/members/{}", text(&member["id"]));
        assert_eq!(tenant.api.get(&path).await.expect(200)["name"], name);
        let wanted = json!({"program_id": tenant.program});
        let link = tenant
            .api
            .post(&format!("{path}/link"), wanted)
            .await
            .expect(200);
        let (slug, code) = (&tenant.slug, text(&link["code"]["code"]));
        let page = visitor.get(&format!("/{slug}/{slug}?code={code}")).await;
        assert_eq!(page.status, 200);
        for markup in ["<script>alert", "<img src=x"] {
            assert!(!page.text.contains(markup), "{name}: {}", page.text);
        }
        assert!(read(&page.text).contains(name), "{name}: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_cannot_put_markup_on_its_page() {
    let stage = Stage::new().await;
    let (api, slug) = (&stage.ours.api, &stage.ours.slug);
    let attack = "</title><script>alert(1)</script>";
    let settings = json!({"name": attack, "description": attack});
    let revised = json!({"version": 1, "settings": settings});
    let path = format!("/api/v1/programs/{}/versions", stage.ours.program);
    let program = api.post(&path, revised).await.expect(201);
    assert_eq!(program["settings"]["name"], attack);
    let query = segment("\"><script>alert(1)</script>");
    let address = format!("/{slug}/{slug}?code={query}&lang={query}&click_id={query}");
    let page = stage.server.anonymous().get(&address).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("<script>"), "{}", page.text);
    assert!(
        page.text.contains("alert(1)"),
        "the name is shown as it is written"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_cannot_lead_to_a_script() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    for address in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//evil",
    ] {
        let settings = json!({"name": "Spring", "landing_url": address});
        let made = json!({"slug": "led", "kind": "referral", "settings": settings});
        let reply = stage.ours.api.post("/api/v1/programs", made).await;
        reply.expect_problem(422, "validation_failed");
        let hook = json!({"url": address});
        let reply = stage.ours.api.post("/api/v1/webhooks", hook).await;
        reply.expect_problem(422, "validation_failed");
    }
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_are_text() {
    let stage = Stage::new().await;
    for attack in [
        "' OR '1'='1",
        "%",
        "_",
        "x' UNION SELECT secret FROM keys --",
        "\0",
    ] {
        for (list, filter) in [
            ("events", "event_id"),
            ("codes", "batch"),
            ("programs", "slug"),
        ] {
            let path = format!("/api/v1/{list}?{filter}={}", segment(attack));
            let found = stage.ours.api.get(&path).await.expect(200);
            assert_eq!(found["items"], json!([]), "{path}");
        }
    }
    for page in [
        "after=x",
        "after=%00",
        "limit=-1",
        "limit=99999999",
        "limit=1&limit=2",
        "x=1",
    ] {
        let path = format!("/api/v1/members?{page}");
        stage
            .ours
            .api
            .get(&path)
            .await
            .expect_problem(422, "validation_failed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_are_none() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    let long = "x".repeat(121);
    for name in ["", "  ", "a\nb", "a\0b", "\u{1b}[2J", long.as_str()] {
        let reply = put(&stage.ours.api, json!({"external_id": "zoe", "name": name})).await;
        let problem = reply.expect_problem(422, "validation_failed");
        assert_eq!(text(&problem["errors"][0]["field"]), "name", "{name:?}");
    }
    stage.assert_unchanged(&before).await;
}
