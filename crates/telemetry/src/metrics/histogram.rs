//! A histogram that is observed without waiting: three relaxed additions to atomic numbers.
//!
//! The one of `prometheus-client` takes a lock for each value, which on the route of links is what everybody would meet at.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder, NoLabelSet},
    metrics::{MetricType, TypedMetric},
};

/// How often values fell between which bounds. Clones share what is counted.
#[derive(Debug, Clone)]
pub struct Histogram(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    /// Upper bounds, each included; what is above the last falls into a bucket of its own.
    bounds: &'static [f64],
    buckets: Box<[AtomicU64]>,
    /// The bits of the sum of all values.
    sum: AtomicU64,
}

impl Histogram {
    pub(crate) fn new(bounds: &'static [f64]) -> Self {
        Self(Arc::new(Counted {
            bounds,
            buckets: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0),
        }))
    }

    /// Counts a value.
    pub fn observe(&self, value: f64) {
        let Counted {
            bounds,
            buckets,
            sum,
        } = &*self.0;
        let place = bounds.partition_point(|bound| *bound < value);
        buckets[place].fetch_add(1, Relaxed);
        let added = |bits| Some((f64::from_bits(bits) + value).to_bits());
        // Never an error: there always is a next value.
        let _ = sum.fetch_update(Relaxed, Relaxed, added);
    }
}

impl TypedMetric for Histogram {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Histogram {
    /// The number of values is that of the buckets as they are read, so that both agree whatever is counted meanwhile.
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let counted = &*self.0;
        let bounds = counted.bounds.iter().copied().chain([f64::INFINITY]);
        let counts = counted.buckets.iter().map(|bucket| bucket.load(Relaxed));
        let buckets: Vec<(f64, u64)> = bounds.zip(counts).collect();
        let all = buckets.iter().map(|(_, count)| count).sum();
        let sum = f64::from_bits(counted.sum.load(Relaxed));
        encoder.encode_histogram::<NoLabelSet>(sum, all, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}
