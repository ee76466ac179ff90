//! Traces: what a request did and how long it took, told to a collector by OTLP over HTTP.
//!
//! Spans for the collector have a target of their own. The log does not see them, and where no traces are told nobody does: a
//! span is then a look at one flag. Nothing waits for the collector: spans that its queue has no room for are dropped.

use std::{fmt, time::Duration};

use opentelemetry::{
    Context,
    propagation::TextMapPropagator,
    trace::{Status, TraceContextExt, TracerProvider},
};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracerProvider},
};
use reqwest::header::HeaderMap;
use tokio::runtime::Handle;
use tracing::{Level, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, filter::Targets, registry::LookupSpan};
use url::Url;

use self::sender::Sender;

mod sender;

/// The target of spans for the collector.
pub(crate) const TARGET: &str = "otlp";
/// How long the last spans may take.
const LAST: Duration = Duration::from_secs(2);

/// Where traces go.
#[derive(Debug, Clone)]
pub struct TraceSettings {
    /// The collector: `http://HOST:4318`.
    pub endpoint: Url,
    /// Of a hundred traces that begin here, so many are told.
    pub sample_percent: u8,
    /// The version of the binary.
    pub version: &'static str,
}

/// The traces of this process, if they are told to anybody.
#[derive(Debug, Default)]
pub struct Traces(Option<SdkTracerProvider>);

/// Traces cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The address is not one that spans can be sent to.
    #[error("traces cannot be sent: {0}")]
    Exporter(#[from] ExporterBuildError),
    /// TLS cannot be set up.
    #[error("traces cannot be sent: {0}")]
    Client(#[from] reqwest::Error),
}

impl Traces {
    /// Sends traces from a thread of its own, whose requests are made on `runtime`.
    ///
    /// # Errors
    /// The address cannot be used, or TLS cannot be set up.
    pub fn new(settings: &TraceSettings, runtime: Handle) -> Result<Self, TraceError> {
        let base = settings.endpoint.as_str().trim_end_matches('/');
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender::new(runtime)?)
            .with_endpoint(format!("{base}/v1/traces"))
            .build()?;
        let part = f64::from(settings.sample_percent) / 100.0;
        let resource = Resource::builder_empty()
            .with_service_name("inviter")
            .with_attribute(opentelemetry::KeyValue::new(
                "service.version",
                settings.version,
            ));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
                part,
            ))))
            .with_resource(resource.build())
            .build();
        Ok(Self(Some(provider)))
    }

    /// Takes the spans that are for the collector, and no others.
    pub(crate) fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let tracer = self.0.as_ref()?.tracer("inviter");
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false);
        Some(layer.with_filter(Targets::new().with_target(TARGET, Level::INFO)))
    }

    /// Sends what is left, for two seconds at most.
    pub fn close(self) {
        if let Some(provider) = self.0
            && let Err(error) = provider.shutdown_with_timeout(LAST)
        {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// The span of a request, in the trace that its `traceparent` names where it has one. The span around it learns the id of the
/// trace, for the log.
pub fn request_span(method: &str, route: &str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = %Named(method, route),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
    );
    if !span.is_disabled() {
        let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
        // Never an error: the span is new, and the layer is there.
        drop(span.set_parent(parent));
        let trace = span.context().span().span_context().trace_id();
        Span::current().record("trace_id", tracing::field::display(trace));
    }
    span
}

/// Ends what is told of a request.
pub fn answered(span: &Span, status: u16) {
    if span.is_disabled() {
        return;
    }
    span.record("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.set_status(Status::error(""));
    }
}

/// The span of a job.
pub fn job_span(kind: &'static str) -> Span {
    tracing::info_span!(target: TARGET, "job", otel.name = kind, otel.kind = "consumer")
}

/// Tells a receiver in which trace it is asked, where there is one.
pub(crate) fn follow(headers: &mut HeaderMap) {
    let span = Span::current();
    if span.is_disabled() {
        return;
    }
    let context: Context = span.context();
    if context.span().span_context().is_valid() {
        TraceContextPropagator::new().inject_context(&context, &mut HeaderInjector(headers));
    }
}

struct Named<'a>(&'a str, &'a str);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.1)
    }
}
