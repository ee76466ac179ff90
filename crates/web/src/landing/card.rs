//! What a link shows where it is shared: title, sentence and picture.

mod canvas;
mod drawing;
mod fonts;

use std::sync::Arc;

use app::{
    App,
    landing::{Landing, landing},
};
use axum::{
    Extension, Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use cache::LimitClass;
use domain::rewards::Side;
use http::header;
use http_kit::ClientAddress;
use kernel::{Actor, ProblemCode};
use moka::sync::Cache;
use notify::Locale;
use tokio::sync::Semaphore;

use super::promise::{first_name, promises};
use crate::{
    answer::{PageError, PageResult, admit},
    look::{Frame, filters::fill},
    state::WebState,
};
use drawing::Sketch;

/// Bytes of pictures that are kept.
const KEPT: u64 = 16 * 1024 * 1024;
/// Pictures drawn at the same time.
const AT_ONCE: usize = 2;

/// The pictures of links.
pub(super) fn routes() -> Router<WebState> {
    let cards = Cards {
        drawn: Cache::builder()
            .max_capacity(KEPT)
            .weigher(|_, png: &Arc<[u8]>| u32::try_from(png.len()).unwrap_or(u32::MAX))
            .build(),
        turns: Arc::new(Semaphore::new(AT_ONCE)),
    };
    Router::new()
        .route("/og/{project}/{picture}", get(of_program))
        .route("/og/{project}/{program}/{picture}", get(of_code))
        .layer(Extension(cards))
}

/// The pictures drawn last.
#[derive(Clone)]
struct Cards {
    drawn: Cache<Sketch, Arc<[u8]>>,
    turns: Arc<Semaphore>,
}

/// What a shared link says of itself.
#[derive(Debug)]
pub(super) struct Card {
    /// Who invites to what.
    pub(super) title: String,
    /// What there is to get.
    pub(super) description: String,
    /// The page.
    pub(super) url: String,
    /// The picture.
    pub(super) image: String,
}

impl Card {
    /// The card of a page.
    pub(super) fn of(f: &Frame, app: &App, landing: &Landing) -> Self {
        let t = &f.t.landing;
        let (project, program) = (&landing.project.slug, &landing.program);
        let code = landing.link.as_ref().map(|link| link.code.text.as_str());
        let title = match inviter(landing) {
            // The name comes last: what somebody calls themselves fills nothing in.
            Some(name) => fill(
                &fill(t.card_title, "program", &program.settings.name),
                "name",
                name,
            ),
            None => program.settings.name.clone(),
        };
        let about = match program.settings.description.as_str() {
            "" => t.card_description,
            own => own,
        };
        let picture = match code {
            Some(code) => vec!["og", project, &program.slug, code],
            None => vec!["og", project, &program.slug],
        };
        let mut image = address(app, &picture);
        image.push_str(".png");
        if f.locale == Locale::Zh {
            image.push_str("?lang=zh");
        }
        let mut url = address(app, &[project, &program.slug]);
        if let Some(code) = code {
            url.push_str("?code=");
            url.push_str(code);
        }
        Self {
            title,
            description: match gets(f, landing) {
                Some(gets) => format!("{gets}{}{about}", f.gap()),
                None => about.to_owned(),
            },
            url,
            image,
        }
    }
}

/// `GET /og/{project}/{program}.png`.
async fn of_program(
    State(state): State<WebState>,
    Extension(cards): Extension<Cards>,
    f: Frame,
    Path((project, picture)): Path<(String, String)>,
    address: ClientAddress,
) -> PageResult {
    let program = named(&picture)?;
    draw(&state, &cards, &f, [&project, program], None, address).await
}

/// `GET /og/{project}/{program}/{code}.png`.
async fn of_code(
    State(state): State<WebState>,
    Extension(cards): Extension<Cards>,
    f: Frame,
    Path((project, program, picture)): Path<(String, String, String)>,
    address: ClientAddress,
) -> PageResult {
    let code = named(&picture)?;
    draw(
        &state,
        &cards,
        &f,
        [&project, &program],
        Some(code),
        address,
    )
    .await
}

fn named(picture: &str) -> Result<&str, PageError> {
    let name = picture.strip_suffix(".png");
    name.ok_or_else(|| PageError(ProblemCode::NotFound.into()))
}

async fn draw(
    state: &WebState,
    cards: &Cards,
    f: &Frame,
    [project, program]: [&str; 2],
    code: Option<&str>,
    address: ClientAddress,
) -> PageResult {
    admit(state, LimitClass::Visit, address).await?;
    let ctx = state.app.ctx(Actor::Anonymous, "");
    let landing = landing(&state.app, &ctx, project, program, code).await?;
    let sketch = sketch(f, &landing);
    if let Some(png) = cards.drawn.get(&sketch) {
        return Ok(picture(&png));
    }
    let failed = || PageError(ProblemCode::Unavailable.into());
    let _turn = cards.turns.acquire().await.map_err(|_| failed())?;
    let drawn = sketch.clone();
    let png = tokio::task::spawn_blocking(move || drawing::png(&drawn)).await;
    let png: Arc<[u8]> = png.ok().flatten().ok_or_else(failed)?.into();
    cards.drawn.insert(sketch, Arc::clone(&png));
    Ok(picture(&png))
}

fn picture(png: &[u8]) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, png.to_vec()).into_response()
}

fn sketch(f: &Frame, landing: &Landing) -> Sketch {
    let t = &f.t.landing;
    Sketch {
        project: landing.project.name.clone(),
        eyebrow: inviter(landing).map_or_else(
            || t.you_are_invited.to_owned(),
            |name| fill(t.invited_you, "name", name),
        ),
        title: landing.program.settings.name.clone(),
        gets: gets(f, landing).map(|gets| gets.trim_end_matches(['.', '。']).to_owned()),
    }
}

/// The first name of whoever invites.
fn inviter(landing: &Landing) -> Option<&str> {
    let name = landing.link.as_ref()?.inviter.as_deref()?;
    Some(first_name(name)).filter(|name| !name.is_empty())
}

/// The first thing that a friend gets, in a sentence.
fn gets(f: &Frame, landing: &Landing) -> Option<String> {
    let promise = promises(f, &landing.program, Side::Invitee);
    let first = promise.into_iter().next()?;
    Some(fill(f.t.landing.card_gets, "reward", &first.what))
}

/// An address of this installation. Slugs and codes need no escaping.
fn address(app: &App, segments: &[&str]) -> String {
    let base = app.settings().public_url.as_str();
    format!("{}/{}", base.trim_end_matches('/'), segments.join("/"))
}
