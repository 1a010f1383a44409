//! The weights of over-privilege, as they come with the program.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::PackError;
use crate::model::privilege::{Access, Condition, Prior, Scope, Standing, Tier, Weights};

const BUILT_IN: &str = include_str!("../../assets/privilege/weights.toml");

/// Numbers by the ids of their kind.
type Table = BTreeMap<String, f64>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: u32,
    access: Table,
    tier: Table,
    scope: Table,
    condition: Table,
    standing: Table,
    prior: Table,
    score: Score,
    peer: PeerScale,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Score {
    idle_days: u32,
    half: f64,
    medium_from: f64,
    high_from: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeerScale {
    people: u32,
    less_below: f64,
    more_from: f64,
    significant_from: f64,
}

/// The built-in weights.
pub fn read() -> Result<Weights, PackError> {
    parse(BUILT_IN).map_err(|why| PackError::Unreadable {
        path: "weights.toml".to_owned(),
        why,
        help: "this is a fault of the program; please report it".to_owned(),
    })
}

/// Reads weights; `Err` says what is missing, unknown, out of its range, or makes more privilege weigh less.
fn parse(text: &str) -> Result<Weights, String> {
    let mut file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let floor = file.condition.remove("floor").ok_or("`condition.floor` is missing")?;
    let weights = Weights {
        access: rising("access", &mut file.access, Access::ALL.map(Access::id), f64::MAX)?,
        tier: rising("tier", &mut file.tier, Tier::ALL.map(Tier::id), f64::MAX)?,
        scope: rising("scope", &mut file.scope, Scope::ALL.map(Scope::id), 1.0)?,
        condition: numbers("condition", &mut file.condition, Condition::ALL.map(Condition::id), 1.0)?,
        condition_floor: within("condition.floor", floor, 1.0)?,
        standing: rising("standing", &mut file.standing, Standing::ALL.map(Standing::id), 1.0)?,
        prior: rising("prior", &mut file.prior, Prior::ALL.map(Prior::id), 1.0)?,
        idle_days: file.score.idle_days,
        half: within("score.half", file.score.half, f64::MAX)?,
        medium_from: within("score.medium_from", file.score.medium_from, 100.0)?,
        high_from: within("score.high_from", file.score.high_from, 100.0)?,
        peer_people: file.peer.people,
        peer_less_below: within("peer.less_below", file.peer.less_below, 1.0)?,
        peer_more_from: within("peer.more_from", file.peer.more_from, f64::MAX)?,
        peer_significant_from: within("peer.significant_from", file.peer.significant_from, 100.0)?,
        digest: hexadecimal(&Sha256::digest(text)),
        is_changed: false,
    };
    if weights.idle_days == 0 || weights.medium_from > weights.high_from {
        return Err("`score.idle_days` is 0, or `medium_from` lies above `high_from`".to_owned());
    }
    if weights.peer_people == 0 {
        return Err("`peer.people` is 0".to_owned());
    }
    Ok(weights)
}

/// The numbers of a kind, none of which is below the one before it.
fn rising<const N: usize>(
    kind: &str,
    table: &mut Table,
    ids: [&str; N],
    most: f64,
) -> Result<[f64; N], String> {
    let numbers = numbers(kind, table, ids, most)?;
    match numbers.windows(2).zip(&ids[1..]).find(|(pair, _)| pair[1] < pair[0]) {
        Some((_, id)) => Err(format!("`{kind}.{id}` weighs less than what is weaker")),
        None => Ok(numbers),
    }
}

fn numbers<const N: usize>(
    kind: &str,
    table: &mut Table,
    ids: [&str; N],
    most: f64,
) -> Result<[f64; N], String> {
    let mut numbers = [0.0; N];
    for (number, id) in numbers.iter_mut().zip(ids) {
        let name = format!("{kind}.{id}");
        let value = table.remove(id).ok_or_else(|| format!("`{name}` is missing"))?;
        *number = within(&name, value, most)?;
    }
    match table.keys().next() {
        Some(unknown) => Err(format!("there is no `{kind}.{unknown}`")),
        None => Ok(numbers),
    }
}

fn within(name: &str, value: f64, most: f64) -> Result<f64, String> {
    if value > 0.0 && value <= most {
        Ok(value)
    } else {
        Err(format!("`{name}` is {value}, which is out of its range"))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_weights_are_whole_and_wrong_ones_are_refused() {
        assert!(parse(BUILT_IN).is_ok());
        let cases = [
            ("admin = 30", "", "`access.admin` is missing"),
            ("admin = 30", "admin = 5", "`access.admin` weighs less"),
            ("admin = 30", "admin = 30\nking = 99", "there is no `access.king`"),
            ("tenant = 1", "tenant = 2", "`scope.tenant` is 2, which is out of its range"),
            ("read = 3", "read = nan", "out of its range"),
            ("idle_days = 90", "idle_days = 0", "`score.idle_days` is 0"),
            ("people = 3", "people = 0", "`peer.people` is 0"),
            ("less_below = 0.9", "less_below = 1.9", "`peer.less_below` is 1.9"),
            ("half = 30", "half = 30\nwhole = 1", "unknown field `whole`"),
        ];
        for (before, after, expected) in cases {
            assert!(BUILT_IN.contains(before), "{before}");
            let told = parse(&BUILT_IN.replacen(before, after, 1)).unwrap_err();
            assert!(told.contains(expected), "{told}");
        }
    }
}
