//! `[security]`

use std::path::{Path, PathBuf};

use kernel::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::{
    keys::{Keys, Read},
    shown,
};

const LEAST_LENGTH: usize = 32;

/// Keys that protect what is stored and signed.
#[derive(Debug, Clone, Serialize)]
pub struct Security {
    /// The secret from which every other key is derived.
    #[serde(serialize_with = "shown::master_secret")]
    pub secret: MasterSecret,
}

/// Where the master secret is.
#[derive(Debug, Clone)]
pub enum MasterSecret {
    /// In the configuration: at least 32 characters.
    Given(SecretString),
    /// In this file, which the first start makes.
    Kept(PathBuf),
}

impl Security {
    pub(crate) fn read(keys: &mut Keys<'_>, data_dir: &Path) -> Read<Self> {
        let secret = match keys.secret("security.secret")? {
            None => MasterSecret::Kept(data_dir.join("secret.key")),
            Some(secret) if secret.expose_secret().chars().count() >= LEAST_LENGTH => {
                MasterSecret::Given(secret)
            }
            Some(_) => {
                return keys.refuse(
                    "security.secret",
                    format!("is shorter than {LEAST_LENGTH} characters"),
                );
            }
        };
        Ok(Self { secret })
    }
}
