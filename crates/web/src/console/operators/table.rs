//! Who may do what, made from what is enforced.

use askama::Template;
use domain::people::{Permission, Role};
use kernel::ProblemCode;

use super::roles;
use crate::{
    answer::{PageResult, page},
    door::Console,
    look::Frame,
    words::rights,
};

#[derive(Template)]
#[template(path = "console/operators/table.html")]
struct Table<'a> {
    f: &'a Frame,
    c: &'a Console,
    areas: Vec<(&'static str, Vec<Permission>)>,
}

/// `GET /console/operators/permissions`.
pub(super) async fn show(console: Console) -> PageResult {
    if !console.may(Permission::OperatorsRead) {
        return Err(ProblemCode::Forbidden.into());
    }
    Ok(page(&Table {
        f: &console.f,
        c: &console,
        areas: rights::by_area(console.f.t, Permission::ALL.iter().copied()),
    }))
}
