//! `trueup`: opens the screens.

use super::call::Call;
use super::{Done, Error};
use crate::tui::{self, First, Start};

pub(super) async fn run(call: &Call) -> Result<Done, Error> {
    screens(call, First::Home).await
}

/// Opens the screens at one of them; without a terminal, a sentence says what to do instead.
pub(super) async fn screens(call: &Call, screen: First) -> Result<Done, Error> {
    if !call.may_ask() {
        return Err(tui::Error::NoTerminal.into());
    }
    let start = Start { screen, assessment: call.named().await?, is_demo: false };
    tui::run(call.ctx().await?.clone(), start).await?;
    Ok(Done::Fine)
}
