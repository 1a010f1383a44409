//! The weights of over-privilege: as they come with the program, and the user's own over them.
//!
//! A file of one's own names only what it changes. What it says is checked whole before anything counts: a key that
//! does not exist, a number out of its range, or more privilege that weighs less is refused with its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::PackError;
use super::fault::{Fault, Report, visible};
use super::words;
use crate::model::privilege::{Access, Condition, Prior, Scope, Standing, Tier, Weights};

const BUILT_IN: &str = include_str!("../../assets/privilege/weights.toml");
/// Bytes that a file of weights may have; the built-in one has a fiftieth of it.
const LARGEST: u64 = 64 * 1024;
/// The form of the file.
const VERSION: u32 = 1;

/// Numbers of one kind as a file has them, with their places.
type Table = BTreeMap<Spanned<String>, Spanned<f64>>;
/// Every number by its kind and id, such as `access.admin`.
type Values = BTreeMap<String, f64>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    version: Option<Spanned<u32>>,
    #[serde(default)]
    access: Table,
    #[serde(default)]
    tier: Table,
    #[serde(default)]
    scope: Table,
    #[serde(default)]
    condition: Table,
    #[serde(default)]
    standing: Table,
    #[serde(default)]
    prior: Table,
    #[serde(default)]
    score: Table,
    #[serde(default)]
    peer: Table,
}

