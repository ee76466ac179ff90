//! Notices.

use domain::notices::{Notice, NoticeKind};
use kernel::{Id, MemberId, PageRequest, ProjectId};
use serde_json::json;

use crate::{
    database::Database,
    samples::{id, moment},
};

fn notice(project: ProjectId, member: MemberId, first: u8) -> Notice {
    Notice {
        id: Id::derived([first; 16]),
        project,
        member,
        kind: NoticeKind::FriendJoined,
        data: json!({"name": "小明"}),
        read_at: None,
        created_at: moment(i64::from(first)),
    }
}

#[tokio::test]
async fn notices_are_made_once_listed_and_read() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, member) = (id(), id());
    let notices: Vec<_> = (0..5).map(|n| notice(project, member, n)).collect();
    let insert = notices.clone();
    process
        .write(move |tx| {
            let notices = insert.clone();
            Box::pin(async move {
                let of = tx.project(project).notices();
                of.insert_all(&notices[..3]).await?;
                of.mark_read(member, Some(&[notices[1].id]), moment(50))
                    .await?;
                of.insert_all(&notices).await?;
                of.insert_all(&[notice(project, id(), 77)]).await
            })
        })
        .await;
    let read = process.read();
    let of = read.project(project).notices();
    assert_eq!(of.unread_count(member).await.unwrap(), 4);
    let first = of
        .list(member, false, PageRequest::new(None, Some(4)))
        .await
        .unwrap();
    let listed: Vec<_> = first.items.iter().map(|notice| notice.id).collect();
    assert_eq!(listed, [4, 3, 2, 1].map(|place: usize| notices[place].id));
    assert_eq!(first.items[3].read_at, Some(moment(50)));
    let after = first.next.unwrap().parse().unwrap();
    let rest = of
        .list(member, false, PageRequest::new(Some(after), Some(4)))
        .await
        .unwrap();
    assert_eq!(rest.items, [notices[0].clone()]);
    assert_eq!(rest.next, None);
    let unread = of
        .list(member, true, PageRequest::new(None, None))
        .await
        .unwrap();
    assert_eq!(unread.items.len(), 4);

    process
        .write(move |tx| {
            Box::pin(async move {
                tx.project(project)
                    .notices()
                    .mark_read(member, None, moment(60))
                    .await
            })
        })
        .await;
    assert_eq!(of.unread_count(member).await.unwrap(), 0);
    let all = of
        .list(member, false, PageRequest::new(None, None))
        .await
        .unwrap();
    assert_eq!(
        all.items[3].read_at,
        Some(moment(50)),
        "what was read keeps its date"
    );
}
