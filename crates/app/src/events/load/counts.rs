//! Tallies and balances.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    programs::Program,
    rewards::{Rule, TallyKey, tally_keys},
};
use kernel::MemberId;
use store::{StoreResult, WriteTx};
use uuid::Uuid;

use super::super::{batch::Incoming, working_set::WorkingSet};

impl WorkingSet {
    /// Tallies and balances of everybody who may be rewarded.
    pub(super) async fn load_counts(
        &mut self,
        tx: &WriteTx,
        items: &[&Incoming],
    ) -> StoreResult<()> {
        let kinds: BTreeSet<&str> = items.iter().map(|item| item.event.kind.as_str()).collect();
        let scope = tx.project(self.project);
        let mut owners: BTreeSet<Uuid> = self.grants.iter().map(|one| one.member.uuid()).collect();
        let mut budgeted = Vec::new();
        let programs: Vec<Arc<Program>> = self.programs.values().cloned().collect();
        for program in programs {
            let catching_up = !self.earlier.is_empty();
            let rules: Vec<&Rule> = program
                .settings
                .rules
                .iter()
                .filter(|rule| {
                    catching_up || kinds.contains(rule.on.as_str()) || kinds.contains("claim")
                })
                .collect();
            if !rules.is_empty() {
                if !program.settings.budgets.is_empty() {
                    budgeted.push(program.id.uuid());
                }
                owners.extend(self.beneficiaries().map(MemberId::uuid));
            }
            let keys = self.tally_keys_of(&program, &rules);
            for (key, value) in scope.grants().lock_tallies(program.id, &keys).await? {
                self.tallies.load(key.clone(), (key, value));
            }
        }
        let owners: Vec<Uuid> = owners.into_iter().collect();
        // Every reward of a program is on its account. Where no budget depends on it, nobody holds it until the commit; and whoever does
        // holds those of members before.
        for owners in [&owners, &budgeted] {
            for (key, balance) in scope.ledger().lock(owners).await? {
                self.book.load(key, balance);
            }
        }
        let granting = self.grants.iter().map(|grant| grant.program);
        for id in self.programs.keys().copied().chain(granting) {
            if !budgeted.contains(&id.uuid()) {
                self.book.leave_unread(id.uuid());
            }
        }
        Ok(())
    }

    fn beneficiaries(&self) -> impl Iterator<Item = MemberId> {
        let inviters = self.codes.iter().filter_map(|code| code.owner);
        let more = self
            .referrals
            .iter()
            .filter_map(|referral| referral.inviter);
        inviters
            .chain(more)
            .chain(self.members.iter().map(|member| member.id))
    }

    fn tally_keys_of(&self, program: &Program, rules: &[&Rule]) -> Vec<TallyKey> {
        let mut keys = BTreeSet::new();
        for rule in rules {
            for member in self.beneficiaries() {
                keys.extend(
                    tally_keys(rule, program.id, member, self.now)
                        .into_iter()
                        .map(|(key, _)| key),
                );
            }
        }
        keys.into_iter().collect()
    }
}
