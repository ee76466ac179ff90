//! The installation's secret: from the configuration, or made at the first start and kept in a file.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::Arc,
};

use anyhow::{Context, Result, ensure};
use config::MasterSecret;
use data_encoding::HEXLOWER;
use kernel::{Entropy, ExposeSecret};
use tempfile::NamedTempFile;

const LENGTH: usize = 32;

/// The bytes of the secret.
pub(crate) fn load(secret: &MasterSecret, entropy: &dyn Entropy) -> Result<Arc<[u8]>> {
    match secret {
        MasterSecret::Given(text) => Ok(text.expose_secret().as_bytes().into()),
        MasterSecret::Kept(path) => kept(path, entropy)
            .with_context(|| format!("the secret in {} cannot be used", path.display())),
    }
}

/// Whether others than the owner may read the file.
pub(crate) fn is_exposed(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

fn kept(path: &Path, entropy: &dyn Entropy) -> Result<Arc<[u8]>> {
    if !path.try_exists()? {
        make(path, entropy)?;
    }
    let bytes = HEXLOWER
        .decode(fs::read_to_string(path)?.trim().as_bytes())
        .context("it is not hexadecimal")?;
    ensure!(
        bytes.len() == LENGTH,
        "it has {} bytes instead of {LENGTH}",
        bytes.len()
    );
    if is_exposed(path)? {
        tracing::warn!(path = %path.display(), "others may read the secret: chmod 600");
    }
    Ok(bytes.into())
}

/// Makes the file whole and durable, or leaves the one that another process made at the same moment.
fn make(path: &Path, entropy: &dyn Entropy) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut secret = [0; LENGTH];
    entropy.fill(&mut secret);
    // Such a file is readable by its owner alone.
    let mut file = NamedTempFile::new_in(folder)?;
    writeln!(file, "{}", HEXLOWER.encode(&secret))?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => File::open(folder)?.sync_all()?,
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.error.into()),
    }
    Ok(())
}
