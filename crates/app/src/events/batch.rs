//! The set-based write behind event ingestion.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use domain::referrals::{Event, Outcome};
use kernel::{Clock, Entropy, IdempotencyKey, Problem, ProblemCode, ProjectId};
use store::{Batch, StoreError, WriteTx};

use super::{load::load, save::save, working_set::WorkingSet};
use crate::{AppError, AppResult};

/// One event on its way in, checked for shape.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The tenant.
    pub project: ProjectId,
    /// The event, without address and device.
    pub event: Event,
    /// Hash of the event's content.
    pub fingerprint: [u8; 32],
    /// Keyed hash of the person's address.
    pub address_hash: Option<[u8; 16]>,
    /// Keyed hash of the person's device.
    pub device_hash: Option<[u8; 16]>,
    /// The client's idempotency key, where it sent one.
    pub idempotency: Option<IdempotencyKey>,
}

/// Handles whatever events wait at the same moment.
#[derive(Debug)]
pub struct Ingest {
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub entropy: Arc<dyn Entropy>,
    /// What click tokens are signed with.
    pub secret: Arc<[u8]>,
}

#[async_trait]
impl Batch for Ingest {
    type Item = Incoming;
    type Outcome = (Outcome, bool);
    type Error = AppError;

    async fn handle(
        &self,
        tx: &WriteTx,
        items: &[Incoming],
    ) -> AppResult<Vec<AppResult<(Outcome, bool)>>> {
        let mut by_project: BTreeMap<ProjectId, Vec<usize>> = BTreeMap::new();
        for (place, item) in items.iter().enumerate() {
            by_project.entry(item.project).or_default().push(place);
        }
        let mut outcomes: Vec<Option<AppResult<(Outcome, bool)>>> =
            items.iter().map(|_| None).collect();
        for (project, places) in by_project {
            let own: Vec<&Incoming> = places.iter().map(|place| &items[*place]).collect();
            let mut set = load(self, tx, project, &own).await?;
            let mut answers = Vec::new();
            for (place, item) in places.iter().zip(&own) {
                let outcome = set.answer(item);
                if let Err(problem) = &outcome
                    && problem.code == ProblemCode::Internal
                {
                    // The fault is ours, and the set holds half a decision: nothing of it may be written.
                    return Err(problem.clone().into());
                }
                if let (Some(key), Ok((outcome, false))) = (&item.idempotency, &outcome) {
                    answers.push((key.clone(), outcome.clone()));
                }
                outcomes[*place] = Some(outcome.map_err(AppError::from));
            }
            save(tx, set, answers).await.map_err(raced)?;
        }
        Ok(outcomes
            .into_iter()
            .map(|outcome| outcome.unwrap_or_else(|| Err(ProblemCode::Internal.into())))
            .collect())
    }
}

/// Whoever took a unique key since the set was loaded has committed: loading again shows it.
fn raced(error: AppError) -> AppError {
    match error {
        AppError::Store(StoreError::Duplicate(_)) => StoreError::Stale("an event's facts").into(),
        other => other,
    }
}

impl WorkingSet {
    /// The answer to one event: given before, or decided now. `true` where it was given before.
    fn answer(&mut self, item: &Incoming) -> Result<(Outcome, bool), Problem> {
        if let Some(key) = &item.idempotency
            && let Some((fingerprint, outcome)) = self.answers.get(&key.key)
        {
            let outcome = outcome.clone().ok_or(ProblemCode::IdempotencyConflict)?;
            return same(*fingerprint == key.fingerprint, outcome);
        }
        if let Some(key) = &item.event.key
            && let Some(id) = self.event_by_key.get(key)
            && let Some(stored) = self.events.get(id)
        {
            return same(
                stored.fingerprint == item.fingerprint,
                stored.outcome.clone(),
            );
        }
        let outcome = self.decide(item)?;
        if let Some(key) = &item.idempotency {
            self.answers
                .insert(key.key.clone(), (key.fingerprint, Some(outcome.clone())));
        }
        Ok((outcome, false))
    }
}

fn same(same: bool, outcome: Outcome) -> Result<(Outcome, bool), Problem> {
    if same {
        Ok((outcome, true))
    } else {
        Err(ProblemCode::IdempotencyConflict.into())
    }
}
