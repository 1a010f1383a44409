//! `trueup demo`: the screens on an invented company, in a database that is thrown away.

use super::call::Call;
use super::{Done, Error};
use crate::ops;
use crate::tui::{self, First, Start};

pub(super) async fn run(call: &Call) -> Result<Done, Error> {
    if !call.may_ask() {
        return Err(tui::Error::NoTerminal.into());
    }
    let demo = ops::demo().await?;
    let start = Start { screen: First::Home, assessment: None, is_demo: true };
    let left = tui::run(demo.ctx.clone(), start).await;
    demo.close().await;
    left?;
    Ok(Done::Fine)
}
