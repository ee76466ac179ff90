//! Answers given to idempotency keys.

use std::sync::atomic::{AtomicU32, Ordering};

use kernel::ProjectId;
use store::{Answer, StoreError};
use tokio::task::JoinSet;

use crate::{
    database::Database,
    samples::{id, moment},
};

fn answer(first: u8, text: &str) -> Answer {
    Answer {
        fingerprint: [first; 32],
        answer: text.to_owned(),
    }
}

#[tokio::test]
async fn an_answer_is_found_in_its_scope_only() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, other): (ProjectId, ProjectId) = (id(), id());
    process
        .write(move |tx| {
            Box::pin(async move {
                tx.remember_answer(Some(project), "k", answer(1, "一"), moment(0))
                    .await?;
                tx.remember_answer(None, "k", answer(2, "two"), moment(0))
                    .await?;
                let many = vec![
                    ("m1".to_owned(), answer(3, "3")),
                    ("m2".to_owned(), answer(4, "4")),
                ];
                tx.remember_answers(Some(project), many, moment(0)).await
            })
        })
        .await;
    process
        .write(move |tx| {
            Box::pin(async move {
                assert_eq!(
                    tx.answer_of(Some(project), "k").await?,
                    Some(answer(1, "一"))
                );
                assert_eq!(tx.answer_of(None, "k").await?, Some(answer(2, "two")));
                assert_eq!(tx.answer_of(Some(other), "k").await?, None);
                assert_eq!(
                    tx.answer_of(Some(project), "K").await?,
                    None,
                    "keys are bytes"
                );
                let found = tx.answers_of(Some(project), &["m1", "k", "m3"]).await?;
                assert_eq!(found.len(), 2);
                assert_eq!(found["m1"], answer(3, "3"));
                Ok(())
            })
        })
        .await;
}

#[tokio::test]
async fn one_key_has_one_effect_however_many_send_it_at_once() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let database = Database::new().await;
    let processes = [database.process().await, database.process().await];
    let project: ProjectId = id();
    let mut clients = JoinSet::new();
    for client in 0..20 {
        let store = processes[client % 2].store.clone();
        clients.spawn(async move {
            store
                .transact::<_, StoreError, _>(move |tx| {
                    Box::pin(async move {
                        if let Some(found) = tx.answer_of(Some(project), "k").await? {
                            return Ok(found.answer);
                        }
                        // An answer nobody else would give.
                        let mine = RUNS.fetch_add(1, Ordering::SeqCst).to_string();
                        tx.remember_answer(Some(project), "k", answer(1, &mine), moment(0))
                            .await?;
                        let position = tx.journal_position("effects").await?;
                        tx.set_journal_position("effects", position + 1).await?;
                        Ok(mine)
                    })
                })
                .await
                .unwrap()
        });
    }
    let answers = clients.join_all().await;
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    assert_eq!(
        processes[0]
            .read()
            .journal_position("effects")
            .await
            .unwrap(),
        1
    );
}

#[tokio::test]
async fn the_oldest_answers_are_forgotten_first() {
    let database = Database::new().await;
    let process = database.process().await;
    process
        .write(|tx| {
            Box::pin(async move {
                for n in 0..10 {
                    let key = n.to_string();
                    tx.remember_answer(None, &key, answer(0, &key), moment(n * 100))
                        .await?;
                }
                Ok(())
            })
        })
        .await;
    let forget =
        |limit| process.write(move |tx| Box::pin(tx.forget_answers_before(moment(500), limit)));
    assert_eq!(forget(3).await, 3);
    let left = process
        .write(|tx| {
            Box::pin(async move {
                let keys = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
                let mut left: Vec<_> = tx.answers_of(None, &keys).await?.into_keys().collect();
                left.sort();
                Ok(left)
            })
        })
        .await;
    assert_eq!(left, ["3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(
        forget(100).await,
        2,
        "what is as old as the time given stays"
    );
    assert_eq!(forget(100).await, 0);
}
