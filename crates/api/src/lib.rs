#![doc = include_str!("../README.md")]

mod docs;
mod document;
mod door;
mod etag;
mod failure;
mod fast_lane;
mod limits;
mod page;
mod prelude;
mod refusal;
mod router;
mod state;
mod v1;
mod words;

pub use document::openapi;
pub use router::router;
pub use state::ApiState;
