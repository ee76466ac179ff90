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
    let scope = tx.project(set.project);
    scope.members().insert_all(&set.members.new_rows()).await?;
    for member in set.members.changed_rows() {
        scope.members().update(&member).await?;
    }
    scope.codes().save_all(&set.codes.changed_rows()).await?;
    for invitation in set.invitations.changed_rows() {
        scope.invitations().save(&invitation).await?;
    }
    scope
        .referrals()
        .insert_all(&set.referrals.new_rows())
        .await?;
    scope
        .referrals()
        .save_all(&set.referrals.changed_rows())
        .await?;
    scope
        .standings()
        .insert_all(&set.standings.new_rows())
        .await?;
    scope
        .standings()
        .save_all(&set.standings.changed_rows())
        .await?;
    scope.events().insert_all(&set.events.new_rows()).await?;
    scope.events().save_all(&set.events.changed_rows()).await?;
    scope.events().insert_orders(&set.orders.new_rows()).await?;
    scope
        .events()
        .save_orders(&set.orders.changed_rows())
        .await?;
    scope.grants().insert_all(&set.grants.new_rows()).await?;
    scope.grants().save_all(&set.grants.changed_rows()).await?;
    scope
        .grants()
        .insert_tallies(&set.tallies.new_rows())
        .await?;
    scope
        .grants()
        .save_tallies(&set.tallies.changed_rows())
        .await?;
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
    /// Gives coupons to grants that became available. Where the pool is empty, a person has to look.
    async fn hand_out_coupons(&mut self, tx: &WriteTx) -> AppResult<()> {
        for id in self.grants.new_keys() {
            let Some(grant) = self.grants.get(id) else {
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
