#![doc = include_str!("../README.md")]

mod fill;
mod ingest;
mod process;
mod reads;
mod run;
mod sample;
mod seed;
mod yardstick;

use std::{process::ExitCode, time::Duration};

use anyhow::Result;
use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Inviter measured against the yardsticks
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure everything and print the table
    Run(run::Wanted),
    /// What the machine can do without the product
    #[command(subcommand)]
    Yardstick(Yardstick),
    /// Sign-ups through the write path alone, without HTTP
    Ingest {
        /// `sqlite:PATH` or `mysql://…` of an empty database
        #[arg(long)]
        url: String,
        /// Sign-ups that wait at the same moment
        #[arg(long, default_value_t = 32)]
        submitters: usize,
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// Reads from the primary of a MySQL group and from its replicas
    Reads {
        /// `mysql://…` of a database next to which one is made
        #[arg(long)]
        url: String,
        /// The members, as in `database.members`
        #[arg(long, value_name = "HOST:PORT,…")]
        members: String,
        #[arg(long, default_value_t = 3)]
        rounds: u32,
        #[arg(long, default_value_t = 3)]
        seconds: u64,
    },
    /// Fill a database in which the product was set up by `run`
    Fill {
        /// `sqlite:PATH` or `mysql://…`
        #[arg(long)]
        url: String,
        #[arg(long, default_value_t = 1_000_000)]
        sign_ups: usize,
        #[arg(long, default_value_t = 10_000_000)]
        clicks: usize,
    },
}

#[derive(Debug, Subcommand)]
enum Yardstick {
    /// A redirect and a JSON answer from memory
    Http {
        #[arg(long)]
        port: u16,
    },
    /// The rows of sign-ups straight into SQLite, 50 per commit
    Sqlite {
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// The rows of sign-ups into MySQL, a transaction each, over 16 connections
    Mysql {
        #[arg(long)]
        dsn: String,
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// 4 KiB and `fdatasync`, again and again
    Disk {
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    match Cli::parse().command {
        Command::Run(wanted) if !run::run(&wanted).await? => return Ok(ExitCode::FAILURE),
        Command::Run(_) => {}
        Command::Yardstick(yardstick) => measure(yardstick).await?,
        Command::Ingest {
            url,
            submitters,
            seconds,
        } => ingest::run(&url, submitters, Duration::from_secs(seconds)).await?,
        Command::Reads {
            url,
            members,
            rounds,
            seconds,
        } => {
            let time = Duration::from_secs(seconds);
            let [primary, replica] = reads::run(&url, &members, rounds, time).await?;
            println!("from the primary {primary:.0} us, from a replica {replica:.0} us");
        }
        Command::Fill {
            url,
            sign_ups,
            clicks,
        } => fill::run(&url, sign_ups, clicks).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the figure in the last line.
async fn measure(yardstick: Yardstick) -> Result<()> {
    match yardstick {
        Yardstick::Http { port } => yardstick::http::run(port).await?,
        Yardstick::Sqlite { seconds } => {
            println!(
                "{:.0}",
                yardstick::sqlite::run(Duration::from_secs(seconds)).await?
            );
        }
        Yardstick::Mysql { dsn, seconds } => {
            println!(
                "{:.0}",
                yardstick::mysql::run(&dsn, Duration::from_secs(seconds)).await?
            );
        }
        Yardstick::Disk { seconds } => {
            let took = yardstick::disk::run(Duration::from_secs(seconds))?;
            println!("median {} us", took[took.len() / 2].as_micros());
            println!("{}", took.len() / usize::try_from(seconds)?);
        }
    }
    Ok(())
}
