//! Sessions: opened, found by their token, listed, ended.

use std::sync::Arc;

use domain::{
    log::Fact,
    members::Member,
    people::{Operator, Permission, Session, SessionOwner},
};
use kernel::{Actor, Ctx, ExposeSecret, OperatorId, ProblemCode, SessionId};
use serde_json::json;
use store::{StoreError, WriteTx};
use uuid::Uuid;

use super::{Device, SignedIn, acting};
use crate::{App, AppResult, SecretText, access::secret_hash, secrets::new_secret};

/// A session that is being opened: a token that nobody had before, and the device.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    token: SecretText,
    device: Device,
}

impl Opening {
    /// For somebody who has come with this device.
    pub(super) fn new(app: &App, ctx: &Ctx, device: Device) -> Self {
        Self {
            token: new_secret("inv_ses_", ctx.entropy.as_ref()).into(),
            device: device.kept(app),
        }
    }

    /// Opens it.
    pub(super) async fn open(
        &self,
        tx: &WriteTx,
        ctx: &Ctx,
        who: SessionOwner,
    ) -> AppResult<Session> {
        let session = Session {
            agent: self.device.agent.clone(),
            address: self.device.address.clone(),
            ..Session::begin(ctx.id(), who, ctx.now())
        };
        let hash = secret_hash(self.token.expose_secret());
        tx.directory().insert_session(&session, &hash).await?;
        if let SessionOwner::Operator(operator) = who {
            let ctx = acting(ctx, operator);
            record(tx, &ctx, operator, "operator.signed_in", Some(session.id)).await?;
        }
        Ok(session)
    }

    /// What whoever it was opened for is given, once that is committed.
    pub(super) fn done(self, session: Session) -> SignedIn {
        SignedIn {
            token: self.token,
            max_age: session.who.longest().to_std().unwrap_or_default(),
            session,
        }
    }
}

/// The session that a token opens, and the operator who is signed in; none where it opens nothing, or is a member's.
///
/// # Errors
/// The database cannot be asked.
pub async fn session_operator(
    app: &App,
    ctx: &Ctx,
    token: &str,
) -> AppResult<Option<(Session, Arc<Operator>)>> {
    let Some(session) = find(app, ctx, token).await? else {
        return Ok(None);
    };
    let SessionOwner::Operator(id) = session.who else {
        return Ok(None);
    };
    let operator = app.operator(id).await?;
    Ok((operator.disabled_at.is_none()).then_some((session, operator)))
}

/// The session that a token opens, and the member who has come in; none where it opens nothing, or is an operator's.
///
/// # Errors
/// The database cannot be asked.
pub async fn session_member(
    app: &App,
    ctx: &Ctx,
    token: &str,
) -> AppResult<Option<(Session, Member)>> {
    let Some(session) = find(app, ctx, token).await? else {
        return Ok(None);
    };
    let SessionOwner::Member { project, member } = session.who else {
        return Ok(None);
    };
    let reader = app.store().read();
    let member = reader.project(project).members().find(member).await?;
    Ok(member.map(|member| (session, member)))
}

/// The valid session that a token opens. That it was seen is written now and then.
async fn find(app: &App, ctx: &Ctx, token: &str) -> AppResult<Option<Session>> {
    let hash = secret_hash(token);
    let load = async {
        let reader = app.store().read();
        reader.directory().session_by_hash(&hash).await
    };
    let known = app.caches().sessions.get_or_load(&hash, load).await?;
    let Some(session) = known.filter(|session| session.is_valid(ctx.now())) else {
        return Ok(None);
    };
    let Some(seen) = session.seen(ctx.now()) else {
        return Ok(Some(session.as_ref().clone()));
    };
    let write = seen.clone();
    let written: Result<(), StoreError> = app
        .store()
        .transact(move |tx| {
            let seen = write.clone();
            Box::pin(async move { tx.directory().see_session(&seen).await })
        })
        .await;
    match written {
        Ok(()) => app.caches().sessions.invalidate(&hash),
        // Whoever only reads goes on while nothing can be written.
        Err(error) => tracing::warn!(%error, "that a session was seen cannot be written"),
    }
    Ok(Some(seen))
}

/// Ends the session that a token opens. One that opens nothing is left as it is.
pub async fn sign_out(app: &App, ctx: &Ctx, token: &str) -> AppResult<()> {
    let hash = secret_hash(token);
    let (own, key) = (ctx.clone(), hash);
    app.store()
        .transact(move |tx| {
            let ctx = own.clone();
            Box::pin(async move {
                let Some(session) = tx.directory().session_by_hash(&key).await? else {
                    return Ok(());
                };
                // The token says who it is, whatever the request says.
                let ctx = match session.who {
                    SessionOwner::Operator(operator) => acting(&ctx, operator),
                    SessionOwner::Member { .. } => ctx,
                };
                end(tx, &ctx, session.who, session.id).await
            })
        })
        .await?;
    app.caches().sessions.invalidate(&hash);
    Ok(())
}

