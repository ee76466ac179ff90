//! The editor of a program. Every button posts the whole form: some change its lists, one checks it, one saves it.
//! Without `do` (a script asks while somebody types) it is only told what the rules would do.

use app::{
    coupons::list_pools,
    programs::{get_version, revise_program},
};
use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    people::Permission,
    programs::{Program, ProgramKind, ProgramSettings, ProgramStatus, validate},
};
use http::StatusCode;
use kernel::{FieldError, Problem, ProblemCode};

use super::{
    Names,
    changes::{Change, changes},
    create::of_settings,
    named, read,
    sheet::{Sheet, Spot},
};
use crate::{
    answer::{PageError, PageResult, done, page_with},
    door::{Console, Desk},
    look::{Frame, filters},
    sentence,
    state::WebState,
    words,
};

#[derive(Template)]
#[template(path = "console/programs/edit.html")]
struct Editor<'a> {
    f: &'a Frame,
    c: &'a Console,
    program: &'a Program,
    home: String,
    at: Spot<'a>,
    sentences: Vec<String>,
    /// The version that the form began with.
    version: u32,
    next: u32,
    note: Note,
    pools: Vec<String>,
}

/// What is said above the form.
enum Note {
    Nothing,
    Checked,
    Faulty,
    Refused(&'static str),
    /// Somebody else saved another version: what it changed.
    Conflict(Vec<Change>),
}

/// `GET …/programs/{program}/edit`.
pub(super) async fn show(desk: Desk, Path((_, _, id)): Names) -> PageResult {
    let program = changeable(&desk, &id).await?;
    if program.status == ProgramStatus::Ended {
        return Ok(Redirect::to(&home(&desk, &program)).into_response());
    }
    let sheet = Sheet::of(&program.settings);
    let now = (program.version, program.settings.clone());
    answer(&desk, &program, (&sheet, now), &[], Note::Nothing).await
}

/// `POST …/programs/{program}/edit`.
pub(super) async fn submit(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Names,
    body: Bytes,
) -> PageResult {
    let program = changeable(&desk, &id).await?;
    let mut sheet = Sheet::sent(&body);
    let wish = sheet.text("do").to_owned();
    let version = sheet.text("version").parse().unwrap_or(program.version);
    sheet.act(&wish);
    let (settings, mut faults) = read::settings(&sheet);
    let typed = (version, settings.clone());
    if wish != "save" && wish != "check" {
        return answer(&desk, &program, (&sheet, typed), &[], Note::Nothing).await;
    }
    faults.extend(validate(program.kind, &settings));
    if !faults.is_empty() {
        return answer(&desk, &program, (&sheet, typed), &faults, Note::Faulty).await;
    }
    if wish == "check" {
        return answer(&desk, &program, (&sheet, typed), &[], Note::Checked).await;
    }
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    match revise_program(app, ctx, project, program.id, version, settings).await {
        Ok(_) => Ok(done(&state, &home(&desk, &program), "program_saved")),
        Err(error) => refused(&state, &desk, (&sheet, typed), &id, error.problem()).await,
    }
}

/// The program, for those who may change it.
async fn changeable(desk: &Desk, id: &str) -> Result<Program, PageError> {
    if !desk.may(Permission::ProgramsWrite) {
        return Err(PageError(ProblemCode::Forbidden.into()));
    }
    named(desk, id).await
}

async fn refused(
    state: &WebState,
    desk: &Desk,
    (sheet, (version, typed)): (&Sheet, (u32, ProgramSettings)),
    id: &str,
    problem: Problem,
) -> PageResult {
    let program = named(desk, id).await?;
    if problem.code == ProblemCode::Conflict {
        // The same form sent twice has nothing to be asked about.
        if typed == program.settings {
            return Ok(done(state, &home(desk, &program), "program_saved"));
        }
        let base = get_version(&desk.app, &desk.ctx, desk.project.id, program.id, version).await?;
        let note = Note::Conflict(changes(&desk.f, &base.settings, &program.settings));
        return answer(desk, &program, (sheet, (program.version, typed)), &[], note).await;
    }
    let faults: Vec<_> = problem.fields.iter().cloned().map(of_settings).collect();
    let note = match problem.code {
        ProblemCode::ValidationFailed => Note::Faulty,
        ProblemCode::Forbidden => return Err(PageError(problem)),
        _ => Note::Refused(words::problem(&desk.f, &problem).1),
    };
    answer(desk, &program, (sheet, (version, typed)), &faults, note).await
}

async fn answer(
    desk: &Desk,
    program: &Program,
    (sheet, (version, settings)): (&Sheet, (u32, ProgramSettings)),
    faults: &[FieldError],
    note: Note,
) -> Result<Response, PageError> {
    let status = match note {
        Note::Nothing | Note::Checked => StatusCode::OK,
        Note::Faulty | Note::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Note::Conflict(_) => StatusCode::CONFLICT,
    };
    let editor = Editor {
        f: &desk.f,
        c: desk,
        program,
        home: home(desk, program),
        at: Spot::whole(sheet, faults),
        sentences: sentence::all(&settings, desk.f.locale),
        version,
        next: program.version + 1,
        note,
        pools: pools(desk).await?,
    };
    Ok(page_with(status, &editor))
}

/// The slugs of the coupon pools, to choose from.
async fn pools(desk: &Desk) -> Result<Vec<String>, PageError> {
    if !desk.may(Permission::CouponsRead) {
        return Ok(Vec::new());
    }
    let pools = list_pools(&desk.app, &desk.ctx, desk.project.id).await?;
    Ok(pools.into_iter().map(|pool| pool.slug).collect())
}

fn home(desk: &Desk, program: &Program) -> String {
    desk.at(&format!("programs/{}", program.id))
}
