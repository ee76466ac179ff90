//! The life of grants, from hold to end.

use domain::{
    referrals::ReferralState,
    rewards::GrantState::{Available, Claimed, Expired, Held, PendingApproval, Rejected, Reversed},
};
use inviter_app::{
    coupons::{NewPool, add_coupons, create_pool},
    rewards::{
        Decision, approve_grant, claim_grant, decide_grants, get_grant, reject_grant, release_due,
        reverse_grant,
    },
};
use kernel::{GrantId, ProblemCode};
use serde_json::json;

use crate::{
    fixture::{Fixture, refusal},
    scene::{credits, units, with},
};

fn why() -> String {
    "looked at it".to_owned()
}

#[tokio::test]
async fn a_grant_is_held_then_approved_and_expires_unused() {
    let rule = with(
        units("thanks", "activation", "inviter", 100),
        &json!({ "hold_days": 14, "approval": true, "expire_after_days": 30 }),
    );
    let f = Fixture::with(json!({ "rules": [rule] })).await;
    let (ada, code) = f.inviter().await;
    let told = f.brings(&code, "ben", "activation").await;
    let (app, ctx) = (&f.app, f.cli());
    let referral = told.outcome.referral.unwrap();

    assert_eq!(f.credits(&ada).await, (100, 0, 0));
    f.days_pass(13);
    assert_eq!(release_due(app, &ctx).await.unwrap(), 0);
    f.days_pass(1);
    assert_eq!(release_due(app, &ctx).await.unwrap(), 1);
    assert_eq!(f.grant_states().await, [PendingApproval]);
    assert_eq!(f.credits(&ada).await, (100, 0, 0));
    assert_eq!(f.referral_state(referral).await, ReferralState::Qualified);

    let grant = approve_grant(app, &ctx, f.id(), told.outcome.grants[0], why())
        .await
        .unwrap();
    assert_eq!(
        (grant.state, grant.reason.as_deref()),
        (Available, Some("looked at it"))
    );
    assert_eq!((grant.due_at.unwrap() - grant.updated_at).num_days(), 30);
    assert_eq!(f.credits(&ada).await, (0, 100, 0));
    assert_eq!(f.referral_state(referral).await, ReferralState::Rewarded);

    f.days_pass(30);
    assert_eq!(
        refusal(f.spend(&ada, 1, "late").await),
        ProblemCode::InsufficientBalance
    );
    assert_eq!(release_due(app, &ctx).await.unwrap(), 1);
    assert_eq!(f.grant_states().await, [Expired]);
    assert_eq!(f.credits(&ada).await, (0, 0, 0));
    assert_eq!(release_due(app, &ctx).await.unwrap(), 0);
    f.sound().await;
}

#[tokio::test]
async fn a_hold_without_approval_ends_by_itself_in_one_process_of_many() {
    let rule = with(
        units("thanks", "activation", "inviter", 10),
        &json!({ "hold_days": 1 }),
    );
    let f = Fixture::with(json!({ "rules": [rule] })).await;
    let (ada, code) = f.inviter().await;
    for friend in 0..120 {
        f.brings(&code, &format!("friend-{friend}"), "activation")
            .await;
    }
    f.days_pass(2);
    let ctx = f.cli();
    let sweeps = futures::future::join_all((0..3).map(|_| release_due(&f.app, &ctx))).await;
    let moved: usize = sweeps.into_iter().map(|moved| moved.unwrap()).sum();
    assert_eq!(moved, 120, "each is released once, whoever sweeps");
    assert_eq!(f.credits(&ada).await, (0, 1200, 0));
    f.sound().await;
}

