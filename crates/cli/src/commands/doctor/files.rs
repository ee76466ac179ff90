//! The data directory, the journal and the secret.

use std::path::Path;

use config::{Backend, Config, MasterSecret};
use kernel::SystemEntropy;
use tempfile::NamedTempFile;

use super::Finding;
use crate::secret;

const GIB: u64 = 1 << 30;

pub(super) fn look(config: &Config) -> Vec<Finding> {
    let mut findings = place("data_dir", &config.data_dir);
    if !config.clicks.journal_dir.starts_with(&config.data_dir) {
        findings.extend(place("journal", &config.clicks.journal_dir));
    }
    findings.push(kept_secret(config));
    findings
}

/// A directory that has to take data, and the space there.
fn place(subject: &'static str, dir: &Path) -> Vec<Finding> {
    let shown = dir.display();
    if !dir.exists() {
        return vec![Finding::good(
            subject,
            format!("{shown} is not there yet; the first start makes it"),
        )];
    }
    let writable = match NamedTempFile::new_in(dir) {
        Ok(_) => Finding::good(subject, format!("{shown} can be written to")),
        Err(error) => Finding::error(
            subject,
            format_args!("{shown} cannot be written to: {error}"),
            "make it belong to the user that runs Inviter",
        ),
    };
    vec![writable, space(dir)]
}

fn space(dir: &Path) -> Finding {
    let free = match rustix::fs::statvfs(dir) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => return Finding::warning("disk", error, "the space left is not known"),
    };
    let left = format!("{}.{} GiB are left", free / GIB, free % GIB * 10 / GIB);
    let remedy = "make room: a full disk refuses clicks and writes";
    match free {
        0..0x0800_0000 => Finding::error("disk", left, remedy),
        0x0800_0000..0x8000_0000 => Finding::warning("disk", left, remedy),
        _ => Finding::good("disk", left),
    }
}

fn kept_secret(config: &Config) -> Finding {
    let MasterSecret::Kept(path) = &config.security.secret else {
        return Finding::good("secret", "taken from the configuration");
    };
    let shown = path.display();
    if let Backend::MySql { .. } = config.database.backend {
        return Finding::warning(
            "secret",
            format_args!("each process would use a {shown} of its own"),
            "set `security.secret` or `security.secret_file`, the same for all processes",
        );
    }
    if !path.exists() {
        return Finding::good(
            "secret",
            format!("{shown} is not there yet; the first start makes it"),
        );
    }
    match (
        secret::load(&config.security.secret, &SystemEntropy::default()),
        secret::is_exposed(path),
    ) {
        (Err(error), _) => Finding::error(
            "secret",
            format_args!("{error:#}"),
            "restore it from a backup: stored secrets cannot be read without it",
        ),
        (Ok(_), Ok(false)) => Finding::good("secret", format!("{shown}, for its owner only")),
        (Ok(_), _) => Finding::warning(
            "secret",
            format_args!("others may read {shown}"),
            &format!("chmod 600 {shown}"),
        ),
    }
}
