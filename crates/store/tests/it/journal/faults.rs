//! Crashes, damage, and a disk without room.

use std::{
    ffi::OsStr,
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
};

use store::JournalError;
use tempfile::TempDir;

use super::{SEGMENT, open, payloads, read_all, segments};

#[tokio::test]
async fn a_torn_tail_is_dropped_and_nothing_before_it() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    let mut expected = Vec::new();
    for n in 0..13_u8 {
        expected.push(vec![n; 100]);
        journal.append(vec![n; 100]).await.unwrap();
    }
    let before = *journal.durable_end().borrow();
    let end = journal.append(vec![77; 12]).await.unwrap();
    drop(journal);
    let path = segments(dir.path())
        .into_iter()
        .rfind(|path| base(path) <= before)
        .unwrap();
    let whole = fs::read(&path).unwrap();
    let offset = |position: u64| usize::try_from(position - base(&path)).unwrap();
    for at in offset(before)..offset(end) {
        let mut garbled = whole.clone();
        garbled[at] ^= 0x55;
        reopened_drops_the_last(&dir, &path, &garbled, &expected).await;
        let mut cut = whole.clone();
        cut[at..].fill(0);
        reopened_drops_the_last(&dir, &path, &cut, &expected).await;
        reopened_drops_the_last(&dir, &path, &whole[..at], &expected).await;
    }
}

fn base(segment: &Path) -> u64 {
    let name = segment
        .file_stem()
        .and_then(OsStr::to_str)
        .expect("it has a name");
    name.parse().expect("its name is a position")
}

/// With `content` in its last segment the journal holds `expected`, and goes on from there.
async fn reopened_drops_the_last(dir: &TempDir, path: &Path, content: &[u8], expected: &[Vec<u8>]) {
    let copy = TempDir::new().expect("there is room");
    for segment in segments(dir.path()) {
        let bytes = if segment == path {
            content.to_vec()
        } else {
            fs::read(&segment).expect("it is there")
        };
        fs::write(
            copy.path()
                .join(segment.file_name().expect("it has a name")),
            bytes,
        )
        .expect("there is room");
    }
    let journal = open(&copy);
    assert_eq!(payloads(read_all(&journal, 0)), expected);
    // Shorter than what was dropped, so that remains of it would lie behind.
    journal.append(b"new".to_vec()).await.expect("it goes on");
    drop(journal);
    let mut expected = expected.to_vec();
    expected.push(b"new".to_vec());
    assert_eq!(payloads(read_all(&open(&copy), 0)), expected);
}

#[tokio::test]
async fn whole_frames_behind_a_torn_one_do_not_come_back() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    for n in 0..4_u8 {
        journal.append(vec![n; 50]).await.unwrap();
    }
    drop(journal);
    let path = &segments(dir.path())[0];
    let mut bytes = fs::read(path).unwrap();
    bytes[58 + 20] ^= 1;
    fs::write(path, bytes).unwrap();
    let journal = open(&dir);
    assert_eq!(payloads(read_all(&journal, 0)), [vec![0; 50]]);
    journal.append(vec![9; 50]).await.unwrap();
    drop(journal);
    assert_eq!(
        payloads(read_all(&open(&dir), 0)),
        [vec![0; 50], vec![9; 50]]
    );
}

#[tokio::test]
async fn without_a_new_segment_records_are_refused_until_there_is_room() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    journal.append(vec![1; 600]).await.unwrap();
    drop(journal);
    fs::remove_file(&segments(dir.path())[1]).unwrap();
    // A directory in the way of the next segment stands for a disk that is full.
    let obstacle = dir.path().join("unready");
    fs::create_dir(&obstacle).unwrap();
    let journal = open(&dir);
    assert!(matches!(
        journal.append(vec![2; 600]).await,
        Err(JournalError::Io(_))
    ));
    assert!(matches!(
        journal.append(vec![3; 600]).await,
        Err(JournalError::Io(_))
    ));
    journal.append(vec![4; 100]).await.unwrap();
    fs::remove_dir(&obstacle).unwrap();
    journal.append(vec![5; 600]).await.unwrap();
    assert_eq!(
        payloads(read_all(&journal, 0)),
        [vec![1; 600], vec![4; 100], vec![5; 600]]
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_an_error_with_a_way_on() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    for n in 0..30_u8 {
        journal.append(vec![n; 100]).await.unwrap();
    }
    let end = *journal.durable_end().borrow();
    let beyond = journal.read_after(end + 1, 1);
    assert!(
        matches!(beyond, Err(JournalError::Beyond { position, end: e }) if position == end + 1 && e == end)
    );
    assert!(matches!(
        journal.read_after(5, 1),
        Err(JournalError::Corrupt {
            position: 5,
            resume: SEGMENT
        })
    ));
    let mut file = OpenOptions::new()
        .write(true)
        .open(&segments(dir.path())[1])
        .unwrap();
    file.write_all(&[0xff; 3]).unwrap();
    let first = journal.read_after(0, 100).unwrap();
    assert_eq!(first.len(), 9, "what lies in front comes first");
    let error = journal.read_after(SEGMENT, 100);
    assert!(matches!(
        error,
        Err(JournalError::Corrupt { position: SEGMENT, resume }) if resume == 2 * SEGMENT
    ));
    assert_eq!(payloads(read_all(&journal, 2 * SEGMENT))[0], vec![18; 100]);
    fs::remove_file(&segments(dir.path())[1]).unwrap();
    drop(journal);
    let gap = open(&dir).read_after(first[8].next, 100);
    assert!(
        matches!(gap, Err(JournalError::Corrupt { position: SEGMENT, resume }) if resume == 2 * SEGMENT)
    );
}
