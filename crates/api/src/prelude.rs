//! What every file of an endpoint uses.

pub(crate) use app::App;
pub(crate) use axum::{Json, extract::State};
pub(crate) use chrono::{DateTime, Utc};
pub(crate) use http_kit::{Params, PathOf, Valid, Validate};
pub(crate) use kernel::{
    DeliveryId, EndpointId, EventId, GrantId, InvitationId, KeyId, MemberId, NoticeId, OperatorId,
    Problem, ProblemCode, ProgramId, ReferralId,
};
pub(crate) use serde::{Deserialize, Serialize};
pub(crate) use utoipa::{IntoParams, ToSchema};
pub(crate) use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use crate::{
    door::{Caller, Installation},
    failure::failures,
    page::{Page, list_query},
    refusal::{Answer, Made, made, shown},
    state::ApiState,
    v1::reason::Reason,
    words::words,
};
