//! Sessions and one-time links.

use chrono::TimeDelta;
use domain::people::{LinkPurpose, OneTimeLink, Session, SessionOwner};
use kernel::{MemberId, OperatorId};
use store::StoreError;

use crate::{
    database::{Database, Process},
    samples::{id, moment},
};

fn session(who: SessionOwner) -> Session {
    Session {
        agent: "Firefox 浏览器".to_owned(),
        address: "2001:db8::1".to_owned(),
        ..Session::begin(id(), who, moment(0))
    }
}

fn member(member: MemberId) -> SessionOwner {
    SessionOwner::Member {
        project: id(),
        member,
    }
}

async fn add(process: &Process, session: &Session, hash: [u8; 32]) {
    let session = session.clone();
    process
        .write(move |tx| {
            let session = session.clone();
            Box::pin(async move { tx.directory().insert_session(&session, &hash).await })
        })
        .await;
}

#[tokio::test]
async fn a_session_is_found_by_the_hash_of_its_token() {
    let database = Database::new().await;
    let process = database.process().await;
    let (ann, ben): (OperatorId, MemberId) = (id(), id());
    let sessions = [session(SessionOwner::Operator(ann)), session(member(ben))];
    for (session, first) in sessions.iter().zip(1..) {
        add(&process, session, [first; 32]).await;
    }
    let read = process.read();
    for (session, first) in sessions.iter().zip(1..) {
        let found = read.directory().session_by_hash(&[first; 32]).await;
        assert_eq!(found.unwrap(), Some(session.clone()));
    }
    let found = read.directory().session_by_hash(&[9; 32]).await.unwrap();
    assert_eq!(found, None);
    let twin = session(member(ben));
    process
        .write(move |tx| {
            let twin = twin.clone();
            Box::pin(async move {
                let again = tx.directory().insert_session(&twin, &[1; 32]).await;
                assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
                Ok(())
            })
        })
        .await;
}

#[tokio::test]
async fn a_person_ends_their_own_sessions_and_no_others() {
    let database = Database::new().await;
    let process = database.process().await;
    let (ann, ben): (OperatorId, OperatorId) = (id(), id());
    let of = |who| session(SessionOwner::Operator(who));
    let [first, second, third, other] = [of(ann), of(ann), of(ann), of(ben)];
    for (session, hash) in [&first, &second, &third, &other].into_iter().zip(1..) {
        add(&process, session, [hash; 32]).await;
    }
    let (first_id, third_id, other_id) = (first.id, third.id, other.id);
    process
        .write(move |tx| {
            Box::pin(async move {
                let directory = tx.directory();
                let [ann, ben] = [ann, ben].map(OperatorId::uuid);
                assert!(!directory.revoke_session(ann, other_id, moment(1)).await?);
                assert!(directory.revoke_session(ann, first_id, moment(1)).await?);
                assert!(!directory.revoke_session(ann, first_id, moment(2)).await?);
                let ended = directory.revoke_sessions(ann, Some(third_id), moment(3));
                assert_eq!(ended.await?, 1);
                assert_eq!(directory.sessions(ben, moment(4)).await?.len(), 1);
                Ok(())
            })
        })
        .await;
    let read = process.read();
    let directory = read.directory();
    let left = directory.sessions(ann.uuid(), moment(4)).await.unwrap();
    assert_eq!(left, std::slice::from_ref(&third));
    let left = directory.sessions(ann.uuid(), third.expires_at).await;
    assert!(left.unwrap().is_empty(), "what is over is not listed");
    let first = directory.session_by_hash(&[1; 32]).await.unwrap().unwrap();
    assert_eq!(first.revoked_at, Some(moment(1)), "it keeps its date");
}

#[tokio::test]
async fn that_a_session_was_seen_prolongs_it_unless_it_was_revoked() {
    let database = Database::new().await;
    let process = database.process().await;
    let ann: OperatorId = id();
    let begun = session(SessionOwner::Operator(ann));
    add(&process, &begun, [1; 32]).await;
    let seen = begun.seen(moment(0) + TimeDelta::days(1)).unwrap();
    let write = seen.clone();
    process
        .write(move |tx| {
            let seen = write.clone();
            Box::pin(async move { tx.directory().see_session(&seen).await })
        })
        .await;
    let read = process.read();
    let found = read.directory().session_by_hash(&[1; 32]).await.unwrap();
    assert_eq!(found, Some(seen.clone()));
    let later = seen.seen(moment(0) + TimeDelta::days(2)).unwrap();
    process
        .write(move |tx| {
            let later = later.clone();
            Box::pin(async move {
                let directory = tx.directory();
                directory
                    .revoke_sessions(ann.uuid(), None, moment(5))
                    .await?;
                directory.see_session(&later).await
            })
        })
        .await;
    let found = read.directory().session_by_hash(&[1; 32]).await.unwrap();
    let found = found.unwrap();
    assert_eq!(found.last_seen_at, seen.last_seen_at);
    assert_eq!(found.revoked_at, Some(moment(5)));
}

