//! What works and is probably not meant: numbers in words that the limits do not have, minutes that do not add up.

use super::fault::Fault;
use super::{Entry, Library};

/// Looks over a pack that has no faults.
pub(super) fn warnings(_library: &Library, _entry: &Entry) -> Vec<Fault> {
    Vec::new()
}
