//! Requests.

use std::time::{Duration, Instant};

use prometheus_client::metrics::gauge::Gauge;

use super::{
    Histogram, Metrics,
    labels::{HttpLabels, method as method_label, status_class},
};

/// A route that is asked so often that what it counts in is looked up once, at the start. From then on a request costs a few
/// atomic additions: no lock, no table, no memory.
#[derive(Debug)]
pub struct HotRoute {
    /// One for each class of status.
    answered: [Histogram; 5],
    in_flight: Gauge,
}

/// A request to a [`HotRoute`], from its beginning until it is answered or given up.
#[derive(Debug)]
pub struct InFlight<'a> {
    route: &'a HotRoute,
    since: Instant,
}

impl HotRoute {
    /// A request was answered.
    pub fn observe(&self, status: u16, elapsed: Duration) {
        let class = usize::from(status / 100).clamp(1, self.answered.len());
        self.answered[class - 1].observe(elapsed.as_secs_f64());
    }

    /// A request began.
    pub fn begin(&self) -> InFlight<'_> {
        self.in_flight.inc();
        InFlight {
            route: self,
            since: Instant::now(),
        }
    }
}

impl InFlight<'_> {
    /// It was answered.
    pub fn answered(self, status: u16) {
        self.route.observe(status, self.since.elapsed());
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.route.in_flight.dec();
    }
}

impl Metrics {
    /// A request was answered. `route` is the template, never the path as it came.
    pub fn http_request(&self, method: &str, route: &str, status: u16, elapsed: Duration) {
        self.http_histogram(method, route, status)
            .observe(elapsed.as_secs_f64());
    }

    /// One more request is being answered, or one less.
    pub fn http_in_flight(&self, change: i64) {
        self.families.http_in_flight.inc_by(change);
    }

    /// The figures of a route, looked up once.
    pub fn hot_route(&self, method: &str, route: &str) -> HotRoute {
        HotRoute {
            answered: [100, 200, 300, 400, 500]
                .map(|status| self.http_histogram(method, route, status)),
            in_flight: self.families.http_in_flight.clone(),
        }
    }

    fn http_histogram(&self, method: &str, route: &str, status: u16) -> Histogram {
        let labels = HttpLabels {
            method: method_label(method),
            route: route.to_owned(),
            status: status_class(status),
        };
        self.families.http.get_or_create_owned(&labels)
    }
}
