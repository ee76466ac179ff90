//! Members from a file.

mod lines;

use std::{collections::HashMap, sync::Arc};

use domain::{
    log::Fact,
    members::{Member, email_key},
    people::Permission,
};
use kernel::{Ctx, Problem, ProblemCode, ProjectId};
use serde_json::json;
use store::{Conn, InProject, StoreResult, WriteTx};

use self::lines::{Line, read};
use super::{
    blank,
    upsert_member::{only_one, raced},
};
use crate::{App, AppResult, imports::RefusedLine};

/// Members that are written at once.
const SET: usize = 500;

/// What became of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MembersImported {
    /// Members who are new.
    pub added: u64,
    /// Members of whom something is known that was not, or was different.
    pub updated: u64,
    /// Members of whom the file says nothing new.
    pub unchanged: u64,
    /// Lines that are no member, in order. Where there are any, nothing was written.
    pub refused: Vec<RefusedLine>,
}

/// Adds members and brings those who are known up to date, from CSV (UTF-8) whose first line names the columns:
/// `external_id`, `email`, `name`, `locale`, as an export of members has them, in whatever order. An empty cell leaves what
/// is known. Every line is checked, also against the members that there are, before the first is written; they are then
/// written 500 at a time. `progress` hears after each time how many are done. A file that was cut short is imported again:
/// what is done already is unchanged.
///
/// # Errors
/// `conflict` where a member that somebody else changed meanwhile contradicts a line: the lines before it may be written.
pub async fn import_members(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    csv: &[u8],
    mut progress: impl FnMut(u64) + Send,
) -> AppResult<MembersImported> {
    app.authorize(ctx, project, Permission::MembersWrite)
        .await?;
    let (lines, refused) = read(csv)?;
    let mut report = MembersImported {
        refused,
        ..MembersImported::default()
    };
    let reader = app.store().read();
    for set in lines.chunks(SET) {
        let plan = plan(reader.project(project), ctx, set).await?;
        report.refused.extend(plan.refused);
    }
    report.refused.sort_by_key(|refused| refused.line);
    for set in lines.chunks(SET) {
        if !report.refused.is_empty() {
            break;
        }
        let (added, updated) = write_set(app, ctx, project, set.to_vec()).await?;
        report.added += added;
        report.updated += updated;
        report.unchanged += set.len() as u64 - added - updated;
        progress(report.added + report.updated + report.unchanged);
    }
    Ok(report)
}

/// How many were added, and how many changed.
async fn write_set(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    set: Vec<Line>,
) -> AppResult<(u64, u64)> {
    let (own, set) = (ctx.clone(), Arc::new(set));
    app.write(ctx, Some(project), move |tx| {
        let (ctx, set) = (own.clone(), Arc::clone(&set));
        Box::pin(async move {
            let plan = plan(tx.project(project), &ctx, &set).await?;
            if let Some(refused) = plan.refused.first() {
                let detail = format!("Line {}: {}", refused.line, refused.message);
                return Err(Problem::new(ProblemCode::Conflict, detail).into());
            }
            let counts = (plan.new.len() as u64, plan.changed.len() as u64);
            carry_out(tx, &ctx, project, plan).await?;
            Ok(counts)
        })
    })
    .await
}

async fn carry_out(tx: &WriteTx, ctx: &Ctx, project: ProjectId, plan: Plan) -> AppResult<()> {
    let Plan { new, changed, .. } = plan;
    if new.is_empty() && changed.is_empty() {
        return Ok(());
    }
    let facts = new
        .iter()
        .map(|member| Fact::MemberCreated { member: member.id });
    tx.emit(Some(project), ctx.now(), facts.collect());
    let members = tx.project(project).members();
    members.insert_all(&new).await.map_err(raced)?;
    for member in &changed {
        members.update(member).await.map_err(raced)?;
    }
    let detail = json!({ "added": new.len(), "updated": changed.len() });
    let (actor, subject) = (ctx.actor.label(), project.to_string());
    tx.audit(
        Some(project),
        ctx.now(),
        &actor,
        "members.imported",
        &subject,
        detail,
    )
    .await?;
    Ok(())
}

/// What a set of lines comes to.
#[derive(Default)]
struct Plan {
    new: Vec<Member>,
    changed: Vec<Member>,
    refused: Vec<RefusedLine>,
}

async fn plan<C: Conn>(scope: InProject<'_, C>, ctx: &Ctx, set: &[Line]) -> StoreResult<Plan> {
    let keys: Vec<Option<String>> = set
        .iter()
        .map(|line| line.new.email.as_deref().map(email_key))
        .collect();
    let ids: Vec<&str> = set
        .iter()
        .filter_map(|line| line.new.external_id.as_deref())
        .collect();
    let email_keys: Vec<&str> = keys.iter().flatten().map(String::as_str).collect();
    let known = scope.members().find_known(&ids, &email_keys).await?;
    let by_id: HashMap<_, _> = known
        .iter()
        .map(|one| (one.external_id.as_deref(), one))
        .collect();
    let by_email: HashMap<_, _> = known
        .iter()
        .map(|one| (one.email_key.as_deref(), one))
        .collect();
    let mut plan = Plan::default();
    for (Line { number, new }, key) in set.iter().zip(&keys) {
        let id = new.external_id.as_deref();
        let named = id.and_then(|id| by_id.get(&Some(id)));
        let written = key.as_deref().and_then(|key| by_email.get(&Some(key)));
        let mut found: Vec<Member> = named
            .into_iter()
            .chain(written)
            .map(|one| (*one).clone())
            .collect();
        found.dedup();
        match only_one(found, id) {
            Err(problem) => {
                let refused = RefusedLine::invalid(*number, "email", &problem.detail);
                plan.refused.push(refused);
            }
            Ok(None) => plan.new.push(new.applied_to(&blank(ctx, scope.id()))),
            Ok(Some(known)) => {
                let member = new.applied_to(&known);
                if member != known {
                    plan.changed.push(member);
                }
            }
        }
    }
    Ok(plan)
}
