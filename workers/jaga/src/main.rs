#![doc = include_str!("../README.md")]

mod cards;
mod cli;
mod commands;
mod dating;
mod demo;
mod embedded;
mod html;
mod inbox;
mod layers;
mod names;
mod output;
mod place;
mod rule_files;
mod rulebook;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::output::{Outcome, complain};

fn main() -> ExitCode {
    // The decoder's child: before anything else is set up, for it must stay small.
    if std::env::args_os().nth(1).is_some_and(|a| a == cli::DECODE) {
        return ExitCode::from(jaga_photo::child_main());
    }
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&anyhow::Error::new(error).context("can't start"));
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

async fn run(command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Up(args) => commands::up::run(args).await,
        Command::Demo(args) => commands::demo::run(args).await,
        Command::Intake(args) => commands::worker::run(args, commands::worker::Kind::Intake).await,
        Command::Photo(args) => commands::worker::run(args, commands::worker::Kind::Photo).await,
        Command::Closure(args) => {
            commands::worker::run(args, commands::worker::Kind::Closure).await
        }
        Command::Escalation(args) => {
            commands::worker::run(args, commands::worker::Kind::Escalation).await
        }
        Command::Relay(args) => commands::worker::run(args, commands::worker::Kind::Relay).await,
        Command::Migrate(args) => commands::migrate::run(&args).await,
        Command::Doctor(args) => commands::doctor::run(&args).await,
        Command::Publish(args) => commands::publish::run(&args).await,
        Command::Config(args) => commands::config::run(&args),
        Command::Report(args) => commands::report::run(args).await,
        Command::Audit(args) => commands::audit::run(args).await,
        Command::Sweep(args) => commands::sweep::run(args).await,
        Command::Parked(args) => commands::parked::run(args).await,
        Command::Strip(args) => commands::strip::run(args).await,
        Command::Inspect(args) => commands::inspect::run(args).await,
        Command::Locate(args) => commands::locate::run(&args),
        Command::Layer(args) => commands::layer::run(&args),
        Command::Compare(args) => commands::compare::run(args).await,
        Command::Hash(args) => commands::hash::run(args).await,
        Command::Duplicates(args) => commands::duplicates::run(args).await,
        Command::Similar(args) => commands::similar::run(args).await,
        Command::Erase(args) => commands::erase::run(args).await,
        Command::Deadline(args) => commands::deadline::run(&args),
        Command::Calendar(args) => commands::calendar::run(&args),
        Command::Policy(args) => commands::policy::run(args).await,
        Command::Judge(args) => commands::judge::run(&args),
        Command::Rules(args) => commands::rules::run(&args).await,
        Command::Review(args) => commands::review::run(args).await,
    }
}
