//! Clicks.

use domain::clicks::Click;
use kernel::{CodeId, PageRequest, Place, ProgramId, ProjectId, kinds};
use store::ClickFilter;

use crate::{
    database::Database,
    samples::{id, moment},
};

fn click(project: ProjectId, program: ProgramId, code: CodeId) -> Click {
    Click {
        id: id::<kinds::Event>().uuid(),
        project,
        program,
        code,
        at: moment(42),
        channel: "wechat".to_owned(),
        utm: [("source".to_owned(), "新闻 letter".to_owned())].into(),
        address_hash: Some([0xff; 16]),
        agent_hash: None,
        referrer: Some("example.com".to_owned()),
        bot: true,
    }
}

#[tokio::test]
async fn a_journal_drained_twice_adds_nothing() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, program, code) = (id(), id(), id());
    let clicks: Vec<_> = (0..600).map(|_| click(project, program, code)).collect();
    let first = clicks.clone();
    for part in [400, 600] {
        let part = first[..part].to_vec();
        process
            .write(move |tx| {
                let part = part.clone();
                Box::pin(async move {
                    tx.clicks_insert(&part).await?;
                    tx.set_journal_position("j1", i64::try_from(part.len()).unwrap())
                        .await
                })
            })
            .await;
    }
    let read = process.read();
    assert_eq!(read.journal_position("j1").await.unwrap(), 600);
    let mut seen = Vec::new();
    let mut page = PageRequest::new(None, Some(200));
    loop {
        let found = read
            .project(project)
            .clicks()
            .list(&ClickFilter::default(), page)
            .await
            .unwrap();
        seen.extend(found.items);
        let Some(next) = found.next else { break };
        page.place = Place::After(next.parse().unwrap());
    }
    assert_eq!(seen.len(), 600);
    assert!(
        seen.is_sorted_by(|a, b| a.id > b.id),
        "newest first, each once"
    );
    let found = read
        .project(project)
        .clicks()
        .find(clicks[5].id)
        .await
        .unwrap();
    assert_eq!(found, Some(clicks[5].clone()));
    assert_eq!(
        read.project(id())
            .clicks()
            .find(clicks[5].id)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn clicks_are_listed_by_code_and_program() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, program, code): (_, ProgramId, CodeId) = (id(), id(), id());
    let clicks = vec![
        click(project, program, code),
        click(project, program, id()),
        click(project, id(), id()),
        click(id(), program, code),
    ];
    process
        .write(move |tx| {
            let clicks = clicks.clone();
            Box::pin(async move { tx.clicks_insert(&clicks).await })
        })
        .await;
    let read = process.read();
    let count = async |program, code| {
        let page = PageRequest::new(None, None);
        let filter = ClickFilter {
            program,
            code,
            ..ClickFilter::default()
        };
        read.project(project)
            .clicks()
            .list(&filter, page)
            .await
            .unwrap()
            .items
            .len()
    };
    assert_eq!(count(None, None).await, 3);
    assert_eq!(count(Some(program), None).await, 2);
    assert_eq!(count(Some(program), Some(code)).await, 1);
}
