//! The form of an endpoint, new or not.

use app::webhooks::{EVENT_TYPES, EndpointPatch, NewEndpoint, create_endpoint, update_endpoint};
use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    response::Response,
};
use domain::people::Permission;
use http::StatusCode;
use kernel::{EndpointId, FieldError, Problem, ProblemCode};
use url::{Url, form_urlencoded::parse};

use super::{Names, endpoint, place, show_secret, told};
use crate::{
    answer::{PageResult, done, page_with},
    door::{Console, Desk},
    look::Frame,
    state::WebState,
};

/// What the form says.
#[derive(Debug, Default)]
struct Answers {
    url: String,
    events: Vec<String>,
}

impl Answers {
    fn read(body: &[u8]) -> Self {
        let mut answers = Self::default();
        for (name, value) in parse(body) {
            match &*name {
                "url" => value.trim().clone_into(&mut answers.url),
                "events" => answers.events.push(value.into_owned()),
                _ => {}
            }
        }
        answers
    }

    fn address(&self) -> Result<Url, Problem> {
        let message = "This is no address.";
        self.url
            .parse()
            .map_err(|_| Problem::field("url", "invalid", message))
    }
}

#[derive(Template)]
#[template(path = "console/webhooks/edit.html")]
struct Edit<'a> {
    f: &'a Frame,
    c: &'a Console,
    /// The endpoint, unless it is a new one.
    id: Option<EndpointId>,
    answers: &'a Answers,
    faults: &'a [FieldError],
}

impl Edit<'_> {
    fn events(&self) -> Vec<(&'static str, &'static str, bool)> {
        let chosen = |name: &str| self.answers.events.iter().any(|event| event == name);
        let row = |name| (name, told::event(self.f.t, name), chosen(name));
        EVENT_TYPES.map(row).into()
    }

    /// The page that the form came from.
    fn back(&self) -> String {
        match self.id {
            Some(id) => format!("{}/{id}", self.c.at("webhooks")),
            None => self.c.at("webhooks"),
        }
    }
}

fn form(desk: &Desk, id: Option<EndpointId>, answers: &Answers, faults: &[FieldError]) -> Response {
    let status = if faults.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let template = Edit {
        f: &desk.f,
        c: desk,
        id,
        answers,
        faults,
    };
    page_with(status, &template)
}

fn expect_writer(desk: &Desk) -> Result<(), Problem> {
    if desk.may(Permission::WebhooksWrite) {
        return Ok(());
    }
    Err(ProblemCode::Forbidden.into())
}

/// `GET …/webhooks/new`.
pub(super) async fn blank(desk: Desk) -> PageResult {
    expect_writer(&desk)?;
    Ok(form(&desk, None, &Answers::default(), &[]))
}

/// `POST …/webhooks/new`.
pub(super) async fn create(desk: Desk, RawForm(body): RawForm) -> PageResult {
    expect_writer(&desk)?;
    let answers = Answers::read(&body);
    let url = match answers.address() {
        Ok(url) => url,
        Err(problem) => return Ok(form(&desk, None, &answers, &problem.fields)),
    };
    let new = NewEndpoint {
        url,
        events: answers.events.clone(),
    };
    match create_endpoint(&desk.app, &desk.ctx, desk.project.id, new).await {
        Ok(made) => Ok(show_secret(&desk, &made)),
        Err(error) => match error.problem().fields {
            faults if faults.is_empty() => Err(error.into()),
            faults => Ok(form(&desk, None, &answers, &faults)),
        },
    }
}

/// `GET …/webhooks/{endpoint}/edit`.
pub(super) async fn show(desk: Desk, Path((_, _, id)): Names) -> PageResult {
    expect_writer(&desk)?;
    let known = endpoint(&desk, id).await?;
    let answers = Answers {
        url: known.url.into(),
        events: known.events,
    };
    Ok(form(&desk, Some(id), &answers, &[]))
}

/// `POST …/webhooks/{endpoint}/edit`.
pub(super) async fn save(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Names,
    RawForm(body): RawForm,
) -> PageResult {
    expect_writer(&desk)?;
    let answers = Answers::read(&body);
    let url = match answers.address() {
        Ok(url) => url,
        Err(problem) => return Ok(form(&desk, Some(id), &answers, &problem.fields)),
    };
    let patch = EndpointPatch {
        url: Some(url),
        events: Some(answers.events.clone()),
        enabled: None,
    };
    match update_endpoint(&desk.app, &desk.ctx, desk.project.id, id, patch).await {
        Ok(_) => Ok(done(&state, &place(&desk, id), "webhook_saved")),
        Err(error) => match error.problem().fields {
            faults if faults.is_empty() => Err(error.into()),
            faults => Ok(form(&desk, Some(id), &answers, &faults)),
        },
    }
}
