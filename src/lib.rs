//! trueup sets what an organisation claims about its identities beside what its systems prove.
//!
//! Nouns inside (`model`), verbs around them (`metrics`, `privilege`, `scoring`, `packs`, `connectors`, `store`,
//! `export`, joined by `ops`), faces outside (`cli`, `tui`). Arrows point inwards only; the test
//! `architecture` holds that.

pub mod cli;
pub mod config;
pub mod connectors;
pub mod export;
pub mod metrics;
pub mod model;
pub mod ops;
pub mod packs;
pub mod privilege;
pub mod scoring;
pub mod store;
pub mod tui;
