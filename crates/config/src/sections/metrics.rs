//! `[metrics]`

use kernel::SecretString;
use serde::Serialize;

use crate::{
    keys::{Keys, Read},
    shown,
};

/// Figures for Prometheus.
#[derive(Debug, Clone, Serialize)]
pub struct Metrics {
    /// Bearer token of the scraper; without one only this machine is served.
    #[serde(serialize_with = "shown::optional_secret")]
    pub token: Option<SecretString>,
}

impl Metrics {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Read<Self> {
        Ok(Self {
            token: keys.secret("metrics.token")?,
        })
    }
}
