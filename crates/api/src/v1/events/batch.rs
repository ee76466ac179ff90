//! `POST /api/v1/events/batch`

use app::AppResult;
use app::events::Ingested;
use http_kit::{ProblemBody, ProblemResponse};

use super::{EventOutcome, ingest::NewEvent};
use crate::{prelude::*, refusal::Refusal};

/// Up to 1,000 events.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Batch {
    /// The events, decided in this order.
    #[schema(max_items = 1000)]
    events: Vec<NewEvent>,
}

/// One answer for each event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BatchAnswer {
    /// The answers, in the order of the events.
    results: Vec<BatchResult>,
}

/// The answer to one event, as if it had come alone.
#[derive(Debug, Serialize, ToSchema)]
struct BatchResult {
    /// The HTTP status that the event would have got alone.
    status: u16,
    /// Whether the event had come before and this is the answer of then.
    replayed: bool,
    /// What it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<EventOutcome>,
    /// Why it did nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

impl Validate for Batch {}

impl BatchResult {
    fn new(key: Option<String>, result: AppResult<Ingested>) -> Self {
        match result {
            Ok(Ingested { outcome, replayed }) => {
                let outcome = Some(EventOutcome::new(key, outcome));
                Self {
                    status: 201,
                    replayed,
                    outcome,
                    problem: None,
                }
            }
            Err(error) => {
                let response = ProblemResponse::from(Refusal::from(error));
                let problem = ProblemBody::from(response.problem().clone());
                Self {
                    status: problem.status,
                    replayed: false,
                    outcome: None,
                    problem: Some(problem),
                }
            }
        }
    }
}

failures!(writes: );

/// Takes in up to 1,000 events. Each has its own answer; one that is refused does not harm its neighbours.
#[utoipa::path(post, path = "/api/v1/events/batch", tag = "events", operation_id = "ingest_events",
    request_body = Batch,
    responses((status = 200, description = "One answer for each event.", body = BatchAnswer), Failure))]
pub(super) async fn batch(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(Batch { events }): Valid<Batch>,
) -> Answer<BatchAnswer> {
    let events: Vec<domain::referrals::Event> = events.into_iter().map(Into::into).collect();
    let keys: Vec<_> = events.iter().map(|event| event.key.clone()).collect();
    let results = app::events::ingest_events(&app, &ctx, project, events).await?;
    let results = keys
        .into_iter()
        .zip(results)
        .map(|(key, result)| BatchResult::new(key, result))
        .collect();
    shown(BatchAnswer { results })
}
