//! Invitations addressed to one person.

use app::{
    exports::Export,
    invitations::{
        InvitationFilter, NewInvitation, list_invitations, resend_invitation, revoke_invitation,
        send_invitation,
    },
};
use askama::Template;
use axum::{
    extract::{Form, Path, State},
    response::Response,
};
use domain::{
    invitations::{Invitation, InvitationState},
    people::Permission,
};
use http::StatusCode;
use kernel::{FieldError, InvitationId, Page, Problem, ProblemCode, ProgramId};
use serde::Deserialize;

use super::super::{
    export::download,
    list::Listing,
    people::People,
    typed::{fault, member, placed, some},
};
use crate::{
    answer::{PageError, PageResult, done, page, page_with},
    door::{Console, Desk},
    look::{Frame, filters},
    state::WebState,
    words::{refusals, states},
};

/// Where on the form a refusal belongs.
const PLACES: [(ProblemCode, &str, &str); 3] = [
    (ProblemCode::SelfInvitation, "email", "self"),
    (ProblemCode::Conflict, "email", "open_already"),
    (ProblemCode::ProgramNotActive, "program", "program_ended"),
];

#[derive(Template)]
#[template(path = "console/codes/invitations.html")]
struct List<'a> {
    f: &'a Frame,
    c: &'a Console,
    listing: &'a Listing,
    people: People,
    invitations: Page<Invitation>,
}

impl List<'_> {
    fn states(&self) -> [(&'static str, &'static str); 4] {
        let t = &self.f.t.story;
        [
            ("", t.any_state),
            ("sent", t.sent),
            ("accepted", t.accepted),
            ("revoked", t.revoked),
        ]
    }
}

fn filter(listing: &Listing) -> InvitationFilter {
    InvitationFilter {
        program: listing.parse("program"),
        inviter: listing.parse("inviter"),
        state: listing.choose("state"),
    }
}

/// `GET …/codes/invitations`.
pub(super) async fn show(desk: Desk, listing: Listing) -> PageResult {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let wanted = filter(&listing);
    let invitations = list_invitations(app, ctx, project, wanted, listing.page()).await?;
    let inviters = invitations.items.iter().map(|one| one.inviter);
    Ok(page(&List {
        f: &desk.f,
        c: &desk,
        people: People::of(&desk, inviters.collect()).await?,
        listing: &listing,
        invitations,
    }))
}

/// `GET …/codes/invitations/export.csv`.
pub(super) async fn export(desk: Desk, listing: Listing) -> PageResult {
    download(&desk, Export::Invitations(filter(&listing)), "invitations").await
}

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    program: String,
    inviter: String,
    email: String,
    message: String,
}

#[derive(Template)]
#[template(path = "console/codes/invite.html")]
struct Invite<'a> {
    f: &'a Frame,
    c: &'a Console,
    people: People,
    answers: &'a Answers,
    faults: &'a [FieldError],
    note: Option<&'static str>,
}

/// `GET …/codes/invitations/new`.
pub(super) async fn ask(desk: Desk, listing: Listing) -> PageResult {
    allowed(&desk)?;
    let answers = Answers {
        inviter: listing.get("inviter").to_owned(),
        ..Answers::default()
    };
    Ok(page(&Invite {
        f: &desk.f,
        c: &desk,
        people: People::of(&desk, Vec::new()).await?,
        answers: &answers,
        faults: &[],
        note: None,
    }))
}

/// `POST …/codes/invitations/new`.
pub(super) async fn send(
    State(state): State<WebState>,
    desk: Desk,
    Form(answers): Form<Answers>,
) -> PageResult {
    allowed(&desk)?;
    let new = match wanted(&desk, &answers).await? {
        Ok(new) => new,
        Err(faults) => return again(&desk, &answers, &Problem::fields(faults)).await,
    };
    match send_invitation(&desk.app, &desk.ctx, desk.project.id, new).await {
        Ok(_) => Ok(done(
            &state,
            &desk.at("codes/invitations"),
            "invitation_sent",
        )),
        Err(error) => {
            let problem = placed(error.problem(), &PLACES);
            if problem.code.status() >= 500 {
                return Err(PageError(problem));
            }
            again(&desk, &answers, &problem).await
        }
    }
}

async fn wanted(
    desk: &Desk,
    answers: &Answers,
) -> Result<Result<NewInvitation, Vec<FieldError>>, PageError> {
    let mut faults = Vec::new();
    let program = answers.program.parse::<ProgramId>().ok();
    if program.is_none() {
        faults.push(fault("program", "required"));
    }
    let inviter = match some(&answers.inviter) {
        Some(inviter) => member(desk, &inviter, "inviter").await?,
        None => Err(fault("inviter", "required")),
    };
    let inviter = inviter.map_err(|error| faults.push(error)).ok();
    Ok(match (program, inviter) {
        (Some(program), Some(inviter)) => Ok(NewInvitation {
            program,
            inviter: inviter.id,
            email: answers.email.trim().to_owned(),
            message: some(&answers.message).map(|text| text.replace('\r', "")),
        }),
        _ => Err(faults),
    })
}

async fn again(desk: &Desk, answers: &Answers, problem: &Problem) -> Result<Response, PageError> {
    let template = Invite {
        f: &desk.f,
        c: desk,
        people: People::of(desk, Vec::new()).await?,
        answers,
        faults: &problem.fields,
        note: refusals::note(&desk.f, problem),
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &template))
}

fn allowed(desk: &Desk) -> Result<(), PageError> {
    if desk.may(Permission::InvitationsWrite) {
        return Ok(());
    }
    Err(PageError(ProblemCode::Forbidden.into()))
}

/// `POST …/codes/invitations/{id}/resend`.
pub(super) async fn send_again(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Path<(String, String, InvitationId)>,
) -> PageResult {
    resend_invitation(&desk.app, &desk.ctx, desk.project.id, id).await?;
    let page = desk.at("codes/invitations");
    Ok(done(&state, &page, "invitation_sent"))
}

/// `POST …/codes/invitations/{id}/revoke`.
pub(super) async fn take_back(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Path<(String, String, InvitationId)>,
) -> PageResult {
    revoke_invitation(&desk.app, &desk.ctx, desk.project.id, id).await?;
    let page = desk.at("codes/invitations");
    Ok(done(&state, &page, "invitation_taken_back"))
}
