//! Adding a member, and changing what is known of one.

use app::members::{NewMember, get_member, upsert_member};
use askama::Template;
use axum::{
    extract::{Form, Path, State},
    response::Response,
};
use domain::{members::Member, people::Permission};
use http::StatusCode;
use kernel::{FieldError, MemberId, Problem, ProblemCode};
use serde::Deserialize;

use super::super::{
    people::called,
    typed::{placed, some},
};
use crate::{
    answer::{PageError, PageResult, done, page, page_with},
    door::{Console, Desk},
    look::Frame,
    state::WebState,
    words::refusals,
};

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    external_id: String,
    email: String,
    name: String,
    locale: String,
}

#[derive(Template)]
#[template(path = "console/members/form.html")]
struct Page<'a> {
    f: &'a Frame,
    c: &'a Console,
    /// Who is changed; none where somebody is added.
    member: Option<&'a Member>,
    answers: &'a Answers,
    faults: &'a [FieldError],
    note: Option<&'static str>,
}

impl Page<'_> {
    /// Whether the member is found by the external id.
    fn keeps_id(&self) -> bool {
        self.member
            .is_some_and(|member| member.external_id.is_some())
    }

    /// Whether the member is found by the e-mail.
    fn keeps_email(&self) -> bool {
        self.member
            .is_some_and(|member| member.external_id.is_none())
    }

    fn title(&self) -> String {
        self.member
            .map_or_else(|| self.f.t.members.new.to_owned(), called)
    }
}

fn allowed(desk: &Desk) -> Result<(), PageError> {
    if desk.may(Permission::MembersWrite) {
        return Ok(());
    }
    Err(PageError(ProblemCode::Forbidden.into()))
}

/// `GET …/members/new`.
pub(super) async fn ask(desk: Desk) -> PageResult {
    allowed(&desk)?;
    Ok(page(&Page {
        f: &desk.f,
        c: &desk,
        member: None,
        answers: &Answers::default(),
        faults: &[],
        note: None,
    }))
}

/// `POST …/members/new`.
pub(super) async fn make(
    State(state): State<WebState>,
    desk: Desk,
    Form(answers): Form<Answers>,
) -> PageResult {
    let new = NewMember {
        external_id: some(&answers.external_id),
        email: some(&answers.email),
        name: some(&answers.name),
        locale: some(&answers.locale),
    };
    match upsert_member(&desk.app, &desk.ctx, desk.project.id, new).await {
        Ok(member) => {
            let page = desk.at(&format!("members/{}", member.id));
            Ok(done(&state, &page, "member_saved"))
        }
        Err(error) => again(&desk, None, &answers, error.problem()),
    }
}

/// `GET …/members/{id}/edit`.
pub(super) async fn edit(
    desk: Desk,
    Path((_, _, id)): Path<(String, String, MemberId)>,
) -> PageResult {
    allowed(&desk)?;
    let member = get_member(&desk.app, &desk.ctx, desk.project.id, id).await?;
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let answers = Answers {
        external_id: known(&member.external_id),
        email: known(&member.email),
        name: known(&member.name),
        locale: member.locale.clone(),
    };
    Ok(page(&Page {
        f: &desk.f,
        c: &desk,
        member: Some(&member),
        answers: &answers,
        faults: &[],
        note: None,
    }))
}

/// `POST …/members/{id}/edit`. A member is found by what the application knows them by: that stays, the rest may change.
pub(super) async fn change(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Path<(String, String, MemberId)>,
    Form(mut answers): Form<Answers>,
) -> PageResult {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let member = get_member(app, ctx, project, id).await?;
    if let Some(known) = &member.external_id {
        answers.external_id.clone_from(known);
    } else if let Some(known) = &member.email {
        answers.email.clone_from(known);
    }
    let new = NewMember {
        external_id: some(&answers.external_id),
        email: some(&answers.email),
        name: some(&answers.name),
        locale: some(&answers.locale),
    };
    match upsert_member(app, ctx, project, new).await {
        Ok(member) => {
            let page = desk.at(&format!("members/{}", member.id));
            Ok(done(&state, &page, "member_saved"))
        }
        Err(error) => again(&desk, Some(&member), &answers, error.problem()),
    }
}

fn again(
    desk: &Desk,
    member: Option<&Member>,
    answers: &Answers,
    problem: Problem,
) -> Result<Response, PageError> {
    let problem = placed(problem, &[(ProblemCode::Conflict, "email", "taken")]);
    if problem.fields.is_empty() {
        return Err(PageError(problem));
    }
    let template = Page {
        f: &desk.f,
        c: desk,
        member,
        answers,
        faults: &problem.fields,
        note: refusals::note(&desk.f, &problem),
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &template))
}
