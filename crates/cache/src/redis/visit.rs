//! Is a server what it is taken for? Asked at every connection, since the answers to a wrong question are riddles.

use redis::{RedisError, RedisResult, Value, aio::MultiplexedConnection, cmd};

use super::{
    Fault, Login, RedisSettings, Server,
    link::{ask, connect},
};

/// What somebody turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Master,
    Replica,
    Sentinel,
    Node { whole: bool },
}

impl Found {
    /// In words, and what the configuration should say.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Sentinel => ("a sentinel", "`sentinel`"),
            Self::Node { .. } => ("a node of a cluster", "`cluster`"),
            Self::Master | Self::Replica => (
                "a server of its own",
                "`single`, or name what is meant in `redis.urls`",
            ),
        }
    }
}

/// Whom to expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Single,
    Sentinel,
    Node,
}

impl Wanted {
    const fn accepts(self, found: Found) -> bool {
        matches!(
            (self, found),
            (Self::Single, Found::Master | Found::Replica)
                | (Self::Sentinel, Found::Sentinel)
                | (Self::Node, Found::Node { .. })
        )
    }
}

/// Connects, and is told what the server is.
pub(super) async fn visit(
    settings: &RedisSettings,
    server: &Server,
    login: &Login,
    keys: &'static str,
    wanted: Wanted,
) -> Result<(MultiplexedConnection, Found), Fault> {
    let refused = match enter(settings, server, login, keys).await {
        Ok((node, found)) if wanted.accepts(found) => return Ok((node, found)),
        Ok((_, found)) => return Err(wrong(server, found)),
        Err(fault @ Fault::LoginRefused { .. }) => fault,
        Err(fault) => return Err(fault),
    };
    // A sentinel has an account of its own, often none: what refuses may only be something else.
    for other in [&settings.login, &settings.sentinel_login, &Login::default()] {
        match enter(settings, server, other, keys).await {
            Ok((_, found)) if !wanted.accepts(found) => return Err(wrong(server, found)),
            _ => {}
        }
    }
    Err(refused)
}

fn wrong(server: &Server, found: Found) -> Fault {
    let (found, wanted) = found.words();
    Fault::WrongShape {
        server: server.clone(),
        found,
        wanted,
    }
}

async fn enter(
    settings: &RedisSettings,
    server: &Server,
    login: &Login,
    keys: &'static str,
) -> Result<(MultiplexedConnection, Found), Fault> {
    let mut node = connect(server, login, settings.tls.as_ref(), keys).await?;
    let role = believed(
        ask::<Vec<Value>>(&mut node, cmd("ROLE"), server).await?,
        server,
        keys,
    )?;
    let found = match role.as_ref().and_then(|role| role.first()) {
        Some(Value::BulkString(role)) if role == b"sentinel" => {
            return Ok((node, Found::Sentinel));
        }
        Some(Value::BulkString(role)) if role == b"slave" => Found::Replica,
        _ => Found::Master,
    };
    let mut about = cmd("CLUSTER");
    about.arg("INFO");
    let info = ask::<String>(&mut node, about, server).await?;
    let found = match believed(info, server, keys)? {
        Some(info) => Found::Node {
            whole: info.contains("cluster_state:ok"),
        },
        None => found,
    };
    Ok((node, found))
}

/// Whoever may not ask is believed: what is wrong shows with the first write. Whoever was not let in is told so.
fn believed<T>(
    answer: RedisResult<T>,
    server: &Server,
    keys: &'static str,
) -> Result<Option<T>, Fault> {
    let refused = |error: RedisError| Fault::from_error(server, &error, keys);
    match answer.map_err(refused) {
        Ok(answer) => Ok(Some(answer)),
        Err(fault @ (Fault::LoginRefused { .. } | Fault::Unreachable { .. })) => Err(fault),
        Err(_) => Ok(None),
    }
}
