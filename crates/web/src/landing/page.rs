//! The page that a friend sees first.

use app::{App, landing::Landing};
use askama::Template;
use axum::response::Response;
use domain::{
    programs::{Program, ProgramKind},
    rewards::Side,
};
use http::StatusCode;
use kernel::{FieldError, Problem, ProblemCode};
use notify::refusal_sentence;

use super::{
    Answers,
    card::Card,
    doors::{Sorry, sorry},
    own_page,
    promise::{Promise, first_name, promises, spaced},
};
use crate::{
    answer::page_with,
    look::{
        Frame,
        filters::{self, counted, fill},
    },
};

#[derive(Template)]
#[template(path = "landing/page.html")]
struct Page<'a> {
    f: &'a Frame,
    landing: &'a Landing,
    card: Card,
    /// Who invites, where the invitation can be used.
    inviter: Option<&'a str>,
    invitee_gets: Vec<Promise>,
    inviter_gets: Vec<Promise>,
    places_left: Option<u32>,
    steps: [(&'static str, String); 3],
    sorry: Option<Sorry>,
    /// Whether a code is asked for before anything else.
    gate: bool,
    /// Whether the form to join is there.
    joins: bool,
    refused: Option<&'static str>,
    is_member: bool,
    faults: &'a [FieldError],
    answers: &'a Answers,
    /// The code that the form carries on.
    code: &'a str,
}

impl Page<'_> {
    fn is(&self, kind: ProgramKind) -> bool {
        self.landing.program.kind == kind
    }

    /// The name that the page calls the inviter by.
    fn friend(&self) -> &str {
        self.inviter.map(first_name).unwrap_or_default()
    }

    /// Where members of the program come in.
    fn own_page(&self) -> String {
        own_page(&self.landing.project, &self.landing.program.slug)
    }

    fn initial(&self) -> String {
        self.friend().chars().take(1).collect()
    }
}

/// The page, with what the form before it said and why that was refused.
pub(super) fn show(
    f: &Frame,
    app: &App,
    landing: &Landing,
    problem: Option<&Problem>,
    answers: &Answers,
) -> Response {
    let open = landing.program.is_open(f.now);
    let link = landing.link.as_ref().filter(|_| landing.problem.is_none());
    let needs_code = landing.program.kind == ProgramKind::InviteOnly;
    // What the page itself says about the code is not said again.
    let refused = problem
        .filter(|problem| problem.fields.is_empty() && landing.problem != Some(problem.code))
        .map(|problem| refusal_sentence(problem.code, f.locale));
    let template = Page {
        f,
        landing,
        card: Card::of(f, app, landing),
        inviter: link.and_then(|link| link.inviter.as_deref()),
        invitee_gets: promises(f, &landing.program, Side::Invitee),
        inviter_gets: promises(f, &landing.program, Side::Inviter),
        places_left: link.and_then(|link| Some(link.code.max_uses?.saturating_sub(link.code.uses))),
        steps: steps(f, landing),
        sorry: sorry(f, landing, !answers.code.is_empty()),
        gate: open && (landing.problem.is_some() || (needs_code && link.is_none())),
        joins: open && (link.is_some() || !needs_code),
        refused,
        is_member: problem.is_some_and(|problem| problem.code == ProblemCode::AlreadyInvited),
        faults: problem.map_or(&[], |problem| &problem.fields),
        answers,
        code: if link.is_some() { &answers.code } else { "" },
    };
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    page_with(status, &template)
}

/// How it works, in three steps.
fn steps(f: &Frame, landing: &Landing) -> [(&'static str, String); 3] {
    let t = &f.t.landing;
    let program = &landing.program;
    let invite = (t.step_invite, t.step_invite_hint.to_owned());
    match program.kind {
        ProgramKind::Waitlist => {
            let places = program.settings.waitlist.move_up.to_string();
            [
                (t.step_place, t.step_place_hint.to_owned()),
                (t.step_share, t.step_invite_hint.to_owned()),
                (t.step_up, counted(t.step_up_hint, &places)),
            ]
        }
        ProgramKind::InviteOnly => [
            (t.step_code, t.step_code_hint.to_owned()),
            (t.step_join, t.step_join_hint.to_owned()),
            invite,
        ],
        ProgramKind::Referral => [
            (t.step_join, t.step_join_hint.to_owned()),
            (t.step_start, start(f, program, &landing.project.name)),
            (t.step_reward, t.step_reward_hint.to_owned()),
        ],
    }
}

fn start(f: &Frame, program: &Program, project: &str) -> String {
    let t = &f.t.landing;
    let sentence = match program.settings.qualify_on.as_str() {
        "signup" => t.step_signup.to_owned(),
        "activation" => t.step_activation.to_owned(),
        "purchase" => t.step_purchase.to_owned(),
        own => fill(t.step_event, "event", &spaced(own)),
    };
    fill(&sentence, "project", project)
}
