//! Recording a referral with everything that counts because of it.

use chrono::TimeDelta;
use domain::{
    codes::CodeKind,
    invitations::InvitationState,
    log::Fact,
    members::Member,
    programs::{Program, ProgramKind},
    referrals::{Move, Referral, ReferralState, Source, quota_period},
    risk::Verdict,
};
use kernel::ReferralId;

use super::{batch::Incoming, find::Found, working_set::WorkingSet};

/// Distance between two places of a waitlist: room for those who move up.
const PLACE: i64 = 1024;

impl WorkingSet {
    /// Records the referral with everything that counts because of it.
    pub(super) fn register(
        &mut self,
        item: &Incoming,
        member: &Member,
        found: &Found,
        (verdict, score): (Verdict, u32),
    ) -> ReferralId {
        let program = &found.program;
        let days = program.settings.expire_after_days;
        let referral = Referral {
            id: self.id(),
            project: self.project,
            program: program.id,
            version: program.version,
            inviter: found
                .code
                .owner
                .filter(|_| found.code.kind != CodeKind::Program),
            invitee: member.id,
            code: found.code.id,
            click: found.click.map(|click| click.click),
            source: found.source,
            channel: channel(item, found),
            state: ReferralState::Registered,
            verdict,
            score,
            reason: None,
            address_hash: item.address_hash,
            device_hash: item.device_hash,
            expires_at: days.map(|days| self.now + TimeDelta::days(i64::from(days))),
            created_at: self.now,
            qualified_at: None,
            updated_at: self.now,
        };
        self.facts.push(Fact::ReferralRegistered {
            referral: referral.id,
            program: program.id,
            inviter: referral.inviter,
            invitee: member.id,
            channel: referral.channel.clone(),
        });
        self.seen_from
            .extend(item.address_hash.map(|hash| (hash, member.id)));
        self.seen_on
            .extend(item.device_hash.map(|hash| (hash, member.id)));
        if let Some(code) = self.codes.change(found.code.id) {
            code.uses += 1;
            if code.max_uses == Some(code.uses) {
                // Whoever remembers the code has to learn that it is used up.
                self.facts.push(Fact::CodeChanged {
                    code: code.id,
                    key: code.key.clone(),
                });
            }
        }
        if let Some(invitation) = found.invitation.and_then(|id| self.invitations.change(id)) {
            invitation.state = InvitationState::Accepted;
        }
        self.count_for_inviter(program, &referral);
        self.join_waitlist(program, member);
        let id = referral.id;
        self.referrals_of.entry(member.id).or_default().push(id);
        self.referrals.insert(id, referral);
        id
    }

    fn count_for_inviter(&mut self, program: &Program, referral: &Referral) {
        let Some(inviter) = referral.inviter else {
            return;
        };
        let now = self.now;
        let moved_up = i64::from(program.settings.waitlist.move_up) * PLACE + 1;
        let waitlist = program.kind == ProgramKind::Waitlist;
        let standing = self.standing(program.id, inviter);
        standing.registered += 1;
        if let Some(policy) = &program.settings.quota {
            let (used, since) = quota_period(policy, standing, now);
            standing.quota_used = used + 1;
            standing.quota_since = since;
        }
        if waitlist && let Some(key) = standing.wait_key {
            // One more than whole places: whoever moved up stands before whoever stood there.
            standing.wait_key = Some(key - moved_up);
        }
    }

    /// A sign-up for a waitlist without an inviter still gets its place.
    pub(super) fn queue_up(&mut self, item: &Incoming, member: &Member) {
        if let Some(program) = item
            .event
            .program
            .as_deref()
            .and_then(|slug| self.program_by_slug(slug))
        {
            self.join_waitlist(&program, member);
        }
    }

    fn join_waitlist(&mut self, program: &Program, member: &Member) {
        if program.kind != ProgramKind::Waitlist {
            return;
        }
        let placed = self
            .standings
            .get(&(program.id, member.id))
            .and_then(|standing| standing.wait_key);
        if placed.is_some() {
            return;
        }
        let Some(next) = self.joined.get_mut(&program.id) else {
            return;
        };
        let place = *next;
        *next += 1;
        self.standing(program.id, member.id).wait_key = Some(place * PLACE);
    }

    /// Qualifies a referral and counts it for the inviter.
    pub(super) fn qualify(&mut self, program: &Program, referral: ReferralId) -> bool {
        if !self.advance(referral, Move::Qualify) {
            return false;
        }
        let now = self.now;
        let inviter = self.referrals.change(referral).and_then(|row| {
            row.qualified_at = Some(now);
            row.expires_at = None;
            row.inviter
        });
        if let Some(inviter) = inviter {
            self.standing(program.id, inviter).qualified += 1;
        }
        true
    }
}

/// The channel a referral came through: the event's word, else how it was found.
fn channel(item: &Incoming, found: &Found) -> String {
    let told = item
        .event
        .properties
        .get("channel")
        .and_then(|value| value.as_str());
    let told = told
        .filter(|text| !text.is_empty() && text.len() <= 64)
        .map(str::to_owned);
    told.unwrap_or_else(|| match found.source {
        Source::Invitation => "email".to_owned(),
        Source::Click => "link".to_owned(),
        Source::Code | Source::Claim => "direct".to_owned(),
    })
}
