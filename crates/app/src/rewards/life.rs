//! The steps of grants and their referrals inside one transaction. Every way to move a grant on goes through here;
//! only events make grants and claw them back, as one set.

use chrono::TimeDelta;
use domain::{
    ledger::{self, Book, LedgerError},
    log::Fact,
    referrals::{Move, Referral, ReferralState},
    rewards::{Grant, GrantState, GrantStep, Reward},
};
use kernel::{Amount, Ctx, GrantId, Problem, ProblemCode, ProjectId, ReferralId};
use serde_json::Value;
use store::{StoreError, WriteTx};

use crate::{AppError, AppResult, coupons::hand_out, ledger::apply};

/// One transaction's view on the grants of a project, with what it makes true.
pub(crate) struct Life<'a> {
    tx: &'a WriteTx,
    ctx: &'a Ctx,
    project: ProjectId,
    facts: Vec<Fact>,
}

impl<'a> Life<'a> {
    pub(crate) const fn new(tx: &'a WriteTx, ctx: &'a Ctx, project: ProjectId) -> Self {
        Self {
            tx,
            ctx,
            project,
            facts: Vec::new(),
        }
    }

    /// The grant, held until the commit together with its referral: the referral first, as events do.
    pub(crate) async fn lock(&self, id: GrantId) -> AppResult<Grant> {
        let grants = self.tx.project(self.project).grants();
        let found = grants.find(id).await?.ok_or(ProblemCode::NotFound)?;
        self.lock_referral(found.referral).await?;
        grants
            .lock(id)
            .await?
            .ok_or_else(|| ProblemCode::NotFound.into())
    }

    /// The referral, held until the commit.
    pub(crate) async fn lock_referral(&self, id: ReferralId) -> AppResult<Referral> {
        let mut found = self
            .tx
            .project(self.project)
            .referrals()
            .lock(&[id])
            .await?;
        found.pop().ok_or_else(|| ProblemCode::NotFound.into())
    }

    /// Makes a waiting grant available, and its referral rewarded. A coupon is given; where there is none the grant
    /// waits for a person.
    pub(crate) async fn release(&mut self, grant: Grant, reason: Option<&str>) -> AppResult<Grant> {
        let expiry = grant
            .expire_after_days
            .map(|days| self.ctx.now() + TimeDelta::days(i64::from(days)));
        let mut grant = self
            .step(grant, reason, |book, grant| {
                ledger::release(book, grant)?;
                grant.due_at = expiry.filter(|_| grant.state == GrantState::Available);
                Ok(())
            })
            .await?;
        if matches!(grant.reward, Reward::Coupon { .. }) {
            let handed = hand_out(
                self.tx,
                &mut grant,
                self.ctx.now(),
                self.ctx.entropy.as_ref(),
            )
            .await;
            handed.map_err(taken_by_chance)?;
            self.save(&grant).await?;
        }
        if !grant.state.is_waiting() {
            self.reward(grant.referral).await?;
        }
        self.tell(&grant, Amount::ZERO);
        Ok(grant)
    }

    /// The hold ended and a person still has to approve.
    pub(crate) async fn ask_approval(&mut self, grant: Grant) -> AppResult<Grant> {
        let grant = self
            .step(grant, Some("hold_ended"), |_, grant| {
                grant.state = grant.state.after(GrantStep::AskApproval)?;
                grant.due_at = None;
                Ok(())
            })
            .await?;
        self.tell(&grant, Amount::ZERO);
        Ok(grant)
    }

    /// Refuses a waiting grant.
    pub(crate) async fn reject(&mut self, grant: Grant, reason: Option<&str>) -> AppResult<Grant> {
        let grant = self.step(grant, reason, ledger::reject).await?;
        self.tell(&grant, Amount::ZERO);
        Ok(grant)
    }

    /// Ends an available grant whose time is over.
    pub(crate) async fn expire(&mut self, grant: Grant) -> AppResult<Grant> {
        let grant = self
            .step(grant, Some("not_used_in_time"), ledger::expire)
            .await?;
        self.tell(&grant, Amount::ZERO);
        Ok(grant)
    }

    /// Takes all of a grant back; where it is spent, from the member's other grants or as a debt.
    pub(crate) async fn reverse(&mut self, grant: Grant, reason: Option<&str>) -> AppResult<Grant> {
        let mut grants = vec![grant];
        if let Some(unit) = grants[0].unit().cloned() {
            let (id, member) = (grants[0].id, grants[0].member);
            let others = self
                .tx
                .project(self.project)
                .grants()
                .lock_available(&[member])
                .await?;
            grants.extend(
                others
                    .into_iter()
                    .filter(|other| other.id != id && other.unit() == Some(&unit)),
            );
        }
        let reason = reason.map(str::to_owned);
        let clawed = apply(self.tx, self.ctx, &mut grants, |book, grants| {
            let Some((grant, others)) = grants.split_first_mut() else {
                return Ok(Amount::ZERO);
            };
            grant.reason = reason;
            ledger::reverse(book, grant, others)
        })
        .await?;
        let grant = grants.swap_remove(0);
        self.tell(&grant, clawed);
        Ok(grant)
    }

