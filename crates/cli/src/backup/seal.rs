//! How files of a backup are packed: compressed, and encrypted for whoever holds the private key.
//!
//! The name tells: `….zst` is compressed, `….zst.age` is encrypted besides.

use std::io::{self, BufReader, Read, Write};

use age::x25519::{Identity, Recipient};
use anyhow::{Context, Result, anyhow};
use config::Config;
use kernel::ExposeSecret;

const COMPRESSED: &str = ".zst";
const ENCRYPTED: &str = ".zst.age";
/// Of zstd's levels the one at which it keeps up with a disk.
const LEVEL: i32 = 3;

/// The keys that the configuration gives.
#[derive(Clone)]
pub(crate) struct Keys {
    recipient: Option<Recipient>,
    identity: Option<Identity>,
}

impl Keys {
    pub(crate) fn of(config: &Config) -> Result<Self> {
        let backup = &config.backup;
        let recipient = backup.recipient.as_deref().map(str::parse).transpose();
        let recipient = recipient.map_err(|error| anyhow!("backup.recipient_file: {error}"))?;
        let identity = backup.identity.as_ref();
        let identity = identity.map(|key| key.expose_secret().parse()).transpose();
        let identity = identity.map_err(|error| anyhow!("backup.identity_file: {error}"))?;
        Ok(Self {
            recipient,
            identity,
        })
    }

    /// Whether what is packed is encrypted.
    pub(crate) const fn encrypt(&self) -> bool {
        self.recipient.is_some()
    }

    /// The name under which a file of this name is packed.
    pub(crate) fn packed_name(&self, name: &str) -> String {
        let ending = if self.encrypt() {
            ENCRYPTED
        } else {
            COMPRESSED
        };
        format!("{name}{ending}")
    }

    /// Packs what is written to it.
    pub(crate) fn packing<W: Write>(&self, to: W) -> Result<Packing<W>> {
        let end = match &self.recipient {
            None => End::Plain(to),
            Some(recipient) => {
                let recipients = std::iter::once(recipient as &dyn age::Recipient);
                let encryptor = age::Encryptor::with_recipients(recipients)?;
                End::Encrypted(encryptor.wrap_output(to)?)
            }
        };
        let mut encoder = zstd::Encoder::new(end, LEVEL)?;
        encoder.include_checksum(true)?;
        Ok(Packing(encoder))
    }

    /// All of `from`, packed.
    pub(crate) fn packed(&self, from: &[u8]) -> Result<Vec<u8>> {
        let mut packing = self.packing(Vec::new())?;
        packing.write_all(from)?;
        packing.finish()
    }

    /// Reads what was packed as `name`.
    pub(crate) fn unpacking<'a>(
        &self,
        name: &str,
        from: impl Read + Send + 'a,
    ) -> Result<Box<dyn Read + Send + 'a>> {
        if name.ends_with(ENCRYPTED) {
            let identity = self.identity.as_ref().with_context(|| {
                format!("{name} is encrypted: backup.identity_file has to name the private key")
            })?;
            let decryptor = age::Decryptor::new_buffered(BufReader::new(from));
            let decryptor = decryptor.with_context(|| format!("{name} is damaged"))?;
            let plain = decryptor.decrypt(std::iter::once(identity as &dyn age::Identity));
            let plain = plain.with_context(|| {
                format!("{name} does not open with the private key of backup.identity_file")
            })?;
            return Ok(Box::new(zstd::Decoder::new(plain)?));
        }
        if name.ends_with(COMPRESSED) {
            return Ok(Box::new(zstd::Decoder::new(from)?));
        }
        Ok(Box::new(from))
    }
}

/// The name that a file had before it was packed.
pub(crate) fn plain_name(name: &str) -> &str {
    let plain = name.strip_suffix(ENCRYPTED);
    plain.unwrap_or_else(|| name.strip_suffix(COMPRESSED).unwrap_or(name))
}

/// A new key pair: the private key and the public one.
pub(crate) fn new_pair() -> (String, String) {
    let identity = Identity::generate();
    let recipient = identity.to_public().to_string();
    (identity.to_string().expose_secret().to_owned(), recipient)
}

/// Packs what is written to it; nothing of it is whole before [`finish`](Self::finish).
pub(crate) struct Packing<W: Write>(zstd::Encoder<'static, End<W>>);

enum End<W: Write> {
    Plain(W),
    Encrypted(age::stream::StreamWriter<W>),
}

impl<W: Write> Packing<W> {
    pub(crate) fn finish(self) -> Result<W> {
        Ok(match self.0.finish()? {
            End::Plain(to) => to,
            End::Encrypted(to) => to.finish()?,
        })
    }
}

impl<W: Write> Write for Packing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write> Write for End<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(to) => to.write(bytes),
            Self::Encrypted(to) => to.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(to) => to.flush(),
            Self::Encrypted(to) => to.flush(),
        }
    }
}
