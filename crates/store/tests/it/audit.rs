//! The audit trail.

use domain::audit::{GENESIS, verify};
use futures::future::join_all;
use kernel::{PageRequest, ProjectId};
use sea_orm::ConnectionTrait;
use serde_json::json;
use store::{AuditFilter, Store, StoreError, Trail};

use crate::{
    database::Database,
    samples::{id, moment},
};

async fn note(store: &Store, project: Option<ProjectId>, subject: &str) -> Result<(), StoreError> {
    let subject = subject.to_owned();
    store
        .transact(move |tx| {
            let subject = subject.clone();
            Box::pin(async move {
                let detail = json!({"before": null, "after": {"z": 1, "a": "大 🎁"}, "n": [1, 2]});
                tx.audit(
                    project,
                    moment(123_456),
                    "cli",
                    "program.paused",
                    &subject,
                    detail,
                )
                .await?;
                if subject == "refused" {
                    Err(StoreError::Duplicate(subject))
                } else {
                    Ok(())
                }
            })
        })
        .await
}

#[tokio::test]
async fn the_chain_holds_across_processes_and_refused_writes() {
    let database = Database::new().await;
    let (one, two) = (database.process().await, database.process().await);
    let project = Some(id());
    let notes = (0..60).map(|n| {
        let store = if n % 2 == 0 { &one.store } else { &two.store };
        note(store, project, if n % 5 == 0 { "refused" } else { "prg_1" })
    });
    let refused = join_all(notes)
        .await
        .into_iter()
        .filter(Result::is_err)
        .count();
    assert_eq!(refused, 12);

    let entries = one.read().audit_all_after(0, 1_000).await.unwrap();
    let places: Vec<_> = entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(places, (1..=48).collect::<Vec<i64>>());
    let last = verify(GENESIS, &entries).unwrap();
    note(&one.store, project, "more").await.unwrap();
    let rest = two.read().audit_all_after(48, 1_000).await.unwrap();
    verify(last, &rest).unwrap();
}

#[tokio::test]
async fn a_change_behind_its_back_is_found() {
    let database = Database::new().await;
    let process = database.process().await;
    for n in 0..5 {
        note(&process.store, None, &n.to_string()).await.unwrap();
    }
    let backdoor = database.backdoor().await;
    backdoor
        .execute_unprepared("UPDATE audit SET actor = 'nobody' WHERE seq = 3")
        .await
        .unwrap();
    let entries = process.read().audit_all_after(0, 10).await.unwrap();
    assert_eq!(verify(GENESIS, &entries), Err(3));
    backdoor
        .execute_unprepared("DELETE FROM audit WHERE seq = 3")
        .await
        .unwrap();
    let entries = process.read().audit_all_after(0, 10).await.unwrap();
    assert_eq!(verify(GENESIS, &entries), Err(4));
}

#[tokio::test]
async fn entries_are_listed_by_whom_they_concern() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, other) = (id(), id());
    for of in [Some(project), None, Some(other), Some(project)] {
        note(&process.store, of, "x").await.unwrap();
    }
    let read = process.read();
    let all = AuditFilter::default();
    let places = async |project, page| {
        let entries = read
            .directory()
            .audit_entries(project, &all, page)
            .await
            .unwrap();
        let places = entries.items.iter().map(|entry| entry.seq);
        (places.collect::<Vec<_>>(), entries.next, entries.prev)
    };
    let first = PageRequest::new(None, Some(1));
    let whole = PageRequest::new(None, None);
    assert_eq!(places(Trail::Whole, whole).await.0, [4, 3, 2, 1]);
    assert_eq!(places(Trail::Installation, whole).await.0, [2]);
    let (newest, next, _) = places(Trail::Project(project), first).await;
    assert_eq!(newest, [4]);
    let second = PageRequest::parse(next.as_deref(), None, Some(1)).unwrap();
    let (oldest, end, prev) = places(Trail::Project(project), second).await;
    assert_eq!((oldest, end), (vec![1], None));
    let back = PageRequest::parse(None, prev.as_deref(), Some(1)).unwrap();
    assert_eq!(
        places(Trail::Project(project), back).await,
        (newest, next, None)
    );
}

#[tokio::test]
async fn entries_are_found_by_the_beginning_of_what_was_done() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, other) = (id(), id());
    let done = [
        (project, "code.made"),
        (project, "codes.made"),
        (other, "code.made"),
        (project, "coupon.made"),
        (project, "code.revoked"),
        (project, "code.made"),
    ];
    for (of, action) in done {
        process
            .write(move |tx| {
                let (at, detail) = (moment(0), json!({}));
                Box::pin(tx.audit(Some(of), at, "cli", action, "x", detail))
            })
            .await;
    }
    let read = process.read();
    let places = async |project, filter: &AuditFilter, page| {
        let directory = read.directory();
        let found = directory
            .audit_entries(project, filter, page)
            .await
            .unwrap();
        let places: Vec<i64> = found.items.iter().map(|entry| entry.seq).collect();
        (places, found.next, found.prev)
    };
    let of = |action: &str| AuditFilter {
        action: Some(action.to_owned()),
        ..AuditFilter::default()
    };
    let whole = PageRequest::new(None, None);
    assert_eq!(
        places(Trail::Whole, &of("code"), whole).await.0,
        [6, 5, 3, 2, 1]
    );
    assert_eq!(
        places(Trail::Whole, &of("code."), whole).await.0,
        [6, 5, 3, 1]
    );
    assert_eq!(
        places(Trail::Installation, &of("code"), whole).await.0,
        Vec::<i64>::new()
    );
    let (codes, own) = (of("code"), Trail::Project(project));
    let (first, next, _) = places(own, &codes, PageRequest::new(None, Some(2))).await;
    assert_eq!(first, [6, 5]);
    let rest = PageRequest::parse(next.as_deref(), None, Some(2)).unwrap();
    let (rest, end, prev) = places(own, &codes, rest).await;
    assert_eq!((rest, end), (vec![2, 1], None));
    let back = PageRequest::parse(None, prev.as_deref(), Some(2)).unwrap();
    assert_eq!(places(own, &codes, back).await, (first, next, None));
    let by_cli = AuditFilter {
        actor: Some("cli".to_owned()),
        ..of("code.r")
    };
    assert_eq!(places(own, &by_cli, whole).await.0, [5]);
}
