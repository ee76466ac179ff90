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
    }
}