    /// Notes that the member took what is no units.
    pub(crate) async fn claim(&mut self, grant: Grant) -> AppResult<Grant> {
        if grant.unit().is_some() {
            return Err(Problem::new(
                ProblemCode::InvalidTransition,
                "Units are spent, not claimed.",
            )
            .into());
        }
        let grant = self
            .step(grant, None, |_, grant| {
                grant.state = grant.state.after(GrantStep::Claim)?;
                grant.due_at = None;
                Ok(())
            })
            .await?;
        self.tell(&grant, Amount::ZERO);
        Ok(grant)
    }

    /// Writes a grant that no value moves for.
    pub(crate) async fn save(&self, grant: &Grant) -> AppResult<()> {
        Ok(self
            .tx
            .project(self.project)
            .grants()
            .save_all(std::slice::from_ref(grant))
            .await?)
    }

    /// Moves a referral on, where its state allows it. One that qualified and does not count any more is taken out of
    /// the inviter's figures.
    pub(crate) async fn advance(
        &mut self,
        mut referral: Referral,
        step: Move,
        reason: Option<&str>,
    ) -> AppResult<Referral> {
        let before = referral.state;
        referral.state = before
            .after(step)
            .map_err(|error| Problem::new(ProblemCode::InvalidTransition, error.to_string()))?;
        referral.updated_at = self.ctx.now();
        if let Some(reason) = reason {
            referral.reason = Some(reason.to_owned());
        }
        self.tx
            .project(self.project)
            .referrals()
            .save_all(std::slice::from_ref(&referral))
            .await?;
        let counted = matches!(before, ReferralState::Qualified | ReferralState::Rewarded);
        if counted && !referral.state.is_earning() {
            self.uncount(&referral).await?;
        }
        self.facts.push(Fact::ReferralChanged {
            referral: referral.id,
            program: referral.program,
            inviter: referral.inviter,
            invitee: referral.invitee,
            channel: referral.channel.clone(),
            state: referral.state,
        });
        Ok(referral)
    }

    /// Writes the audit trail and tells the event log.
    pub(crate) async fn record(self, action: &str, subject: &str, detail: Value) -> AppResult<()> {
        let (now, actor) = (self.ctx.now(), self.ctx.actor.label());
        self.tx
            .audit(Some(self.project), now, &actor, action, subject, detail)
            .await?;
        self.emit();
        Ok(())
    }

    /// Tells the event log alone: for what time did, not somebody.
    pub(crate) fn emit(self) {
        self.tx.emit(Some(self.project), self.ctx.now(), self.facts);
    }

    async fn step(
        &self,
        mut grant: Grant,
        reason: Option<&str>,
        work: impl FnOnce(&mut Book, &mut Grant) -> Result<(), LedgerError>,
    ) -> AppResult<Grant> {
        if let Some(reason) = reason {
            grant.reason = Some(reason.to_owned());
        }
        let mut grants = [grant];
        apply(self.tx, self.ctx, &mut grants, |book, grants| {
            work(book, &mut grants[0])
        })
        .await?;
        let [grant] = grants;
        Ok(grant)
    }

    async fn reward(&mut self, referral: ReferralId) -> AppResult<()> {
        let referral = self.lock_referral(referral).await?;
        if referral.state == ReferralState::Qualified {
            self.advance(referral, Move::Reward, None).await?;
        }
        Ok(())
    }

    async fn uncount(&self, referral: &Referral) -> AppResult<()> {
        let Some(inviter) = referral.inviter else {
            return Ok(());
        };
        let standings = self.tx.project(self.project).standings();
        let mut held = standings.lock(referral.program, &[inviter]).await?;
        for standing in &mut held {
            standing.qualified = standing.qualified.saturating_sub(1);
            standing.updated_at = self.ctx.now();
        }
        Ok(standings.save_all(&held).await?)
    }

    fn tell(&mut self, grant: &Grant, clawed: Amount) {
        self.facts.push(Fact::RewardChanged {
            grant: grant.id,
            program: grant.program,
            member: grant.member,
            reward: grant.reward.clone(),
            state: grant.state,
            clawed,
            reason: grant.reason.clone(),
        });
    }
}

/// A coupon made after a pattern may be there already: another try makes another.
fn taken_by_chance(error: AppError) -> AppError {
    match error {
        AppError::Store(StoreError::Duplicate(_)) => StoreError::Stale("a coupon").into(),
        other => other,
    }
}
