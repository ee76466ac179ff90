//! From settings to a connection that was seen to work.

use std::time::Duration;

use kernel::ExposeSecret;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ConnectionInfo, IntoConnectionInfo,
    Pipeline, RedisConnectionInfo, RedisError, RedisFuture, RedisResult, TlsCertificates, Value,
    aio::{ConnectionLike, MultiplexedConnection},
    cluster::ClusterClient,
    cluster_async::ClusterConnection,
    io::tcp::TcpSettings,
};
use tokio::time::timeout;

use super::{
    Fault, Login, RedisSettings, Server, Shape, Tls, sentinel,
    visit::{Found, Wanted, visit},
};

/// How long connecting to one server may take, with the first question.
pub(crate) const CONNECT: Duration = Duration::from_millis(500);
pub(super) const LOGIN_KEYS: &str = "`redis.username` and `redis.password`";

/// A connection. Clones share it; calls of all of them travel together.
#[derive(Clone)]
pub(super) enum Link {
    Node(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// A connection, and whom it is to.
pub(super) struct Opened {
    pub(super) link: Link,
    /// Whom to name in messages.
    pub(super) server: Server,
    /// Who may be asked for news: any of them.
    pub(super) nodes: Vec<Server>,
}

impl ConnectionLike for Link {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Node(node) => node.req_packed_command(cmd),
            Self::Cluster(cluster) => cluster.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Node(node) => node.req_packed_commands(pipeline, offset, count),
            Self::Cluster(cluster) => cluster.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        0
    }
}

/// Connects, and makes sure that it is what the settings say.
pub(super) async fn open(settings: &RedisSettings) -> Result<Opened, Fault> {
    match &settings.shape {
        Shape::Single => first(settings, single).await,
        Shape::Sentinel { master } => sentinel::master(settings, master).await,
        Shape::Cluster => {
            let seed = first(settings, cluster_node).await?;
            cluster(settings, seed.server).await
        }
    }
}

/// What the first seed gives that gives anything, else what is wrong: rather what does not pass by waiting.
async fn first(
    settings: &RedisSettings,
    open: impl AsyncFn(&RedisSettings, &Server) -> Result<Opened, Fault>,
) -> Result<Opened, Fault> {
    let mut worst: Option<Fault> = None;
    for server in &settings.seeds {
        match open(settings, server).await {
            Ok(opened) => return Ok(opened),
            Err(fault) if worst.as_ref().is_some_and(Fault::is_configuration) => drop(fault),
            Err(fault) => worst = Some(fault),
        }
    }
    Err(worst.unwrap_or_else(|| Fault::silent(&nowhere())))
}

/// The server where no seeds are named, which the configuration refuses.
pub(super) fn nowhere() -> Server {
    Server {
        host: "redis.urls".to_owned(),
        port: 0,
    }
}

async fn single(settings: &RedisSettings, server: &Server) -> Result<Opened, Fault> {
    let login = &settings.login;
    let (node, found) = visit(settings, server, login, LOGIN_KEYS, Wanted::Single).await?;
    if found == Found::Replica {
        return Err(Fault::NotWritable {
            server: server.clone(),
            why: "it is a replica; name its master, or the sentinels".to_owned(),
        });
    }
    Ok(Opened {
        link: Link::Node(node),
        server: server.clone(),
        nodes: settings.seeds.clone(),
    })
}

/// A node that knows its cluster.
async fn cluster_node(settings: &RedisSettings, server: &Server) -> Result<Opened, Fault> {
    let login = &settings.login;
    let (node, found) = visit(settings, server, login, LOGIN_KEYS, Wanted::Node).await?;
    if found == (Found::Node { whole: false }) {
        return Err(Fault::NotWritable {
            server: server.clone(),
            why: "the cluster is not whole".to_owned(),
        });
    }
    Ok(Opened {
        link: Link::Node(node),
        server: server.clone(),
        nodes: Vec::new(),
    })
}

/// The cluster, by way of its seeds, of which `seed` answered.
async fn cluster(settings: &RedisSettings, seed: Server) -> Result<Opened, Fault> {
    let told = |error: RedisError| Fault::from_error(&seed, &error, LOGIN_KEYS);
    let mut seeds: Vec<&Server> = vec![&seed];
    seeds.extend(settings.seeds.iter().filter(|server| **server != seed));
    let infos: RedisResult<Vec<_>> = seeds
        .into_iter()
        .map(|server| address(server, &settings.login, settings.tls.as_ref()))
        .collect();
    // Few tries within the time of a call; what then still fails is for the breaker to count.
    let mut builder = ClusterClient::builder(infos.map_err(told)?)
        .connection_timeout(CONNECT)
        .response_timeout(settings.timeout)
        .retries(3)
        .min_retry_wait(5)
        .max_retry_wait(40)
        .tcp_settings(TcpSettings::default().set_nodelay(true));
    if let Some(tls) = &settings.tls {
        builder = builder.certs(certificates(tls));
    }
    let client = builder.build().map_err(told)?;
    let connected = timeout(CONNECT * 4, client.get_async_connection()).await;
    let link = match connected {
        Ok(connected) => connected.map_err(told)?,
        Err(_) => return Err(Fault::silent(&seed)),
    };
    Ok(Opened {
        link: Link::Cluster(link),
        server: seed,
        nodes: settings.seeds.clone(),
    })
}

/// A connection to one server, let in.
pub(super) async fn connect(
    server: &Server,
    login: &Login,
    tls: Option<&Tls>,
    keys: &'static str,
) -> Result<MultiplexedConnection, Fault> {
    let told = |error: RedisError| Fault::from_error(server, &error, keys);
    let client = client(server, login, tls).map_err(told)?;
    // Each call has its own time, and a question at the start has that of connecting.
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(None);
    let connecting = client.get_multiplexed_async_connection_with_config(&config);
    match timeout(CONNECT, connecting).await {
        Ok(connected) => connected.map_err(told),
        Err(_) => Err(Fault::silent(server)),
    }
}

pub(crate) fn client(server: &Server, login: &Login, tls: Option<&Tls>) -> RedisResult<Client> {
    let info = address(server, login, tls)?;
    match tls {
        Some(tls) => Client::build_with_tls(info, certificates(tls)),
        None => Client::open(info),
    }
}

fn address(server: &Server, login: &Login, tls: Option<&Tls>) -> RedisResult<ConnectionInfo> {
    let (host, port) = (server.host.clone(), server.port);
    let address = match tls {
        None => ConnectionAddr::Tcp(host, port),
        Some(_) => ConnectionAddr::TcpTls {
            host,
            port,
            insecure: false,
            tls_params: None,
        },
    };
    let mut account = RedisConnectionInfo::default();
    if let Some(username) = &login.username {
        account = account.set_username(username);
    }
    if let Some(password) = &login.password {
        account = account.set_password(password.expose_secret());
    }
    let tcp = TcpSettings::default().set_nodelay(true);
    let info = address.into_connection_info()?;
    Ok(info.set_redis_settings(account).set_tcp_settings(tcp))
}

fn certificates(tls: &Tls) -> TlsCertificates {
    TlsCertificates {
        client_tls: None,
        root_cert: tls.ca.clone(),
    }
}

/// Asks one question right after connecting. The outer error: no answer.
pub(super) async fn ask<T: redis::FromRedisValue>(
    node: &mut MultiplexedConnection,
    question: Cmd,
    server: &Server,
) -> Result<RedisResult<T>, Fault> {
    timeout(CONNECT, question.query_async(node))
        .await
        .map_err(|_| Fault::silent(server))
}
