//! `[limits]`

use std::num::NonZeroU32;

use serde::Serialize;

use crate::keys::{Keys, Read};

/// How many requests are served before 429.
#[derive(Debug, Clone, Serialize)]
pub struct Limits {
    /// Requests to public pages, per minute and address.
    pub public_per_minute: NonZeroU32,
    /// Requests to the API, per minute and key.
    pub api_per_minute: NonZeroU32,
    /// Sign-ups on public pages, per minute and address.
    pub signups_per_minute: NonZeroU32,
}

impl Limits {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Read<Self> {
        let wanted = NonZeroU32::MIN..=NonZeroU32::MAX;
        let public_per_minute = keys.number("limits.public_per_minute", wanted.clone());
        let api_per_minute = keys.number("limits.api_per_minute", wanted.clone());
        let signups_per_minute = keys.number("limits.signups_per_minute", wanted);
        Ok(Self {
            public_per_minute: public_per_minute?,
            api_per_minute: api_per_minute?,
            signups_per_minute: signups_per_minute?,
        })
    }
}
