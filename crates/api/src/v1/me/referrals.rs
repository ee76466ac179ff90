//! `GET /api/v1/me/referrals`

use domain::referrals::ReferralState as DomainState;

use crate::{prelude::*, v1::referrals::ReferralState};

list_query! {
    /// Which referrals.
    MyReferralsQuery {}
}

/// A referral as its inviter sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyReferral {
    /// Its id, `ref_…`.
    id: String,
    /// The program, `prg_…`.
    program_id: String,
    /// The invitee's name, masked.
    invitee: String,
    /// Where it stands.
    #[schema(value_type = ReferralState)]
    state: DomainState,
    /// The same and what it waits for, in the member's language.
    sentence: String,
    /// When the invitee signed up.
    created_at: DateTime<Utc>,
}

impl From<app::me::MyReferral> for MyReferral {
    fn from(referral: app::me::MyReferral) -> Self {
        Self {
            id: referral.id.to_string(),
            program_id: referral.program.to_string(),
            invitee: referral.invitee,
            state: referral.state,
            sentence: referral.sentence,
            created_at: referral.created_at,
        }
    }
}

failures!(reads: ValidationFailed);

/// Lists whom the member invited.
#[utoipa::path(get, path = "/api/v1/me/referrals", tag = "me", operation_id = "list_my_referrals",
    params(MyReferralsQuery),
    responses((status = 200, description = "A page of referrals.", body = Page<MyReferral>), Failure))]
pub(super) async fn referrals(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<MyReferralsQuery>,
) -> Answer<Page<MyReferral>> {
    shown(app::me::my_referrals(&app, &ctx, project, query.page()?).await?)
}
