//! What is done again and again.

use chrono::TimeDelta;
use domain::referrals::ReferralState;
use inviter_app::{
    referrals::get_referral,
    rewards::expire_due,
    sweeps::{forget_answers, measure_queue},
};
use kernel::ProblemCode;
use serde_json::json;

use crate::{
    fixture::{Fixture, event, refusal},
    scene::units,
};

#[tokio::test]
async fn a_referral_that_does_not_qualify_in_time_expires() {
    let rules = json!([units("thanks", "activation", "inviter", 1)]);
    let f = Fixture::with(json!({ "expire_after_days": 7, "rules": rules })).await;
    let (_, code) = f.inviter().await;
    let late = f
        .signup(&code, "ben")
        .await
        .unwrap()
        .outcome
        .referral
        .unwrap();
    let kept = f
        .brings(&code, "cem", "activation")
        .await
        .outcome
        .referral
        .unwrap();
    let ctx = f.cli();
    assert_eq!(expire_due(&f.app, &ctx).await.unwrap(), 0);
    f.days_pass(7);
    let sweeps = futures::future::join_all((0..3).map(|_| expire_due(&f.app, &ctx))).await;
    assert_eq!(
        sweeps
            .into_iter()
            .map(|ended| ended.unwrap())
            .sum::<usize>(),
        1
    );
    let state = async |id| get_referral(&f.app, &ctx, f.id(), id).await.unwrap().state;
    assert_eq!(
        (state(late).await, state(kept).await),
        (ReferralState::Expired, ReferralState::Rewarded)
    );
    assert!(
        f.event("activation", "ben")
            .await
            .unwrap()
            .outcome
            .grants
            .is_empty()
    );
    f.sound().await;
}

#[tokio::test]
async fn answers_are_forgotten_after_thirty_days() {
    let f = Fixture::with(json!({})).await;
    let tell = async |body: &str| {
        let event = event("activation".to_owned().into(), "ben");
        inviter_app::events::ingest_event(&f.app, &f.keyed("key", body), f.id(), event).await
    };
    tell("one").await.unwrap();
    f.clock.advance(TimeDelta::days(30));
    assert_eq!(forget_answers(&f.app, &f.cli()).await.unwrap(), 0);
    assert_eq!(
        refusal(tell("other").await),
        ProblemCode::IdempotencyConflict
    );
    f.clock.advance(TimeDelta::seconds(1));
    assert_eq!(forget_answers(&f.app, &f.cli()).await.unwrap(), 1);
    assert!(!tell("other").await.unwrap().replayed);
}

#[tokio::test]
async fn the_queue_and_the_ledger_are_figures() {
    let f = Fixture::with(json!({ "rules": [units("thanks", "signup", "inviter", 1)] })).await;
    let (_, code) = f.inviter().await;
    let email = Some("ben@example.org".to_owned());
    let sign_up = domain::referrals::Event {
        code: Some(code.text.clone()),
        email,
        ..event("signup".to_owned().into(), "ben")
    };
    f.tell(sign_up).await.unwrap();
    f.follow().await;
    f.clock.advance(TimeDelta::seconds(90));
    measure_queue(&f.app, &f.cli()).await.unwrap();
    f.sound().await;
    let figures = f.app.metrics().render();
    assert!(figures.contains("inviter_jobs_waiting 1\n"), "{figures}");
    assert!(
        figures.contains("inviter_jobs_oldest_age_seconds 90.0\n"),
        "{figures}"
    );
    assert!(
        figures.contains("inviter_ledger_imbalance 0\n"),
        "{figures}"
    );
}
