//! Every page and API answer, one after the other: the slowest counts.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use kernel::{Clock, SystemClock};
use reqwest::{Client, Method, header};

use super::{
    server::Installation,
    setup::{Api, Setup},
};

/// How often each is asked for.
const TIMES: usize = 5;

/// What was asked for, and how long it took at most; the slowest first.
pub(crate) type Slowest = Vec<(String, Duration)>;

/// The answers of the API and the landing page.
pub(crate) async fn answers(api: &Api<'_>, setup: &Setup) -> Result<Slowest> {
    ask(api, answer_paths(api, setup).await?, api.http, None).await
}

/// The pages of the console, as an owner opens them.
pub(crate) async fn console(
    api: &Api<'_>,
    setup: &Setup,
    installation: &Installation,
) -> Result<Slowest> {
    let http = telemetry::client_builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let session = sign_in(api, &http, installation).await?;
    ask(api, console_paths(api, setup).await?, &http, Some(&session)).await
}

/// The cookie of an owner's session.
async fn sign_in(api: &Api<'_>, http: &Client, installation: &Installation) -> Result<String> {
    let made = [
        "admin",
        "create",
        "--email",
        "owner@bench.example",
        "--name",
        "Owner",
    ];
    let printed = installation.command(&made)?;
    let (_, token) = printed
        .split_once("/console/reset/")
        .context("no link to a password was printed")?;
    let token = token.split_whitespace().next().unwrap_or_default();
    let answer = http
        .post(format!("{}/console/reset/{token}", api.url))
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body("password=a+password+for+the+bench")
        .send()
        .await?;
    let cookie = answer.headers().get(header::SET_COOKIE);
    let cookie = cookie.with_context(|| format!("no session: {}", answer.status()))?;
    let cookie = cookie.to_str()?.split(';').next().unwrap_or_default();
    Ok(cookie.to_owned())
}

async fn ask(
    api: &Api<'_>,
    paths: Vec<String>,
    http: &Client,
    session: Option<&str>,
) -> Result<Slowest> {
    let mut took = Vec::new();
    for path in paths {
        let mut most = Duration::ZERO;
        for _ in 0..TIMES {
            let begin = Instant::now();
            let request = http.get(format!("{}{path}", api.url));
            let request = match session {
                Some(cookie) => request.header(header::COOKIE, cookie),
                None => request.bearer_auth(api.key),
            };
            let answer = request.send().await?;
            let status = answer.status();
            answer.bytes().await?;
            most = most.max(begin.elapsed());
            ensure!(status.is_success(), "{path} answers {status}");
        }
        took.push((path, most));
    }
    took.sort_by_key(|(_, most)| std::cmp::Reverse(*most));
    Ok(took)
}

/// The id of what a list begins with.
async fn first(api: &Api<'_>, list: &str) -> Result<String> {
    let path = format!("/api/v1/{list}?limit=1");
    let page = api.send(Method::GET, &path, None).await?;
    let item = &page["items"][0];
    // An event comes with what became of it, which has the id.
    let id = item["id"].as_str().or(item["outcome"]["id"].as_str());
    Ok(id
        .with_context(|| format!("{list} has no first item"))?
        .to_owned())
}

