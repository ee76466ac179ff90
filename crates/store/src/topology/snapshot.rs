//! What is known of the members at one moment.

use std::{fmt, time::Duration};

use sea_orm::DatabaseConnection;
use tokio::time::Instant;

use super::{
    probe::{MemberRole, MemberState, MemberView},
    roles::Roles,
};
use crate::{pool::Connections, refusal::Refusal};

/// What it is called when two believe the same: one wording for the log, the health checks and every command.
pub const SPLIT_BRAIN: &str = "more than one member says that it is the primary";

/// The members and their roles. It never changes: another one takes its place.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Goes up whenever a role changes.
    pub epoch: u64,
    /// The members, as configured.
    pub members: Vec<Member>,
    /// Who takes the writes.
    pub writer: Option<usize>,
    /// Who may answer what need not be the newest.
    pub readers: Vec<usize>,
    /// More than one member says that it is the primary; none is written to.
    pub split_brain: bool,
    /// How often another member became the writer, since this process started.
    pub failovers: u64,
    /// How long the last change of writer took, from the loss of the old one.
    pub last_gap: Duration,
    /// Nobody has taken writes for so long that whatever is left is read from.
    pub read_only: bool,
    discovered: bool,
    fallback: Option<usize>,
    last_writer: Option<usize>,
    without_writer: Option<Instant>,
}

/// One member of the database.
#[derive(Debug, Clone)]
pub struct Member {
    /// `host:port`; `SQLite` for a file.
    pub address: String,
    /// What it says of itself; none where it is not asked or does not answer.
    pub view: Option<MemberView>,
    /// Why it does not answer.
    pub error: Option<Refusal>,
    /// For how long it has lacked what the writer had.
    pub lag: Duration,
    pub(super) pools: Pools,
}

/// The connections to one member. They are made anew when its role changes: no connection outlives the role that it was
/// opened for.
#[derive(Clone)]
pub(crate) struct Pools {
    pub(crate) writer: DatabaseConnection,
    pub(crate) readers: DatabaseConnection,
}

impl fmt::Debug for Pools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pools").finish_non_exhaustive()
    }
}

/// What an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// The last commit and nothing less.
    Newest,
    /// Up to `max_lag` behind.
    Lagging,
    /// Whatever there is.
    Whatever,
}

impl Member {
    /// Whether it takes part, as the writer or as a replica.
    pub fn serves(&self) -> bool {
        matches!(
            self.standing(),
            "primary" | "secondary" | "writable" | "read_only"
        )
    }

    /// What it is, in a word for metrics and tables: `primary`, `secondary`, `recovering`, … in a group, `writable` or
    /// `read_only` outside one, `silent` where it does not answer.
    pub fn standing(&self) -> &'static str {
        let Some(view) = &self.view else {
            return "silent";
        };
        match (view.state, view.role) {
            (Some(MemberState::Online), Some(MemberRole::Primary)) => "primary",
            (Some(MemberState::Online), _) => "secondary",
            (Some(MemberState::Recovering), _) => "recovering",
            (Some(MemberState::Error), _) => "error",
            (Some(MemberState::Offline | MemberState::Unreachable), _) => "offline",
            (None, _) if view.total > 0 => "offline",
            (None, _) if view.accepts_writes() => "writable",
            (None, _) => "read_only",
        }
    }

    /// The connections of this process to it.
    pub fn connections(&self) -> Connections {
        Connections::of(&self.pools.readers, &self.pools.writer)
    }

    pub(crate) const fn pools(&self) -> &Pools {
        &self.pools
    }
}

impl Snapshot {
    /// Whether the members are asked what they are; one server, or a file, is what it is.
    pub const fn is_discovered(&self) -> bool {
        self.discovered
    }

    /// Why nobody takes writes at this moment, in a sentence; none where somebody does.
    pub fn trouble(&self) -> Option<String> {
        match (self.writer, self.split_brain, self.read_only) {
            (Some(_), ..) => None,
            (None, true, _) => Some(format!("{SPLIT_BRAIN}: none is written to")),
            (None, false, true) => Some("read only: no member takes writes".to_owned()),
            (None, false, false) => Some("writes wait for a member that takes them".to_owned()),
        }
    }

    /// Why nobody takes writes: what each member says, or why it says nothing.
    pub(super) fn complaint(&self) -> String {
        let each = self.members.iter().map(|member| match &member.error {
            Some(error) => format!("{}: {error}", member.address),
            None => format!("{}: {}", member.address, member.standing()),
        });
        let each: Vec<String> = each.collect();
        format!("no member takes writes ({})", each.join("; "))
    }

    /// A database whose roles do not change: the first member writes.
    pub(super) fn fixed(members: Vec<Member>) -> Self {
        let readers = (1..members.len()).collect();
        Self {
            epoch: 0,
            members,
            writer: Some(0),
            readers,
            split_brain: false,
            failovers: 0,
            last_gap: Duration::ZERO,
            read_only: false,
            discovered: false,
            fallback: Some(0),
            last_writer: Some(0),
            without_writer: None,
        }
    }

    /// Before anybody was asked.
    pub(super) fn unknown(members: Vec<Member>, now: Instant) -> Self {
        Self {
            writer: None,
            discovered: true,
            readers: Vec::new(),
            fallback: None,
            last_writer: None,
            without_writer: Some(now),
            ..Self::fixed(members)
        }
    }

    /// The snapshot after this one, at `now`. Without a writer for `patience` the database is read only.
    pub(super) fn after(
        &self,
        members: Vec<Member>,
        roles: Roles,
        now: Instant,
        patience: Duration,
    ) -> Self {
        let Roles {
            writer,
            readers,
            fallback,
            split_brain,
        } = roles;
        let moved = matches!((self.last_writer, writer), (Some(old), Some(new)) if old != new);
        let without_writer = match writer {
            Some(_) => None,
            None => self.without_writer.or(Some(now)),
        };
        let changed = self.epoch == 0 || writer != self.writer || readers != self.readers;
        let gap = self
            .without_writer
            .map_or(Duration::ZERO, |since| now - since);
        Self {
            epoch: self.epoch + u64::from(changed),
            members,
            writer,
            readers,
            split_brain,
            failovers: self.failovers + u64::from(moved),
            last_gap: if moved { gap } else { self.last_gap },
            read_only: without_writer.is_some_and(|since| now - since >= patience),
            discovered: true,
            fallback,
            last_writer: writer.or(self.last_writer),
            without_writer,
        }
    }

    /// Who answers. Replicas take turns by `turn`; without one the writer serves.
    pub(crate) fn reader(&self, freshness: Freshness, turn: usize) -> Option<usize> {
        let lagging = || {
            let replicas = &self.readers;
            let place = turn.checked_rem(replicas.len())?;
            replicas.get(place).copied()
        };
        match freshness {
            Freshness::Newest if self.read_only => self.fallback,
            Freshness::Newest => self.writer,
            Freshness::Lagging => lagging()
                .or(self.writer)
                .or_else(|| self.fallback.filter(|_| self.read_only)),
            Freshness::Whatever => self.writer.or(self.fallback),
        }
    }
}
