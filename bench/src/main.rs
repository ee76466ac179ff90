#![doc = include_str!("../README.md")]

mod ingest;
mod process;
mod sample;
mod seed;
mod yardstick;

use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
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
}

#[derive(Debug, Subcommand)]
enum Yardstick {
    /// The rows of a sign-up straight into SQLite, 50 per commit
    Sqlite {
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Yardstick(Yardstick::Sqlite { seconds }) => {
            println!(
                "{:.0}",
                yardstick::sqlite::run(Duration::from_secs(seconds)).await?
            );
            Ok(())
        }
        Command::Ingest {
            url,
            submitters,
            seconds,
        } => ingest::run(&url, submitters, Duration::from_secs(seconds)).await,
    }
}
