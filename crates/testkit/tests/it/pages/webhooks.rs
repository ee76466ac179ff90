use std::time::Duration;

use axum::http::StatusCode;
use inviter_testkit::{Browser, Form, Sheet, TestApp};
use tokio::{net::TcpListener, task::JoinSet};

use super::keys::MARKUP;

const WEBHOOKS: &str = "/console/ours/live/webhooks";

/// A server with a project, its owner's browser, and the form of a new endpoint.
async fn beginning() -> (TestApp, Browser, Form) {
    let server = TestApp::start().await;
    server.project("ours").await;
    let browser = server.owner_browser().await;
    let new = browser.get(&format!("{WEBHOOKS}/new")).await.expect(200);
    (server, browser, new.form(""))
}

/// The page of the one endpoint there is.
async fn sheet_of_endpoint(browser: &Browser) -> Sheet {
    let list = browser.get(WEBHOOKS).await.expect(200);
    let endpoint = list.attribute("td.head a", "href").unwrap();
    browser.get(&endpoint).await.expect(200)
}

/// The page at `path`, looked at until it is as wanted, for half a minute at most.
async fn await_sheet(browser: &Browser, path: &str, wanted: impl Fn(&Sheet) -> bool) -> Sheet {
    let mut sheet = browser.get(path).await.expect(200);
    for _ in 0..300 {
        if wanted(&sheet) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        sheet = browser.get(path).await.expect(200);
    }
    sheet
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::too_many_lines, reason = "one story, told in one go")]
async fn an_endpoint_is_added_tried_changed_and_deleted() {
    let (server, browser, form) = beginning().await;
    for wrong in ["", "no address", MARKUP, "ftp://example.com/"] {
        let typed = form
            .clone()
            .with("url", wrong)
            .with_all("events", &["reward.granted"]);
        let again = browser.submit(typed).await.expect(422);
        assert!(again.fault("url").is_some(), "{wrong}");
        let kept = again.form("");
        assert_eq!(kept.value("url"), Some(wrong));
        assert_eq!(kept.values("events"), ["reward.granted"]);
    }
    // Nobody listens there: every try fails.
    let url = "http://127.0.0.1:9/hooks";
    let typed = form
        .with("url", url)
        .with_all("events", &["reward.granted"]);
    let made = browser.submit(typed).await.expect(200);
    assert!(made.all("#secret").remove(0).starts_with("whsec_"));

    let sheet = sheet_of_endpoint(&browser).await;
    let endpoint = sheet.path.clone();
    let message = browser.submit(sheet.form("/test")).await.expect(200);
    assert!(
        message.path.contains("/webhooks/messages/msg_"),
        "{}",
        message.path
    );
    let list = browser.get(WEBHOOKS).await.expect(200);
    assert_eq!(list.all("td[data-label='Latest messages']"), ["1 waiting"]);
    let mut message = message;
    for tries in 1..=3 {
        // Time does not run on during a try, which would be given up for lost.
        let tried = |sheet: &Sheet| sheet.all(".trail > li.bad").len();
        message = await_sheet(&browser, &message.path, |sheet| tried(sheet) == tries).await;
        assert_eq!(tried(&message), tries, "{}", message.words());
        server.advance(chrono::TimeDelta::hours(2));
    }
    let words = message.words();
    assert!(words.contains("Nothing listens at the address"), "{words}");
    let chinese = browser.get(&format!("{}?lang=zh", message.path)).await;
    let words = chinese.words();
    assert!(words.contains("该地址没有服务在监听"), "{words}");
    let again = browser.submit(message.form("/retry")).await.expect(200);
    assert!(!again.has("form[action$='/retry']"), "it waits already");
    let failed = browser
        .get(&format!("{endpoint}?state=delivered"))
        .await
        .expect(200);
    assert!(!failed.has("td.head"), "none was delivered");

    let edit = browser
        .get(&format!("{endpoint}/edit"))
        .await
        .expect(200)
        .form("");
    assert_eq!(edit.value("url"), Some(url));
    let saved = browser
        .submit(edit.with_all("events", &[]))
        .await
        .expect(200);
    assert_eq!(saved.path, endpoint);
    let paused = browser.submit(saved.form("/pause")).await.expect(200);
    assert!(
        !paused.has("form[action$='/test']"),
        "a paused endpoint is not tried"
    );
    let resumed = browser.submit(paused.form("/resume")).await.expect(200);
    let rotated = browser.submit(resumed.form("/rotate")).await.expect(200);
    assert!(rotated.has("#secret"));
    let gone = browser.submit(resumed.form("/delete")).await.expect(200);
    assert_eq!(gone.path, WEBHOOKS);
    browser.get(&endpoint).await.expect(404);
}

/// A receiver that answers 410 to whatever comes, as long as its task is held; its address.
async fn gone() -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = axum::Router::new().fallback(async || StatusCode::GONE);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, answer).await.unwrap() });
    (format!("http://{address}/hooks"), tasks)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_whose_receiver_is_gone_says_why_it_is_paused() {
    let (_server, browser, form) = beginning().await;
    let (url, _receiver) = gone().await;
    let typed = form.with("url", &url);
    browser.submit(typed).await.expect(200);
    let sheet = sheet_of_endpoint(&browser).await;
    let endpoint = sheet.path.clone();
    assert!(!sheet.has(".note"), "nothing was sent yet");
    browser.submit(sheet.form("/test")).await.expect(200);
    let paused = |sheet: &Sheet| sheet.has("form[action$='/resume']");
    let sheet = await_sheet(&browser, &endpoint, paused).await;
    let told = sheet.all(".note").join(" ");
    assert!(told.contains("answered with 410 Gone"), "{told}");
    let resumed = browser.submit(sheet.form("/resume")).await.expect(200);
    assert!(
        !resumed.words().contains("410 Gone"),
        "it is not paused any more"
    );
}
