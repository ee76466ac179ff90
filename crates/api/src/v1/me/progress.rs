//! `GET /api/v1/me/progress`

use domain::rewards::{self, Reward as DomainReward};

use super::MyProgramQuery;
use crate::{prelude::*, v1::programs::rules::Reward};

/// What one rule has in store for the member.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Progress {
    /// The rule's key.
    rule: String,
    /// The type of event that triggers it.
    on: String,
    /// The member's count that it looks at.
    have: u32,
    /// What the member gets for each friend, now.
    #[schema(required, value_type = Option<Reward>)]
    per_friend: Option<DomainReward>,
    /// What the friend gets.
    #[schema(required, value_type = Option<Reward>)]
    for_friend: Option<DomainReward>,
    /// What there is to reach; null where there is nothing more.
    #[schema(required)]
    next: Option<Goal>,
}

/// A number to reach.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Goal {
    /// The number.
    need: u32,
    /// What the member gets: once when a milestone is reached, for each friend from then on in a tier.
    #[schema(value_type = Reward)]
    reward: DomainReward,
}

impl From<rewards::Progress> for Progress {
    fn from(progress: rewards::Progress) -> Self {
        Self {
            rule: progress.rule,
            on: progress.on,
            have: progress.have,
            per_friend: progress.per_friend,
            for_friend: progress.for_friend,
            next: progress.next.map(|next| Goal {
                need: next.need,
                reward: next.reward,
            }),
        }
    }
}

failures!(reads: NotFound, ValidationFailed);

/// Lists what each rule of a program has in store for the member.
#[utoipa::path(get, path = "/api/v1/me/progress", tag = "me", operation_id = "list_my_progress",
    params(MyProgramQuery),
    responses((status = 200, description = "The rules.", body = Page<Progress>), Failure))]
pub(super) async fn progress(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(MyProgramQuery { program_id }): Params<MyProgramQuery>,
) -> Answer<Page<Progress>> {
    shown(Page::whole(
        app::me::my_progress(&app, &ctx, project, program_id).await?,
    ))
}
