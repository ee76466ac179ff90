//! What handlers answer: pages, redirects, and problems that become pages.

use app::SecurityEvent;
use askama::Template;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use cache::LimitClass;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_kit::{ClientAddress, ProblemResponse, RequestId};
use kernel::{Problem, ProblemCode};

use crate::{look::Frame, state::WebState, words};

/// The cookie that carries what a form did to the page after it.
pub(crate) const FLASH: &str = "inviter_flash";
/// Seconds of a year.
pub(crate) const YEAR: u64 = 31_536_000;

/// Scripts, styles and pictures come from here; nothing is inline, nothing is framed, forms go home.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a page's handler gives.
pub(crate) type PageResult = Result<Response, PageError>;

/// Why there is no page. A layer turns it into one that says so in the person's language.
#[derive(Debug)]
pub(crate) struct PageError(pub(crate) Problem);

impl<E: Into<app::AppError>> From<E> for PageError {
    fn from(error: E) -> Self {
        let error = error.into();
        let problem = error.problem();
        if problem.code.status() >= 500 {
            tracing::error!(%error, "a page failed");
        }
        Self(problem)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// A page.
pub(crate) fn page(template: &impl Template) -> Response {
    page_with(StatusCode::OK, template)
}

/// A page with another status than 200: 422 for a form that has to be looked at again.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> Response {
    let body = match template.render() {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(%error, "a template failed");
            return PageError(ProblemCode::Internal.into()).into_response();
        }
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::VARY, "accept-language, cookie"),
    ];
    (status, headers, Html(body)).into_response()
}

/// Where a form leads that has done what `done` (a name in the texts of that room) says.
pub(crate) fn done(state: &WebState, to: &str, done: &'static str) -> Response {
    let mut response = Redirect::to(to).into_response();
    set_cookie(&mut response, state, FLASH, done, 60);
    response
}

/// Lets an address ask once more, or not.
pub(crate) async fn admit(
    state: &WebState,
    class: LimitClass,
    ClientAddress(address): ClientAddress,
) -> Result<(), PageError> {
    let verdict = state
        .limits
        .check(class, address.to_string().as_bytes())
        .await;
    if verdict.allowed {
        return Ok(());
    }
    state
        .app
        .metrics()
        .security(SecurityEvent::RateLimited)
        .inc();
    Err(PageError(ProblemCode::RateLimited.into()))
}

/// A path of this server, whatever somebody wrote into a link: the start where it leads elsewhere.
pub(crate) fn local(path: &str) -> &str {
    let stays = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.contains(char::is_control);
    if stays { path } else { "/console" }
}

/// Sets a cookie that scripts cannot read; `seconds` 0 removes it.
pub(crate) fn set_cookie(
    response: &mut Response,
    state: &WebState,
    name: &str,
    value: &str,
    seconds: u64,
) {
    let secure = if state.app.settings().public_url.scheme() == "https" {
        "; Secure"
    } else {
        ""
    };
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    f: &'a Frame,
    title: &'static str,
    sentence: &'static str,
    request_id: &'a str,
}

/// Layer: whatever went wrong becomes a page, and what a flash said is not said twice.
pub(crate) async fn finish(
    State(state): State<WebState>,
    f: Frame,
    request: Request,
    next: Next,
) -> Response {
    let request_id = request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.to_string())
        .unwrap_or_default();
    let mut response = next.run(request).await;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page && f.flash.is_some() {
        set_cookie(&mut response, &state, FLASH, "", 0);
    }
    let status = response.status();
    if response.extensions().get::<AsItIs>().is_some() {
        return response;
    }
    if is_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = response.extensions().get::<Problem>().cloned();
    let problem = problem.unwrap_or_else(|| of_status(status).into());
    explain(&f, &problem, &request_id)
}

/// An address that leads to nothing.
pub(crate) async fn nowhere(headers: HeaderMap) -> Response {
    refused(&headers, ProblemCode::NotFound)
}

/// An address of something else than what was tried with it.
pub(crate) async fn not_so(headers: HeaderMap) -> Response {
    refused(&headers, ProblemCode::MethodNotAllowed)
}

/// A page for people; a problem for programs, which say that they read pages only where they do.
fn refused(headers: &HeaderMap, code: ProblemCode) -> Response {
    let read = headers.get_all(header::ACCEPT).iter();
    let read = read.filter_map(|kinds| kinds.to_str().ok());
    if read.flat_map(|kinds| kinds.split(',')).any(is_page) {
        return PageError(code.into()).into_response();
    }
    let mut response = ProblemResponse::from(code).into_response();
    response.extensions_mut().insert(AsItIs);
    response
}

fn is_page(kind: &str) -> bool {
    let name = kind.split(';').next().unwrap_or_default();
    name.trim().eq_ignore_ascii_case("text/html")
}

/// An answer that is not to become a page.
#[derive(Debug, Clone, Copy)]
struct AsItIs;

/// The page that says what went wrong.
pub(crate) fn explain(f: &Frame, problem: &Problem, request_id: &str) -> Response {
    let status =
        StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (title, sentence) = words::problem(f, problem);
    page_with(
        status,
        &ProblemPage {
            f,
            title,
            sentence,
            request_id,
        },
    )
}

fn of_status(status: StatusCode) -> ProblemCode {
    let found = ProblemCode::ALL
        .iter()
        .find(|code| code.status() == status.as_u16());
    found.copied().unwrap_or(ProblemCode::MalformedRequest)
}
