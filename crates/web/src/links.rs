//! `GET /i/{code}`: the click is on disk, then the browser is led on.

use std::sync::Arc;

use app::{
    HotRoute,
    clicks::{Followed, LinkVisit, follow_link, link},
};
use axum::{
    extract::{FromRef, Path, Request, State},
    response::{IntoResponse, Response},
};
use cache::LimitClass;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts};
use http_kit::{ClientAddress, TrustedProxies};
use kernel::Actor;

use crate::{
    answer::{self, PageError},
    landing::closed,
    look::{Frame, cookie},
    state::WebState,
};

/// The name of the cookie that keeps the click.
pub(crate) const COOKIE: &str = "inviter_click";

/// The route, as the figures name it.
pub(crate) const ROUTE: &str = "/i/{code}";

/// What links need, and where they are counted.
#[derive(Clone)]
pub(crate) struct Links {
    pages: WebState,
    figures: Arc<HotRoute>,
}

impl Links {
    pub(crate) fn new(pages: WebState) -> Self {
        let figures = Arc::new(pages.app.metrics().hot_route("GET", ROUTE));
        Self { pages, figures }
    }
}

impl FromRef<Links> for TrustedProxies {
    fn from_ref(links: &Links) -> Self {
        links.pages.proxies.clone()
    }
}

/// Records a click and leads on.
pub(crate) async fn follow(
    State(links): State<Links>,
    Path(code): Path<String>,
    address: ClientAddress,
    request: Request,
) -> Response {
    let counted = links.figures.begin();
    // Taken apart and not extracted: extractors copy.
    let (Parts { uri, headers, .. }, _) = request.into_parts();
    let response = answer(&links.pages, &code, &uri, address, &headers).await;
    counted.answered(response.status().as_u16());
    response
}

async fn answer(
    state: &WebState,
    code: &str,
    uri: &Uri,
    ClientAddress(address): ClientAddress,
    headers: &HeaderMap,
) -> Response {
    let query: Vec<(String, String)> = match uri.query() {
        Some(query) => url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        None => Vec::new(),
    };
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let earlier = cookie(headers, COOKIE);
    let visit = LinkVisit {
        code,
        query: &query,
        agent: text(header::USER_AGENT),
        address: Some(address),
        referrer: text(header::REFERER),
        earlier: earlier.as_deref(),
    };
    let ctx = state.app.ctx(Actor::Anonymous, String::new());
    match follow_link(&state.app, &ctx, visit).await {
        Ok(followed) => redirect(state, &followed),
        Err(error) => {
            // Whoever tries codes in a row is slowed down; links that lead somewhere are not counted.
            let admitted = answer::admit(state, LimitClass::Visit, ClientAddress(address)).await;
            let (f, busy) = (Frame::new(uri, headers, state), admitted.is_err());
            let PageError(problem) = admitted.err().unwrap_or_else(|| error.into());
            let known = if busy {
                None
            } else {
                link(&state.app, code).await.ok()
            };
            let told = known.and_then(|link| closed(&f, link, problem.code));
            told.unwrap_or_else(|| answer::explain(&f, &problem, ""))
        }
    }
}

fn redirect(state: &WebState, followed: &Followed) -> Response {
    let seconds = u64::from(followed.days) * 86_400;
    let secure = if state.app.settings().public_url.scheme() == "https" {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!(
        "{COOKIE}={}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
        followed.token
    );
    let (Ok(location), Ok(cookie)) = (
        HeaderValue::from_str(&followed.location),
        HeaderValue::from_str(&cookie),
    ) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::LOCATION, location),
        (header::SET_COOKIE, cookie),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer-when-downgrade"),
        ),
    ];
    (StatusCode::FOUND, headers).into_response()
}
