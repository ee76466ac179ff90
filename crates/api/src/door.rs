//! The door: who is asking, how often, and under which project.

use app::{App, AppResult, SecurityEvent, authenticate_key, authenticate_operator, own_key};
use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{
        HeaderMap, HeaderValue, Method,
        header::{AUTHORIZATION, CACHE_CONTROL},
        request::Parts,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use cache::LimitClass;
use domain::projects::Mode;
use http_kit::{ClientAddress, Idempotency, ProblemResponse, ProblemResult, RequestId};
use kernel::{Actor, Ctx, Problem, ProblemCode, ProjectId};

use crate::{limits, refusal::Refusal, state::ApiState};

const PROJECT: &str = "inviter-project";
const MODE: &str = "inviter-mode";
/// How an operator's access token begins.
const ACCESS_TOKEN: &str = "inv_op_";

/// Who is asking, within the project that their credentials or headers name.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The circumstances.
    pub(crate) ctx: Ctx,
    /// The project.
    pub(crate) project: ProjectId,
}

/// Who is asking, about the installation as a whole.
#[derive(Debug)]
pub(crate) struct Installation {
    /// The circumstances.
    pub(crate) ctx: Ctx,
    /// The project, where the credentials or headers name one.
    pub(crate) project: Option<ProjectId>,
}

/// Somebody who was let in.
#[derive(Clone)]
struct Visitor {
    ctx: Ctx,
    project: Option<ProjectId>,
}

/// Layer (`from_fn_with_state`): lets in who has credentials and quota left.
pub(crate) async fn door(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let visitor = match identify(&state.app, &parts).await {
        Ok(visitor) => visitor,
        Err(refusal) => return turned_away(&state, &mut parts, refusal).await,
    };
    let class = class(&visitor.ctx.actor, &parts);
    let verdict = state
        .limiter
        .check(class, &quota_key(&visitor.ctx.actor))
        .await;
    if !verdict.allowed {
        state
            .app
            .metrics()
            .security(SecurityEvent::RateLimited)
            .inc();
        return limits::refused(class, &verdict);
    }
    parts.extensions.insert(visitor);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let headers = response.headers_mut();
    limits::tell(headers, class, &verdict);
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The token of `Authorization: Bearer`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether a token is, by its looks, an API key.
pub(crate) fn is_key(token: &str) -> bool {
    token.starts_with("inv_live_") || token.starts_with("inv_test_")
}

async fn identify(app: &App, parts: &Parts) -> Result<Visitor, Refusal> {
    let token = bearer(&parts.headers).ok_or(ProblemCode::Unauthenticated)?;
    let request_id = parts
        .extensions
        .get::<RequestId>()
        .map(|id| id.0.as_ref())
        .unwrap_or_default();
    let mut ctx = app.ctx(Actor::Anonymous, request_id);
    let project = if is_key(token) {
        let key = authenticate_key(app, &ctx, token).await?;
        ctx.actor = Actor::Key(key.id);
        Some(key.project)
    } else if token.starts_with(ACCESS_TOKEN) {
        let operator = authenticate_operator(app, &ctx, token).await?;
        ctx.actor = Actor::Operator(operator.id);
        named_project(app, &parts.headers).await?
    } else {
        let (slug, mode) = named(&parts.headers)?.ok_or_else(project_missing)?;
        let member = app::me::authenticate_member(app, &ctx, slug, mode, token).await?;
        ctx.actor = Actor::Member(member.id);
        Some(member.project)
    };
    Ok(Visitor { ctx, project })
}

async fn named_project(app: &App, headers: &HeaderMap) -> Result<Option<ProjectId>, Refusal> {
    let Some((slug, mode)) = named(headers)? else {
        return Ok(None);
    };
    let project: AppResult<_> = app::projects::find_project(app, slug, mode).await;
    Ok(Some(project?.id))
}

/// Slug and mode as the headers name them.
fn named(headers: &HeaderMap) -> Result<Option<(&str, Mode)>, Problem> {
    let Some(slug) = headers.get(PROJECT) else {
        return Ok(None);
    };
    let slug = slug
        .to_str()
        .map_err(|_| Problem::field("Inviter-Project", "invalid", "Send the slug of a project."))?;
    let mode = match headers.get(MODE).map(HeaderValue::as_bytes) {
        None | Some(b"live") => Mode::Live,
        Some(b"test") => Mode::Test,
        Some(_) => {
            return Err(Problem::field(
                "Inviter-Mode",
                "invalid",
                "Send `live` or `test`.",
            ));
        }
    };
    Ok(Some((slug, mode)))
}

fn project_missing() -> Problem {
    Problem::field(
        "Inviter-Project",
        "required",
        "Name the project by its slug in this header.",
    )
}

/// Guesses at credentials count against the address.
async fn turned_away(state: &ApiState, parts: &mut Parts, refusal: Refusal) -> Response {
    let refusal = ProblemResponse::from(refusal);
    if refusal.problem().code != ProblemCode::Unauthenticated {
        return refusal.into_response();
    }
    if let Some(token) = bearer(&parts.headers) {
        let ours = is_key(token) || token.starts_with(ACCESS_TOKEN);
        let event = if ours {
            SecurityEvent::KeyRejected
        } else {
            SecurityEvent::MemberTokenRejected
        };
        state.app.metrics().security(event).inc();
    }
    let address = match ClientAddress::from_request_parts(parts, state).await {
        Ok(address) => address.0.to_string(),
        Err(problem) => return problem.into_response(),
    };
    let verdict = state
        .limiter
        .check(LimitClass::Visit, address.as_bytes())
        .await;
    if verdict.allowed {
        refusal.into_response()
    } else {
        state
            .app
            .metrics()
            .security(SecurityEvent::RateLimited)
            .inc();
        limits::refused(LimitClass::Visit, &verdict)
    }
}

fn class(actor: &Actor, parts: &Parts) -> LimitClass {
    let route = parts
        .extensions
        .get::<MatchedPath>()
        .map(MatchedPath::as_str);
    match (actor, route) {
        (Actor::Member(_), _) => LimitClass::Member,
        (_, Some("/api/v1/events" | "/api/v1/events/batch")) if parts.method == Method::POST => {
            LimitClass::Ingest
        }
        _ => LimitClass::Api,
    }
}

/// What the quota of an actor is counted under.
pub(crate) fn quota_key(actor: &Actor) -> [u8; 16] {
    match actor {
        Actor::Member(id) => id.uuid().into_bytes(),
        Actor::Key(id) => id.uuid().into_bytes(),
        Actor::Operator(id) => id.uuid().into_bytes(),
        Actor::Anonymous | Actor::Cli | Actor::System(_) => [0; 16],
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Installation {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ProblemResult<Self> {
        let Idempotency(key) = Idempotency::from_request_parts(parts, state).await?;
        let Some(Visitor { mut ctx, project }) = parts.extensions.get::<Visitor>().cloned() else {
            return Err(http_kit::internal("the door is missing around this route"));
        };
        ctx.idempotency = key.map(|key| own_key(&ctx.actor, &key));
        Ok(Self { ctx, project })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ProblemResult<Self> {
        let Installation { ctx, project } = Installation::from_request_parts(parts, state).await?;
        let project = project.ok_or_else(project_missing)?;
        Ok(Self { ctx, project })
    }
}
