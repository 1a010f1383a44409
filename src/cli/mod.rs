//! Face 1: the command line. Data goes to standard output, everything else to standard error.

mod agents;
mod ask;
mod attach;
mod call;
mod completions;
mod demo;
mod error;
mod everybody;
mod explain;
mod export;
mod facets;
mod identities;
mod list;
mod log;
mod man;
mod new;
mod open;
mod packs;
mod progress;
mod pull;
mod reference;
mod resolve;
mod schema;
mod score;
mod shadow;
mod show;
mod sources;
mod text;
mod what_if;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use miette::Diagnostic;

use call::Call;
use error::Error;

pub use reference::{reference, sources as sources_reference};

/// Sets what an organisation claims about its identities beside what its systems prove.
#[derive(Debug, Parser)]
#[command(name = "trueup", version, after_long_help = MORE, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

const MORE: &str = "Without a command, the screens open.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but below --fail-under or not below --fail-over, 130 interrupted.

Places: the database lies in the data folder of your system (on Linux ~/.local/share/trueup/trueup.db), your \
own packs beside it in packs/, settings in ~/.config/trueup/config.toml, your own weights of over-privilege \
beside them in weights.toml, the log in ~/.local/state/trueup. TRUEUP_DATA names one folder for all of them. \
NO_COLOR switches colours off.

Sources that are set up stand in sources.toml beside the settings. Nothing is ever changed in the systems that are read, and nothing leaves this machine but the questions to them.";

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The database to use instead of the one in the data folder.
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        env = "TRUEUP_DB",
        hide_env_values = true,
        display_order = 1000
    )]
    db: Option<PathBuf>,
    /// The assessment that is meant: the first or last letters of its id are enough. Without it, the newest.
    #[arg(long, value_name = "ID", global = true, display_order = 1001)]
    assessment: Option<String>,
    /// Print JSON instead of text.
    #[arg(long, global = true, display_order = 1002)]
    json: bool,
    /// Never open a screen and never ask.
    #[arg(long, global = true, display_order = 1003)]
    no_input: bool,
}

/// What can be done.
#[derive(Debug, Subcommand)]
enum Command {
    /// Begin an assessment.
    New(new::Args),
    /// Answer the questions, on the screen, line by line, or from a file.
    Ask(ask::Args),
    /// Take over accepted documents from a file.
    Attach(attach::Args),
    /// Read systems that are set up and files into the evidence: directories, registers, counted figures, the scope.
    Pull(pull::Args),
    /// Show what is claimed beside what is proven.
    Score(score::Args),
    /// List people, machines and AI agents with what they can do beyond what they need.
    Identities(identities::Args),
    /// Show where a number comes from, down to the rows, or one identity down to single grants.
    Explain(explain::Args),
    /// Show what an identity would be without some of its grants. Nothing is changed anywhere.
    WhatIf(what_if::Args),
    /// Show how many identities there are by which rule, who may be the same, and decide it.
    Resolve(resolve::Args),
    /// Show which AI tools were found and what was decided about each, how many may be unseen, and decide.
    Shadow(shadow::Args),
    /// List AI agents with owner, task, autonomy tier, gate, tools, rights beside people in the same job, last action.
    Agents,
    /// Write pictures and files.
    Export(export::Args),
    /// List the assessments.
    List,
    /// List, show and check question packs.
    Packs(packs::Args),
    /// Set up and test systems to be read, list what can be read, print templates of registers, show receipts.
    Sources(sources::Args),
    /// Open the screens on an invented company with three quarters of history.
    Demo,
    /// Print completions for a shell.
    Completions(completions::Args),
    /// Print the manual page.
    Man,
    /// Print the JSON Schema of the exported scorecard, or of another document.
    Schema(schema::Args),
}

/// How a command ended when nothing failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Fine,
    /// Done, but the result is not within what was asked for.
    Short,
    Interrupted,
}

/// Runs one call of the program.
pub async fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    error::prepare();
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // A reader that has gone away does not want the help any more.
            let _ = error.print();
            return code(error.exit_code());
        }
    };
    let call = Call::new(cli.global);
    let done = tokio::select! {
        done = dispatch(cli.command, &call) => done,
        Ok(()) = tokio::signal::ctrl_c() => Ok(Done::Interrupted),
    };
    call.close().await;
    finish(done)
}

async fn dispatch(command: Option<Command>, call: &Call) -> Result<Done, Error> {
    match command {
        None => open::run(call).await,
        Some(Command::New(args)) => new::run(args, call).await,
        Some(Command::Ask(args)) => ask::run(args, call).await,
        Some(Command::Attach(args)) => attach::run(args, call).await,
        Some(Command::Pull(args)) => pull::run(args, call).await,
        Some(Command::Score(args)) => score::run(args, call).await,
        Some(Command::Identities(args)) => identities::run(args, call).await,
        Some(Command::Explain(args)) => explain::run(args, call).await,
        Some(Command::WhatIf(args)) => what_if::run(args, call).await,
        Some(Command::Resolve(args)) => resolve::run(args, call).await,
        Some(Command::Shadow(args)) => shadow::run(args, call).await,
        Some(Command::Agents) => agents::run(call).await,
        Some(Command::Export(args)) => export::run(args, call).await,
        Some(Command::List) => list::run(call).await,
        Some(Command::Packs(args)) => packs::run(args, call).await,
        Some(Command::Sources(args)) => sources::run(args, call).await,
        Some(Command::Demo) => demo::run(call).await,
        Some(Command::Completions(args)) => completions::run(&args, call),
        Some(Command::Man) => man::run(call),
        Some(Command::Schema(args)) => schema::run(&args, call),
    }
}

fn finish(done: Result<Done, Error>) -> ExitCode {
    match done {
        Ok(Done::Fine) => ExitCode::SUCCESS,
        Ok(Done::Short) => code(3),
        Ok(Done::Interrupted) => {
            eprintln!("interrupted; what was shown as saved is saved, nothing else was kept");
            code(130)
        }
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            // The sentence may quote an answer or a name; its code never does.
            tracing::error!(code = error.code().map(|code| code.to_string()), "the command failed");
            error.print();
            code(error.exit_code())
        }
    }
}

fn code(code: i32) -> ExitCode {
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}
