//! The page of the account.

use app::{accounts::list_sessions, operators::list_tokens};
use askama::Template;
use axum::response::Response;
use domain::people::{OperatorToken, RoleAssignment, Session};
use http::StatusCode;
use kernel::FieldError;

use super::tokens::{Answers, TERMS};
use crate::{
    answer::{PageError, PageResult, page_with},
    door::Console,
    look::{Frame, filters},
    words::{agents, rights},
};

#[derive(Template)]
#[template(path = "console/account/show.html")]
struct Account<'a> {
    f: &'a Frame,
    c: &'a Console,
    sessions: Vec<Session>,
    tokens: Vec<OperatorToken>,
    answers: &'a Answers,
    faults: &'a [FieldError],
    refused: Option<&'static str>,
}

impl Account<'_> {
    /// Role and place, in words.
    fn role(&self, assignment: &RoleAssignment) -> (&'static str, String) {
        let place = match &assignment.project {
            None => self.f.t.account.everywhere.to_owned(),
            Some(slug) => slug.clone(),
        };
        (rights::role(self.f.t, assignment.role).0, place)
    }

    /// Whether a token opens anything, and how that looks.
    fn state(&self, token: &OperatorToken) -> (&'static str, &'static str) {
        let t = &self.f.t.account;
        if token.revoked_at.is_some() {
            (t.revoked, "")
        } else if token.is_valid(self.f.now) {
            (t.valid, "good")
        } else {
            (t.expired, "")
        }
    }

    /// Where a token is revoked.
    #[expect(clippy::unused_self, reason = "templates reach it through the page")]
    fn to(&self, token: &OperatorToken) -> String {
        format!("/console/account/tokens/{}/revoke", token.id)
    }

    fn is_this(&self, session: &Session) -> bool {
        session.id == self.c.session.id
    }
}

/// The page, with what a form on it said and what is wrong with that.
pub(super) async fn form(
    console: &Console,
    answers: &Answers,
    faults: &[FieldError],
    refused: Option<&'static str>,
) -> Result<Response, PageError> {
    let (app, ctx) = (&console.app, &console.ctx);
    let status = if faults.is_empty() && refused.is_none() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let template = Account {
        f: &console.f,
        c: console,
        sessions: list_sessions(app, ctx).await?,
        tokens: list_tokens(app, ctx, console.operator.id).await?,
        answers,
        faults,
        refused,
    };
    Ok(page_with(status, &template))
}

/// `GET /console/account`.
pub(super) async fn show(console: Console) -> PageResult {
    form(&console, &Answers::default(), &[], None).await
}
