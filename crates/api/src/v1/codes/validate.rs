//! `GET /api/v1/codes/{code}/validate`

use app::codes::CodeCheck as Checked;
use domain::programs::ProgramKind as Kind;

use crate::{prelude::*, v1::programs::ProgramKind};

/// Whether a sign-up may name a code now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeCheck {
    /// The code as shown to people.
    code: String,
    /// Whether a sign-up may name it now.
    valid: bool,
    /// The problem code that says why not.
    #[schema(required)]
    problem: Option<&'static str>,
    /// The program it joins.
    program: ProgramOfCode,
    /// Name of the member who invites, where the code is a member's and the name is known.
    #[schema(required)]
    inviter_name: Option<String>,
    /// Sign-ups left; null: no limit.
    #[schema(required)]
    remaining_uses: Option<u32>,
    /// Not valid from then on.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
}

/// The program that a code joins.
#[derive(Debug, Serialize, ToSchema)]
struct ProgramOfCode {
    /// Its id, `prg_…`.
    id: String,
    /// Short name in addresses.
    slug: String,
    /// Name for people.
    name: String,
    /// What it is for.
    #[schema(value_type = ProgramKind)]
    kind: Kind,
}

impl From<Checked> for CodeCheck {
    fn from(check: Checked) -> Self {
        let Checked { code, program, inviter_name, valid, problem, remaining_uses } = check;
        Self {
            code: code.text,
            valid,
            problem: problem.map(ProblemCode::slug),
            program: ProgramOfCode {
                id: program.id.to_string(),
                slug: program.slug,
                name: program.settings.name,
                kind: program.kind,
            },
            inviter_name,
            remaining_uses,
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
) -> Answer<CodeCheck> {
    shown(app::codes::validate_code(&app, &ctx, project, &text).await?)
}
