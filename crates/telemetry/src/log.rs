//! The log: one line for each event, on standard error.

use std::{fmt, io::stderr};

use tracing::{Event, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    fmt::{
        FmtContext, FormatEvent, FormatFields, FormattedFields,
        format::{JsonFields, Writer},
        layer,
        time::{FormatTime, SystemTime},
    },
    layer::SubscriberExt,
    registry,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

use crate::traces::{TARGET, Traces};

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// The log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The level is none.
    #[error("\"{0}\" is no level: use error, warn, info, debug or trace")]
    Level(String),
    /// Something in this process logs already.
    #[error("the log is set up already")]
    Twice,
}

/// Sets up the log of this process, once, and what takes the spans of `traces`. `level` is the least important level that is
/// written.
pub fn init(format: Format, level: &str, traces: &Traces) -> Result<(), LogError> {
    let filter =
        EnvFilter::try_new(directives(level)?).map_err(|_| LogError::Level(level.to_owned()))?;
    match traces.layer() {
        None => alone(format, filter),
        Some(spans) => beside(format, filter, spans),
    }
}

fn alone(format: Format, filter: EnvFilter) -> Result<(), LogError> {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr);
    match format {
        Format::Text => builder.try_init(),
        Format::Json => builder
            .fmt_fields(JsonFields::new())
            .event_format(LineFormat)
            .try_init(),
    }
    .map_err(|_| LogError::Twice)
}

/// The level of the log does not decide which spans there are.
fn beside(
    format: Format,
    filter: EnvFilter,
    spans: impl Layer<Registry> + Send + Sync,
) -> Result<(), LogError> {
    let registry = registry().with(spans);
    let lines = layer().with_writer(stderr);
    match format {
        Format::Text => registry.with(lines.with_filter(filter)).try_init(),
        Format::Json => {
            let lines = lines.fmt_fields(JsonFields::new()).event_format(LineFormat);
            registry.with(lines.with_filter(filter)).try_init()
        }
    }
    .map_err(|_| LogError::Twice)
}

/// What Inviter is built on speaks one level more quietly than Inviter, except at `trace`.
fn directives(level: &str) -> Result<String, LogError> {
    let others = match level {
        "error" => "error",
        "warn" | "info" => "warn",
        "debug" => "info",
        "trace" => return Ok(format!("trace,{TARGET}=off")),
        _ => return Err(LogError::Level(level.to_owned())),
    };
    // The crates of the house are all called `inviter_…`, and a directive matches every target that begins with it.
    // The driver of Redis warns of each try to reach a node that is away; what comes of it `inviter_cache` says once.
    Ok(format!("{others},redis=error,{TARGET}=off,inviter={level}"))
}

/// An event as one flat JSON object: its own fields, then those of the spans around it, such as `request_id`.
#[derive(Debug, Clone, Copy)]
pub struct LineFormat;

impl<S> FormatEvent<S, JsonFields> for LineFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        line.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut line)?;
        let metadata = event.metadata();
        write!(
            line,
            "\",\"level\":\"{}\",\"target\":\"{}\"",
            metadata.level(),
            metadata.target()
        )?;
        let mut fields = String::new();
        context
            .field_format()
            .format_fields(Writer::new(&mut fields), event)?;
        append(&mut line, &fields)?;
        for span in context.event_scope().into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<FormattedFields<JsonFields>>() {
                append(&mut line, fields)?;
            }
        }
        line.write_str("}\n")
    }
}

/// Appends the members of a JSON object to the one being written.
fn append(line: &mut Writer<'_>, object: &str) -> fmt::Result {
    match object
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    {
        Some(members) if !members.is_empty() => write!(line, ",{members}"),
        _ => Ok(()),
    }
}
