//! `POST /api/v1/codes`

use super::Code;
use crate::prelude::*;

/// A code to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCode {
    /// The program it joins, `prg_…`.
    #[schema(value_type = String)]
    program_id: ProgramId,
    /// The member who invites, `mem_…`; absent: the program itself.
    #[schema(value_type = Option<String>)]
    owner_id: Option<MemberId>,
    /// Chosen text: 3 to 32 letters, digits and dashes; absent: random.
    code: Option<String>,
    /// For one use only.
    #[serde(default)]
    single_use: bool,
    /// Sign-ups at most; absent: as the program says for members' codes, else no limit.
    #[schema(minimum = 1)]
    max_uses: Option<u32>,
    /// Not valid from then on; absent: as the program says for members' codes, else never.
    expires_at: Option<DateTime<Utc>>,
}

impl Validate for NewCode {}

impl From<NewCode> for app::codes::NewCode {
    fn from(new: NewCode) -> Self {
        Self {
            program: new.program_id,
            owner: new.owner_id,
            text: new.code,
            single_use: new.single_use,
            max_uses: new.max_uses,
            expires_at: new.expires_at,
        }
    }
}

failures!(writes: NotFound, CodeTaken, CodeUnsuitable, QuotaExceeded);

/// Makes a code.
#[utoipa::path(post, path = "/api/v1/codes", tag = "codes", operation_id = "create_code", request_body = NewCode,
    responses((status = 201, description = "The code.", body = Code), Failure))]
pub(super) async fn create(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(new): Valid<NewCode>,
) -> Made<Code> {
    let code = app::codes::create_code(&app, &ctx, project, new.into()).await?;
    made(Code::new(&app, code))
}
