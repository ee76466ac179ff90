//! Writes what a set of events changed, with a statement per table.

use domain::{
    log::Fact,
    referrals::Outcome,
    rewards::{GrantState, Reward},
};
use kernel::IdempotencyKey;
use store::{Answer, WriteTx};

use super::working_set::WorkingSet;
use crate::{AppResult, coupons::hand_out, ledger::save_book};

pub(super) async fn save(
    tx: &WriteTx,
    mut set: WorkingSet,
    answers: Vec<(IdempotencyKey, Outcome)>,
) -> AppResult<()> {
    set.hand_out_coupons(tx).await?;
    set.tell_grants();
    set.save_people(tx).await?;
    set.save_progress(tx).await?;
    save_book(
        tx,
        set.project,
        &mut set.book,
        set.now,
        set.entropy.as_ref(),
    )
    .await?;
    let answers = answers.into_iter().map(|(key, outcome)| {
        let answer = serde_json::to_string(&outcome).unwrap_or_default();
        (
            key.key,
            Answer {
                fingerprint: key.fingerprint,
                answer,
            },
        )
    });
    tx.remember_answers(Some(set.project), answers.collect(), set.now)
        .await?;
    tx.emit(Some(set.project), set.now, std::mem::take(&mut set.facts));
    Ok(())
}

impl WorkingSet {
    /// Members, and through what they came.
    async fn save_people(&self, tx: &WriteTx) -> AppResult<()> {
        let scope = tx.project(self.project);
        scope.members().insert_all(&self.members.new_rows()).await?;
        for member in self.members.changed_rows() {
            scope.members().update(&member).await?;
        }
        for invitation in self.invitations.changed_rows() {
            scope.invitations().save(&invitation).await?;
        }
        Ok(())
    }

    /// Referrals, events, and what they earned.
    async fn save_progress(&self, tx: &WriteTx) -> AppResult<()> {
        let scope = tx.project(self.project);
        let (referrals, standings) = (scope.referrals(), scope.standings());
        let registered = self.referrals.new_rows();
        referrals.insert_all(&registered).await?;
        let used = registered.iter().map(|referral| referral.code);
        scope.codes().count_uses(used).await?;
        referrals.save_all(&self.referrals.changed_rows()).await?;
        standings.insert_all(&self.standings.new_rows()).await?;
        standings.save_all(&self.standings.changed_rows()).await?;
        let (events, grants) = (scope.events(), scope.grants());
        events.insert_all(&self.events.new_rows()).await?;
        events.save_all(&self.events.changed_rows()).await?;
        events.insert_orders(&self.orders.new_rows()).await?;
        events.save_orders(&self.orders.changed_rows()).await?;
        grants.insert_all(&self.grants.new_rows()).await?;
        grants.save_all(&self.grants.changed_rows()).await?;
        grants.insert_tallies(&self.tallies.new_rows()).await?;
        grants.save_tallies(&self.tallies.changed_rows()).await?;
        Ok(())
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
