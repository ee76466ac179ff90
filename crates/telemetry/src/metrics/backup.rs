//! What the backup agent gives out.

use std::sync::atomic::AtomicU64;

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

/// What is known of the backups at one moment.
#[derive(Debug, Clone, Default)]
pub struct BackupFigures {
    /// When the newest was made, in seconds since 1970; 0 where there is none.
    pub last_success: i64,
    /// When the newest that was brought to life was made; 0 where there is none.
    pub last_verified: i64,
    /// What the last try to bring one to life came to; none before the first.
    pub verified: Option<bool>,
    /// How far the archive of changes is behind the database, in seconds; none where it is not kept.
    pub stream_lag: Option<f64>,
    /// Bytes of the newest backup.
    pub size: u64,
    /// How long each step took the last time, in seconds.
    pub durations: Vec<(&'static str, f64)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StepLabel {
    step: &'static str,
}

impl BackupFigures {
    /// All figures as OpenMetrics text.
    ///
    /// # Panics
    /// Never: writing to a string does not fail.
    pub fn render(&self) -> String {
        let mut registry = Registry::default();
        let mut add = |name: &str, help: &str, value: i64| {
            let gauge: Gauge = Gauge::default();
            gauge.set(value);
            registry.register(format!("inviter_backup_{name}"), help, gauge);
        };
        add(
            "last_success_timestamp_seconds",
            "When the newest backup was made; 0 where there is none",
            self.last_success,
        );
        add(
            "last_verified_timestamp_seconds",
            "When the newest backup that was brought to life was made; 0 where there is none",
            self.last_verified,
        );
        add(
            "size_bytes",
            "Size of the newest backup",
            i64::try_from(self.size).unwrap_or(i64::MAX),
        );
        if let Some(verified) = self.verified {
            add(
                "verified",
                "1 where the newest backup could be brought to life, 0 where it could not",
                verified.into(),
            );
        }
        if let Some(lag) = self.stream_lag {
            let gauge = Gauge::<f64, AtomicU64>::default();
            gauge.set(lag);
            registry.register(
                "inviter_backup_stream_lag_seconds",
                "How far the archive of changes is behind the database",
                gauge,
            );
        }
        let durations = Family::<StepLabel, Gauge<f64, AtomicU64>>::default();
        for (step, seconds) in &self.durations {
            durations.get_or_create(&StepLabel { step }).set(*seconds);
        }
        registry.register(
            "inviter_backup_duration_seconds",
            "How long each step took the last time: backup, verify",
            durations,
        );
        let mut text = String::new();
        encode(&mut text, &registry).expect("writing to a string does not fail");
        text
    }
}

/// Every figure once, for the catalogue.
pub(super) fn sample() -> String {
    BackupFigures {
        verified: Some(true),
        stream_lag: Some(0.0),
        durations: vec![("backup", 1.0)],
        ..BackupFigures::default()
    }
    .render()
}
