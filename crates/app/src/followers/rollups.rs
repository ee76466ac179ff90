//! Figures per day.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use domain::{
    clicks::Click,
    log::{Entry, Fact},
    referrals::ReferralState,
    rewards::{GrantState, Reward},
};
use jobs::Follower;
use kernel::{Amount, ProgramId, ProjectId, Timestamp};
use serde::Serialize;
use store::{Rollup, StoreResult, WriteTx};
use telemetry::Metrics;
use uuid::Uuid;

use super::metric;
use crate::{App, figures::count_fact, stats::day_number};

/// Keeps the figures that statistics read, and counts the same for monitoring.
#[derive(Debug)]
pub(super) struct RollupFollower {
    metrics: Arc<Metrics>,
}

impl RollupFollower {
    /// The follower of this installation.
    pub(super) fn new(app: &App) -> Self {
        Self {
            metrics: Arc::clone(app.metrics()),
        }
    }
}

#[async_trait]
impl Follower for RollupFollower {
    fn name(&self) -> &'static str {
        "rollups"
    }

    async fn follow(&self, tx: &WriteTx, entries: &[Entry]) -> StoreResult<()> {
        let mut by_project: BTreeMap<ProjectId, Vec<Rollup>> = BTreeMap::new();
        for entry in entries {
            let Some(project) = entry.project else {
                continue;
            };
            let figures = by_project.entry(project).or_default();
            for fact in &entry.facts {
                count_fact(&self.metrics, fact);
                figures.extend(counted(fact, entry.at));
            }
        }
        for (project, figures) in by_project {
            tx.project(project).rollups().add(&figures).await?;
        }
        Ok(())
    }
}

/// What clicks add to the figures of each project. They are thousands, of few kinds.
pub(crate) fn click_rollups(clicks: &[Click]) -> BTreeMap<ProjectId, Vec<Rollup>> {
    let mut counts: HashMap<_, (Timestamp, i64)> = HashMap::new();
    for click in clicks {
        let day = click.at.date_naive();
        let kind = (click.program, day, click.bot, click.channel.as_str());
        let (_, count) = counts.entry((click.project, kind)).or_insert((click.at, 0));
        *count += 1;
    }
    let mut figures: BTreeMap<ProjectId, Vec<Rollup>> = BTreeMap::new();
    for ((project, (program, _, bot, channel)), (at, count)) in counts {
        let metric = if bot {
            metric::ROBOT_CLICKS
        } else {
            metric::CLICKS
        };
        let figure = figure(program, at, metric, channel, count);
        figures.entry(project).or_default().push(figure);
    }
    figures
}

/// What a fact adds to the figures.
fn counted(fact: &Fact, at: Timestamp) -> Vec<Rollup> {
    let one = |program, metric, dimension: &str| vec![figure(program, at, metric, dimension, 1)];
    match fact {
        Fact::ReferralRegistered {
            program, channel, ..
        } => one(*program, metric::SIGN_UPS, channel),
        Fact::ReferralRefused {
            program, reason, ..
        } => one(
            program.unwrap_or_else(no_program),
            metric::REFUSED,
            reason.slug(),
        ),
        Fact::ReferralChanged {
            program,
            channel,
            state,
            ..
        } => match state {
            ReferralState::Registered => Vec::new(),
            ReferralState::Qualified => one(*program, metric::QUALIFIED, channel),
            ReferralState::Rewarded => one(*program, metric::REWARDED, channel),
            ReferralState::Rejected | ReferralState::Expired | ReferralState::Reversed => {
                one(*program, metric::LOST, &slug(state))
            }
        },
        Fact::RewardGranted {
            program,
            reward,
            state,
            ..
        } => granted(*program, at, reward, *state),
        Fact::RewardChanged {
            program,
            reward,
            state,
            clawed,
            ..
        } => taken_back(*program, at, reward, *state, *clawed),
        Fact::BalanceSpent { unit, amount, .. } => {
            vec![figure(
                no_program(),
                at,
                metric::UNITS_SPENT,
                unit.as_str(),
                amount.0,
            )]
        }
        Fact::MemberCreated { .. }
        | Fact::InvitationSent { .. }
        | Fact::ProgramChanged { .. }
        | Fact::CodeChanged { .. }
        | Fact::ProjectChanged { .. }
        | Fact::KeyChanged { .. }
        | Fact::OperatorChanged { .. }
        | Fact::SessionEnded { .. }
        | Fact::WebhookChanged { .. } => Vec::new(),
    }
}

fn granted(program: ProgramId, at: Timestamp, reward: &Reward, state: GrantState) -> Vec<Rollup> {
    let mut figures = vec![
        figure(program, at, metric::GRANTS, reward.kind(), 1),
        figure(program, at, metric::GRANT_STATES, &slug(&state), 1),
    ];
    if let Reward::Units { unit, amount } = reward {
        figures.push(figure(
            program,
            at,
            metric::UNITS_GRANTED,
            unit.as_str(),
            amount.0,
        ));
    }
    figures
}

fn taken_back(
    program: ProgramId,
    at: Timestamp,
    reward: &Reward,
    state: GrantState,
    clawed: Amount,
) -> Vec<Rollup> {
    let Reward::Units { unit, amount } = reward else {
        return Vec::new();
    };
    let back = if state == GrantState::Rejected {
        *amount
    } else {
        clawed
    };
    if back == Amount::ZERO {
        return Vec::new();
    }
    vec![figure(
        program,
        at,
        metric::UNITS_TAKEN_BACK,
        unit.as_str(),
        back.0,
    )]
}

fn figure(program: ProgramId, at: Timestamp, metric: &str, dimension: &str, value: i64) -> Rollup {
    Rollup {
        program,
        day: day_number(at.date_naive()),
        metric: metric.to_owned(),
        dimension: dimension.to_owned(),
        value,
    }
}

/// Stands for the project itself where a figure belongs to no program.
fn no_program() -> ProgramId {
    ProgramId::from_uuid(Uuid::nil())
}

/// The serde name of a state.
fn slug<T: Serialize>(state: &T) -> String {
    serde_json::to_value(state)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}
