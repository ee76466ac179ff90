//! Every page and API answer, one after the other: the slowest counts.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::setup::{Api, Setup};

/// How often each is asked for.
const TIMES: usize = 5;

/// How long each took at most, slowest first.
pub(crate) async fn run(api: &Api<'_>, setup: &Setup) -> Result<Vec<(String, Duration)>> {
    let mut took = Vec::new();
    for path in paths(api, setup).await? {
        let mut most = Duration::ZERO;
        for _ in 0..TIMES {
            let begin = Instant::now();
            let answer = api
                .http
                .get(format!("{}{path}", api.url))
                .bearer_auth(api.key)
                .send()
                .await?;
            let status = answer.status();
            answer.bytes().await?;
            most = most.max(begin.elapsed());
            ensure!(
                status.is_success() || status.is_redirection(),
                "{path} answers {status}"
            );
        }
        took.push((path, most));
    }
    took.sort_by_key(|(_, most)| std::cmp::Reverse(*most));
    Ok(took)
}

#[expect(clippy::too_many_lines, reason = "a list is read from top to bottom")]
async fn paths(api: &Api<'_>, setup: &Setup) -> Result<Vec<String>> {
    let first = async |list: &str| -> Result<String> {
        let page = api
            .send(
                reqwest::Method::GET,
                &format!("/api/v1/{list}?limit=1"),
                None,
            )
            .await?;
        Ok(page["items"][0]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned())
    };
    let (event, referral, reward) = (
        first("events").await?,
        first("referrals").await?,
        first("rewards").await?,
    );
    let Setup {
        program,
        inviter,
        code,
        ..
    } = setup;
    let member = format!("members/{inviter}");
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
        "stats/totals".to_owned(),
        "stats/series".to_owned(),
        "stats/funnel".to_owned(),
        "stats/channels".to_owned(),
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
