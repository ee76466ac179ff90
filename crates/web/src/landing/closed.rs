//! The page of a link that leads no further: its project is known, and why.

use std::sync::Arc;

use app::{clicks::CodeOnLink, landing::Landing};
use askama::Template;
use axum::response::Response;
use domain::programs::ProgramStatus;
use http::StatusCode;
use kernel::ProblemCode;

use super::{
    doors::{Sorry, sorry},
    own_page,
};
use crate::{answer::page_with, look::Frame};

#[derive(Template)]
#[template(path = "landing/closed.html")]
struct Closed<'a> {
    f: &'a Frame,
    landing: &'a Landing,
    sorry: Sorry,
    own_page: String,
}

/// The page; none where the problem is not one of the invitation, or nobody is to know of the program yet.
pub(crate) fn closed(f: &Frame, link: Arc<CodeOnLink>, problem: ProblemCode) -> Option<Response> {
    if link.program.status == ProgramStatus::Draft {
        return None;
    }
    let landing = Landing {
        project: link.project.clone(),
        program: link.program.clone(),
        link: Some(link),
        problem: Some(problem),
    };
    let template = Closed {
        f,
        sorry: sorry(f, &landing, false)?,
        landing: &landing,
        own_page: own_page(&landing.project, &landing.program.slug),
    };
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::NOT_FOUND);
    Some(page_with(status, &template))
}
