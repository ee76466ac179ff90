//! Secrets that are made here and shown once.

use data_encoding::BASE32_NOPAD;
use kernel::Entropy;

/// A secret on its way to whoever asked for it: neither logged nor stored.
pub type SecretText = kernel::SecretString;

/// A new secret of 192 bits behind a prefix that tells what it opens.
pub(crate) fn new_secret(prefix: &str, entropy: &dyn Entropy) -> String {
    let mut random = [0; 24];
    entropy.fill(&mut random);
    format!(
        "{prefix}{}",
        BASE32_NOPAD.encode(&random).to_ascii_lowercase()
    )
}
