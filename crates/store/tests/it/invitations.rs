//! Invitations.

use domain::invitations::{Invitation, InvitationState};
use kernel::{MemberId, PageRequest, ProjectId};

use store::InvitationFilter;

use crate::{
    database::{Database, Process},
    samples::{id, moment},
};

fn invitation(project: ProjectId, inviter: MemberId, email: &str) -> Invitation {
    Invitation {
        id: id(),
        project,
        program: id(),
        inviter,
        code: id(),
        email_key: email.to_owned(),
        message: Some("快来 🎉".to_owned()),
        state: InvitationState::Sent,
        sends: 1,
        created_at: moment(0),
        expires_at: moment(100),
    }
}

async fn open(process: &Process, project: ProjectId, at: i64) -> Vec<Invitation> {
    process
        .write(move |tx| {
            Box::pin(async move {
                let emails = ["ann@example.com", "bob@example.com"];
                tx.project(project)
                    .invitations()
                    .find_open_by_emails(&emails, moment(at))
                    .await
            })
        })
        .await
}

#[tokio::test]
async fn open_invitations_are_found_until_they_expire_or_change() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, inviter) = (id(), id());
    let first = invitation(project, inviter, "ann@example.com");
    let all = [
        first.clone(),
        invitation(project, id(), "bob@example.com"),
        invitation(project, inviter, "eve@example.com"),
        invitation(id(), inviter, "ann@example.com"),
    ];
    let insert = all.clone();
    process
        .write(move |tx| {
            let all = insert.clone();
            Box::pin(async move {
                for one in &all {
                    tx.project(one.project).invitations().insert(one).await?;
                }
                Ok(())
            })
        })
        .await;
    assert_eq!(
        open(&process, project, 99).await,
        [all[1].clone(), first.clone()]
    );
    assert_eq!(open(&process, project, 100).await, []);

    let accepted = Invitation {
        state: InvitationState::Accepted,
        sends: 3,
        expires_at: moment(500),
        ..first
    };
    let save = accepted.clone();
    process
        .write(move |tx| {
            let save = save.clone();
            Box::pin(async move { tx.project(project).invitations().save(&save).await })
        })
        .await;
    assert_eq!(open(&process, project, 99).await, [all[1].clone()]);
    let read = process.read();
    let invitations = read.project(project).invitations();
    assert_eq!(invitations.find(accepted.id).await.unwrap(), Some(accepted));
    assert_eq!(invitations.find(all[3].id).await.unwrap(), None);

    let count = async |inviter, state| {
        let filter = InvitationFilter {
            program: None,
            inviter,
            state,
        };
        let page = PageRequest::new(None, None);
        invitations.list(&filter, page).await.unwrap().items.len()
    };
    assert_eq!(count(None, None).await, 3);
    assert_eq!(count(Some(inviter), None).await, 2);
    assert_eq!(
        count(Some(inviter), Some(InvitationState::Accepted)).await,
        1
    );
}
