//! Writes what a set of events changed, with a few statements per table.

use domain::{
    log::Fact,
    referrals::Outcome,
    rewards::{GrantState, Reward},
};
use futures::try_join;
use kernel::IdempotencyKey;
use store::{Answer, StoreResult, WriteTx};

use super::working_set::WorkingSet;
use crate::{AppResult, coupons::hand_out, ledger::save_book};

/// The statements go over one connection, so one after the other; but all are asked for at the same moment, so that the next
/// ones are put together while the database works on one.
pub(super) async fn save(
    tx: &WriteTx,
    mut set: WorkingSet,
    answers: Vec<(IdempotencyKey, Outcome)>,
) -> AppResult<()> {
    set.hand_out_coupons(tx).await?;
    set.tell_grants();
    let mut book = std::mem::take(&mut set.book);
    let facts = std::mem::take(&mut set.facts);
    // The first failure ends them all, before another statement leaves: it may have ended the transaction.
    try_join!(
        set.save_people(tx),
        set.save_events(tx),
        set.save_referrals(tx),
        set.save_grants(tx),
        save_book(tx, set.project, &mut book, set.now, set.entropy.as_ref()),
        set.save_answers(tx, answers),
    )?;
    tx.emit(Some(set.project), set.now, facts);
    Ok(())
}

impl WorkingSet {
    /// Members, and through what they came.
    async fn save_people(&self, tx: &WriteTx) -> StoreResult<()> {
        let scope = tx.project(self.project);
        scope.members().insert_all(&self.members.new_rows()).await?;
        for member in self.members.changed_rows() {
            scope.members().update(&member).await?;
        }
        scope.codes().save_all(&self.codes.changed_rows()).await?;
        for invitation in self.invitations.changed_rows() {
            scope.invitations().save(&invitation).await?;
        }
        Ok(())
    }

    async fn save_events(&self, tx: &WriteTx) -> StoreResult<()> {
        let events = tx.project(self.project).events();
        events.insert_all(&self.events.new_rows()).await?;
        events.save_all(&self.events.changed_rows()).await?;
        events.insert_orders(&self.orders.new_rows()).await?;
        events.save_orders(&self.orders.changed_rows()).await
    }

    async fn save_referrals(&self, tx: &WriteTx) -> StoreResult<()> {
        let scope = tx.project(self.project);
        let (referrals, standings) = (scope.referrals(), scope.standings());
        referrals.insert_all(&self.referrals.new_rows()).await?;
        referrals.save_all(&self.referrals.changed_rows()).await?;
        standings.insert_all(&self.standings.new_rows()).await?;
        standings.save_all(&self.standings.changed_rows()).await
    }

    async fn save_grants(&self, tx: &WriteTx) -> StoreResult<()> {
        let grants = tx.project(self.project).grants();
        grants.insert_all(&self.grants.new_rows()).await?;
        grants.save_all(&self.grants.changed_rows()).await?;
        grants.insert_tallies(&self.tallies.new_rows()).await?;
        grants.save_tallies(&self.tallies.changed_rows()).await
    }

    async fn save_answers(
        &self,
        tx: &WriteTx,
        answers: Vec<(IdempotencyKey, Outcome)>,
    ) -> StoreResult<()> {
        let answers = answers.into_iter().map(|(key, outcome)| {
            let answer = serde_json::to_string(&outcome).unwrap_or_default();
            let fingerprint = key.fingerprint;
            (
                key.key,
                Answer {
                    fingerprint,
                    answer,
                },
            )
        });
        tx.remember_answers(Some(self.project), answers.collect(), self.now)
            .await
    }

    /// Gives coupons to grants that became available. Where the pool is empty, a person has to look.
    async fn hand_out_coupons(&mut self, tx: &WriteTx) -> AppResult<()> {
        for id in self.grants.new_keys() {
            let Some(grant) = self.grants.get(&id) else {
                continue;
            };
            if grant.state == GrantState::Available && matches!(grant.reward, Reward::Coupon { .. })
            {
                let mut grant = grant.clone();
                hand_out(tx, &mut grant, self.now, self.entropy.as_ref()).await?;
                let referral = grant.referral;
                if let Some(row) = self.grants.change(id) {
                    *row = grant;
                }
                self.rewarded(referral);
            }
        }
        Ok(())
    }

    /// Tells of the new grants, before what has already changed about them.
    fn tell_grants(&mut self) {
        let granted = self
            .grants
            .new_rows()
            .into_iter()
            .map(|grant| Fact::RewardGranted {
                grant: grant.id,
                program: grant.program,
                referral: grant.referral,
                member: grant.member,
                side: grant.side,
                state: grant.state,
                hold_until: grant.due_at.filter(|_| grant.state == GrantState::Held),
                reward: grant.reward,
            });
        let is_change = |fact: &Fact| matches!(fact, Fact::RewardChanged { .. });
        let (changed, mut facts): (Vec<Fact>, Vec<Fact>) = std::mem::take(&mut self.facts)
            .into_iter()
            .partition(is_change);
        facts.extend(granted);
        facts.extend(changed);
        self.facts = facts;
    }
}
