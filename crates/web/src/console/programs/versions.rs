//! The versions of a program, and what any two say differently.

use app::programs::list_versions;
use askama::Template;
use axum::extract::{Path, Query};
use domain::programs::{Program, ProgramVersion};
use kernel::ProblemCode;
use serde::Deserialize;

use super::{
    super::actors::Actors,
    Names,
    changes::{Change, changes},
    named,
};
use crate::{
    answer::{PageError, PageResult, page},
    door::{Console, Desk},
    look::{Frame, filters},
};

/// Which two.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    from: Option<u32>,
    to: Option<u32>,
}

#[derive(Template)]
#[template(path = "console/programs/versions.html")]
struct Versions<'a> {
    f: &'a Frame,
    c: &'a Console,
    program: &'a Program,
    home: String,
    rows: Vec<(ProgramVersion, String)>,
    compared: Option<Compared>,
}

struct Compared {
    from: u32,
    to: u32,
    changes: Vec<Change>,
}

impl Versions<'_> {
    fn is_from(&self, version: &u32) -> bool {
        self.compared
            .as_ref()
            .is_some_and(|two| two.from == *version)
    }

    fn is_to(&self, version: &u32) -> bool {
        self.compared.as_ref().is_some_and(|two| two.to == *version)
    }
}

/// `GET …/programs/{program}/versions`: the last two are compared where the address names none.
pub(super) async fn show(
    desk: Desk,
    Path((_, _, id)): Names,
    Query(asked): Query<Asked>,
) -> PageResult {
    let program = named(&desk, &id).await?;
    let versions = list_versions(&desk.app, &desk.ctx, desk.project.id, program.id).await?;
    let compared = compared(&desk.f, &versions, &asked)?;
    let authors = versions.iter().map(|version| version.author.as_str());
    let actors = Actors::load(&desk, authors.collect()).await?;
    let own = desk.ctx.actor.label();
    let versions = versions.into_iter().map(|version| {
        let author = if version.author == own {
            desk.f.t.versions.you.to_owned()
        } else {
            actors.name(desk.f.t, &version.author)
        };
        (version, author)
    });
    Ok(page(&Versions {
        f: &desk.f,
        c: &desk,
        home: desk.at(&format!("programs/{}", program.id)),
        rows: versions.collect(),
        compared,
        program: &program,
    }))
}

fn compared(
    f: &Frame,
    versions: &[ProgramVersion],
    asked: &Asked,
) -> Result<Option<Compared>, PageError> {
    let newest = versions.first().map_or(1, |version| version.version);
    let to = asked.to.unwrap_or(newest);
    let from = asked.from.unwrap_or_else(|| to.saturating_sub(1));
    if asked.from.is_none() && from == 0 {
        return Ok(None);
    }
    let find = |number| {
        let found = versions.iter().find(|version| version.version == number);
        found.ok_or(ProblemCode::NotFound)
    };
    Ok(Some(Compared {
        from,
        to,
        changes: changes(f, &find(from)?.settings, &find(to)?.settings),
    }))
}
