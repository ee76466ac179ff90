//! `[backup]`

use std::{
    fmt, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
};

use kernel::SecretString;
use serde::Serialize;

use crate::{
    keys::{Keys, Read},
    shown,
};

/// Backups, and the agent that makes them.
#[derive(Debug, Clone, Serialize)]
pub struct Backup {
    /// The folder in which they lie.
    pub dir: PathBuf,
    /// The public key that they are encrypted for.
    pub recipient: Option<String>,
    /// The private key that opens them.
    #[serde(serialize_with = "shown::optional_secret")]
    pub identity: Option<SecretString>,
    /// When the agent makes one, every day.
    #[serde(serialize_with = "shown::text")]
    pub at: TimeOfDay,
    /// How many the agent keeps.
    pub keep: u16,
    /// Address and port that the agent listens on.
    pub bind: SocketAddr,
}

/// A time of day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay {
    /// From 0 to 23.
    pub hour: u8,
    /// From 0 to 59.
    pub minute: u8,
}

impl FromStr for TimeOfDay {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let part = |text: &str, below: u8| {
            let fits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = text.parse().ok().filter(|number| *number < below);
            number.filter(|_| fits).ok_or(())
        };
        let (hour, minute) = text.split_once(':').ok_or(())?;
        Ok(Self {
            hour: part(hour, 24)?,
            minute: part(minute, 60)?,
        })
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl Backup {
    pub(crate) fn read(keys: &mut Keys<'_>, data_dir: &Path) -> Read<Self> {
        let dir = keys.path("backup.dir", || data_dir.join("backups"));
        let recipient = key(keys, "backup.recipient_file", "age1", "public");
        let identity = key(keys, "backup.identity_file", "AGE-SECRET-KEY-1", "private");
        let at = keys.parse("backup.at", "a time of day such as 03:15");
        let keep = keys.number("backup.keep", 1..=9999);
        let bind = keys.parse::<SocketAddr>(
            "backup.bind",
            "an address with a port, such as 0.0.0.0:9105",
        );
        Ok(Self {
            dir: dir?,
            recipient: recipient?,
            identity: identity?.map(SecretString::from),
            at: at?,
            keep: keep?,
            bind: bind?,
        })
    }
}

/// The key in a file: the line that begins as such keys do, since age writes comments around it.
fn key(keys: &mut Keys<'_>, name: &str, begins: &str, kind: &str) -> Read<Option<String>> {
    let file = keys.text(name)?;
    if file.is_empty() {
        return Ok(None);
    }
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => return keys.refuse(name, format!("{file} cannot be read: {error}")),
    };
    let found = text
        .lines()
        .map(str::trim)
        .find(|it| it.starts_with(begins));
    match found {
        Some(key) => Ok(Some(key.to_owned())),
        None => keys.refuse(
            name,
            format!("{file} holds no {kind} key {begins}…: `inviter backup keygen` makes one"),
        ),
    }
}
