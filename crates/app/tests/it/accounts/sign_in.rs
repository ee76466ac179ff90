use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use chrono::TimeDelta;
use domain::{audit::AuditEntry, people::Role};
use inviter_app::{
    AppResult,
    accounts::{SignedIn, sign_in},
    audit::list_audit,
};
use kernel::{PageRequest, Problem, ProblemCode};
use store::AuditFilter;

use super::{EMAIL, PASSWORD, device, token};
use crate::fixture::{Fixture, refusal};

fn problem(answer: AppResult<SignedIn>) -> Problem {
    answer.expect_err("this has to be refused").problem()
}

/// The audit trail, newest first.
async fn trail(f: &Fixture) -> Vec<AuditEntry> {
    let (all, page) = (AuditFilter::default(), PageRequest::new(None, Some(100)));
    let trail = list_audit(&f.app, &f.cli(), None, all, page).await;
    trail.unwrap().items
}

#[tokio::test]
async fn every_sign_in_has_a_token_of_its_own() {
    let f = Fixture::new().await;
    let (ada, first) = f.ada().await;
    let second = f.sign_in(" ADA@example.com ", PASSWORD).await.unwrap();
    assert_ne!(token(&first), token(&second));
    assert_ne!(first.session.id, second.session.id);
    assert_eq!(second.max_age.as_secs(), 90 * 24 * 3600);
    assert!(f.opens(&token(&first)).await && f.opens(&token(&second)).await);
    let agent = &second.session.agent;
    assert!(
        agent.starts_with("Firefoxx") && agent.chars().count() == 200,
        "{agent}"
    );
    assert_eq!(second.session.address, "192.0.2.7");
    let trail = trail(&f).await;
    assert_eq!(
        (trail[0].action.as_str(), &trail[0].actor),
        ("operator.signed_in", &ada.id.to_string())
    );
}

#[tokio::test]
async fn nobody_learns_who_is_known_here() {
    let f = Fixture::new().await;
    f.ada().await;
    let gone = f.added("gone@example.com", Role::Growth).await;
    let link = inviter_app::accounts::issue_password_link(&f.app, &f.cli(), gone.id).await;
    let link = super::secret(&link.unwrap());
    inviter_app::accounts::reset_password(&f.app, &f.nobody(), &link, PASSWORD, device())
        .await
        .unwrap();
    f.set_disabled(&gone, true).await;
    f.added("new@example.com", Role::Growth).await;
    let expected: Problem = ProblemCode::Unauthenticated.into();
    for (email, password) in [
        (EMAIL, "another password"),
        (EMAIL, ""),
        ("nobody@example.com", PASSWORD),
        ("gone@example.com", PASSWORD),
        ("new@example.com", PASSWORD),
        ("", ""),
    ] {
        assert_eq!(
            problem(f.sign_in(email, password).await),
            expected,
            "{email}"
        );
    }
    let trail = trail(&f).await;
    let failed: Vec<_> = trail
        .iter()
        .filter(|entry| entry.action == "operator.sign_in_failed")
        .collect();
    assert_eq!(failed.len(), 6);
    assert!(
        !format!("{trail:?}").contains(PASSWORD)
            && !format!("{failed:?}").contains("another password")
    );
    assert!(
        failed
            .iter()
            .all(|entry| entry.detail["address"] == "192.0.2.7")
    );
}

#[tokio::test]
async fn an_unknown_e_mail_costs_as_much_as_a_wrong_password() {
    let f = Fixture::new().await;
    f.ada().await;
    let shortest = async |email: &str| {
        let mut shortest = Duration::MAX;
        for _ in 0..4 {
            let begun = Instant::now();
            let answer = f.sign_in(email, "another password").await;
            shortest = shortest.min(begun.elapsed());
            assert_eq!(refusal(answer), ProblemCode::Unauthenticated);
        }
        shortest
    };
    let (known, unknown) = (shortest(EMAIL).await, shortest("nobody@example.com").await);
    // Without a hash to look at it would be a hundredth.
    assert!(unknown * 4 > known, "{unknown:?} {known:?}");
}

#[tokio::test]
async fn after_ten_failures_an_e_mail_waits_known_or_not() {
    let f = Fixture::new().await;
    f.ada().await;
    for email in [EMAIL, "nobody@example.com"] {
        for _ in 0..10 {
            assert_eq!(
                refusal(f.sign_in(email, "another password").await),
                ProblemCode::Unauthenticated
            );
        }
        assert_eq!(
            refusal(f.sign_in(email, PASSWORD).await),
            ProblemCode::RateLimited
        );
        assert_eq!(
            refusal(f.sign_in(&email.to_uppercase(), PASSWORD).await),
            ProblemCode::RateLimited
        );
    }
    assert_eq!(
        refusal(f.sign_in("third@example.com", PASSWORD).await),
        ProblemCode::Unauthenticated
    );
    f.clock.advance(TimeDelta::minutes(15));
    assert!(f.sign_in(EMAIL, PASSWORD).await.is_ok());
    // Whoever came in begins anew.
    for _ in 0..12 {
        assert!(f.sign_in(EMAIL, PASSWORD).await.is_ok());
    }
}

#[tokio::test]
async fn tries_at_the_same_moment_are_all_counted() {
    let f = Fixture::new().await;
    let tries = (0..14).map(|_| f.sign_in("nobody@example.com", "another password"));
    let answers = futures::future::join_all(tries).await;
    let limited = answers.into_iter().filter(|answer| {
        answer
            .as_ref()
            .is_err_and(|error| error.problem().code == ProblemCode::RateLimited)
    });
    assert_eq!(limited.count(), 4);
}

#[tokio::test]
async fn an_old_hash_is_made_anew() {
    let f = Fixture::new().await;
    let (ada, _) = f.ada().await;
    let cheap = Params::new(1024, 1, 1, None).unwrap();
    let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, cheap);
    let old = cheap.hash_password_with_salt(b"correct horse battery", b"sixteen of bytes");
    let old = old.unwrap().to_string();
    let id = ada.id;
    f.app
        .store()
        .transact::<_, store::StoreError, _>(move |tx| {
            let old = old.clone();
            Box::pin(async move {
                let mut operator = tx.directory().operator(id).await?.unwrap();
                operator.password_hash = Some(old);
                tx.directory().update_operator(&operator).await
            })
        })
        .await
        .unwrap();
    assert!(f.sign_in(EMAIL, "correct horse battery").await.is_ok());
    let hash = f
        .app
        .store()
        .read()
        .directory()
        .operator(id)
        .await
        .unwrap()
        .unwrap()
        .password_hash
        .unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    assert!(f.sign_in(EMAIL, "correct horse battery").await.is_ok());
}

#[tokio::test]
async fn a_password_is_never_taken_from_another_operator() {
    let f = Fixture::new().await;
    f.ada().await;
    f.added("ben@example.com", Role::Owner).await;
    let answer = sign_in(&f.app, &f.nobody(), "ben@example.com", PASSWORD, device()).await;
    assert_eq!(refusal(answer), ProblemCode::Unauthenticated);
}
