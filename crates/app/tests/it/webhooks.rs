use chrono::TimeDelta;
use domain::{log::Fact, webhooks::DeliveryState};
use inviter_app::webhooks::{
    EVENT_TYPES, EndpointPatch, EndpointWithSecret, NewEndpoint, TEST_EVENT, create_endpoint,
    delete_endpoint, get_delivery, list_deliveries, list_endpoints, retry_delivery, rotate_secret,
    send_test, update_endpoint,
};
use kernel::{Clock, DeliveryId, ExposeSecret, PageRequest, ProblemCode, ProjectId};
use store::{DeliveryAttempt, StoreResult};

use crate::fixture::{Fixture, refusal, wrong_fields};

fn endpoint(url: &str, events: &[&str]) -> NewEndpoint {
    let events = events.iter().map(|event| (*event).to_owned()).collect();
    NewEndpoint {
        url: url.parse().unwrap(),
        events,
    }
}

async fn make(fixture: &Fixture) -> EndpointWithSecret {
    let new = endpoint("https://example.com/hook", &["referral.registered"]);
    create_endpoint(&fixture.app, &fixture.cli(), fixture.id(), new)
        .await
        .unwrap()
}

/// The delivery ends in this state, as its job would end it.
async fn ended(fixture: &Fixture, id: DeliveryId, state: DeliveryState) {
    let (project, now) = (fixture.id(), fixture.clock.now());
    let attempt = fixture.cli().id::<kernel::kinds::Delivery>().uuid();
    let written: StoreResult<()> = fixture
        .app
        .store()
        .transact(move |tx| {
            Box::pin(async move {
                let attempt = DeliveryAttempt {
                    id: attempt,
                    at: now,
                    status: Some(500),
                    error: None,
                    millis: 3,
                };
                tx.project(project)
                    .webhooks()
                    .record_attempt(id, &attempt, state)
                    .await?;
                let jobs = tx
                    .claim(&["webhook.deliver"], "test", now, TimeDelta::minutes(1), 10)
                    .await?;
                for job in jobs {
                    tx.complete(job.id, "test").await?;
                }
                Ok(())
            })
        })
        .await;
    written.unwrap();
}

async fn jobs(fixture: &Fixture) -> u64 {
    let figures = fixture.app.store().read().queue_figures().await.unwrap();
    figures
        .iter()
        .filter(|figure| figure.kind == "webhook.deliver")
        .map(|figure| figure.count)
        .sum()
}

async fn stored_secrets(fixture: &Fixture, project: ProjectId) -> (String, Option<String>) {
    let endpoints = fixture
        .app
        .store()
        .read()
        .project(project)
        .webhooks()
        .endpoints()
        .await
        .unwrap();
    (
        endpoints[0].secret.clone(),
        endpoints[0].previous_secret.clone(),
    )
}

#[tokio::test]
async fn a_secret_is_shown_once_and_rotates() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let made = make(&fixture).await;
    let first = made.secret.as_ref().unwrap().expose_secret().to_owned();
    assert!(first.starts_with("whsec_") && first.len() == "whsec_".len() + 44);
    assert_eq!(made.endpoint.secret, "");
    assert_eq!(
        list_endpoints(app, ctx, project).await.unwrap(),
        std::slice::from_ref(&made.endpoint)
    );
    let rotated = rotate_secret(app, ctx, project, made.endpoint.id)
        .await
        .unwrap();
    let second = rotated.secret.unwrap().expose_secret().to_owned();
    assert_ne!(first, second);
    assert_eq!(
        rotated.endpoint.previous_until,
        Some(fixture.clock.now() + TimeDelta::hours(24))
    );
    assert_eq!(
        stored_secrets(&fixture, project).await,
        (second, Some(first))
    );
}

