//! Levels, bounds and tallies: the arithmetic of not knowing.
//!
//! Everything here is whole numbers, so that sums are exact and can be taken apart again. Floating point
//! appears only in [`Score`], when a number is shown.

use std::borrow::Cow;
use std::iter::Sum;
use std::ops::Add;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A maturity level, 0 (blind) to 4 (proven).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// The lowest level.
    pub const MIN: Self = Self(0);
    /// The highest level.
    pub const MAX: Self = Self(4);
    /// All five levels, lowest first.
    pub const ALL: [Self; 5] = [Self(0), Self(1), Self(2), Self(3), Self(4)];

    /// Takes 0 to 4; anything else is no level.
    pub fn new(level: u8) -> Option<Self> {
        (level <= 4).then_some(Self(level))
    }

    /// The level as a number from 0 to 4.
    pub fn get(self) -> u8 {
        self.0
    }

    /// The level as an index into a question's five texts.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The level one step down; the lowest stays.
    #[must_use]
    pub fn below(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl JsonSchema for Level {
    fn schema_name() -> Cow<'static, str> {
        "Level".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0, "maximum": 4 })
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.0
    }
}

impl TryFrom<u8> for Level {
    type Error = String;

    fn try_from(level: u8) -> Result<Self, Self::Error> {
        Self::new(level).ok_or_else(|| format!("{level} is not a level; levels are 0 to 4"))
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What is known about a level: at least `floor`, at most `ceiling`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bounds {
    floor: Level,
    ceiling: Level,
}

impl Bounds {
    /// Nothing is known: the full range.
    pub const UNKNOWN: Self = Self { floor: Level::MIN, ceiling: Level::MAX };

    /// The level is known.
    pub fn exactly(level: Level) -> Self {
        Self { floor: level, ceiling: level }
    }

    /// Both ends; `None` when they are the wrong way round.
    pub fn between(floor: Level, ceiling: Level) -> Option<Self> {
        (floor <= ceiling).then_some(Self { floor, ceiling })
    }

    /// The proven end.
    pub fn floor(self) -> Level {
        self.floor
    }

    /// The possible end.
    pub fn ceiling(self) -> Level {
        self.ceiling
    }

    /// Whether both ends meet.
    pub fn is_exact(self) -> bool {
        self.floor == self.ceiling
    }

    /// Lowers the proven end; the possible end stays.
    #[must_use]
    pub fn floor_at_most(self, level: Level) -> Self {
        Self { floor: self.floor.min(level), ..self }
    }

    /// Lowers the possible end, and the proven end with it where it would stand above.
    #[must_use]
    pub fn ceiling_at_most(self, level: Level) -> Self {
        let ceiling = self.ceiling.min(level);
        Self { floor: self.floor.min(ceiling), ceiling }
    }
}

/// Points out of points possible: weight times level, in whole numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Points that are proven.
    pub floor: u64,
    /// Points that are possible with what is known.
    pub ceiling: u64,
    /// Points that could be had at all: weight times 4.
    pub possible: u64,
}

impl Tally {
    /// One question's share.
    pub fn of(weight: u32, bounds: Bounds) -> Self {
        let points = |level: Level| u64::from(weight) * u64::from(level.get());
        Self { floor: points(bounds.floor), ceiling: points(bounds.ceiling), possible: points(Level::MAX) }
    }

    /// The tally as percentages; `None` when nothing applied, which is not zero.
    pub fn score(self) -> Option<Score> {
        (self.possible > 0).then(|| {
            let percent = |points: u64| points as f64 * 100.0 / self.possible as f64;
            Score { floor: percent(self.floor), ceiling: percent(self.ceiling) }
        })
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            floor: self.floor + other.floor,
            ceiling: self.ceiling + other.ceiling,
            possible: self.possible + other.possible,
        }
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), Add::add)
    }
}

/// A tally as percentages, for showing only; never added up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// Proven, 0 to 100.
    pub floor: f64,
    /// Possible, 0 to 100.
    pub ceiling: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_tally_has_no_score() {
        assert_eq!(Tally::default().score(), None);
    }

    #[test]
    fn lowering_the_ceiling_takes_the_floor_along() {
        let two = Level::new(2).unwrap();
        assert_eq!(Bounds::exactly(Level::MAX).ceiling_at_most(two), Bounds::exactly(two));
    }
}
