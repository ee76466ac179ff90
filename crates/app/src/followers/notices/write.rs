//! Writes the letters.

use std::collections::HashMap;

use domain::{
    invitations::InvitationState,
    log::{Entry, Fact},
    members::Member,
    notices::{Notice, NoticeKind},
    rewards::{GrantState, Reward},
};
use kernel::{Amount, GrantId, InvitationId, MemberId, NoticeId, ProgramId, Timestamp};
use notify::{Letter, News};
use store::NewJob;
use url::Url;

use super::load::Known;
use crate::{
    followers::derived,
    handlers::{Mail, mail_job},
    masking::masked,
};

/// Where the letters come from: one fact at its place.
struct Writer<'a> {
    known: &'a Known,
    public_url: &'a Url,
    /// The address of each program's own page.
    pages: HashMap<ProgramId, Url>,
    seq: i64,
    index: usize,
    at: Timestamp,
    notices: Vec<Notice>,
    mails: Vec<NewJob>,
}

/// The notices and e-mails about these entries.
pub(super) fn written(
    known: &Known,
    public_url: &Url,
    entries: &[&Entry],
) -> (Vec<Notice>, Vec<NewJob>) {
    let (notices, mails) = (Vec::new(), Vec::new());
    let pages = known.programs.values().filter_map(|program| {
        let page = page(public_url, &[&known.project.slug, &program.slug]);
        Some((program.id, page?))
    });
    let mut writer = Writer {
        known,
        public_url,
        pages: pages.collect(),
        seq: 0,
        index: 0,
        at: Timestamp::UNIX_EPOCH,
        notices,
        mails,
    };
    for entry in entries {
        for (index, fact) in entry.facts.iter().enumerate() {
            (writer.seq, writer.index, writer.at) = (entry.seq, index, entry.at);
            writer.write(fact);
        }
    }
    (writer.notices, writer.mails)
}

