//! One row's answer to one question: yes, no, or the source does not say, always with the reason.

use jiff::Timestamp;

use crate::model::inventory::Fact;
use crate::model::metric::Why;

/// Whether something holds for one row, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// `None` when the source does not say.
    pub holds: Option<bool>,
    pub because: Because,
}

/// Why a row counts, does not, or cannot be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Because {
    /// A sentence without a subject: `it has no owner`.
    Told(&'static str),
    /// A sentence and the time that it rests on.
    At(&'static str, Timestamp),
    /// Risk points that follow from rights.
    Points(u64),
    /// What the source leaves open.
    Open(Gap),
}

/// A fact that no source told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// What is not told: `its class`.
    pub fact: &'static str,
    /// What would tell it.
    pub remedy: &'static str,
}

impl Gap {
    /// Why a metric is unknown when every row has this gap.
    pub fn why(self) -> Why {
        Why {
            reason: format!("no source that was pulled tells {}", self.fact),
            remedy: self.remedy.to_owned(),
        }
    }
}

impl Because {
    /// The sentence that is shown beside the row.
    pub fn text(self) -> String {
        match self {
            Self::Told(sentence) => sentence.to_owned(),
            Self::At(sentence, at) => format!("{sentence} {}", at.strftime("%Y-%m-%d")),
            Self::Points(points) => format!("its rights add up to {points} risk points"),
            Self::Open(gap) => format!("no source tells {}", gap.fact),
        }
    }
}

impl Finding {
    /// It holds.
    pub const fn yes(sentence: &'static str) -> Self {
        Self { holds: Some(true), because: Because::Told(sentence) }
    }

    /// It does not hold.
    pub const fn no(sentence: &'static str) -> Self {
        Self { holds: Some(false), because: Because::Told(sentence) }
    }

    /// It counts with so many risk points, or with none.
    pub const fn points(points: u64) -> Self {
        Self { holds: Some(points > 0), because: Because::Points(points) }
    }

    /// No source says.
    pub const fn open(gap: Gap) -> Self {
        Self { holds: None, because: Because::Open(gap) }
    }

    /// A yes-or-no fact; "none" is a no.
    pub fn of(fact: Fact<bool>, yes: &'static str, no: &'static str, gap: Gap) -> Self {
        match fact.holds(false, |value| *value) {
            Some(true) => Self::yes(yes),
            Some(false) => Self::no(no),
            None => Self::open(gap),
        }
    }

    /// Whether a fact has a value at all.
    pub fn named<T>(fact: &Fact<T>, yes: &'static str, no: &'static str, gap: Gap) -> Self {
        match fact {
            Fact::Known(_) => Self::yes(yes),
            Fact::Absent => Self::no(no),
            Fact::Hidden => Self::open(gap),
        }
    }

    /// Both hold. A no decides, whatever is not told.
    pub fn and(self, other: Self) -> Self {
        match (self.holds, other.holds) {
            (Some(false), _) | (None, None | Some(true)) => self,
            _ => other,
        }
    }

    /// At least one holds. A yes decides, whatever is not told.
    pub fn or(self, other: Self) -> Self {
        match (self.holds, other.holds) {
            (Some(true), _) | (None, None | Some(false)) => self,
            _ => other,
        }
    }

    /// The opposite, for the same reason.
    pub fn opposite(self) -> Self {
        Self { holds: self.holds.map(|holds| !holds), ..self }
    }
}

/// At least one of several holds; `none` when there is not one.
pub fn any(findings: impl IntoIterator<Item = Finding>, none: Finding) -> Finding {
    findings.into_iter().reduce(Finding::or).unwrap_or(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: Gap = Gap { fact: "it", remedy: "ask" };
    const ALL: [Finding; 3] = [Finding::yes("y"), Finding::no("n"), Finding::open(GAP)];

    #[test]
    fn learning_a_fact_only_settles_what_was_open() {
        for rule in [Finding::and, Finding::or] {
            for other in ALL {
                let before = rule(Finding::open(GAP), other).holds;
                for learnt in [Finding::yes("y"), Finding::no("n")] {
                    assert!(before.is_none() || before == rule(learnt, other).holds);
                }
            }
        }
    }

    #[test]
    fn both_and_either_mirror_each_other() {
        for a in ALL {
            for b in ALL {
                assert_eq!(a.and(b).holds, b.and(a).holds);
                assert_eq!(a.or(b).holds, a.opposite().and(b.opposite()).opposite().holds);
            }
        }
    }
}
