//! What somebody with bad intentions tries at the door.

use domain::people::Role;
use inviter_testkit::{Browser, PASSWORD, Sheet, TestApp};
use reqwest::Method;

const SESSION: &str = "inviter_session";

/// Fills in the sign-in form that is shown at a path.
async fn sign_in(browser: &Browser, path: &str, email: &str, password: &str) -> Sheet {
    let sheet = browser.get(path).await.expect(200);
    let form = sheet.form("/console/sign-in");
    browser
        .submit(form.with("email", email).with("password", password))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_signed_out_is_asked_to_sign_in_and_comes_back() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let owner = server.person(Role::Owner, None).await;
    server.give_password(&owner).await;
    let browser = server.browser();
    let asked = browser.get("/console/ours/live?days=7").await.expect(200);
    assert_eq!(
        asked.path,
        "/console/sign-in?next=%2Fconsole%2Fours%2Flive%3Fdays%3D7"
    );
    let wrong = sign_in(&browser, &asked.path, &owner.email, "not the password")
        .await
        .expect(422);
    assert_eq!(
        wrong.form("/console/sign-in").value("email"),
        Some(owner.email.as_str())
    );
    let inside = sign_in(&browser, &asked.path, &owner.email, PASSWORD)
        .await
        .expect(200);
    assert_eq!(inside.path, "/console/ours/live?days=7");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_another_site_changes_nothing() {
    let server = TestApp::start().await;
    let browser = server.owner_browser().await;
    let foreign: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", ""), ("origin", "https://evil.example")],
        &[("sec-fetch-site", ""), ("origin", "null")],
        &[("sec-fetch-site", ""), ("origin", "")],
    ];
    for headers in foreign {
        let refused = browser
            .once(Method::POST, "/console/sign-out", &[], headers)
            .await;
        assert_eq!(refused.status, 403, "{headers:?}");
        browser.get("/console/parts").await.expect(200);
        assert!(browser.cookie(SESSION).is_some(), "{headers:?}");
    }
    browser.post("/console/sign-out", &[]).await.expect(200);
    assert!(browser.cookie(SESSION).is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cookie_that_was_planted_is_not_the_session() {
    let server = TestApp::start().await;
    let owner = server.person(Role::Owner, None).await;
    server.give_password(&owner).await;
    let (victim, attacker) = (server.browser(), server.browser());
    let planted = format!("inv_ses_{}", "a".repeat(39));
    victim.keep(SESSION, &planted);
    attacker.keep(SESSION, &planted);
    sign_in(&victim, "/console/sign-in", &owner.email, PASSWORD).await;
    let own = victim.cookie(SESSION).unwrap();
    assert_ne!(own, planted);
    let outside = attacker.get("/console/parts").await;
    assert!(
        outside.path.starts_with("/console/sign-in"),
        "{}",
        outside.path
    );
    // What was the session is none after signing out, and the next one is new.
    victim.post("/console/sign-out", &[]).await;
    attacker.keep(SESSION, &own);
    let outside = attacker.get("/console/parts").await;
    assert!(
        outside.path.starts_with("/console/sign-in"),
        "{}",
        outside.path
    );
    sign_in(&victim, "/console/sign-in", &owner.email, PASSWORD).await;
    assert_ne!(victim.cookie(SESSION).unwrap(), own);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_link_leads_away_from_here() {
    let server = TestApp::start().await;
    let owner = server.person(Role::Owner, None).await;
    server.give_password(&owner).await;
    let browser = server.browser();
    let fields = |name: &str, value: &str| {
        let fields = [
            ("email", owner.email.as_str()),
            ("password", PASSWORD),
            (name, value),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let elsewhere = [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
    ];
    for place in elsewhere {
        for (path, name) in [("/console/sign-in", "next"), ("/preferences", "back")] {
            let answer = browser
                .once(Method::POST, path, &fields(name, place), &[])
                .await;
            assert_eq!(
                answer.leads_to().as_deref(),
                Some("/console"),
                "{path} {place:?}"
            );
        }
    }
    let here = browser
        .once(
            Method::POST,
            "/preferences",
            &fields("back", "/console?a=b"),
            &[],
        )
        .await;
    assert_eq!(here.leads_to().as_deref(), Some("/console?a=b"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_guesses_is_held_back_and_learns_nothing() {
    let server = TestApp::start().await;
    let owner = server.person(Role::Owner, None).await;
    server.give_password(&owner).await;
    let browser = server.browser();
    let mut answers = Vec::new();
    for email in [owner.email.as_str(), "nobody@inviter.example"] {
        let mut words = Vec::new();
        for number in 0..11 {
            let password = format!("guess number {number}");
            let sheet = sign_in(&browser, "/console/sign-in", email, &password)
                .await
                .expect(422);
            words.push(sheet.all(".note"));
        }
        assert_ne!(words[9], words[10], "the eleventh guess is not looked at");
        answers.push(words);
    }
    assert_eq!(
        answers[0], answers[1],
        "a known e-mail is answered as an unknown one"
    );
    // Even the right password waits now.
    let held = sign_in(&browser, "/console/sign-in", &owner.email, PASSWORD)
        .await
        .expect(422);
    assert_eq!(held.all(".note"), answers[0][10]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_session_s_cookie_is_kept_from_scripts_and_other_sites() {
    let server = TestApp::start().await;
    let owner = server.person(Role::Owner, None).await;
    server.give_password(&owner).await;
    let fields = [("email", owner.email.as_str()), ("password", PASSWORD)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let answer = server
        .browser()
        .once(Method::POST, "/console/sign-in", &fields, &[])
        .await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    for wanted in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(wanted), "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_form_makes_no_key() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let browser = server.owner_browser().await;
    let keys = "/console/ours/live/keys";
    let fields = [("name", "stolen"), ("scopes", "codes:read")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let headers = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ];
    let refused = browser
        .once(Method::POST, &format!("{keys}/new"), &fields, &headers)
        .await;
    assert_eq!(refused.status, 403);
    assert!(
        !browser
            .get(keys)
            .await
            .expect(200)
            .words()
            .contains("stolen")
    );
}
