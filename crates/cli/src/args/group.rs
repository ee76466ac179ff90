//! `inviter mysql` and `inviter mysql-guard`.

use std::time::Duration;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct Guard {
    /// The member to look after, HOST:PORT; otherwise `mysql_guard.member`
    #[arg(long, value_name = "MEMBER")]
    pub(crate) member: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Group {
    /// Say what each member is; exits with 1 unless all take part and one is the primary
    Status,
    /// Make another member the primary
    Switchover {
        /// The new primary, HOST:PORT as in `mysql_guard.members`
        #[arg(long, value_name = "MEMBER")]
        to: String,
        /// Transactions that run get this many seconds to finish
        #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = super::seconds)]
        grace: Duration,
    },
    /// Begin the group where its guards may not: members are lost, or differ
    Recover(Recover),
}

#[derive(Debug, Args)]
pub(crate) struct Recover {
    /// Go on without the members that do not answer: what only they have is lost
    #[arg(long)]
    pub(crate) accept_missing: bool,
    /// Go on with what this member has, HOST:PORT: what only others have is lost
    #[arg(long, value_name = "MEMBER")]
    pub(crate) from: Option<String>,
}
