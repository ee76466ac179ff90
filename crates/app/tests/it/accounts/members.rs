use chrono::TimeDelta;
use domain::{
    people::{LinkPurpose, SessionOwner},
    projects::Mode,
};
use inviter_app::{
    AppResult,
    accounts::{
        SignedIn, check_link, enter_with_link, enter_with_token, list_sessions,
        request_member_link, revoke_other_sessions, session_member, session_operator, sign_out,
    },
    members::{NewMember, upsert_member},
};
use kernel::{Actor, ProblemCode};
use serde_json::json;

use super::{device, secret, token};
use crate::{
    fixture::{Fixture, refusal, wrong_fields},
    me::{claims, ed, with_ed},
};

const BEN: &str = "ben@example.org";

async fn ben(f: &Fixture) -> domain::members::Member {
    let new = NewMember {
        external_id: Some("ben".to_owned()),
        email: Some(BEN.to_owned()),
        ..NewMember::default()
    };
    upsert_member(&f.app, &f.cli(), f.id(), new).await.unwrap()
}

async fn ask(f: &Fixture, program: Option<&str>, email: &str) -> AppResult<()> {
    request_member_link(
        &f.app,
        &f.nobody(),
        "acme",
        Mode::Live,
        program,
        email,
        "en",
    )
    .await
}

async fn enter(f: &Fixture, token: &str) -> AppResult<SignedIn> {
    enter_with_link(&f.app, &f.nobody(), token, device()).await
}

#[tokio::test]
async fn a_member_comes_in_by_a_link_once() {
    let f = Fixture::new().await;
    let ben = ben(&f).await;
    ask(&f, Some("friends"), " BEN@example.org ").await.unwrap();
    let link = f.mailed_link(BEN).await;
    assert!(
        link.as_str()
            .starts_with("https://invite.example/me/enter/"),
        "{link}"
    );
    assert_eq!(link.query(), Some("program=friends"));
    let secret = secret(&link);
    assert!(
        check_link(&f.app, &f.nobody(), LinkPurpose::Enter, &secret)
            .await
            .unwrap()
    );
    let signed_in = enter(&f, &secret).await.unwrap();
    assert_eq!(signed_in.max_age.as_secs(), 180 * 24 * 3600);
    assert_eq!(
        refusal(enter(&f, &secret).await),
        ProblemCode::Unauthenticated
    );
    let token = token(&signed_in);
    let (session, member) = session_member(&f.app, &f.nobody(), &token)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (member.clone(), session.who),
        (
            ben.clone(),
            SessionOwner::Member {
                project: f.id(),
                member: ben.id
            }
        )
    );
    assert!(
        session_operator(&f.app, &f.nobody(), &token)
            .await
            .unwrap()
            .is_none()
    );
    let own = f.as_actor(Actor::Member(ben.id));
    assert_eq!(list_sessions(&f.app, &own).await.unwrap(), [session]);
    sign_out(&f.app, &own, &token).await.unwrap();
    assert!(
        session_member(&f.app, &f.nobody(), &token)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_link_works_for_half_an_hour_and_for_one_project() {
    let f = Fixture::new().await;
    ben(&f).await;
    ask(&f, Some("no-such"), BEN).await.unwrap();
    let link = f.mailed_link(BEN).await;
    assert_eq!(link.query(), None, "an unknown program is not carried on");
    f.clock.advance(TimeDelta::minutes(30));
    assert_eq!(
        refusal(enter(&f, &secret(&link)).await),
        ProblemCode::Unauthenticated
    );
    f.project("shop").await;
    for (slug, mode) in [("shop", Mode::Live), ("acme", Mode::Test)] {
        request_member_link(&f.app, &f.nobody(), slug, mode, None, BEN, "en")
            .await
            .unwrap();
    }
    assert_eq!(f.mails(BEN).await.len(), 1, "there they are nobody");
}

#[tokio::test]
async fn nobody_learns_who_is_a_member() {
    let f = Fixture::new().await;
    ben(&f).await;
    assert!(ask(&f, None, "nobody@example.org").await.is_ok());
    assert!(f.mails("nobody@example.org").await.is_empty());
    assert_eq!(wrong_fields(ask(&f, None, "nobody").await), ["email"]);
    let none =
        request_member_link(&f.app, &f.nobody(), "no-such", Mode::Live, None, BEN, "en").await;
    assert_eq!(refusal(none), ProblemCode::NotFound);
}

#[tokio::test]
async fn a_member_comes_in_with_the_host_applications_word() {
    let f = with_ed().await;
    let jwt = ed(&claims(&f, json!({})));
    let come = async |jwt: &str| {
        enter_with_token(&f.app, &f.nobody(), "acme", Mode::Live, jwt, device()).await
    };
    let first = come(&jwt).await.unwrap();
    let second = come(&jwt).await.unwrap();
    assert_ne!(token(&first), token(&second));
    assert_eq!(refusal(come("forged").await), ProblemCode::Unauthenticated);
    let SessionOwner::Member { member, .. } = first.session.who else {
        panic!("a member");
    };
    let own = f.as_actor(Actor::Member(member));
    revoke_other_sessions(&f.app, &own, second.session.id)
        .await
        .unwrap();
    let opens = async |signed_in: &SignedIn| {
        let found = session_member(&f.app, &f.nobody(), &token(signed_in)).await;
        found.unwrap().is_some()
    };
    assert!(!opens(&first).await && opens(&second).await);
    f.clock.advance(TimeDelta::days(30));
    assert!(!opens(&second).await);
}
