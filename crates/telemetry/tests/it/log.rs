use std::{
    io,
    sync::{Arc, Mutex},
};

use inviter_telemetry::{Format, LineFormat, LogError, Traces, init};
use serde_json::Value;
use tracing_subscriber::fmt::{MakeWriter, format::JsonFields};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("no test panics while writing")
            .write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[test]
fn an_event_is_one_flat_object_with_the_fields_of_its_spans() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .fmt_fields(JsonFields::new())
        .event_format(LineFormat)
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let request = tracing::info_span!("request", request_id = "abc");
        let _request = request.enter();
        let _job = tracing::info_span!("job", kind = "mail").entered();
        tracing::warn!(
            status = 503,
            ms = 1.5,
            error = "line\n\"break\"",
            "too late"
        );
        tracing::info_span!("empty").in_scope(|| tracing::info!("plain"));
    });
    let text = String::from_utf8(log.0.lock().expect("written").clone()).expect("UTF-8");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    assert_eq!(lines.len(), 2);
    let first = &lines[0];
    assert_eq!(
        (&first["level"], &first["message"]),
        (&"WARN".into(), &"too late".into())
    );
    assert_eq!(
        (&first["request_id"], &first["kind"]),
        (&"abc".into(), &"mail".into())
    );
    assert_eq!((&first["status"], &first["ms"]), (&503.into(), &1.5.into()));
    assert_eq!(first["error"], "line\n\"break\"");
    assert!(
        first["timestamp"]
            .as_str()
            .is_some_and(|time| time.ends_with('Z')),
        "{first}"
    );
    assert_eq!(lines[1]["request_id"], "abc");
}

#[test]
fn a_level_is_one_of_five_and_the_log_is_set_up_once() {
    let off = Traces::default();
    assert!(
        matches!(init(Format::Json, "loud", &off), Err(LogError::Level(level)) if level == "loud")
    );
    assert!(init(Format::Text, "info", &off).is_ok());
    assert!(matches!(
        init(Format::Text, "info", &off),
        Err(LogError::Twice)
    ));
}
