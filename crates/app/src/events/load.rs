//! Reads, with a query per table, everything that a set of events may touch.

mod counts;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    codes::normalize,
    members::email_key,
    programs::{Program, ProgramKind},
    referrals::{ClickToken, EventType},
};
use kernel::{CodeId, MemberId, ProgramId, ProjectId};
use store::{StoreResult, WriteTx};

use super::{
    batch::{Incoming, Ingest},
    working_set::WorkingSet,
};

/// The most sign-ups of an address or device that a signal has to tell apart.
const SIGHTINGS: u64 = 1000;
/// The most events before a sign-up that are decided anew.
const EARLIER: u64 = 1000;

pub(super) async fn load(
    ingest: &Ingest,
    tx: &WriteTx,
    project: ProjectId,
    items: &[&Incoming],
) -> StoreResult<WorkingSet> {
    let now = ingest.clock.now();
    let entropy = Arc::clone(&ingest.entropy);
    let mut set = WorkingSet::new(project, now, entropy, Arc::clone(&ingest.secret));
    set.load_answers(tx, items).await?;
    set.load_members(tx, items).await?;
    set.load_codes(tx, items).await?;
    set.load_referrals(tx).await?;
    set.load_orders(tx, items).await?;
    set.load_programs(tx, items).await?;
    set.load_people(tx, items).await?;
    set.load_sightings(tx, items).await?;
    set.load_counts(tx, items).await?;
    Ok(set)
}

fn is_sign_up(item: &Incoming) -> bool {
    matches!(item.event.kind, EventType::Signup | EventType::Claim)
}

impl WorkingSet {
    /// What was answered before: by idempotency key and by event key.
    async fn load_answers(&mut self, tx: &WriteTx, items: &[&Incoming]) -> StoreResult<()> {
        let keys: Vec<&str> = items
            .iter()
            .filter_map(|item| item.idempotency.as_ref())
            .map(|key| key.key.as_str())
            .collect();
        for (key, before) in tx.answers_of(Some(self.project), &keys).await? {
            let outcome = serde_json::from_str(&before.answer).ok();
            self.answers.insert(key, (before.fingerprint, outcome));
        }
        let keys: Vec<&str> = items
            .iter()
            .filter_map(|item| item.event.key.as_deref())
            .collect();
        for stored in tx
            .project(self.project)
            .events()
            .find_by_keys(&keys)
            .await?
        {
            self.event_by_key.insert(stored.key.clone(), stored.id);
            self.events.load(stored.id, stored);
        }
        Ok(())
    }

    async fn load_members(&mut self, tx: &WriteTx, items: &[&Incoming]) -> StoreResult<()> {
        let external: BTreeSet<&str> = items
            .iter()
            .filter_map(|item| item.event.external_id.as_deref())
            .collect();
        let emails: BTreeSet<String> = items
            .iter()
            .filter_map(|item| item.event.email.as_deref())
            .map(email_key)
            .collect();
        let external: Vec<&str> = external.into_iter().collect();
        let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
        for member in tx
            .project(self.project)
            .members()
            .lock_known(&external, &emails)
            .await?
        {
            self.know(member);
        }
        Ok(())
    }

    fn know(&mut self, member: domain::members::Member) {
        if let Some(id) = &member.external_id {
            self.member_by_external.insert(id.clone(), member.id);
        }
        if let Some(key) = &member.email_key {
            self.member_by_email.insert(key.clone(), member.id);
        }
        self.members.load(member.id, member);
    }