impl Writer<'_> {
    fn write(&mut self, fact: &Fact) {
        match fact {
            Fact::ReferralRegistered {
                program,
                inviter,
                invitee,
                ..
            } => self.joined(*program, *inviter, *invitee),
            Fact::RewardGranted {
                grant,
                program,
                member,
                reward,
                state,
                hold_until,
                ..
            } => match state {
                GrantState::Held | GrantState::PendingApproval => {
                    let (reward, held_until) = (reward.clone(), *hold_until);
                    self.tell(
                        *member,
                        *program,
                        News::RewardGranted { reward, held_until },
                    );
                }
                GrantState::Available => self.available(*grant, *program, *member, reward),
                _ => {}
            },
            Fact::RewardChanged {
                grant,
                program,
                member,
                reward,
                state,
                clawed,
                ..
            } => {
                if let Some(reward) = lost(reward, *state, *clawed) {
                    self.tell(*member, *program, News::RewardReversed { reward });
                } else if *state == GrantState::Available {
                    self.available(*grant, *program, *member, reward);
                }
            }
            Fact::InvitationSent { invitation, .. } => self.invite(*invitation),
            _ => {}
        }
    }

    fn joined(&mut self, program: ProgramId, by: Option<MemberId>, who: MemberId) {
        let name = |id: MemberId| self.known.members.get(&id).map(masked);
        let (friend, inviter) = (name(who), by.and_then(name));
        self.tell(who, program, News::Welcome { inviter });
        if let Some(inviter) = by {
            self.tell(inviter, program, News::FriendJoined { friend });
        }
    }

    fn available(&mut self, grant: GrantId, program: ProgramId, member: MemberId, reward: &Reward) {
        let expires_at = self.known.grants.get(&grant).and_then(|grant| grant.due_at);
        self.tell(
            member,
            program,
            News::RewardAvailable {
                reward: reward.clone(),
                expires_at,
            },
        );
    }

    /// A notice for a member, and the same by e-mail.
    fn tell(&mut self, member: MemberId, program: ProgramId, news: News) {
        let (Some(reader), Some(kind)) = (self.known.members.get(&member), notice_kind(&news))
        else {
            return;
        };
        // Members have no page of their own yet: the program tells them what it is about.
        let page = self.pages.get(&program).cloned();
        let letter = page.and_then(|link| self.letter(program, link, reader.name.clone(), news));
        let Some(letter) = letter else { return };
        let id: NoticeId = derived(self.at, self.seq, self.index, member.uuid().as_bytes());
        let data = serde_json::to_value(&letter).unwrap_or_default();
        let (project, created_at) = (self.known.project.id, self.at);
        self.notices.push(Notice {
            id,
            project,
            member,
            kind,
            data,
            read_at: None,
            created_at,
        });
        self.mail(id.to_string(), reader, letter);
    }

    fn mail(&mut self, id: String, reader: &Member, letter: Letter) {
        if let Some(to) = reader.email.clone() {
            let mail = Mail {
                id,
                to,
                locale: reader.locale.clone(),
                letter,
            };
            self.mails.push(mail_job(
                derived(self.at, self.seq, self.index, mail.id.as_bytes()),
                &mail,
                self.at,
            ));
        }
    }

    /// An invitation goes to somebody outside, who is told the inviter's name: it is from them.
    fn invite(&mut self, id: InvitationId) {
        let Some(invitation) = self.known.invitations.get(&id) else {
            return;
        };
        if invitation.state != InvitationState::Sent || invitation.expires_at <= self.at {
            return;
        }
        let inviter = self.known.members.get(&invitation.inviter);
        let code = self.known.codes.get(&invitation.code);
        let news = News::Invitation {
            inviter: inviter.and_then(|inviter| inviter.name.clone()),
            message: invitation.message.clone(),
            expires_at: invitation.expires_at,
        };
        let link = code.and_then(|code| page(self.public_url, &["i", code]));
        let Some(letter) = link.and_then(|link| self.letter(invitation.program, link, None, news))
        else {
            return;
        };
        let cause: NoticeId = derived(self.at, self.seq, self.index, id.uuid().as_bytes());
        let mail = Mail {
            id: cause.to_string(),
            to: invitation.email_key.clone(),
            locale: inviter.map_or_else(|| "en".to_owned(), |inviter| inviter.locale.clone()),
            letter,
        };
        self.mails.push(mail_job(
            derived(self.at, self.seq, self.index, mail.id.as_bytes()),
            &mail,
            self.at,
        ));
    }

    fn letter(
        &self,
        program: ProgramId,
        link: Url,
        name: Option<String>,
        news: News,
    ) -> Option<Letter> {
        let program = self.known.programs.get(&program)?.settings.name.clone();
        Some(Letter {
            project: self.known.project.name.clone(),
            program,
            link,
            name,
            news,
        })
    }
}

fn page(public_url: &Url, path: &[&str]) -> Option<Url> {
    let mut url = public_url.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    Some(url)
}

/// The kind of notice that tells these news; none for those that are only sent.
const fn notice_kind(news: &News) -> Option<NoticeKind> {
    Some(match news {
        News::Invitation { .. }
        | News::PasswordReset { .. }
        | News::ChoosePassword { .. }
        | News::SignInLink { .. } => return None,
        News::Welcome { .. } => NoticeKind::Welcome,
        News::FriendJoined { .. } => NoticeKind::FriendJoined,
        News::RewardGranted { .. } => NoticeKind::RewardGranted,
        News::RewardAvailable { .. } => NoticeKind::RewardAvailable,
        News::RewardReversed { .. } => NoticeKind::RewardReversed,
    })
}

/// What a step took from the member, if anything.
fn lost(reward: &Reward, state: GrantState, clawed: Amount) -> Option<Reward> {
    match (reward, state) {
        (Reward::Units { unit, .. }, _) if clawed.is_positive() => Some(Reward::Units {
            unit: unit.clone(),
            amount: clawed,
        }),
        (Reward::Units { .. }, GrantState::Reversed) => None,
        (_, GrantState::Reversed | GrantState::Rejected) => Some(reward.clone()),
        _ => None,
    }
}
