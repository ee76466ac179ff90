//! Links that let somebody in once.

use chrono::TimeDelta;
use domain::people::{LinkPurpose, OneTimeLink, SessionOwner};
use kernel::{Actor, Ctx, Problem, ProblemCode};
use store::WriteTx;
use url::Url;

use crate::{App, AppError, AppResult, access::secret_hash, secrets::new_secret};

/// A link that is being made.
#[derive(Debug, Clone)]
pub(super) struct NewLink {
    /// What is stored of it.
    pub(super) link: OneTimeLink,
    /// Where it leads.
    pub(super) url: Url,
}

impl NewLink {
    /// A link for somebody that works for so long from now on.
    pub(super) fn new(
        app: &App,
        ctx: &Ctx,
        purpose: LinkPurpose,
        whose: Option<SessionOwner>,
        lasting: TimeDelta,
    ) -> Self {
        let secret = new_secret("", ctx.entropy.as_ref());
        let place = match purpose {
            LinkPurpose::SetUp => ["console", "set-up"],
            LinkPurpose::Password => ["console", "reset"],
            LinkPurpose::Enter => ["me", "enter"],
        };
        let mut url = app.settings().public_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(place).push(&secret);
        }
        let link = OneTimeLink {
            hash: secret_hash(&secret),
            purpose,
            whose,
            created_at: ctx.now(),
            expires_at: ctx.now() + lasting,
            used_at: None,
        };
        Self { link, url }
    }
}

/// Whether a link would still work: for a kind page before the form. The secret is what stands in the link.
pub async fn check_link(
    app: &App,
    ctx: &Ctx,
    purpose: LinkPurpose,
    token: &str,
) -> AppResult<bool> {
    Ok(open_link(app, ctx, purpose, token).await?.is_some())
}

/// The link with this secret, where it would still work.
pub(super) async fn open_link(
    app: &App,
    ctx: &Ctx,
    purpose: LinkPurpose,
    token: &str,
) -> AppResult<Option<OneTimeLink>> {
    let reader = app.store().read();
    let link = reader
        .directory()
        .link(purpose, &secret_hash(token))
        .await?;
    Ok(link.filter(|link| link.is_open(ctx.now())))
}

/// Uses a link up, and with it every other that does the same.
pub(super) async fn use_up(
    tx: &WriteTx,
    ctx: &Ctx,
    purpose: LinkPurpose,
    hash: &[u8; 32],
) -> AppResult<OneTimeLink> {
    let directory = tx.directory();
    let link = directory.use_link(purpose, hash, ctx.now()).await?;
    let link = link.ok_or_else(useless)?;
    directory.void_links(purpose, link.whose, ctx.now()).await?;
    Ok(link)
}

/// What whoever comes with a link is told that does not work, whatever the reason.
pub(super) fn useless() -> AppError {
    let detail = "This link was used before, or its time is over.";
    Problem::new(ProblemCode::Unauthenticated, detail).into()
}

/// Links are handed to whoever has the machine itself; everybody else gets them by e-mail.
pub(super) fn expect_machine(ctx: &Ctx) -> AppResult<()> {
    match ctx.actor {
        Actor::Cli | Actor::System(_) => Ok(()),
        Actor::Anonymous => Err(ProblemCode::Unauthenticated.into()),
        Actor::Member(_) | Actor::Key(_) | Actor::Operator(_) => Err(ProblemCode::Forbidden.into()),
    }
}