    /// The codes that sign-ups name, by text, by signed click or by invitation.
    async fn load_codes(&mut self, tx: &WriteTx, items: &[&Incoming]) -> StoreResult<()> {
        let sign_ups: Vec<&&Incoming> = items.iter().filter(|item| is_sign_up(item)).collect();
        let keys: BTreeSet<String> = sign_ups
            .iter()
            .filter_map(|item| item.event.code.as_deref())
            .filter_map(|text| normalize(text).ok())
            .collect();
        let mut ids: BTreeSet<CodeId> = sign_ups
            .iter()
            .flat_map(|item| item.event.clicks.iter())
            .filter_map(|text| ClickToken::verify(text, &self.secret))
            .map(|token| token.code)
            .collect();
        let emails: BTreeSet<String> = sign_ups
            .iter()
            .filter(|item| item.event.code.is_none())
            .filter_map(|item| item.event.email.as_deref())
            .map(email_key)
            .collect();
        let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
        let scope = tx.project(self.project);
        for invitation in scope
            .invitations()
            .find_open_by_emails(&emails, self.now)
            .await?
        {
            ids.insert(invitation.code);
            self.invitations.load(invitation.id, invitation);
        }
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let ids: Vec<CodeId> = ids.into_iter().collect();
        for code in scope.codes().lock(&keys, &ids).await? {
            self.code_by_key.insert(code.key.clone(), code.id);
            self.codes.load(code.id, code);
        }
        Ok(())
    }

    /// The referrals of the members known before, with the codes they came through.
    async fn load_referrals(&mut self, tx: &WriteTx) -> StoreResult<()> {
        let known: Vec<MemberId> = self.members.iter().map(|member| member.id).collect();
        let scope = tx.project(self.project);
        let mut codes = BTreeSet::new();
        for referral in scope.referrals().lock_of_invitees(&known).await? {
            if self.codes.get(&referral.code).is_none() {
                codes.insert(referral.code);
            }
            self.referrals_of
                .entry(referral.invitee)
                .or_default()
                .push(referral.id);
            self.referrals.load(referral.id, referral);
        }
        let codes: Vec<CodeId> = codes.into_iter().collect();
        for code in scope.codes().lock(&[], &codes).await? {
            self.codes.load(code.id, code);
        }
        Ok(())
    }

    async fn load_programs(&mut self, tx: &WriteTx, items: &[&Incoming]) -> StoreResult<()> {
        let ids: BTreeSet<ProgramId> = self
            .codes
            .iter()
            .map(|code| code.program)
            .chain(self.referrals.iter().map(|referral| referral.program))
            .collect();
        let ids: Vec<ProgramId> = ids.into_iter().collect();
        let programs = tx.project(self.project).programs();
        for program in programs.find_all(&ids).await? {
            self.programs.insert(program.id, Arc::new(program));
        }
        let slugs: BTreeSet<&str> = items
            .iter()
            .filter_map(|item| item.event.program.as_deref())
            .collect();
        for slug in slugs {
            if self.program_by_slug(slug).is_none()
                && let Some(program) = programs.find_by_slug(slug).await?
            {
                self.programs.insert(program.id, Arc::new(program));
            }
        }
        Ok(())
    }

    /// The orders that events are about, and what they earned.
    async fn load_orders(&mut self, tx: &WriteTx, items: &[&Incoming]) -> StoreResult<()> {
        let keys: BTreeSet<&str> = items
            .iter()
            .filter_map(|item| item.event.order.as_deref())
            .collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        let scope = tx.project(self.project);
        for order in scope.events().lock_orders(&keys).await? {
            self.orders.load(order.key.clone(), order);
        }
        let refunded: Vec<&str> = items
            .iter()
            .filter(|item| item.event.kind == EventType::Refund)
            .filter_map(|item| item.event.order.as_deref())
            .collect();
        let grants = scope.grants().lock_of_orders(&refunded).await?;
        let members: BTreeSet<MemberId> = grants.iter().map(|grant| grant.member).collect();
        let members: Vec<MemberId> = members.into_iter().collect();
        let available = scope.grants().lock_available(&members).await?;
        let referrals: BTreeSet<_> = grants.iter().map(|grant| grant.referral).collect();
        let missing: Vec<_> = referrals
            .into_iter()
            .filter(|id| self.referrals.get(id).is_none())
            .collect();
        for referral in scope.referrals().lock(&missing).await? {
            self.referrals.load(referral.id, referral);
        }
        let purchases: BTreeSet<_> = grants.iter().map(|grant| grant.event).collect();
        for purchase in purchases {
            if let Some(stored) = scope.events().find(purchase).await? {
                self.events.load(stored.id, stored);
            }
        }
        for grant in grants.into_iter().chain(available) {
            self.grants.load(grant.id, grant);
        }
        Ok(())
    }

