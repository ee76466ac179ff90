#![doc = include_str!("../README.md")]

mod health;
mod http_client;
mod lifecycle;
mod log;
mod metrics;
mod process;
mod traces;

pub use health::{Check, CheckReport, CheckResult, Health, Readiness, Report, Verdict};
pub use http_client::{AddressRefused, HttpClient, NoAnswer, client_builder, http_client};
pub use lifecycle::{Ending, Lifecycle};
pub use log::{Format, LineFormat, LogError, init};
pub use metrics::{
    BackupFigures, CacheLevel, ConnectionFigures, DatabaseFigures, GroupFigures, GuardMetrics,
    Histogram, HotRoute, InFlight, MemberFigures, Metrics, SecurityEvent, WaitingFigures,
    catalogue,
};
pub use prometheus_client::{metrics::counter::Counter, registry::Registry};
pub use traces::{TraceError, TraceSettings, Traces, answered, job_span, request_span};
