//! `[redis]`

use std::{fs, path::PathBuf, str::FromStr, time::Duration};

use kernel::SecretString;
use serde::Serialize;
use url::Url;

use crate::{
    keys::{Keys, Read},
    shown,
};

/// What several processes share beside the database; nothing that matters lives only there.
#[derive(Debug, Clone, Serialize)]
pub struct Redis {
    /// Which shape it has, if any.
    pub mode: RedisMode,
    /// Where to begin: the server, the sentinels, or some nodes of the cluster. All `redis:` or all `rediss:`, without
    /// credentials; empty only where the mode is [`None`](RedisMode::None).
    pub urls: Vec<Url>,
    /// What the sentinels call the master.
    pub master: String,
    /// The user of an access control list.
    pub username: String,
    /// The password of that user, or of all.
    #[serde(serialize_with = "shown::optional_secret")]
    pub password: Option<SecretString>,
    /// The user at the sentinels.
    pub sentinel_username: String,
    /// The password at the sentinels.
    #[serde(serialize_with = "shown::optional_secret")]
    pub sentinel_password: Option<SecretString>,
    /// Certificates of the authority that vouches for the servers, as PEM; none: the system's.
    pub ca_file: Option<PathBuf>,
    /// How long one call may take.
    #[serde(serialize_with = "shown::duration")]
    pub timeout: Duration,
    /// What every key and channel begins with.
    pub prefix: String,
}

/// The shapes of Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RedisMode {
    /// There is none.
    None,
    /// One server.
    Single,
    /// A master with replicas, and sentinels that know which one it is.
    Sentinel,
    /// A cluster that divides the keys among its nodes.
    Cluster,
}

impl FromStr for RedisMode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "none" => Ok(Self::None),
            "single" => Ok(Self::Single),
            "sentinel" => Ok(Self::Sentinel),
            "cluster" => Ok(Self::Cluster),
            _ => Err(()),
        }
    }
}

impl Redis {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Read<Self> {
        let mode = keys.parse("redis.mode", "`none`, `single`, `sentinel` or `cluster`");
        let urls = urls(keys, mode.ok());
        let master = master(keys, mode.ok());
        let username = keys.text("redis.username");
        let password = keys.secret("redis.password");
        let sentinel_username = keys.text("redis.sentinel_username");
        let sentinel_password = keys.secret("redis.sentinel_password");
        let ca_file = ca_file(keys, urls.as_deref().ok());
        let timeout = keys.duration("redis.timeout", Duration::from_millis(1));
        let prefix = prefix(keys);
        Ok(Self {
            mode: mode?,
            urls: urls?,
            master: master?,
            username: username?,
            password: password?,
            sentinel_username: sentinel_username?,
            sentinel_password: sentinel_password?,
            ca_file: ca_file?,
            timeout: timeout?,
            prefix: prefix?,
        })
    }
}

fn urls(keys: &mut Keys<'_>, mode: Option<RedisMode>) -> Read<Vec<Url>> {
    const KEY: &str = "redis.urls";
    // They may hold passwords, wrongly: no message repeats one.
    let texts = keys.list(KEY, "a text", |text| Some(text.to_owned()))?;
    let mut urls = Vec::new();
    for (number, text) in (1..).zip(texts) {
        match Url::parse(&text) {
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                let text = format!(
                    "number {number} holds credentials; put them into `redis.username` and `redis.password`"
                );
                return keys.refuse(KEY, text);
            }
            Ok(url) if is_server(&url) => urls.push(url),
            _ => {
                let text =
                    format!("number {number} is not like redis://HOST:6379 or rediss://HOST:6379");
                return keys.refuse(KEY, text);
            }
        }
    }
    if urls
        .windows(2)
        .any(|pair| pair[0].scheme() != pair[1].scheme())
    {
        return keys.refuse(
            KEY,
            "are partly redis:// and partly rediss://; use one of the two",
        );
    }
    match (mode, urls.is_empty()) {
        (Some(RedisMode::None), false) => keys.refuse(
            KEY,
            "name servers, and `redis.mode` is `none`; say what they are: `single`, `sentinel` or `cluster`",
        ),
        (Some(RedisMode::Single | RedisMode::Sentinel | RedisMode::Cluster), true) => {
            keys.refuse(KEY, "is empty; name a server such as redis://HOST:6379")
        }
        _ => Ok(urls),
    }
}

fn is_server(url: &Url) -> bool {
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    ["redis", "rediss"].contains(&url.scheme()) && url.has_host() && bare
}

fn master(keys: &mut Keys<'_>, mode: Option<RedisMode>) -> Read<String> {
    let master = keys.text("redis.master")?;
    if mode == Some(RedisMode::Sentinel) && master.is_empty() {
        return keys.refuse(
            "redis.master",
            "is empty; it is what the sentinels call the master",
        );
    }
    Ok(master)
}

fn ca_file(keys: &mut Keys<'_>, urls: Option<&[Url]>) -> Read<Option<PathBuf>> {
    const KEY: &str = "redis.ca_file";
    let text = keys.text(KEY)?;
    if text.is_empty() {
        return Ok(None);
    }
    if urls.is_some_and(|urls| urls.iter().any(|url| url.scheme() == "redis")) {
        return keys.refuse(
            KEY,
            "is for encrypted connections; write `redis.urls` with rediss://",
        );
    }
    match fs::read_to_string(&text) {
        Ok(pem) if pem.contains("-----BEGIN CERTIFICATE-----") => Ok(Some(text.into())),
        Ok(_) => keys.refuse(KEY, format!("{text} holds no certificate in PEM form")),
        Err(error) => keys.refuse(KEY, format!("{text} cannot be read: {error}")),
    }
}

fn prefix(keys: &mut Keys<'_>) -> Read<String> {
    let prefix = keys.text("redis.prefix")?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_:.".contains(letter);
    if prefix.is_empty() || !prefix.chars().all(plain) {
        return keys.refuse(
            "redis.prefix",
            "is not made of letters, digits and the signs - _ : .",
        );
    }
    Ok(prefix)
}
