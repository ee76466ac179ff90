//! The program that is measured: a referral program with one rule, 100 credits for the inviter of each sign-up, held
//! for a week; 4,096 members with a code each.

use anyhow::{Context, Result};
use domain::{
    codes::{Code, CodeKind, generate, normalize},
    members::Member,
    programs::{Program, ProgramKind, ProgramSettings, ProgramStatus},
    projects::{Mode, Project, ProjectSettings},
};
use kernel::{
    Clock, Id, Kind, MemberId, PageRequest, Place, ProjectId, SystemClock, SystemEntropy, Timestamp,
};
use serde_json::json;
use store::{CodeFilter, Store, StoreError};

/// How many members invite.
pub(crate) const INVITERS: usize = 4096;

/// What was put into the database.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    pub(crate) project: Project,
    pub(crate) program: Program,
    pub(crate) inviters: Vec<Member>,
    pub(crate) codes: Vec<Code>,
}

/// The settings of the measured program, as the API takes them.
pub(crate) fn settings() -> serde_json::Value {
    json!({
        "name": "Bench",
        "landing_url": "https://shop.example.com/welcome",
        "rules": [{
            "key": "signup-credit",
            "on": "signup",
            "then": { "kind": "fixed", "to": "inviter", "reward": { "type": "units", "unit": "credit", "amount": 100 } },
            "hold_days": 7,
        }],
    })
}

/// Fills an empty database that has its schema.
pub(crate) async fn sow(store: &Store) -> Result<Seed> {
    let seed = seed()?;
    put(store, &seed).await?;
    Ok(seed)
}

/// Writes a seed into an empty database that has its schema.
pub(crate) async fn put(store: &Store, seed: &Seed) -> Result<()> {
    let rows = seed.clone();
    store
        .transact(move |tx| {
            let rows = rows.clone();
            Box::pin(async move {
                tx.directory().insert_project(&rows.project).await?;
                let scope = tx.project(rows.project.id);
                scope.programs().insert(&rows.program, "bench").await?;
                scope.members().insert_all(&rows.inviters).await?;
                scope.codes().insert_all(&rows.codes).await
            })
        })
        .await
        .map_err(|error: StoreError| error)
        .context("the database could not be seeded")
}

/// Reads the seed back from a database that the product itself was set up in.
pub(crate) async fn read(store: &Store) -> Result<Seed> {
    let reader = store.read();
    let projects = reader.directory().projects().await?;
    let project = projects
        .into_iter()
        .find(|project| project.mode == Mode::Live)
        .context("there is no project")?;
    let scope = reader.project(project.id);
    let all = PageRequest {
        place: Place::First,
        limit: u16::MAX - 1,
    };
    let program = scope
        .programs()
        .list(all)
        .await?
        .items
        .pop()
        .context("there is no program")?;
    let mut codes = scope
        .codes()
        .list(&CodeFilter::default(), SystemClock.now(), all)
        .await?
        .items;
    codes.retain(|code| code.owner.is_some());
    let owners: Vec<MemberId> = codes.iter().filter_map(|code| code.owner).collect();
    let members = scope.members().find_all(&owners).await?;
    let inviters = owners
        .iter()
        .filter_map(|owner| members.get(owner).cloned())
        .collect();
    Ok(Seed {
        project,
        program,
        inviters,
        codes,
    })
}

fn seed() -> Result<Seed> {
    let entropy = SystemEntropy::default();
    let now = SystemClock.now();
    let project = Project {
        id: id(now, &entropy),
        slug: "bench".to_owned(),
        mode: Mode::Live,
        name: "Bench".to_owned(),
        settings: ProjectSettings::default(),
        created_at: now,
    };
    let settings: ProgramSettings = serde_json::from_value(settings())?;
    let program = Program {
        id: id(now, &entropy),
        project: project.id,
        slug: "bench".to_owned(),
        kind: ProgramKind::Referral,
        status: ProgramStatus::Active,
        version: 1,
        settings,
        created_at: now,
        updated_at: now,
    };
    let inviters: Vec<Member> = (0..INVITERS)
        .map(|n| inviter(n, project.id, now, &entropy))
        .collect();
    let mut codes = Vec::with_capacity(INVITERS);
    for inviter in &inviters {
        let text = generate(8, &entropy);
        codes.push(Code {
            id: id(now, &entropy),
            project: project.id,
            program: program.id,
            owner: Some(inviter.id),
            key: normalize(&text)?,
            text,
            kind: CodeKind::Personal,
            uses: 0,
            max_uses: None,
            expires_at: None,
            revoked_at: None,
            batch: None,
            created_at: now,
        });
    }
    Ok(Seed {
        project,
        program,
        inviters,
        codes,
    })
}

fn inviter(number: usize, project: ProjectId, now: Timestamp, entropy: &SystemEntropy) -> Member {
    Member {
        id: id(now, entropy),
        project,
        external_id: Some(format!("inviter-{number:06}")),
        email: None,
        email_key: None,
        name: None,
        locale: "en".to_owned(),
        created_at: now,
    }
}

fn id<K: Kind>(now: Timestamp, entropy: &SystemEntropy) -> Id<K> {
    Id::new(now, entropy)
}
