use domain::people::Role;
use inviter_testkit::TestApp;
use reqwest::Method;
use serde_json::json;

const AUDIT: &str = "/console/ours/live/audit";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_done_is_told_filtered_exported_and_verified() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let owner = server.owner_browser().await;
    owner
        .post(
            "/console/ours/live/keys/new",
            &[("name", "Shop"), ("scopes", "codes:read")],
        )
        .await
        .expect(200);
    let all = owner.get(AUDIT).await.expect(200);
    assert!(all.words().contains("Made an API key"), "{}", all.words());
    assert!(all.words().contains("owner-all"), "who did it is named");
    let keys = owner.get(&format!("{AUDIT}?action=key.")).await.expect(200);
    assert_eq!(keys.all("td.head strong"), ["Made an API key"]);
    let none = owner
        .get(&format!("{AUDIT}?action=webhook."))
        .await
        .expect(200);
    assert!(none.all("td.head").is_empty());
    let export = all.attribute("a[href*='export.csv']", "href").unwrap();
    let file = owner.get(&export).await.expect(200);
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.text.contains("key.created"), "{}", file.text);
    let checked = owner.get("/console/audit?check=yes").await.expect(200);
    assert!(checked.has(".note.good"), "{}", checked.words());
    // Whoever reads one project's trail is not shown the others'.
    let ours = server.project("theirs").await;
    let finance = server.operator_browser(Role::Finance, Some(&ours)).await;
    finance.get("/console/audit").await.expect(403);
    finance.get(AUDIT).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_called_by_their_names_wherever_they_did_something() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    let shop = server.full_key(&ours).await;
    let member = json!({ "external_id": "ada" });
    let body = Some(member.to_string().into_bytes());
    let made = shop.send(Method::PUT, "/api/v1/members", body).await;
    let made = made.expect(200);
    let owner = server.owner_browser().await;
    let of_member = format!("members/{}", made["id"].as_str().unwrap());
    for page in [AUDIT, "/console/audit"] {
        let all = owner.get(page).await.expect(200);
        let by_key = all.all("td[data-label=Who]");
        assert!(by_key.contains(&"test API key".to_owned()), "{by_key:?}");
    }
    let story = owner
        .get(&format!("/console/ours/live/{of_member}"))
        .await
        .expect(200);
    assert!(!story.words().contains("key_"), "{}", story.words());
    let analyst = server.operator_browser(Role::Analyst, Some(&ours)).await;
    analyst.get("/console/audit").await.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_speaks_chinese() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let owner = server.owner_browser().await.in_chinese();
    owner
        .post(
            "/console/ours/live/keys/new",
            &[("name", "Shop"), ("scopes", "codes:read")],
        )
        .await
        .expect(200);
    let all = owner.get(AUDIT).await.expect(200);
    assert!(all.words().contains("创建 API 密钥"), "{}", all.words());
}
