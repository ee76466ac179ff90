//! Whom a member invited, and whom these did.

use app::members::{Invitee, invitees};
use kernel::PageRequest;

use super::super::people::called;
use crate::{answer::PageError, door::Desk};

/// Invitees of a page whose own invitees are shown with them; the others' are a page away.
const OPENED: usize = 10;
/// Of each of these so many, the newest.
const TWIGS: u16 = 10;

/// An invitee, with theirs.
#[derive(Debug)]
pub(super) struct Branch {
    /// Who.
    pub(super) invitee: Invitee,
    /// What they are called.
    pub(super) name: String,
    /// Whom they invited, as far as it is shown.
    pub(super) twigs: Vec<Self>,
    /// Whether they invited more than is shown.
    pub(super) more: bool,
}

fn branch(invitee: Invitee) -> Branch {
    Branch {
        name: called(&invitee.member),
        more: invitee.invited > 0,
        invitee,
        twigs: Vec::new(),
    }
}

/// Invitees, each with their own.
pub(super) async fn grown(desk: &Desk, found: Vec<Invitee>) -> Result<Vec<Branch>, PageError> {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let few = PageRequest::new(None, Some(TWIGS));
    let mut branches: Vec<Branch> = found.into_iter().map(branch).collect();
    let growing = branches.iter_mut().filter(|branch| branch.more);
    for branch in growing.take(OPENED) {
        let id = branch.invitee.member.id;
        let twigs = invitees(app, ctx, project, id, None, few).await?;
        branch.more = twigs.next.is_some();
        branch.twigs = twigs.items.into_iter().map(self::branch).collect();
    }
    Ok(branches)
}
