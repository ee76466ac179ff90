//! One code.

use app::codes::{CodePatch, get_code, link_url, revoke_code, update_code};
use askama::Template;
use axum::{
    extract::{Form, Path, State},
    response::{IntoResponse, Response},
};
use domain::{codes::Code, people::Permission};
use http::{StatusCode, header};
use http_kit::qr;
use kernel::{FieldError, Problem, ProblemCode};
use serde::Deserialize;

use super::super::{
    people::People,
    typed::{day_end, last_day, number},
};
use crate::{
    answer::{PageError, PageResult, done, page, page_with},
    door::{Console, Desk},
    look::{Frame, filters},
    state::WebState,
    words::{refusals, states},
};

/// Pixels of a module in the picture to download.
const SCALE: u8 = 16;

/// What the form of the limits says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Limits {
    max_uses: String,
    expires_on: String,
}

#[derive(Template)]
#[template(path = "console/codes/page.html")]
struct Shown<'a> {
    f: &'a Frame,
    c: &'a Console,
    people: People,
    code: &'a Code,
    url: String,
    drawing: String,
    limits: Limits,
    faults: &'a [FieldError],
    note: Option<&'static str>,
}

type OfCode = Path<(String, String, String)>;

/// `GET …/codes/{code}`.
pub(super) async fn show(desk: Desk, Path((_, _, code)): OfCode) -> PageResult {
    let code = get_code(&desk.app, &desk.ctx, desk.project.id, &code).await?;
    let limits = Limits {
        max_uses: code.max_uses.map(|n| n.to_string()).unwrap_or_default(),
        expires_on: last_day(code.expires_at),
    };
    let template = shown(&desk, &code, limits, &[], None).await?;
    Ok(page(&template))
}

async fn shown<'a>(
    desk: &'a Desk,
    code: &'a Code,
    limits: Limits,
    faults: &'a [FieldError],
    note: Option<&'static str>,
) -> Result<Shown<'a>, PageError> {
    let url = link_url(&desk.app, &code.text).to_string();
    Ok(Shown {
        f: &desk.f,
        c: desk,
        people: People::of(desk, code.owner.into_iter().collect()).await?,
        drawing: qr::svg(&url).map_err(|_| PageError(ProblemCode::Internal.into()))?,
        code,
        url,
        limits,
        faults,
        note,
    })
}

/// `POST …/codes/{code}`: other limits.
pub(super) async fn submit(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, code)): OfCode,
    Form(limits): Form<Limits>,
) -> PageResult {
    let mut faults = Vec::new();
    let patch = CodePatch {
        max_uses: number(&limits.max_uses, "max_uses", &mut faults),
        expires_at: day_end(&limits.expires_on, "expires_at", &mut faults),
    };
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let changed = if faults.is_empty() {
        update_code(app, ctx, project, &code, patch).await
    } else {
        Err(Problem::fields(faults).into())
    };
    match changed {
        Ok(code) => {
            let page = desk.at(&format!("codes/{}", code.key));
            Ok(done(&state, &page, "saved"))
        }
        Err(error) => refused(&desk, &code, limits, &error.problem()).await,
    }
}

async fn refused(
    desk: &Desk,
    code: &str,
    limits: Limits,
    problem: &Problem,
) -> Result<Response, PageError> {
    if problem.fields.is_empty() {
        return Err(PageError(problem.clone()));
    }
    let code = get_code(&desk.app, &desk.ctx, desk.project.id, code).await?;
    let note = refusals::note(&desk.f, problem);
    let template = shown(desk, &code, limits, &problem.fields, note).await?;
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &template))
}

/// `POST …/codes/{code}/revoke`.
pub(super) async fn revoke(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, code)): OfCode,
) -> PageResult {
    let code = revoke_code(&desk.app, &desk.ctx, desk.project.id, &code).await?;
    let page = desk.at(&format!("codes/{}", code.key));
    Ok(done(&state, &page, "code_revoked"))
}

/// `GET …/codes/{code}/qr.png`.
pub(super) async fn qr(desk: Desk, Path((_, _, code)): OfCode) -> PageResult {
    let code = get_code(&desk.app, &desk.ctx, desk.project.id, &code).await?;
    let url = link_url(&desk.app, &code.text);
    let drawing =
        qr::png(url.as_str(), SCALE).map_err(|_| PageError(ProblemCode::Internal.into()))?;
    let name = format!("attachment; filename=\"{}.png\"", code.text);
    let headers = [
        (header::CONTENT_TYPE, "image/png".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, drawing).into_response())
}
