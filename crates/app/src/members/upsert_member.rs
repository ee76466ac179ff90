//! Adding a member, or bringing what is known of one up to date.

use domain::{
    log::Fact,
    members::{Member, email_key},
    people::Permission,
};
use kernel::{Ctx, Problem, ProblemCode, ProjectId};
use serde::Deserialize;
use serde_json::json;
use store::{StoreError, WriteTx};

use crate::{App, AppError, AppResult, findings::Findings};

/// What the host application knows of a person: external id, e-mail or both. What is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewMember {
    /// The host application's id.
    pub external_id: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// `en` or `zh`.
    pub locale: Option<String>,
}

impl NewMember {
    /// Whether it can be a member.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let mut findings = Findings::default();
        let named = self.external_id.is_some() || self.email.is_some();
        findings.expect(
            named,
            "external_id",
            "required",
            "Give `external_id`, `email` or both.",
        );
        if let Some(id) = &self.external_id {
            findings.expect_line(id, "external_id", 191);
        }
        if let Some(email) = &self.email {
            findings.expect_email(email);
        }
        if let Some(name) = &self.name {
            findings.expect_line(name, "name", 120);
        }
        let spoken = self
            .locale
            .as_deref()
            .is_none_or(|locale| matches!(locale, "en" | "zh"));
        findings.expect(spoken, "locale", "invalid", "`en` or `zh`.");
        findings.told()
    }

    /// The member with what is given here.
    pub(super) fn applied_to(&self, known: &Member) -> Member {
        let mut member = known.clone();
        if let Some(id) = &self.external_id {
            member.external_id = Some(id.clone());
        }
        if let Some(email) = &self.email {
            member.email = Some(email.trim().to_owned());
            member.email_key = Some(email_key(email));
        }
        if let Some(name) = &self.name {
            member.name = Some(name.trim().to_owned());
        }
        if let Some(locale) = &self.locale {
            member.locale.clone_from(locale);
        }
        member
    }
}

/// Adds a member, or changes the one who is known by this external id, or else by this e-mail.
///
/// # Errors
/// `validation_failed`; `conflict` where external id and e-mail belong to two members, or the e-mail to one with
/// another external id.
pub async fn upsert_member(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    new: NewMember,
) -> AppResult<Member> {
    app.authorize(ctx, project, Permission::MembersWrite)
        .await?;
    new.check()?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let (ctx, new) = (own.clone(), new.clone());
        Box::pin(async move { upsert(tx, &ctx, project, &new).await })
    })
    .await
}

async fn upsert(tx: &WriteTx, ctx: &Ctx, project: ProjectId, new: &NewMember) -> AppResult<Member> {
    let key = new.email.as_deref().map(email_key);
    let known = known(tx, project, new.external_id.as_deref(), key.as_deref()).await?;
    let (member, action) = match &known {
        Some(known) => (new.applied_to(known), "member.updated"),
        None => (new.applied_to(&blank(ctx, project)), "member.created"),
    };
    if known.as_ref() == Some(&member) {
        return Ok(member);
    }
    write(tx, ctx, &member, known.is_none()).await?;
    // The audit trail names no person: it outlives them.
    let detail = json!({ "external_id": member.external_id });
    let (actor, id) = (ctx.actor.label(), member.id.to_string());
    tx.audit(Some(project), ctx.now(), &actor, action, &id, detail)
        .await?;
    Ok(member)
}

async fn known(
    tx: &WriteTx,
    project: ProjectId,
    external_id: Option<&str>,
    email_key: Option<&str>,
) -> AppResult<Option<Member>> {
    let (external, email): (Vec<&str>, Vec<&str>) = (
        external_id.into_iter().collect(),
        email_key.into_iter().collect(),
    );
    let found = tx
        .project(project)
        .members()
        .lock_known(&external, &email)
        .await?;
    Ok(only_one(found, external_id)?)
}

/// The member whom the external id, the e-mail or both name.
pub(super) fn only_one(
    mut found: Vec<Member>,
    external_id: Option<&str>,
) -> Result<Option<Member>, Problem> {
    let conflict = |detail: &str| Err(Problem::new(ProblemCode::Conflict, detail));
    if found.len() > 1 {
        return conflict("The external id and the e-mail belong to two different members.");
    }
    let Some(member) = found.pop() else {
        return Ok(None);
    };
    if external_id.is_some()
        && member.external_id.is_some()
        && member.external_id.as_deref() != external_id
    {
        return conflict("The e-mail belongs to a member with another external id.");
    }
    Ok(Some(member))
}

/// A member of whom nothing is known yet.
pub(crate) fn blank(ctx: &Ctx, project: ProjectId) -> Member {
    Member {
        id: ctx.id(),
        project,
        external_id: None,
        email: None,
        email_key: None,
        name: None,
        locale: "en".to_owned(),
        created_at: ctx.now(),
    }
}

/// Writes a member, new or changed.
pub(crate) async fn write(tx: &WriteTx, ctx: &Ctx, member: &Member, new: bool) -> AppResult<()> {
    let members = tx.project(member.project).members();
    let written = if new {
        tx.emit(
            Some(member.project),
            ctx.now(),
            vec![Fact::MemberCreated { member: member.id }],
        );
        members.insert_all(std::slice::from_ref(member)).await
    } else {
        members.update(member).await
    };
    written.map_err(raced)
}

/// Whoever took the same id or e-mail meanwhile has committed: running again finds them.
pub(super) fn raced(error: StoreError) -> AppError {
    match error {
        StoreError::Duplicate(_) => AppError::Store(StoreError::Stale("a member")),
        other => other.into(),
    }
}
