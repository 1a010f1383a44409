//! All integration tests, one module per subject; `kit` holds the builders that they share.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod accounts;
mod app;
mod architecture;
mod aws;
mod aws_rights;
mod capture;
mod cli;
mod crowd;
mod declared;
mod demo;
mod desk;
mod docs;
mod durability;
mod effective;
mod escalation;
mod everybody;
mod exports;
mod expr;
mod inventory;
mod judging;
mod keys;
mod kit;
mod listed;
mod oracle;
mod packs;
mod privilege;
mod refusals;
mod registers;
mod scoring;
mod screens;
mod stage;
mod store;
mod terminal;
mod usage;
mod world;
