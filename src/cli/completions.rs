//! `trueup completions`: completions for a shell.

use clap::CommandFactory;
use clap_complete::Shell;

use super::call::Call;
use super::{Cli, Done, Error};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(args: &Args, call: &Call) -> Result<Done, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "trueup", &mut script);
    call.print(&String::from_utf8_lossy(&script))?;
    Ok(Done::Fine)
}
