//! The members of the database, in figures.

use std::time::Duration;

use super::{
    Metrics,
    labels::{MemberLabel, MemberStateLabels},
};

/// What is known of the members of the database at one moment.
#[derive(Debug, Clone, Default)]
pub struct DatabaseFigures {
    /// Whether one of them takes writes.
    pub writer: bool,
    /// Whether more than one says that it does.
    pub split_brain: bool,
    /// Goes up with every change of roles.
    pub epoch: u64,
    /// Changes of the writer since start.
    pub failovers: u64,
    /// How long the last of them took.
    pub last_gap: Duration,
    /// Each member's address, what it says of itself, and its lag.
    pub members: Vec<(String, &'static str, Duration)>,
    /// The connections to each member.
    pub connections: Vec<ConnectionFigures>,
}

/// The connections of this process to one member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectionFigures {
    /// The member's address.
    pub member: String,
    /// For reading, and somebody reads.
    pub in_use: u32,
    /// For reading, and nobody does.
    pub idle: u32,
    /// For writing.
    pub writing: u32,
    /// The most for reading.
    pub limit: u32,
}

impl Metrics {
    /// How the members of the database are.
    pub fn database(&self, figures: &DatabaseFigures) {
        let families = &self.families;
        families.db_writer.set(i64::from(figures.writer));
        families.db_split_brain.set(i64::from(figures.split_brain));
        families
            .db_epoch
            .set(i64::try_from(figures.epoch).unwrap_or(i64::MAX));
        let counted = families.db_failovers.get();
        families
            .db_failovers
            .inc_by(figures.failovers.saturating_sub(counted));
        families.db_gap.set(figures.last_gap.as_secs_f64());
        // A member that has another state now has no longer the one before.
        families.db_state.clear();
        for (member, state, lag) in &figures.members {
            let labels = MemberStateLabels {
                member: member.clone(),
                state,
            };
            families.db_state.get_or_create(&labels).set(1);
            let label = MemberLabel {
                member: member.clone(),
            };
            families.db_lag.get_or_create(&label).set(lag.as_secs_f64());
        }
        for connections in &figures.connections {
            self.connections(connections);
        }
    }

    fn connections(&self, figures: &ConnectionFigures) {
        let member = || figures.member.clone();
        for (state, count) in [
            ("in_use", figures.in_use),
            ("idle", figures.idle),
            ("writing", figures.writing),
        ] {
            let labels = MemberStateLabels {
                member: member(),
                state,
            };
            let gauge = self.families.db_connections.get_or_create(&labels);
            gauge.set(count.into());
        }
        let label = MemberLabel { member: member() };
        let limit = self.families.db_connections_limit.get_or_create(&label);
        limit.set(figures.limit.into());
    }

    /// A query waited so long for a connection.
    pub fn connection_wait(&self, waited: Duration) {
        self.families.db_wait.observe(waited.as_secs_f64());
    }
}
