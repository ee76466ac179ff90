//! Traces, as a collector gets them.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{self, Receiver, Sender},
    thread,
    time::{Duration, Instant},
};

use data_encoding::HEXLOWER;
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::{Span, Status, span::SpanKind, status::StatusCode},
};
use prost::Message;
use serde_json::json;

use crate::program::{Server, ask, data_dir, said};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";
const PATIENCE: Duration = Duration::from_secs(20);

/// A request that came in.
struct Came {
    path: String,
    head: String,
    body: Vec<u8>,
}

/// Takes whatever is sent to it.
struct Sink {
    address: SocketAddr,
    came: Receiver<Came>,
}

impl Sink {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, came) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let sender = sender.clone();
                thread::spawn(move || take(stream, &sender));
            }
        });
        Self { address, came }
    }

    /// The next request to this path.
    fn next(&self, path: &str) -> Came {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let came = self.came.recv_timeout(left);
            let came = came.unwrap_or_else(|_| panic!("nothing came to {path}"));
            if came.path == path {
                return came;
            }
        }
    }
}

fn take(stream: TcpStream, sender: &Sender<Came>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let head = head.to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        reader.read_exact(&mut body).unwrap();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        // The test may be over.
        drop(sender.send(Came { path, head, body }));
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        reader.get_mut().write_all(answer).unwrap();
    }
}

/// The spans in what the collector was sent, each with the attributes of its process.
fn spans(sink: &Sink) -> Vec<(Vec<KeyValue>, Span)> {
    let exports = sink
        .came
        .try_iter()
        .filter(|came| came.path == "/v1/traces");
    let requests = exports.map(|came| ExportTraceServiceRequest::decode(&*came.body).unwrap());
    let mut found = Vec::new();
    for spans in requests.flat_map(|request| request.resource_spans) {
        let resource = spans.resource.unwrap().attributes;
        let all = spans.scope_spans.into_iter().flat_map(|scope| scope.spans);
        found.extend(all.map(|span| (resource.clone(), span)));
    }
    found
}

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn attribute(of: &[KeyValue], key: &str) -> Option<Value> {
    let found = of.iter().find(|attribute| attribute.key == key)?;
    found.value.clone().and_then(|AnyValue { value }| value)
}

fn traced(data: &std::path::Path, endpoint: &str) -> Server {
    let endpoint = format!("traces.otlp_endpoint={endpoint}");
    let private = "webhooks.allow_private_addresses=true";
    Server::start_with(data, &["--set", &endpoint, "--set", private])
}

/// A key of a project that may do everything, as a header.
fn key(data: &std::path::Path) -> String {
    said(data, &["project", "create", "--slug", "my-app"]);
    let made = [
        "key",
        "create",
        "--project",
        "my-app",
        "--name",
        "x",
        "--scope",
        "all",
    ];
    let said = said(data, &made);
    let secret = said
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("inv_"));
    format!("Bearer {}", secret.unwrap())
}

#[test]
fn a_request_is_told_in_the_trace_it_names_and_a_webhook_carries_its_own() {
    let (data, sink) = (data_dir(), Sink::start());
    let server = traced(data.path(), &format!("http://{}/", sink.address));
    let key = key(data.path());
    let parent = format!("00-{TRACE}-{PARENT}-01");
    let headers = [("Authorization", &*key), ("traceparent", &parent)];
    assert_eq!(server.get("/api/v1/codes?limit=1", &headers).status, 200);
    let line = server.line("request");
    assert_eq!(line["trace_id"], TRACE, "{line}");
    assert!(
        line["request_id"].is_string() && line.get("otel.kind").is_none(),
        "{line}"
    );

    let json = [
        ("Authorization", &*key),
        ("content-type", "application/json"),
    ];
    let endpoint = json!({ "url": format!("http://{}/hook", sink.address) }).to_string();
    let made = ask(server.address, "POST", "/api/v1/webhooks", &json, &endpoint);
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.json()["endpoint"]["id"].as_str().unwrap().to_owned();
    let test = format!("/api/v1/webhooks/{id}/test");
    let tested = ask(server.address, "POST", &test, &json, "");
    assert!(tested.status < 300, "{tested:?}");
    let hook = sink.next("/hook");
    let told = hook
        .head
        .lines()
        .find_map(|line| line.strip_prefix("traceparent: "));
    let (_, told) = told.expect(&hook.head).split_once('-').unwrap();
    let (webhook_trace, rest) = told.split_once('-').unwrap();
    assert_eq!(rest.split_once('-').unwrap().1, "01");

    server.stop();
    let spans = spans(&sink);
    let named = |name: &str| {
        let mut all = spans.iter().filter(|(_, span)| span.name == name);
        all.next_back().unwrap_or_else(|| panic!("no {name}"))
    };
    let (resource, request) = named("GET /api/v1/codes");
    assert_eq!(hex(&request.trace_id), TRACE);
    assert_eq!(hex(&request.parent_span_id), PARENT);
    assert_eq!(request.kind(), SpanKind::Server);
    assert!(request.end_time_unix_nano > request.start_time_unix_nano);
    let attributes = &request.attributes;
    let route = attribute(attributes, "http.route");
    assert_eq!(route, Some(Value::StringValue("/api/v1/codes".to_owned())));
    let status = attribute(attributes, "http.response.status_code");
    assert_eq!(status, Some(Value::IntValue(200)));
    let service = attribute(resource, "service.name");
    assert_eq!(service, Some(Value::StringValue("inviter".to_owned())));
    let failed = |status: &Status| status.code() == StatusCode::Error;
    assert!(!request.status.as_ref().is_some_and(failed));
    let (_, delivered) = named("webhook.deliver");
    assert_eq!(hex(&delivered.trace_id), webhook_trace);
    assert_eq!(rest.split_once('-').unwrap().0, hex(&delivered.span_id));
}

#[test]
fn a_collector_that_is_away_or_hangs_costs_nothing_but_its_traces() {
    // One that takes connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let hangs = format!("http://{}", silent.local_addr().unwrap());
    for endpoint in ["http://127.0.0.1:9", &hangs] {
        let data = data_dir();
        let server = traced(data.path(), endpoint);
        let begun = Instant::now();
        for _ in 0..100 {
            assert_eq!(server.get("/console/sign-in", &[]).status, 200);
        }
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
        let stopping = Instant::now();
        server.stop();
        assert!(
            stopping.elapsed() < PATIENCE / 2,
            "{:?}",
            stopping.elapsed()
        );
    }
}

#[test]
fn without_a_collector_nothing_is_told() {
    let (data, sink) = (data_dir(), Sink::start());
    let server = Server::start(data.path());
    let parent = format!("00-{TRACE}-{PARENT}-01");
    server.get("/livez", &[("traceparent", &parent)]);
    let line = server.line("request");
    assert!(line.get("trace_id").is_none(), "{line}");
    server.stop();
    assert!(spans(&sink).is_empty());
}
