//! Things to test with: as plain as they can be, to be changed by the test.

use chrono::{DateTime, TimeDelta};
use inviter_domain::{
    codes::{Code, CodeKind},
    programs::{Program, ProgramKind, ProgramSettings, ProgramStatus},
    referrals::{Event, EventType},
    rewards::{Facts, Grant, GrantState, Limits, Reward, Rule, RuleKind, Side},
};
use kernel::{Amount, Id, Kind, MemberId, ProgramId, Timestamp, Unit};
use uuid::Uuid;

/// An id from a small number.
pub(crate) fn id<K: Kind>(number: u32) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(u128::from(number)))
}

/// 24 November 2026, noon, and so many days later.
pub(crate) fn day(days: i64) -> Timestamp {
    let noon = DateTime::from_timestamp(1_795_521_600, 0).expect("a date in range");
    noon + TimeDelta::days(days)
}

pub(crate) fn unit(name: &str) -> Unit {
    name.parse().expect("a unit name")
}

pub(crate) fn credits(amount: i64) -> Reward {
    Reward::Units {
        unit: unit("credits"),
        amount: Amount(amount),
    }
}

pub(crate) fn badge() -> Reward {
    Reward::Badge {
        name: "Pioneer".to_owned(),
    }
}

pub(crate) fn settings() -> ProgramSettings {
    serde_json::from_value(serde_json::json!({ "name": "Friends" })).expect("the least settings")
}

pub(crate) fn program() -> Program {
    Program {
        id: id(1),
        project: id(2),
        slug: "friends".to_owned(),
        kind: ProgramKind::Referral,
        status: ProgramStatus::Active,
        version: 1,
        settings: settings(),
        created_at: day(-100),
        updated_at: day(-100),
    }
}

pub(crate) fn code() -> Code {
    Code {
        id: id(3),
        project: id(2),
        program: id(1),
        owner: Some(id(10)),
        text: "K7M2PQ4X".to_owned(),
        key: "K7M2PQ4X".to_owned(),
        kind: CodeKind::Personal,
        uses: 0,
        max_uses: None,
        expires_at: None,
        revoked_at: None,
        batch: None,
        created_at: day(-50),
    }
}

pub(crate) fn event(kind: &str) -> Event {
    Event {
        key: None,
        kind: EventType::from(kind.to_owned()),
        occurred_at: None,
        program: None,
        external_id: None,
        email: None,
        name: None,
        locale: None,
        code: None,
        clicks: vec![],
        address: None,
        device: None,
        amount: None,
        unit: None,
        order: None,
        properties: serde_json::Map::new(),
        strict: false,
    }
}

pub(crate) fn rule(on: &str, then: RuleKind) -> Rule {
    Rule {
        key: "thanks".to_owned(),
        on: on.to_owned(),
        conditions: vec![],
        then,
        limits: Limits::default(),
        hold_days: 0,
        approval: false,
        expire_after_days: None,
    }
}

/// Member 20 came through member 10, whose first referral it is.
pub(crate) fn facts(event: &Event) -> Facts<'_> {
    Facts {
        program: ProgramId::from_uuid(Uuid::from_u128(1)),
        event,
        at: day(0),
        channel: "direct",
        code_kind: CodeKind::Personal,
        inviter: Some(id(10)),
        invitee: id(20),
        registered: 1,
        qualified: 1,
        counted: true,
    }
}

/// A grant of credits for a member.
pub(crate) fn grant(number: u32, member: MemberId, amount: i64, state: GrantState) -> Grant {
    Grant {
        id: id(number),
        project: id(2),
        program: id(1),
        version: 1,
        rule: "thanks".to_owned(),
        referral: id(4),
        event: id(5),
        member,
        side: Side::Inviter,
        reward: credits(amount),
        amount: Amount(amount),
        remaining: Amount(amount),
        clawed: Amount::ZERO,
        state,
        approval: false,
        reason: None,
        due_at: Some(day(14)),
        expire_after_days: None,
        order: None,
        coupon: None,
        created_at: day(0),
        updated_at: day(0),
    }
}
