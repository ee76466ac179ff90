//! What a friend sees after joining.

use app::landing::Joined;
use askama::Template;
use axum::response::Response;
use domain::projects::Mode;

use super::{Answers, promise::first_name};
use crate::{
    answer::page,
    look::{Frame, filters},
    share::Share,
};

#[derive(Template)]
#[template(path = "landing/joined.html")]
struct Welcome<'a> {
    f: &'a Frame,
    joined: &'a Joined,
    share: Share,
    attributed: bool,
    name: &'a str,
    email: &'a str,
}

impl Welcome<'_> {
    fn is_rehearsal(&self) -> bool {
        self.joined.landing.project.mode == Mode::Test
    }
}

/// The page.
pub(super) fn show(f: &Frame, joined: &Joined, answers: &Answers) -> Response {
    let program = &joined.landing.program.settings.name;
    page(&Welcome {
        f,
        joined,
        share: Share::new(f, program, &joined.link),
        attributed: joined.outcome.referral.is_some(),
        name: first_name(&answers.name),
        email: answers.email.trim(),
    })
}
