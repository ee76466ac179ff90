//! `inviter config`.

use std::process::ExitCode;

use anyhow::Result;

use super::{
    doctor::{Finding, redis},
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
        Config::Check => {
            let config = load(globals)?;
            say("The configuration is valid.")?;
            // Which shape a Redis has only it can tell.
            let redis = runtime(1)?.block_on(redis::look(&config));
            if let Some(finding) = &redis {
                say(finding)?;
            }
            if redis.as_ref().is_some_and(Finding::is_error) {
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
