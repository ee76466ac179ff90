//! The use case: events come in.

use domain::{
    people::Permission,
    referrals::{Event, EventType, Outcome},
};
use kernel::{Ctx, IdempotencyKey, Problem, ProblemCode, ProjectId};
use sha2::{Digest, Sha256};

use super::{batch::Incoming, check::check};
use crate::{App, AppResult, figures};

/// The most events of one request.
pub const BATCH: usize = 1000;

/// The answer to one event.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingested {
    /// What came of it.
    pub outcome: Outcome,
    /// Whether it had come before, and this is the answer of then.
    pub replayed: bool,
}

/// Takes in one event. Its effect is durable when this returns.
///
/// # Errors
/// `validation_failed`; `idempotency_conflict` where its id was used with another content; for `strict` sign-ups
/// whatever refused the attribution.
pub async fn ingest_event(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    event: Event,
) -> AppResult<Ingested> {
    let mut answers = ingest_events(app, ctx, project, vec![event]).await?;
    answers
        .pop()
        .unwrap_or_else(|| Err(ProblemCode::Internal.into()))
}

/// Takes in up to [`BATCH`] events. Each has its own answer; one that is refused does not harm its neighbours.
///
/// # Errors
/// `forbidden`, or `payload_too_large` where there are too many.
pub async fn ingest_events(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    events: Vec<Event>,
) -> AppResult<Vec<AppResult<Ingested>>> {
    app.authorize(ctx, project, Permission::EventsWrite).await?;
    if events.len() > BATCH {
        return Err(Problem::new(
            ProblemCode::PayloadTooLarge,
            format!("At most {BATCH} events."),
        )
        .into());
    }
    take_in(app, ctx, project, events).await
}

/// Takes in events on whoever's behalf the caller has made sure of.
pub(crate) async fn take_in(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    events: Vec<Event>,
) -> AppResult<Vec<AppResult<Ingested>>> {
    let single = events.len() == 1;
    let mut answers: Vec<AppResult<Ingested>> = Vec::with_capacity(events.len());
    let mut items = Vec::with_capacity(events.len());
    let mut places = Vec::with_capacity(events.len());
    let mut sign_ups = Vec::new();
    for (place, event) in events.into_iter().enumerate() {
        match check(&event, ctx.now()) {
            Ok(()) => {
                places.push(place);
                sign_ups.push(event.kind == EventType::Signup);
                items.push(incoming(
                    app,
                    ctx,
                    project,
                    event,
                    (!single).then_some(place),
                ));
                answers.push(Err(ProblemCode::Internal.into()));
            }
            Err(problem) => answers.push(Err(problem.into())),
        }
    }
    let outcomes = app.ingest().submit_all(items).await?;
    for ((place, sign_up), outcome) in places.into_iter().zip(sign_ups).zip(outcomes) {
        answers[place] = outcome.map(|(outcome, replayed)| Ingested { outcome, replayed });
        if sign_up {
            figures::count_sign_up(app.metrics(), &answers[place]);
        }
        figures::count_verdict(app.metrics(), &answers[place]);
    }
    Ok(answers)
}

fn incoming(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    mut event: Event,
    place: Option<usize>,
) -> Incoming {
    let fingerprint = Sha256::digest(serde_json::to_vec(&event).unwrap_or_default()).into();
    let address_hash = event
        .address
        .take()
        .and_then(|address| app.person_hash("address", &address));
    let device_hash = event
        .device
        .take()
        .and_then(|device| app.person_hash("device", &device));
    let idempotency = ctx.idempotency.as_ref().map(|key| IdempotencyKey {
        // Each event of a batch has an answer of its own under the request's key.
        key: place.map_or_else(|| key.key.clone(), |place| format!("{}#{place}", key.key)),
        fingerprint: key.fingerprint,
    });
    Incoming {
        project,
        event,
        fingerprint,
        address_hash,
        device_hash,
        idempotency,
    }
}
