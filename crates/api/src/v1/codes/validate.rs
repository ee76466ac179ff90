//! `GET /api/v1/codes/{code}/validate`

use app::codes::CodeCheck as Checked;
use axum::response::{IntoResponse, Response};
use domain::programs::ProgramKind as Kind;

use crate::{prelude::*, refusal::Refusal, v1::programs::ProgramKind};

/// Whether a sign-up may name a code now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeCheck<'a> {
    /// The code as shown to people.
    code: &'a str,
    /// Whether a sign-up may name it now.
    valid: bool,
    /// The problem code that says why not.
    #[schema(required)]
    problem: Option<&'static str>,
    /// The program it joins.
    program: ProgramOfCode<'a>,
    /// Name of the member who invites, where the code is a member's and the name is known.
    #[schema(required)]
    inviter_name: Option<&'a str>,
    /// Sign-ups left; null: no limit.
    #[schema(required)]
    remaining_uses: Option<u32>,
    /// Not valid from then on.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
}

/// The program that a code joins.
#[derive(Debug, Serialize, ToSchema)]
struct ProgramOfCode<'a> {
    /// Its id, `prg_…`.
    #[schema(value_type = String)]
    id: ProgramId,
    /// Short name in addresses.
    slug: &'a str,
    /// Name for people.
    name: &'a str,
    /// What it is for.
    #[schema(value_type = ProgramKind)]
    kind: Kind,
}

impl<'a> From<&'a Checked> for CodeCheck<'a> {
    fn from(check: &'a Checked) -> Self {
        let (code, program) = (&check.link.code, &check.link.program);
        Self {
            code: &code.text,
            valid: check.valid,
            problem: check.problem.map(ProblemCode::slug),
            program: ProgramOfCode {
                id: program.id,
                slug: &program.slug,
                name: &program.settings.name,
                kind: program.kind,
            },
            inviter_name: check.link.inviter.as_deref(),
            remaining_uses: check.remaining_uses,
            expires_at: code.expires_at,
        }
    }
}

failures!(reads: InviteCodeInvalid);

/// Says whether a sign-up may name a code now. A code that exists and is not valid is an answer too, with its `problem`.
#[utoipa::path(get, path = "/api/v1/codes/{code}/validate", tag = "codes", operation_id = "validate_code",
    params(("code" = String, Path, description = "The code, in any spelling that counts as the same.")),
    responses((status = 200, description = "What is known of the code.", body = CodeCheck), Failure))]
pub(crate) async fn validate(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(text): PathOf<String>,
) -> Result<Response, Refusal> {
    let check = app::codes::validate_code(&app, &ctx, project, &text).await?;
    Ok(Json(CodeCheck::from(&check)).into_response())
}
