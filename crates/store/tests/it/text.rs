//! What is put in comes back as it was and is found by its bytes.

use domain::{
    members::Member,
    notices::{Notice, NoticeKind},
};
use kernel::{PageRequest, ProjectId};
use serde_json::json;

use crate::{
    database::Database,
    portable::insert,
    samples::{id, member, moment},
};

#[tokio::test]
async fn ids_times_and_texts_come_back_as_they_were() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    let texts = [
        "plain",
        "你好，世界 龍龘",
        "🎁👩‍👩‍👧‍👦🇨🇳",
        "O'Brien \"quoted\" \\ %_",
        "a\tb\nc",
        "a\u{0}b",
        "é e\u{301} ß İ",
        "",
    ];
    // Every number of digits after the second: SQLite keeps times as text.
    let fractions = [0, 1, 10, 120_000, 123_000, 123_400, 123_456, 999_999];
    let mut expected = Vec::new();
    for (place, text) in texts.into_iter().cycle().take(24).enumerate() {
        let sample = Member {
            name: Some(text.to_owned()),
            created_at: moment(fractions[place % fractions.len()]),
            ..member(project, Some(&format!("{place}")))
        };
        insert(&process, &sample).await.unwrap();
        expected.push(sample);
    }
    let read = process.read();
    for sample in expected {
        let found = read
            .project(project)
            .members()
            .find(sample.id)
            .await
            .unwrap();
        assert_eq!(found, Some(sample));
    }
}

#[tokio::test]
async fn text_is_compared_byte_by_byte() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    let different = [
        "ann",
        "Ann",
        "ann ",
        " ann",
        "änn",
        "a\u{308}nn",
        "ａｎｎ",
        "straße",
        "strasse",
        "龍",
        "龙",
        "🎁",
        "🎀",
    ];
    for text in different {
        insert(&process, &member(project, Some(text)))
            .await
            .unwrap_or_else(|error| {
                panic!("{text:?} is taken for another text: {error}");
            });
    }
    let read = process.read();
    for text in different {
        let found = read
            .project(project)
            .members()
            .find_known(&[text], &[])
            .await
            .unwrap();
        let found: Vec<_> = found
            .iter()
            .filter_map(|member| member.external_id.as_deref())
            .collect();
        assert_eq!(found, [text]);
    }
}

#[tokio::test]
async fn search_compares_the_beginning_in_any_usual_spelling() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    for text in ["ann", "anna", "ANNA", "bann", "bob"] {
        insert(&process, &member(project, Some(text)))
            .await
            .unwrap();
    }
    let found = process
        .read()
        .project(project)
        .members()
        .search("ann", PageRequest::new(None, None))
        .await
        .unwrap();
    let mut found: Vec<_> = found
        .items
        .into_iter()
        .filter_map(|member| member.external_id)
        .collect();
    found.sort();
    assert_eq!(found, ["ANNA", "ann", "anna"]);
}

#[tokio::test]
async fn documents_are_opaque() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    let notice = Notice {
        id: id(),
        project,
        member: id(),
        kind: NoticeKind::Welcome,
        data: json!({
            "z": 1, "a": {"y": [1, 2.5, null, true], "": "空 🎁"}, "big": i64::MAX, "unsigned": u64::MAX,
            "quote": "\"\\/\u{8}\n", "nul": "a\u{0}b", "long": "x".repeat(100_000),
        }),
        read_at: None,
        created_at: moment(0),
    };
    let expected = notice.clone();
    process
        .write(move |tx| {
            let notice = notice.clone();
            Box::pin(async move { tx.project(project).notices().insert_all(&[notice]).await })
        })
        .await;
    let page = PageRequest::new(None, None);
    let read = process.read();
    let found = read
        .project(project)
        .notices()
        .list(expected.member, false, page)
        .await
        .unwrap();
    assert_eq!(found.items, [expected]);
}
