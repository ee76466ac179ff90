//! Forgetting what another process has changed, and telling those who listen.

use domain::log::{Entry, Fact};
use jobs::Watch;

use crate::App;

/// Makes this process forget what the log says has changed, whoever changed it, and tell its listeners.
#[derive(Debug)]
pub(super) struct CacheWatch(App);

impl CacheWatch {
    /// The watch over the caches of `app`.
    pub(super) fn new(app: &App) -> Self {
        Self(app.clone())
    }
}

impl Watch for CacheWatch {
    fn see(&self, entry: &Entry) {
        // Whoever is told looks things up, and must not find what is to be forgotten.
        self.forget(entry);
        self.0.live().tell(entry);
    }
}

impl CacheWatch {
    fn forget(&self, entry: &Entry) {
        let caches = self.0.caches();
        for fact in &entry.facts {
            match fact {
                Fact::CodeChanged { key, .. } => caches.links.invalidate(key),
                Fact::KeyChanged { key } => {
                    caches.keys.invalidate(key);
                    // By its secret it may be known without being known by its id.
                    caches.key_by_hash.clear();
                }
                Fact::ProjectChanged { project } => {
                    caches.projects.invalidate(project);
                    caches.links.clear();
                }
                Fact::OperatorChanged { operator } => {
                    caches.operators.invalidate(operator);
                    caches.operator_by_hash.clear();
                }
                // Rare beside the requests that ask for sessions: each asks the database once more.
                Fact::SessionEnded { .. } => caches.sessions.clear(),
                Fact::ProgramChanged { .. } => caches.links.clear(),
                Fact::MemberCreated { .. }
                | Fact::ReferralRegistered { .. }
                | Fact::ReferralRefused { .. }
                | Fact::ReferralChanged { .. }
                | Fact::RewardGranted { .. }
                | Fact::RewardChanged { .. }
                | Fact::BalanceSpent { .. }
                | Fact::InvitationSent { .. }
                | Fact::WebhookChanged { .. } => {}
            }
        }
    }
}
