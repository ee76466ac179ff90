//! `inviter config`.

use std::process::ExitCode;

use anyhow::Result;

use super::{
    doctor::{Finding, database, redis},
    load, runtime,
};
use crate::{
    args::{Config, Globals},
    output::say,
};

pub(super) fn run(command: Config, globals: &Globals) -> Result<ExitCode> {
    match command {
        Config::Generate => say(config::defaults().trim_end())?,
        Config::Show => say(config::show(&load(globals)?).trim_end())?,
        Config::Check { offline } => {
            let config = load(globals)?;
            say("The configuration is valid.")?;
            if offline {
                return Ok(ExitCode::SUCCESS);
            }
            // Which shape a Redis has, and whether an account may do what it has to, only they can tell.
            let found = runtime(1)?.block_on(async {
                let mut found = database::let_in(&config).await;
                found.extend(redis::look(&config).await);
                found
            });
            for finding in &found {
                say(finding)?;
            }
            if found.iter().any(Finding::is_error) {
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
