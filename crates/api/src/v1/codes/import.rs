//! `POST /api/v1/codes/import`

use crate::prelude::*;

/// Codes of chosen text, from a file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeImport {
    /// The program that they join and belong to, `prg_…`.
    #[schema(value_type = String)]
    program_id: ProgramId,
    /// CSV with the columns `code`, `max_uses`, `expires_at`, of which the last two may be empty or missing; a first line
    /// that begins with `code` is a header. At most 10,000 lines.
    csv: String,
}

/// What became of an import.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportReport {
    /// The name of the batch that the new codes are in.
    batch: String,
    /// Codes that are new.
    added: u64,
    /// Codes that are taken, or in the file before.
    duplicates: u64,
    /// Lines that are no code, in order.
    refused: Vec<RefusedLine>,
}

/// A line that is no code.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefusedLine {
    /// Which one, from 1.
    line: u64,
    /// Why not: a problem code.
    code: &'static str,
    /// The same in words.
    message: String,
}

impl Validate for CodeImport {}

impl From<app::codes::RefusedLine> for RefusedLine {
    fn from(refused: app::codes::RefusedLine) -> Self {
        Self {
            line: refused.line,
            code: refused.code.slug(),
            message: refused.message,
        }
    }
}

failures!(writes: NotFound);

/// Adds the program's own codes from CSV. All lines that can be codes are added at once; what cannot is reported.
#[utoipa::path(post, path = "/api/v1/codes/import", tag = "codes", operation_id = "import_codes",
    request_body = CodeImport,
    responses((status = 201, description = "What became of it.", body = ImportReport), Failure))]
pub(super) async fn import(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(CodeImport { program_id, csv }): Valid<CodeImport>,
) -> Made<ImportReport> {
    let csv = csv.as_bytes();
    let report = app::codes::import_codes(&app, &ctx, project, program_id, csv).await?;
    made(ImportReport {
        batch: report.batch,
        added: report.added,
        duplicates: report.duplicates,
        refused: report.refused.into_iter().map(Into::into).collect(),
    })
}
