use domain::people::{Permission, Role};
use inviter_testkit::TestApp;

const KEYS: &str = "/console/ours/live/keys";
/// Markup that must stay text.
pub(super) const MARKUP: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_made_used_rotated_and_revoked() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let browser = server.owner_browser().await;
    let form = browser
        .get(&format!("{KEYS}/new?preset=read"))
        .await
        .expect(200)
        .form("/keys/new");
    let ticked = form.values("scopes");
    assert!(ticked.contains(&"programs:read") && ticked.iter().all(|one| one.ends_with(":read")));
    assert!(!ticked.contains(&"operators:read"), "a key is of a project");
    let nameless = browser.submit(form.clone()).await.expect(422);
    assert!(nameless.fault("name").is_some());
    assert_eq!(
        nameless.form("/keys/new").values("scopes"),
        ticked,
        "what was ticked stays"
    );
    let made = browser
        .submit(form.with("name", MARKUP).with("days", "30"))
        .await
        .expect(200);
    let secret = made.all("#secret").remove(0);
    assert!(secret.starts_with("inv_live_"), "{secret}");
    let client = |secret: &str| {
        server
            .anonymous()
            .with("authorization", format!("Bearer {secret}"))
    };
    client(&secret).get("/api/v1/programs").await.expect(200);

    let list = browser.get(KEYS).await.expect(200);
    assert!(list.words().contains(MARKUP), "{}", list.words());
    assert!(!list.text.contains(&secret), "a secret is shown once");
    let rotated = browser
        .submit(list.form("/rotate").with("overlap", "0"))
        .await
        .expect(200);
    let next = rotated.all("#secret").remove(0);
    client(&secret).get("/api/v1/programs").await.expect(401);
    client(&next).get("/api/v1/programs").await.expect(200);
    let list = browser.get(KEYS).await;
    let gone = browser.submit(list.form("/revoke")).await.expect(200);
    assert!(!gone.all(".toast").is_empty());
    client(&next).get("/api/v1/programs").await.expect(401);
    assert!(
        !browser.get(KEYS).await.has("form[action$='/revoke']"),
        "nothing is left to revoke"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gives_a_key_more_than_they_have() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    let developer = server.operator_browser(Role::Developer, Some(&ours)).await;
    let form = developer
        .get(&format!("{KEYS}/new?preset=all"))
        .await
        .expect(200)
        .form("/keys/new");
    let offered = form.values("scopes");
    for permission in Permission::ALL {
        let may = Role::Developer.permits(*permission);
        assert_eq!(offered.contains(&permission.slug()), may, "{permission}");
    }
    let more = form
        .with("name", "more")
        .with_all("scopes", &["ledger:spend"]);
    developer.submit(more).await.expect(403);
}
