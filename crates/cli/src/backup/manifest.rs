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
    /// Each file, by its path in the backup, as it lies there: compressed and encrypted, if it is.
    pub(crate) files: BTreeMap<String, Described>,
    /// Where it was taken from; none for SQLite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mysql: Option<Server>,
}

/// The MySQL server that a backup was taken from.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Server {
    /// Its version.
    pub(crate) version: String,
    /// `HOST:PORT`.
    pub(crate) member: String,
    /// The name of the database there.
    pub(crate) database: String,
    /// The transactions that are in the backup; none where the server did not name them.
    pub(crate) gtid_executed: Option<String>,
    /// The backup holds nothing that was committed later.
    pub(crate) taken_at: Timestamp,
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
            mysql: None,
        }
    }

    /// Whether every file is as it was written.
    pub(crate) fn check(&self, backup: &Path) -> Result<()> {
        for (name, described) in &self.files {
            let file = File::open(backup.join(name));
            let file = file.with_context(|| format!("{name} is missing"))?;
            let found = Described::of(file);
            ensure!(
                found.with_context(|| format!("{name} cannot be read"))? == *described,
                "{name} is damaged: it is not what the manifest says. Use another backup"
            );
        }
        Ok(())
    }

    /// The backup holds nothing that was committed later.
    pub(crate) fn taken_at(&self) -> Timestamp {
        let server = self.mysql.as_ref();
        server.map_or(self.made_at, |server| server.taken_at)
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

    /// What kind of database it is of.
    pub(crate) fn kind(&self) -> String {
        let server = self.mysql.as_ref();
        server.map_or_else(|| "SQLite".to_owned(), |it| format!("MySQL {}", it.version))
    }

    /// Bytes of all files.
    pub(crate) fn size(&self) -> u64 {
        self.files.values().map(|file| file.size).sum()
    }
}

impl Described {
    /// Reads `from` to its end.
    pub(super) fn of(mut from: impl Read) -> io::Result<Self> {
        let (mut sum, mut size) = (Sha256::new(), 0);
        let mut block = vec![0; 256 * 1024];
        loop {
            let read = from.read(&mut block)?;
            if read == 0 {
                break;
            }
            sum.update(&block[..read]);
            size += read as u64;
        }
        Ok(Self {
            size,
            sha256: HEXLOWER.encode(&sum.finalize()),
        })
    }
}
