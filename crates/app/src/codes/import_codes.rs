//! Codes of chosen text from a file.

use std::collections::{BTreeMap, HashSet};

use csv::ByteRecord;
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
use crate::{
    App, AppResult,
    imports::{self, RefusedLine},
};

/// The columns of a file of codes.
const COLUMNS: [&str; 3] = ["code", "max_uses", "expires_at"];

/// The column that is wrong, and how.
type Wrong = (&'static str, ProblemCode, String);

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

/// What a file says, before anybody has looked what is taken.
#[derive(Debug, Clone, Default)]
struct File {
    codes: BTreeMap<String, Wanted>,
    lines: u32,
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
/// may be empty or missing. A first line with a cell `code` is a header: then the columns stand in whatever order, and
/// others, as an export has them, are passed over. So are empty lines. All lines that can be codes are added at once; what
/// cannot is reported.
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
    if file.lines > MOST_CODES {
        let message = "Import at most 10,000 lines at once.";
        return Err(Problem::field("csv", "out_of_range", message).into());
    }
    add_file(app, ctx, project, program, file, new_batch(ctx)).await
}

/// The same with as many lines as there are, and only where each of them can be a code: else nothing is added, and the
/// report says why. 10,000 at a time are added at once; `progress` hears after each time how many lines are done. A file
/// that was cut short is imported again: the codes that are there are duplicates.
///
/// # Errors
/// `not_found`, `program_not_active`.
pub async fn import_all_codes(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
    csv: &[u8],
    mut progress: impl FnMut(u64) + Send,
) -> AppResult<ImportReport> {
    app.authorize(ctx, project, Permission::CodesWrite).await?;
    let File {
        mut codes,
        duplicates,
        refused,
        ..
    } = read(csv, ctx.now())?;
    let mut report = ImportReport {
        batch: new_batch(ctx),
        added: 0,
        duplicates,
        refused,
    };
    while report.refused.is_empty() && !codes.is_empty() {
        let next = codes.keys().nth(MOST_CODES as usize).cloned();
        let later = next.map(|key| codes.split_off(&key)).unwrap_or_default();
        let piece = File {
            codes: std::mem::replace(&mut codes, later),
            ..File::default()
        };
        let added = add_file(app, ctx, project, program, piece, report.batch.clone()).await?;
        report.added += added.added;
        report.duplicates += added.duplicates;
        progress(report.added + report.duplicates);
    }
    Ok(report)
}

fn new_batch(ctx: &Ctx) -> String {
    generate(10, ctx.entropy.as_ref()).to_lowercase()
}

async fn add_file(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
    file: File,
    batch: String,
) -> AppResult<ImportReport> {
    let keys: Vec<String> = file.codes.keys().cloned().collect();
    let own = ctx.clone();
    let report = app
        .write(ctx, Some(project), move |tx| {
            let (ctx, file, batch) = (own.clone(), file.clone(), batch.clone());
            Box::pin(async move {
                let program = program_and_owner(tx, project, program, None).await?;
                add(tx, &ctx, &program, file, batch).await
            })
        })
        .await?;
    for key in &keys {
        app.caches().links.invalidate(key);
    }
    Ok(report)
}

async fn add(
    tx: &WriteTx,
    ctx: &Ctx,
    program: &Program,
    file: File,
    batch: String,
) -> AppResult<ImportReport> {
    let (now, project) = (ctx.now(), program.project);
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
    let mut file = File::default();
    let mut columns = Columns::default();
    for (place, line) in imports::lines(csv).enumerate() {
        let (line, record) = line?;
        if place == 0
            && let Some(named) = Columns::named(&record)
        {
            columns = named;
            continue;
        }
        file.lines += 1;
        match columns.wanted(&record, now) {
            Err((column, code, message)) => file.refused.push(RefusedLine {
                line,
                column: column.to_owned(),
                code,
                message,
            }),
            Ok((key, _)) if file.codes.contains_key(&key) => file.duplicates += 1,
            Ok((key, wanted)) => drop(file.codes.insert(key, wanted)),
        }
    }
    Ok(file)
}

/// In which cell of a line what stands.
struct Columns {
    places: [Option<usize>; 3],
    most: usize,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            places: [Some(0), Some(1), Some(2)],
            most: 3,
        }
    }
}

impl Columns {
    /// As a header says; none where it is not one.
    fn named(header: &ByteRecord) -> Option<Self> {
        let place = |name: &str| {
            header
                .iter()
                .position(|cell| cell.eq_ignore_ascii_case(name.as_bytes()))
        };
        let code = place("code")?;
        Some(Self {
            places: [Some(code), place("max_uses"), place("expires_at")],
            most: header.len(),
        })
    }

    /// The code of a line: as compared, and the rest. Or the column that is wrong, and how.
    fn wanted(&self, record: &ByteRecord, now: Timestamp) -> Result<(String, Wanted), Wrong> {
        let wrong =
            |column, message: &str| (column, ProblemCode::ValidationFailed, message.to_owned());
        let cell = |place: usize| {
            let bytes = self.places[place].and_then(|place| record.get(place));
            std::str::from_utf8(bytes.unwrap_or_default())
                .map_err(|_| wrong(COLUMNS[place], "The line is not UTF-8."))
        };
        if record.len() > self.most {
            return Err(wrong("", "The columns are code, max_uses and expires_at."));
        }
        let (text, key) =
            vanity(cell(0)?).map_err(|error| (COLUMNS[0], error.code(), error.to_string()))?;
        let max_uses = match cell(1)? {
            "" => None,
            number => match number.parse() {
                Ok(uses) if uses > 0 => Some(uses),
                _ => {
                    let message = "`max_uses` is a number from 1 on, or empty.";
                    return Err(wrong(COLUMNS[1], message));
                }
            },
        };
        let expires_at = match cell(2)? {
            "" => None,
            time => match time.parse::<Timestamp>() {
                Ok(end) if end > now && is_usable(end) => Some(end),
                _ => {
                    let message =
                        "`expires_at` is a future time like 2030-01-31T12:00:00Z, or empty.";
                    return Err(wrong(COLUMNS[2], message));
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
}
