//! `inviter config`.

use anyhow::Result;

use super::load;
use crate::{
    args::{Config, Globals},
    output::say,
};

pub(super) fn run(command: Config, globals: &Globals) -> Result<()> {
    match command {
        Config::Generate => say(config::defaults().trim_end()),
        Config::Show => say(config::show(&load(globals)?).trim_end()),
        Config::Check => {
            load(globals)?;
            say("The configuration is valid.")
        }
    }
}
