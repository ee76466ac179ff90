//! Who brings in most, and where the member stands among them.

use app::me::{MyPlace, my_leaderboard};
use askama::Template;

use super::room::Room;
use crate::{
    answer::{PageResult, page},
    look::Frame,
};

#[derive(Template)]
#[template(path = "portal/leaderboard.html")]
struct Leaderboard<'a> {
    f: &'a Frame,
    r: &'a Room,
    top: Vec<MyPlace>,
    /// The member's neighbourhood, where it is not among the first.
    around: Vec<MyPlace>,
    ranked: bool,
}

/// `GET /me/leaderboard`.
pub(super) async fn show(r: Room) -> PageResult {
    let (top, around) = match &r.program {
        Some(program) => {
            let board = my_leaderboard(&r.app, &r.ctx, r.project.id, program.id).await?;
            (board.top, board.around)
        }
        None => (Vec::new(), Vec::new()),
    };
    let among_first = top.iter().any(|place| place.me);
    Ok(page(&Leaderboard {
        f: &r.f,
        r: &r,
        ranked: among_first || !around.is_empty(),
        around: if among_first { Vec::new() } else { around },
        top,
    }))
}
