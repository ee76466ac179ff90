//! How a sign-up finds its inviter, and whether it may.

use chrono::{DateTime, TimeDelta};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use kernel::{CodeId, MemberId, ProblemCode, Timestamp};
use sha2::Sha256;
use uuid::Uuid;

use super::{Checked, Standing};
use crate::{
    codes::Code,
    programs::{Program, QuotaPolicy, Touch},
};

/// Keeps a click's signature from being one for anything else under the same secret.
const CONTEXT: &[u8] = b"inviter click 1";

/// Bytes of the signature that a token carries.
const TAG: usize = 8;

/// Clocks of two machines may differ by so much: a click may be this far ahead of the sign-up.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);

/// What a browser carries from the click to the sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClickToken {
    /// `UUIDv7`: carries the time.
    pub click: Uuid,
    /// The code of the link.
    pub code: CodeId,
}

impl ClickToken {
    /// The token as text: URL-safe, 54 characters.
    pub fn sign(&self, secret: &[u8]) -> String {
        let mut bytes = self.bytes();
        let tag = self.mac(secret).finalize().into_bytes();
        bytes.extend_from_slice(&tag[..TAG]);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// The token that a text stands for; none unless it was signed with `secret`.
    pub fn verify(text: &str, secret: &[u8]) -> Option<Self> {
        if text.len() != BASE64URL_NOPAD.encode_len(32 + TAG) {
            return None;
        }
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (ids, tag) = bytes.split_at_checked(32)?;
        let click = Uuid::from_slice(&ids[..16]).ok()?;
        let code = CodeId::from_uuid(Uuid::from_slice(&ids[16..]).ok()?);
        let token = Self { click, code };
        token.mac(secret).verify_truncated_left(tag).ok()?;
        (click.get_version_num() == 7).then_some(token)
    }

    /// When the click was, to the millisecond.
    pub fn at(&self) -> Timestamp {
        let millis = i64::try_from(self.click.as_u128() >> 80).unwrap_or_default();
        DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
    }

    fn bytes(&self) -> Vec<u8> {
        [
            self.click.as_bytes().as_slice(),
            self.code.uuid().as_bytes(),
        ]
        .concat()
    }

    fn mac(&self, secret: &[u8]) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(secret)
            .expect("HMAC takes keys of any length")
            .chain_update(CONTEXT)
            .chain_update(self.bytes())
    }
}

/// The click that counts: the first or the last of those inside the window before `now`.
pub fn choose_click(
    tokens: &[ClickToken],
    touch: Touch,
    window_days: u32,
    now: Timestamp,
) -> Option<ClickToken> {
    let window = -CLOCK_SKEW..=TimeDelta::days(i64::from(window_days));
    let inside = tokens
        .iter()
        .filter(|token| window.contains(&(now - token.at())))
        .copied();
    match touch {
        Touch::First => inside.min_by_key(|token| token.click),
        Touch::Last => inside.max_by_key(|token| token.click),
    }
}

/// A sign-up that names a code, with what is known of the two.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The code's program.
    pub program: &'a Program,
    /// The code.
    pub code: &'a Code,
    /// Who signs up.
    pub invitee: MemberId,
    /// Since when the invitee is known here.
    pub invitee_is_new_since: Timestamp,
    /// Whether the invitee has an inviter in this program.
    pub already_invited: bool,
    /// How many the inviter may still bring in; none: as many as they like.
    pub quota_left: Option<u32>,
}

/// Whether a sign-up may be attributed, with every condition asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Each condition, in the order in which they decide.
    pub checks: Vec<Checked>,
    /// What the first condition that does not hold means for the caller.
    pub refusal: Option<ProblemCode>,
}

/// Asks every condition. The risk signals come after it.
pub fn admit(candidate: &Candidate<'_>, now: Timestamp) -> Admission {
    let asked = [
        about_code(candidate.code, now),
        about_invitee(candidate, now),
    ]
    .concat();
    let refusal = asked
        .iter()
        .find(|(check, _)| !check.passed)
        .map(|(_, refusal)| *refusal);
    let checks = asked.into_iter().map(|(check, _)| check).collect();
    Admission { checks, refusal }
}

/// A condition, and what it means where it does not hold.
type Asked = (Checked, ProblemCode);

fn asked(name: &str, passed: bool, detail: Option<String>, refusal: ProblemCode) -> Asked {
    (
        Checked {
            name: name.to_owned(),
            passed,
            detail,
        },
        refusal,
    )
}

fn about_code(code: &Code, now: Timestamp) -> Vec<Asked> {
    let date = |at: Option<Timestamp>| at.map(|at| at.to_rfc3339());
    let alive = code.expires_at.is_none_or(|end| now < end);
    let unrevoked = code.revoked_at.is_none();
    let uses_left = code.max_uses.is_none_or(|most| code.uses < most);
    let uses = code.max_uses.map(|most| format!("{} of {most}", code.uses));
    vec![
        asked(
            "code_not_expired",
            alive,
            date(code.expires_at),
            ProblemCode::InviteCodeExpired,
        ),
        asked(
            "code_not_revoked",
            unrevoked,
            date(code.revoked_at),
            ProblemCode::InviteCodeRevoked,
        ),
        asked(
            "code_has_uses_left",
            uses_left,
            uses,
            ProblemCode::InviteCodeExhausted,
        ),
    ]
}

fn about_invitee(candidate: &Candidate<'_>, now: Timestamp) -> Vec<Asked> {
    let other = candidate.code.owner != Some(candidate.invitee);
    let open = candidate.program.is_open(now);
    let in_quota = candidate.quota_left.is_none_or(|left| left > 0);
    let quota = candidate.quota_left.map(|left| format!("{left} left"));
    let known_for = now - candidate.invitee_is_new_since;
    let days = candidate.program.settings.attribution.claim_window_days;
    let in_time = known_for <= TimeDelta::days(i64::from(days));
    let time = Some(format!("{} of {days} days", known_for.num_days().max(0)));
    let new = !candidate.already_invited;
    vec![
        asked("not_self", other, None, ProblemCode::SelfInvitation),
        asked("not_invited_before", new, None, ProblemCode::AlreadyInvited),
        asked("program_active", open, None, ProblemCode::ProgramNotActive),
        asked("within_quota", in_quota, quota, ProblemCode::QuotaExceeded),
        asked(
            "within_claim_window",
            in_time,
            time,
            ProblemCode::ClaimWindowOver,
        ),
    ]
}

/// How many sign-ups count against the quota in the period that `now` falls into, and when that period began.
pub fn quota_period(policy: &QuotaPolicy, standing: &Standing, now: Timestamp) -> (u32, Timestamp) {
    let Some(days) = policy.refill_days else {
        return (standing.quota_used, standing.quota_since);
    };
    let period = TimeDelta::days(i64::from(days.max(1)));
    let over = (now - standing.quota_since).num_days() / period.num_days();
    if over < 1 {
        return (standing.quota_used, standing.quota_since);
    }
    (
        0,
        standing.quota_since + TimeDelta::days(over * period.num_days()),
    )
}

/// How many a member may still bring in at `now`.
pub fn quota_left(policy: &QuotaPolicy, standing: &Standing, now: Timestamp) -> u32 {
    policy
        .invites
        .saturating_sub(quota_period(policy, standing, now).0)
}