async fn console_paths(api: &Api<'_>, setup: &Setup) -> Result<Vec<String>> {
    let (referral, reward) = (first(api, "referrals").await?, first(api, "rewards").await?);
    let Setup {
        program,
        inviter,
        code,
        ..
    } = setup;
    let in_project = [
        String::new(),
        "?days=365".to_owned(),
        "/programs".to_owned(),
        format!("/programs/{program}"),
        format!("/programs/{program}/edit"),
        format!("/programs/{program}/versions"),
        "/codes".to_owned(),
        format!("/codes?program={program}"),
        format!("/codes/{code}"),
        "/codes/invitations".to_owned(),
        "/members".to_owned(),
        "/members?q=person-0".to_owned(),
        "/members?q=nobody".to_owned(),
        format!("/members/{inviter}"),
        format!("/members/{inviter}/invitees"),
        format!("/members/{inviter}/rewards"),
        format!("/members/{inviter}/transfers"),
        format!("/members/{inviter}/notices"),
        "/referrals".to_owned(),
        "/referrals?state=qualified".to_owned(),
        format!("/referrals/{referral}"),
        "/rewards".to_owned(),
        "/rewards?state=held".to_owned(),
        "/rewards/approvals".to_owned(),
        "/rewards/pools".to_owned(),
        format!("/rewards/{reward}"),
        "/risk".to_owned(),
        "/webhooks".to_owned(),
        "/keys".to_owned(),
        "/audit".to_owned(),
        "/settings".to_owned(),
    ];
    let around = ["", "/operators", "/audit", "/account"];
    Ok(in_project
        .iter()
        .map(|path| format!("/console/bench/live{path}"))
        .chain(around.iter().map(|path| format!("/console{path}")))
        .collect())
}

#[expect(clippy::too_many_lines, reason = "a list is read from top to bottom")]
async fn answer_paths(api: &Api<'_>, setup: &Setup) -> Result<Vec<String>> {
    let (event, referral, reward) = (
        first(api, "events").await?,
        first(api, "referrals").await?,
        first(api, "rewards").await?,
    );
    let Setup {
        program,
        inviter,
        code,
        ..
    } = setup;
    let member = format!("members/{inviter}");
    let today = SystemClock.now().date_naive();
    let year = format!("from={}&to={today}", today - TimeDelta::days(365));
    let api_paths = [
        "project".to_owned(),
        "permissions".to_owned(),
        "programs".to_owned(),
        format!("programs/{program}"),
        format!("programs/{program}/versions"),
        format!("programs/{program}/versions/1"),
        "codes".to_owned(),
        format!("codes?program_id={program}"),
        format!("codes/{code}"),
        format!("codes/{code}/validate"),
        format!("codes/{code}/qr.svg"),
        "clicks".to_owned(),
        format!("clicks?program_id={program}"),
        "members".to_owned(),
        "members?search=person-0".to_owned(),
        "members?search=nobody".to_owned(),
        member.clone(),
        format!("{member}/overview"),
        format!("{member}/balances"),
        format!("{member}/transfers"),
        format!("{member}/referrals"),
        format!("{member}/rewards"),
        format!("{member}/notices"),
        "events".to_owned(),
        format!("events?member_id={inviter}"),
        format!("events?referral_id={referral}"),
        format!("events/{event}"),
        "referrals".to_owned(),
        format!("referrals?program_id={program}"),
        format!("referrals?inviter_id={inviter}"),
        format!("referrals?program_id={program}&state=qualified"),
        "referrals?state=registered".to_owned(),
        "referrals?verdict=review".to_owned(),
        format!("referrals/{referral}"),
        format!("referrals/{referral}/decisions"),
        "rewards".to_owned(),
        format!("rewards?program_id={program}"),
        format!("rewards?member_id={inviter}"),
        format!("rewards?referral_id={referral}"),
        "rewards?state=held".to_owned(),
        format!("rewards?member_id={inviter}&state=available"),
        format!("rewards/{reward}"),
        format!("stats/totals?{year}"),
        format!("stats/series?{year}"),
        format!("stats/funnel?{year}"),
        format!("stats/channels?{year}"),
        format!("stats/leaderboard?program_id={program}"),
        format!("stats/leaderboard?program_id={program}&around={inviter}"),
        "invitations".to_owned(),
        "coupon-pools".to_owned(),
        "keys".to_owned(),
        "webhooks".to_owned(),
        "audit".to_owned(),
    ];
    let pages = [
        format!("/bench/bench?code={code}"),
        "/api/health".to_owned(),
    ];
    Ok(api_paths
        .iter()
        .map(|path| format!("/api/v1/{path}"))
        .chain(pages)
        .collect())
}
