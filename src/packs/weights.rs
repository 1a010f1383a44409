//! The weights of over-privilege: the built-in ones, changed by the user's own file.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::model::privilege::{Access, Condition, Prior, Scope, Standing, Tier, Weights};

const BUILT_IN: &str = include_str!("../../assets/privilege/weights.toml");

#[derive(Deserialize)]
struct File {
    access: toml::Table,
    tier: toml::Table,
    scope: toml::Table,
    condition: toml::Table,
    standing: toml::Table,
    prior: toml::Table,
    score: toml::Table,
}

/// The built-in weights.
pub fn read() -> Weights {
    let file: File = toml::from_str(BUILT_IN).unwrap_or_else(|_| File {
        access: toml::Table::new(),
        tier: toml::Table::new(),
        scope: toml::Table::new(),
        condition: toml::Table::new(),
        standing: toml::Table::new(),
        prior: toml::Table::new(),
        score: toml::Table::new(),
    });
    Weights {
        access: Access::ALL.map(|one| number(&file.access, one.id())),
        tier: Tier::ALL.map(|one| number(&file.tier, one.id())),
        scope: Scope::ALL.map(|one| number(&file.scope, one.id())),
        condition: Condition::ALL.map(|one| number(&file.condition, one.id())),
        condition_floor: number(&file.condition, "floor"),
        standing: Standing::ALL.map(|one| number(&file.standing, one.id())),
        prior: Prior::ALL.map(|one| number(&file.prior, one.id())),
        idle_days: 90,
        half: number(&file.score, "half"),
        medium_from: number(&file.score, "medium_from"),
        high_from: number(&file.score, "high_from"),
        digest: hexadecimal(&Sha256::digest(BUILT_IN)),
        is_changed: false,
    }
}

fn number(table: &toml::Table, key: &str) -> f64 {
    match table.get(key) {
        Some(toml::Value::Float(value)) => *value,
        Some(toml::Value::Integer(value)) => *value as f64,
        _ => 1.0,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
