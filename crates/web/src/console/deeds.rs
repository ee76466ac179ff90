//! What people did, by their names.

use app::audit::{AuditFilter, list_audit};
use domain::{audit::AuditEntry, people::Permission};
use kernel::PageRequest;

use super::{
    actors::Actors,
    story::{Mark, Sentence, Step},
};
use crate::{answer::PageError, door::Desk, look::filters::fill, words::record};

/// What people did to something, oldest first; nothing where the operator may not know.
pub(super) async fn audited(desk: &Desk, subject: String) -> Result<Vec<AuditEntry>, PageError> {
    if !desk.may(Permission::AuditRead) {
        return Ok(Vec::new());
    }
    let filter = AuditFilter {
        subject: Some(subject),
        ..AuditFilter::default()
    };
    let newest = PageRequest::new(None, None);
    let page = list_audit(&desk.app, &desk.ctx, Some(desk.project.id), filter, newest).await?;
    Ok(page.items.into_iter().rev().collect())
}

/// What somebody did, with their reason.
pub(super) fn by_actor(
    desk: &Desk,
    actors: &Actors,
    entry: &AuditEntry,
    text: &str,
    look: &'static str,
) -> Step {
    let t = &desk.f.t.story;
    let who = actors.name(desk.f.t, &entry.actor);
    let reason = entry.detail["reason"].as_str();
    let marks = reason
        .map(|reason| Mark::remark(fill(t.because, "reason", record::reason(desk.f.t, reason))));
    Step {
        marks: marks.into_iter().collect(),
        ..Step::new(
            look,
            Some(entry.at),
            Sentence::new(text).say("operator", who),
        )
    }
}
