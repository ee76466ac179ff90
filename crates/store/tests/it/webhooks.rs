//! Webhooks.

use domain::webhooks::{Delivery, DeliveryState, Endpoint};
use kernel::{DeliveryId, EndpointId, Id, PageRequest, Place, ProjectId, kinds};
use store::DeliveryAttempt;

use crate::{
    database::Database,
    samples::{id, moment},
};

fn endpoint(project: ProjectId) -> Endpoint {
    Endpoint {
        id: id(),
        project,
        url: "https://example.com/hook?a=1".parse().unwrap(),
        events: vec!["reward.granted".to_owned()],
        secret: "whsec_1".to_owned(),
        previous_secret: None,
        previous_until: None,
        enabled: true,
        created_at: moment(0),
    }
}

fn delivery(project: ProjectId, endpoint: EndpointId, first: u8, micros: i64) -> Delivery {
    Delivery {
        id: Id::derived([first; 16]),
        project,
        endpoint,
        event: "reward.granted".to_owned(),
        body: "{\"b\":1, \"a\":\"名 🎁\"}\n".to_owned(),
        state: DeliveryState::Pending,
        attempts: 0,
        last_status: None,
        last_error: None,
        created_at: moment(micros),
        attempted_at: None,
    }
}

#[tokio::test]
async fn endpoints_are_kept_changed_and_removed() {
    let database = Database::new().await;
    let process = database.process().await;
    let project = id();
    let (one, two) = (endpoint(project), endpoint(project));
    let changed = Endpoint {
        url: "https://example.org/".parse().unwrap(),
        events: Vec::new(),
        secret: "whsec_2".to_owned(),
        previous_secret: Some("whsec_1".to_owned()),
        previous_until: Some(moment(5)),
        enabled: false,
        ..one.clone()
    };
    let values = (one, two.clone(), changed.clone());
    process
        .write(move |tx| {
            let (one, two, changed) = values.clone();
            Box::pin(async move {
                let webhooks = tx.project(project).webhooks();
                webhooks.insert(&one).await?;
                webhooks.insert(&two).await?;
                assert_eq!(webhooks.endpoints().await?, [two, one]);
                webhooks.save(&changed).await
            })
        })
        .await;
    let read = process.read();
    let webhooks = read.project(project).webhooks();
    assert_eq!(webhooks.find(changed.id).await.unwrap(), Some(changed));
    let (project, gone) = (project, two.id);
    process
        .write(move |tx| {
            Box::pin(async move {
                tx.project(id()).webhooks().delete(gone).await?;
                assert!(tx.project(project).webhooks().find(gone).await?.is_some());
                tx.project(project).webhooks().delete(gone).await
            })
        })
        .await;
    assert_eq!(webhooks.find(two.id).await.unwrap(), None);
}

fn attempt(millis: u32, status: Option<u16>, error: Option<String>) -> DeliveryAttempt {
    DeliveryAttempt {
        id: id::<kinds::Event>().uuid(),
        at: moment(i64::from(millis)),
        status,
        error,
        millis,
    }
}

#[tokio::test]
async fn a_message_made_twice_is_one_message_and_its_tries_are_visible() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, endpoint) = (id(), id());
    let message = delivery(project, endpoint, 1, 0);
    let (failed, delivered) = (
        attempt(7, Some(503), Some("雪".repeat(300))),
        attempt(9, Some(200), None),
    );
    let values = (message.clone(), failed.clone(), delivered.clone());
    process
        .write(move |tx| {
            let (message, failed, delivered) = values.clone();
            Box::pin(async move {
                let webhooks = tx.project(project).webhooks();
                webhooks
                    .insert_deliveries(std::slice::from_ref(&message))
                    .await?;
                webhooks
                    .record_attempt(message.id, &failed, DeliveryState::Pending)
                    .await?;
                let again = Delivery {
                    body: "other".to_owned(),
                    ..message.clone()
                };
                webhooks.insert_deliveries(&[again]).await?;
                webhooks
                    .record_attempt(message.id, &delivered, DeliveryState::Delivered)
                    .await
            })
        })
        .await;
    let read = process.read();
    let webhooks = read.project(project).webhooks();
    let expected = Delivery {
        state: DeliveryState::Delivered,
        attempts: 2,
        last_status: Some(200),
        last_error: None,
        attempted_at: Some(moment(9)),
        ..message
    };
    assert_eq!(
        webhooks.delivery(expected.id).await.unwrap(),
        Some(expected.clone())
    );
    let tries = webhooks.attempts(expected.id).await.unwrap();
    let error = Some("雪".repeat(255));
    assert_eq!(tries, [DeliveryAttempt { error, ..failed }, delivered]);
}

#[tokio::test]
async fn messages_are_listed_newest_first_through_pages() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, endpoint, other) = (id(), id(), id());
    // Ids say nothing about time, and several share one.
    let mut messages: Vec<_> = (0..10u8)
        .map(|n| delivery(project, endpoint, n.wrapping_mul(57), i64::from(n / 3)))
        .collect();
    messages.push(delivery(project, other, 200, 0));
    let insert = messages.clone();
    process
        .write(move |tx| {
            let messages = insert.clone();
            Box::pin(async move {
                tx.project(project)
                    .webhooks()
                    .insert_deliveries(&messages)
                    .await
            })
        })
        .await;
    messages.pop();
    messages.sort_by_key(|message| std::cmp::Reverse(message.id));
    let expected: Vec<DeliveryId> = messages.iter().map(|message| message.id).collect();

    let read = process.read();
    let webhooks = read.project(project).webhooks();
    let mut seen = Vec::new();
    let mut page = PageRequest::new(None, Some(3));
    loop {
        let found = webhooks
            .deliveries(endpoint, Some(DeliveryState::Pending), page)
            .await
            .unwrap();
        seen.extend(found.items.iter().map(|message| message.id));
        let Some(next) = found.next else { break };
        page.place = Place::After(next.parse().unwrap());
    }
    assert_eq!(seen, expected);
    let page = PageRequest::new(None, None);
    let failed = webhooks
        .deliveries(endpoint, Some(DeliveryState::Failed), page)
        .await
        .unwrap();
    assert_eq!(failed.items, []);
}
