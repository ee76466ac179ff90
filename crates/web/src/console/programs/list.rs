//! The programs of a project.

use app::{
    programs::list_programs,
    stats::{Funnel, StatsQuery, funnel},
};
use askama::Template;
use chrono::TimeDelta;
use domain::{people::Permission, programs::Program};
use kernel::Page;

use super::state;
use crate::{
    answer::{PageError, PageResult, page},
    console::list::Listing,
    door::{Console, Desk},
    look::Frame,
};

#[derive(Template)]
#[template(path = "console/programs/list.html")]
struct List<'a> {
    f: &'a Frame,
    c: &'a Console,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    program: Program,
    kind: &'static str,
    status: (&'static str, &'static str),
    dates: String,
    funnel: Option<Funnel>,
}

/// `GET …/programs`.
pub(super) async fn show(desk: Desk, listing: Listing) -> PageResult {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let found = list_programs(app, ctx, project, listing.page()).await?;
    let (first, next) = (listing.first(), listing.next(&found));
    Ok(page(&List {
        f: &desk.f,
        c: &desk,
        rows: rows(&desk, found).await?,
        first,
        next,
    }))
}

async fn rows(desk: &Desk, programs: Page<Program>) -> Result<Vec<Row>, PageError> {
    let mut rows = Vec::new();
    for program in programs.items {
        rows.push(Row {
            kind: state::kind(&desk.f, program.kind),
            status: state::status(&desk.f, &program),
            dates: state::dates(&desk.f, &program.settings),
            funnel: figures(desk, &program).await?,
            program,
        });
    }
    Ok(rows)
}

/// The last 30 days of a program, for those who may see figures.
pub(super) async fn figures(desk: &Desk, program: &Program) -> Result<Option<Funnel>, PageError> {
    if !desk.may(Permission::StatsRead) {
        return Ok(None);
    }
    let to = desk.f.now.date_naive();
    let query = StatsQuery {
        program: Some(program.id),
        from: to - TimeDelta::days(29),
        to,
    };
    Ok(Some(
        funnel(&desk.app, &desk.ctx, desk.project.id, query).await?,
    ))
}
