//! Codes from a file.

use app::codes::{ImportReport, RefusedLine, import_codes};
use askama::Template;
use axum::{extract::Multipart, response::Response};
use http::StatusCode;
use kernel::{FieldError, Problem, ProblemCode, ProgramId};

use super::{
    super::{
        people::People,
        typed::{fault, placed},
    },
    one::{PLACES, allowed},
};
use crate::{
    answer::{PageError, PageResult, page, page_with},
    door::{Console, Desk},
    look::Frame,
    words::refusals,
};

/// What the form says.
#[derive(Debug, Default)]
struct Answers {
    program: String,
    csv: String,
    file: Vec<u8>,
}

#[derive(Template)]
#[template(path = "console/codes/import.html")]
struct Import<'a> {
    f: &'a Frame,
    c: &'a Console,
    people: People,
    answers: &'a Answers,
    faults: &'a [FieldError],
    note: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "console/codes/imported.html")]
struct Imported<'a> {
    f: &'a Frame,
    c: &'a Console,
    report: ImportReport,
}

impl Imported<'_> {
    /// Why a line is no code.
    fn why(&self, line: &RefusedLine) -> &'static str {
        let t = &self.f.t.codes;
        let message = line.message.as_str();
        match line.code {
            ProblemCode::CodeUnsuitable => self.f.t.faults.unsuitable,
            _ if message.contains("max_uses") && !message.contains("columns") => t.line_uses,
            _ if message.contains("expires_at` is") => t.line_end,
            _ if message.contains("UTF-8") => t.line_not_text,
            _ => t.line_columns,
        }
    }
}

/// `GET …/codes/import`.
pub(super) async fn show(desk: Desk) -> PageResult {
    allowed(&desk)?;
    Ok(page(&Import {
        f: &desk.f,
        c: &desk,
        people: People::of(&desk, Vec::new()).await?,
        answers: &Answers::default(),
        faults: &[],
        note: None,
    }))
}

/// `POST …/codes/import`: the file, where one was chosen, else what was pasted.
pub(super) async fn submit(desk: Desk, form: Multipart) -> PageResult {
    allowed(&desk)?;
    let Some(answers) = read(form).await else {
        return Err(PageError(ProblemCode::MalformedRequest.into()));
    };
    let csv = if answers.file.is_empty() {
        answers.csv.as_bytes()
    } else {
        &answers.file
    };
    let program = answers.program.parse::<ProgramId>().ok();
    let mut faults = Vec::new();
    if program.is_none() {
        faults.push(fault("program", "required"));
    }
    if csv.trim_ascii().is_empty() {
        faults.push(fault("csv", "required"));
    }
    let (Some(program), true) = (program, faults.is_empty()) else {
        return again(&desk, &answers, &Problem::fields(faults)).await;
    };
    match import_codes(&desk.app, &desk.ctx, desk.project.id, program, csv).await {
        Ok(report) => Ok(page(&Imported {
            f: &desk.f,
            c: &desk,
            report,
        })),
        Err(error) => {
            let problem = placed(error.problem(), &PLACES);
            again(&desk, &answers, &problem).await
        }
    }
}

async fn read(mut form: Multipart) -> Option<Answers> {
    let mut answers = Answers::default();
    while let Some(field) = form.next_field().await.ok()? {
        match field.name() {
            Some("program") => answers.program = field.text().await.ok()?,
            Some("csv") => answers.csv = field.text().await.ok()?,
            Some("file") => answers.file = field.bytes().await.ok()?.to_vec(),
            _ => {}
        }
    }
    Some(answers)
}

async fn again(desk: &Desk, answers: &Answers, problem: &Problem) -> Result<Response, PageError> {
    let template = Import {
        f: &desk.f,
        c: desk,
        people: People::of(desk, Vec::new()).await?,
        answers,
        faults: &problem.fields,
        note: refusals::note(&desk.f, problem),
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &template))
}