#[tokio::test]
async fn many_are_decided_at_once_and_each_has_its_own_outcome() {
    let rule = with(
        units("thanks", "activation", "inviter", 10),
        &json!({ "approval": true }),
    );
    let f = Fixture::with(json!({ "rules": [rule] })).await;
    let (ada, code) = f.inviter().await;
    let mut ids: Vec<GrantId> = Vec::new();
    for friend in 0..20 {
        let friend = format!("friend-{friend}");
        ids.extend(f.brings(&code, &friend, "activation").await.outcome.grants);
    }
    let (app, ctx) = (&f.app, f.cli());
    let (refused, unknown) = (ids[3], ctx.id());
    reject_grant(app, &ctx, f.id(), refused, why())
        .await
        .unwrap();
    ids.push(unknown);
    let (before, _) = app.store().group_counts();
    let decide = |decision| decide_grants(app, &ctx, f.id(), &ids, decision, "looked at it");
    let decided = decide(Decision::Approve).await.unwrap();
    let (after, _) = app.store().group_counts();
    assert!(after - before < 20, "{} commits", after - before);
    for (id, outcome) in ids.iter().zip(decided) {
        match outcome {
            Ok(grant) => assert_eq!((grant.id, grant.state), (*id, Available)),
            Err(error) if *id == refused => {
                assert_eq!(error.problem().code, ProblemCode::InvalidTransition);
            }
            Err(error) => {
                assert_eq!(
                    (*id, error.problem().code),
                    (unknown, ProblemCode::NotFound)
                );
            }
        }
    }
    assert_eq!(f.credits(&ada).await, (0, 190, 0));
    let again = decide(Decision::Reject).await.unwrap();
    assert!(again.iter().all(Result::is_err));
    let unsaid = decide_grants(app, &ctx, f.id(), &ids, Decision::Reject, " ").await;
    assert_eq!(refusal(unsaid), ProblemCode::ValidationFailed);
    f.sound().await;
}

#[tokio::test]
async fn a_refused_grant_gives_its_budget_back() {
    let rule = with(
        units("thanks", "activation", "inviter", 100),
        &json!({ "approval": true }),
    );
    let settings = json!({ "rules": [rule], "budgets": [{ "unit": "credits", "amount": 100 }] });
    let f = Fixture::with(settings).await;
    let (ada, code) = f.inviter().await;
    let first = f.brings(&code, "ben", "activation").await;
    assert!(
        f.brings(&code, "cem", "activation")
            .await
            .outcome
            .grants
            .is_empty(),
        "the budget is used up"
    );

    let (app, ctx) = (&f.app, f.cli());
    let grant = reject_grant(app, &ctx, f.id(), first.outcome.grants[0], why())
        .await
        .unwrap();
    assert_eq!(grant.state, Rejected);
    assert_eq!(f.credits(&ada).await, (0, 0, 0));
    assert_eq!(
        f.brings(&code, "dee", "activation")
            .await
            .outcome
            .grants
            .len(),
        1
    );
    assert_eq!(
        refusal(approve_grant(app, &ctx, f.id(), grant.id, why()).await),
        ProblemCode::InvalidTransition
    );
    f.sound().await;
}

#[tokio::test]
async fn people_may_approve_before_the_hold_ends_and_take_back_afterwards() {
    let rule = with(
        units("thanks", "activation", "inviter", 100),
        &json!({ "hold_days": 14 }),
    );
    let f = Fixture::with(json!({ "rules": [rule] })).await;
    let (ada, code) = f.inviter().await;
    let told = f.brings(&code, "ben", "activation").await;
    let (app, ctx, id) = (&f.app, f.cli(), told.outcome.grants[0]);
    assert_eq!(f.grant_states().await, [Held]);
    approve_grant(app, &ctx, f.id(), id, why()).await.unwrap();
    f.spend(&ada, 70, "op-1").await.unwrap();

    let grant = reverse_grant(app, &ctx, f.id(), id, why()).await.unwrap();
    assert_eq!(
        (grant.state, grant.clawed.0, grant.remaining.0),
        (Reversed, 100, 0)
    );
    assert_eq!(f.credits(&ada).await, (0, 0, 70), "what was spent is owed");
    assert_eq!(
        refusal(reverse_grant(app, &ctx, f.id(), id, why()).await),
        ProblemCode::InvalidTransition
    );
    f.sound().await;
}

