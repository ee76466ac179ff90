//! Who is asking: operators at the console, members at the portal.

use std::{ops::Deref, sync::Arc};

use app::{
    App,
    accounts::{Device, SignedIn, session_member, session_operator},
    projects::{find_project, get_project, list_projects},
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    members::Member,
    people::{Operator, Permission, Session},
    projects::{Mode, Project},
};
use http::{HeaderMap, header, request::Parts};
use http_kit::{ClientAddress, RequestId};
use kernel::{Actor, Ctx, ExposeSecret, ProblemCode};

use crate::{
    answer::{self, PageError},
    look::{Frame, cookie},
    state::WebState,
};

/// The cookie of an operator's session.
const OPERATOR: &str = "inviter_session";
/// The cookie of a member's session.
const MEMBER: &str = "inviter_member";

/// An operator at the console. Templates call it `c`.
#[derive(Debug, Clone)]
pub(crate) struct Console {
    /// Language, theme, texts.
    pub(crate) f: Frame,
    /// The use cases.
    pub(crate) app: App,
    /// The circumstances, with the operator as the actor.
    pub(crate) ctx: Ctx,
    /// Who.
    pub(crate) operator: Arc<Operator>,
    /// Their session.
    pub(crate) session: Session,
    /// The projects that they may see, live ones.
    pub(crate) projects: Vec<Project>,
    /// The project that the page is about, if it is about one.
    pub(crate) project: Option<Arc<Project>>,
}

/// An operator in a project: `/console/{project}/{mode}/…`.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    console: Console,
    /// The project.
    pub(crate) project: Arc<Project>,
}

/// A member at the portal.
#[derive(Debug, Clone)]
pub(crate) struct Portal {
    /// Language, theme, texts.
    pub(crate) f: Frame,
    /// The use cases.
    pub(crate) app: App,
    /// The circumstances, with the member as the actor.
    pub(crate) ctx: Ctx,
    /// Who.
    pub(crate) member: Member,
    /// Their project.
    pub(crate) project: Arc<Project>,
}

impl Deref for Desk {
    type Target = Console;

    fn deref(&self) -> &Console {
        &self.console
    }
}

impl Console {
    /// Whether the operator may do this in the project of the page, or to the installation where the page has none.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        let slug = self.project.as_ref().map(|project| project.slug.as_str());
        self.operator.permits(permission, slug)
    }

    /// The address of a page of this project: `desk.at("codes")`.
    pub(crate) fn at(&self, page: &str) -> String {
        self.project.as_ref().map_or_else(
            || format!("/console/{page}"),
            |project| place(&project.slug, project.mode, page),
        )
    }

    /// The first letter of the operator's name.
    pub(crate) fn initial(&self) -> String {
        self.operator.name.chars().take(1).collect()
    }
}

/// The address of a project's page.
pub(crate) fn place(slug: &str, mode: Mode, page: &str) -> String {
    let mode = match mode {
        Mode::Live => "live",
        Mode::Test => "test",
    };
    format!("/console/{slug}/{mode}/{page}")
        .trim_end_matches('/')
        .to_owned()
}

/// The device that a request comes from.
pub(crate) fn device(headers: &HeaderMap, ClientAddress(address): ClientAddress) -> Device {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    Device {
        agent: agent.unwrap_or_default().to_owned(),
        address: address.to_string(),
    }
}

/// Gives the browser what opens an operator's session.
pub(crate) fn let_operator_in(response: &mut Response, state: &WebState, signed_in: &SignedIn) {
    let_in(response, state, OPERATOR, signed_in);
}

/// Gives the browser what opens a member's session.
pub(crate) fn let_member_in(response: &mut Response, state: &WebState, signed_in: &SignedIn) {
    let_in(response, state, MEMBER, signed_in);
}

fn let_in(response: &mut Response, state: &WebState, name: &str, signed_in: &SignedIn) {
    let seconds = signed_in.max_age.as_secs();
    answer::set_cookie(
        response,
        state,
        name,
        signed_in.token.expose_secret(),
        seconds,
    );
}

