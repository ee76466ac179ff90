//! Links that go out by e-mail. Who gets one is looked up by the job that sends it: the request tells nobody who is known
//! here, and the secret of a link is in the mail only, never in the queue.

use chrono::TimeDelta;
use domain::people::{LinkPurpose, Operator, SessionOwner};
use kernel::{Ctx, ProblemCode, ProjectId};
use notify::{Letter, News};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{NewJob, StoreError};

use super::links::NewLink;
use crate::{App, AppResult, access, handlers::link_job};

/// Who is known only by what they typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub(crate) enum Wanted {
    /// An operator wants to choose a password.
    Password {
        /// E-mail as compared.
        email_key: String,
    },
    /// A member wants to come into the portal.
    Enter {
        /// The tenant.
        project: ProjectId,
        /// E-mail as compared.
        email_key: String,
        /// Slug of the program that they came for.
        program: Option<String>,
    },
}

/// A link that waits to be made and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkMail {
    wanted: Wanted,
    /// The reader's language.
    pub(crate) locale: String,
}

impl LinkMail {
    pub(super) fn new(wanted: Wanted, locale: &str) -> Self {
        let locale = notify::Locale::of(locale).as_str().to_owned();
        Self { wanted, locale }
    }

    /// The job that makes and sends it.
    pub(super) fn job(&self, ctx: &Ctx) -> NewJob {
        link_job(ctx.id(), self, ctx.now())
    }

    fn account(&self) -> String {
        match &self.wanted {
            Wanted::Password { email_key } => format!("password {email_key}"),
            Wanted::Enter {
                project, email_key, ..
            } => format!("{project} {email_key}"),
        }
    }
}

/// Puts a link that somebody at the door asked for into the queue. Whoever asks too often for the same e-mail gets no
/// more of them, and the same answer.
pub(super) async fn request(app: &App, ctx: &Ctx, mail: LinkMail) -> AppResult<()> {
    if !app.guard().links.admit(&mail.account(), ctx.now()) {
        return Ok(());
    }
    let job = mail.job(ctx);
    let asked: Result<(), StoreError> = app
        .store()
        .transact(move |tx| {
            let job = job.clone();
            Box::pin(async move { tx.enqueue(&[job]).await })
        })
        .await;
    Ok(asked?)
}

/// The address and the letter with a new link; none where nobody is known by the e-mail.
pub(crate) async fn written(
    app: &App,
    ctx: &Ctx,
    mail: &LinkMail,
) -> AppResult<Option<(String, Letter)>> {
    match &mail.wanted {
        Wanted::Password { email_key } => for_operator(app, ctx, email_key).await,
        Wanted::Enter {
            project,
            email_key,
            program,
        } => for_member(app, ctx, *project, email_key, program.as_deref()).await,
    }
}

/// How long a link to choose a password works: longer where it is the first one.
pub(super) const fn lasting(operator: &Operator) -> TimeDelta {
    match operator.password_hash {
        Some(_) => TimeDelta::hours(1),
        None => TimeDelta::hours(72),
    }
}

async fn for_operator(app: &App, ctx: &Ctx, key: &str) -> AppResult<Option<(String, Letter)>> {
    let reader = app.store().read();
    let found = reader.directory().operator_by_email(key).await?;
    let Some(operator) = found.filter(|operator| operator.disabled_at.is_none()) else {
        return Ok(None);
    };
    let lasting = lasting(&operator);
    let news = match operator.password_hash {
        Some(_) => News::PasswordReset {
            minutes: lasting.num_minutes(),
        },
        None => News::ChoosePassword {
            hours: lasting.num_hours(),
        },
    };
    let who = SessionOwner::Operator(operator.id);
    let new = NewLink::new(app, ctx, LinkPurpose::Password, Some(who), lasting);
    insert(app, ctx, &new, Some(&operator)).await?;
    let letter = Letter {
        project: "Inviter".to_owned(),
        program: "Inviter".to_owned(),
        link: new.url,
        name: Some(operator.name),
        news,
    };
    Ok(Some((operator.email, letter)))
}

async fn for_member(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    key: &str,
    program: Option<&str>,
) -> AppResult<Option<(String, Letter)>> {
    let tenant = access::project(app, project).await?;
    let reader = app.store().read();
    let scope = reader.project(project);
    let found = scope.members().find_known(&[], &[key]).await?;
    let Some(member) = found.into_iter().next() else {
        return Ok(None);
    };
    let email = member.email.ok_or(ProblemCode::NotFound)?;
    let program = match program {
        Some(slug) => scope.programs().find_by_slug(slug).await?,
        None => None,
    };
    let who = SessionOwner::Member {
        project,
        member: member.id,
    };
    let lasting = TimeDelta::minutes(30);
    let mut new = NewLink::new(app, ctx, LinkPurpose::Enter, Some(who), lasting);
    insert(app, ctx, &new, None).await?;
    if let Some(program) = program {
        new.url
            .query_pairs_mut()
            .append_pair("program", &program.slug);
    }
    let letter = Letter {
        project: tenant.name.clone(),
        program: tenant.name.clone(),
        link: new.url,
        name: member.name,
        news: News::SignInLink {
            minutes: lasting.num_minutes(),
        },
    };
    Ok(Some((email, letter)))
}

async fn insert(app: &App, ctx: &Ctx, new: &NewLink, operator: Option<&Operator>) -> AppResult<()> {
    let (link, now, actor) = (new.link.clone(), ctx.now(), ctx.actor.label());
    let subject = operator.map(|operator| operator.id.to_string());
    let inserted: Result<(), StoreError> = app
        .store()
        .transact(move |tx| {
            let (link, actor, subject) = (link.clone(), actor.clone(), subject.clone());
            Box::pin(async move {
                tx.directory().insert_link(&link).await?;
                if let Some(subject) = subject {
                    let action = "operator.password_link_sent";
                    tx.audit(None, now, &actor, action, &subject, json!({}))
                        .await?;
                }
                Ok(())
            })
        })
        .await;
    Ok(inserted?)
}
