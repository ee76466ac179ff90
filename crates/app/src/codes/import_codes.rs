//! Codes of chosen text from a file.

use std::collections::{BTreeMap, HashSet};

use csv::{ByteRecord, ReaderBuilder, Terminator, Trim};
use domain::{
    codes::{Code, CodeKind, generate, vanity},
    people::Permission,
    programs::Program,
};
use kernel::{Ctx, Problem, ProblemCode, ProgramId, ProjectId, Timestamp, is_usable};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::WriteTx;

use super::{
    MOST_CODES,
    create_codes::{announce, raced},
    program_and_owner,
};
use crate::{App, AppResult};

/// What became of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// The name of the batch that the new codes are in.
    pub batch: String,
    /// Codes that are new.
    pub added: u64,
    /// Codes that are taken, or in the file before.
    pub duplicates: u64,
    /// Lines that are no code, in order.
    pub refused: Vec<RefusedLine>,
}

/// A line that is no code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedLine {
    /// Which one, from 1.
    pub line: u64,
    /// Why not.
    pub code: ProblemCode,
    /// The same in words.
    pub message: String,
}

/// What a file says, before anybody has looked what is taken.
#[derive(Debug, Clone, Default)]
struct File {
    codes: BTreeMap<String, Wanted>,
    duplicates: u64,
    refused: Vec<RefusedLine>,
}

#[derive(Debug, Clone)]
struct Wanted {
    text: String,
    max_uses: Option<u32>,
    expires_at: Option<Timestamp>,
}

/// Adds the program's own codes from CSV (UTF-8) with the columns `code`, `max_uses`, `expires_at`, of which the last two
/// may be empty or missing. A first line that begins with `code` is a header; empty lines are passed over. All lines that can be codes are added at
/// once; what cannot is reported.
///
/// # Errors
/// `validation_failed` where there are more than 10,000 lines; `not_found`, `program_not_active`.
pub async fn import_codes(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
    csv: &[u8],
) -> AppResult<ImportReport> {
    app.authorize(ctx, project, Permission::CodesWrite).await?;
    let file = read(csv, ctx.now())?;
    let keys: Vec<String> = file.codes.keys().cloned().collect();
    let own = ctx.clone();
    let report = app
        .write(ctx, Some(project), move |tx| {
            let (ctx, file) = (own.clone(), file.clone());
            Box::pin(async move {
                let program = program_and_owner(tx, project, program, None).await?;
                add(tx, &ctx, &program, file).await
            })
        })
        .await?;
    for key in &keys {
        app.caches().links.invalidate(key);
    }
    Ok(report)
}

async fn add(tx: &WriteTx, ctx: &Ctx, program: &Program, file: File) -> AppResult<ImportReport> {
    let (now, project) = (ctx.now(), program.project);
    let batch = generate(10, ctx.entropy.as_ref()).to_lowercase();
    let keys: Vec<&str> = file.codes.keys().map(String::as_str).collect();
    let taken: HashSet<String> = tx.directory().taken_codes(&keys).await?;
    let codes: Vec<Code> = file
        .codes
        .into_iter()
        .filter(|(key, _)| !taken.contains(key))
        .map(|(key, wanted)| Code {
            id: ctx.id(),
            project,
            program: program.id,
            owner: None,
            text: wanted.text,
            key,
            kind: CodeKind::Vanity,
            uses: 0,
            max_uses: wanted.max_uses,
            expires_at: wanted.expires_at,
            revoked_at: None,
            batch: Some(batch.clone()),
            created_at: now,
        })
        .collect();
    let report = ImportReport {
        added: codes.len() as u64,
        duplicates: file.duplicates + taken.len() as u64,
        refused: file.refused,
        batch,
    };
    if codes.is_empty() {
        return Ok(report);
    }
    let own = tx.project(project).codes();
    own.insert_all(&codes).await.map_err(raced)?;
    let detail = json!({
        "program": program.id, "added": report.added, "duplicates": report.duplicates,
        "refused": report.refused.len(),
    });
    announce(tx, ctx, &codes, "codes.imported", &report.batch, detail).await?;
    Ok(report)
}

fn read(csv: &[u8], now: Timestamp) -> Result<File, Problem> {
    let csv = csv.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(csv);
    let records = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        // Counts lines right, and leaves a carriage return to be trimmed.
        .terminator(Terminator::Any(b'\n'))
        .from_reader(csv)
        .into_byte_records();
    let mut file = File::default();
    let mut lines = 0;
    for (place, record) in records.enumerate() {
        // Memory does not fail to be read, and any bytes are records.
        let record = record.map_err(|_| Problem::from(ProblemCode::Internal))?;
        if place == 0
            && record
                .get(0)
                .is_some_and(|cell| cell.eq_ignore_ascii_case(b"code"))
        {
            continue;
        }
        if record.as_slice().is_empty() {
            continue;
        }
        lines += 1;
        if lines > MOST_CODES {
            let message = "Import at most 10,000 lines at once.";
            return Err(Problem::field("csv", "out_of_range", message));
        }
        let line = record.position().map_or(0, csv::Position::line);
        match wanted(&record, now) {
            Err((code, message)) => file.refused.push(RefusedLine {
                line,
                code,
                message,
            }),
            Ok((key, _)) if file.codes.contains_key(&key) => file.duplicates += 1,
            Ok((key, wanted)) => drop(file.codes.insert(key, wanted)),
        }
    }
    Ok(file)
}

/// The code of a line: as compared, and the rest.
fn wanted(record: &ByteRecord, now: Timestamp) -> Result<(String, Wanted), (ProblemCode, String)> {
    let wrong = |message: &str| (ProblemCode::ValidationFailed, message.to_owned());
    let cell = |place: usize| {
        let cell = std::str::from_utf8(record.get(place).unwrap_or_default());
        cell.map_err(|_| wrong("The line is not UTF-8."))
    };
    if record.len() > 3 {
        return Err(wrong("The columns are code, max_uses and expires_at."));
    }
    let (text, key) = vanity(cell(0)?).map_err(|error| (error.code(), error.to_string()))?;
    let max_uses = match cell(1)? {
        "" => None,
        number => match number.parse() {
            Ok(uses) if uses > 0 => Some(uses),
            _ => return Err(wrong("`max_uses` is a number from 1 on, or empty.")),
        },
    };
    let expires_at = match cell(2)? {
        "" => None,
        time => match time.parse::<Timestamp>() {
            Ok(end) if end > now && is_usable(end) => Some(end),
            _ => {
                return Err(wrong(
                    "`expires_at` is a future time like 2030-01-31T12:00:00Z, or empty.",
                ));
            }
        },
    };
    let wanted = Wanted {
        text,
        max_uses,
        expires_at,
    };
    Ok((key, wanted))
}
