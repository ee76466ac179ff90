//! `[webhooks]`

use std::time::Duration;

use serde::Serialize;

use crate::{
    keys::{Keys, Read},
    shown,
};

/// Delivery of webhooks.
#[derive(Debug, Clone, Serialize)]
pub struct Webhooks {
    /// How long a receiver may take to answer.
    #[serde(serialize_with = "shown::duration")]
    pub timeout: Duration,
    /// Whether receivers on private, loopback and link-local addresses are permitted.
    pub allow_private_addresses: bool,
    /// A message is given up after this many attempts.
    pub max_attempts: u32,
}

impl Webhooks {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Read<Self> {
        let timeout = keys.duration("webhooks.timeout", Duration::from_millis(1));
        let allow_private_addresses = keys.flag("webhooks.allow_private_addresses");
        let max_attempts = keys.number("webhooks.max_attempts", 1..=100);
        Ok(Self {
            timeout: timeout?,
            allow_private_addresses: allow_private_addresses?,
            max_attempts: max_attempts?,
        })
    }
}
