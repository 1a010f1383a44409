//! The table of screens. Help, docs, the palette and the snapshots are derived from it.

pub mod agents;
pub mod begin;
pub mod confirm;
pub mod decide;
pub mod explain;
pub mod export;
pub mod gaps;
pub mod help;
pub mod home;
pub mod identity;
pub mod interview;
pub mod inventory;
pub mod jump;
pub mod note;
pub mod palette;
pub mod pull;
pub mod reason;
pub mod resolve;
pub mod scorecard;
pub mod shadow;
pub mod source;
pub mod sources;
pub mod who;

use super::screen::Entry;

/// Every screen.
pub static REGISTRY: &[&Entry] = &[
    &home::ENTRY,
    &begin::ENTRY,
    &interview::ENTRY,
    &who::ENTRY,
    &note::ENTRY,
    &reason::ENTRY,
    &jump::ENTRY,
    &sources::ENTRY,
    &source::ENTRY,
    &pull::ENTRY,
    &scorecard::ENTRY,
    &gaps::ENTRY,
    &explain::ENTRY,
    &inventory::ENTRY,
    &identity::ENTRY,
    &resolve::ENTRY,
    &shadow::ENTRY,
    &decide::ENTRY,
    &agents::ENTRY,
    &export::ENTRY,
    &help::ENTRY,
    &confirm::ENTRY,
    &palette::ENTRY,
];
