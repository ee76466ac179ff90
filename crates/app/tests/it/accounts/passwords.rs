use chrono::TimeDelta;
use domain::people::{LinkPurpose, Role};
use inviter_app::{
    AppResult,
    accounts::{
        SignedIn, change_password, check_link, invite_operator, issue_password_link,
        request_password_reset, reset_password,
    },
};
use kernel::{Actor, ProblemCode};

use super::{EMAIL, PASSWORD, device, secret, token};
use crate::fixture::{Fixture, refusal};

const NEW: &str = "four quiet otters";

async fn reset(f: &Fixture, token: &str, password: &str) -> AppResult<SignedIn> {
    reset_password(&f.app, &f.nobody(), token, password, device()).await
}

/// The field and the code of the only thing that is wrong.
fn flaw<T: std::fmt::Debug>(answer: AppResult<T>) -> (String, String) {
    let mut fields = answer.expect_err("this has to be refused").problem().fields;
    assert_eq!(fields.len(), 1, "{fields:?}");
    let field = fields.remove(0);
    (field.field, field.code)
}

#[tokio::test]
async fn whoever_forgot_their_password_chooses_another() {
    let f = Fixture::new().await;
    let (ada, before) = f.ada().await;
    let ask = async |email: &str| request_password_reset(&f.app, &f.nobody(), email, "zh-CN").await;
    ask("ada@EXAMPLE.com").await.unwrap();
    let link = f.mailed_link(EMAIL).await;
    assert!(
        link.as_str()
            .starts_with("https://invite.example/console/reset/"),
        "{link}"
    );
    let secret = secret(&link);
    assert!(
        check_link(&f.app, &f.nobody(), LinkPurpose::Password, &secret)
            .await
            .unwrap()
    );
    assert!(
        !check_link(&f.app, &f.nobody(), LinkPurpose::Enter, &secret)
            .await
            .unwrap()
    );
    assert_eq!(
        flaw(reset(&f, &secret, "short").await),
        ("password".to_owned(), "too_short".to_owned())
    );
    // The owner was signed in when they chose their first password: that session ends.
    assert!(f.opens(&token(&before)).await);
    let after = reset(&f, &secret, NEW).await.unwrap();
    assert!(!f.opens(&token(&before)).await && f.opens(&token(&after)).await);
    assert_eq!(
        refusal(reset(&f, &secret, PASSWORD).await),
        ProblemCode::Unauthenticated
    );
    assert!(
        !check_link(&f.app, &f.nobody(), LinkPurpose::Password, &secret)
            .await
            .unwrap()
    );
    assert_eq!(
        refusal(f.sign_in(EMAIL, PASSWORD).await),
        ProblemCode::Unauthenticated
    );
    assert!(f.sign_in(EMAIL, NEW).await.is_ok());
    assert_eq!(
        after.session.who,
        domain::people::SessionOwner::Operator(ada.id)
    );
}

#[tokio::test]
async fn asking_tells_nobody_who_is_known() {
    let f = Fixture::new().await;
    let (ada, _) = f.ada().await;
    let gone = f.added("gone@example.com", Role::Growth).await;
    f.set_disabled(&gone, true).await;
    for email in [
        EMAIL,
        "gone@example.com",
        "nobody@example.com",
        "",
        "no address",
    ] {
        request_password_reset(&f.app, &f.nobody(), email, "en")
            .await
            .unwrap();
    }
    assert_eq!(f.mails("gone@example.com").await.len(), 0);
    assert_eq!(f.mails("nobody@example.com").await.len(), 0);
    assert_eq!(f.mails(EMAIL).await.len(), 1);
    // Whoever asks on and on fills nobody's mailbox.
    for _ in 0..10 {
        request_password_reset(&f.app, &f.nobody(), EMAIL, "en")
            .await
            .unwrap();
    }
    assert_eq!(f.mails(EMAIL).await.len(), 5);
    f.added("other@example.com", Role::Owner).await;
    f.set_disabled(&ada, true).await;
}

