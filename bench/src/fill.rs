//! Makes a database look like one that has been in use for a year: sign-ups and clicks, written past the product.

mod mysql;
mod sqlite;

use std::path::Path;

use anyhow::Result;
use chrono::TimeDelta;
use kernel::{Clock, EventId, Id, SystemClock, SystemEntropy, Timestamp};
use rusqlite::types::Value;
use store::{Options, Store};

use crate::{
    sample::Sample,
    seed::{self, Seed},
    yardstick::rows::{Plan, blob, text},
};

/// How far back the rows go.
const SPAN: TimeDelta = TimeDelta::days(365);
/// The columns of a click.
const CLICK: [&str; 9] = [
    "id",
    "project_id",
    "program_id",
    "code_id",
    "at",
    "channel",
    "utm",
    "agent_hash",
    "bot",
];

/// Adds that many sign-ups and clicks to a database in which the product was set up.
pub(crate) async fn run(url: &str, sign_ups: usize, clicks: usize) -> Result<()> {
    let (store, _writer) = Store::open(Options::new(url)).await?;
    let seed = seed::read(&store).await?;
    drop(store);
    let folder = tempfile::tempdir_in(".")?;
    let mut sample = Sample::take(&folder.path().join("sample.db")).await?;
    sample.seed = seed.clone();
    let found = sample.standing_rows();
    let history = History {
        plan: Plan::new(sample)?,
        seed,
        entropy: SystemEntropy::default(),
        end: SystemClock.now(),
    };
    match url.strip_prefix("sqlite:") {
        Some(path) => sqlite::fill(Path::new(path), &history, &found, sign_ups, clicks),
        None => mysql::fill(url, &history, &found, sign_ups, clicks).await,
    }
}

/// Where the rows come from, oldest first.
struct History {
    plan: Plan,
    seed: Seed,
    entropy: SystemEntropy,
    end: Timestamp,
}

impl History {
    fn moment(&self, number: usize, of: usize) -> Timestamp {
        let place = i64::try_from(number).unwrap_or(0);
        let step = SPAN / i32::try_from(of).unwrap_or(i32::MAX).max(1);
        self.end - SPAN + TimeDelta::microseconds(step.num_microseconds().unwrap_or(1) * place)
    }

    /// The rows of one sign-up, in the order of the plan's inserts.
    fn sign_up(&self, number: usize, of: usize) -> Vec<Vec<Value>> {
        let sign_up = self
            .plan
            .sign_up_at(number, &self.entropy, self.moment(number, of));
        self.plan
            .inserts
            .iter()
            .map(|insert| Plan::values(insert, &sign_up))
            .collect()
    }

    fn click(&self, number: usize, of: usize) -> Vec<Value> {
        let at = self.moment(number, of);
        let code = &self.seed.codes[number * 1031 % self.seed.codes.len()];
        vec![
            blob(EventId::uuid(Id::new(at, &self.entropy))),
            blob(self.seed.project.id.uuid()),
            blob(self.seed.program.id.uuid()),
            blob(code.id.uuid()),
            text(at),
            Value::Text("direct".to_owned()),
            Value::Text("{}".to_owned()),
            Value::Blob(number.to_be_bytes().repeat(2)),
            Value::Integer(0),
        ]
    }

    /// What the rows add up to, on every inviter alike.
    fn sums(&self, sign_ups: usize) -> Vec<String> {
        let each = sign_ups / self.seed.codes.len();
        let program = format!("x'{}'", self.seed.program.id.uuid().simple());
        vec![
            format!("UPDATE codes SET uses = uses + {each} WHERE program_id = {program}"),
            format!(
                "UPDATE standings SET registered = registered + {each} WHERE program_id = {program}"
            ),
            format!(
                "UPDATE accounts SET balance = balance + {} WHERE kind = 'held'",
                each * 100
            ),
            format!(
                "UPDATE accounts SET balance = balance - {} WHERE kind = 'program'",
                sign_ups * 100
            ),
        ]
    }
}
