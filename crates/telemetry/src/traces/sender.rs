//! Carries spans to the collector with the HTTP client that everything else uses.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use reqwest::{Client, Response as Answer};
use tokio::runtime::Handle;

use crate::client_builder;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Spans come from a thread that is none of the runtime's, so their requests are handed to it.
#[derive(Debug)]
pub(super) struct Sender {
    client: Client,
    runtime: Handle,
    /// Whether the last ones arrived: that they do not is said once, not every few seconds.
    arrived: AtomicBool,
}

impl Sender {
    pub(super) fn new(runtime: Handle) -> reqwest::Result<Self> {
        Ok(Self {
            client: client_builder().timeout(TIMEOUT).build()?,
            runtime,
            arrived: AtomicBool::new(true),
        })
    }

    async fn send(client: Client, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = client.execute(request.try_into()?).await?;
        let status = answer.error_for_status_ref().map(Answer::status)?;
        let mut response = Response::new(answer.bytes().await?);
        *response.status_mut() = status;
        Ok(response)
    }

    fn tell(&self, failed: Option<&HttpError>) {
        let before = self.arrived.swap(failed.is_none(), Relaxed);
        match failed {
            Some(error) if before => tracing::warn!(%error, "traces do not reach the collector"),
            None if !before => tracing::warn!("traces reach the collector again"),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sent = self.runtime.spawn(Self::send(self.client.clone(), request));
        let outcome = sent.await.unwrap_or_else(|stopped| Err(stopped.into()));
        self.tell(outcome.as_ref().err());
        outcome
    }
}
