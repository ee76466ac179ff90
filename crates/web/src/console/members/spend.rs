//! Spending for a member.

use app::{
    ledger::{Spend, spend},
    members::{Balance, member_overview},
};
use askama::Template;
use axum::{
    extract::{Form, Path, State},
    response::Response,
};
use domain::{members::Member, people::Permission};
use http::StatusCode;
use kernel::{Amount, FieldError, MemberId, Problem, ProblemCode, Unit};
use serde::Deserialize;

use super::super::{
    people::called,
    typed::{fault, number, placed, some},
};
use crate::{
    answer::{PageError, PageResult, done, page_with},
    door::{Console, Desk},
    look::{Frame, filters},
    state::WebState,
    words::refusals,
};

/// What the form says. The operation id is made with the form: sent twice, it is one operation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    operation: String,
    unit: String,
    amount: String,
    note: String,
}

#[derive(Template)]
#[template(path = "console/members/spend.html")]
struct Page<'a> {
    f: &'a Frame,
    c: &'a Console,
    member: Member,
    balances: Vec<Balance>,
    answers: &'a Answers,
    faults: &'a [FieldError],
    note: Option<&'static str>,
}

impl Page<'_> {
    fn name(&self) -> String {
        called(&self.member)
    }
}

type OfMember = Path<(String, String, MemberId)>;

/// `GET …/members/{id}/spend`.
pub(super) async fn ask(desk: Desk, Path((_, _, id)): OfMember) -> PageResult {
    if !desk.may(Permission::LedgerSpend) {
        return Err(PageError(ProblemCode::Forbidden.into()));
    }
    let answers = Answers {
        operation: format!("console-{}", desk.ctx.id::<kernel::kinds::Event>()),
        ..Answers::default()
    };
    draw(&desk, id, StatusCode::OK, &answers, None).await
}

async fn draw(
    desk: &Desk,
    id: MemberId,
    status: StatusCode,
    answers: &Answers,
    problem: Option<&Problem>,
) -> Result<Response, PageError> {
    let overview = member_overview(&desk.app, &desk.ctx, desk.project.id, id).await?;
    let usable = overview.balances.into_iter();
    let template = Page {
        f: &desk.f,
        c: desk,
        member: overview.member,
        balances: usable
            .filter(|balance| balance.available.is_positive())
            .collect(),
        answers,
        faults: problem.map_or(&[], |problem| &problem.fields),
        note: problem.and_then(|problem| refusals::note(&desk.f, problem)),
    };
    Ok(page_with(status, &template))
}

/// `POST …/members/{id}/spend`.
pub(super) async fn submit(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): OfMember,
    Form(answers): Form<Answers>,
) -> PageResult {
    let wrong = match wanted(&answers) {
        Ok(wanted) => match spend(&desk.app, &desk.ctx, desk.project.id, id, wanted).await {
            Ok(_) => {
                let page = desk.at(&format!("members/{id}/transfers"));
                return Ok(done(&state, &page, "spent"));
            }
            Err(error) => {
                let short = [(ProblemCode::InsufficientBalance, "amount", "not_enough")];
                placed(error.problem(), &short)
            }
        },
        Err(problem) => problem,
    };
    if wrong.fields.is_empty() && wrong.code != ProblemCode::IdempotencyConflict {
        return Err(PageError(wrong));
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    draw(&desk, id, status, &answers, Some(&wrong)).await
}

fn wanted(answers: &Answers) -> Result<Spend, Problem> {
    let mut faults = Vec::new();
    let unit: Option<Unit> = answers.unit.parse().ok();
    if unit.is_none() {
        faults.push(fault("unit", "required"));
    }
    let amount = number::<i64>(&answers.amount, "amount", &mut faults);
    if amount.is_none() && some(&answers.amount).is_none() {
        faults.push(fault("amount", "required"));
    }
    match (unit, amount) {
        (Some(unit), Some(amount)) => Ok(Spend {
            unit,
            amount: Amount(amount),
            operation_id: answers.operation.clone(),
            note: some(&answers.note),
        }),
        _ => Err(Problem::fields(faults)),
    }
}
