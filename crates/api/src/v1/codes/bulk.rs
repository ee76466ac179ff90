//! `POST /api/v1/codes/bulk`

use super::Code;
use crate::prelude::*;

/// Codes to be made at once, each for one use or as many as `max_uses` says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCodes {
    /// The program they join, `prg_…`.
    #[schema(value_type = String)]
    program_id: ProgramId,
    /// How many.
    #[schema(minimum = 1, maximum = 10000)]
    count: u32,
    /// The member who invites, `mem_…`; absent: the program itself.
    #[schema(value_type = Option<String>)]
    owner_id: Option<MemberId>,
    /// Sign-ups at most, of each; absent: no limit.
    #[schema(minimum = 1)]
    max_uses: Option<u32>,
    /// Not valid from then on; absent: never.
    expires_at: Option<DateTime<Utc>>,
    /// Names the batch; absent: a random name.
    batch: Option<String>,
}

/// The codes that were made at once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CodeBatch {
    /// The name of the batch.
    batch: String,
    /// The codes.
    codes: Vec<Code>,
}

impl Validate for NewCodes {}

impl From<NewCodes> for app::codes::NewCodes {
    fn from(new: NewCodes) -> Self {
        Self {
            program: new.program_id,
            count: new.count,
            owner: new.owner_id,
            max_uses: new.max_uses,
            expires_at: new.expires_at,
            batch: new.batch,
        }
    }
}

failures!(writes: NotFound, QuotaExceeded);

/// Makes many random codes at once.
#[utoipa::path(post, path = "/api/v1/codes/bulk", tag = "codes", operation_id = "create_codes", request_body = NewCodes,
    responses((status = 201, description = "The codes.", body = CodeBatch), Failure))]
pub(super) async fn bulk(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(new): Valid<NewCodes>,
) -> Made<CodeBatch> {
    let made_codes = app::codes::create_codes(&app, &ctx, project, new.into()).await?;
    let codes = made_codes
        .codes
        .into_iter()
        .map(|code| Code::new(&app, code))
        .collect();
    made(CodeBatch {
        batch: made_codes.batch,
        codes,
    })
}