#[tokio::test]
async fn a_link_works_for_an_hour_and_a_password_makes_all_of_them_useless() {
    let f = Fixture::new().await;
    let (ada, _) = f.ada().await;
    let ben = f.added("ben@example.com", Role::Owner).await;
    let issue = async |id| secret(&issue_password_link(&f.app, &f.cli(), id).await.unwrap());
    let late = issue(ada.id).await;
    f.clock.advance(TimeDelta::hours(1));
    assert_eq!(
        refusal(reset(&f, &late, NEW).await),
        ProblemCode::Unauthenticated
    );
    let first = issue(ben.id).await;
    f.clock
        .advance(TimeDelta::hours(72) - TimeDelta::seconds(1));
    assert!(
        reset(&f, &first, NEW).await.is_ok(),
        "the first password may take longer"
    );
    let old = issue(ada.id).await;
    let new = issue(ada.id).await;
    assert_eq!(
        refusal(reset(&f, &old, NEW).await),
        ProblemCode::Unauthenticated
    );
    f.set_disabled(&ada, true).await;
    assert_eq!(
        refusal(reset(&f, &new, NEW).await),
        ProblemCode::Unauthenticated
    );
    assert_eq!(
        refusal(issue_password_link(&f.app, &f.cli(), ada.id).await),
        ProblemCode::Conflict
    );
    f.set_disabled(&ada, false).await;
    assert_eq!(
        refusal(reset(&f, &new, NEW).await),
        ProblemCode::Unauthenticated,
        "it does not come back"
    );
}

#[tokio::test]
async fn an_operator_who_was_added_is_invited_to_choose_a_password() {
    let f = Fixture::new().await;
    let (ada, _) = f.ada().await;
    let as_ada = f.as_actor(Actor::Operator(ada.id));
    let ben = f.added("ben@example.com", Role::Growth).await;
    invite_operator(&f.app, &as_ada, ben.id, "en")
        .await
        .unwrap();
    let link = f.mailed_link("ben@example.com").await;
    assert!(f.mails("ben@example.com").await[0].contains("72 hours"));
    assert!(reset(&f, &secret(&link), NEW).await.is_ok());
    assert_eq!(
        refusal(invite_operator(&f.app, &as_ada, ben.id, "en").await),
        ProblemCode::Conflict
    );
    let as_ben = f.as_actor(Actor::Operator(ben.id));
    let cem = f.added("cem@example.com", Role::Growth).await;
    assert_eq!(
        refusal(invite_operator(&f.app, &as_ben, cem.id, "en").await),
        ProblemCode::Forbidden
    );
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let f = Fixture::new().await;
    let (ada, first) = f.ada().await;
    let second = f.sign_in(EMAIL, PASSWORD).await.unwrap();
    let ctx = f.as_actor(Actor::Operator(ada.id));
    let change = async |current: &str, new: &str| {
        change_password(&f.app, &ctx, current, new, second.session.id).await
    };
    let wrong = ("current_password".to_owned(), "wrong".to_owned());
    assert_eq!(flaw(change("another password", NEW).await), wrong);
    for (password, code) in [
        ("elevenchars", "too_short"),
        (&"x1y2z3".repeat(22), "too_long"),
        ("Password-1234", "too_common"),
        ("aaaaaaaaaaaaaa", "too_common"),
        ("abcabcabcabcabc", "too_common"),
        ("Ada@Example.com", "too_common"),
        ("Ada Lovelace", "too_common"),
    ] {
        let told = ("password".to_owned(), code.to_owned());
        f.sign_in(EMAIL, PASSWORD).await.unwrap();
        assert_eq!(flaw(change(PASSWORD, password).await), told, "{password}");
    }
    assert!(f.opens(&token(&first)).await);
    change(PASSWORD, NEW).await.unwrap();
    assert!(!f.opens(&token(&first)).await && f.opens(&token(&second)).await);
    assert!(f.sign_in(EMAIL, PASSWORD).await.is_err() && f.sign_in(EMAIL, NEW).await.is_ok());
    for _ in 0..10 {
        assert_eq!(flaw(change("another password", NEW).await), wrong);
    }
    assert_eq!(
        refusal(change(NEW, PASSWORD).await),
        ProblemCode::RateLimited
    );
    let nobody = change_password(&f.app, &f.nobody(), NEW, PASSWORD, second.session.id).await;
    assert_eq!(refusal(nobody), ProblemCode::Unauthenticated);
}

#[tokio::test]
async fn a_password_may_be_in_any_script_and_keeps_its_spaces() {
    let f = Fixture::new().await;
    let ada = f.added(EMAIL, Role::Owner).await;
    let link = issue_password_link(&f.app, &f.cli(), ada.id).await.unwrap();
    let password = " 春眠不觉晓处处闻啼鸟 🐦";
    reset(&f, &secret(&link), password).await.unwrap();
    assert!(f.sign_in(EMAIL, password).await.is_ok());
    assert!(f.sign_in(EMAIL, password.trim()).await.is_err());
}
