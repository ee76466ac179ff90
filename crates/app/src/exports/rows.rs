//! What of each thing stands in which column.

use domain::{
    audit::AuditEntry, clicks::Click, codes::Code, invitations::Invitation, ledger::Transfer,
    members::Member, referrals::Referral, rewards::Grant, webhooks::Delivery,
};
use kernel::Timestamp;
use serde::Serialize;

/// A line of CSV.
pub(super) trait Row {
    /// The names of the columns.
    const HEADER: &'static [&'static str];

    /// The cells, one for each column.
    fn cells(&self) -> Vec<String>;
}

/// Each column with how its cell is made.
macro_rules! row {
    ($kind:ty as $item:ident { $($column:literal => $cell:expr,)* }) => {
        impl Row for $kind {
            const HEADER: &'static [&'static str] = &[$($column),*];

            fn cells(&self) -> Vec<String> {
                let $item = self;
                vec![$($cell),*]
            }
        }
    };
}

row!(Member as it {
    "id" => it.id.to_string(),
    "external_id" => text(it.external_id.as_ref()),
    "email" => text(it.email.as_ref()),
    "name" => text(it.name.as_ref()),
    "locale" => it.locale.clone(),
    "created_at" => time(it.created_at),
});

row!(Code as it {
    "id" => it.id.to_string(),
    "code" => it.text.clone(),
    "program_id" => it.program.to_string(),
    "owner_id" => text(it.owner),
    "kind" => word(&it.kind),
    "uses" => it.uses.to_string(),
    "max_uses" => text(it.max_uses),
    "expires_at" => maybe(it.expires_at),
    "revoked_at" => maybe(it.revoked_at),
    "batch" => text(it.batch.as_ref()),
    "created_at" => time(it.created_at),
});

row!(Invitation as it {
    "id" => it.id.to_string(),
    "program_id" => it.program.to_string(),
    "inviter_id" => it.inviter.to_string(),
    "code_id" => it.code.to_string(),
    "email" => it.email_key.clone(),
    "message" => text(it.message.as_ref()),
    "state" => word(&it.state),
    "sends" => it.sends.to_string(),
    "created_at" => time(it.created_at),
    "expires_at" => time(it.expires_at),
});

row!(Referral as it {
    "id" => it.id.to_string(),
    "program_id" => it.program.to_string(),
    "version" => it.version.to_string(),
    "inviter_id" => text(it.inviter),
    "invitee_id" => it.invitee.to_string(),
    "code_id" => it.code.to_string(),
    "source" => word(&it.source),
    "channel" => it.channel.clone(),
    "state" => word(&it.state),
    "verdict" => word(&it.verdict),
    "score" => it.score.to_string(),
    "reason" => text(it.reason.as_ref()),
    "created_at" => time(it.created_at),
    "qualified_at" => maybe(it.qualified_at),
    "expires_at" => maybe(it.expires_at),
    "updated_at" => time(it.updated_at),
});

row!(Grant as it {
    "id" => it.id.to_string(),
    "program_id" => it.program.to_string(),
    "version" => it.version.to_string(),
    "rule" => it.rule.clone(),
    "referral_id" => it.referral.to_string(),
    "event_id" => it.event.to_string(),
    "member_id" => it.member.to_string(),
    "side" => word(&it.side),
    "reward" => json(&it.reward),
    "unit" => text(it.unit()),
    "amount" => it.amount.0.to_string(),
    "remaining" => it.remaining.0.to_string(),
    "taken_back" => it.clawed.0.to_string(),
    "state" => word(&it.state),
    "reason" => text(it.reason.as_ref()),
    "due_at" => maybe(it.due_at),
    "order" => text(it.order.as_ref()),
    "coupon" => text(it.coupon.as_ref()),
    "created_at" => time(it.created_at),
    "updated_at" => time(it.updated_at),
});

row!(Transfer as it {
    "id" => it.id.to_string(),
    "at" => time(it.at),
    "reason" => word(&it.reason),
    "unit" => it.debit.unit.to_string(),
    "amount" => it.amount.0.to_string(),
    "debit_kind" => word(&it.debit.kind),
    "debit_owner" => it.debit.owner.to_string(),
    "credit_kind" => word(&it.credit.kind),
    "credit_owner" => it.credit.owner.to_string(),
    "grant_id" => text(it.grant),
    "event_id" => text(it.event),
    "operation" => text(it.operation.as_ref()),
});

row!(AuditEntry as it {
    "seq" => it.seq.to_string(),
    "at" => time(it.at),
    "actor" => it.actor.clone(),
    "action" => it.action.clone(),
    "subject" => it.subject.clone(),
    "detail" => json(&it.detail),
});

row!(Click as it {
    "id" => it.id.to_string(),
    "at" => time(it.at),
    "program_id" => it.program.to_string(),
    "code_id" => it.code.to_string(),
    "channel" => it.channel.clone(),
    "utm" => json(&it.utm),
    "referrer" => text(it.referrer.as_ref()),
    "bot" => it.bot.to_string(),
});

row!(Delivery as it {
    "id" => it.id.to_string(),
    "endpoint_id" => it.endpoint.to_string(),
    "event" => it.event.clone(),
    "state" => word(&it.state),
    "attempts" => it.attempts.to_string(),
    "last_status" => text(it.last_status),
    "last_error" => text(it.last_error.as_ref()),
    "created_at" => time(it.created_at),
    "attempted_at" => maybe(it.attempted_at),
});

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn time(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

fn maybe(at: Option<Timestamp>) -> String {
    at.map(time).unwrap_or_default()
}

/// The serde name of a variant.
fn word<T: Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().map(str::to_owned).unwrap_or_default()
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
