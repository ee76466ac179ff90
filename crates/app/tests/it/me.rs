mod authenticate_member;
mod my_program;
mod tokens;

use chrono::TimeDelta;
use domain::members::Member;
use inviter_app::{
    me::{
        claim_inviter, my_grants, my_invitation, my_link, my_notices, my_overview, my_referrals,
        my_transfers, read_my_notices,
    },
    members::{NewMember, upsert_member},
};
use kernel::{Actor, Ctx, PageRequest, ProblemCode};
use serde_json::json;

use crate::fixture::{Fixture, refusal};

pub(crate) use tokens::{EC_PUBLIC, ED_PRIVATE, ED_PUBLIC, claims, ed, with_ed};

fn as_member(fixture: &Fixture, member: &Member) -> Ctx {
    fixture.as_actor(Actor::Member(member.id))
}

/// A reward for the inviter, held for ten days after the activation, and twenty days to come to that.
async fn rewarding() -> Fixture {
    let reward = json!({ "type": "units", "unit": "credits", "amount": 500 });
    let rule = json!({
        "key": "friend", "on": "activation", "hold_days": 10,
        "then": { "kind": "fixed", "to": "inviter", "reward": reward },
    });
    Fixture::with(json!({ "rules": [rule], "expire_after_days": 20 })).await
}

#[tokio::test]
async fn members_see_whom_they_invited_in_words_that_give_nobody_away() {
    let fixture = rewarding().await;
    let (app, project) = (&fixture.app, fixture.id());
    let page = PageRequest::new(None, None);
    let me = as_member(&fixture, &fixture.member("anna").await);
    let link = my_link(app, &me, project, fixture.program.id).await;
    fixture.signup(&link.unwrap().code, "bert").await.unwrap();
    let bert = NewMember {
        name: Some("Bertram".to_owned()),
        ..external("bert")
    };
    let bert = upsert_member(app, &fixture.cli(), project, bert).await;
    let mine = my_referrals(app, &me, project, page).await.unwrap().items;
    let (name, sentence) = (&mine[0].invitee, &mine[0].sentence);
    assert!(name.starts_with('B') && !name.contains("ertra"), "{name}");
    assert!(
        sentence.starts_with("Waiting for activation until "),
        "{sentence}"
    );
    fixture.event("activation", "bert").await.unwrap();
    let mine = my_referrals(app, &me, project, page).await.unwrap().items;
    let sentence = &mine[0].sentence;
    assert!(
        sentence.starts_with("The reward is held until "),
        "{sentence}"
    );
    let bert = as_member(&fixture, &bert.unwrap());
    let none = my_referrals(app, &bert, project, page).await.unwrap();
    assert!(none.items.is_empty());
}

#[tokio::test]
async fn members_see_what_they_have_and_nobody_elses() {
    let fixture = rewarding().await;
    let (app, project) = (&fixture.app, fixture.id());
    let page = PageRequest::new(None, None);
    let anna = fixture.member("anna").await;
    let code = fixture.code(&anna).await;
    fixture.signup(&code, "bert").await.unwrap();
    fixture.event("activation", "bert").await.unwrap();
    let bert = fixture.member("bert").await;
    for (member, entries) in [(anna, 1), (bert, 0)] {
        let me = as_member(&fixture, &member);
        let grants = my_grants(app, &me, project, page).await.unwrap();
        assert_eq!(grants.items.len(), entries);
        let transfers = my_transfers(app, &me, project, page).await.unwrap();
        assert_eq!(transfers.items.len(), entries);
        let overview = my_overview(app, &me, project).await.unwrap();
        assert_eq!(overview.member, member);
        let held: i64 = overview.balances.iter().map(|balance| balance.held.0).sum();
        assert_eq!(held, if entries == 1 { 500 } else { 0 });
    }
}

fn external(id: &str) -> NewMember {
    NewMember {
        external_id: Some(id.to_owned()),
        ..NewMember::default()
    }
}

#[tokio::test]
async fn a_member_names_their_inviter_afterwards() {
    let fixture = Fixture::new().await;
    let (app, project) = (&fixture.app, fixture.id());
    let anna = fixture.member("anna").await;
    let code = fixture.code(&anna).await;
    let bert = fixture.member("bert").await;
    let claimed = claim_inviter(app, &as_member(&fixture, &bert), project, &code.text)
        .await
        .unwrap();
    assert!(claimed.outcome.referral.is_some());
    assert_eq!(claimed.outcome.member, bert.id);
    let myself = claim_inviter(app, &as_member(&fixture, &anna), project, &code.text).await;
    assert_eq!(refusal(myself), ProblemCode::SelfInvitation);
    let unknown = claim_inviter(
        app,
        &as_member(&fixture, &fixture.member("carl").await),
        project,
        "N0-SUCH",
    )
    .await;
    assert_eq!(refusal(unknown), ProblemCode::InviteCodeInvalid);
    fixture.clock.advance(TimeDelta::days(8));
    let dora = fixture.member("dora").await;
    fixture.clock.advance(TimeDelta::days(8));
    let late = claim_inviter(app, &as_member(&fixture, &dora), project, &code.text).await;
    assert_eq!(refusal(late), ProblemCode::ClaimWindowOver);
}

#[tokio::test]
async fn only_members_of_the_project_are_me() {
    let fixture = Fixture::new().await;
    let other = fixture.project("shop").await.id;
    let (app, project, page) = (&fixture.app, fixture.id(), PageRequest::new(None, None));
    let me = as_member(&fixture, &fixture.member("anna").await);
    assert_eq!(
        refusal(my_overview(app, &me, other).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(my_link(app, &me, other, fixture.program.id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(my_notices(app, &me, other, false, page).await),
        ProblemCode::NotFound
    );
    let invited = my_invitation(app, &me, other, fixture.program.id, "bert@example.com").await;
    assert_eq!(refusal(invited), ProblemCode::NotFound);
    let nobody = fixture.as_actor(Actor::Anonymous);
    assert_eq!(
        refusal(my_overview(app, &nobody, project).await),
        ProblemCode::Unauthenticated
    );
    assert_eq!(
        refusal(my_overview(app, &fixture.cli(), project).await),
        ProblemCode::Forbidden
    );
    assert!(
        my_notices(app, &me, project, true, page)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    read_my_notices(app, &me, project, Vec::new())
        .await
        .unwrap();
    let sent = my_invitation(app, &me, project, fixture.program.id, "bert@example.com")
        .await
        .unwrap();
    assert_eq!(Actor::Member(sent.inviter), me.actor);
}
