//! What load balancers and Prometheus ask a guard.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use store::{
    group::{self, Word},
    topology::MemberRole,
};
use telemetry::{GuardMetrics, Lifecycle};
use tokio::net::TcpListener;

use super::{
    figures::figures,
    watch::{Sight, Sights},
};
use crate::operations::{self, OPEN_METRICS};

/// What the answers are made of.
#[derive(Clone)]
pub(super) struct Answers {
    pub(super) sights: Sights,
    pub(super) metrics: Arc<GuardMetrics>,
    pub(super) interval: Duration,
    pub(super) reader_queue: i64,
}

impl Answers {
    pub(super) async fn listen(self, listener: TcpListener, life: Lifecycle) {
        let router = Router::new()
            .route("/writer", get(writer))
            .route("/reader", get(reader))
            .route("/livez", get(alive))
            .route("/metrics", get(metrics))
            .with_state(self);
        operations::listen(listener, router, life).await;
    }

    /// What was seen, if it was not too long ago to be true.
    fn recent(&self, age: Duration) -> Option<Arc<Sight>> {
        let sight = self.sights.borrow().clone();
        sight.filter(|sight| sight.at.elapsed() < self.interval + age)
    }

    fn own(&self) -> Option<(Arc<Sight>, Word)> {
        let sight = self.recent(Duration::from_secs(3))?;
        let word = sight.facts.members[sight.facts.own].word.clone()?;
        Some((sight, word))
    }
}

/// Is the member the one to write to?
async fn writer(State(answers): State<Answers>) -> Response {
    let own = answers.own();
    let fits =
        own.is_some_and(|(sight, _)| group::writer(&sight.facts.members) == Some(sight.facts.own));
    told(fits, "writer")
}

/// May it be read from, by whoever bears what is a little old?
async fn reader(State(answers): State<Answers>) -> Response {
    let own = answers.own();
    let fits = own.is_some_and(|(sight, word)| {
        let view = &word.view;
        group::in_group(&sight.facts.members).contains(&sight.facts.own)
            && view.role == Some(MemberRole::Secondary)
            && !view.offline
            && view.queue <= answers.reader_queue
    });
    told(fits, "reader")
}

/// Does the guard do its work? Whether its member does is another question.
async fn alive(State(answers): State<Answers>) -> Response {
    told(
        answers.recent(Duration::from_secs(30)).is_some(),
        "watching",
    )
}

fn told(fits: bool, what: &str) -> Response {
    let (status, no) = if fits {
        (StatusCode::OK, "")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ")
    };
    (
        status,
        [(CACHE_CONTROL, "no-store")],
        format!("{no}{what}\n"),
    )
        .into_response()
}

async fn metrics(State(answers): State<Answers>) -> Response {
    let sight = answers.sights.borrow().clone();
    let now = sight.map(|sight| figures(&sight)).unwrap_or_default();
    ([(CONTENT_TYPE, OPEN_METRICS)], answers.metrics.render(&now)).into_response()
}
