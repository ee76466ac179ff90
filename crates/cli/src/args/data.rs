//! The arguments of the commands that take data out and bring it in.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use kernel::Timestamp;

use super::Mode;

/// A project and one of its sides.
#[derive(Debug, Args)]
pub(crate) struct Whose {
    /// Slug of the project
    #[arg(long, value_name = "SLUG")]
    pub(crate) project: String,
    /// Live or test data
    #[arg(long, default_value = "live")]
    pub(crate) mode: Mode,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Which list
    pub(crate) table: Table,
    #[command(flatten)]
    pub(crate) whose: Whose,
    /// Write to this file, which appears when it is complete; otherwise to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Table {
    Members,
    Codes,
    Invitations,
    Referrals,
    Grants,
    Transfers,
    Clicks,
    Audit,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Add codes; the columns are `code`, `max_uses` and `expires_at`, named in the first line or in this order
    Codes {
        #[command(flatten)]
        whose: Whose,
        /// Slug of the program that the codes join
        #[arg(long, value_name = "SLUG")]
        program: String,
        /// The file; `-` for standard input
        file: PathBuf,
    },
    /// Add members and bring those who are known up to date; the first line names the columns: `external_id`, `email`, `name`, `locale`
    Members {
        #[command(flatten)]
        whose: Whose,
        /// The file; `-` for standard input
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Backup {
    /// Put the backup into this folder; otherwise into `backup.dir`
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: Option<PathBuf>,
    /// Afterwards, remove all but the newest so many backups in the folder
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) keep: Option<u16>,
    #[command(subcommand)]
    pub(crate) command: Option<BackupWork>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BackupWork {
    /// Print a new key pair: the public key encrypts backups, the private key opens them
    Keygen,
    /// List the backups, newest first
    List {
        /// The folder with the backups; otherwise `backup.dir`
        #[arg(long, value_name = "FOLDER")]
        from: Option<PathBuf>,
    },
    /// Bring a backup to life in a scratch place, with the changes archived since, and check it: checksums, database, ledger; exits with 1 on any fault
    Verify {
        /// Its name, or its path; otherwise the newest
        backup: Option<PathBuf>,
        /// The folder with the backups; otherwise `backup.dir`
        #[arg(long, value_name = "FOLDER")]
        from: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Ends {
    /// The database to copy: `sqlite:PATH` or `mysql://…`, which then needs no password in the configuration; otherwise the configured one
    #[arg(long, value_name = "URL")]
    pub(crate) from: Option<String>,
    /// The database to fill, which is empty; otherwise the configured one
    #[arg(long, value_name = "URL")]
    pub(crate) to: Option<String>,
    /// Read the URL of the database to fill from this file
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    pub(crate) to_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct MigrateStore {
    #[command(flatten)]
    pub(crate) ends: Ends,
    /// Print each table with its rows and their checksum
    #[arg(long)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Args)]
#[group(id = "what", required = true, args = ["backup", "latest", "to", "list"])]
pub(crate) struct Restore {
    /// Name of the backup, or its path: as it was made, without what was changed since
    #[arg(conflicts_with_all = ["latest", "to", "list"])]
    pub(crate) backup: Option<PathBuf>,
    /// Take the newest backup, and all changes that were archived since
    #[arg(long, conflicts_with_all = ["to", "list"])]
    pub(crate) latest: bool,
    /// Restore everything that was committed up to this moment, such as 2026-03-01T14:05:00Z
    #[arg(long, value_name = "TIME", conflicts_with = "list", value_parser = moment)]
    pub(crate) to: Option<Timestamp>,
    /// List the backups, newest first, and up to when changes were archived
    #[arg(long)]
    pub(crate) list: bool,
    /// The folder with the backups; otherwise `backup.dir`
    #[arg(long, value_name = "FOLDER")]
    pub(crate) from: Option<PathBuf>,
    /// Where to: on SQLite a data directory instead of the configured one; on MySQL a database that is empty or not there yet, by its
    /// name, as `mysql://USER:PASSWORD@HOST:PORT/NAME`, or `-` to read that from standard input
    #[arg(long, value_name = "DATA_DIR|DATABASE")]
    pub(crate) into: Option<String>,
    /// On SQLite, go on where a database is there already, which is put aside; or where the ledger of the backup does not add up
    #[arg(long)]
    pub(crate) force: bool,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let moment = text.parse::<Timestamp>();
    moment.map_err(|_| "is no moment such as 2026-03-01T14:05:00Z".to_owned())
}
