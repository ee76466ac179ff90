//! Coupon pools.

use app::coupons::{Added, NewPool, add_coupons, create_pool, list_pools};
use askama::Template;
use axum::{
    extract::{Form, Path, State},
    response::Response,
};
use domain::{coupons::Pool, people::Permission};
use http::StatusCode;
use kernel::{FieldError, Problem, ProblemCode};
use serde::Deserialize;

use super::{
    super::typed::{placed, some},
    waiting,
};
use crate::{
    answer::{PageError, PageResult, done, page, page_with},
    door::{Console, Desk},
    look::{Frame, filters, filters::fill},
    state::WebState,
    words::{refusals, states::Badge},
};

/// A pool with fewer coupons than this is running low.
const LOW: u32 = 20;

#[derive(Template)]
#[template(path = "console/rewards/pools.html")]
struct Pools<'a> {
    f: &'a Frame,
    c: &'a Console,
    waiting: String,
    pools: Vec<Pool>,
}

#[derive(Template)]
#[template(path = "console/rewards/new_pool.html")]
struct Make<'a> {
    f: &'a Frame,
    c: &'a Console,
    answers: &'a NewAnswers,
    faults: &'a [FieldError],
    note: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "console/rewards/pool.html")]
struct Shown<'a> {
    f: &'a Frame,
    c: &'a Console,
    pool: Pool,
    coupons: &'a str,
    added: Option<Added>,
    fault: Option<String>,
}

/// What the form of a new pool says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewAnswers {
    slug: String,
    pattern: String,
}

/// What the form of more coupons says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filling {
    coupons: String,
}

fn stock(f: &Frame, pool: &Pool) -> Badge {
    let t = &f.t.rewards;
    match pool.left {
        None => (t.endless, "calm"),
        Some(0) => (t.empty_pool, "bad"),
        Some(left) if left < LOW => (t.low, "warn"),
        Some(_) => (f.t.story.grant_available, "good"),
    }
}

fn is_low(pool: &Pool) -> bool {
    pool.left.is_some_and(|left| left < LOW)
}

impl Make<'_> {
    fn pattern_fault(&self) -> Option<&'static str> {
        let found = self.faults.iter().find(|fault| fault.field == "pattern");
        found.map(|_| self.f.t.rewards.pattern_fault)
    }
}

impl Pools<'_> {
    fn stock(&self, pool: &Pool) -> Badge {
        stock(self.f, pool)
    }

    fn any_low(&self) -> bool {
        self.pools.iter().any(is_low)
    }
}

impl Shown<'_> {
    fn stock(&self) -> Badge {
        stock(self.f, &self.pool)
    }
}

/// `GET …/rewards/pools`.
pub(super) async fn list(desk: Desk) -> PageResult {
    Ok(page(&Pools {
        f: &desk.f,
        c: &desk,
        waiting: waiting(&desk).await?,
        pools: list_pools(&desk.app, &desk.ctx, desk.project.id).await?,
    }))
}

/// `GET …/rewards/pools/new`.
pub(super) async fn ask(desk: Desk) -> PageResult {
    if !desk.may(Permission::CouponsWrite) {
        return Err(PageError(ProblemCode::Forbidden.into()));
    }
    Ok(page(&Make {
        f: &desk.f,
        c: &desk,
        answers: &NewAnswers::default(),
        faults: &[],
        note: None,
    }))
}

/// `POST …/rewards/pools/new`.
pub(super) async fn make(
    State(state): State<WebState>,
    desk: Desk,
    Form(answers): Form<NewAnswers>,
) -> PageResult {
    let new = NewPool {
        slug: answers.slug.trim().to_owned(),
        pattern: some(&answers.pattern),
    };
    match create_pool(&desk.app, &desk.ctx, desk.project.id, new).await {
        Ok(pool) => {
            let page = desk.at(&format!("rewards/pool/{}", pool.slug));
            Ok(done(&state, &page, "pool_made"))
        }
        Err(error) => {
            let taken = [(ProblemCode::Conflict, "slug", "taken")];
            let problem = placed(error.problem(), &taken);
            if problem.fields.is_empty() {
                return Err(PageError(problem));
            }
            let template = Make {
                f: &desk.f,
                c: &desk,
                answers: &answers,
                faults: &problem.fields,
                note: refusals::note(&desk.f, &problem),
            };
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &template))
        }
    }
}

type OfPool = Path<(String, String, String)>;

async fn find(desk: &Desk, slug: &str) -> Result<Pool, PageError> {
    let pools = list_pools(&desk.app, &desk.ctx, desk.project.id).await?;
    let found = pools.into_iter().find(|pool| pool.slug == slug);
    found.ok_or_else(|| PageError(ProblemCode::NotFound.into()))
}

/// `GET …/rewards/pool/{slug}`.
pub(super) async fn show(desk: Desk, Path((_, _, slug)): OfPool) -> PageResult {
    draw(&desk, &slug, "", None, None).await
}

async fn draw(
    desk: &Desk,
    slug: &str,
    coupons: &str,
    added: Option<Added>,
    fault: Option<String>,
) -> Result<Response, PageError> {
    let status = match fault {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let template = Shown {
        f: &desk.f,
        c: desk,
        pool: find(desk, slug).await?,
        coupons,
        added,
        fault,
    };
    Ok(page_with(status, &template))
}

/// `POST …/rewards/pool/{slug}`: more coupons.
pub(super) async fn fill_up(
    desk: Desk,
    Path((_, _, slug)): OfPool,
    Form(answers): Form<Filling>,
) -> PageResult {
    let lines = answers.coupons.lines().map(str::trim);
    let codes: Vec<String> = lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    if codes.is_empty() {
        let needed = desk.f.t.faults.required.to_owned();
        return draw(&desk, &slug, "", None, Some(needed)).await;
    }
    match add_coupons(&desk.app, &desk.ctx, desk.project.id, &slug, codes).await {
        Ok(added) => draw(&desk, &slug, "", Some(added), None).await,
        Err(error) => {
            let fault = wrong(&desk.f, &error.problem())?;
            draw(&desk, &slug, &answers.coupons, None, Some(fault)).await
        }
    }
}

/// What is wrong with pasted coupons.
fn wrong(f: &Frame, problem: &Problem) -> Result<String, PageError> {
    let line = problem.fields.first().and_then(|fault| {
        let index = fault.field.strip_prefix("codes[")?.strip_suffix(']')?;
        index.parse::<usize>().ok()
    });
    match (line, problem.code) {
        (Some(index), _) => Ok(fill(f.t.rewards.line_fault, "n", &(index + 1).to_string())),
        (None, ProblemCode::PayloadTooLarge | ProblemCode::Conflict) => {
            Ok(refusals::refused(f, problem.code).to_owned())
        }
        _ => Err(PageError(problem.clone())),
    }
}
