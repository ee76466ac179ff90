#![doc = include_str!("../README.md")]

mod health;
mod http_client;
mod lifecycle;
mod log;
mod metrics;
mod process;

pub use health::{Check, CheckReport, CheckResult, Health, Readiness, Report, Verdict};
pub use http_client::{AddressRefused, HttpClient, client_builder, http_client};
pub use lifecycle::{Ending, Lifecycle};
pub use log::{Format, LineFormat, LogError, init};
pub use metrics::{
    CacheLevel, DatabaseFigures, GroupFigures, GuardMetrics, MemberFigures, Metrics, catalogue,
};
pub use prometheus_client::{metrics::histogram::Histogram, registry::Registry};
