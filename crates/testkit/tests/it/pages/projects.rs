//! Projects in the console: the first steps, and the settings.

use domain::people::Role;
use inviter_testkit::{Browser, Sheet, TestApp};

const HOSTILE: &str = "\"><img src=x onerror=alert(1)>";
const SECRET: &str = "a secret of rather more than 32 bytes";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
                      MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
                      -----END PUBLIC KEY-----";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fresh_installation_leads_to_the_first_project_and_program() {
    let server = TestApp::start().await;
    let browser = server.owner_browser().await;
    let welcome = browser.get("/console").await.expect(200);
    assert_eq!(welcome.all(".steps li").len(), 4);
    assert!(welcome.links().contains(&"/console/new".to_owned()));
    let form = browser.get("/console/new").await.expect(200).form("");
    let wrong = form.clone().with("name", HOSTILE).with("slug", "api");
    let wrong = browser.submit(wrong).await.expect(422);
    assert_eq!(wrong.form("").value("name"), Some(HOSTILE));
    assert!(wrong.fault("slug").unwrap().contains("reserved"));
    let made = browser
        .submit(form.with("name", HOSTILE).with("slug", "ours"))
        .await
        .expect(200);
    assert_eq!(made.path, "/console/ours/live/programs");
    let steps = browser.get("/console").await.expect(200);
    assert_eq!(steps.all(".steps .done").len(), 1);
    assert!(steps.words().contains(HOSTILE));
    assert!(
        steps
            .links()
            .contains(&"/console/ours/live/programs/new".to_owned())
    );
}

async fn add(browser: &Browser, [kid, algorithm, key]: [&str; 3]) -> Sheet {
    let page = browser.get("/console/ours/live/settings").await.expect(200);
    let form = page.form("/settings/keys").with("kid", kid);
    let form = form.with("algorithm", algorithm).with("key", key);
    browser.submit(form).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn member_token_keys_are_added_and_removed_and_secrets_never_shown() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let browser = server.owner_browser().await;
    let wrong = add(&browser, ["one", "EdDSA", SECRET]).await.expect(422);
    assert!(wrong.fault("key").unwrap().contains("Ed25519"));
    assert_eq!(wrong.form("/settings/keys").value("kid"), Some("one"));
    let added = add(&browser, ["one", "HS256", SECRET]).await.expect(200);
    assert!(!added.text.contains(SECRET));
    let twice = add(&browser, ["one", "HS256", SECRET]).await.expect(422);
    assert!(twice.fault("kid").is_some());
    let both = add(&browser, ["two", "EdDSA", PUBLIC]).await.expect(200);
    assert_eq!(both.all(".rows > li").len(), 2);
    assert!(both.words().contains("MCowBQYDK2VwAyEA"));
    // The secret that nobody is shown is still there after the other key is gone.
    let last = both.form("/settings/keys/remove").with("index", "1");
    let left = browser.submit(last.with("kid", "two")).await.expect(200);
    assert_eq!(left.all(".rows > li").len(), 1);
    let kept = app::projects::find_project(&server.app, "ours", domain::projects::Mode::Live)
        .await
        .unwrap();
    assert_eq!(kept.settings.member_tokens[0].key, SECRET);
    let gone = left.form("/settings/keys/remove").with("kid", "another");
    browser.submit(gone).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_are_for_those_who_may_change_them() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    let owner = server.owner_browser().await;
    let page = "/console/ours/live/settings";
    let form = owner.get(page).await.expect(200).form("");
    let empty = owner.submit(form.clone().with("name", " ")).await;
    assert!(empty.expect(422).fault("name").is_some());
    let renamed = owner.submit(form.with("name", HOSTILE)).await.expect(200);
    assert!(renamed.words().contains(HOSTILE));
    let developer = server.operator_browser(Role::Developer, Some(&ours)).await;
    let seen = developer.get(page).await.expect(200);
    assert!(!seen.has("form[action*=\"/settings\"]"));
    developer.post(page, &[("name", "Mine")]).await.expect(403);
    developer.get("/console/new").await.expect(403);
    let fields = [("name", "Mine"), ("slug", "mine")];
    developer.post("/console/new", &fields).await.expect(403);
    let list = developer.get("/console").await.expect(200);
    assert!(!list.has("a[href=\"/console/new\"]"));
}
