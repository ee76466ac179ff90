//! Typed ids: a UUIDv7 inside, `mem_01h…` at the edge.
//!
//! The time part carries milliseconds and 12 bits below them, so that ids made in one process within the same
//! millisecond still sort by time: rows land at the end of their index.

use std::{cmp::Ordering, fmt, hash::Hash, hash::Hasher, marker::PhantomData, str::FromStr};

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::sync::LazyLock;
use uuid::Uuid;

use crate::{clock::Timestamp, entropy::Entropy};

static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut spec = Specification::new();
    spec.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    spec.encoding()
        .expect("the alphabet has 32 distinct symbols")
});

/// Characters of an id behind its prefix.
const LENGTH: usize = 26;

/// An id of one kind of thing. `K` names the kind; mixing kinds does not compile.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

/// What an id is of.
pub trait Kind {
    /// The prefix at the edge, without the underscore.
    const PREFIX: &'static str;
}

/// Why a text is no id of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id: expected `{expected}_` and 26 characters")]
pub struct IdError {
    expected: &'static str,
}

impl<K: Kind> Id<K> {
    /// A new id for something that comes into being at `now`. After the time it has a count of 14 bits: what is made in one
    /// instant sorts as it was made, so that the rows of a set land one behind the other in each index.
    pub fn new(now: Timestamp, entropy: &dyn Entropy) -> Self {
        let mut random = [0; 10];
        entropy.fill(&mut random);
        let micros = now.timestamp_micros().max(0).unsigned_abs();
        let fraction = u16::try_from((micros % 1000) * 4096 / 1000).unwrap_or(u16::MAX);
        random[..2].copy_from_slice(&fraction.to_be_bytes());
        // The two bits above the fourteen become the variant.
        random[2..4].copy_from_slice(&entropy.count().to_be_bytes());
        Self::from_uuid(
            uuid::Builder::from_unix_timestamp_millis(micros / 1000, &random).into_uuid(),
        )
    }

    /// An id read back from storage.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// An id derived from other facts, the same for the same facts: for effects that may run twice.
    pub fn derived(bytes: [u8; 16]) -> Self {
        Self::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The 128 bits for storage.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; LENGTH];
        let text = BASE32.encode_mut_str(self.0.as_bytes(), &mut text);
        f.write_str(K::PREFIX)?;
        f.write_str("_")?;
        f.write_str(text)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let error = IdError {
            expected: K::PREFIX,
        };
        let body = text
            .strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .ok_or_else(|| error.clone())?;
        let mut bytes = [0; 16];
        if body.len() != LENGTH || BASE32.decode_mut(body.as_bytes(), &mut bytes).is_err() {
            return Err(error);
        }
        Ok(Self::from_uuid(Uuid::from_bytes(bytes)))
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(PhantomData))
    }
}

/// Reads an id where it stands.
struct Text<K>(PhantomData<fn() -> K>);

impl<K: Kind> de::Visitor<'_> for Text<K> {
    type Value = Id<K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Id<K>, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! ids {
    ($($alias:ident $kind:ident $prefix:literal $doc:literal;)*) => {
        /// The kinds of id. Never made: they only name.
        pub mod kinds {
            $(
                #[doc = concat!("Kind of ", $doc, ".")]
                #[derive(Debug)]
                pub enum $kind {}
                impl super::Kind for $kind {
                    const PREFIX: &'static str = $prefix;
                }
            )*
        }
        $(
            #[doc = concat!("Id of ", $doc, ".")]
            pub type $alias = Id<kinds::$kind>;
        )*
    };
}

ids! {
    ProjectId Project "prj" "a project in one mode, the tenant of everything else";
    ProgramId Program "prg" "a program";
    MemberId Member "mem" "a member of the host application";
    CodeId Code "cod" "an invite code";
    InvitationId Invitation "ivt" "an invitation addressed to one e-mail";
    ReferralId Referral "ref" "a referral: who invited whom";
    EventId Event "evt" "an ingested event";
    GrantId Grant "grt" "a grant: one reward for one member";
    TransferId Transfer "trf" "a ledger transfer";
    PoolId Pool "cpl" "a coupon pool";
    CouponId Coupon "cpn" "a coupon of a pool";
    NoticeId Notice "ntc" "an in-app notice";
    EndpointId Endpoint "whk" "a webhook endpoint";
    DeliveryId Delivery "msg" "a webhook message";
    KeyId Key "key" "an API key";
    OperatorId Operator "opr" "an operator of the console";
    SessionId Session "ses" "a session in the browser";
    JobId Job "job" "a job of the queue";
    ProcessId Process "prc" "a process that writes to the database";
}
