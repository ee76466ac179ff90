//! The database: there, of the right schema, with the right time, and with books that add up.

use std::sync::Arc;

use config::{Backend, Config};
use kernel::{Clock, SystemClock};
use store::{Obstacle, Store, StoreError, topology::Member};

use super::Finding;
use crate::{
    commands::books::differences,
    installation::{named, open_store},
};

/// The code of a group that may yet come up.
const WAITS: &str = "database_no_writer";
/// Seconds by which two clocks may differ. The database tells its time in whole seconds.
const SKEW: i64 = 3;

pub(super) async fn look(config: &Config) -> Vec<Finding> {
    if let Backend::Sqlite { path } = &config.database.backend
        && !path.exists()
    {
        let text = format!(
            "{} is not there yet; the first start makes it",
            path.display()
        );
        return vec![Finding::good("database", text)];
    }
    let opened = open_store(config, None).await;
    let (store, _writer) = match opened {
        Ok(opened) => opened,
        Err(error) => return vec![refused(&error)],
    };
    let mut findings = members(&store);
    let about = match store.about().await {
        Ok(about) => about,
        Err(error) => {
            let what = format!("{} does not answer", named(config));
            findings.push(refused(&anyhow::Error::new(error).context(what)));
            return findings;
        }
    };
    findings.push(Finding::good(
        "database",
        format!("{}, {}", named(config), about.product),
    ));
    let skew = (SystemClock.now() - about.now).num_seconds();
    findings.push(if skew.abs() <= SKEW {
        Finding::good("clock", "the database has the same time")
    } else {
        let what = format!("the clock of the database is {skew} s behind this one");
        Finding::error("clock", what, "synchronise both with a time server").coded("clock_skew")
    });
    match schema(config, &store).await {
        Ok(finding) => {
            findings.push(finding);
            findings.extend(privileges(config, &store).await);
            findings.push(ledger(&store).await);
        }
        Err(finding) => findings.push(finding),
    }
    findings
}

/// The members of a group, one line each; nothing for one server or a file.
fn members(store: &Store) -> Vec<Finding> {
    let snapshot = Arc::clone(&store.topology().borrow());
    if !snapshot.is_discovered() {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = snapshot.members.iter().map(member).collect();
    if let Some(trouble) = snapshot.trouble() {
        findings.push(if snapshot.split_brain {
            let remedy =
                "stop all but the one to go on with; `inviter mysql status` shows what each has";
            Finding::error("members", trouble, remedy).coded("database_split_brain")
        } else {
            let remedy = "see docs/operate/mysql.md";
            Finding::error("members", trouble, remedy).coded(WAITS)
        });
    }
    findings
}

/// One that is down is the others' to bear; one that refuses what the configuration says refuses it tomorrow too.
fn member(member: &Member) -> Finding {
    let standing = format!("{} is {}", member.address, member.standing());
    match &member.error {
        None if member.serves() => Finding::good("member", standing),
        None => Finding::warning("member", standing, "see `inviter mysql status`")
            .coded("database_member"),
        Some(refusal) => {
            let what = format!("{}: {refusal}", member.address);
            let finding = Finding::error("member", what, remedy(refusal.what));
            let finding = finding.coded(refusal.what.code());
            if waits(refusal.what) {
                finding.softened()
            } else {
                finding
            }
        }
    }
}

/// Why the database does not let us in.
fn refused(error: &anyhow::Error) -> Finding {
    let what = match error.downcast_ref() {
        Some(StoreError::Refused(refusal)) => refusal.what,
        _ => Obstacle::Unreachable,
    };
    Finding::error("database", format_args!("{error:#}"), remedy(what)).coded(what.code())
}

/// Whether it may be well later with this configuration.
const fn waits(what: Obstacle) -> bool {
    matches!(
        what,
        Obstacle::Unreachable | Obstacle::Missing | Obstacle::Other
    )
}

const fn remedy(what: Obstacle) -> &'static str {
    match what {
        Obstacle::Address => "check `database.url` and `database.members`",
        Obstacle::Unreachable | Obstacle::Other => {
            "check `database.url`, and that the database runs and is reachable"
        }
        Obstacle::Encryption => "check `ssl-mode` and `ssl-ca` in `database.url`",
        Obstacle::Login => "check account and password in `database.url`",
        Obstacle::Missing => "make it, or check its name in `database.url`",
        Obstacle::Access | Obstacle::Privilege => {
            "grant the account what docs/operate/mysql.md says"
        }
    }
}

/// `Err` where the tables are not what this program expects, so that they cannot be looked at.
async fn schema(config: &Config, store: &Store) -> Result<Finding, Finding> {
    let remedy = match config.database.backend {
        Backend::Sqlite { .. } => "start the server or run `inviter migrate`",
        Backend::MySql { .. } => "run `inviter migrate`",
    };
    match store.migration_status().await {
        Err(error) => {
            Err(
                Finding::error("schema", error, "it belongs to another version of Inviter")
                    .coded("schema_unknown"),
            )
        }
        Ok(status) => match status.pending().len() {
            0 => Ok(Finding::good(
                "schema",
                format!("{} migrations, none pending", status.known.len()),
            )),
            pending => {
                let what = format!("{pending} of {} migrations are pending", status.known.len());
                Err(Finding::error("schema", what, remedy).coded("schema_pending"))
            }
        },
    }
}

/// Of a server's account; a file belongs to whoever opens it.
async fn privileges(config: &Config, store: &Store) -> Option<Finding> {
    let Backend::MySql { .. } = config.database.backend else {
        return None;
    };
    Some(match store.try_privileges().await {
        Ok(()) => Finding::good("privileges", "the account may read and write"),
        Err(error) => refused(&error.into()),
    })
}

/// Whether the server lets us in, for who only checks a configuration; nothing for a file, which is made where there is
/// none. A server may well be started later.
pub(in crate::commands) async fn let_in(config: &Config) -> Vec<Finding> {
    let Backend::MySql { .. } = config.database.backend else {
        return Vec::new();
    };
    match open_store(config, None).await {
        Ok((store, _writer)) => {
            let members = members(&store).into_iter();
            let members: Vec<Finding> = members.map(|found| found.softened_from(WAITS)).collect();
            if !members.is_empty() {
                return members;
            }
            vec![match store.try_privileges().await {
                Ok(()) => Finding::good("database", format!("{} answers", named(config))),
                Err(StoreError::Database(_)) => Finding::good(
                    "database",
                    format!("{} answers, and has no tables yet", named(config)),
                ),
                Err(error) => refused(&error.into()),
            }]
        }
        Err(error) => match error.downcast_ref() {
            Some(StoreError::Refused(refusal)) if !waits(refusal.what) => vec![refused(&error)],
            _ => vec![refused(&error).softened()],
        },
    }
}

async fn ledger(store: &Store) -> Finding {
    match store.read().verify_ledger(|_| {}).await {
        Ok(report) if report.is_sound() => {
            Finding::good("ledger", format!("sound, {} transfers", report.transfers))
        }
        Ok(report) => {
            let what = format!("{} differences", differences(&report).len());
            Finding::error("ledger", what, "`inviter ledger verify` lists them")
        }
        Err(error) => Finding::error("ledger", error, "it cannot be read"),
    }
}
