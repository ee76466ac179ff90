//! The rows of a sign-up, made anew from a sample: other ids, in time order; everything else as the product wrote it.

use std::collections::BTreeMap;

use anyhow::Result;
use domain::{codes::Code, members::Member};
use kernel::{Clock, EventId, Id, SystemClock, SystemEntropy};
use rusqlite::types::Value;
use uuid::Uuid;

use crate::sample::{Sample, Share};

/// A statement that adds a row to a table, and the columns that its parameters stand for.
#[derive(Debug, Clone)]
pub(crate) struct Insert {
    pub(crate) sql: String,
    table: String,
    columns: Vec<String>,
    row: BTreeMap<String, Value>,
}

/// The statements of one sign-up.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// One of each for every sign-up.
    pub(crate) inserts: Vec<Insert>,
    /// The facts of one sign-up, as long as its part of the log row that a group shares.
    pub(crate) facts: String,
    sample: std::sync::Arc<Sample>,
}

/// The tables to which each sign-up adds a row. Those in which it changes a row that is there: see [`UPDATES`].
const ADDED: [&str; 5] = ["members", "events", "referrals", "grants", "transfers"];

/// What changes in rows that are there: the code, the inviter's standing and both accounts.
pub(crate) const UPDATES: [&str; 4] = [
    "UPDATE codes SET uses = uses + 1 WHERE id = ?",
    "UPDATE standings SET registered = registered + 1, updated_at = ? WHERE program_id = ? AND member_id = ?",
    "UPDATE accounts SET balance = balance + 100 WHERE owner_id = ? AND kind = 'held' AND unit = 'credit'",
    "UPDATE accounts SET balance = balance - 100 WHERE owner_id = ? AND kind = 'program' AND unit = 'credit'",
];

/// One sign-up's own values.
#[derive(Debug)]
pub(crate) struct SignUp {
    pub(crate) code: Value,
    pub(crate) program: Value,
    pub(crate) inviter: Value,
    pub(crate) at: Value,
    ids: [Value; 5],
    key: Value,
}

impl Plan {
    pub(crate) fn new(sample: Sample) -> Result<Self> {
        let inserts = ADDED.iter().map(|table| Ok(insert(sample.of(table)?))).collect::<Result<_>>()?;
        let log = sample.of("log")?;
        let facts = match log.row.get("facts") {
            Some(Value::Text(facts)) => facts.clone(),
            _ => String::new(),
        };
        let each = (facts.len() as f64 * log.added) as usize;
        let facts = facts.chars().take(each).collect();
        Ok(Self { inserts, facts, sample: std::sync::Arc::new(sample) })
    }

    /// The values of the sign-up with this number.
    pub(crate) fn sign_up(&self, number: usize, entropy: &SystemEntropy) -> SignUp {
        let seed = &self.sample.seed;
        let place = number * 1031 % seed.codes.len();
        let (code, inviter): (&Code, &Member) = (&seed.codes[place], &seed.inviters[place]);
        let now = SystemClock.now();
        let fresh = || blob(EventId::uuid(Id::new(now, entropy)));
        SignUp {
            code: blob(code.id.uuid()),
            program: blob(seed.program.id.uuid()),
            inviter: blob(inviter.id.uuid()),
            at: Value::Text(now.format("%Y-%m-%d %H:%M:%S%.6f").to_string()),
            ids: [fresh(), fresh(), fresh(), fresh(), fresh()],
            key: Value::Text(format!("{}-{number:08}", now.timestamp_micros())),
        }
    }

    /// The parameters of one insert.
    pub(crate) fn values(&self, insert: &Insert, of: &SignUp) -> Vec<Value> {
        insert.columns.iter().map(|column| of.value(&insert.table, column, &insert.row[column])).collect()
    }
}

impl SignUp {
    fn value(&self, table: &str, column: &str, sample: &Value) -> Value {
        let [member, event, referral, grant, transfer] = &self.ids;
        match (table, column) {
            ("members", "id") | (_, "invitee_id") | ("events", "member_id") => member.clone(),
            ("events", "id") | (_, "event_id") => event.clone(),
            ("referrals", "id") | (_, "referral_id") => referral.clone(),
            ("grants", "id") | (_, "grant_id") => grant.clone(),
            ("transfers", "id") => transfer.clone(),
            (_, "inviter_id" | "credit_owner") | ("grants", "member_id") => self.inviter.clone(),
            (_, "code_id") => self.code.clone(),
            (_, "external_id" | "event_key") => self.key.clone(),
            (_, "created_at" | "updated_at" | "occurred_at" | "at" | "due_at") => self.at.clone(),
            _ => sample.clone(),
        }
    }
}

fn insert(share: &Share) -> Insert {
    let columns: Vec<String> = share.row.keys().cloned().collect();
    let marks = vec!["?"; columns.len()].join(", ");
    let names: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    let sql = format!("INSERT INTO `{}` ({}) VALUES ({marks})", share.table, names.join(", "));
    Insert { sql, table: share.table.clone(), columns, row: share.row.clone() }
}

fn blob(id: Uuid) -> Value {
    Value::Blob(id.as_bytes().to_vec())
}
