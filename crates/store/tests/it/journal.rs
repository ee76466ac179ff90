//! The journal: what was acknowledged is there, in order, whatever happens in between.

mod copies;
mod faults;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use proptest::prelude::*;
use store::{Journal, JournalError, JournalOptions, Record};
use tempfile::TempDir;
use tokio::{runtime::Runtime, task::JoinSet};

const SEGMENT: u64 = 1024;

fn options() -> JournalOptions {
    JournalOptions {
        segment_bytes: SEGMENT,
        queue: 4096,
    }
}

fn open(dir: &TempDir) -> Journal {
    Journal::open(dir.path(), options()).expect("the journal opens")
}

/// Every record after `position`, read a few at a time.
fn read_all(journal: &Journal, mut position: u64) -> Vec<Record> {
    let mut all = Vec::new();
    loop {
        let some = journal.read_after(position, 7).expect("records are read");
        let Some(last) = some.last() else { return all };
        position = last.next;
        all.extend(some);
    }
}

fn payloads(records: Vec<Record>) -> Vec<Vec<u8>> {
    records.into_iter().map(|record| record.payload).collect()
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir)
        .expect("it is a directory")
        .map(|entry| entry.expect("it is listed").path());
    let mut found: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|it| it == "log"))
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn records_come_back_in_order_over_several_segments_and_openings() {
    let dir = TempDir::new().unwrap();
    let mut expected = Vec::new();
    let mut name = None;
    for opening in 0..3_u8 {
        let journal = open(&dir);
        assert_eq!(
            name.get_or_insert_with(|| journal.name().to_owned()),
            journal.name()
        );
        assert_eq!(payloads(read_all(&journal, 0)), expected);
        for n in 0..40_u8 {
            let payload = vec![opening ^ n; usize::from(n) * 3];
            let next = journal.append(payload.clone()).await.unwrap();
            assert_eq!(*journal.durable_end().borrow(), next);
            expected.push(payload);
            assert_eq!(read_all(&journal, 0).last().unwrap().next, next);
        }
        assert_eq!(journal.syncs(), 40);
    }
    assert!(segments(dir.path()).len() > 5);
    assert_ne!(open(&TempDir::new().unwrap()).name(), name.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_wait_together_share_a_sync() {
    let dir = TempDir::new().unwrap();
    let journal = Arc::new(open(&dir));
    let mut tasks = JoinSet::new();
    for task in 0..64_u32 {
        let journal = Arc::clone(&journal);
        tasks.spawn(async move {
            let mut last = 0;
            for n in 0..50_u32 {
                let payload = [task.to_le_bytes(), n.to_le_bytes()].concat();
                let next = journal.append(payload.clone()).await.unwrap();
                assert!(next > last, "one caller's records are in its order");
                let found = journal.read_after(next - 16, 1).unwrap();
                assert_eq!(found, [Record { payload, next }]);
                last = next;
            }
        });
    }
    tasks.join_all().await;
    let mut found = payloads(read_all(&journal, 0));
    found.sort();
    let mut expected: Vec<_> = (0..64_u32)
        .flat_map(|task| (0..50_u32).map(move |n| [task.to_le_bytes(), n.to_le_bytes()].concat()))
        .collect();
    expected.sort();
    assert_eq!(found, expected);
    assert!(journal.syncs() < 3200 / 2, "{} syncs", journal.syncs());
}

#[tokio::test]
async fn releasing_keeps_what_was_not_drained_and_reuses_files() {
    let dir = TempDir::new().unwrap();
    let mut journal = open(&dir);
    let (mut drained, mut next) = (0, 0_u32);
    for round in 0..60_u32 {
        for n in 0..10 {
            journal
                .append([(round * 10 + n).to_le_bytes(); 20].concat())
                .await
                .unwrap();
        }
        for record in journal
            .read_after(drained, 9 + usize::from(round % 2 == 1) * 2)
            .unwrap()
        {
            assert_eq!(record.payload[..4], next.to_le_bytes());
            (drained, next) = (record.next, next + 1);
        }
        journal.release(drained).unwrap();
        assert!(segments(dir.path()).len() <= 4);
        if round % 7 == 0 {
            drop(journal);
            journal = open(&dir);
        }
    }
    assert_eq!(next, 600);
    let end = *journal.durable_end().borrow();
    assert_eq!(end, drained);
    // The last segment stays, and with it the position.
    journal.release(end).unwrap();
    drop(journal);
    let journal = open(&dir);
    assert_eq!(*journal.durable_end().borrow(), end);
    // A reader that forgot where it was begins with what is left.
    let left = read_all(&journal, 0);
    assert!(!left.is_empty() && left.len() < 20 && left.last().unwrap().next == end);
}

#[tokio::test]
async fn two_never_share_a_journal() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    let second = Journal::open(dir.path(), options());
    assert!(matches!(second, Err(JournalError::Locked(path)) if path == dir.path()));
    drop(journal);
    open(&dir);
}

#[tokio::test]
async fn a_record_fits_in_a_segment_or_is_refused() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    let most = usize::try_from(SEGMENT).unwrap() - 8;
    let refused = journal.append(vec![1; most + 1]).await;
    assert!(
        matches!(refused, Err(JournalError::TooLong { length, most: m }) if length == most + 1 && m == most)
    );
    journal.append(vec![1; most]).await.unwrap();
    journal.append(vec![2; most]).await.unwrap();
    assert_eq!(
        payloads(read_all(&journal, 0)),
        [vec![1; most], vec![2; most]]
    );
    drop(journal);
    // Opened with longer segments, it skips the one that was prepared too short.
    let longer = JournalOptions {
        segment_bytes: 3 * SEGMENT,
        ..options()
    };
    let journal = Journal::open(dir.path(), longer).unwrap();
    journal.append(vec![3; 2 * most]).await.unwrap();
    drop(journal);
    assert_eq!(
        payloads(read_all(&open(&dir), 0)),
        [vec![1; most], vec![2; most], vec![3; 2 * most]]
    );
}

