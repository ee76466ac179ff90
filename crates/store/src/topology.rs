//! Which member of a MySQL group is what, at this moment.
//!
//! One task per process asks every member each second, and at once when a statement meets an error that says that roles have
//! changed. What it finds is one immutable [`Snapshot`]; whoever reads or writes takes its connections from there. They are
//! made anew with every role, so that no connection outlives the role that it was opened for.

mod members;
mod probe;
mod roles;
mod snapshot;
mod watcher;

pub(crate) use self::{
    members::Members,
    snapshot::{Freshness, Pools},
    watcher::Watcher,
};
pub use self::{
    probe::{Era, MemberRole, MemberState, MemberView, probe},
    roles::{Heard, Roles, Topology, decide},
    snapshot::{Member, SPLIT_BRAIN, Snapshot},
};
use crate::{
    connect::{Opener, Options},
    error::StoreResult,
};
use std::sync::Arc;
use tokio::time::Instant;

/// Opens the connections to every member. Where roles have to be found out, everybody has been asked once when this returns,
/// and the [`Watcher`] has to be run for changes to be seen.
pub(crate) async fn open(options: &Options) -> StoreResult<(Arc<Members>, Option<Watcher>)> {
    let opener = Opener::new(options)?;
    let limit = opener.is_remote().then_some(options.statement_timeout);
    let discovered = opener.len() > 1 && options.topology != Topology::Static;
    let mut list = Vec::with_capacity(opener.len());
    for place in 0..opener.len() {
        let pools = if discovered || place > 0 {
            opener.lazily(place).await?
        } else {
            opener.eagerly().await?
        };
        list.push(Member {
            address: opener.address(place),
            view: None,
            error: None,
            lag: std::time::Duration::ZERO,
            pools,
        });
    }
    if !discovered {
        let members = Members::new(Snapshot::fixed(list), None, limit);
        return Ok((members, None));
    }
    let first = Snapshot::unknown(list, Instant::now());
    let members = Members::new(first, Some(options.deadline), limit);
    let mut watcher = Watcher::new(Arc::clone(&members), opener, options)?;
    watcher.look().await;
    Ok((members, Some(watcher)))
}
