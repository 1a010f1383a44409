//! Records of several sources in; one inventory and its measurements out. Pure: ages are relative to the newest
//! snapshot's own time, never to a clock.

mod agents;
mod counting;
mod credentials;
mod facts;
mod finding;
mod judge;
mod machines;
mod measure;
mod merge;
mod needs;
mod origin;
mod people;
mod registry;
mod resolution;
mod rights;
mod scope;
mod shadow;
mod tally;
mod unseen;

pub use crate::model::merged::Inventory;
pub use agents::listed as agents;
pub use counting::{Counted, Counts, RULES as COUNTING_RULES, counted};
pub use measure::measure;
pub use merge::{merge, merge_ruled};
pub use needs::NEEDS;
pub use origin::{Origin, OriginRow, explain};
pub use registry::{Computation, REGISTRY, computation};
pub use resolution::{Doubt, Sign, doubts};
pub use shadow::listed as shadow;
pub use unseen::{ENOUGH, total};