#[tokio::test]
async fn a_full_queue_is_refused_at_once() {
    let dir = TempDir::new().unwrap();
    let journal = Journal::open(
        dir.path(),
        JournalOptions {
            queue: 0,
            ..options()
        },
    )
    .unwrap();
    assert!(matches!(
        journal.append(vec![1]).await,
        Err(JournalError::Overloaded)
    ));
}

#[tokio::test]
async fn closing_writes_what_waits() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    // Polled once, so that it is in the queue, and then given up.
    for n in 0..50_u8 {
        let mut append = Box::pin(journal.append(vec![n; 10]));
        assert!(futures::poll!(&mut append).is_pending() || *journal.durable_end().borrow() > 0);
    }
    drop(journal);
    assert_eq!(payloads(read_all(&open(&dir), 0)).len(), 50);
}

#[derive(Debug, Clone)]
enum Step {
    Append(Vec<Vec<u8>>),
    Drain(usize),
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let payload = prop::collection::vec(any::<u8>(), 0..300);
    let step = prop_oneof![
        4 => prop::collection::vec(payload, 1..12).prop_map(Step::Append),
        3 => (0..30_usize).prop_map(Step::Drain),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_a_queue_that_survives(steps in steps()) {
        let runtime = Runtime::new().unwrap();
        let dir = TempDir::new().unwrap();
        let mut journal = open(&dir);
        let mut model = std::collections::VecDeque::new();
        let mut drained = 0;
        for step in steps {
            match step {
                Step::Append(payloads) => {
                    let appends = payloads.iter().map(|payload| journal.append(payload.clone()));
                    for appended in runtime.block_on(futures::future::join_all(appends)) {
                        appended.unwrap();
                    }
                    model.extend(payloads);
                }
                Step::Drain(most) => {
                    for record in journal.read_after(drained, most).unwrap() {
                        prop_assert_eq!(Some(record.payload), model.pop_front());
                        drained = record.next;
                    }
                    journal.release(drained).unwrap();
                }
                Step::Reopen => {
                    drop(journal);
                    journal = open(&dir);
                }
            }
        }
        let left = payloads(read_all(&journal, drained));
        prop_assert_eq!(left, Vec::from(model));
    }
}