#[tokio::test]
async fn badges_are_claimed_and_units_are_not() {
    let badge = json!({ "key": "badge", "on": "activation",
        "then": { "kind": "double_sided", "inviter": { "type": "badge", "name": "Pioneer" }, "invitee": credits(5) } });
    let f = Fixture::with(json!({ "rules": [badge] })).await;
    let (_, code) = f.inviter().await;
    let grants = f.brings(&code, "ben", "activation").await.outcome.grants;
    let (app, ctx) = (&f.app, f.cli());
    assert_eq!(
        claim_grant(app, &ctx, f.id(), grants[0])
            .await
            .unwrap()
            .state,
        Claimed
    );
    assert_eq!(
        refusal(claim_grant(app, &ctx, f.id(), grants[0]).await),
        ProblemCode::InvalidTransition
    );
    assert_eq!(
        refusal(claim_grant(app, &ctx, f.id(), grants[1]).await),
        ProblemCode::InvalidTransition
    );
    f.sound().await;
}

#[tokio::test]
async fn an_empty_pool_makes_a_grant_wait_for_a_coupon() {
    let rule = json!({ "key": "shop", "on": "activation",
        "then": { "kind": "fixed", "to": "inviter", "reward": { "type": "coupon", "pool": "spring" } } });
    let f = Fixture::with(json!({ "rules": [rule] })).await;
    let (app, ctx) = (&f.app, f.cli());
    let pool = NewPool {
        slug: "spring".to_owned(),
        pattern: None,
    };
    create_pool(app, &ctx, f.id(), pool).await.unwrap();
    let (_, code) = f.inviter().await;
    let told = f.brings(&code, "ben", "activation").await;
    let (id, referral) = (told.outcome.grants[0], told.outcome.referral.unwrap());
    let grant = get_grant(app, &ctx, f.id(), id).await.unwrap();
    assert_eq!(
        (grant.state, grant.reason.as_deref()),
        (PendingApproval, Some("coupon_pool_empty"))
    );
    assert_eq!(f.referral_state(referral).await, ReferralState::Qualified);
    assert_eq!(
        refusal(approve_grant(app, &ctx, f.id(), id, why()).await),
        ProblemCode::Conflict
    );

    let coupons = vec!["A1".to_owned(), "A2".to_owned()];
    add_coupons(app, &ctx, f.id(), "spring", coupons)
        .await
        .unwrap();
    let grant = approve_grant(app, &ctx, f.id(), id, why()).await.unwrap();
    assert_eq!(
        (grant.state, grant.coupon.as_deref()),
        (Available, Some("A1"))
    );
    let next = f.brings(&code, "cem", "activation").await;
    let grant = get_grant(app, &ctx, f.id(), next.outcome.grants[0])
        .await
        .unwrap();
    assert_eq!(
        (grant.state, grant.coupon.as_deref()),
        (Available, Some("A2"))
    );
    let referral = next.outcome.referral.unwrap();
    assert_eq!(f.referral_state(referral).await, ReferralState::Rewarded);
}

#[tokio::test]
async fn a_reason_is_needed_and_an_unknown_grant_is_not_found() {
    let f = Fixture::new().await;
    let (app, ctx) = (&f.app, f.cli());
    let nobody: GrantId = ctx.id();
    assert_eq!(
        refusal(approve_grant(app, &ctx, f.id(), nobody, " ".to_owned()).await),
        ProblemCode::ValidationFailed
    );
    assert_eq!(
        refusal(approve_grant(app, &ctx, f.id(), nobody, why()).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(claim_grant(app, &ctx, f.id(), nobody).await),
        ProblemCode::NotFound
    );
}

#[tokio::test]
async fn a_grant_of_another_project_is_not_found() {
    let f = Fixture::with(json!({ "rules": [units("thanks", "activation", "inviter", 1)] })).await;
    let (_, code) = f.inviter().await;
    let told = f.brings(&code, "ben", "activation").await;
    let other = f.project("other").await;
    let answer = reverse_grant(&f.app, &f.cli(), other.id, told.outcome.grants[0], why()).await;
    assert_eq!(refusal(answer), ProblemCode::NotFound);
    f.sound().await;
}
