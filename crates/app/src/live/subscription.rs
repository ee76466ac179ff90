//! One listener.

use std::{collections::VecDeque, sync::Arc};

use chrono::TimeDelta;
use domain::people::Permission;
use kernel::{Ctx, MemberId, ProjectId, Timestamp};
use serde::Serialize;
use tokio::sync::broadcast;

use super::{LiveEvent, Piece, after_entry, entry_of, pieces};
use crate::{App, AppError, AppResult};

/// The most events that a listener who comes back is told of.
const MISSED: usize = 500;
/// The most places of the log that are looked through for them, whosever they are.
const PLACES: i64 = 10_000;
/// Entries that are read from the log at a time.
const STEP: u64 = 20;
/// How often a listener's rights are looked at again.
const RECHECK: TimeDelta = TimeDelta::seconds(10);

/// What a listener is told.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// Something happened.
    Event(Box<LiveEvent>),
    /// More was missed than is told: figures have to be read anew. What follows happened after `position`.
    Gap {
        /// The present position.
        position: i64,
    },
}

/// Why a subscription is over. Where it ended by itself, a new one after the last position misses nothing.
#[derive(Debug, thiserror::Error)]
pub enum LiveEnd {
    /// The listener fell behind by more than the queue holds.
    #[error("the listener is too slow")]
    Lagged,
    /// The listener may no longer listen, or the database does not answer.
    #[error(transparent)]
    Failed(#[from] AppError),
}

/// What happens, for one listener. Nothing is held for it but its place in the queue.
pub struct Subscription {
    app: App,
    ctx: Ctx,
    project: ProjectId,
    /// Only what happens to this member.
    member: Option<MemberId>,
    /// What has been told or is not to be told.
    position: i64,
    /// Where to go on, where more was missed than is told.
    gap: Option<i64>,
    missed: Option<Missed>,
    pieces: VecDeque<Arc<Piece>>,
    shown: Option<Shown>,
    rights: Option<Rights>,
    told: broadcast::Receiver<Arc<Piece>>,
}

/// What is still to be read from the log.
struct Missed {
    next: i64,
    last: i64,
    told: usize,
}

/// Events of a piece, of which some have been told.
struct Shown {
    events: Arc<[LiveEvent]>,
    next: usize,
}

/// What was found when the listener's rights were last looked at.
#[derive(Clone, Copy)]
struct Rights {
    at: Timestamp,
    names: bool,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription")
            .field("project", &self.project)
            .field("member", &self.member)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl Subscription {
    /// Listens first and then looks how far the log goes, so that nothing happens between the two unheard.
    pub(super) async fn begin(
        app: &App,
        ctx: &Ctx,
        project: ProjectId,
        member: Option<MemberId>,
        after: Option<i64>,
    ) -> AppResult<Self> {
        let told = app.live().told.subscribe();
        let last = app.store().read().log_head().await?;
        let present = after_entry(last);
        let next = after.map(entry_of);
        // A position that is not there yet is one of a database that was put back.
        let gap = next.is_some_and(|next| next > last || last - next > PLACES);
        let missed = next.filter(|_| !gap).map(|next| Missed {
            next,
            last,
            told: 0,
        });
        Ok(Self {
            app: app.clone(),
            ctx: ctx.clone(),
            project,
            member,
            position: after.filter(|_| !gap).unwrap_or(present),
            gap: gap.then_some(present),
            missed,
            pieces: VecDeque::new(),
            shown: None,
            rights: None,
            told,
        })
    }

    /// Waits for the next news. Who gives up waiting and asks again has lost none: a piece leaves the queue of `self` only
    /// once its events are laid out.
    ///
    /// # Errors
    /// The subscription is over.
    pub async fn next(&mut self) -> Result<News, LiveEnd> {
        loop {
            if let Some(position) = self.gap.take() {
                return Ok(News::Gap { position });
            }
            if let Some(event) = self.take() {
                if !self.enough() {
                    return Ok(News::Event(Box::new(event)));
                }
            } else if let Some(piece) = self.pieces.front() {
                let piece = Arc::clone(piece);
                self.show(&piece).await?;
                self.pieces.pop_front();
            } else if self.missed.is_some() {
                self.read_on().await?;
            } else {
                // The queue lives as long as the application, of which this holds a handle.
                let piece = self.told.recv().await.map_err(|_| LiveEnd::Lagged)?;
                if piece.entry.project == Some(self.project) {
                    self.pieces.push_back(piece);
                }
            }
        }
    }

    /// The next event of those shown that is news, and theirs to know.
    fn take(&mut self) -> Option<LiveEvent> {
        let shown = self.shown.as_mut()?;
        while let Some(event) = shown.events.get(shown.next) {
            shown.next += 1;
            let concerned = self.member.is_none_or(|member| event.concerns(member));
            if event.position > self.position && concerned {
                self.position = event.position;
                let names = self.rights.is_some_and(|rights| rights.names);
                return Some(event.clone().with_names(names));
            }
        }
        self.shown = None;
        None
    }

    /// Counts an event that was missed. Where that makes too many, the rest is passed over.
    fn enough(&mut self) -> bool {
        let Some(missed) = &mut self.missed else {
            return false;
        };
        missed.told += 1;
        if missed.told <= MISSED {
            return false;
        }
        self.position = after_entry(missed.last);
        self.gap = Some(self.position);
        self.missed = None;
        self.shown = None;
        self.pieces.clear();
        true
    }

    /// Lays out the events of a piece.
    async fn show(&mut self, piece: &Piece) -> AppResult<()> {
        self.look_at_rights().await?;
        let events = piece.events(&self.app, self.project).await?;
        self.shown = Some(Shown { events, next: 0 });
        Ok(())
    }

    /// Makes sure, now and then, that the listener may still listen.
    async fn look_at_rights(&mut self) -> AppResult<()> {
        let now = self.ctx.now();
        if self.rights.is_some_and(|rights| now - rights.at < RECHECK) {
            return Ok(());
        }
        let (app, ctx, project) = (&self.app, &self.ctx, self.project);
        let names = if let Some(member) = self.member {
            app.authorize_self(ctx, project, member, Permission::MembersRead)
                .await?;
            false
        } else {
            app.authorize(ctx, project, Permission::StatsRead).await?;
            app.may(ctx, project, Permission::MembersRead).await?
        };
        self.rights = Some(Rights { at: now, names });
        Ok(())
    }

    /// Reads on in the log, as far as it went when the subscription began.
    async fn read_on(&mut self) -> AppResult<()> {
        let Some(missed) = &mut self.missed else {
            return Ok(());
        };
        if missed.next > missed.last {
            self.missed = None;
            return Ok(());
        }
        let reader = self.app.store().read();
        let entries = reader
            .log_of(self.project, missed.next, missed.last, STEP)
            .await?;
        let full = entries.len() as u64 == STEP;
        let end = entries.last().filter(|_| full).map(|entry| entry.seq);
        missed.next = end.unwrap_or(missed.last) + 1;
        self.pieces = entries.iter().flat_map(pieces).map(Arc::new).collect();
        Ok(())
    }
}
