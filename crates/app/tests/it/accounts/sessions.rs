use chrono::TimeDelta;
use domain::people::Role;
use inviter_app::{
    accounts::{
        end_sessions, list_sessions, revoke_other_sessions, revoke_session, session_member,
        session_operator, sign_out,
    },
    followers,
    sweeps::forget_sessions,
};
use kernel::{Actor, ProblemCode};

use super::{EMAIL, PASSWORD, token};
use crate::fixture::{Fixture, refusal};

#[tokio::test]
async fn a_session_lasts_while_it_is_used_and_no_longer_than_ninety_days() {
    let f = Fixture::new().await;
    let (_, signed_in) = f.ada().await;
    let token = token(&signed_in);
    f.clock.advance(TimeDelta::days(14) - TimeDelta::seconds(1));
    assert!(f.opens(&token).await);
    for _ in 0..6 {
        f.clock.advance(TimeDelta::days(12));
        assert!(f.opens(&token).await);
    }
    let found = session_operator(&f.app, &f.nobody(), &token).await.unwrap();
    let (session, _) = found.unwrap();
    assert_eq!(session.expires_at, session.created_at + TimeDelta::days(90));
    f.clock.advance(TimeDelta::days(4) + TimeDelta::seconds(1));
    assert!(!f.opens(&token).await);
    let idle = super::token(&f.sign_in(EMAIL, PASSWORD).await.unwrap());
    f.clock.advance(TimeDelta::days(14));
    assert!(!f.opens(&idle).await);
    assert_eq!(
        forget_sessions(&f.app, &f.cli()).await.unwrap(),
        1 + 1,
        "a session and the link"
    );
}

#[tokio::test]
async fn that_a_session_was_seen_is_written_every_five_minutes() {
    let f = Fixture::new().await;
    let (ada, signed_in) = f.ada().await;
    let (token, own) = (token(&signed_in), f.as_actor(Actor::Operator(ada.id)));
    let seen = async || list_sessions(&f.app, &own).await.unwrap()[0].last_seen_at;
    f.clock
        .advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    let before = f.app.store().group_counts();
    assert!(f.opens(&token).await && f.opens(&token).await);
    assert_eq!(f.app.store().group_counts(), before, "nothing was written");
    f.clock.advance(TimeDelta::seconds(1));
    assert!(f.opens(&token).await && f.opens(&token).await);
    let at = signed_in.session.created_at + TimeDelta::minutes(5);
    assert_eq!(seen().await, at);
}

#[tokio::test]
async fn whoever_signs_out_is_out_at_once() {
    let f = Fixture::new().await;
    let (_, first) = f.ada().await;
    let second = f.sign_in(EMAIL, PASSWORD).await.unwrap();
    let (first, second) = (token(&first), token(&second));
    assert!(f.opens(&first).await);
    sign_out(&f.app, &f.nobody(), &first).await.unwrap();
    assert!(!f.opens(&first).await && f.opens(&second).await);
    sign_out(&f.app, &f.nobody(), &first).await.unwrap();
    sign_out(&f.app, &f.nobody(), "inv_ses_none").await.unwrap();
    for wrong in [
        "",
        "inv_ses_",
        &second.to_uppercase(),
        &format!("{second} "),
    ] {
        assert!(!f.opens(wrong).await, "{wrong}");
    }
    assert!(
        session_member(&f.app, &f.nobody(), &second)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn people_see_and_end_their_own_sessions() {
    let f = Fixture::new().await;
    let (ada, first) = f.ada().await;
    let second = f.sign_in(EMAIL, PASSWORD).await.unwrap();
    let third = f.sign_in(EMAIL, PASSWORD).await.unwrap();
    let ben = f.added("ben@example.com", Role::Owner).await;
    let (as_ada, as_ben) = (Actor::Operator(ada.id), Actor::Operator(ben.id));
    let (as_ada, as_ben) = (f.as_actor(as_ada), f.as_actor(as_ben));
    let listed = list_sessions(&f.app, &as_ada).await.unwrap();
    assert_eq!(listed.len(), 3);
    assert!(list_sessions(&f.app, &as_ben).await.unwrap().is_empty());
    assert_eq!(
        refusal(revoke_session(&f.app, &as_ben, first.session.id).await),
        ProblemCode::NotFound
    );
    for signed_in in [&first, &second, &third] {
        assert!(f.opens(&token(signed_in)).await);
    }
    revoke_session(&f.app, &as_ada, first.session.id)
        .await
        .unwrap();
    assert!(!f.opens(&token(&first)).await && f.opens(&token(&second)).await);
    revoke_other_sessions(&f.app, &as_ada, third.session.id)
        .await
        .unwrap();
    assert!(!f.opens(&token(&second)).await && f.opens(&token(&third)).await);
    assert_eq!(list_sessions(&f.app, &as_ada).await.unwrap().len(), 1);
    end_sessions(&f.app, &as_ben, ada.id).await.unwrap();
    assert!(!f.opens(&token(&third)).await);
    let analyst = f.added("analyst@example.com", Role::Analyst).await;
    let as_analyst = f.as_actor(Actor::Operator(analyst.id));
    assert_eq!(
        refusal(end_sessions(&f.app, &as_analyst, ada.id).await),
        ProblemCode::Forbidden
    );
    for ctx in [f.cli(), f.nobody()] {
        assert!(list_sessions(&f.app, &ctx).await.is_err());
    }
}

#[tokio::test]
async fn a_disabled_operator_is_out_at_once_and_stays_out() {
    let f = Fixture::new().await;
    f.added("other@example.com", Role::Owner).await;
    let (ada, signed_in) = f.ada().await;
    let token = token(&signed_in);
    assert!(f.opens(&token).await);
    f.set_disabled(&ada, true).await;
    assert!(!f.opens(&token).await);
    assert_eq!(
        refusal(f.sign_in(EMAIL, PASSWORD).await),
        ProblemCode::Unauthenticated
    );
    f.set_disabled(&ada, false).await;
    assert!(!f.opens(&token).await, "what was open stays closed");
    assert!(f.sign_in(EMAIL, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn other_processes_forget_what_was_ended_here() {
    let f = Fixture::new().await;
    f.added("other@example.com", Role::Owner).await;
    let (ada, first) = f.ada().await;
    let second = f.sign_in(EMAIL, PASSWORD).await.unwrap();
    let (other, _tasks) = f.beside().await;
    let (first, second) = (token(&first), token(&second));
    let opens = async |token: &str| {
        let found = session_operator(&other, &f.nobody(), token).await;
        found.unwrap().is_some()
    };
    let watch = followers::watch(&other);
    let catch_up = async |after: i64| {
        for entry in f.app.store().read().log_after(after, 500).await.unwrap() {
            watch.see(&entry);
        }
    };
    assert!(opens(&first).await && opens(&second).await);
    let head = async || f.app.store().read().log_head().await.unwrap();
    let after = head().await;
    sign_out(&f.app, &f.nobody(), &first).await.unwrap();
    catch_up(after).await;
    assert!(!opens(&first).await && opens(&second).await);
    let after = head().await;
    f.set_disabled(&ada, true).await;
    catch_up(after).await;
    assert!(!opens(&second).await);
}