#[tokio::test]
async fn what_is_over_is_forgotten_the_oldest_first() {
    let database = Database::new().await;
    let process = database.process().await;
    for n in 0..5_u8 {
        let mut session = session(SessionOwner::Operator(id()));
        session.expires_at = moment(i64::from(n));
        add(&process, &session, [n; 32]).await;
        put(&process, link(LinkPurpose::SetUp, None, n, i64::from(n))).await;
    }
    let forget = |limit| {
        process.write(move |tx| {
            Box::pin(async move {
                let directory = tx.directory();
                let sessions = directory.forget_sessions_before(moment(3), limit).await?;
                Ok((
                    sessions,
                    directory.forget_links_before(moment(3), limit).await?,
                ))
            })
        })
    };
    assert_eq!(forget(2).await, (2, 2));
    assert_eq!(forget(2).await, (1, 1));
    assert_eq!(forget(2).await, (0, 0));
    let read = process.read();
    for n in 0..5_u8 {
        let session = read.directory().session_by_hash(&[n; 32]).await.unwrap();
        let link = read.directory().link(LinkPurpose::SetUp, &[n; 32]).await;
        assert_eq!((session.is_some(), link.unwrap().is_some()), (n > 2, n > 2));
    }
}

fn link(
    purpose: LinkPurpose,
    whose: Option<SessionOwner>,
    first: u8,
    expires_at: i64,
) -> OneTimeLink {
    OneTimeLink {
        hash: [first; 32],
        purpose,
        whose,
        created_at: moment(0),
        expires_at: moment(expires_at),
        used_at: None,
    }
}

async fn put(process: &Process, link: OneTimeLink) {
    process
        .write(move |tx| {
            let link = link.clone();
            Box::pin(async move { tx.directory().insert_link(&link).await })
        })
        .await;
}

#[tokio::test]
async fn a_link_works_once_in_its_time_for_its_purpose() {
    let database = Database::new().await;
    let process = database.process().await;
    let who = Some(member(id()));
    let made = link(LinkPurpose::Enter, who, 1, 100);
    put(&process, made.clone()).await;
    put(&process, link(LinkPurpose::SetUp, None, 2, 100)).await;
    let read = process.read();
    let found = read.directory().link(LinkPurpose::Enter, &[1; 32]).await;
    assert_eq!(found.unwrap(), Some(made.clone()));
    let found = read.directory().link(LinkPurpose::Password, &[1; 32]).await;
    assert_eq!(found.unwrap(), None);
    let used = process
        .write(|tx| {
            Box::pin(async move {
                let directory = tx.directory();
                let mut outcomes = Vec::new();
                for (purpose, hash, at) in [
                    (LinkPurpose::Password, 1, 10),
                    (LinkPurpose::Enter, 3, 10),
                    (LinkPurpose::SetUp, 2, 100),
                    (LinkPurpose::Enter, 1, 99),
                    (LinkPurpose::Enter, 1, 99),
                ] {
                    outcomes.push(directory.use_link(purpose, &[hash; 32], moment(at)).await?);
                }
                Ok(outcomes)
            })
        })
        .await;
    let expected = OneTimeLink {
        used_at: Some(moment(99)),
        ..made
    };
    assert_eq!(used, [None, None, None, Some(expected), None]);
}

#[tokio::test]
async fn links_are_voided_for_one_person_and_purpose() {
    let database = Database::new().await;
    let process = database.process().await;
    let [ann, ben]: [OperatorId; 2] = [id(), id()];
    let [ann, ben] = [ann, ben].map(|who| Some(SessionOwner::Operator(who)));
    let links = [
        (LinkPurpose::Password, ann),
        (LinkPurpose::Password, ann),
        (LinkPurpose::Password, ben),
        (LinkPurpose::Enter, ann),
        (LinkPurpose::SetUp, None),
    ];
    for ((purpose, whose), first) in links.into_iter().zip(0..) {
        put(&process, link(purpose, whose, first, 100)).await;
    }
    let void = |purpose, whose| {
        process.write(move |tx| {
            Box::pin(async move { tx.directory().void_links(purpose, whose, moment(1)).await })
        })
    };
    let read = process.read();
    let open = async || {
        let mut open = Vec::new();
        for ((purpose, _), first) in links.into_iter().zip(0..) {
            let link = read.directory().link(purpose, &[first; 32]).await.unwrap();
            if link.unwrap().is_open(moment(2)) {
                open.push(first);
            }
        }
        open
    };
    void(LinkPurpose::Password, ann).await;
    assert_eq!(open().await, [2, 3, 4]);
    void(LinkPurpose::SetUp, None).await;
    assert_eq!(open().await, [2, 3]);
}
