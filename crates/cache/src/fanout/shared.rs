//! News between processes, over one channel of Redis.

use std::{pin::pin, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::StreamExt;
use kernel::Entropy;
use redis::{RedisResult, aio::PubSubStream, cmd};
use tokio::time::{sleep, timeout};

use super::{Fanout, Heard, LocalFanout, Subscription};
use crate::{
    Redis, Server,
    redis::{CONNECT, client, jittered},
};

/// A channel that is silent for so long is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(250);
/// Who spoke, so that nobody hears himself twice.
type Origin = [u8; 8];

/// News between all processes that share a Redis. While it is away news stay within the process; when it is back every
/// listener hears that there is a gap.
#[derive(Debug, Clone)]
pub struct SharedFanout {
    redis: Redis,
    local: Arc<LocalFanout>,
    origin: Origin,
}

/// What has to run for news of other processes to come in.
#[derive(Debug)]
pub struct Listener {
    fanout: SharedFanout,
    entropy: Arc<dyn Entropy>,
}

impl SharedFanout {
    /// News over `redis`.
    pub fn new(redis: Redis, entropy: Arc<dyn Entropy>) -> (Self, Listener) {
        let mut origin = [0; 8];
        entropy.fill(&mut origin);
        let fanout = Self {
            redis,
            local: Arc::default(),
            origin,
        };
        let listener = Listener {
            fanout: fanout.clone(),
            entropy,
        };
        (fanout, listener)
    }

    fn channel(&self) -> String {
        format!("{}:news", self.redis.settings().prefix)
    }

    /// `message` from outside, as [`publish`](Fanout::publish) has written it.
    fn hear(&self, message: &[u8]) {
        let Some((origin, rest)) = message.split_first_chunk::<8>() else {
            return;
        };
        let Some((length, rest)) = rest.split_first() else {
            return;
        };
        let Some((topic, message)) = rest.split_at_checked(usize::from(*length)) else {
            return;
        };
        if *origin != self.origin
            && let Ok(topic) = str::from_utf8(topic)
        {
            self.local.tell(topic, Heard::Message(message.into()));
        }
    }
}

#[async_trait]
impl Fanout for SharedFanout {
    async fn publish(&self, topic: &'static str, message: &[u8]) {
        self.local.publish(topic, message).await;
        let length = u8::try_from(topic.len()).expect("topics are short names in the code");
        let mut framed = Vec::with_capacity(9 + topic.len() + message.len());
        framed.extend(self.origin);
        framed.push(length);
        framed.extend(topic.as_bytes());
        framed.extend(message);
        let mut call = cmd("PUBLISH");
        call.arg(self.channel()).arg(framed);
        // Nobody may rely on it.
        let _ = self.redis.query::<i64>(&call).await;
    }

    fn subscribe(&self, topic: &'static str) -> Subscription {
        self.local.subscribe(topic)
    }
}

impl Listener {
    /// Listens, and again whenever it has to, until `stop` is done.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let mut stop = pin!(stop);
        tokio::select! {
            () = &mut stop => {}
            () = self.listen() => {}
        }
    }

    async fn listen(&self) {
        loop {
            for server in self.fanout.redis.nodes() {
                let lost = self.listen_at(&server).await;
                tracing::debug!(%server, ?lost, "news of other processes do not come in");
            }
            sleep(jittered(self.entropy.as_ref(), PAUSE)).await;
        }
    }

    /// Listens there until the connection is lost.
    async fn listen_at(&self, server: &Server) -> RedisResult<()> {
        let settings = self.fanout.redis.settings();
        let client = client(server, &settings.login, settings.tls.as_ref())?;
        let connected = timeout(CONNECT, async {
            let mut listening = client.get_async_pubsub().await?;
            listening.subscribe(self.fanout.channel()).await?;
            Ok::<_, redis::RedisError>(listening)
        });
        let Ok(listening) = connected.await else {
            return Ok(());
        };
        let (mut sink, mut news) = listening?.split();
        // Whatever was said before is missed, at the first time as well: the listeners were there earlier.
        self.fanout.local.tell_gap();
        loop {
            let next = timeout(SILENCE, self.take(&mut news)).await;
            match next {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(_) => match timeout(CONNECT, sink.ping::<redis::Value>()).await {
                    Ok(answer) => drop(answer?),
                    Err(_) => return Ok(()),
                },
            }
        }
    }

    async fn take(&self, news: &mut PubSubStream) -> bool {
        let message = news.next().await;
        if let Some(message) = &message {
            self.fanout.hear(message.get_payload_bytes());
        }
        message.is_some()
    }
}
