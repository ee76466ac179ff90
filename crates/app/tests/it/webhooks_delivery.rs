//! Messages to a real receiver: signed, repeated, given up.

use chrono::TimeDelta;
use data_encoding::BASE64;
use domain::webhooks::{Delivery, DeliveryState};
use hmac::{Hmac, KeyInit, Mac};
use inviter_app::webhooks::{
    EndpointPatch, NewEndpoint, create_endpoint, get_delivery, list_deliveries, list_endpoints,
    retry_delivery, rotate_secret, update_endpoint,
};
use kernel::{EndpointId, ExposeSecret, PageRequest};
use serde_json::{Value, json};
use sha2::Sha256;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

use crate::{fixture::Fixture, scene::units};

struct Receiver {
    server: MockServer,
    endpoint: EndpointId,
    secret: String,
}

async fn receiver(f: &Fixture, events: &[&str]) -> Receiver {
    let server = MockServer::start().await;
    let url = format!("{}/hook?token=hush", server.uri()).parse().unwrap();
    let new = NewEndpoint {
        url,
        events: events.iter().map(|event| (*event).to_owned()).collect(),
    };
    let made = create_endpoint(&f.app, &f.cli(), f.id(), new)
        .await
        .unwrap();
    let secret = made.secret.unwrap().expose_secret().to_owned();
    Receiver {
        server,
        endpoint: made.endpoint.id,
        secret,
    }
}

impl Receiver {
    async fn answers(&self, statuses: &[u16]) {
        self.server.reset().await;
        let (last, first) = statuses.split_last().unwrap();
        for status in first {
            let mock = Mock::given(any()).respond_with(ResponseTemplate::new(*status));
            mock.up_to_n_times(1).mount(&self.server).await;
        }
        Mock::given(any())
            .respond_with(ResponseTemplate::new(*last))
            .mount(&self.server)
            .await;
    }

    async fn requests(&self) -> Vec<Request> {
        self.server.received_requests().await.unwrap()
    }
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    request.headers.get(name).unwrap().to_str().unwrap()
}

/// What a receiver computes, from the specification and not from our code.
fn expected(request: &Request, secret: &str) -> String {
    let key = BASE64
        .decode(secret.strip_prefix("whsec_").unwrap().as_bytes())
        .unwrap();
    let mut signed = format!(
        "{}.{}.",
        header(request, "webhook-id"),
        header(request, "webhook-timestamp")
    )
    .into_bytes();
    signed.extend(&request.body);
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(&signed);
    format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
}

async fn deliveries(f: &Fixture, endpoint: EndpointId) -> Vec<Delivery> {
    let page = PageRequest::new(None, None);
    list_deliveries(&f.app, &f.cli(), f.id(), endpoint, None, page)
        .await
        .unwrap()
        .items
}

#[tokio::test]
async fn a_message_is_signed_and_says_what_happened_in_readable_ids() {
    let f = Fixture::with(json!({ "rules": [units("thanks", "signup", "inviter", 5)] })).await;
    let (ada, code) = f.inviter().await;
    let receiver = receiver(&f, &["reward.granted"]).await;
    receiver.answers(&[204]).await;
    f.signup(&code, "ben").await.unwrap();
    f.follow().await;
    f.work().await;

    let requests = receiver.requests().await;
    assert_eq!(requests.len(), 1, "only what it asked for");
    let request = &requests[0];
    assert_eq!(
        header(request, "webhook-signature"),
        expected(request, &receiver.secret)
    );
    assert_eq!(header(request, "content-type"), "application/json");
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["type"], "reward.granted");
    assert_eq!(
        (&body["project"], &body["mode"]),
        (&json!("acme"), &json!("live"))
    );
    assert_eq!(body["timestamp"], "2026-05-01T12:00:00Z");
    assert_eq!(body["data"]["member"], json!(ada.id));
    assert_eq!(
        body["data"]["reward"],
        json!({ "type": "units", "unit": "credits", "amount": 5 })
    );
    assert!(body["data"].get("type").is_none());

    let found = deliveries(&f, receiver.endpoint).await;
    assert_eq!(found[0].id.to_string(), header(request, "webhook-id"));
    let (delivery, attempts) = get_delivery(&f.app, &f.cli(), f.id(), found[0].id)
        .await
        .unwrap();
    assert_eq!(
        (delivery.state, delivery.attempts),
        (DeliveryState::Delivered, 1)
    );
    assert_eq!(
        (attempts.len(), attempts[0].status, &attempts[0].error),
        (1, Some(204), &None)
    );
}