#[tokio::test]
async fn endpoints_are_checked() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let bad = create_endpoint(
        app,
        ctx,
        project,
        endpoint("ftp://example.com", &["no.such"]),
    )
    .await;
    assert_eq!(wrong_fields(bad), ["url", "events[0]"]);
    let bad = create_endpoint(
        app,
        ctx,
        project,
        endpoint("https://a:b@example.com", &["key.changed"]),
    )
    .await;
    assert_eq!(wrong_fields(bad), ["url", "events[0]"]);
    let made = make(&fixture).await.endpoint;
    let patch = EndpointPatch {
        enabled: Some(false),
        events: Some(Vec::new()),
        url: None,
    };
    let changed = update_endpoint(app, ctx, project, made.id, patch)
        .await
        .unwrap();
    assert!(!changed.enabled && changed.events.is_empty() && changed.url == made.url);
    assert_eq!(
        refusal(send_test(app, ctx, project, made.id).await),
        ProblemCode::InvalidTransition
    );
    // The secret did not get lost on the way.
    assert!(
        stored_secrets(&fixture, project)
            .await
            .0
            .starts_with("whsec_")
    );
    delete_endpoint(app, ctx, project, made.id).await.unwrap();
    assert_eq!(
        refusal(delete_endpoint(app, ctx, project, made.id).await),
        ProblemCode::NotFound
    );
}

#[tokio::test]
async fn a_test_message_is_queued_and_can_be_repeated_once_it_ended() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let made = make(&fixture).await.endpoint;
    let sent = send_test(app, ctx, project, made.id).await.unwrap();
    assert_eq!(
        (sent.event.as_str(), sent.state),
        (TEST_EVENT, DeliveryState::Pending)
    );
    let body: serde_json::Value = serde_json::from_str(&sent.body).unwrap();
    assert_eq!(body["type"], TEST_EVENT);
    assert_eq!(jobs(&fixture).await, 1);
    assert_eq!(
        refusal(retry_delivery(app, ctx, project, sent.id).await),
        ProblemCode::InvalidTransition
    );
    for state in [DeliveryState::Failed, DeliveryState::Delivered] {
        ended(&fixture, sent.id, state).await;
        assert_eq!(jobs(&fixture).await, 0);
        let again = retry_delivery(app, ctx, project, sent.id).await.unwrap();
        assert_eq!((again.id, again.state), (sent.id, DeliveryState::Pending));
        assert_eq!(jobs(&fixture).await, 1);
    }
    let (delivery, attempts) = get_delivery(app, ctx, project, sent.id).await.unwrap();
    assert_eq!(
        (delivery.state, delivery.attempts, attempts.len()),
        (DeliveryState::Pending, 2, 2)
    );
}

#[tokio::test]
async fn webhooks_of_another_project_are_not_found() {
    let fixture = Fixture::new().await;
    let other = fixture.project("shop").await.id;
    let (app, ctx) = (&fixture.app, &fixture.cli());
    let made = make(&fixture).await.endpoint;
    let sent = send_test(app, ctx, fixture.id(), made.id).await.unwrap();
    let page = PageRequest::new(None, None);
    assert!(list_endpoints(app, ctx, other).await.unwrap().is_empty());
    let patch = EndpointPatch::default();
    assert_eq!(
        refusal(update_endpoint(app, ctx, other, made.id, patch).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(delete_endpoint(app, ctx, other, made.id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(rotate_secret(app, ctx, other, made.id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(send_test(app, ctx, other, made.id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(list_deliveries(app, ctx, other, made.id, None, page).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(get_delivery(app, ctx, other, sent.id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(retry_delivery(app, ctx, other, sent.id).await),
        ProblemCode::NotFound
    );
    let own = list_deliveries(
        app,
        ctx,
        fixture.id(),
        made.id,
        Some(DeliveryState::Pending),
        page,
    )
    .await
    .unwrap();
    assert_eq!(own.items, [sent]);
}

#[test]
fn every_type_that_can_be_asked_for_is_one_of_the_log() {
    let id = |prefix: &str| format!("{prefix}_00000000000000000000000000");
    let facts = serde_json::json!([
        { "type": "member.created", "member": id("mem") },
        { "type": "program.changed", "program": id("prg"), "version": 1 },
        { "type": "invitation.sent", "invitation": id("ivt"), "sends": 1 },
    ]);
    let facts: Vec<Fact> = serde_json::from_value(facts).unwrap();
    assert!(facts.iter().all(|fact| EVENT_TYPES.contains(&fact.kind())));
    for kind in EVENT_TYPES {
        // An unknown tag is told as one; a known tag only misses its fields.
        let error = serde_json::from_value::<Fact>(serde_json::json!({ "type": kind }))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("missing field"), "{kind}: {error}");
    }
}
