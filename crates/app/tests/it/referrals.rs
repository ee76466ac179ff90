//! What people decide about referrals, and what refunds do to them.

use domain::{
    referrals::{Event, EventType, ReferralState},
    rewards::GrantState::{self, Available, Held, PendingApproval},
    risk::Verdict,
};
use inviter_app::{
    referrals::{Review, get_referral, list_decisions, reverse_referral, review_referral},
    rewards::release_due,
    stats::leaderboard,
};
use kernel::{ProblemCode, ReferralId};
use serde_json::{Value, json};

use crate::{
    fixture::{Fixture, event, refusal},
    scene::{purchase, refund, units, with},
};

/// Everybody on a known device is looked at.
fn suspicious(rules: &Value) -> Value {
    json!({ "rules": rules, "risk": { "hold_at": 1, "review_at": 1, "block_at": 1000, "hold_days": 14 } })
}

/// Signs up two on one device; the referral of the second, who is under review.
async fn doubted(f: &Fixture) -> ReferralId {
    let (_, code) = f.inviter().await;
    let mut referral = None;
    for friend in ["ben", "cem"] {
        let device = Some("one phone".to_owned());
        let event = Event {
            code: Some(code.text.clone()),
            device,
            ..event(EventType::Signup, friend)
        };
        referral = f.tell(event).await.unwrap().outcome.referral;
    }
    let referral = referral.unwrap();
    let found = get_referral(&f.app, &f.cli(), f.id(), referral)
        .await
        .unwrap();
    assert_eq!(found.verdict, Verdict::Review, "the device is known");
    referral
}

fn review(accept: bool) -> Review {
    Review {
        accept,
        reason: "a family".to_owned(),
    }
}

#[tokio::test]
async fn an_accepted_referral_gets_what_only_the_doubt_held_back() {
    let rules = json!([
        units("a-plain", "activation", "inviter", 1),
        with(
            units("b-held", "activation", "inviter", 10),
            &json!({ "hold_days": 3 })
        ),
        with(
            units("c-asked", "activation", "inviter", 100),
            &json!({ "approval": true })
        ),
    ]);
    let f = Fixture::with(suspicious(&rules)).await;
    let id = doubted(&f).await;
    f.event("activation", "cem").await.unwrap();
    assert_eq!(
        f.grant_states().await,
        [PendingApproval, Held, PendingApproval]
    );

    let (app, ctx) = (&f.app, f.cli());
    let referral = review_referral(app, &ctx, f.id(), id, review(true))
        .await
        .unwrap();
    assert_eq!(
        (referral.verdict, referral.state),
        (Verdict::Allow, ReferralState::Rewarded)
    );
    assert_eq!(f.grant_states().await, [Available, Held, PendingApproval]);
    f.days_pass(4);
    release_due(app, &ctx).await.unwrap();
    assert_eq!(
        f.grant_states().await,
        [Available, Available, PendingApproval]
    );
    let again = review_referral(app, &ctx, f.id(), id, review(true)).await;
    assert_eq!(refusal(again), ProblemCode::InvalidTransition);
    f.sound().await;
}

#[tokio::test]
async fn a_refused_referral_loses_what_waits_and_does_not_count() {
    let f = Fixture::with(suspicious(&json!([units(
        "plain",
        "activation",
        "inviter",
        1
    )])))
    .await;
    let id = doubted(&f).await;
    f.event("activation", "cem").await.unwrap();
    let (app, ctx) = (&f.app, f.cli());
    assert_eq!(
        leaderboard(app, &ctx, f.id(), f.program.id, 10)
            .await
            .unwrap()
            .len(),
        1
    );
    let referral = review_referral(app, &ctx, f.id(), id, review(false))
        .await
        .unwrap();
    assert_eq!(
        (referral.state, referral.reason.as_deref()),
        (ReferralState::Rejected, Some("a family"))
    );
    assert_eq!(f.grant_states().await, [GrantState::Rejected]);
    assert!(
        leaderboard(app, &ctx, f.id(), f.program.id, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        f.event("activation", "cem")
            .await
            .unwrap()
            .outcome
            .grants
            .is_empty()
    );
    f.sound().await;
}

#[tokio::test]
async fn a_reversed_referral_takes_everything_back() {
    let rules = json!([
        units("first", "activation", "inviter", 50),
        with(
            units("second", "activation", "inviter", 50),
            &json!({ "hold_days": 9 })
        ),
        units("third", "activation", "invitee", 20),
    ]);
    let f = Fixture::with(json!({ "rules": rules })).await;
    let (ada, code) = f.inviter().await;
    let told = f.brings(&code, "ben", "activation").await;
    let ben = f.member("ben").await;
    f.spend(&ada, 50, "op-1").await.unwrap();
    f.spend(&ben, 5, "op-2").await.unwrap();
    let (app, ctx, id) = (&f.app, f.cli(), told.outcome.referral.unwrap());
    let referral = reverse_referral(app, &ctx, f.id(), id, "fraud".to_owned())
        .await
        .unwrap();
    assert_eq!(referral.state, ReferralState::Reversed);
    assert_eq!(f.grant_states().await, [GrantState::Reversed; 3]);
    assert_eq!(f.credits(&ada).await, (0, 0, 50));
    assert_eq!(f.credits(&ben).await, (0, 0, 5));
    assert!(
        leaderboard(app, &ctx, f.id(), f.program.id, 10)
            .await
            .unwrap()
            .is_empty()
    );
    let decisions = list_decisions(app, &ctx, f.id(), id).await.unwrap();
    assert_eq!(decisions.len(), 2, "the sign-up and the activation");
    f.sound().await;
}

#[tokio::test]
async fn only_the_refund_of_the_purchase_that_qualified_undoes_the_referral() {
    let rules = json!([units("thanks", "purchase", "inviter", 100)]);
    let f = Fixture::with(json!({ "qualify_on": "purchase", "rules": rules })).await;
    let (ada, code) = f.inviter().await;
    let id = f
        .signup(&code, "ben")
        .await
        .unwrap()
        .outcome
        .referral
        .unwrap();
    f.tell(purchase("ben", "order-1", 10)).await.unwrap();
    f.tell(purchase("ben", "order-2", 10)).await.unwrap();
    assert_eq!(f.credits(&ada).await, (0, 200, 0));
    let state = async || {
        get_referral(&f.app, &f.cli(), f.id(), id)
            .await
            .unwrap()
            .state
    };

    f.tell(refund("ben", "order-2", 10)).await.unwrap();
    assert_eq!(state().await, ReferralState::Rewarded);
    assert_eq!(f.credits(&ada).await, (0, 100, 0));
    f.tell(refund("ben", "order-1", 10)).await.unwrap();
    assert_eq!(state().await, ReferralState::Reversed);
    assert_eq!(f.credits(&ada).await, (0, 0, 0));
    f.sound().await;
}
