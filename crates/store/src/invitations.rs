//! Invitations addressed to one e-mail.

use domain::invitations::{Invitation, InvitationState};
use kernel::{CodeId, InvitationId, MemberId, Page, PageRequest, ProgramId, ProjectId, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    convert::{name, number, variant},
    error::{StoreError, StoreResult},
    rows::{insert_all, padded},
    scope::{Conn, InProject, Owned, newest},
    tables::invitations,
    transact::WriteTx,
};

/// The invitations of a project.
#[derive(Debug)]
pub struct Invitations<'a, C>(InProject<'a, C>);

/// Which invitations a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvitationFilter {
    /// Of this program.
    pub program: Option<ProgramId>,
    /// By this member.
    pub inviter: Option<MemberId>,
    /// In this state.
    pub state: Option<InvitationState>,
}

impl<'a, C> InProject<'a, C> {
    /// Its invitations.
    pub const fn invitations(self) -> Invitations<'a, C> {
        Invitations(self)
    }
}

impl<C: Conn> Invitations<'_, C> {
    /// The invitation with this id.
    pub async fn find(&self, id: InvitationId) -> StoreResult<Option<Invitation>> {
        let row = invitations::Entity::of(self.0.project)
            .filter(invitations::Column::Id.eq(id.uuid()))
            .one(self.0.db.conn())
            .await?;
        row.map(Invitation::try_from).transpose()
    }

    /// A page of invitations, newest first.
    pub async fn list(
        &self,
        filter: &InvitationFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Invitation>> {
        let mut query = invitations::Entity::of(self.0.project);
        if let Some(program) = filter.program {
            query = query.filter(invitations::Column::ProgramId.eq(program.uuid()));
        }
        if let Some(inviter) = filter.inviter {
            query = query.filter(invitations::Column::InviterId.eq(inviter.uuid()));
        }
        if let Some(state) = filter.state {
            query = query.filter(invitations::Column::State.eq(name(&state)));
        }
        let rows = newest(query, invitations::Column::Id, page)
            .all(self.0.db.conn())
            .await?;
        let items = rows
            .into_iter()
            .map(Invitation::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |invitation: &Invitation| {
            invitation.id.uuid()
        }))
    }
}

impl Invitations<'_, WriteTx> {
    /// The invitation with this id, held until the commit.
    pub async fn lock(&self, id: InvitationId) -> StoreResult<Option<Invitation>> {
        let row = invitations::Entity::of(self.0.project)
            .filter(invitations::Column::Id.eq(id.uuid()))
            .lock_exclusive()
            .one(self.0.db.conn())
            .await?;
        row.map(Invitation::try_from).transpose()
    }

    /// The invitations to these e-mails that are open at `now`, newest first, held until the commit.
    pub async fn find_open_by_emails(
        &self,
        email_keys: &[&str],
        now: Timestamp,
    ) -> StoreResult<Vec<Invitation>> {
        if email_keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows = invitations::Entity::of(self.0.project)
            .filter(invitations::Column::EmailKey.is_in(padded(email_keys.iter().copied())))
            .filter(invitations::Column::State.eq(name(&InvitationState::Sent)))
            .filter(invitations::Column::ExpiresAt.gt(now))
            .order_by_desc(invitations::Column::Id)
            .lock_exclusive()
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Invitation::try_from).collect()
    }

    /// Adds an invitation.
    pub async fn insert(&self, invitation: &Invitation) -> StoreResult<()> {
        let row = invitations::Model {
            id: invitation.id.uuid(),
            project_id: self.0.project.uuid(),
            program_id: invitation.program.uuid(),
            inviter_id: invitation.inviter.uuid(),
            code_id: invitation.code.uuid(),
            email_key: invitation.email_key.clone(),
            message: invitation.message.clone(),
            state: name(&invitation.state),
            sends: i64::from(invitation.sends),
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        };
        insert_all::<invitations::Entity, _, _>(self.0.db.conn(), vec![row]).await
    }

    /// Writes an invitation's changeable fields: state, sends, expiry.
    pub async fn save(&self, invitation: &Invitation) -> StoreResult<()> {
        invitations::Entity::update_many()
            .col_expr(invitations::Column::State, name(&invitation.state).into())
            .col_expr(
                invitations::Column::Sends,
                i64::from(invitation.sends).into(),
            )
            .col_expr(invitations::Column::ExpiresAt, invitation.expires_at.into())
            .filter(invitations::Column::ProjectId.eq(self.0.project.uuid()))
            .filter(invitations::Column::Id.eq(invitation.id.uuid()))
            .exec(self.0.db.conn())
            .await?;
        Ok(())
    }
}

impl TryFrom<invitations::Model> for Invitation {
    type Error = StoreError;

    fn try_from(row: invitations::Model) -> StoreResult<Self> {
        Ok(Self {
            id: InvitationId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            program: ProgramId::from_uuid(row.program_id),
            inviter: MemberId::from_uuid(row.inviter_id),
            code: CodeId::from_uuid(row.code_id),
            email_key: row.email_key,
            message: row.message,
            state: variant(&row.state, "invitations", "state")?,
            sends: number(row.sends, "invitations", "sends")?,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }
}
