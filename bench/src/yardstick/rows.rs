//! The rows of a sign-up, made anew from a sample: other ids, in time order; everything else as the product wrote it.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::TimeDelta;
use kernel::{Clock, EventId, Id, SystemClock, SystemEntropy, Timestamp};
use rusqlite::types::Value;
use uuid::Uuid;

use crate::{
    sample::{Sample, Share},
    seed::Seed,
};

/// A statement that adds a row to a table, and the columns that its parameters stand for.
#[derive(Debug, Clone)]
pub(crate) struct Insert {
    pub(crate) sql: String,
    pub(crate) table: String,
    pub(crate) columns: Vec<String>,
    row: BTreeMap<String, Value>,
}

/// The statements of one sign-up.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// One of each for every sign-up.
    pub(crate) inserts: Vec<Insert>,
    /// The facts of one sign-up, as long as its part of the log row that a group shares.
    pub(crate) facts: String,
    seed: Seed,
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
    project: Value,
    pub(crate) code: Value,
    pub(crate) program: Value,
    pub(crate) inviter: Value,
    pub(crate) at: Value,
    due: Value,
    ids: [Value; 5],
    key: Value,
}

impl Plan {
    pub(crate) fn new(sample: Sample) -> Result<Self> {
        let inserts = ADDED
            .iter()
            .map(|table| Ok(insert(sample.of(table)?)))
            .collect::<Result<_>>()?;
        let log = sample.of("log")?;
        let facts = match log.row.get("facts") {
            Some(Value::Text(facts)) => facts.clone(),
            _ => String::new(),
        };
        let groups = (1.0 / log.added).round().max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few dozen sign-ups a group"
        )]
        let facts = facts[..facts.len() / groups as usize].to_owned();
        Ok(Self {
            inserts,
            facts,
            seed: sample.seed,
        })
    }

    /// The values of the sign-up with this number, which comes in now.
    pub(crate) fn sign_up(&self, number: usize, entropy: &SystemEntropy) -> SignUp {
        self.sign_up_at(number, entropy, SystemClock.now())
    }

    /// The values of the sign-up with this number. Its reward is held for longer than any measurement takes.
    pub(crate) fn sign_up_at(
        &self,
        number: usize,
        entropy: &SystemEntropy,
        now: Timestamp,
    ) -> SignUp {
        let place = number * 1031 % self.seed.codes.len();
        let fresh = || blob(EventId::uuid(Id::new(now, entropy)));
        SignUp {
            project: blob(self.seed.project.id.uuid()),
            code: blob(self.seed.codes[place].id.uuid()),
            program: blob(self.seed.program.id.uuid()),
            inviter: blob(self.seed.inviters[place].id.uuid()),
            at: text(now),
            due: text(SystemClock.now() + TimeDelta::days(7)),
            ids: [fresh(), fresh(), fresh(), fresh(), fresh()],
            key: Value::Text(format!("{}-{number:08}", now.timestamp_micros())),
        }
    }

    /// The parameters of one insert.
    pub(crate) fn values(insert: &Insert, of: &SignUp) -> Vec<Value> {
        insert
            .columns
            .iter()
            .map(|column| of.value(&insert.table, column, &insert.row[column]))
            .collect()
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
            (_, "project_id") => self.project.clone(),
            (_, "program_id" | "debit_owner") => self.program.clone(),
            (_, "due_at") => self.due.clone(),
            (_, "external_id" | "event_key") => self.key.clone(),
            (_, "created_at" | "updated_at" | "occurred_at" | "at") => self.at.clone(),
            _ => sample.clone(),
        }
    }
}

fn insert(share: &Share) -> Insert {
    let columns: Vec<String> = share.row.keys().cloned().collect();
    let marks = vec!["?"; columns.len()].join(", ");
    let names: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    let sql = format!(
        "INSERT INTO `{}` ({}) VALUES ({marks})",
        share.table,
        names.join(", ")
    );
    Insert {
        sql,
        table: share.table.clone(),
        columns,
        row: share.row.clone(),
    }
}

/// A time as the product writes it into SQLite; MySQL reads it too.
pub(crate) fn text(at: Timestamp) -> Value {
    Value::Text(at.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string())
}

pub(crate) fn blob(id: Uuid) -> Value {
    Value::Blob(id.as_bytes().to_vec())
}