/// A kind of numbers: its ids, the greatest that each may be, and whether none may be below the one before it.
struct Kind {
    name: &'static str,
    ids: Vec<(&'static str, f64)>,
    is_rising: bool,
}

/// The most that a level or a tier may weigh.
const MOST: f64 = 1000.0;
/// More people than this on one job are asked of nobody.
const CROWD: f64 = 1000.0;
/// Numbers of days or of people, which are whole.
const WHOLE: [&str; 2] = ["idle_days", "people"];
/// Days without use beyond which nothing is kept anyway.
const LONGEST: f64 = 3650.0;

fn kinds() -> [Kind; 8] {
    let rising = |name, ids: &[&'static str], most: f64| {
        let ids = ids.iter().map(|id| (*id, most)).collect();
        Kind { name, ids, is_rising: true }
    };
    let conditions = Condition::ALL.map(Condition::id).into_iter().chain(["floor"]);
    [
        rising("access", &Access::ALL.map(Access::id), MOST),
        rising("tier", &Tier::ALL.map(Tier::id), MOST),
        rising("scope", &Scope::ALL.map(Scope::id), 1.0),
        Kind { name: "condition", ids: conditions.map(|id| (id, 1.0)).collect(), is_rising: false },
        rising("standing", &Standing::ALL.map(Standing::id), 1.0),
        rising("prior", &Prior::ALL.map(Prior::id), 1.0),
        Kind {
            name: "score",
            ids: vec![
                ("idle_days", LONGEST),
                ("half", 10_000.0),
                ("medium_from", 100.0),
                ("high_from", 100.0),
            ],
            is_rising: false,
        },
        Kind {
            name: "peer",
            ids: vec![
                ("people", CROWD),
                ("less_below", 1.0),
                ("more_from", 10_000.0),
                ("significant_from", 100.0),
            ],
            is_rising: false,
        },
    ]
}

/// The built-in weights.
pub fn read() -> Result<Weights, PackError> {
    let (values, faults) = overlay(&Values::new(), BUILT_IN);
    match weights(&values) {
        Some(weights) if faults.is_empty() => Ok(weights),
        _ => Err(PackError::Unreadable {
            path: "weights.toml".to_owned(),
            why: faults.first().map_or_else(|| "a number is missing".to_owned(), ToString::to_string),
            help: "this is a fault of the program; please report it".to_owned(),
        }),
    }
}

/// The built-in weights with those of a file over them.
pub fn read_own(path: &Path) -> Result<Weights, PackError> {
    let refuse = |why: String| PackError::Unreadable {
        path: visible(&path.display().to_string()),
        why,
        help: "name the file of your own weights in config.toml, or take the line out".to_owned(),
    };
    // Asked before opening: opening a pipe would wait for its other end.
    let facts = std::fs::metadata(path).map_err(|error| refuse(error.to_string()))?;
    if !facts.is_file() || facts.len() > LARGEST {
        return Err(refuse("it is no file of a few lines".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
    let (built_in, _) = overlay(&Values::new(), BUILT_IN);
    let (values, faults) = overlay(&built_in, &text);
    match weights(&values) {
        Some(weights) if faults.is_empty() => Ok(Weights { is_changed: values != built_in, ..weights }),
        _ => Err(Arc::new(Report::new(&path.display().to_string(), &text, faults)).into()),
    }
}

/// The numbers of `base` with those of a text over them, and what is wrong in the text.
fn overlay(base: &Values, text: &str) -> (Values, Vec<Fault>) {
    let mut values = base.clone();
    if let Err(error) = text.parse::<toml::Table>() {
        return (values, vec![words::syntax(&error, text)]);
    }
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => return (values, vec![words::shape(&error, text)]),
    };
    let mut faults = Vec::new();
    if let Some(version) = file.version.filter(|version| *version.get_ref() != VERSION) {
        let message = format!("there is no version {} of this file", version.get_ref());
        faults.push(Fault::new(version.span(), message, format!("write `version = {VERSION}`")));
    }
    let tables = [
        file.access,
        file.tier,
        file.scope,
        file.condition,
        file.standing,
        file.prior,
        file.score,
        file.peer,
    ];
    for (kind, table) in kinds().iter().zip(&tables) {
        faults.extend(kind.take(table, &mut values));
    }
    if faults.is_empty() {
        for (kind, table) in kinds().iter().zip(&tables) {
            faults.extend(kind.falls(table, &values));
        }
    }
    (values, faults)
}

impl Kind {
    /// Takes over the numbers of a table; returns what is wrong with them.
    fn take(&self, table: &Table, values: &mut Values) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (key, value) in table {
            let id = key.get_ref().as_str();
            let Some((_, most)) = self.ids.iter().find(|(own, _)| *own == id) else {
                let known: Vec<&str> = self.ids.iter().map(|(own, _)| *own).collect();
                faults.push(words::unknown_key(key.span(), id, &known));
                continue;
            };
            let number = *value.get_ref();
            let is_whole = !WHOLE.contains(&id) || number.fract() == 0.0;
            if number > 0.0 && number <= *most && is_whole {
                values.insert(format!("{}.{id}", self.name), number);
            } else {
                let what = if WHOLE.contains(&id) { "a whole number" } else { "a number" };
                let message = format!("`{}.{id}` is {number}, which is out of its range", self.name);
                let help = format!("write {what} above 0 and up to {most}");
                faults.push(Fault::new(value.span(), message, help));
            }
        }
        faults
    }

    /// Numbers that weigh more privilege less, at the place where the table says so.
    fn falls(&self, table: &Table, values: &Values) -> Option<Fault> {
        let pairs: Vec<(&str, &str)> = match self.name {
            "score" => vec![("medium_from", "high_from")],
            _ if self.is_rising => {
                self.ids.iter().map(|one| one.0).zip(self.ids.iter().skip(1).map(|one| one.0)).collect()
            }
            _ => Vec::new(),
        };
        let value = |id: &str| values.get(&format!("{}.{id}", self.name)).copied();
        let (lower, upper) = pairs.into_iter().find(|(lower, upper)| value(upper) < value(lower))?;
        let place = |id: &str| -> Option<Range<usize>> {
            table.iter().find(|(key, _)| key.get_ref() == id).map(|(_, number)| number.span())
        };
        let span = place(upper).or_else(|| place(lower)).unwrap_or(0..0);
        let name = self.name;
        let message = format!("`{name}.{upper}` weighs less than `{name}.{lower}`, which is weaker");
        Some(Fault::new(span, message, format!("let `{upper}` be no less than `{lower}`")))
    }
}

/// The weights of all numbers; `None` when one is missing.
fn weights(values: &Values) -> Option<Weights> {
    let one = |name: &str| values.get(name).copied();
    Some(Weights {
        access: all(values, "access", Access::ALL.map(Access::id))?,
        tier: all(values, "tier", Tier::ALL.map(Tier::id))?,
        scope: all(values, "scope", Scope::ALL.map(Scope::id))?,
        condition: all(values, "condition", Condition::ALL.map(Condition::id))?,
        condition_floor: one("condition.floor")?,
        standing: all(values, "standing", Standing::ALL.map(Standing::id))?,
        prior: all(values, "prior", Prior::ALL.map(Prior::id))?,
        idle_days: whole(one("score.idle_days")?),
        half: one("score.half")?,
        medium_from: one("score.medium_from")?,
        high_from: one("score.high_from")?,
        peer_people: whole(one("peer.people")?),
        peer_less_below: one("peer.less_below")?,
        peer_more_from: one("peer.more_from")?,
        peer_significant_from: one("peer.significant_from")?,
        digest: digest(values),
        is_changed: false,
    })
}

/// The numbers of a kind, in the order of its ids.
fn all<const N: usize>(values: &Values, kind: &str, ids: [&str; N]) -> Option<[f64; N]> {
    let mut numbers = [0.0; N];
    for (number, id) in numbers.iter_mut().zip(ids) {
        *number = *values.get(&format!("{kind}.{id}"))?;
    }
    Some(numbers)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number from 1 to 3650, checked where it is read"
)]
fn whole(number: f64) -> u32 {
    number as u32
}

/// The digest of all numbers, whatever file says them.
fn digest(values: &Values) -> String {
    let lines: Vec<String> = values.iter().map(|(name, number)| format!("{name}={number}\n")).collect();
    hexadecimal(&Sha256::digest(lines.concat()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> Result<Weights, (String, Range<usize>, String)> {
        let (built_in, _) = overlay(&Values::new(), BUILT_IN);
        let (values, faults) = overlay(&built_in, text);
        match faults.first() {
            Some(fault) => Err((fault.message.clone(), fault.span.clone(), fault.help.clone())),
            None => Ok(weights(&values).unwrap()),
        }
    }

    #[test]
    fn the_built_in_weights_are_whole() {
        let built_in = read().unwrap();
        assert!(!built_in.is_changed);
        let (values, faults) = overlay(&Values::new(), BUILT_IN);
        assert!(faults.is_empty());
        for name in values.keys() {
            let mut fewer = values.clone();
            fewer.remove(name);
            assert!(weights(&fewer).is_none(), "{name} is not needed");
        }
        assert_eq!(values.len(), kinds().iter().map(|kind| kind.ids.len()).sum::<usize>());
    }

    #[test]
    fn own_weights_change_what_they_name_and_nothing_else() {
        let built_in = read().unwrap();
        let same = own("[access]\nadmin = 30\n").unwrap();
        assert_eq!(same.digest, built_in.digest, "the same numbers, the same digest");
        let more = own("version = 1\n[access]\nadmin = 40.5\n[score]\nidle_days = 30\n").unwrap();
        assert_eq!((more.access[4], more.access[3], more.idle_days), (40.5, built_in.access[3], 30));
        assert_ne!(more.digest, built_in.digest);
    }

    #[test]
    fn wrong_weights_are_refused_with_place_and_remedy() {
        let cases = [
            (
                "[access]\nadmin = 5\n",
                "`access.admin` weighs less than `access.write`",
                "5",
                "no less than `write`",
            ),
            (
                "[access]\nwrite = 50\n",
                "`access.admin` weighs less than `access.write`",
                "50",
                "no less than",
            ),
            ("[access]\nadmn = 5\n", "there is no key `admn` here", "admn", "did you mean `admin`?"),
            ("[acess]\nadmin = 5\n", "there is no key `acess` here", "acess", "did you mean `access`?"),
            ("[scope]\ntenant = 2\n", "`scope.tenant` is 2, which is out of its range", "2", "up to 1"),
            ("[tier]\nt0 = -1\n", "`tier.t0` is -1", "-1", "above 0"),
            ("[tier]\nt0 = nan\n", "out of its range", "nan", "above 0"),
            ("[tier]\nt0 = inf\n", "out of its range", "inf", "up to 1000"),
            ("[score]\nidle_days = 0\n", "`score.idle_days` is 0", "0", "a whole number"),
            ("[score]\nidle_days = 1.5\n", "`score.idle_days` is 1.5", "1.5", "a whole number"),
            (
                "[score]\nmedium_from = 90\n",
                "`score.high_from` weighs less than `score.medium_from`",
                "90",
                "no less",
            ),
            ("[peer]\npeople = 0\n", "`peer.people` is 0", "0", "a whole number"),
            ("[peer]\nless_below = 1.9\n", "`peer.less_below` is 1.9", "1.9", "up to 1"),
            ("version = 2\n", "there is no version 2", "2", "version = 1"),
            ("[access]\nadmin = \"much\"\n", "stands where a number belongs", "\"much\"", "write a number"),
            ("[access\n", "this is not TOML", "", "mend the line"),
        ];
        for (text, message, at, help) in cases {
            let (told, span, remedy) = own(text).unwrap_err();
            assert!(told.contains(message), "{text}: {told}");
            assert!(remedy.contains(help), "{text}: {remedy}");
            if !at.is_empty() {
                assert_eq!(&text[span], at, "{text}: {told}");
            }
        }
    }
}