#[tokio::test]
async fn a_repeated_message_keeps_its_id_and_is_given_up_after_the_last_try() {
    let f = Fixture::with(json!({})).await;
    let (_, code) = f.inviter().await;
    let receiver = receiver(&f, &["referral.registered"]).await;
    receiver.answers(&[500, 302, 503]).await;
    f.signup(&code, "ben").await.unwrap();
    f.follow().await;
    for _ in 0..4 {
        f.work().await;
        f.clock.advance(TimeDelta::hours(1));
    }
    let requests = receiver.requests().await;
    assert_eq!(requests.len(), 3, "three tries, as the settings say");
    assert!(
        requests
            .iter()
            .all(|request| header(request, "webhook-id") == header(&requests[0], "webhook-id"))
    );
    assert!(
        requests
            .iter()
            .all(|request| header(request, "webhook-signature")
                == expected(request, &receiver.secret))
    );
    assert_ne!(
        header(&requests[0], "webhook-timestamp"),
        header(&requests[1], "webhook-timestamp")
    );
    let id = deliveries(&f, receiver.endpoint).await[0].id;
    let (delivery, attempts) = get_delivery(&f.app, &f.cli(), f.id(), id).await.unwrap();
    assert_eq!(
        (delivery.state, delivery.last_status),
        (DeliveryState::Failed, Some(503))
    );
    let statuses: Vec<_> = attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!(statuses, [Some(500), Some(302), Some(503)]);
    let refused = Some("status_not_accepted".to_owned());
    assert!(attempts.iter().all(|attempt| attempt.error == refused));

    receiver.answers(&[200]).await;
    retry_delivery(&f.app, &f.cli(), f.id(), id).await.unwrap();
    f.work().await;
    let requests = receiver.requests().await;
    assert_eq!(header(&requests[0], "webhook-id"), id.to_string());
    assert_eq!(
        get_delivery(&f.app, &f.cli(), f.id(), id)
            .await
            .unwrap()
            .0
            .state,
        DeliveryState::Delivered
    );
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_asked_no_more() {
    let f = Fixture::with(json!({})).await;
    let (_, code) = f.inviter().await;
    let receiver = receiver(&f, &["referral.registered"]).await;
    receiver.answers(&[410]).await;
    f.signup(&code, "ben").await.unwrap();
    f.signup(&code, "cem").await.unwrap();
    f.follow().await;
    f.work().await;
    assert!(!list_endpoints(&f.app, &f.cli(), f.id()).await.unwrap()[0].enabled);
    let found = deliveries(&f, receiver.endpoint).await;
    assert!(
        found
            .iter()
            .all(|delivery| delivery.state == DeliveryState::Failed),
        "{found:?}"
    );
    f.signup(&code, "dee").await.unwrap();
    f.follow().await;
    assert_eq!(
        deliveries(&f, receiver.endpoint).await.len(),
        2,
        "nothing more is made for it"
    );
}

#[tokio::test]
async fn a_disabled_endpoint_gets_nothing_that_waits() {
    let f = Fixture::with(json!({})).await;
    let (_, code) = f.inviter().await;
    let receiver = receiver(&f, &["referral.registered"]).await;
    receiver.answers(&[200]).await;
    f.signup(&code, "ben").await.unwrap();
    f.follow().await;
    let off = EndpointPatch {
        enabled: Some(false),
        ..EndpointPatch::default()
    };
    update_endpoint(&f.app, &f.cli(), f.id(), receiver.endpoint, off)
        .await
        .unwrap();
    f.work().await;
    assert!(receiver.requests().await.is_empty());
    let given_up = deliveries(&f, receiver.endpoint).await.remove(0);
    assert_eq!(given_up.state, DeliveryState::Failed);
    assert_eq!(given_up.last_error.as_deref(), Some("endpoint_disabled"));
}

#[tokio::test]
async fn both_secrets_sign_during_a_rotation() {
    let f = Fixture::with(json!({})).await;
    let (_, code) = f.inviter().await;
    let receiver = receiver(&f, &["referral.registered"]).await;
    receiver.answers(&[200]).await;
    let rotated = rotate_secret(&f.app, &f.cli(), f.id(), receiver.endpoint)
        .await
        .unwrap();
    let new = rotated.secret.unwrap().expose_secret().to_owned();
    f.signup(&code, "ben").await.unwrap();
    f.follow().await;
    f.work().await;
    f.clock.advance(TimeDelta::hours(25));
    f.signup(&code, "cem").await.unwrap();
    f.follow().await;
    f.work().await;
    let requests = receiver.requests().await;
    let both = format!(
        "{} {}",
        expected(&requests[0], &new),
        expected(&requests[0], &receiver.secret)
    );
    assert_eq!(header(&requests[0], "webhook-signature"), both);
    assert_eq!(
        header(&requests[1], "webhook-signature"),
        expected(&requests[1], &new)
    );
}

#[tokio::test]
async fn nobody_at_home_is_recorded_without_the_address() {
    let f = Fixture::with(json!({})).await;
    let (_, code) = f.inviter().await;
    let new = NewEndpoint {
        url: "http://127.0.0.1:9/hook?token=hush".parse().unwrap(),
        events: Vec::new(),
    };
    let endpoint = create_endpoint(&f.app, &f.cli(), f.id(), new)
        .await
        .unwrap()
        .endpoint
        .id;
    f.signup(&code, "ben").await.unwrap();
    f.follow().await;
    f.work().await;
    let found = deliveries(&f, endpoint).await;
    assert!(!found.is_empty());
    for delivery in found {
        assert_eq!(
            (delivery.state, delivery.attempts),
            (DeliveryState::Pending, 1)
        );
        assert_eq!(delivery.last_error.as_deref(), Some("connection_refused"));
        assert_ne!(
            delivery.event, "webhook.changed",
            "what is private is not sent"
        );
    }
}
