//! A new key.

use app::keys::{NewKey, create_key};
use askama::Template;
use axum::{extract::RawForm, response::Response};
use chrono::TimeDelta;
use domain::people::Permission;
use http::StatusCode;
use kernel::{FieldError, ProblemCode, Timestamp};
use url::form_urlencoded::parse;

use super::show_secret;
use crate::{
    answer::{PageResult, page_with},
    door::{Console, Desk},
    look::{Frame, filters},
    words::rights,
};

/// Days that a key can be valid for.
const TERMS: [i64; 3] = [30, 90, 365];
/// What an application needs that sends in what happens in it.
const INGEST: [Permission; 4] = [
    Permission::EventsWrite,
    Permission::MembersRead,
    Permission::MembersWrite,
    Permission::CodesRead,
];

/// What the form says.
#[derive(Debug, Default)]
struct Answers {
    name: String,
    days: Option<i64>,
    scopes: Vec<Permission>,
    preset: String,
}

impl Answers {
    fn read(body: &[u8]) -> Self {
        let mut answers = Self::default();
        for (name, value) in parse(body) {
            match &*name {
                "name" => answers.name = value.into_owned(),
                "days" => answers.days = value.parse().ok().filter(|days| TERMS.contains(days)),
                "scopes" => answers.scopes.extend(value.parse::<Permission>()),
                "preset" => answers.preset = value.into_owned(),
                _ => {}
            }
        }
        answers
    }

    fn expires_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.days.map(|days| now + TimeDelta::days(days))
    }
}

#[derive(Template)]
#[template(path = "console/keys/new.html")]
struct New<'a> {
    f: &'a Frame,
    c: &'a Console,
    answers: &'a Answers,
    faults: &'a [FieldError],
    offered: Vec<(&'static str, Vec<Permission>)>,
}

impl New<'_> {
    fn presets(&self) -> [(&'static str, &'static str); 3] {
        let t = &self.f.t.keys;
        [("all", t.all), ("read", t.read), ("ingest", t.ingest)]
    }

    fn has(&self, scope: &Permission) -> bool {
        self.answers.scopes.contains(scope)
    }
}

/// What a key can be given: what its maker has, and what a key can use at all.
fn offered(desk: &Desk) -> Vec<Permission> {
    let of_installation = [Permission::OperatorsRead, Permission::OperatorsWrite];
    let all = Permission::ALL.iter().copied();
    all.filter(|scope| desk.may(*scope) && !of_installation.contains(scope))
        .collect()
}

fn form(desk: &Desk, answers: &Answers, faults: &[FieldError], status: StatusCode) -> Response {
    let template = New {
        f: &desk.f,
        c: desk,
        answers,
        faults,
        offered: rights::by_area(desk.f.t, offered(desk)),
    };
    page_with(status, &template)
}

/// `GET …/keys/new`: empty, or as a preset fills it in.
pub(super) async fn show(desk: Desk, RawForm(query): RawForm) -> PageResult {
    if !desk.may(Permission::KeysWrite) {
        return Err(ProblemCode::Forbidden.into());
    }
    let mut answers = Answers::read(&query);
    let mut scopes = offered(&desk);
    match answers.preset.as_str() {
        "all" => answers.scopes = scopes,
        "read" => {
            scopes.retain(|scope| scope.slug().ends_with(":read"));
            answers.scopes = scopes;
        }
        "ingest" => {
            scopes.retain(|scope| INGEST.contains(scope));
            answers.scopes = scopes;
        }
        _ => {}
    }
    Ok(form(&desk, &answers, &[], StatusCode::OK))
}

/// `POST …/keys/new`.
pub(super) async fn submit(desk: Desk, RawForm(body): RawForm) -> PageResult {
    let answers = Answers::read(&body);
    let new = NewKey {
        name: answers.name.clone(),
        scopes: answers.scopes.clone(),
        expires_at: answers.expires_at(desk.ctx.now()),
    };
    match create_key(&desk.app, &desk.ctx, desk.project.id, new).await {
        Ok(made) => Ok(show_secret(&desk, &made)),
        Err(error) => {
            let faults = error.problem().fields;
            if faults.is_empty() {
                return Err(error.into());
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(form(&desk, &answers, &faults, status))
        }
    }
}
