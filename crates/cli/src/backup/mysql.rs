//! Backups of a MySQL database, by the tools that come with the server.

mod client;
mod dump;
mod load;
mod scratch;
mod tally;

pub(crate) use self::{
    client::{Client, Target, ended, started},
    dump::make,
    load::{bring, make_room},
    scratch::Scratch,
};

/// The dump in a backup, before it is packed.
const DUMP: &str = "inviter.sql";
