//! `trueup man`: the manual page.

use clap::CommandFactory;

use super::call::Call;
use super::{Cli, Done, Error};

pub(super) fn run(call: &Call) -> Result<Done, Error> {
    let mut page = Vec::new();
    let command = Cli::command().flatten_help(true);
    clap_mangen::Man::new(command).render(&mut page).map_err(Error::Output)?;
    call.print(&String::from_utf8_lossy(&page))?;
    Ok(Done::Fine)
}
