//! What one member of a MySQL group says of itself.

use sea_orm::sqlx::{self, MySqlConnection, Row};

/// One row, whatever the server is. Its own place in the group is empty where it is in none.
const QUESTION: &str = "SELECT @@global.server_uuid AS id, \
    CAST(@@global.read_only AS SIGNED) AS read_only, \
    CAST(@@global.super_read_only AS SIGNED) AS super_read_only, \
    CAST(@@global.offline_mode AS SIGNED) AS offline, \
    (SELECT m.MEMBER_STATE FROM performance_schema.replication_group_members m \
        WHERE m.MEMBER_ID = @@global.server_uuid) AS state, \
    (SELECT m.MEMBER_ROLE FROM performance_schema.replication_group_members m \
        WHERE m.MEMBER_ID = @@global.server_uuid) AS role, \
    (SELECT COUNT(*) FROM performance_schema.replication_group_members m \
        WHERE m.MEMBER_STATE = 'ONLINE') AS online, \
    (SELECT COUNT(*) FROM performance_schema.replication_group_members) AS total, \
    (SELECT s.COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE \
        FROM performance_schema.replication_group_member_stats s \
        WHERE s.MEMBER_ID = @@global.server_uuid) AS queue";

/// What a member says of itself and of its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberView {
    /// Its `server_uuid`.
    pub id: String,
    /// `read_only`: only privileged accounts may write.
    pub read_only: bool,
    /// `super_read_only`: nobody may.
    pub super_read_only: bool,
    /// `offline_mode`: only privileged accounts may connect.
    pub offline: bool,
    /// Its state in the group; none where it is in no group and has not been since it started.
    pub state: Option<MemberState>,
    /// Its role in the group, where it has one.
    pub role: Option<MemberRole>,
    /// How many members it sees ONLINE.
    pub online: i64,
    /// How many members it sees at all.
    pub total: i64,
    /// Transactions of others that it has received and not yet applied.
    pub queue: i64,
}

/// `MEMBER_STATE`, as MySQL names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberState {
    /// Takes part.
    Online,
    /// Has joined and is catching up.
    Recovering,
    /// Is not in the group.
    Offline,
    /// Was expelled or could not go on.
    Error,
    /// Does not answer the others.
    Unreachable,
}

/// `MEMBER_ROLE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberRole {
    /// Accepts writes.
    Primary,
    /// Applies those of the primary.
    Secondary,
}

impl MemberState {
    /// Its name in metrics and tables, as MySQL writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "ONLINE",
            Self::Recovering => "RECOVERING",
            Self::Offline => "OFFLINE",
            Self::Error => "ERROR",
            Self::Unreachable => "UNREACHABLE",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [
            Self::Online,
            Self::Recovering,
            Self::Offline,
            Self::Error,
            Self::Unreachable,
        ]
        .into_iter()
        .find(|state| state.as_str() == name)
    }
}

impl MemberRole {
    /// Its name in metrics and tables, as MySQL writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY",
            Self::Secondary => "SECONDARY",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Primary, Self::Secondary]
            .into_iter()
            .find(|role| role.as_str() == name)
    }
}

impl MemberView {
    /// Whether this server is meant to be in a group: it has the plugin, joined or not.
    pub const fn is_grouped(&self) -> bool {
        self.state.is_some() || self.total > 0
    }

    /// Whether the group lets it write. `super_read_only = OFF` alone says nothing: a member that is out of its group may be
    /// writable while another one is the primary.
    pub fn is_group_writer(&self) -> bool {
        self.state == Some(MemberState::Online)
            && self.role == Some(MemberRole::Primary)
            && self.accepts_writes()
            && self.has_majority()
    }

    /// Whether it would take a write of an ordinary account.
    pub const fn accepts_writes(&self) -> bool {
        !self.read_only && !self.super_read_only && !self.offline
    }

    /// Whether it sees more than half of its group.
    pub const fn has_majority(&self) -> bool {
        self.online * 2 > self.total
    }
}

/// Asks the server at the other end of `connection`.
///
/// # Errors
/// The driver's; 1142 where the account may not read `performance_schema.replication_group_members` and
/// `performance_schema.replication_group_member_stats`.
pub async fn probe(connection: &mut MySqlConnection) -> Result<MemberView, sqlx::Error> {
    let row = sqlx::query(QUESTION).fetch_one(connection).await?;
    let flag = |column: &str| row.try_get::<i64, _>(column).map(|value| value != 0);
    let word = |column: &str| row.try_get::<Option<String>, _>(column);
    Ok(MemberView {
        id: row.try_get("id")?,
        read_only: flag("read_only")?,
        super_read_only: flag("super_read_only")?,
        offline: flag("offline")?,
        state: word("state")?.as_deref().and_then(MemberState::named),
        role: word("role")?.as_deref().and_then(MemberRole::named),
        online: row.try_get("online")?,
        total: row.try_get("total")?,
        queue: row
            .try_get::<Option<u64>, _>("queue")?
            .map_or(0, |queue| i64::try_from(queue).unwrap_or(i64::MAX)),
    })
}
