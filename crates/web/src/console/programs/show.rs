//! A program: what it does, how it goes, and what can be done with it.

use app::stats::{Funnel, Leader};
use askama::Template;
use axum::extract::Path;
use domain::{
    people::Permission,
    programs::{Program, ProgramStatus, Touch},
    projects::Mode,
};
use notify::amount_words;

use super::{super::people::leaders_by_name, Names, list::figures, named, state};
use crate::{
    answer::{PageError, PageResult, page},
    door::{Console, Desk},
    look::{Frame, filters},
    sentence,
};

#[derive(Template)]
#[template(path = "console/programs/show.html")]
struct Show<'a> {
    f: &'a Frame,
    c: &'a Console,
    program: &'a Program,
    /// The address of its pages.
    home: String,
    kind: &'static str,
    status: (&'static str, &'static str),
    dates: String,
    sentences: Vec<String>,
    /// The public page; the test tenant has none of its own.
    public: Option<String>,
    touch: &'static str,
    budgets: Vec<String>,
    funnel: Option<Funnel>,
    leaders: Option<Vec<Leader>>,
}

impl Show<'_> {
    /// What can become of it, for those who may decide that: start, pause, end.
    fn may_become(&self, status: ProgramStatus) -> bool {
        self.c.may(Permission::ProgramsWrite) && self.program.status.may_become(status)
    }

    fn may_change(&self) -> bool {
        self.c.may(Permission::ProgramsWrite) && self.program.status != ProgramStatus::Ended
    }
}

/// `GET …/programs/{program}`.
pub(super) async fn show(desk: Desk, Path((_, _, id)): Names) -> PageResult {
    let program = named(&desk, &id).await?;
    let (f, settings) = (&desk.f, &program.settings);
    let touch = match settings.attribution.touch {
        Touch::First => f.t.programs.touch_first,
        Touch::Last => f.t.programs.touch_last,
    };
    let budgets = settings
        .budgets
        .iter()
        .map(|budget| amount_words(budget.amount, &budget.unit, f.locale));
    Ok(page(&Show {
        f,
        c: &desk,
        home: desk.at(&format!("programs/{}", program.id)),
        kind: state::kind(f, program.kind),
        status: state::status(f, &program),
        dates: state::dates(f, settings),
        sentences: sentence::all(settings, f.locale),
        public: public(&desk, &program),
        touch,
        budgets: budgets.collect(),
        funnel: figures(&desk, &program).await?,
        leaders: leaders(&desk, &program).await?,
        program: &program,
    }))
}

fn public(desk: &Desk, program: &Program) -> Option<String> {
    let path = format!("{}/{}", desk.project.slug, program.slug);
    let url = desk.app.settings().public_url.join(&path).ok()?;
    (desk.project.mode == Mode::Live).then(|| url.to_string())
}

async fn leaders(desk: &Desk, program: &Program) -> Result<Option<Vec<Leader>>, PageError> {
    if !desk.may(Permission::StatsRead) {
        return Ok(None);
    }
    Ok(Some(leaders_by_name(desk, program.id).await?))
}
