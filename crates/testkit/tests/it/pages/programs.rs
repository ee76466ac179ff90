//! Programs in the console: made, edited rule by rule, started, compared.

use domain::people::Role;
use inviter_testkit::{Browser, Sheet, TestApp};

const PROGRAMS: &str = "/console/ours/live/programs";
const HOSTILE: &str = "\"><script>alert(1)</script>{{7*7}}";

/// A new referral program: its editor.
async fn draft(browser: &Browser) -> Sheet {
    let form = browser
        .get(&format!("{PROGRAMS}/new"))
        .await
        .expect(200)
        .form("");
    let form = form.with("name", "Friends").with("slug", "friends");
    browser.submit(form).await.expect(200)
}

fn home(editor: &Sheet) -> String {
    editor.path.trim_end_matches("/edit").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_is_made_edited_and_started_without_scripts() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let browser = server.owner_browser().await;
    let empty = browser.get(PROGRAMS).await.expect(200);
    assert!(empty.words().contains("No programs yet"));

    let editor = draft(&browser).await;
    let home = home(&editor);
    let form = editor
        .form("/edit")
        .with("rules[0].then.inviter.amount", "10.50")
        .with("rules[0].then.inviter.unit", "usd")
        .with("rules[0].limits.per_month", "10")
        .with("rules[0].hold_days", "14")
        .press("do", "add rules milestone");
    let editor = browser.submit(form).await.expect(200);
    let both = "When an invited friend becomes active, the inviter gets 10.50 USD and the friend gets 100 credits, at \
                most 10 times a month, held for 14 days.";
    let milestone = "Once 5 invited friends have signed up, the inviter gets 100 credits.";
    assert_eq!(editor.all(".rule .sentence"), [both, milestone]);

    let up = editor.form("/edit").press("do", "up rules[1]");
    let editor = browser.submit(up).await.expect(200);
    assert_eq!(editor.all(".rule .sentence"), [milestone, both]);

    let saved = browser
        .submit(editor.form("/edit").press("do", "save"))
        .await
        .expect(200);
    assert_eq!(saved.path, home);
    assert_eq!(saved.all(".sentences li"), [milestone, both]);
    // What was typed as 10.50 is kept in cents, and shown as 10.50 again.
    let again = browser.get(&format!("{home}/edit")).await.expect(200);
    let again = again.form("/edit");
    assert_eq!(again.value("rules[1].then.inviter.amount"), Some("10.50"));

    let started = browser.submit(saved.form("/activate")).await.expect(200);
    assert!(started.words().contains("The program is running."));
    let paused = browser.submit(started.form("/pause")).await.expect(200);
    let ended = browser.submit(paused.form("/end")).await.expect(200);
    assert!(!ended.has("form[action$=\"/activate\"]"));
    let closed = browser.get(&format!("{home}/edit")).await.expect(200);
    assert_eq!(closed.path, home);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_wrongly_stays_and_is_told_at_the_field() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let browser = server.owner_browser().await.in_chinese();
    let form = browser
        .get(&format!("{PROGRAMS}/new"))
        .await
        .expect(200)
        .form("");
    let form = form.with("name", HOSTILE).with("slug", "No Slug");
    let sheet = browser.submit(form).await.expect(422);
    assert_eq!(sheet.form("").value("name"), Some(HOSTILE));
    assert!(sheet.fault("slug").unwrap().contains("小写字母"));

    let editor = draft(&browser).await;
    let form = editor
        .form("/edit")
        .with("name", "")
        .with("landing_url", "nowhere")
        .with("rules[0].then.inviter.amount", "ten")
        .with("rules[0].then.invitee.unit", "no unit")
        .with("rules[0].hold_days", "-1")
        .with("risk.hold_at", "90")
        .press("do", "save");
    let again = browser.submit(form).await.expect(422);
    let form = again.form("/edit");
    for (field, typed) in [
        ("landing_url", "nowhere"),
        ("rules[0].then.inviter.amount", "ten"),
        ("rules[0].then.invitee.unit", "no unit"),
        ("rules[0].hold_days", "-1"),
    ] {
        assert_eq!(form.value(field), Some(typed));
        assert!(again.fault(field).is_some(), "{field}");
    }
    assert!(again.fault("name").is_some());
    assert!(again.fault("risk.review_at").is_some());
    let kept = browser.get(&home(&editor)).await.expect(200);
    assert_eq!(kept.heading(), "Friends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_else_saved_meanwhile_is_shown_and_nothing_typed_is_lost() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let browser = server.owner_browser().await;
    let editor = draft(&browser).await;
    let first = editor
        .form("/edit")
        .with("attribution.click_window_days", "60")
        .with("rules[0].limits.total", "7");
    browser.submit(first.press("do", "save")).await.expect(200);
    let second = editor.form("/edit").with("description", "Mine");
    let conflict = browser.submit(second.press("do", "save")).await.expect(409);
    let changes = conflict.all(".changes tbody tr").join("; ");
    assert!(
        changes.contains("A link counts for (days) 30 60"),
        "{changes}"
    );
    assert!(
        changes.contains("7 times for everybody together"),
        "{changes}"
    );
    let form = conflict.form("/edit");
    assert_eq!(form.value("description"), Some("Mine"));
    assert_eq!(form.value("version"), Some("2"));
    // The same form again, now knowing of the other version, is saved; sent twice it is saved once.
    browser
        .submit(form.clone().press("do", "save"))
        .await
        .expect(200);
    browser.submit(form.press("do", "save")).await.expect(200);
    let versions = browser
        .get(&format!("{}/versions?from=1&to=3", home(&editor)))
        .await
        .expect(200);
    assert_eq!(versions.all(".changes tbody tr"), ["Description – Mine"]);
    browser
        .get(&format!("{}/versions?from=1&to=9", home(&editor)))
        .await
        .expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::too_many_lines, reason = "one story, told in one go")]
