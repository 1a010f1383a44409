//! Placeholder.
use super::registry::Computation;
/// The computations of this subject.
pub static COMPUTATIONS: &[Computation] = &[];
