//! What people did, by their names.

use std::collections::HashMap;

use app::{
    audit::{AuditFilter, list_audit},
    operators::list_operators,
};
use domain::{audit::AuditEntry, people::Permission};
use kernel::PageRequest;

use super::story::{Mark, Sentence, Step};
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

/// Operators by the label under which the audit trail names them; oneself at least.
pub(super) async fn operators(desk: &Desk) -> Result<HashMap<String, String>, PageError> {
    let own = (desk.operator.id.to_string(), desk.operator.name.clone());
    let mut names = HashMap::from([own]);
    if desk.operator.permits(Permission::OperatorsRead, None) {
        let all = list_operators(&desk.app, &desk.ctx).await?;
        names.extend(all.into_iter().map(|one| (one.id.to_string(), one.name)));
    }
    Ok(names)
}

/// What somebody did, with their reason.
pub(super) fn by_operator(
    desk: &Desk,
    operators: &HashMap<String, String>,
    entry: &AuditEntry,
    text: &str,
    look: &'static str,
) -> Step {
    let t = &desk.f.t.story;
    let who = operators.get(&entry.actor).map_or_else(
        || match entry.actor.as_str() {
            label if label.starts_with("opr_") => t.somebody.to_owned(),
            label if label.starts_with("key_") => desk.f.t.audit.a_key.to_owned(),
            label if label.starts_with("system:") => t.the_system.to_owned(),
            label => label.to_owned(),
        },
        Clone::clone,
    );
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
