//! `trueup schema`: the published shape of the exported scorecard.

use super::call::Call;
use super::{Done, Error};
use crate::export;

pub(super) fn run(call: &Call) -> Result<Done, Error> {
    call.print(&export::schema())?;
    Ok(Done::Fine)
}