async fn every_kind_of_rule_comes_back_as_it_was_written() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let browser = server.owner_browser().await;
    let mut editor = draft(&browser).await;
    for press in [
        "add rules fixed",
        "add rules tiered",
        "add rules[1].if",
        "add rules[1].if",
        "add rules[2].then.tiers",
        "add budgets",
    ] {
        let form = editor.form("/edit").press("do", press);
        editor = browser.submit(form).await.expect(200);
    }
    let mut types = editor
        .form("/edit")
        .with("rules[1].then.reward.type", "custom")
        .with("rules[1].if[0].field", "unit")
        .with("rules[1].if[1].field", "properties")
        .with("rules[2].then.tiers[0].reward.type", "badge")
        .with("rules[2].then.tiers[1].reward.type", "entitlement");
    // Without scripts a button shows the fields of what was chosen; it stands where scripts would hide it.
    types.fields.push(("do".to_owned(), "redraw".to_owned()));
    let editor = browser.submit(types).await.expect(200);
    let typed = [
        ("rules[1].then.reward.name", HOSTILE),
        ("rules[1].then.reward.data", "{\"size\":\"L\"}"),
        ("rules[1].if[0].op", "eq"),
        ("rules[1].if[0].value", "usd"),
        ("rules[1].if[1].property", "plan"),
        ("rules[1].if[1].op", "in"),
        ("rules[1].if[1].value", "3, true, \"a, b\""),
        ("rules[2].then.tiers[0].reward.name", "Pioneer"),
        ("rules[2].then.tiers[1].from", "10"),
        ("rules[2].then.tiers[1].reward.feature", "pro_plan"),
        ("rules[2].then.tiers[1].reward.days", "7"),
        ("budgets[0].unit", "usd"),
        ("budgets[0].amount", "1,000.50"),
        ("starts_at", "2026-06-01T08:30:15"),
        ("ends_at", "2026-07-01T08:30"),
        ("quota.invites", "3"),
    ];
    let form = typed
        .iter()
        .fold(editor.form("/edit"), |form, (name, value)| {
            form.with(name, value)
        });
    let saved = browser.submit(form.press("do", "save")).await.expect(200);
    assert!(
        saved.path.ends_with(home(&editor).as_str()),
        "{}",
        saved.path
    );
    let again = browser
        .get(&format!("{}/edit", home(&editor)))
        .await
        .expect(200)
        .form("/edit");
    for (name, value) in typed
        .iter()
        .filter(|(name, _)| *name != "budgets[0].amount")
    {
        assert_eq!(again.value(name), Some(*value));
    }
    assert_eq!(again.value("budgets[0].amount"), Some("1000.50"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_change_programs_sees_no_way_to() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    let theirs = server.project("theirs").await;
    let owner = server.owner_browser().await;
    let editor = draft(&owner).await;
    let home = home(&editor);
    let analyst = server.operator_browser(Role::Analyst, Some(&ours)).await;
    let list = analyst.get(PROGRAMS).await.expect(200);
    assert!(!list.has("a[href$=\"/programs/new\"]"));
    let page = analyst.get(&home).await.expect(200);
    assert!(!page.has("form[action*=\"/programs/\"]") && !page.has("a[href$=\"/edit\"]"));
    analyst.get(&format!("{home}/versions")).await.expect(200);
    for path in ["/edit", "/new"] {
        let base = if path == "/new" { PROGRAMS } else { &home };
        analyst.get(&format!("{base}{path}")).await.expect(403);
        analyst
            .post(&format!("{base}{path}"), &[])
            .await
            .expect(403);
    }
    for verb in ["activate", "pause", "end"] {
        analyst
            .post(&format!("{home}/{verb}"), &[])
            .await
            .expect(403);
    }
    let stranger = server.operator_browser(Role::Admin, Some(&theirs)).await;
    for path in [PROGRAMS.to_owned(), home.clone(), format!("{home}/edit")] {
        stranger.get(&path).await.expect(404);
        let moved = path.replace("/ours/", "/theirs/");
        if moved != "/console/theirs/live/programs" {
            stranger.get(&moved).await.expect(404);
        }
    }
    owner.get(&format!("{PROGRAMS}/nonsense")).await.expect(404);
}
