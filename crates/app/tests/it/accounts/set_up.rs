use chrono::TimeDelta;
use domain::people::{LinkPurpose, Role};
use inviter_app::{
    AppResult,
    accounts::{
        NewOwner, SignedIn, check_link, issue_setup_link, session_operator, set_up_owner,
        setup_open,
    },
};
use kernel::{Actor, ProblemCode};

use super::{EMAIL, PASSWORD, device, secret, token};
use crate::fixture::{Fixture, refusal, wrong_fields};

fn owner(email: &str, password: &str) -> NewOwner {
    NewOwner {
        email: email.to_owned(),
        name: "Ada Lovelace".to_owned(),
        password: password.into(),
    }
}

async fn link(f: &Fixture) -> String {
    let link = issue_setup_link(&f.app, &f.cli()).await.unwrap().unwrap();
    assert!(
        link.as_str()
            .starts_with("https://invite.example/console/set-up/")
    );
    secret(&link)
}

async fn set_up(f: &Fixture, token: &str, new: NewOwner) -> AppResult<SignedIn> {
    set_up_owner(&f.app, &f.nobody(), token, new, device()).await
}

#[tokio::test]
async fn the_first_owner_makes_their_account_once_and_for_all() {
    let f = Fixture::new().await;
    assert!(setup_open(&f.app, &f.nobody()).await.unwrap());
    let first = link(&f).await;
    let second = link(&f).await;
    let check =
        async |token: &str| check_link(&f.app, &f.nobody(), LinkPurpose::SetUp, token).await;
    assert!(
        !check(&first).await.unwrap(),
        "the next one makes it useless"
    );
    assert!(check(&second).await.unwrap());
    assert_eq!(
        refusal(set_up(&f, &first, owner(EMAIL, PASSWORD)).await),
        ProblemCode::Unauthenticated
    );
    let signed_in = set_up(&f, &second, owner(EMAIL, PASSWORD)).await.unwrap();
    let (session, operator) = session_operator(&f.app, &f.nobody(), &token(&signed_in))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(session, signed_in.session);
    assert_eq!(
        (operator.email.as_str(), operator.roles[0].role),
        (EMAIL, Role::Owner)
    );
    assert!(
        operator
            .password_hash
            .as_deref()
            .unwrap()
            .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
    );
    assert!(!setup_open(&f.app, &f.nobody()).await.unwrap());
    assert_eq!(issue_setup_link(&f.app, &f.cli()).await.unwrap(), None);
    assert!(!check(&second).await.unwrap());
    assert_eq!(
        refusal(set_up(&f, &second, owner("eve@example.com", PASSWORD)).await),
        ProblemCode::Unauthenticated
    );
}

#[tokio::test]
async fn an_owner_who_was_added_before_gets_their_password() {
    let f = Fixture::new().await;
    let ada = f.added(EMAIL, Role::Owner).await;
    let growth = f.added("growth@example.com", Role::Growth).await;
    let token = link(&f).await;
    let other = owner(&growth.email, PASSWORD);
    assert_eq!(
        refusal(set_up(&f, &token, other).await),
        ProblemCode::Conflict
    );
    // What was refused did not use the link up.
    let signed_in = set_up(&f, &token, owner("ada@example.com", PASSWORD))
        .await
        .unwrap();
    assert_eq!(
        signed_in.session.who,
        domain::people::SessionOwner::Operator(ada.id)
    );
    assert!(f.sign_in(EMAIL, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_link_that_was_open_when_an_owner_got_a_password_makes_no_second_owner() {
    let f = Fixture::new().await;
    let token = link(&f).await;
    f.ada().await;
    assert_eq!(
        refusal(set_up(&f, &token, owner("eve@example.com", PASSWORD)).await),
        ProblemCode::Conflict
    );
}

#[tokio::test]
async fn what_is_wrong_is_told_and_the_link_still_works() {
    let f = Fixture::new().await;
    let token = link(&f).await;
    let bad = NewOwner {
        email: "ada".to_owned(),
        name: " ".to_owned(),
        password: "short".into(),
    };
    assert_eq!(
        wrong_fields(set_up(&f, &token, bad).await),
        ["email", "name", "password"]
    );
    assert_eq!(
        refusal(set_up(&f, "guessed", owner("ada", "short")).await),
        ProblemCode::Unauthenticated,
        "without a link nothing is told"
    );
    f.clock.advance(TimeDelta::hours(24));
    assert_eq!(
        refusal(set_up(&f, &token, owner(EMAIL, PASSWORD)).await),
        ProblemCode::Unauthenticated
    );
}

#[tokio::test]
async fn only_the_machine_itself_gets_the_link() {
    let f = Fixture::new().await;
    let ada = f.added(EMAIL, Role::Owner).await;
    for (actor, answer) in [
        (Actor::Anonymous, ProblemCode::Unauthenticated),
        (Actor::Operator(ada.id), ProblemCode::Forbidden),
    ] {
        let ctx = f.as_actor(actor);
        assert_eq!(refusal(issue_setup_link(&f.app, &ctx).await), answer);
        let link = inviter_app::accounts::issue_password_link(&f.app, &ctx, ada.id).await;
        assert_eq!(refusal(link), answer);
    }
}

#[tokio::test]
async fn of_two_who_follow_the_link_at_once_one_becomes_owner() {
    let f = Fixture::new().await;
    let token = link(&f).await;
    let (one, two) = tokio::join!(
        set_up(&f, &token, owner("one@example.com", PASSWORD)),
        set_up(&f, &token, owner("two@example.com", PASSWORD)),
    );
    assert_eq!(
        [one.is_ok(), two.is_ok()]
            .iter()
            .filter(|done| **done)
            .count(),
        1
    );
}
