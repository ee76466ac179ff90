//! Invite codes.

use app::codes::CodeState as Standing;
use domain::codes::{self, CodeKind as Kind};

use crate::prelude::*;

mod bulk;
mod create;
mod get;
mod import;
mod list;
mod qr;
mod revoke;
mod update;
pub(crate) mod validate;

words! {
    "What kind of code it is." CodeKind = [Kind::Personal, Kind::Vanity, Kind::Single, Kind::Program];
    "Where a code stands: of one that is several of these, each is true." CodeState = Standing::ALL;
}

/// The endpoints that take large bodies.
pub(super) fn batch_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(import::import))
}

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(bulk::bulk))
        .routes(routes!(get::get, update::update))
        .routes(routes!(revoke::revoke))
        .routes(routes!(qr::svg))
        .routes(routes!(qr::png))
}

/// An invite code.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the name on the wire")]
pub(crate) struct Code {
    /// Its id, `cod_…`.
    id: String,
    /// The code as shown to people.
    code: String,
    /// The link that carries it.
    url: String,
    /// What kind of code it is.
    #[schema(value_type = CodeKind)]
    kind: Kind,
    /// The program it joins, `prg_…`.
    program_id: String,
    /// The member who invites, `mem_…`; null for the program's own codes.
    #[schema(required)]
    owner_id: Option<String>,
    /// Sign-ups so far.
    uses: u32,
    /// Sign-ups at most; null: no limit.
    #[schema(required)]
    max_uses: Option<u32>,
    /// Not valid from then on.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    /// Not valid since then.
    #[schema(required)]
    revoked_at: Option<DateTime<Utc>>,
    /// The batch it was made in.
    #[schema(required)]
    batch: Option<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl Code {
    /// A code with the link that carries it.
    pub(super) fn new(app: &App, code: codes::Code) -> Self {
        Self {
            id: code.id.to_string(),
            url: app::codes::link_url(app, &code.text).into(),
            code: code.text,
            kind: code.kind,
            program_id: code.program.to_string(),
            owner_id: code.owner.map(|id| id.to_string()),
            uses: code.uses,
            max_uses: code.max_uses,
            expires_at: code.expires_at,
            revoked_at: code.revoked_at,
            batch: code.batch,
            created_at: code.created_at,
        }
    }
}
