//! The labels, all of bounded sets. Their defaults stand for any, in the catalogue.

use prometheus_client::encoding::EncodeLabelSet;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Build {
    pub(crate) version: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct HttpLabels {
    pub(crate) method: &'static str,
    pub(crate) route: String,
    pub(crate) status: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OutcomeLabel {
    pub(crate) outcome: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct StateLabel {
    pub(crate) state: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct MemberLabel {
    pub(crate) member: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct MemberStateLabels {
    pub(crate) member: String,
    pub(crate) state: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct NameLabel {
    pub(crate) name: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct JobLabels {
    pub(crate) kind: &'static str,
    pub(crate) outcome: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct CacheLabels {
    pub(crate) level: &'static str,
    pub(crate) result: &'static str,
}

/// Of a figure that is not there before it was looked at: a zero would be a lie.
pub(crate) type NoLabels = [(&'static str, &'static str); 0];

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct EventLabel {
    pub(crate) event: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct VerdictLabel {
    pub(crate) verdict: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct RewardLabels {
    pub(crate) kind: &'static str,
    pub(crate) unit: String,
    pub(crate) state: &'static str,
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

/// What somebody was refused for, or may do harm with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityEvent {
    /// A wrong password, or nobody's address, at the console.
    SignInFailed,
    /// Too many passwords were tried for one account.
    SignInThrottled,
    /// An API key or an access token that opens nothing.
    KeyRejected,
    /// The word of a host application for its member, which is not believed.
    MemberTokenRejected,
    /// More requests than the quota of an address, a key or a member.
    RateLimited,
    /// A webhook's address that leads to where no request may go.
    AddressRefused,
}

impl SecurityEvent {
    /// Each of them.
    pub const ALL: [Self; 6] = [
        Self::SignInFailed,
        Self::SignInThrottled,
        Self::KeyRejected,
        Self::MemberTokenRejected,
        Self::RateLimited,
        Self::AddressRefused,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::SignInFailed => "sign_in_failed",
            Self::SignInThrottled => "sign_in_throttled",
            Self::KeyRejected => "key_rejected",
            Self::MemberTokenRejected => "member_token_rejected",
            Self::RateLimited => "rate_limited",
            Self::AddressRefused => "address_refused",
        }
    }
}
