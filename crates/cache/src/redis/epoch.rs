//! A number in Redis that says which entries may be believed.
//!
//! Whoever could not reach Redis could not tell it what changed either. So every process that comes (back) begins a new
//! epoch, which is part of the key of every entry: what was kept before is not found any more and fades by itself. The
//! others see the new number with their next beat and use it too. Numbers are times of the server, and only grow.

use redis::{RedisResult, cmd};

use super::link::Link;

/// How long the number stays when nobody asks: far longer than any entry.
const STAY_MS: u32 = 86_400_000;

/// A write that changes nothing proves that writes are taken.
const BEAT: &str = "local epoch = redis.call('GET', KEYS[1])
if epoch then redis.call('PEXPIRE', KEYS[1], ARGV[1]) else redis.call('DEL', KEYS[1]) end
return epoch";

const BEGIN: &str = "local time = redis.call('TIME')
local epoch = time[1] * 1000000 + time[2]
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
if epoch <= last then epoch = last + 1 end
local text = string.format('%.0f', epoch)
redis.call('SET', KEYS[1], text, 'PX', ARGV[1])
return text";

/// The present number, from a server that takes writes; none where it was lost.
pub(super) async fn beat(link: &mut Link, prefix: &str) -> RedisResult<Option<u64>> {
    evaluate(BEAT, prefix).query_async(link).await
}

/// Begins the next.
pub(super) async fn begin(link: &mut Link, prefix: &str) -> RedisResult<u64> {
    evaluate(BEGIN, prefix).query_async(link).await
}

fn evaluate(script: &str, prefix: &str) -> redis::Cmd {
    let mut call = cmd("EVAL");
    call.arg(script)
        .arg(1)
        .arg(format!("{prefix}:epoch"))
        .arg(STAY_MS);
    call
}
