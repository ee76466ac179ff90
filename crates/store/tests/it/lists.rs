//! Lists: forwards, backwards, filtered, searched.

use domain::{
    codes::{Code, CodeKind},
    members::Member,
};
use kernel::{Id, MemberId, PageRequest, ProjectId};
use proptest::prelude::*;
use store::{CodeFilter, CodeState};

use crate::{
    database::{Database, Process},
    samples::{id, moment},
};

fn member(project: ProjectId, place: u8, external_id: &str, name: &str) -> Member {
    let email = format!("{external_id}@Example.com");
    Member {
        id: numbered(place),
        project,
        external_id: Some(external_id.to_owned()),
        email_key: Some(email.to_lowercase()),
        email: Some(email),
        name: Some(name.to_owned()),
        locale: "en".to_owned(),
        created_at: moment(0),
    }
}

fn numbered<K: kernel::Kind>(place: u8) -> Id<K> {
    let mut bytes = [0; 16];
    bytes[5] = place;
    Id::derived(bytes)
}

async fn add(process: &Process, project: ProjectId, members: Vec<Member>) {
    process
        .write(move |tx| {
            let members = members.clone();
            Box::pin(async move { tx.project(project).members().insert_all(&members).await })
        })
        .await;
}

#[tokio::test]
async fn a_list_reads_the_same_both_ways() {
    let database = Database::new().await;
    let process = database.process().await;
    let project = id();
    let members = (1..=7).map(|n| member(project, n, &format!("u{n}"), "Ada"));
    add(&process, project, members.collect()).await;
    let read = process.read();
    let list = read.project(project).members();
    for search in [false, true] {
        let page = async |page| {
            if search {
                list.search("ADA", page).await.unwrap()
            } else {
                list.list(page).await.unwrap()
            }
        };
        let mut forwards = vec![page(PageRequest::new(None, Some(3))).await];
        while let Some(next) = forwards.last().and_then(|page| page.next.clone()) {
            let request = PageRequest::parse(Some(&next), None, Some(3)).unwrap();
            forwards.push(page(request).await);
        }
        let sizes: Vec<usize> = forwards.iter().map(|page| page.items.len()).collect();
        assert_eq!(sizes, [3, 3, 1]);
        assert_eq!(forwards[0].prev, None);
        let back = forwards[2].prev.clone().unwrap();
        let back = page(PageRequest::parse(None, Some(&back), Some(3)).unwrap()).await;
        assert_eq!(back, forwards[1], "the way back leads over the same pages");
        let first = back.prev.unwrap();
        let first = page(PageRequest::parse(None, Some(&first), Some(3)).unwrap()).await;
        assert_eq!(first, forwards[0]);
    }
}

#[tokio::test]
async fn members_are_found_in_whatever_case() {
    let database = Database::new().await;
    let process = database.process().await;
    let project = id();
    let members = vec![
        member(project, 1, "User-1", "Zoë Müller"),
        member(project, 2, "user-2", "ÉLODIE"),
        member(project, 3, "other", "100%"),
    ];
    let mut renamed = members[2].clone();
    add(&process, project, members).await;
    renamed.name = Some("Élise".to_owned());
    let change = renamed.clone();
    process
        .write(move |tx| {
            let change = change.clone();
            Box::pin(async move { tx.project(project).members().update(&change).await })
        })
        .await;
    let read = process.read();
    let found = async |text: &str| -> Vec<String> {
        let page = PageRequest::new(None, None);
        let found = read.project(project).members().search(text, page).await;
        let ids = found
            .unwrap()
            .items
            .into_iter()
            .filter_map(|it| it.external_id);
        ids.collect()
    };
    assert_eq!(found("zoë m").await, ["User-1"]);
    assert_eq!(found("éL").await, ["other", "user-2"]);
    assert_eq!(found("USER-1@EXAMPLE").await, ["User-1"]);
    assert_eq!(found("user-").await, ["user-2", "User-1"]);
    assert_eq!(
        found("100").await,
        Vec::<String>::new(),
        "the name is another now"
    );
    assert_eq!(found("%").await, Vec::<String>::new());
    let elsewhere = read.project(id()).members();
    let page = PageRequest::new(None, None);
    assert_eq!(elsewhere.search("zoë", page).await.unwrap().items, []);
}

