//! What the process tells about itself, and how it ends.

mod health;
mod http_client;
mod lifecycle;
mod log;
mod metrics;
