//! What members are told: in the portal, and by e-mail where they have an address.

mod load;
mod write;

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::log::Entry;
use jobs::Follower;
use kernel::ProjectId;
use store::{StoreResult, WriteTx};
use url::Url;

use crate::App;
use load::load;
use write::written;

/// Tells members what has become of their invitations and rewards, and strangers that they are invited.
#[derive(Debug)]
pub(super) struct NoticeFollower {
    public_url: Url,
}

impl NoticeFollower {
    /// The follower of this installation.
    pub(super) fn new(app: &App) -> Self {
        Self {
            public_url: app.settings().public_url.clone(),
        }
    }
}

#[async_trait]
impl Follower for NoticeFollower {
    fn name(&self) -> &'static str {
        "notices"
    }

    async fn follow(&self, tx: &WriteTx, entries: &[Entry]) -> StoreResult<()> {
        let mut by_project: BTreeMap<ProjectId, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            if let Some(project) = entry.project {
                by_project.entry(project).or_default().push(entry);
            }
        }
        for (project, entries) in by_project {
            let Some(known) = load(tx, project, &entries).await? else {
                continue;
            };
            let (notices, mails) = written(&known, &self.public_url, &entries);
            tx.project(project).notices().insert_all(&notices).await?;
            tx.enqueue(&mails).await?;
        }
        Ok(())
    }
}
