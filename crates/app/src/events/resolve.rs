//! Who an event is about.

use domain::members::{Member, email_key};
use kernel::{MemberId, Problem, ProblemCode};

use super::{batch::Incoming, working_set::WorkingSet};

impl WorkingSet {
    /// The member the event is about: a known one, or a new one that is in the set only once [`Self::keep`] is called.
    pub(super) fn resolve(&self, item: &Incoming) -> Result<Member, Problem> {
        let event = &item.event;
        let by_external = event
            .external_id
            .as_ref()
            .and_then(|id| self.member_by_external.get(id));
        let by_email = event
            .email
            .as_deref()
            .map(email_key)
            .and_then(|key| self.member_by_email.get(&key));
        if let (Some(one), Some(other)) = (by_external, by_email)
            && one != other
        {
            return Err(Problem::new(
                ProblemCode::Conflict,
                "The external id and the e-mail belong to two different members.",
            ));
        }
        match by_external.or(by_email).and_then(|id| self.members.get(id)) {
            Some(known) => Ok(learned(known, item)),
            None => Ok(Member {
                id: self.id(),
                project: self.project,
                external_id: event.external_id.clone(),
                email: event.email.as_deref().map(|email| email.trim().to_owned()),
                email_key: event.email.as_deref().map(email_key),
                name: event.name.clone(),
                locale: event.locale.clone().unwrap_or_else(|| "en".to_owned()),
                created_at: self.now,
            }),
        }
    }

    /// Puts a resolved member into the set.
    pub(super) fn keep(&mut self, member: &Member) -> MemberId {
        if let Some(id) = &member.external_id {
            self.member_by_external.insert(id.clone(), member.id);
        }
        if let Some(key) = &member.email_key {
            self.member_by_email.insert(key.clone(), member.id);
        }
        match self.members.get(&member.id) {
            Some(known) if known == member => {}
            Some(_) => {
                if let Some(row) = self.members.change(member.id) {
                    row.clone_from(member);
                }
            }
            None => {
                self.members.insert(member.id, member.clone());
                self.facts
                    .push(domain::log::Fact::MemberCreated { member: member.id });
            }
        }
        member.id
    }
}

/// The member with what the event adds: only what was unknown is filled in.
fn learned(known: &Member, item: &Incoming) -> Member {
    let mut member = known.clone();
    if member.external_id.is_none() {
        member.external_id.clone_from(&item.event.external_id);
    }
    if member.email_key.is_none() {
        member.email.clone_from(&item.event.email);
        member.email_key = item.event.email.as_deref().map(email_key);
    }
    if member.name.is_none() {
        member.name.clone_from(&item.event.name);
    }
    member
}