/// The actor's own sessions that are valid, newest first.
///
/// # Errors
/// `forbidden` for whoever has none: API keys and the command line.
pub async fn list_sessions(app: &App, ctx: &Ctx) -> AppResult<Vec<Session>> {
    let (person, now) = (person(ctx)?, ctx.now());
    let reader = app.store().read();
    Ok(reader.directory().sessions(person, now).await?)
}

/// Ends one of the actor's own sessions.
///
/// # Errors
/// `not_found` where it is somebody else's, or over.
pub async fn revoke_session(app: &App, ctx: &Ctx, id: SessionId) -> AppResult<()> {
    let own = ctx.clone();
    let person = person(ctx)?;
    app.store()
        .transact(move |tx| {
            let ctx = own.clone();
            Box::pin(async move {
                let all = tx.directory().sessions(person, ctx.now()).await?;
                let session = all.into_iter().find(|session| session.id == id);
                let session = session.ok_or(ProblemCode::NotFound)?;
                end(tx, &ctx, session.who, id).await
            })
        })
        .await?;
    app.caches().sessions.clear();
    Ok(())
}

/// Ends all of the actor's own sessions but one.
pub async fn revoke_other_sessions(app: &App, ctx: &Ctx, keep: SessionId) -> AppResult<()> {
    let own = ctx.clone();
    let person = person(ctx)?;
    app.store()
        .transact(move |tx| {
            let ctx = own.clone();
            Box::pin(async move {
                let all = tx.directory().sessions(person, ctx.now()).await?;
                match all.first() {
                    Some(session) => end_all(tx, &ctx, session.who, Some(keep)).await,
                    None => Ok(()),
                }
            })
        })
        .await?;
    app.caches().sessions.clear();
    Ok(())
}

/// Ends all sessions of an operator. Operators may end their own, owners anybody's.
///
/// # Errors
/// `forbidden`.
pub async fn end_sessions(app: &App, ctx: &Ctx, operator: OperatorId) -> AppResult<()> {
    if ctx.actor != Actor::Operator(operator) {
        app.authorize_installation(ctx, Permission::OperatorsWrite)
            .await?;
    }
    let own = ctx.clone();
    app.store()
        .transact(move |tx| {
            let ctx = own.clone();
            Box::pin(async move { end_all(tx, &ctx, SessionOwner::Operator(operator), None).await })
        })
        .await?;
    app.caches().sessions.clear();
    Ok(())
}

/// Ends one session.
async fn end(tx: &WriteTx, ctx: &Ctx, who: SessionOwner, id: SessionId) -> AppResult<()> {
    if !tx
        .directory()
        .revoke_session(person_of(who), id, ctx.now())
        .await?
    {
        return Ok(());
    }
    told(tx, ctx, who, Some(id)).await
}

/// Ends all sessions of somebody but the one to keep, where there is one.
pub(crate) async fn end_all(
    tx: &WriteTx,
    ctx: &Ctx,
    who: SessionOwner,
    keep: Option<SessionId>,
) -> AppResult<()> {
    let ended = tx
        .directory()
        .revoke_sessions(person_of(who), keep, ctx.now())
        .await?;
    if ended == 0 {
        return Ok(());
    }
    told(tx, ctx, who, None).await
}

/// Tells the other processes, and the audit trail where it was an operator's.
async fn told(
    tx: &WriteTx,
    ctx: &Ctx,
    who: SessionOwner,
    session: Option<SessionId>,
) -> AppResult<()> {
    tx.emit(None, ctx.now(), vec![Fact::SessionEnded { who }]);
    match who {
        SessionOwner::Operator(operator) => {
            record(tx, ctx, operator, "operator.signed_out", session).await
        }
        SessionOwner::Member { .. } => Ok(()),
    }
}

async fn record(
    tx: &WriteTx,
    ctx: &Ctx,
    operator: OperatorId,
    action: &str,
    session: Option<SessionId>,
) -> AppResult<()> {
    let (id, actor) = (operator.to_string(), ctx.actor.label());
    let detail = json!({ "session": session });
    Ok(tx
        .audit(None, ctx.now(), &actor, action, &id, detail)
        .await?)
}

fn person_of(who: SessionOwner) -> Uuid {
    match who {
        SessionOwner::Operator(operator) => operator.uuid(),
        SessionOwner::Member { member, .. } => member.uuid(),
    }
}

/// Who may have sessions.
fn person(ctx: &Ctx) -> AppResult<Uuid> {
    match ctx.actor {
        Actor::Operator(id) => Ok(id.uuid()),
        Actor::Member(id) => Ok(id.uuid()),
        Actor::Anonymous => Err(ProblemCode::Unauthenticated.into()),
        Actor::Key(_) | Actor::Cli | Actor::System(_) => Err(ProblemCode::Forbidden.into()),
    }
}
