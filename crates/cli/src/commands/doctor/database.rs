//! The database: there, of the right schema, with the right time, and with books that add up.

use config::{Backend, Config};
use kernel::{Clock, SystemClock};
use store::Store;

use super::Finding;
use crate::{
    commands::books::differences,
    installation::{named, open_store},
};

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
        Err(error) => return vec![unreachable(&format!("{error:#}"))],
    };
    let about = match store.about().await {
        Ok(about) => about,
        Err(error) => {
            return vec![unreachable(&format!(
                "{} does not answer: {error}",
                named(config)
            ))];
        }
    };
    let mut findings = vec![Finding::good(
        "database",
        format!("{}, {}", named(config), about.product),
    )];
    let skew = (SystemClock.now() - about.now).num_seconds();
    findings.push(if skew.abs() <= SKEW {
        Finding::good("clock", "the database has the same time")
    } else {
        let what = format!("the clock of the database is {skew} s behind this one");
        Finding::error("clock", what, "synchronise both with a time server")
    });
    match schema(config, &store).await {
        Ok(finding) => findings.extend([finding, ledger(&store).await]),
        Err(finding) => findings.push(finding),
    }
    findings
}

fn unreachable(what: &str) -> Finding {
    Finding::error(
        "database",
        what,
        "check `database.url`, and that the database runs and is reachable",
    )
}

/// `Err` where the tables are not what this program expects, so that they cannot be looked at.
async fn schema(config: &Config, store: &Store) -> Result<Finding, Finding> {
    let remedy = match config.database.backend {
        Backend::Sqlite { .. } => "start the server or run `inviter migrate`",
        Backend::MySql { .. } => "run `inviter migrate`",
    };
    match store.migration_status().await {
        Err(error) => Err(Finding::error(
            "schema",
            error,
            "it belongs to another version of Inviter",
        )),
        Ok(status) => match status.pending().len() {
            0 => Ok(Finding::good(
                "schema",
                format!("{} migrations, none pending", status.known.len()),
            )),
            pending => {
                let what = format!("{pending} of {} migrations are pending", status.known.len());
                Err(Finding::error("schema", what, remedy))
            }
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
