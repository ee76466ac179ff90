//! The use case behind `/i/{code}`.

use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

use cache::Lookup;
use domain::{clicks::Click, codes::normalize, programs::Touch, referrals::ClickToken};
use kernel::{Ctx, Id, Problem, ProblemCode, Timestamp, kinds};
use store::Reader;
use url::Url;

use super::{CodeOnLink, robots::is_robot};
use crate::{App, AppResult};

/// The longest text kept of a parameter or a channel.
const LONGEST: usize = 64;

/// What a browser brings when it opens a link.
#[derive(Debug, Clone, Copy)]
pub struct LinkVisit<'a> {
    /// The code in the path.
    pub code: &'a str,
    /// The query, decoded.
    pub query: &'a [(String, String)],
    /// `User-Agent`.
    pub agent: Option<&'a str>,
    /// The visitor's address.
    pub address: Option<IpAddr>,
    /// `Referer`.
    pub referrer: Option<&'a str>,
    /// The click token that an earlier visit left, where there was one.
    pub earlier: Option<&'a str>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The address for `Location`.
    pub location: String,
    /// The click token for the visitor's browser.
    pub token: String,
    /// For how many days the browser keeps it.
    pub days: u32,
}

/// Records a click and tells where it leads. The click is on disk when this returns.
///
/// # Errors
/// `invite_code_invalid`, `invite_code_expired`, `invite_code_revoked`, `invite_code_exhausted`,
/// `program_not_active`; `unavailable` where the disk does not take the click.
pub async fn follow_link(app: &App, ctx: &Ctx, visit: LinkVisit<'_>) -> AppResult<Followed> {
    let link = link(app, visit.code).await?;
    let now = ctx.now();
    usable(&link, now)?;
    let click = click(app, ctx, &link, &visit, now);
    let token = token(app, &link, &visit, &click, now);
    let location = location(&link, &token, &click);
    let record = serde_json::to_vec(&click).map_err(|_| Problem::from(ProblemCode::Internal))?;
    app.journal().append(record).await.map_err(|error| {
        tracing::error!(%error, "a click could not be recorded");
        Problem::from(ProblemCode::Unavailable)
    })?;
    app.clicks().count(click.bot);
    Ok(Followed {
        location,
        token,
        days: link.program.settings.attribution.click_window_days,
    })
}

/// What a code on a link stands for, from memory where it is known. Says nothing about whether it may be used.
///
/// # Errors
/// `invite_code_invalid`.
pub async fn link(app: &App, text: &str) -> AppResult<Arc<CodeOnLink>> {
    let key = normalize(text).map_err(|_| Problem::from(ProblemCode::InviteCodeInvalid))?;
    let links = &app.caches().links;
    let found = match links.get(&key) {
        Lookup::Found(link) => Some(link),
        Lookup::Absent => None,
        Lookup::Unknown if app.store().takes_writes() => {
            let reader = app.store().read();
            links.load(&key, load(app, &reader, &key)).await?
        }
        // Links go on without a writer. What a replica says may be old, so it is not kept.
        Lookup::Unknown => {
            let link = load(app, &app.store().read_anyhow(), &key).await?;
            link.map(Arc::new)
        }
    };
    found.ok_or_else(|| ProblemCode::InviteCodeInvalid.into())
}

async fn load<F: Send + Sync>(
    app: &App,
    reader: &Reader<F>,
    key: &str,
) -> AppResult<Option<CodeOnLink>> {
    let Some(code) = reader.directory().code_by_key(key).await? else {
        return Ok(None);
    };
    let Some(project) = reader.directory().project(code.project).await? else {
        return Ok(None);
    };
    let scope = reader.project(project.id);
    let Some(program) = scope.programs().find(code.program).await? else {
        return Ok(None);
    };
    let inviter = match code.owner {
        Some(owner) => scope
            .members()
            .find(owner)
            .await?
            .and_then(|member| member.name),
        None => None,
    };
    let mut target = match &program.settings.landing_url {
        Some(url) => url.clone(),
        None => own_page(app, project.slug.as_str(), program.slug.as_str())?,
    };
    target.query_pairs_mut().append_pair("code", &code.text);
    let target = target.into();
    Ok(Some(CodeOnLink {
        code,
        program,
        project,
        inviter,
        target,
    }))
}

