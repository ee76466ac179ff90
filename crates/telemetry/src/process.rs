//! Figures of the process itself, read from `/proc` at each scrape. Elsewhere than on Linux there are none.

use std::{fmt, fs};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
    registry::Unit,
};

/// `/proc` counts in hundredths of a second on every architecture that Linux gives to programs.
const TICKS_PER_SECOND: f64 = 100.0;

#[derive(Debug)]
pub(crate) struct ProcessCollector;

impl Collector for ProcessCollector {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let Some(figures) = Figures::read() else {
            return Ok(());
        };
        let mut gauge = |name: &str, help: &str, unit: Option<&Unit>, value: f64| {
            let gauge = ConstGauge::new(value);
            let metric = encoder.encode_descriptor(
                name,
                help,
                unit,
                prometheus_client::metrics::MetricType::Gauge,
            )?;
            gauge.encode(metric)
        };
        gauge(
            "process_start_time",
            "Start of the process since the epoch.",
            Some(&Unit::Seconds),
            figures.started,
        )?;
        gauge(
            "process_resident_memory",
            "Memory in use.",
            Some(&Unit::Bytes),
            figures.resident,
        )?;
        gauge(
            "process_open_fds",
            "Open file descriptors.",
            None,
            figures.descriptors,
        )?;
        gauge("process_threads", "Threads.", None, figures.threads)?;
        let cpu = ConstCounter::new(figures.cpu);
        let help = "Processor time used.";
        let kind = prometheus_client::metrics::MetricType::Counter;
        cpu.encode(encoder.encode_descriptor("process_cpu", help, Some(&Unit::Seconds), kind)?)
    }
}

struct Figures {
    started: f64,
    resident: f64,
    cpu: f64,
    descriptors: f64,
    threads: f64,
}

impl Figures {
    fn read() -> Option<Self> {
        // The name in parentheses may hold spaces; the fields that count come after it, from the third on.
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |position: usize| {
            Some(fields.get(position - 3)?.parse::<f64>().ok()? / TICKS_PER_SECOND)
        };
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let booted = labelled(&fs::read_to_string("/proc/stat").ok()?, "btime")?;
        Some(Self {
            started: booted + ticks(22)?,
            resident: labelled(&status, "VmRSS:")? * 1024.0,
            cpu: ticks(14)? + ticks(15)?,
            descriptors: count("/proc/self/fd")?,
            threads: labelled(&status, "Threads:")?,
        })
    }
}

fn count(directory: &str) -> Option<f64> {
    let entries = fs::read_dir(directory).ok()?.count();
    u32::try_from(entries).ok().map(f64::from)
}

fn labelled(text: &str, label: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(label))?;
    rest.split_whitespace().next()?.parse().ok()
}