    /// Inviters, what members did before their sign-up, and the standings of both.
    async fn load_people(&mut self, tx: &WriteTx, items: &[&Incoming]) -> StoreResult<()> {
        let members = tx.project(self.project).members();
        let inviters: BTreeSet<MemberId> =
            self.codes.iter().filter_map(|code| code.owner).collect();
        let missing: Vec<MemberId> = inviters
            .into_iter()
            .filter(|id| self.members.get(id).is_none())
            .collect();
        let signing_up: Vec<MemberId> = items
            .iter()
            .filter(|item| is_sign_up(item))
            .filter_map(|item| self.resolve(item).ok())
            .map(|member| member.id)
            .filter(|id| self.members.get(id).is_some())
            .collect();
        for (_, member) in members.find_all(&missing).await? {
            self.know(member);
        }
        self.load_earlier(tx, &signing_up).await?;
        self.load_standings(tx, &signing_up, items.len()).await
    }

    /// What members did before their sign-up: it may count once they have an inviter.
    async fn load_earlier(&mut self, tx: &WriteTx, signing_up: &[MemberId]) -> StoreResult<()> {
        let events = tx.project(self.project).events();
        let mut earlier = events.without_referral(signing_up, EARLIER).await?;
        earlier.retain(|stored| matches!(stored.kind, EventType::Purchase | EventType::Named(_)));
        let keys: BTreeSet<&str> = earlier
            .iter()
            .filter_map(|stored| stored.event.order.as_deref())
            .collect();
        let keys: Vec<&str> = keys
            .into_iter()
            .filter(|key| self.orders.get(*key).is_none())
            .collect();
        for order in events.lock_orders(&keys).await? {
            self.orders.load(order.key.clone(), order);
        }
        for stored in earlier {
            self.earlier
                .entry(stored.member)
                .or_default()
                .push(stored.id);
            self.events.load(stored.id, stored);
        }
        Ok(())
    }

    /// The standings that may change, and places for whoever may join a waitlist.
    async fn load_standings(
        &mut self,
        tx: &WriteTx,
        signing_up: &[MemberId],
        most: usize,
    ) -> StoreResult<()> {
        let scope = tx.project(self.project);
        let programs: Vec<Arc<Program>> = self.programs.values().cloned().collect();
        for program in programs {
            let codes = self.codes.iter().filter(|code| code.program == program.id);
            let referrals = self
                .referrals
                .iter()
                .filter(|referral| referral.program == program.id);
            let mut members: BTreeSet<MemberId> = codes
                .filter_map(|code| code.owner)
                .chain(referrals.filter_map(|referral| referral.inviter))
                .collect();
            if program.kind == ProgramKind::Waitlist {
                members.extend(signing_up.iter().copied());
                let most = i64::try_from(most).unwrap_or(i64::MAX);
                let first = scope.programs().count_joined(program.id, most).await?;
                self.joined.insert(program.id, first);
            }
            let members: Vec<MemberId> = members.into_iter().collect();
            for standing in scope.standings().lock(program.id, &members).await? {
                self.standings.load((program.id, standing.member), standing);
            }
        }
        Ok(())
    }

    /// Who else signed up from the same addresses and devices.
    async fn load_sightings(&mut self, tx: &WriteTx, items: &[&Incoming]) -> StoreResult<()> {
        let sign_ups = || items.iter().filter(|item| is_sign_up(item));
        let addresses: BTreeSet<[u8; 16]> =
            sign_ups().filter_map(|item| item.address_hash).collect();
        let devices: BTreeSet<[u8; 16]> = sign_ups().filter_map(|item| item.device_hash).collect();
        let addresses: Vec<_> = addresses.into_iter().collect();
        let devices: Vec<_> = devices.into_iter().collect();
        let referrals = tx.project(self.project).referrals();
        let hour_ago = self.now - TimeDelta::hours(1);
        self.seen_from = referrals.seen_from(&addresses, hour_ago, SIGHTINGS).await?;
        self.seen_on = referrals.seen_on(&devices, SIGHTINGS).await?;
        Ok(())
    }
}
