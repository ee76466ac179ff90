//! Who is the master now? Sentinels are asked in turn, and nobody is believed: a sentinel may point at a master that was
//! demoted a moment ago, so the server itself has to say that it is one.

use redis::{Value, aio::MultiplexedConnection, cmd};

use super::{
    Fault, RedisSettings, Server,
    link::{LOGIN_KEYS, Link, Opened, ask, connect, nowhere},
    visit::{Wanted, visit},
};

const SENTINEL_KEYS: &str = "`redis.sentinel_username` and `redis.sentinel_password`";

/// The master that some sentinel names and that says so itself.
pub(super) async fn master(settings: &RedisSettings, name: &str) -> Result<Opened, Fault> {
    let mut worst: Option<Fault> = None;
    for sentinel in &settings.seeds {
        let found = async {
            let server = named(settings, sentinel, name).await?;
            let node = verified(settings, &server).await?;
            Ok((server, node))
        };
        match found.await {
            Ok((server, node)) => {
                return Ok(Opened {
                    link: Link::Node(node),
                    nodes: vec![server.clone()],
                    server,
                });
            }
            Err(fault) if worst.as_ref().is_some_and(Fault::is_configuration) => drop(fault),
            Err(fault) => worst = Some(fault),
        }
    }
    Err(worst.unwrap_or_else(|| Fault::silent(&nowhere())))
}

/// Whom the sentinel calls the master.
async fn named(settings: &RedisSettings, sentinel: &Server, name: &str) -> Result<Server, Fault> {
    let (login, wanted) = (&settings.sentinel_login, Wanted::Sentinel);
    let (mut node, _) = visit(settings, sentinel, login, SENTINEL_KEYS, wanted).await?;
    let mut question = cmd("SENTINEL");
    question.arg("GET-MASTER-ADDR-BY-NAME").arg(name);
    match ask::<Option<(String, u16)>>(&mut node, question, sentinel).await? {
        Ok(Some((host, port))) => Ok(Server { host, port }),
        Ok(None) => Err(Fault::UnknownMaster {
            server: sentinel.clone(),
            master: name.to_owned(),
        }),
        Err(error) => Err(Fault::from_error(sentinel, &error, SENTINEL_KEYS)),
    }
}

async fn verified(
    settings: &RedisSettings,
    server: &Server,
) -> Result<MultiplexedConnection, Fault> {
    let mut node = connect(server, &settings.login, settings.tls.as_ref(), LOGIN_KEYS).await?;
    match ask::<Value>(&mut node, cmd("ROLE"), server).await? {
        Ok(Value::Array(role)) if role.first() == Some(&Value::BulkString(b"master".to_vec())) => {
            Ok(node)
        }
        Ok(_) => Err(Fault::NotWritable {
            server: server.clone(),
            why: "the sentinels call it the master, and it says that it is none".to_owned(),
        }),
        Err(error) => Err(Fault::from_error(server, &error, LOGIN_KEYS)),
    }
}
