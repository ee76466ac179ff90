//! A new program: what it is for and what it is called. The editor does the rest.

use app::programs::{NewProgram, create_program};
use askama::Template;
use axum::extract::{Form, State};
use domain::{
    people::Permission,
    programs::{ProgramKind, ProgramSettings},
};
use http::StatusCode;
use kernel::{FieldError, Problem, ProblemCode};
use serde::Deserialize;
use serde_json::json;

use crate::{
    answer::{PageError, PageResult, done, page, page_with},
    door::{Console, Desk},
    look::Frame,
    state::WebState,
    words,
};

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    kind: String,
    name: String,
    slug: String,
    landing_url: String,
}

#[derive(Template)]
#[template(path = "console/programs/new.html")]
struct New<'a> {
    f: &'a Frame,
    c: &'a Console,
    answers: &'a Answers,
    kinds: [(&'static str, &'static str, &'static str); 3],
    faults: &'a [FieldError],
    refused: Option<&'static str>,
}

/// `GET …/programs/new`.
pub(super) async fn show(desk: Desk) -> PageResult {
    permitted(&desk)?;
    let answers = Answers {
        kind: "referral".to_owned(),
        ..Answers::default()
    };
    Ok(page(&form(&desk, &answers, &[], None)))
}

/// `POST …/programs/new`.
pub(super) async fn submit(
    State(state): State<WebState>,
    desk: Desk,
    Form(answers): Form<Answers>,
) -> PageResult {
    permitted(&desk)?;
    let made = match program(&answers) {
        Ok(new) => create_program(&desk.app, &desk.ctx, desk.project.id, new)
            .await
            .map_err(|error| error.problem()),
        Err(problem) => Err(problem),
    };
    match made {
        Ok(program) => {
            let editor = desk.at(&format!("programs/{}/edit", program.id));
            Ok(done(&state, &editor, "program_created"))
        }
        Err(problem) => {
            let refused = match problem.code {
                ProblemCode::ValidationFailed => None,
                ProblemCode::Conflict => Some(desk.f.t.programs.taken),
                _ => Some(words::problem(&desk.f, &problem).1),
            };
            let faults: Vec<_> = problem.fields.into_iter().map(of_settings).collect();
            let again = form(&desk, &answers, &faults, refused);
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again))
        }
    }
}

fn permitted(desk: &Desk) -> Result<(), PageError> {
    if desk.may(Permission::ProgramsWrite) {
        return Ok(());
    }
    Err(PageError(ProblemCode::Forbidden.into()))
}

/// A fault under the name that its field has in forms.
pub(super) fn of_settings(mut fault: FieldError) -> FieldError {
    if let Some(field) = fault.field.strip_prefix("settings.") {
        fault.field = field.to_owned();
    }
    fault
}

fn program(answers: &Answers) -> Result<NewProgram, Problem> {
    let kind: ProgramKind = serde_json::from_value(answers.kind.as_str().into())
        .map_err(|_| Problem::field("kind", "required", "Choose what the program is for."))?;
    let mut settings: ProgramSettings = serde_json::from_value(starter(kind, answers.name.trim()))
        .map_err(|error| {
            tracing::error!(%error, "the settings of a new program cannot be read");
            Problem::from(ProblemCode::Internal)
        })?;
    let url = answers.landing_url.trim();
    if !url.is_empty() {
        let url = url.parse();
        settings.landing_url =
            Some(url.map_err(|_| Problem::field("landing_url", "url", "Use a whole URL."))?);
    }
    Ok(NewProgram {
        slug: answers.slug.trim().to_owned(),
        kind,
        settings,
    })
}

/// What a draft begins with: something that makes sense for its kind, to be changed.
fn starter(kind: ProgramKind, name: &str) -> serde_json::Value {
    let credits = json!({ "type": "units", "unit": "credits", "amount": 100 });
    let rule = json!({
        "key": "rule-1", "on": "activation",
        "then": { "kind": "double_sided", "inviter": credits, "invitee": credits },
    });
    match kind {
        ProgramKind::Referral => json!({ "name": name, "rules": [rule] }),
        ProgramKind::Waitlist => json!({ "name": name }),
        ProgramKind::InviteOnly => json!({ "name": name, "quota": { "invites": 5 } }),
    }
}

fn form<'a>(
    desk: &'a Desk,
    answers: &'a Answers,
    faults: &'a [FieldError],
    refused: Option<&'static str>,
) -> New<'a> {
    let t = &desk.f.t.programs;
    New {
        f: &desk.f,
        c: desk,
        answers,
        kinds: [
            ("referral", t.referral, t.referral_hint),
            ("waitlist", t.waitlist, t.waitlist_hint),
            ("invite_only", t.invite_only, t.invite_only_hint),
        ],
        faults,
        refused,
    }
}
