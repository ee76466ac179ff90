//! The labels, all of bounded sets.

use prometheus_client::encoding::EncodeLabelSet;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Build {
    pub(crate) version: &'static str,
}

/// Any labels of the set, for the catalogue.
pub(crate) trait Sample {
    fn sample() -> Self;
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct HttpLabels {
    pub(crate) method: &'static str,
    pub(crate) route: String,
    pub(crate) status: &'static str,
}

impl Sample for HttpLabels {
    fn sample() -> Self {
        Self {
            method: "",
            route: String::new(),
            status: "",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OutcomeLabel {
    pub(crate) outcome: &'static str,
}

impl Sample for OutcomeLabel {
    fn sample() -> Self {
        Self { outcome: "" }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct StateLabel {
    pub(crate) state: &'static str,
}

impl Sample for StateLabel {
    fn sample() -> Self {
        Self { state: "" }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct MemberLabel {
    pub(crate) member: String,
}

impl Sample for MemberLabel {
    fn sample() -> Self {
        Self {
            member: String::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct MemberStateLabels {
    pub(crate) member: String,
    pub(crate) state: &'static str,
}

impl Sample for MemberStateLabels {
    fn sample() -> Self {
        Self {
            member: String::new(),
            state: "",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct NameLabel {
    pub(crate) name: &'static str,
}

impl Sample for NameLabel {
    fn sample() -> Self {
        Self { name: "" }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct JobLabels {
    pub(crate) kind: &'static str,
    pub(crate) outcome: &'static str,
}

impl Sample for JobLabels {
    fn sample() -> Self {
        Self {
            kind: "",
            outcome: "",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct CacheLabels {
    pub(crate) level: &'static str,
    pub(crate) result: &'static str,
}

impl Sample for CacheLabels {
    fn sample() -> Self {
        Self {
            level: "",
            result: "",
        }
    }
}

/// The label of a method. Anybody can send one of their own making.
pub(crate) fn method(name: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN
        .into_iter()
        .find(|known| *known == name)
        .unwrap_or("other")
}

/// The label of a status.
pub(crate) fn status_class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

/// Which cache answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheLevel {
    /// In the memory of this process.
    Memory,
    /// In Redis.
    Redis,
}

impl CacheLevel {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Redis => "redis",
        }
    }
}
