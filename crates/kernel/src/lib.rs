#![doc = include_str!("../README.md")]

mod amount;
mod clock;
mod ctx;
mod entropy;
mod id;
mod page;
mod problem;

pub use amount::{Amount, AmountOverflow, Unit, UnitError};
pub use clock::{Clock, FakeClock, SystemClock, Timestamp, is_usable};
pub use ctx::{Actor, Ctx, IdempotencyKey};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use id::{
    CodeId, CouponId, DeliveryId, EndpointId, EventId, GrantId, Id, IdError, InvitationId, JobId,
    KeyId, Kind, MemberId, NoticeId, OperatorId, PoolId, ProcessId, ProgramId, ProjectId,
    ReferralId, SessionId, TransferId, kinds,
};
pub use page::{Cursor, CursorError, Page, PageRequest, Place};
pub use problem::{FieldError, Problem, ProblemCode};
pub use secrecy::{ExposeSecret, SecretString};
