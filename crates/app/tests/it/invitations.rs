use chrono::TimeDelta;
use domain::{
    invitations::InvitationState,
    log::Fact,
    referrals::{Event, EventType, Source},
};
use inviter_app::{
    invitations::{
        InvitationFilter, NewInvitation, list_invitations, resend_invitation, revoke_invitation,
        send_invitation,
    },
    members::{NewMember, upsert_member},
    programs::pause_program,
};
use kernel::{Clock, MemberId, PageRequest, ProblemCode};

use crate::fixture::{Fixture, event, refusal, wrong_fields};

fn to(fixture: &Fixture, inviter: MemberId, email: &str) -> NewInvitation {
    NewInvitation {
        program: fixture.program.id,
        inviter,
        email: email.to_owned(),
        message: None,
    }
}

#[tokio::test]
async fn an_invitation_goes_out_with_the_members_own_code() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let anna = fixture.member("anna").await;
    let head = app.store().read().log_head().await.unwrap();
    let sent = send_invitation(app, ctx, project, to(&fixture, anna.id, "Bert@Example.com"))
        .await
        .unwrap();
    assert_eq!(
        (sent.email_key.as_str(), sent.sends),
        ("bert@example.com", 1)
    );
    assert_eq!(sent.expires_at, fixture.clock.now() + TimeDelta::days(14));
    let other = send_invitation(app, ctx, project, to(&fixture, anna.id, "carl@example.com"))
        .await
        .unwrap();
    assert_eq!(other.code, sent.code);
    let log = app.store().read().log_after(head, 10).await.unwrap();
    let told = log.iter().flat_map(|entry| &entry.facts);
    let told = told
        .filter(|fact| matches!(fact, Fact::InvitationSent { .. }))
        .count();
    assert_eq!(told, 2);
    let open = send_invitation(app, ctx, project, to(&fixture, anna.id, "bert@example.com")).await;
    assert_eq!(refusal(open), ProblemCode::Conflict);
    // The addressee needs no code.
    let joins = Event {
        email: Some("bert@example.com".to_owned()),
        ..event(EventType::Signup, "bert")
    };
    let joined = fixture.tell(joins).await.unwrap();
    assert_eq!(joined.outcome.decision.source, Some(Source::Invitation));
    let filter = InvitationFilter {
        inviter: Some(anna.id),
        state: Some(InvitationState::Accepted),
        ..InvitationFilter::default()
    };
    let page = list_invitations(app, ctx, project, filter, PageRequest::new(None, None))
        .await
        .unwrap();
    assert_eq!(
        page.items
            .iter()
            .map(|invitation| invitation.id)
            .collect::<Vec<_>>(),
        [sent.id]
    );
    assert_eq!(
        refusal(resend_invitation(app, ctx, project, sent.id).await),
        ProblemCode::InvalidTransition
    );
    assert_eq!(
        refusal(revoke_invitation(app, ctx, project, sent.id).await),
        ProblemCode::InvalidTransition
    );
}

#[tokio::test]
async fn an_invitation_is_sent_five_times_at_most() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let anna = fixture.member("anna").await;
    let sent = send_invitation(app, ctx, project, to(&fixture, anna.id, "bert@example.com"))
        .await
        .unwrap();
    fixture.clock.advance(TimeDelta::days(20));
    for sends in 2..=5 {
        let again = resend_invitation(app, &fixture.cli(), project, sent.id)
            .await
            .unwrap();
        assert_eq!(
            (again.sends, again.expires_at),
            (sends, fixture.clock.now() + TimeDelta::days(14))
        );
    }
    assert_eq!(
        refusal(resend_invitation(app, ctx, project, sent.id).await),
        ProblemCode::QuotaExceeded
    );
    let revoked = revoke_invitation(app, ctx, project, sent.id).await.unwrap();
    assert_eq!(revoked.state, InvitationState::Revoked);
    assert_eq!(
        revoke_invitation(app, ctx, project, sent.id).await.unwrap(),
        revoked
    );
    assert_eq!(
        refusal(resend_invitation(app, ctx, project, sent.id).await),
        ProblemCode::InvalidTransition
    );
}

#[tokio::test]
async fn what_cannot_be_an_invitation_is_refused() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let new = NewMember {
        external_id: Some("anna".to_owned()),
        email: Some("anna@example.com".to_owned()),
        ..NewMember::default()
    };
    let anna = upsert_member(app, ctx, project, new).await.unwrap();
    let myself =
        send_invitation(app, ctx, project, to(&fixture, anna.id, "ANNA@example.com")).await;
    assert_eq!(refusal(myself), ProblemCode::SelfInvitation);
    let odd = NewInvitation {
        message: Some("x".repeat(1001)),
        ..to(&fixture, anna.id, "nobody")
    };
    assert_eq!(
        wrong_fields(send_invitation(app, ctx, project, odd).await),
        ["email", "message"]
    );
    let stranger = send_invitation(
        app,
        ctx,
        project,
        to(&fixture, ctx.id(), "bert@example.com"),
    )
    .await;
    assert_eq!(refusal(stranger), ProblemCode::NotFound);
    let other = fixture.project("shop").await.id;
    let there = send_invitation(app, ctx, other, to(&fixture, anna.id, "bert@example.com")).await;
    assert_eq!(refusal(there), ProblemCode::NotFound);
    let sent = send_invitation(app, ctx, project, to(&fixture, anna.id, "bert@example.com"))
        .await
        .unwrap();
    assert_eq!(
        refusal(resend_invitation(app, ctx, other, sent.id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(revoke_invitation(app, ctx, other, sent.id).await),
        ProblemCode::NotFound
    );
    let page = PageRequest::new(None, None);
    assert!(
        list_invitations(app, ctx, other, InvitationFilter::default(), page)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    pause_program(app, ctx, project, fixture.program.id)
        .await
        .unwrap();
    let closed =
        send_invitation(app, ctx, project, to(&fixture, anna.id, "carl@example.com")).await;
    assert_eq!(refusal(closed), ProblemCode::ProgramNotActive);
    assert_eq!(
        refusal(resend_invitation(app, ctx, project, sent.id).await),
        ProblemCode::ProgramNotActive
    );
}

#[tokio::test]
async fn a_revoked_invitation_attributes_nobody() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let anna = fixture.member("anna").await;
    let sent = send_invitation(app, ctx, project, to(&fixture, anna.id, "bert@example.com"))
        .await
        .unwrap();
    revoke_invitation(app, ctx, project, sent.id).await.unwrap();
    let joins = Event {
        email: Some("bert@example.com".to_owned()),
        ..event(EventType::Signup, "bert")
    };
    assert_eq!(fixture.tell(joins).await.unwrap().outcome.referral, None);
}
