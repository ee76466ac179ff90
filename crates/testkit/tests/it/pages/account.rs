use domain::people::Role;
use inviter_testkit::{PASSWORD, TestApp};

use super::keys::MARKUP;

const ACCOUNT: &str = "/console/account";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_are_listed_and_ended() {
    let server = TestApp::start().await;
    let here = server.owner_browser().await;
    let me = server.person(Role::Owner, None).await;
    let there = server.browser();
    let form = there.get("/console/sign-in").await.form("/console/sign-in");
    there
        .submit(form.with("email", &me.email).with("password", PASSWORD))
        .await;
    let page = here.get(ACCOUNT).await.expect(200);
    assert!(
        page.words().contains("Firefox on Linux"),
        "{}",
        page.words()
    );
    here.submit(page.form("/others/end")).await.expect(200);
    let outside = there.get(ACCOUNT).await;
    assert!(
        outside.path.starts_with("/console/sign-in"),
        "{}",
        outside.path
    );
    here.get(ACCOUNT).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_is_changed_by_whoever_knows_it() {
    let server = TestApp::start().await;
    let browser = server.owner_browser().await;
    let form = browser.get(ACCOUNT).await.expect(200).form("/password");
    let wrong = form.clone().with("current_password", "something else");
    let refused = browser
        .submit(wrong.with("password", "four brave herons"))
        .await
        .expect(422);
    assert!(refused.fault("current_password").is_some());
    let short = form.clone().with("current_password", PASSWORD);
    let refused = browser
        .submit(short.with("password", "short"))
        .await
        .expect(422);
    assert!(refused.fault("password").is_some());
    let right = form
        .with("current_password", PASSWORD)
        .with("password", "four brave herons");
    let changed = browser.submit(right).await.expect(200);
    assert_eq!(changed.path, ACCOUNT);
    assert!(!changed.all(".toast").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_one_s_own_is_made_and_revoked() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let browser = server.owner_browser().await;
    let form = browser.get(ACCOUNT).await.expect(200).form("/tokens");
    let refused = browser
        .submit(form.clone().with("days", "30"))
        .await
        .expect(422);
    assert!(refused.fault("name").is_some());
    assert_eq!(refused.form("/tokens").value("days"), Some("30"));
    let made = browser.submit(form.with("name", MARKUP)).await.expect(200);
    let secret = made.all("#secret").remove(0);
    let client = server
        .anonymous()
        .with("authorization", format!("Bearer {secret}"))
        .with("inviter-project", "ours");
    client.get("/api/v1/programs").await.expect(200);
    let page = browser.get(ACCOUNT).await.expect(200);
    assert!(page.words().contains(MARKUP));
    browser.submit(page.form("/revoke")).await.expect(200);
    client.get("/api/v1/programs").await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forgotten_password_is_chosen_again_by_a_link_that_works_once() {
    let server = TestApp::start().await;
    let before = server.owner_browser().await;
    let me = server.person(Role::Owner, None).await;
    let browser = server.browser();
    let form = browser
        .get("/console/reset")
        .await
        .expect(200)
        .form("/console/reset");
    let unknown = browser
        .submit(form.clone().with("email", "nobody@inviter.example"))
        .await;
    let known = browser.submit(form.with("email", &me.email)).await;
    assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
    let link = server.mailed_link(&me.email, "/console/reset/").await;
    let choose = browser.get(&link).await.expect(200).form("");
    let inside = browser
        .submit(choose.clone().with("password", "four brave herons"))
        .await;
    assert!(inside.expect(200).path.starts_with("/console"));
    browser
        .submit(choose.with("password", "five brave herons"))
        .await
        .expect(410);
    let outside = before.get(ACCOUNT).await;
    assert!(
        outside.path.starts_with("/console/sign-in"),
        "what was open is closed"
    );
}
