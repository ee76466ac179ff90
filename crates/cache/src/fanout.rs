//! News for whoever listens, in this process and others. News are hints: who hears one looks for himself, and nothing is
//! only in them.

mod shared;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use tokio::sync::broadcast::{self, error::RecvError};

pub use self::shared::{Listener, SharedFanout};

/// So many messages wait for a listener before the oldest are lost to it.
const BACKLOG: usize = 1024;

/// The seam for news.
#[async_trait]
pub trait Fanout: Send + Sync + fmt::Debug {
    /// Tells everybody who listens to `topic`, this process included. Whether others hear it is not known.
    async fn publish(&self, topic: &'static str, message: &[u8]);

    /// Listens to `topic` from now on.
    fn subscribe(&self, topic: &'static str) -> Subscription;
}

/// What a listener hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A message.
    Message(Arc<[u8]>),
    /// Messages may have been missed: whatever they may have said has to be looked at.
    Gap,
}

/// Somebody who listens.
#[derive(Debug)]
pub struct Subscription(broadcast::Receiver<Heard>);

impl Subscription {
    /// The next that is heard; it may take for ever.
    pub async fn next(&mut self) -> Heard {
        match self.0.recv().await {
            Ok(heard) => heard,
            Err(RecvError::Lagged(_)) => Heard::Gap,
            // Nobody can speak any more.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// News within this process.
#[derive(Debug, Default)]
pub struct LocalFanout {
    topics: Mutex<HashMap<String, broadcast::Sender<Heard>>>,
}

impl LocalFanout {
    /// Tells the listeners of `topic` in this process.
    pub(crate) fn tell(&self, topic: &str, heard: Heard) {
        let topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listeners) = topics.get(topic) {
            // An error says that nobody listens.
            let _ = listeners.send(heard);
        }
    }

    /// Tells the listeners of every topic that they may have missed something.
    pub(crate) fn tell_gap(&self) {
        let topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        for listeners in topics.values() {
            let _ = listeners.send(Heard::Gap);
        }
    }
}

#[async_trait]
impl Fanout for LocalFanout {
    async fn publish(&self, topic: &'static str, message: &[u8]) {
        self.tell(topic, Heard::Message(message.into()));
    }

    fn subscribe(&self, topic: &'static str) -> Subscription {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        let listeners = topics
            .entry(topic.to_owned())
            .or_insert_with(|| broadcast::channel(BACKLOG).0);
        Subscription(listeners.subscribe())
    }
}
