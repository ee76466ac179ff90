//! Keeps the connection: makes it, watches over it, makes it again.

use std::{pin::pin, sync::Arc, time::Duration};

use kernel::Entropy;
use tokio::time::{Instant, sleep, timeout};

use super::{
    Fault, Redis, epoch,
    link::{self, CONNECT, LOGIN_KEYS, Link, Opened},
};

/// How often a connection is asked whether all is well.
const BEAT: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// A connection that lived for so long was a good one: the next failure is a new one.
const GOOD: Duration = Duration::from_secs(5);

/// What has to run for a [`Redis`] to be of use.
#[derive(Debug)]
pub struct Keeper {
    redis: Redis,
    entropy: Arc<dyn Entropy>,
    pause: Duration,
}

impl Keeper {
    pub(super) const fn new(redis: Redis, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            redis,
            entropy,
            pause: FIRST_PAUSE,
        }
    }

    /// Connects, and again whenever it has to, until `stop` is done.
    pub async fn run(mut self, stop: impl Future<Output = ()> + Send) {
        let mut stop = pin!(stop);
        tokio::select! {
            () = &mut stop => {}
            () = self.keep() => {}
        }
        self.redis.close_down();
    }

    async fn keep(&mut self) {
        let mut last: Option<Opened> = None;
        loop {
            match self.begin(last.take()).await {
                Ok((opened, number)) => {
                    let since = Instant::now();
                    self.redis.opened(&opened, number);
                    last = self.watch(opened).await;
                    if since.elapsed() >= GOOD {
                        self.pause = FIRST_PAUSE;
                    }
                }
                Err(fault) => self.redis.fell(fault),
            }
            sleep(jittered(self.entropy.as_ref(), self.pause)).await;
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// A connection that takes writes, and a new epoch. The last one may hold on to nodes that are gone, so it comes second;
    /// but of a cluster it may know nodes that the configuration does not.
    async fn begin(&self, last: Option<Opened>) -> Result<(Opened, u64), Fault> {
        let fresh = async {
            let mut opened = link::open(self.redis.settings()).await?;
            let number = self.begin_epoch(&mut opened).await?;
            Ok((opened, number))
        };
        match (fresh.await, last) {
            (Err(fault), Some(mut opened)) => match self.begin_epoch(&mut opened).await {
                Ok(number) => Ok((opened, number)),
                Err(_) => Err(fault),
            },
            (fresh, _) => fresh,
        }
    }

    async fn begin_epoch(&self, opened: &mut Opened) -> Result<u64, Fault> {
        let prefix = &self.redis.settings().prefix;
        match timeout(CONNECT, epoch::begin(&mut opened.link, prefix)).await {
            Ok(Ok(number)) => Ok(number),
            Ok(Err(error)) => Err(Fault::from_error(&opened.server, &error, LOGIN_KEYS)),
            Err(_) => Err(Fault::silent(&opened.server)),
        }
    }

    /// Watches until the connection is of no use. Gives back one that may recover by itself.
    async fn watch(&self, mut opened: Opened) -> Option<Opened> {
        let mut looked = Instant::now();
        loop {
            tokio::select! {
                () = sleep(BEAT) => {}
                () = self.redis.suspected() => {}
            }
            let healthy = match self.beat(&mut opened).await {
                Ok(()) => self.redis.is_answering(),
                Err(fault) => {
                    self.redis.fell(fault);
                    false
                }
            };
            match (&opened.link, healthy) {
                (Link::Node(_), false) => return None,
                (Link::Cluster(_), false) => return Some(opened),
                // Some node of the cluster fails while others answer. A fresh look may know who took its place.
                (Link::Cluster(_), true)
                    if looked.elapsed() >= BEAT && self.redis.fails_in_part() =>
                {
                    looked = Instant::now();
                    tracing::warn!("part of the Redis cluster fails; its nodes are looked up anew");
                    if let Ok(fresh) = link::open(self.redis.settings()).await {
                        opened = fresh;
                        self.redis.replaced(&opened);
                    }
                }
                (_, true) => {}
            }
        }
    }

    /// One sign of life. The epoch is taken over from whoever began one, and begun anew where it is lost.
    async fn beat(&self, opened: &mut Opened) -> Result<(), Fault> {
        let prefix = &self.redis.settings().prefix;
        let before = self.redis.epoch();
        let beaten = timeout(CONNECT, epoch::beat(&mut opened.link, prefix)).await;
        let found = match beaten {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => {
                return Err(Fault::from_error(&opened.server, &error, LOGIN_KEYS));
            }
            Err(_) => return Err(Fault::silent(&opened.server)),
        };
        let number = match (before, found) {
            (Some(ours), Some(found)) if found >= ours => found,
            // Lost, or older than ours: what is there is not what was.
            _ => self.begin_epoch(opened).await?,
        };
        self.redis.adopt(before, number);
        Ok(())
    }
}

/// `pause`, give or take a fifth: whoever lost the same server does not come back at the same moment.
pub(crate) fn jittered(entropy: &dyn Entropy, pause: Duration) -> Duration {
    let mut byte = [0];
    entropy.fill(&mut byte);
    pause.mul_f64(0.8 + 0.4 * f64::from(byte[0]) / 255.0)
}
