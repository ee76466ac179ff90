//! Codes in bulk.

use std::collections::{BTreeMap, HashSet};

use domain::{
    codes::{Code, CodeKind, generate, normalize},
    log::Fact,
    people::Permission,
    programs::Program,
};
use kernel::{Ctx, Entropy, MemberId, ProblemCode, ProgramId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{StoreError, WriteTx};

use super::{program_and_owner, within_quota};
use crate::{App, AppError, AppResult, findings::Findings};

/// The most codes of one request.
pub const MOST_CODES: u32 = 10_000;

/// Rounds of random codes before it is clear that the program's length leaves too few.
const ROUNDS: u32 = 8;
/// Facts of one entry of the event log.
const FACTS: usize = 500;

/// Codes to be made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCodes {
    /// The program they join.
    pub program: ProgramId,
    /// How many, 1 to 10,000.
    pub count: u32,
    /// The member who invites; none: the program itself.
    #[serde(default)]
    pub owner: Option<MemberId>,
    /// Sign-ups at most, of each; none: no limit.
    #[serde(default)]
    pub max_uses: Option<u32>,
    /// Not valid from then on; none: never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Names the batch; none: a random name.
    #[serde(default)]
    pub batch: Option<String>,
}

/// Codes that were made together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeBatch {
    /// The name of the batch.
    pub batch: String,
    /// The codes.
    pub codes: Vec<Code>,
}

/// Makes up to 10,000 random codes at once.
///
/// # Errors
/// `validation_failed`, `not_found`, `quota_exceeded`, `program_not_active`.
pub async fn create_codes(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    new: NewCodes,
) -> AppResult<CodeBatch> {
    app.authorize(ctx, project, Permission::CodesWrite).await?;
    let mut findings = Findings::default();
    let fits = (1..=MOST_CODES).contains(&new.count);
    findings.expect(
        fits,
        "count",
        "out_of_range",
        "Make 1 to 10,000 codes at once.",
    );
    findings.expect_some(new.max_uses, "max_uses");
    findings.expect_future(new.expires_at, ctx.now());
    if let Some(batch) = &new.batch {
        findings.expect_line(batch, "batch", 64);
    }
    findings.told()?;
    let own = ctx.clone();
    let made = app
        .write(ctx, Some(project), move |tx| {
            let (ctx, new) = (own.clone(), new.clone());
            Box::pin(async move {
                let program = program_and_owner(tx, project, new.program, new.owner).await?;
                if let Some(owner) = new.owner {
                    within_quota(tx, &program, owner, new.count, ctx.now()).await?;
                }
                make_all(tx, &ctx, &program, &new).await
            })
        })
        .await?;
    for code in &made.codes {
        app.caches().links.invalidate(&code.key);
    }
    Ok(made)
}

async fn make_all(
    tx: &WriteTx,
    ctx: &Ctx,
    program: &Program,
    new: &NewCodes,
) -> AppResult<CodeBatch> {
    let (now, project, entropy) = (ctx.now(), program.project, ctx.entropy.as_ref());
    let batch = new
        .batch
        .clone()
        .unwrap_or_else(|| generate(10, entropy).to_lowercase());
    let kind = match (new.max_uses, new.owner) {
        (Some(1), _) => CodeKind::Single,
        (_, Some(_)) => CodeKind::Personal,
        (_, None) => CodeKind::Program,
    };
    let texts = fresh(tx, program.settings.codes.length, new.count, entropy).await?;
    let codes: Vec<Code> = texts
        .into_iter()
        .map(|(text, key)| Code {
            id: ctx.id(),
            project,
            program: program.id,
            owner: new.owner,
            text,
            key,
            kind,
            uses: 0,
            max_uses: new.max_uses,
            expires_at: new.expires_at,
            revoked_at: None,
            batch: Some(batch.clone()),
            created_at: now,
        })
        .collect();
    tx.project(project)
        .codes()
        .insert_all(&codes)
        .await
        .map_err(raced)?;
    let detail = json!({
        "program": program.id, "count": new.count, "owner": new.owner,
        "max_uses": new.max_uses, "expires_at": new.expires_at,
    });
    announce(tx, ctx, &codes, "codes.created", &batch, detail).await?;
    Ok(CodeBatch { batch, codes })
}

/// Records that a batch was made, and tells of each code.
pub(super) async fn announce(
    tx: &WriteTx,
    ctx: &Ctx,
    codes: &[Code],
    action: &str,
    batch: &str,
    detail: Value,
) -> AppResult<()> {
    let (now, project) = (ctx.now(), codes.first().map(|code| code.project));
    tx.audit(project, now, &ctx.actor.label(), action, batch, detail)
        .await?;
    for some in codes.chunks(FACTS) {
        let changed = |code: &Code| Fact::CodeChanged {
            code: code.id,
            key: code.key.clone(),
        };
        tx.emit(project, now, some.iter().map(changed).collect());
    }
    Ok(())
}

/// Random codes that nobody has: as shown and as compared.
pub(super) async fn fresh(
    tx: &WriteTx,
    length: u8,
    count: u32,
    entropy: &dyn Entropy,
) -> AppResult<Vec<(String, String)>> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let mut candidates = BTreeMap::new();
        while found.len() + candidates.len() < count {
            let text = generate(length, entropy);
            let key = normalize(&text).map_err(|_| ProblemCode::Internal)?;
            if !found.contains_key(&key) {
                candidates.insert(key, text);
            }
        }
        let keys: Vec<&str> = candidates.keys().map(String::as_str).collect();
        let taken: HashSet<String> = tx.directory().taken_codes(&keys).await?;
        candidates.retain(|key, _| !taken.contains(key));
        found.extend(candidates);
        if found.len() == count {
            return Ok(found.into_iter().map(|(key, text)| (text, key)).collect());
        }
    }
    let detail = "Too few codes of this length are free: give the program longer codes.";
    Err(kernel::Problem::new(ProblemCode::Conflict, detail).into())
}

/// Somebody else took a random code since it was found free: another one will do.
pub(super) fn raced(error: StoreError) -> AppError {
    match error {
        StoreError::Duplicate(_) => StoreError::Stale("a random code").into(),
        other => other.into(),
    }
}
