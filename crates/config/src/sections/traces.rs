//! `[traces]`

use serde::Serialize;
use url::Url;

use crate::keys::{Keys, Read};

/// Traces for a collector.
#[derive(Debug, Clone, Serialize)]
pub struct Traces {
    /// Where the collector takes OTLP over HTTP; none where no traces are told.
    pub otlp_endpoint: Option<Url>,
    /// Of a hundred traces that begin here, so many are told.
    pub sample_percent: u8,
}

impl Traces {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Read<Self> {
        let otlp_endpoint = endpoint(keys);
        let sample_percent = keys.number("traces.sample_percent", 0..=100);
        Ok(Self {
            otlp_endpoint: otlp_endpoint?,
            sample_percent: sample_percent?,
        })
    }
}

fn endpoint(keys: &mut Keys<'_>) -> Read<Option<Url>> {
    let key = "traces.otlp_endpoint";
    let text = keys.text(key)?;
    if text.is_empty() {
        return Ok(None);
    }
    let url = Url::parse(&text)
        .ok()
        .filter(|url| ["http", "https"].contains(&url.scheme()));
    match url {
        Some(url) => Ok(Some(url)),
        None => keys.refuse(
            key,
            "is no http or https address; write `http://HOST:4318`, without `/v1/traces`",
        ),
    }
}
