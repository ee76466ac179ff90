//! Calls: each within its time, none where they have failed of late.

use std::{sync::PoisonError, time::Duration};

use redis::{Cmd, ErrorKind, FromRedisValue, RedisResult, Script, ServerErrorKind};
use tokio::time::{Instant, timeout};

use super::{Redis, Unanswered, fault, link::Link};

impl Redis {
    /// Asks one question.
    pub(crate) async fn query<T: FromRedisValue>(&self, cmd: &Cmd) -> Result<T, Unanswered> {
        self.call(async |mut link| cmd.query_async(&mut link).await)
            .await
    }

    /// Runs a script of one key there. Only the first time its text travels.
    pub(crate) async fn evaluate<T: FromRedisValue>(
        &self,
        (script, text): (&Script, &str),
        key: &str,
        arguments: &[&[u8]],
    ) -> Result<T, Unanswered> {
        let command = |name: &str, script: &str| {
            let mut call = redis::cmd(name);
            call.arg(script).arg(1).arg(key).arg(arguments);
            call
        };
        self.call(async |mut link| {
            let known = command("EVALSHA", script.get_hash());
            match known.query_async(&mut link).await {
                Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                    command("EVAL", text).query_async(&mut link).await
                }
                answer => answer,
            }
        })
        .await
    }

    /// One call within its time, noted by breaker and observer.
    async fn call<T>(
        &self,
        work: impl AsyncFnOnce(Link) -> RedisResult<T>,
    ) -> Result<T, Unanswered> {
        let Some(link) = self.link() else {
            self.observe("skipped", Duration::ZERO);
            return Err(Unanswered);
        };
        let started = Instant::now();
        let answer = timeout(self.0.settings.timeout, work(link)).await;
        let outcome = match &answer {
            Ok(Ok(_)) => "ok",
            Ok(Err(_)) => "error",
            Err(_) => "late",
        };
        self.observe(outcome, started.elapsed());
        match answer {
            Ok(Ok(answer)) => {
                self.0.breaker.succeeded();
                return Ok(answer);
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "a call to Redis failed");
                if fault::asks_for_another(&error) {
                    self.0.suspicion.notify_one();
                }
            }
            Err(_) => {}
        }
        if self.0.breaker.failed() {
            self.lost("too many calls failed");
        }
        Err(Unanswered)
    }

    fn link(&self) -> Option<Link> {
        if !self.is_answering() {
            return None;
        }
        let link = self.0.link.read();
        link.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn observe(&self, outcome: &'static str, elapsed: Duration) {
        if let Some(observer) = &self.0.observer {
            observer.called(outcome, elapsed);
        }
    }
}