fn own_page(app: &App, project: &str, program: &str) -> AppResult<Url> {
    let mut url = app.settings().public_url.clone();
    url.path_segments_mut()
        .map_err(|()| Problem::new(ProblemCode::Internal, "The public URL has no path."))?
        .pop_if_empty()
        .extend([project, program]);
    Ok(url)
}

/// Whether the link may be followed: the code's own limits, then the program's.
pub(crate) fn usable(link: &CodeOnLink, now: Timestamp) -> Result<(), Problem> {
    let code = &link.code;
    let problem = if code.expires_at.is_some_and(|end| now >= end) {
        ProblemCode::InviteCodeExpired
    } else if code.revoked_at.is_some() {
        ProblemCode::InviteCodeRevoked
    } else if code.max_uses.is_some_and(|most| code.uses >= most) {
        ProblemCode::InviteCodeExhausted
    } else if !link.program.is_open(now) {
        ProblemCode::ProgramNotActive
    } else {
        return Ok(());
    };
    Err(problem.into())
}

fn click(app: &App, ctx: &Ctx, link: &CodeOnLink, visit: &LinkVisit<'_>, now: Timestamp) -> Click {
    let utm: BTreeMap<String, String> = visit
        .query
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("utm_")?, value)))
        .filter(|(name, value)| {
            matches!(*name, "source" | "medium" | "campaign" | "term" | "content")
                && !value.is_empty()
        })
        .map(|(name, value)| (name.to_owned(), shortened(value)))
        .collect();
    let named = visit
        .query
        .iter()
        .find(|(name, value)| name == "ch" && !value.is_empty());
    let channel = named
        .map(|(_, value)| shortened(value))
        .or_else(|| utm.get("medium").cloned());
    Click {
        id: Id::<kinds::Event>::new(now, ctx.entropy.as_ref()).uuid(),
        project: link.project.id,
        program: link.program.id,
        code: link.code.id,
        at: now,
        channel: channel.unwrap_or_else(|| "direct".to_owned()),
        utm,
        address_hash: visit
            .address
            .and_then(|address| app.person_hash("address", &address.to_string())),
        agent_hash: visit
            .agent
            .and_then(|agent| app.person_hash("agent", agent)),
        referrer: visit.referrer.and_then(host),
        bot: is_robot(visit.agent),
    }
}

/// The token that the visitor's browser is to carry: the earlier one where the first touch counts and it still does.
fn token(
    app: &App,
    link: &CodeOnLink,
    visit: &LinkVisit<'_>,
    click: &Click,
    now: Timestamp,
) -> String {
    let policy = &link.program.settings.attribution;
    let secret = &app.settings().secret;
    let earlier = visit
        .earlier
        .filter(|_| policy.touch == Touch::First)
        .filter(|text| {
            let age = ClickToken::verify(text, secret).map(|token| now - token.at());
            age.is_some_and(|age| age.num_days() < i64::from(policy.click_window_days))
        });
    earlier.map_or_else(
        || {
            ClickToken {
                click: click.id,
                code: link.code.id,
            }
            .sign(secret)
        },
        str::to_owned,
    )
}

fn location(link: &CodeOnLink, token: &str, click: &Click) -> String {
    let mut location = String::with_capacity(link.target.len() + token.len() + 16);
    location.push_str(&link.target);
    location.push_str("&click_id=");
    location.push_str(token);
    for (name, value) in &click.utm {
        location.push_str("&utm_");
        location.push_str(name);
        location.push('=');
        location.extend(url::form_urlencoded::byte_serialize(value.as_bytes()));
    }
    location
}

fn shortened(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect()
}

fn host(referrer: &str) -> Option<String> {
    let url = Url::parse(referrer).ok()?;
    url.host_str().map(|host| host.chars().take(191).collect())
}
