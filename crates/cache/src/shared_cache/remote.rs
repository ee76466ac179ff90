//! The second level: bytes in Redis.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use kernel::Entropy;
use redis::{Script, cmd};

use super::{Kept, SharedCache, jittered};
use crate::Redis;

/// An entry is its version in eight bytes, what it is, and the value. Versions are compared as two halves, since a number
/// of Lua holds 53 bits. A mark gives way to what is as new, and a value does not give way to a mark that is as new.
const KEEP: &str = "local present = redis.call('GET', KEYS[1])
if present then
  local high, low = struct.unpack('>I4I4', present)
  local new_high, new_low = struct.unpack('>I4I4', ARGV[1])
  if high > new_high or (high == new_high and low > new_low) then return 0 end
  if high == new_high and low == new_low and string.byte(ARGV[1], 9) == 0 then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1";

const MARK: u8 = 0;
const ABSENT: u8 = 1;
const PRESENT: u8 = 2;

/// Bytes kept in Redis under one name.
///
/// Where a call gets no answer nothing is found and nothing kept, and a mark may be missing: who asks remembers what he was
/// told to be out of date, as [`Tiered`](crate::Tiered) does.
#[derive(Debug)]
pub struct RemoteCache {
    redis: Redis,
    name: &'static str,
    entropy: Arc<dyn Entropy>,
    keep: Script,
}

impl RemoteCache {
    /// The entries called `name`.
    pub fn new(redis: Redis, name: &'static str, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            redis,
            name,
            entropy,
            keep: Script::new(KEEP),
        }
    }

    /// The key of the present epoch; none where entries are not to be believed.
    fn key(&self, key: &[u8]) -> Option<String> {
        let epoch = self.redis.epoch()?;
        Some(self.redis.key(&format!("cache:{}:{epoch}", self.name), key))
    }

    async fn keep(&self, key: &str, entry: &[u8], time_to_live: Duration) {
        let millis = time_to_live.as_millis().max(1).to_string();
        let arguments = [entry, millis.as_bytes()];
        // Nobody may rely on it.
        let _ = self
            .redis
            .evaluate::<i64>((&self.keep, KEEP), key, &arguments)
            .await;
    }
}

fn entry(version: u64, kind: u8, value: &[u8]) -> Vec<u8> {
    let mut entry = Vec::with_capacity(9 + value.len());
    entry.extend(version.to_be_bytes());
    entry.push(kind);
    entry.extend(value);
    entry
}

#[async_trait]
impl SharedCache for RemoteCache {
    async fn get(&self, key: &[u8]) -> Option<Kept> {
        let mut call = cmd("GET");
        call.arg(self.key(key)?);
        let entry: Vec<u8> = self.redis.query::<Option<Vec<u8>>>(&call).await.ok()??;
        let (version, rest) = entry.split_first_chunk::<8>()?;
        let value = match rest.split_first()? {
            (&ABSENT, _) => None,
            (&PRESENT, value) => Some(value.to_vec()),
            _ => return None,
        };
        Some(Kept {
            version: u64::from_be_bytes(*version),
            value,
        })
    }

    async fn put(&self, key: &[u8], kept: &Kept, time_to_live: Duration) {
        let Some(key) = self.key(key) else { return };
        let entry = match &kept.value {
            Some(value) => entry(kept.version, PRESENT, value),
            None => entry(kept.version, ABSENT, b""),
        };
        let mut chance = [0];
        self.entropy.fill(&mut chance);
        self.keep(&key, &entry, jittered(time_to_live, chance[0]))
            .await;
    }

    async fn outdate(&self, key: &[u8], version: u64, time_to_live: Duration) {
        // Without an epoch nothing is believed anyway, and the next one begins empty.
        let Some(key) = self.key(key) else { return };
        let mark = entry(version, MARK, b"");
        self.keep(&key, &mark, time_to_live).await;
    }

    async fn delete(&self, key: &[u8]) {
        let Some(key) = self.key(key) else { return };
        let mut call = cmd("DEL");
        call.arg(key);
        let _ = self.redis.query::<i64>(&call).await;
    }
}
