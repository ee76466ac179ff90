#![doc = include_str!("../README.md")]

mod access_log;
mod client_address;
mod fallback;
mod idempotency;
mod json;
mod parameters;
mod problem;
pub mod qr;
mod request_id;
mod same_origin;
mod security_headers;
mod standard;
mod time_limit;

pub use access_log::{Observer, Served, access_log};
pub use client_address::{ClientAddress, TrustedProxies, client_address};
pub use fallback::{method_not_allowed, not_found, panicked};
pub use idempotency::{Idempotency, idempotency};
pub use json::{Valid, Validate};
pub use parameters::{Params, PathOf};
pub use problem::{ProblemBody, ProblemField, ProblemResponse, ProblemResult, internal};
pub use request_id::{RequestId, request_id};
pub use same_origin::{is_same_origin, same_origin};
pub use security_headers::{SecurityHeaders, security_headers};
pub use standard::{Edge, standard};
pub use time_limit::time_limit;
