//! `inviter admin`, `inviter project`, `inviter key`: letting people and programs in.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use app::{
    SecretText, accounts,
    keys::{self, NewKey},
    operators::{self, NewOperator, OperatorPatch},
    projects::{self, NewProject},
};
use chrono::TimeDelta;
use config::Config;
use domain::{
    members::email_key,
    people::{Operator, RoleAssignment},
};
use kernel::ExposeSecret;

use super::{tenant, with_installation};
use crate::{
    args::{Admin, Key, Project},
    installation::Installation,
    output::say,
};

pub(super) async fn admin(config: Config, command: Admin) -> Result<ExitCode> {
    with_installation(config, async |installation| match command {
        Admin::Create {
            email,
            name,
            role,
            project,
        } => {
            let new = NewOperator {
                email,
                name,
                roles: vec![RoleAssignment { project, role }],
            };
            let (app, ctx) = (&installation.app, installation.ctx());
            let operator = operators::create_operator(app, &ctx, new).await?;
            say(format_args!(
                "Operator {} ({})",
                operator.email, operator.id
            ))?;
            let_in(installation, &operator).await
        }
        Admin::Reset { email } => {
            let operator = reset(installation, &email).await?;
            say(format_args!(
                "Operator {} ({}): the earlier tokens are revoked, the sessions ended",
                operator.email, operator.id
            ))?;
            let_in(installation, &operator).await
        }
    })
    .await
}

/// Ends what the operator had, and lets them in again.
async fn reset(installation: &Installation, email: &str) -> Result<Operator> {
    let (app, ctx) = (&installation.app, installation.ctx());
    let operators = operators::list_operators(app, &ctx).await?;
    let found = operators
        .into_iter()
        .find(|operator| operator.email_key == email_key(email));
    let Some(operator) = found else {
        bail!("there is no operator with the e-mail {email}")
    };
    for token in operators::list_tokens(app, &ctx, operator.id).await? {
        if token.revoked_at.is_none() {
            operators::revoke_token(app, &ctx, operator.id, token.id).await?;
        }
    }
    let patch = OperatorPatch {
        disabled: Some(false),
        ..OperatorPatch::default()
    };
    let operator = operators::update_operator(app, &ctx, operator.id, patch).await?;
    accounts::end_sessions(app, &ctx, operator.id).await?;
    Ok(operator)
}

/// Two ways in: a token for programs, and a link to a password for the console.
async fn let_in(installation: &Installation, operator: &Operator) -> Result<ExitCode> {
    let (app, ctx) = (&installation.app, installation.ctx());
    let token =
        operators::create_token(app, &ctx, operator.id, "made on the command line", None).await?;
    show_once("access token", token.secret.as_ref())?;
    let link = accounts::issue_password_link(app, &ctx, operator.id).await?;
    let time = match operator.password_hash {
        Some(_) => "an hour",
        None => "72 hours",
    };
    say(format_args!(
        "\n  {link}\n\nThis link leads to a password for the console: once, within {time}."
    ))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn project(config: Config, command: Project) -> Result<ExitCode> {
    let Project::Create { slug, name } = command;
    with_installation(config, async |installation| {
        let new = NewProject {
            name: name.unwrap_or_else(|| slug.clone()),
            slug,
        };
        let project = projects::create_project(&installation.app, &installation.ctx(), new).await?;
        say(format_args!(
            "Project {}, with live and test data",
            project.slug
        ))?;
        Ok(ExitCode::SUCCESS)
    })
    .await
}

pub(super) async fn key(config: Config, command: Key) -> Result<ExitCode> {
    let Key::Create {
        project,
        mode,
        name,
        scopes,
        expires_in_days,
    } = command;
    with_installation(config, async |installation| {
        let (app, ctx) = (&installation.app, installation.ctx());
        let tenant = tenant(installation, &project, mode).await?;
        let mut scopes: Vec<_> = scopes
            .iter()
            .flat_map(|scope| scope.permissions())
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        let days = |days| ctx.now() + TimeDelta::days(i64::from(days));
        let new = NewKey {
            name,
            scopes,
            expires_at: expires_in_days.map(days),
        };
        let made = keys::create_key(app, &ctx, tenant.id, new).await?;
        say(format_args!(
            "Key {} ({}) of {project}",
            made.key.name, made.key.id
        ))?;
        show_once("API key", made.secret.as_ref())
    })
    .await
}

fn show_once(what: &str, secret: Option<&SecretText>) -> Result<ExitCode> {
    let secret = secret.context("the secret was shown before")?;
    say(format_args!(
        "\n  {}\n\nThis {what} is shown this once: keep it now.",
        secret.expose_secret()
    ))?;
    Ok(ExitCode::SUCCESS)
}
