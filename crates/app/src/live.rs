//! What happens, told while it happens: one reader of the event log in each process, any number of listeners.
//!
//! What the reader sees goes into one bounded queue that every [`Subscription`] reads at its own pace; who falls behind by
//! more than the queue holds is told so and has to begin anew. A subscription that begins at a position first reads from
//! the log what it has missed. Names are looked up once for all listeners, and only where there is one.

use std::sync::Arc;

use domain::{log::Entry, people::Permission};
use kernel::{Ctx, MemberId, ProjectId};
use tokio::sync::{OnceCell, broadcast};

use crate::{App, AppResult, access::known_member};

mod event;
mod subscription;

pub use event::{LiveEvent, LiveKind, LivePerson};
pub use subscription::{LiveEnd, News, Subscription};

/// The pieces that wait for the slowest listener.
pub const QUEUE: usize = 1024;
/// Facts of one piece at most.
const PIECE: usize = 64;
/// Places of the log that are looked through for what happened last.
const RECENT: i64 = 200;
/// Bits of a position that tell the facts of one entry apart.
const INDEX_BITS: u32 = 16;

/// Where subscriptions listen.
pub(crate) struct Live {
    told: broadcast::Sender<Arc<Piece>>,
}

/// A stretch of an entry's facts.
pub(crate) struct Piece {
    entry: Entry,
    /// The place of its first fact among the entry's.
    first: usize,
    events: OnceCell<Arc<[LiveEvent]>>,
}

impl Live {
    pub(crate) fn new() -> Self {
        Self {
            told: broadcast::Sender::new(QUEUE),
        }
    }

    /// Tells whoever listens.
    pub(crate) fn tell(&self, entry: &Entry) {
        if self.told.receiver_count() > 0 {
            for piece in pieces(entry) {
                // The last listener may have left meanwhile.
                drop(self.told.send(Arc::new(piece)));
            }
        }
    }
}

/// An entry in pieces: however many facts it has, the queue holds a bounded number.
fn pieces(entry: &Entry) -> impl Iterator<Item = Piece> {
    entry
        .facts
        .chunks(PIECE)
        .enumerate()
        .map(|(place, facts)| Piece {
            entry: Entry {
                facts: facts.to_vec(),
                ..*entry
            },
            first: place * PIECE,
            events: OnceCell::new(),
        })
}

impl Piece {
    /// What the facts say, with names: looked up once, by whoever asks first.
    async fn events(&self, app: &App, project: ProjectId) -> AppResult<Arc<[LiveEvent]>> {
        let events = self
            .events
            .get_or_try_init(|| event::named(app, project, &self.entry, self.first))
            .await?;
        Ok(Arc::clone(events))
    }
}

/// How many listen to this process, and how many pieces wait for the slowest of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Subscriptions.
    pub listeners: usize,
    /// Pieces; at most [`QUEUE`].
    pub waiting: usize,
}

/// How many listen to this process.
pub fn load(app: &App) -> Load {
    let told = &app.live().told;
    Load {
        listeners: told.receiver_count(),
        waiting: told.len(),
    }
}

/// The present position: what is read after asking for it includes everything up to there.
pub async fn position(app: &App) -> AppResult<i64> {
    Ok(after_entry(app.store().read().log_head().await?))
}

/// What happened last in a project, newest first, at most `most`, and the position to listen on after. Only the end of the
/// log is looked through, whosever it is.
///
/// # Errors
/// Those of [`App::authorize`].
pub async fn recent(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    most: usize,
) -> AppResult<(i64, Vec<LiveEvent>)> {
    app.authorize(ctx, project, Permission::StatsRead).await?;
    let names = app.may(ctx, project, Permission::MembersRead).await?;
    let reader = app.store().read();
    let last = reader.log_head().await?;
    let entries = reader
        .log_of(project, last - RECENT, last, RECENT.unsigned_abs() + 1)
        .await?;
    let mut events = Vec::new();
    for entry in entries.iter().rev() {
        let of_entry = event::named(app, project, entry, 0).await?;
        events.extend(
            of_entry
                .iter()
                .rev()
                .map(|event| event.clone().with_names(names)),
        );
        if events.len() >= most {
            break;
        }
    }
    events.truncate(most);
    Ok((after_entry(last), events))
}

/// What happens in a project, after a position or from now on. Names are told to those who may read members.
///
/// # Errors
/// Those of [`App::authorize`].
pub async fn subscribe(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    after: Option<i64>,
) -> AppResult<Subscription> {
    app.authorize(ctx, project, Permission::StatsRead).await?;
    Subscription::begin(app, ctx, project, None, after).await
}

/// What happens to one member, after a position or from now on, with the names of others masked. Members may listen to
/// what happens to themselves.
///
/// # Errors
/// Those of [`App::authorize`]; `not_found`.
pub async fn subscribe_member(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    member: MemberId,
    after: Option<i64>,
) -> AppResult<Subscription> {
    app.authorize_self(ctx, project, member, Permission::MembersRead)
        .await?;
    known_member(app, project, member).await?;
    Subscription::begin(app, ctx, project, Some(member), after).await
}

/// The position of a fact.
fn position_of(seq: i64, index: usize) -> i64 {
    let last = (1_i64 << INDEX_BITS) - 1;
    (seq << INDEX_BITS) | i64::try_from(index).unwrap_or(last).min(last)
}

/// The position after every fact of an entry.
fn after_entry(seq: i64) -> i64 {
    position_of(seq, usize::MAX)
}

/// The entry that a position lies in.
const fn entry_of(position: i64) -> i64 {
    position >> INDEX_BITS
}