/// Takes the cookies of both sessions away, and gives the secret that an operator's opened with.
pub(crate) fn operator_token(headers: &HeaderMap) -> Option<String> {
    cookie(headers, OPERATOR)
}

/// The secret of a member's session.
pub(crate) fn member_token(headers: &HeaderMap) -> Option<String> {
    cookie(headers, MEMBER)
}

/// Takes an operator's cookie away.
pub(crate) fn forget_operator(response: &mut Response, state: &WebState) {
    answer::set_cookie(response, state, OPERATOR, "", 0);
}

/// Takes a member's cookie away.
pub(crate) fn forget_member(response: &mut Response, state: &WebState) {
    answer::set_cookie(response, state, MEMBER, "", 0);
}

fn begin(parts: &Parts, state: &WebState) -> Ctx {
    let request_id = parts.extensions.get::<RequestId>();
    let request_id = request_id.map(|id| id.0.as_ref()).unwrap_or_default();
    state.app.ctx(Actor::Anonymous, request_id)
}

impl FromRequestParts<WebState> for Console {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let f = Frame::new(&parts.uri, &parts.headers, state);
        let mut ctx = begin(parts, state);
        let refuse = |error: app::AppError| PageError::from(error).into_response();
        let session = match cookie(&parts.headers, OPERATOR) {
            Some(token) => session_operator(&state.app, &ctx, &token)
                .await
                .map_err(refuse)?,
            None => None,
        };
        let Some((session, operator)) = session else {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("next", &f.here);
            return Err(
                Redirect::to(&format!("/console/sign-in?{}", query.finish())).into_response(),
            );
        };
        ctx.actor = Actor::Operator(operator.id);
        let projects = list_projects(&state.app, &ctx).await.map_err(refuse)?;
        let projects = projects
            .into_iter()
            .filter(|project| project.mode == Mode::Live);
        Ok(Self {
            f,
            app: state.app.clone(),
            ctx,
            operator,
            session,
            projects: projects.collect(),
            project: None,
        })
    }
}

impl FromRequestParts<WebState> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let mut console = Console::from_request_parts(parts, state).await?;
        let nothing = || PageError(ProblemCode::NotFound.into()).into_response();
        let names = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| nothing())?;
        let named = |wanted| {
            names
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value)
        };
        let mode = match named("mode") {
            Some("live") => Mode::Live,
            Some("test") => Mode::Test,
            _ => return Err(nothing()),
        };
        let slug = named("project").ok_or_else(nothing)?;
        // Whoever has nothing to do with a project is not told that there is one.
        if !console.projects.iter().any(|project| project.slug == slug) {
            return Err(nothing());
        }
        let project = find_project(&state.app, slug, mode).await;
        let project = project.map_err(|error| PageError::from(error).into_response())?;
        console.project = Some(Arc::clone(&project));
        Ok(Self { console, project })
    }
}

impl FromRequestParts<WebState> for Portal {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let f = Frame::new(&parts.uri, &parts.headers, state);
        let mut ctx = begin(parts, state);
        let refuse = |error: app::AppError| PageError::from(error).into_response();
        let session = match cookie(&parts.headers, MEMBER) {
            Some(token) => session_member(&state.app, &ctx, &token)
                .await
                .map_err(refuse)?,
            None => None,
        };
        let Some((_, member)) = session else {
            return Err(Redirect::to("/me/sign-in").into_response());
        };
        let system = state
            .app
            .ctx(Actor::System("portal"), ctx.request_id.clone());
        let project = get_project(&state.app, &system, member.project)
            .await
            .map_err(refuse)?;
        ctx.actor = Actor::Member(member.id);
        Ok(Self {
            f,
            app: state.app.clone(),
            ctx,
            member,
            project: Arc::new(project),
        })
    }
}