fn code(project: ProjectId, place: u8, key: &str) -> Code {
    Code {
        id: numbered(place),
        project,
        program: numbered(200),
        owner: None::<MemberId>,
        text: key.to_owned(),
        key: key.to_owned(),
        kind: CodeKind::Vanity,
        uses: 0,
        max_uses: None,
        expires_at: None,
        revoked_at: None,
        batch: None,
        created_at: moment(0),
    }
}

#[tokio::test]
async fn codes_are_found_by_their_beginning_and_by_where_they_stand() {
    let database = Database::new().await;
    let process = database.process().await;
    let project = id();
    let mut codes: Vec<Code> = ["SPRING3", "SPRING1", "SUMMER", "SPRING2"]
        .into_iter()
        .zip(1..)
        .map(|(key, place)| code(project, place, key))
        .collect();
    codes[0].revoked_at = Some(moment(1));
    codes[1].expires_at = Some(moment(10));
    codes[2].max_uses = Some(2);
    codes[2].uses = 2;
    process
        .write(move |tx| {
            let codes = codes.clone();
            Box::pin(async move { tx.project(project).codes().insert_all(&codes).await })
        })
        .await;
    let read = process.read();
    let list = async |filter: &CodeFilter, at, page| {
        let codes = read.project(project).codes();
        let found = codes.list(filter, moment(at), page).await.unwrap();
        let keys: Vec<String> = found.items.into_iter().map(|code| code.key).collect();
        (keys, found.next, found.prev)
    };
    let spring = CodeFilter {
        prefix: Some("SPR".to_owned()),
        ..CodeFilter::default()
    };
    let (first, next, prev) = list(&spring, 0, PageRequest::new(None, Some(2))).await;
    assert_eq!(
        (first, prev),
        (vec!["SPRING1".to_owned(), "SPRING2".to_owned()], None)
    );
    let rest = PageRequest::parse(next.as_deref(), None, Some(2)).unwrap();
    let (rest, end, back) = list(&spring, 0, rest).await;
    assert_eq!((rest, end), (vec!["SPRING3".to_owned()], None));
    let back = PageRequest::parse(None, back.as_deref(), Some(2)).unwrap();
    assert_eq!(list(&spring, 0, back).await.0, ["SPRING1", "SPRING2"]);

    let standing = async |state, at| {
        let filter = CodeFilter {
            state: Some(state),
            ..CodeFilter::default()
        };
        list(&filter, at, PageRequest::new(None, None)).await.0
    };
    assert_eq!(standing(CodeState::Revoked, 0).await, ["SPRING3"]);
    assert_eq!(standing(CodeState::UsedUp, 0).await, ["SUMMER"]);
    assert_eq!(standing(CodeState::Expired, 10).await, ["SPRING1"]);
    assert_eq!(standing(CodeState::Live, 9).await, ["SPRING2", "SPRING1"]);
    assert_eq!(standing(CodeState::Live, 10).await, ["SPRING2"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Whatever the sizes, the pages of a list hold each item once, in order, from either end.
    #[test]
    fn pages_hold_each_item_once(count in 0..12_u8, limit in 1..5_u16) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let database = Database::new().await;
            let process = database.process().await;
            let project = id();
            let members = (1..=count).map(|n| member(project, n, &format!("u{n}"), "Ada"));
            add(&process, project, members.collect()).await;
            let read = process.read();
            let list = read.project(project).members();
            let mut page = list.list(PageRequest::new(None, Some(limit))).await.unwrap();
            let mut forwards = page.items.clone();
            while let Some(next) = page.next.clone() {
                let request = PageRequest::parse(Some(&next), None, Some(limit)).unwrap();
                page = list.list(request).await.unwrap();
                forwards.extend(page.items.clone());
            }
            let mut backwards: Vec<Member> = page.items.iter().rev().cloned().collect();
            while let Some(prev) = page.prev.clone() {
                let request = PageRequest::parse(None, Some(&prev), Some(limit)).unwrap();
                page = list.list(request).await.unwrap();
                backwards.extend(page.items.iter().rev().cloned());
            }
            backwards.reverse();
            assert_eq!(forwards.len(), usize::from(count));
            assert!(forwards.is_sorted_by(|a, b| a.id > b.id));
            assert_eq!(forwards, backwards);
        });
    }
}
