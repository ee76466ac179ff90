//! What a backup says of itself.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Component, Path},
};

use anyhow::{Context, Result, bail, ensure};
use data_encoding::HEXLOWER;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Contents, latest_migration};

const NAME: &str = "manifest.json";
/// The form of a backup that this program writes, and the only one that it reads.
const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    format: u32,
    /// The version of the program that made it.
    pub(crate) program: String,
    /// When it was begun.
    pub(crate) made_at: Timestamp,
    /// What the database held.
    pub(crate) contents: Contents,
    /// Each file, by its path in the backup.
    pub(crate) files: BTreeMap<String, Described>,
}

/// A file as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Described {
    /// Bytes.
    pub(crate) size: u64,
    /// In lower-case hexadecimal.
    pub(crate) sha256: String,
}

impl Manifest {
    pub(super) fn new(
        made_at: Timestamp,
        contents: Contents,
        files: BTreeMap<String, Described>,
    ) -> Self {
        Self {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            contents,
            files,
        }
    }

    /// Reads the manifest of a backup that this program can bring to life.
    pub(crate) fn read(backup: &Path) -> Result<Self> {
        let path = backup.join(NAME);
        let text = fs::read(&path).with_context(|| {
            format!(
                "{} cannot be read: this is no complete backup",
                path.display()
            )
        })?;
        let manifest: Self = serde_json::from_slice(&text)
            .with_context(|| format!("{} is damaged: use another backup", path.display()))?;
        let Self {
            format, program, ..
        } = &manifest;
        let last = &manifest.contents.migration;
        if *format != FORMAT || *last > latest_migration() {
            bail!(
                "the backup was made by Inviter {program}, which is newer than this one ({}): restore it with that version",
                env!("CARGO_PKG_VERSION")
            );
        }
        for name in manifest.files.keys() {
            let inside = Path::new(name)
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            ensure!(inside, "{}: {name} leads out of the backup", path.display());
        }
        Ok(manifest)
    }

    pub(super) fn write(&self, backup: &Path) -> Result<()> {
        let mut file = File::create_new(backup.join(NAME))?;
        serde_json::to_writer_pretty(&mut file, self)?;
        writeln!(file)?;
        Ok(file.sync_all()?)
    }

    /// Bytes of all files.
    pub(crate) fn size(&self) -> u64 {
        self.files.values().map(|file| file.size).sum()
    }
}

impl Described {
    /// Reads `from` to its end, and hands all of it to `to`.
    pub(super) fn passing(mut from: impl Read, mut to: impl Write) -> io::Result<Self> {
        let (mut sum, mut size) = (Sha256::new(), 0);
        let mut block = vec![0; 256 * 1024];
        loop {
            let read = from.read(&mut block)?;
            if read == 0 {
                break;
            }
            sum.update(&block[..read]);
            to.write_all(&block[..read])?;
            size += read as u64;
        }
        Ok(Self {
            size,
            sha256: HEXLOWER.encode(&sum.finalize()),
        })
    }
}
