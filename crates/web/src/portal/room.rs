//! Where a member is: in one of the programs of their project.

use std::ops::Deref;

use app::{
    live,
    me::{my_overview, my_programs},
    members::MemberOverview,
};
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use domain::{programs::Program, projects::Mode, referrals::Standing};
use http::request::Parts;
use kernel::{ProblemCode, ProgramId};
use url::form_urlencoded::{Serializer, parse};

use crate::{answer::PageError, door::Portal, state::WebState};

/// A member at the portal, with the program that the page is about. Templates call it `r`.
pub(crate) struct Room {
    portal: Portal,
    /// Their programs.
    pub(crate) programs: Vec<Program>,
    /// The program that the page is about, where there is any.
    pub(crate) program: Option<Program>,
    /// What they have.
    pub(crate) overview: MemberOverview,
    /// Where the page begins to listen.
    pub(crate) position: i64,
}

/// One of the portal's sections.
pub(crate) struct Tab {
    /// The address.
    pub(crate) href: String,
    /// What it is called.
    pub(crate) label: &'static str,
    /// Whether this is it.
    pub(crate) current: bool,
    /// What waits there.
    pub(crate) waiting: u64,
}

impl Deref for Room {
    type Target = Portal;

    fn deref(&self) -> &Portal {
        &self.portal
    }
}

impl FromRequestParts<WebState> for Room {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let portal = Portal::from_request_parts(parts, state).await?;
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let wanted = parse(query).find(|(name, _)| name == "program");
        let wanted = wanted.map(|(_, slug)| slug.into_owned());
        Self::load(portal, wanted.as_deref())
            .await
            .map_err(IntoResponse::into_response)
    }
}

impl Room {
    async fn load(portal: Portal, wanted: Option<&str>) -> Result<Self, PageError> {
        let (app, ctx, project) = (&portal.app, &portal.ctx, portal.project.id);
        let position = live::position(app).await?;
        let programs = my_programs(app, ctx, project).await?;
        let overview = my_overview(app, ctx, project).await?;
        let takes_part =
            |program: &&Program| overview.standings.iter().any(|(id, _)| *id == program.id);
        let named = |program: &&Program| Some(program.slug.as_str()) == wanted;
        // Whoever comes without a name sees the program that they take part in, else the newest one.
        let program = programs
            .iter()
            .find(named)
            .or_else(|| programs.iter().find(takes_part))
            .or_else(|| programs.first())
            .cloned();
        Ok(Self {
            portal,
            programs,
            program,
            overview,
            position,
        })
    }

    /// The program that the page is about.
    ///
    /// # Errors
    /// `not_found` where there is none.
    pub(crate) fn in_program(&self) -> Result<&Program, PageError> {
        self.program
            .as_ref()
            .ok_or_else(|| PageError(ProblemCode::NotFound.into()))
    }

    /// The member's figures in the program.
    pub(crate) fn standing(&self) -> Option<&Standing> {
        let id = self.program.as_ref()?.id;
        let mut standings = self.overview.standings.iter();
        standings
            .find(|(program, _)| *program == id)
            .map(|(_, standing)| standing)
    }

    /// The address of a page of the portal, in the same program.
    pub(crate) fn at(&self, page: &str) -> String {
        let slug = self.program.as_ref().map(|program| program.slug.as_str());
        place(page, slug)
    }

    /// What keeps a form in the program.
    pub(crate) fn query(&self) -> String {
        let slug = self.program.as_ref().map(|program| &program.slug);
        slug.map(|slug| format!("?program={slug}"))
            .unwrap_or_default()
    }

    /// The same start in another program.
    #[expect(clippy::unused_self, reason = "templates reach it through the room")]
    pub(crate) fn start_in(&self, program: &Program) -> String {
        place("", Some(&program.slug))
    }

    /// Whether this is the program of the page.
    pub(crate) fn is_here(&self, program: &Program) -> bool {
        self.program
            .as_ref()
            .is_some_and(|here| here.id == program.id)
    }

    /// What a program is called; nothing where it is none of theirs.
    pub(crate) fn name_of(&self, id: &ProgramId) -> &str {
        let mut programs = self.programs.iter();
        programs
            .find(|program| program.id == *id)
            .map_or("", |program| &program.settings.name)
    }

    /// The sections.
    pub(crate) fn tabs(&self) -> Vec<Tab> {
        let t = &self.f.t.portal;
        let sections = [
            ("", t.home, 0),
            ("friends", t.friends, 0),
            ("rewards", t.rewards, 0),
            ("leaderboard", t.leaderboard, 0),
            ("notices", t.notices, self.overview.unread),
        ];
        let path = self.f.here.split('?').next().unwrap_or_default();
        sections
            .map(|(page, label, waiting)| Tab {
                href: self.at(page),
                label,
                current: path == place(page, None),
                waiting,
            })
            .into()
    }

    /// The first letter of the project's name.
    pub(crate) fn initial(&self) -> String {
        self.project.name.chars().take(1).collect()
    }

    /// Whether this is test data.
    pub(crate) fn is_rehearsal(&self) -> bool {
        self.project.mode == Mode::Test
    }
}

/// The address of a page of the portal.
pub(super) fn place(page: &str, program: Option<&str>) -> String {
    let path = if page.is_empty() {
        "/me".to_owned()
    } else {
        format!("/me/{page}")
    };
    match program {
        Some(slug) => {
            let mut query = Serializer::new(String::new());
            query.append_pair("program", slug);
            format!("{path}?{}", query.finish())
        }
        None => path,
    }
}
