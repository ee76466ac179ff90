//! The first argument of every use case: who acts, at what time, under which request.

use std::sync::Arc;

use crate::{
    clock::{Clock, Timestamp},
    entropy::Entropy,
    id::{Id, KeyId, Kind, MemberId, OperatorId},
};

/// Who acts. What they may do is decided by the use case, not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody known: a visitor of a public page.
    Anonymous,
    /// A member of the host application, by token.
    Member(MemberId),
    /// An API key of a project.
    Key(KeyId),
    /// A person with an account in the console.
    Operator(OperatorId),
    /// The command line on the machine itself.
    Cli,
    /// Inviter's own work: a job or a follower, by name.
    System(&'static str),
}

impl Actor {
    /// How the audit trail names the actor.
    pub fn label(&self) -> String {
        match self {
            Self::Anonymous => "anonymous".to_owned(),
            Self::Member(id) => id.to_string(),
            Self::Key(id) => id.to_string(),
            Self::Operator(id) => id.to_string(),
            Self::Cli => "cli".to_owned(),
            Self::System(name) => format!("system:{name}"),
        }
    }
}

/// A client's key for one write: the same key has one effect and one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The text of the header, or the name under which its answer is kept.
    pub key: String,
    /// A hash of method, path and body: the same key with another body is a conflict.
    pub fingerprint: [u8; 32],
}

/// The circumstances of one use case.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Who acts.
    pub actor: Actor,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// The id under which the log tells of this request.
    pub request_id: String,
    /// The client's idempotency key, where it sent one.
    pub idempotency: Option<IdempotencyKey>,
}

impl Ctx {
    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id of any kind.
    pub fn id<K: Kind>(&self) -> Id<K> {
        Id::new(self.now(), self.entropy.as_ref())
    }

    /// The same circumstances with another actor: a follower or job that acts for itself.
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self {
            actor,
            idempotency: None,
            ..self.clone()
        }
    }
}
