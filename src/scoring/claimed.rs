//! Many respondents in, one claimed level and its spread out.

use crate::model::assessment::{Answer, Assessment};
use crate::model::questionnaire::{Question, Questionnaire, Rules};
use crate::model::scorecard::{SelfRated, Spread};
use crate::model::{Level, RoleId};

/// What the respondents say about one question.
pub(super) struct Heard<'a> {
    /// Low median of the counted answers.
    pub level: Option<Level>,
    /// The counted answers with the roles that gave them.
    pub votes: Vec<(&'a RoleId, Level)>,
    pub spread: Spread,
    /// Reasons of those who say that the question does not apply.
    pub not_applicable: Vec<&'a str>,
}

impl Heard<'_> {
    /// Whether everybody who answered says that the question does not apply.
    pub fn is_declared_away(&self) -> bool {
        self.votes.is_empty() && !self.not_applicable.is_empty()
    }

    /// Counts "does not apply" as "I do not know", which it is when it is not accepted.
    pub fn reject_not_applicable(&mut self) {
        self.spread.dont_know += self.not_applicable.len();
        self.not_applicable.clear();
    }
}

/// The lower of the two middle values; `None` without any.
pub(super) fn low_median(levels: impl IntoIterator<Item = Level>) -> Option<Level> {
    let mut levels: Vec<Level> = levels.into_iter().collect();
    levels.sort_unstable();
    let middle = levels.len().checked_sub(1)? / 2;
    levels.get(middle).copied()
}

/// Collects the answers to one question; only roles that are asked count.
pub(super) fn hear<'a>(assessment: &'a Assessment, question: &Question, rules: &Rules) -> Heard<'a> {
    let mut heard = Heard { level: None, votes: vec![], spread: Spread::default(), not_applicable: vec![] };
    for claim in assessment.claims.get(&question.id).into_iter().flat_map(|claims| claims.values()) {
        if !question.ask.is_empty() && !question.ask.contains(&claim.role) {
            heard.spread.others += 1;
            continue;
        }
        match &claim.answer {
            Answer::Level(level) => heard.votes.push((&claim.role, *level)),
            Answer::NotApplicable { reason } => heard.not_applicable.push(reason),
            Answer::DontKnow => heard.spread.dont_know += 1,
        }
    }
    heard.level = low_median(heard.votes.iter().map(|&(_, level)| level));
    let lowest = heard.votes.iter().map(|&(_, level)| level).min();
    let highest = heard.votes.iter().map(|&(_, level)| level).max();
    heard.spread = Spread {
        counted: heard.votes.len(),
        lowest,
        highest,
        contested: is_contested(lowest.zip(highest), rules),
        ..heard.spread
    };
    heard
}

fn is_contested(ends: Option<(Level, Level)>, rules: &Rules) -> bool {
    ends.is_some_and(|(lowest, highest)| {
        let range = highest.get() - lowest.get();
        range > 0 && range >= rules.contested_range
    })
}

/// The sealed self-rating: every role counts, and nothing of it is scored.
pub(super) fn self_rating(questionnaire: &Questionnaire, assessment: &Assessment) -> Option<SelfRated> {
    let asked = questionnaire.self_rating.as_ref()?;
    let claims = assessment.claims.get(&asked.id)?;
    let votes = claims.values().filter_map(|claim| match claim.answer {
        Answer::Level(level) => Some(level),
        Answer::NotApplicable { .. } | Answer::DontKnow => None,
    });
    let votes: Vec<Level> = votes.collect();
    let answers = votes.len();
    let level = low_median(votes)?;
    let changes = assessment.changes.iter().filter(|((question, _), _)| *question == asked.id);
    Some(SelfRated {
        question: asked.id.clone(),
        level,
        title: asked.answers.get(level.index()).cloned().unwrap_or_default(),
        answers,
        claims_maturity: level >= asked.claims_maturity_at,
        changed: u32::try_from(changes.filter(|&(_, &times)| times > 0).count()).unwrap_or(u32::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_middle_answers_the_lower_one_counts() {
        let median =
            |levels: &[u8]| low_median(levels.iter().filter_map(|&level| Level::new(level))).map(Level::get);
        for (levels, expected) in [
            (&[][..], None),
            (&[3], Some(3)),
            (&[4, 1], Some(1)),
            (&[4, 0, 2], Some(2)),
            (&[1, 2, 3, 4], Some(2)),
            (&[0, 0, 0, 4, 4, 4], Some(0)),
        ] {
            assert_eq!(median(levels), expected, "{levels:?}");
        }
    }
}
