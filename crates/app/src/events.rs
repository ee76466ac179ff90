//! Events: what the host application tells, and what comes of it.

mod award;
mod batch;
mod check;
mod find;
mod ingest;
mod load;
mod progress;
mod read;
mod refund;
mod register;
mod resolve;
mod save;
mod signup;
mod tracked;
mod working_set;

pub use batch::{Incoming, Ingest};
pub use check::is_email;
pub(crate) use ingest::take_in;
pub use ingest::{BATCH, Ingested, ingest_event, ingest_events};
pub use read::{get_event, list_events};
pub use store::EventFilter;
