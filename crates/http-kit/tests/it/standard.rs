use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::{Router, routing::get as on_get};
use http::{Request, header};
use inviter_http_kit::{
    Observer, ProblemResponse, ProblemResult, RequestId, SecurityHeaders, internal, not_found,
    standard,
};
use kernel::{Problem, ProblemCode};
use tracing_subscriber::fmt::MakeWriter;

use crate::{edge, get, kit, problem, send, text};

fn router() -> Router {
    let failing =
        || async { ProblemResult::<()>::Err(internal(io::Error::other("the disk is full"))) };
    let leaking = || async {
        ProblemResponse::from(Problem::new(ProblemCode::Unavailable, "10.0.0.1 refused"))
    };
    let panicking = || async { [(); 0].first().copied().expect("a bug") };
    let slow = || async { tokio::time::sleep(Duration::from_mins(1)).await };
    Router::new()
        .route(
            "/id/{name}",
            on_get(|RequestId(id): RequestId| async move { id.to_string() }),
        )
        .route("/failing", on_get(failing))
        .route("/leaking", on_get(leaking))
        .route("/panicking", on_get(panicking))
        .route("/slow", on_get(slow))
        .route(
            "/private",
            on_get(|| async { ProblemResponse::from(ProblemCode::Unauthenticated) }),
        )
        .route(
            "/framed",
            on_get(|| async { [(header::X_FRAME_OPTIONS, "SAMEORIGIN")] }),
        )
}

#[tokio::test]
async fn what_does_not_exist_is_a_problem() {
    assert_eq!(
        problem(
            send(&kit(router().fallback(not_found)), get("/nowhere")).await,
            404
        )
        .await
        .code,
        "not_found"
    );
    let request = Request::delete("/failing")
        .body(axum::body::Body::empty())
        .expect("a request");
    let response = send(&kit(router()), request).await;
    assert_eq!(response.headers()[header::ALLOW], "GET,HEAD");
    assert_eq!(problem(response, 405).await.code, "method_not_allowed");
}

#[tokio::test]
async fn a_failure_inside_says_nothing_of_its_cause() {
    for (path, status, code) in [
        ("/failing", 500, "internal"),
        ("/panicking", 500, "internal"),
        ("/leaking", 503, "unavailable"),
    ] {
        let body = problem(send(&kit(router()), get(path)).await, status).await;
        assert_eq!(
            (body.code.as_str(), body.detail.as_str()),
            (code, body.title.as_str()),
            "{path}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_request_is_given_up() {
    let response = send(&kit(router()), get("/slow")).await;
    assert_eq!(response.headers()[header::RETRY_AFTER], "1");
    assert_eq!(problem(response, 503).await.code, "unavailable");
}

#[tokio::test]
async fn missing_credentials_name_the_scheme() {
    let response = send(&kit(router()), get("/private")).await;
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
}

#[tokio::test]
async fn waiting_times_are_whole_seconds() {
    let handler = || async {
        ProblemResponse::from(ProblemCode::RateLimited).retry_after(Duration::from_millis(1200))
    };
    let response = send(&kit(Router::new().route("/", on_get(handler))), get("/")).await;
    assert_eq!(response.headers()[header::RETRY_AFTER], "2");
}

#[tokio::test]
async fn a_sane_request_id_is_kept_and_another_is_replaced() {
    let with = |id: &str| {
        let mut request = get("/id/x");
        request
            .headers_mut()
            .insert("x-request-id", id.parse().expect("a header value"));
        request
    };
    let kit = kit(router());
    assert_eq!(text(send(&kit, with("abc-1.2_3")).await).await, "abc-1.2_3");
    let long = "x".repeat(65);
    for id in ["", "a b", "a\"b", long.as_str()] {
        let response = send(&kit, with(id)).await;
        let header = response.headers()["x-request-id"].clone();
        let made = text(response).await;
        assert!(
            made.len() == 32 && made != id && header == made.as_str(),
            "{id}: {made}"
        );
    }
}

#[tokio::test]
async fn security_headers_are_added_and_do_not_replace() {
    let plain = send(&kit(router()), get("/id/x")).await;
    assert_eq!(plain.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(
        plain.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("ASCII")
            .starts_with("default-src 'none'")
    );
    assert!(
        !plain
            .headers()
            .contains_key(header::STRICT_TRANSPORT_SECURITY)
    );
    let mut edge = edge();
    edge.security = SecurityHeaders { https: true };
    let secure = send(&standard(router(), &edge), get("/framed")).await;
    assert!(
        secure
            .headers()
            .contains_key(header::STRICT_TRANSPORT_SECURITY)
    );
    assert_eq!(secure.headers()[header::X_FRAME_OPTIONS], "SAMEORIGIN");
    assert_eq!(
        secure
            .headers()
            .get_all(header::X_FRAME_OPTIONS)
            .iter()
            .count(),
        1
    );
}

#[tokio::test]
async fn the_observer_hears_templates_not_paths() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let mut edge = edge();
    let ears = heard.clone();
    edge.observer = Observer::new(move |served| {
        let line = format!("{} {} {}", served.method, served.route, served.status);
        ears.lock()
            .expect("no test panics while listening")
            .push(line);
    });
    let router = standard(router(), &edge);
    for path in ["/id/secret", "/panicking", "/nowhere/secret"] {
        send(&router, get(path)).await;
    }
    let heard = heard.lock().expect("no test panics while listening");
    assert_eq!(
        *heard,
        [
            "GET /id/{name} 200",
            "GET /panicking 500",
            "GET unmatched 404"
        ]
    );
}

#[tokio::test]
async fn a_request_that_is_given_up_is_in_flight_no_more() {
    let (count, most) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let mut edge = edge();
    let (now, highest) = (count.clone(), most.clone());
    edge.observer = Observer::new(|_| {}).counting(move |change| {
        let before = now.fetch_add(change, Ordering::SeqCst);
        highest.fetch_max(before + change, Ordering::SeqCst);
    });
    let router = standard(router(), &edge);
    let slow = send(&router, get("/slow"));
    let given_up = tokio::time::timeout(Duration::from_millis(20), slow).await;
    assert!(given_up.is_err(), "it takes a minute");
    assert_eq!(most.load(Ordering::SeqCst), 1);
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

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

#[tokio::test]
async fn the_log_tells_the_cause_under_the_request_id() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .json()
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let body = problem(send(&kit(router()), get("/failing")).await, 500).await;
    send(&kit(router()), get("/panicking")).await;
    drop(guard);
    let lines = String::from_utf8(log.0.lock().expect("no test panics while writing").clone())
        .expect("UTF-8");
    let id = body.request_id.expect("an id");
    let about = |what: &str| {
        lines
            .lines()
            .find(|line| line.contains(what))
            .unwrap_or_else(|| panic!("{what}: {lines}"))
    };
    assert!(about("the disk is full").contains(&id));
    assert!(about("\"route\":\"/failing\"").contains(&id));
    assert!(about("panic: a bug").contains("request_id"));
}
