//! `[mysql_guard]`

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use kernel::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::{
    keys::{Keys, Read},
    shown,
};

/// Looking after a MySQL group.
#[derive(Debug, Clone, Serialize)]
pub struct MysqlGuard {
    /// The member that this guard looks after.
    pub member: Option<String>,
    /// Every member of the group.
    pub members: Vec<String>,
    /// The account that operates the members.
    pub user: String,
    /// Its password.
    #[serde(serialize_with = "shown::optional_secret")]
    pub password: Option<SecretString>,
    /// The account by which one member fetches from another what it missed.
    pub recovery_user: String,
    /// Its password.
    #[serde(serialize_with = "shown::optional_secret")]
    pub recovery_password: Option<SecretString>,
    /// Who signed the certificates of the members.
    pub ca_file: Option<PathBuf>,
    /// Address and port to listen on.
    pub bind: SocketAddr,
    /// How often the members are asked.
    #[serde(serialize_with = "shown::duration")]
    pub interval: Duration,
    /// A member that has more transactions waiting is not read from.
    pub reader_queue: i64,
    /// Whether a member that was written to outside the group is made anew from another.
    pub replace_errant: bool,
}

/// Longer ones are refused by MySQL when the member joins.
const RECOVERY_PASSWORD_LENGTH: usize = 32;

impl MysqlGuard {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Read<Self> {
        let member = keys.text("mysql_guard.member");
        let members = keys.list("mysql_guard.members", "HOST:PORT", |text| {
            Some(text.to_owned())
        });
        let user = keys.text("mysql_guard.user");
        let password = keys.secret("mysql_guard.password");
        let recovery_user = keys.text("mysql_guard.recovery_user");
        let recovery_password = recovery_password(keys);
        let ca_file = keys.text("mysql_guard.ca_file");
        let bind = keys.parse::<SocketAddr>(
            "mysql_guard.bind",
            "an address with a port, such as 0.0.0.0:9104",
        );
        let interval = keys.duration("mysql_guard.interval", Duration::from_millis(100));
        let reader_queue = keys.number("mysql_guard.reader_queue", 0..=1_000_000_000);
        let replace_errant = keys.flag("mysql_guard.replace_errant");
        Ok(Self {
            member: Some(member?).filter(|text| !text.is_empty()),
            members: members?,
            user: user?,
            password: password?,
            recovery_user: recovery_user?,
            recovery_password: recovery_password?,
            ca_file: Some(ca_file?)
                .filter(|text| !text.is_empty())
                .map(PathBuf::from),
            bind: bind?,
            interval: interval?,
            reader_queue: reader_queue?,
            replace_errant: replace_errant?,
        })
    }
}

fn recovery_password(keys: &mut Keys<'_>) -> Read<Option<SecretString>> {
    let password = keys.secret("mysql_guard.recovery_password")?;
    let too_long = password
        .as_ref()
        .is_some_and(|it| it.expose_secret().chars().count() > RECOVERY_PASSWORD_LENGTH);
    if too_long {
        return keys.refuse(
            "mysql_guard.recovery_password",
            format!(
                "is longer than the {RECOVERY_PASSWORD_LENGTH} characters that a MySQL group takes"
            ),
        );
    }
    Ok(password)
}
