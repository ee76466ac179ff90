//! Operators: people with an account in the console, their roles and tokens.

use domain::{
    log::Fact,
    members::email_key,
    people::{LinkPurpose, Operator, Permission, Role, RoleAssignment, SessionOwner},
    projects::Mode,
};
use kernel::{Ctx, OperatorId, Problem, ProblemCode};
use serde::Deserialize;
use serde_json::json;
use store::WriteTx;

use crate::{App, AppResult, accounts::end_all, error::taken, findings::Findings};

mod permission_table;
mod tokens;

pub use permission_table::permission_table;
pub use tokens::{TokenWithSecret, create_token, list_tokens, revoke_token};

/// An operator to be added.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOperator {
    /// E-mail; unique in the installation.
    pub email: String,
    /// Name for people.
    pub name: String,
    /// What they may do.
    pub roles: Vec<RoleAssignment>,
}

/// What is to be changed of an operator. What is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OperatorPatch {
    /// Name for people.
    pub name: Option<String>,
    /// What they may do, all of it.
    pub roles: Option<Vec<RoleAssignment>>,
    /// Whether they may do nothing at all.
    pub disabled: Option<bool>,
}

/// Adds an operator. They have no password yet.
///
/// # Errors
/// `validation_failed`; `conflict` where the e-mail is taken.
pub async fn create_operator(app: &App, ctx: &Ctx, new: NewOperator) -> AppResult<Operator> {
    app.authorize_installation(ctx, Permission::OperatorsWrite)
        .await?;
    let mut findings = Findings::default();
    findings.expect_email(&new.email);
    findings.expect_line(&new.name, "name", 120);
    check_roles(app, &new.roles, &mut findings).await?;
    findings.told()?;
    let own = ctx.clone();
    app.write(ctx, None, move |tx| {
        let (ctx, new) = (own.clone(), new.clone());
        Box::pin(async move {
            let operator = Operator {
                id: ctx.id(),
                email_key: email_key(&new.email),
                email: new.email.trim().to_owned(),
                name: new.name.trim().to_owned(),
                roles: new.roles,
                password_hash: None,
                disabled_at: None,
                created_at: ctx.now(),
            };
            let exists = Problem::new(
                ProblemCode::Conflict,
                "There is an operator with this e-mail.",
            );
            tx.directory()
                .insert_operator(&operator)
                .await
                .map_err(taken(exists))?;
            record(tx, &ctx, &operator, "operator.created").await?;
            Ok(operator)
        })
    })
    .await
}

/// Every operator, by e-mail, disabled ones too.
pub async fn list_operators(app: &App, ctx: &Ctx) -> AppResult<Vec<Operator>> {
    app.authorize_installation(ctx, Permission::OperatorsRead)
        .await?;
    Ok(app.store().read().directory().operators().await?)
}

/// Changes an operator. The installation keeps at least one owner who may act. Whoever is disabled is signed out.
///
/// # Errors
/// `validation_failed`, `not_found`; `conflict` where nobody would be left as owner.
pub async fn update_operator(
    app: &App,
    ctx: &Ctx,
    id: OperatorId,
    patch: OperatorPatch,
) -> AppResult<Operator> {
    app.authorize_installation(ctx, Permission::OperatorsWrite)
        .await?;
    let mut findings = Findings::default();
    if let Some(name) = &patch.name {
        findings.expect_line(name, "name", 120);
    }
    if let Some(roles) = &patch.roles {
        check_roles(app, roles, &mut findings).await?;
    }
    findings.told()?;
    let own = ctx.clone();
    let operator = app
        .write(ctx, None, move |tx| {
            let (ctx, patch) = (own.clone(), patch.clone());
            Box::pin(async move { update(tx, &ctx, id, patch).await })
        })
        .await?;
    app.caches().operators.invalidate(&id);
    app.caches().sessions.clear();
    for token in app.store().read().directory().operator_tokens(id).await? {
        app.caches().operator_by_hash.invalidate(&token.hash);
    }
    Ok(operator)
}

async fn update(
    tx: &WriteTx,
    ctx: &Ctx,
    id: OperatorId,
    patch: OperatorPatch,
) -> AppResult<Operator> {
    let all = tx.directory().lock_operators().await?;
    let mut operator = all
        .iter()
        .find(|operator| operator.id == id)
        .cloned()
        .ok_or(ProblemCode::NotFound)?;
    if let Some(name) = patch.name {
        name.trim().clone_into(&mut operator.name);
    }
    if let Some(roles) = patch.roles {
        operator.roles = roles;
    }
    operator.disabled_at = match patch.disabled {
        None => operator.disabled_at,
        Some(false) => None,
        Some(true) => operator.disabled_at.or_else(|| Some(ctx.now())),
    };
    let others = all.iter().filter(|other| other.id != id);
    if !others.chain([&operator]).any(is_owner) {
        let detail = "This is the last owner: make somebody else one first.";
        return Err(Problem::new(ProblemCode::Conflict, detail).into());
    }
    tx.directory().update_operator(&operator).await?;
    if operator.disabled_at.is_some() {
        let who = SessionOwner::Operator(id);
        end_all(tx, ctx, who, None).await?;
        tx.directory()
            .void_links(LinkPurpose::Password, Some(who), ctx.now())
            .await?;
    }
    record(tx, ctx, &operator, "operator.updated").await?;
    Ok(operator)
}

/// May do everything, everywhere, now.
fn is_owner(operator: &Operator) -> bool {
    operator.disabled_at.is_none() && owns_all(operator)
}

/// Is meant to do everything, everywhere, disabled or not.
pub(crate) fn owns_all(operator: &Operator) -> bool {
    let everywhere = |role: &RoleAssignment| role.role == Role::Owner && role.project.is_none();
    operator.roles.iter().any(everywhere)
}

async fn check_roles(
    app: &App,
    roles: &[RoleAssignment],
    findings: &mut Findings,
) -> AppResult<()> {
    findings.expect(
        !roles.is_empty(),
        "roles",
        "required",
        "Give at least one role.",
    );
    findings.expect(
        roles.len() <= 100,
        "roles",
        "too_many",
        "Give at most 100 roles.",
    );
    let reader = app.store().read();
    for (index, assignment) in roles.iter().enumerate().take(100) {
        if let Some(slug) = &assignment.project {
            let known = reader
                .directory()
                .project_by_slug(slug, Mode::Live)
                .await?
                .is_some();
            findings.expect(
                known,
                &format!("roles[{index}].project"),
                "unknown",
                "There is no such project.",
            );
        }
    }
    Ok(())
}

/// Writes into the audit trail what was done to an operator, and tells the other processes.
pub(crate) async fn record(
    tx: &WriteTx,
    ctx: &Ctx,
    operator: &Operator,
    action: &str,
) -> AppResult<()> {
    let changed = Fact::OperatorChanged {
        operator: operator.id,
    };
    tx.emit(None, ctx.now(), vec![changed]);
    let detail = json!({
        "email": operator.email, "name": operator.name, "roles": operator.roles,
        "disabled": operator.disabled_at.is_some(),
    });
    let id = operator.id.to_string();
    Ok(tx
        .audit(None, ctx.now(), &ctx.actor.label(), action, &id, detail)
        .await?)
}
