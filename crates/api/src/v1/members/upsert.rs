//! `PUT /api/v1/members`

use super::Member;
use crate::prelude::*;

/// What is known of a person. Either `external_id` or `email` is needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMember {
    /// Your id of the person.
    #[schema(min_length = 1, max_length = 191)]
    external_id: Option<String>,
    /// E-mail.
    #[schema(format = "email", max_length = 191)]
    email: Option<String>,
    /// Name.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// `en` or `zh`.
    #[schema(pattern = "^(en|zh)$")]
    locale: Option<String>,
}

impl Validate for NewMember {}

failures!(writes: Conflict);

/// Adds a member, or changes the one that has this `external_id` or else this `email`.
#[utoipa::path(put, path = "/api/v1/members", tag = "members", operation_id = "upsert_member", request_body = NewMember,
    responses((status = 200, description = "The member.", body = Member), Failure))]
pub(super) async fn upsert(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(NewMember {
        external_id,
        email,
        name,
        locale,
    }): Valid<NewMember>,
) -> Answer<Member> {
    let new = app::members::NewMember {
        external_id,
        email,
        name,
        locale,
    };
    shown(app::members::upsert_member(&app, &ctx, project, new).await?)
}
