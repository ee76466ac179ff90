//! Looking at all members, and keeping the guard's own read-only.

use std::{sync::Arc, time::Duration};

use store::{
    group::{Facts, GroupError, Member, Word, split_brain},
    topology::{MemberRole, MemberState, MemberView, SPLIT_BRAIN},
};
use telemetry::{GuardMetrics, Lifecycle};
use tokio::{
    sync::watch::{Receiver, Sender, channel},
    time::Instant,
};

use super::group::{Group, known, words};

/// What was seen at one moment.
#[derive(Debug)]
pub(super) struct Sight {
    pub(super) facts: Facts,
    pub(super) split_brain: bool,
    /// When the members were asked.
    pub(super) at: Instant,
}

/// The loop that looks.
pub(super) struct Watch {
    members: Vec<Member>,
    own: usize,
    interval: Duration,
    metrics: Arc<GuardMetrics>,
    sights: Sender<Option<Arc<Sight>>>,
    /// What was last said about each member.
    told: Vec<Option<String>>,
    failed_for: u32,
    /// How many looks in a row have found the own member a secondary that takes writes.
    loose_for: u32,
}

/// The last sight; none before the first.
pub(super) type Sights = Receiver<Option<Arc<Sight>>>;

impl Watch {
    pub(super) fn new(
        group: &Group,
        own: usize,
        interval: Duration,
        metrics: Arc<GuardMetrics>,
    ) -> (Self, Sights) {
        let members = group.members();
        let (sender, sights) = channel(None);
        let watch = Self {
            told: vec![None; members.len()],
            members,
            own,
            interval,
            metrics,
            sights: sender,
            failed_for: 0,
            loose_for: 0,
        };
        (watch, sights)
    }

    pub(super) async fn run(mut self, life: Lifecycle) {
        while !life.is_cancelled() {
            let at = Instant::now();
            self.look(at).await;
            life.pause(self.interval).await;
        }
    }

    async fn look(&mut self, at: Instant) {
        let words = words(&mut self.members).await;
        self.tell(&words);
        let view = words[self.own].as_ref().ok().map(|word| word.view.clone());
        let failed = view.as_ref().and_then(|view| view.state) == Some(MemberState::Error);
        self.failed_for = if failed {
            self.failed_for.saturating_add(1)
        } else {
            0
        };
        if let Some(view) = view {
            self.keep_closed(&view).await;
        }
        let members = known(&self.members, words);
        let split_brain = split_brain(&members);
        let facts = Facts {
            members,
            own: self.own,
            failed_for: self.failed_for,
        };
        self.publish(Sight {
            facts,
            split_brain,
            at,
        });
    }

    fn publish(&self, sight: Sight) {
        let before = self
            .sights
            .borrow()
            .as_ref()
            .is_some_and(|before| before.split_brain);
        if sight.split_brain && !before {
            self.metrics.split_brain();
            tracing::error!(
                "{SPLIT_BRAIN}: stop all but the one that the application should go on with"
            );
        }
        self.sights.send_replace(Some(Arc::new(sight)));
    }

    /// A member outside the group that takes writes makes data that the others never see. One that takes part is only
    /// helped when two looks have found it so: the group changes both, not at the same moment, when it appoints a primary.
    async fn keep_closed(&mut self, view: &MemberView) {
        let settled = view.state == Some(MemberState::Online);
        // One that is being copied to is read-only for ordinary accounts only.
        let closed = view.super_read_only || view.read_only;
        let primary = settled && view.role == Some(MemberRole::Primary);
        let loose = !closed && !primary && view.state != Some(MemberState::Recovering);
        self.loose_for = if loose { self.loose_for + 1 } else { 0 };
        if !loose || (settled && self.loose_for < 2) {
            return;
        }
        let closed = self.members[self.own].close().await;
        self.metrics.acted("close", closed.is_ok());
        match closed {
            Ok(()) => tracing::warn!(
                "the member took writes although it is not the primary: it is read-only now"
            ),
            Err(error) => {
                tracing::error!(%error, "the member takes writes although it is not the primary, and cannot be made read-only");
            }
        }
    }

    /// One line for every change.
    fn tell(&mut self, words: &[Result<Word, GroupError>]) {
        for (place, word) in words.iter().enumerate() {
            let now = describe(word);
            if self.told[place].as_ref() != Some(&now) {
                let member = self.members[place].address();
                tracing::info!(%member, "{now}");
                self.told[place] = Some(now);
            }
        }
    }
}

fn describe(word: &Result<Word, GroupError>) -> String {
    let view = match word {
        Ok(word) => &word.view,
        Err(error) => return error.to_string(),
    };
    let state = view.state.unwrap_or(MemberState::Offline).as_str();
    let role = view.role.map_or("", MemberRole::as_str);
    let closed = if view.accepts_writes() {
        "writable"
    } else {
        "read-only"
    };
    format!(
        "{state} {role} {closed}, sees {} of {} members",
        view.present, view.total
    )
}
