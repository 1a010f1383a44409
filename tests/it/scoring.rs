//! What must hold of every score, whatever the company looks like.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use trueup::model::assessment::{Answer, Assessment, Stamped};
use trueup::model::metric::{Measured, Measurements};
use trueup::model::questionnaire::Questionnaire;
use trueup::model::scorecard::{Row, Scorecard};
use trueup::model::{Level, MetricName, QuestionId};

use crate::world::{self, NOW, apply, blank, claim, document, library, measurement, pack, scored};

const PACKS: [&str; 4] =
    ["ai-agent-readiness", "nhi-lifecycle", "identity-posture-quarterly", "workshop-90min"];
const MOST_QUESTIONS: usize = 59;

/// A company that could exist.
#[derive(Debug, Clone)]
struct Company {
    pack: &'static str,
    values: Vec<Option<f64>>,
    coverage: Vec<Option<f64>>,
    answers: Vec<Vec<Option<u8>>>,
    documents: Vec<Option<u8>>,
}

fn metrics() -> Vec<&'static MetricName> {
    library().catalog.metrics.keys().collect()
}

fn companies() -> impl Strategy<Value = Company> {
    let count = metrics().len();
    let value = prop_oneof![
        3 => (0u32..=100).prop_map(f64::from),
        1 => select(vec![0.0, 1.0, 7.0, 30.0, 90.0, 400.0]),
        1 => 0.0f64..=1.0,
    ];
    let coverage = select(vec![1.0, 1.0, 1.0, 0.85, 0.7, 0.5, 0.2]);
    let answer = option::weighted(0.85, 0u8..=4);
    (
        select(PACKS.to_vec()),
        vec(option::weighted(0.8, value), count),
        vec(option::weighted(0.85, coverage), count),
        vec(vec(answer, 0..4), MOST_QUESTIONS),
        vec(option::weighted(0.4, 0u8..=4), MOST_QUESTIONS),
    )
        .prop_map(|(pack, values, coverage, answers, documents)| Company {
            pack,
            values,
            coverage,
            answers,
            documents,
        })
}

impl Company {
    fn measurements(&self) -> Measurements {
        let mut measurements = Measurements::default();
        for ((name, value), coverage) in metrics().into_iter().zip(&self.values).zip(&self.coverage) {
            if name.as_str().starts_with("trueup.") {
                continue;
            }
            let value = value.map_or_else(world::unknown, Measured::Known);
            let measured = measurement(name.as_str(), value, *coverage);
            measurements.by_name.insert(name.clone(), measured);
        }
        measurements
    }

    fn edits(&self, pack: &Questionnaire) -> Vec<trueup::model::assessment::Edit> {
        let mut edits = Vec::new();
        for ((question, answers), level) in pack.questions.iter().zip(&self.answers).zip(&self.documents) {
            for (respondent, answer) in answers.iter().enumerate() {
                edits.push(claim(question, respondent, said(*answer)));
            }
            edits.extend(level.map(|level| document(&question.id, level)));
        }
        edits
    }

    fn assessment(&self, pack: &Questionnaire) -> Assessment {
        let mut assessment = blank(pack);
        self.edits(pack).into_iter().for_each(|edit| apply(&mut assessment, edit));
        assessment
    }

    fn scored(&self) -> Scorecard {
        let pack = pack(self.pack);
        scored(&pack, &self.assessment(&pack), &self.measurements())
    }
}

fn said(answer: Option<u8>) -> Answer {
    answer.map_or(Answer::DontKnow, |level| Answer::Level(Level::new(level).unwrap()))
}

/// What can be forgotten about a metric.
#[derive(Debug, Clone, Copy)]
enum Forgetting {
    Nothing,
    Value,
    Exactness(f64, f64),
    Coverage,
}

fn forgettings() -> impl Strategy<Value = Vec<Forgetting>> {
    let one = prop_oneof![
        4 => Just(Forgetting::Nothing),
        1 => Just(Forgetting::Value),
        2 => (0.0f64..30.0, 0.0f64..30.0).prop_map(|(less, more)| Forgetting::Exactness(less, more)),
        1 => Just(Forgetting::Coverage),
    ];
    vec(one, metrics().len())
}

fn forget(measurements: &mut Measurements, forgettings: &[Forgetting]) {
    for (measured, forgetting) in measurements.by_name.values_mut().zip(forgettings) {
        match (*forgetting, measured.value.ends()) {
            (Forgetting::Value, _) => measured.value = world::unknown(),
            (Forgetting::Exactness(less, more), Some((low, high))) => {
                measured.value = Measured::Between { low: (low - less).max(0.0), high: high + more };
            }
            (Forgetting::Coverage, _) => measured.coverage = None,
            (Forgetting::Nothing | Forgetting::Exactness(..), _) => {}
        }
    }
}

/// Questions about the assessment itself are outside the rule.
fn is_about_itself(pack: &Questionnaire, question: &QuestionId) -> bool {
    let question = pack.question(question).unwrap();
    let names = question.checks.iter().flat_map(|check| check.expr.metrics());
    names.into_iter().any(|name| name.as_str().starts_with("trueup.") || name.as_str().starts_with("scope."))
}

fn by_question(scorecard: &Scorecard) -> BTreeMap<&QuestionId, &Row> {
    scorecard.rows.iter().map(|row| (&row.question, row)).collect()
}

fn close(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-9,
        (None, None) => true,
        _ => false,
    }
}

/// A scorecard without the order in which its lists stand.
fn figures(scorecard: &Scorecard) -> (Vec<Option<f64>>, BTreeMap<QuestionId, Row>, BTreeSet<QuestionId>) {
    let figures = vec![
        scorecard.claimed,
        scorecard.floor,
        scorecard.ceiling,
        scorecard.claim_filled,
        Some(scorecard.evidence),
        scorecard.gap_on_verified,
        scorecard.over_claimed_weight,
        scorecard.dont_know,
    ];
    let rows = scorecard.rows.iter().map(|row| (row.question.clone(), row.clone())).collect();
    (figures, rows, scorecard.gates_open.iter().cloned().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn knowing_less_never_raises_the_floor_nor_lowers_the_ceiling(
        company in companies(),
        forgettings in forgettings(),
    ) {
        let pack = pack(company.pack);
        let assessment = company.assessment(&pack);
        let mut measurements = company.measurements();
        let before = scored(&pack, &assessment, &measurements);
        forget(&mut measurements, &forgettings);
        let after = scored(&pack, &assessment, &measurements);
        for (more, less) in before.rows.iter().zip(&after.rows) {
            if is_about_itself(&pack, &more.question) {
                continue;
            }
            let (Some(floor), Some(ceiling)) = (more.floor, more.ceiling) else { continue };
            let id = &more.question;
            prop_assert!(less.floor.is_some(), "{id} stopped applying");
            prop_assert!(less.floor <= Some(floor), "{id}: floor {floor} rose to {:?}", less.floor);
            prop_assert!(less.ceiling >= Some(ceiling), "{id}: ceiling {ceiling} fell to {:?}", less.ceiling);
        }
    }

    #[test]
    fn a_row_never_says_more_than_its_bounds(company in companies()) {
        let scorecard = company.scored();
        for row in &scorecard.rows {
            prop_assert!(row.floor <= row.ceiling);
            prop_assert!(!row.because.is_empty() || row.floor == Some(Level::MIN), "{}", row.question);
            for reason in &row.because {
                prop_assert!(reason.text.ends_with(['.', ')']), "{}", reason.text);
            }
        }
        prop_assert!(scorecard.floor <= scorecard.claim_filled && scorecard.claim_filled <= scorecard.ceiling);
        prop_assert!(scorecard.gap_range.is_none_or(|range| range.low <= range.high));
    }

    #[test]
    fn raising_an_answer_never_lowers_a_claim(company in companies(), which in any::<Index>(), by in 1u8..=4) {
        let before = company.scored();
        let mut raised = company.clone();
        let questions = before.rows.len();
        let place = which.index(questions);
        for level in raised.answers[place].iter_mut().flatten().take(1) {
            *level = (*level + by).min(4);
        }
        let after = raised.scored();
        prop_assert!(after.rows[place].claimed >= before.rows[place].claimed);
        prop_assert!(after.claimed.unwrap_or(0.0) >= before.claimed.unwrap_or(0.0) - 1e-9);
        prop_assert!(after.claim_filled.unwrap_or(0.0) >= before.claim_filled.unwrap_or(0.0) - 1e-9);
        prop_assert_eq!((after.floor, after.ceiling), (before.floor, before.ceiling));
    }

    #[test]
    fn the_whole_is_the_sum_of_its_parts(company in companies()) {
        let scorecard = company.scored();
        let parts = &scorecard.domain_scores;
        prop_assert_eq!(parts.iter().map(|part| part.weight).sum::<u32>(), scorecard.weight);
        let whole = f64::from(scorecard.weight);
        let floor = parts.iter().map(|part| part.floor * f64::from(part.weight)).sum::<f64>() / whole;
        let ceiling = parts.iter().map(|part| part.ceiling * f64::from(part.weight)).sum::<f64>() / whole;
        let evidence = parts.iter().map(|part| part.evidence * f64::from(part.weight)).sum::<f64>() / whole;
        prop_assert!(close(scorecard.floor, Some(floor)) && close(scorecard.ceiling, Some(ceiling)));
        prop_assert!(close(Some(scorecard.evidence), Some(evidence)));
        let rows = scorecard.rows.iter().filter(|row| row.floor.is_some());
        let points: u32 = rows.map(|row| row.weight * u32::from(row.floor.unwrap().get())).sum();
        prop_assert!(close(scorecard.floor, Some(f64::from(points) / whole * 25.0)));
    }

    #[test]
    fn order_does_not_matter(
        company in companies(),
        edits in any::<Index>(),
        seed in vec(any::<u32>(), MOST_QUESTIONS),
    ) {
        let mut pack = pack(company.pack);
        let before = scored(&pack, &company.assessment(&pack), &company.measurements());
        let mut shuffled = company.edits(&pack);
        let turn = edits.index(shuffled.len() + 1);
        shuffled.rotate_left(turn);
        shuffled.reverse();
        let mut assessment = blank(&pack);
        for edit in shuffled {
            apply(&mut assessment, edit);
        }
        let mut questions: Vec<_> = pack.questions.drain(..).zip(seed).collect();
        questions.sort_by_key(|(_, key)| *key);
        pack.questions = questions.into_iter().map(|(question, _)| question).collect();
        let after = scored(&pack, &assessment, &company.measurements());
        prop_assert_eq!(figures(&before), figures(&after));
        prop_assert_eq!((before.class, before.domains), (after.class, after.domains));
    }

    #[test]
    fn what_does_not_apply_is_neutral(company in companies(), which in vec(any::<Index>(), 1..3)) {
        let pack = pack(company.pack);
        let candidates: Vec<usize> =
            (0..pack.questions.len()).filter(|&place| !pack.questions[place].gate).collect();
        let away: BTreeSet<usize> = which.iter().map(|index| candidates[index.index(candidates.len())]).collect();
        let share = |places: &mut dyn Iterator<Item = usize>| places.map(|place| pack.questions[place].weight).sum::<u32>();
        let weights = (share(&mut away.iter().copied()), share(&mut (0..pack.questions.len())));
        prop_assume!(f64::from(weights.0) <= pack.rules.max_na * f64::from(weights.1));
        let mut silent = company.clone();
        for &place in &away {
            silent.answers[place].clear();
        }
        let mut assessment = silent.assessment(&pack);
        let before = scored(&pack, &assessment, &company.measurements());
        for &place in &away {
            let reason = "no such thing here".to_owned();
            apply(&mut assessment, claim(&pack.questions[place], 0, Answer::NotApplicable { reason }));
        }
        let after = scored(&pack, &assessment, &company.measurements());
        let (all, left) = (by_question(&before), by_question(&after));
        for (id, row) in &left {
            if away.iter().any(|&place| pack.questions[place].id == **id) {
                prop_assert_eq!(row.floor, None);
            } else if !is_about_itself(&pack, id) {
                prop_assert_eq!(row, &all[id]);
            }
        }
        let rows: Vec<&Row> = after.rows.iter().filter(|row| row.floor.is_some()).collect();
        let weight: u32 = rows.iter().map(|row| row.weight).sum();
        let points: u32 = rows.iter().map(|row| row.weight * u32::from(row.ceiling.unwrap().get())).sum();
        prop_assert_eq!(after.weight, weight);
        prop_assert!(close(after.ceiling, Some(f64::from(points) / f64::from(weight) * 25.0)));
    }

    #[test]
    fn replay_equals_step_by_step(company in companies()) {
        let pack = pack(company.pack);
        let steps = company.assessment(&pack);
        let edits = company.edits(&pack).into_iter().zip(1u64..).map(|(what, seq)| Stamped {
            seq,
            at: NOW.parse().unwrap(),
            actor: "test".to_owned(),
            what,
        });
        let replayed = Assessment::replay(blank(&pack).begun, edits).unwrap();
        prop_assert_eq!(&replayed, &steps);
        let measurements = company.measurements();
        prop_assert_eq!(scored(&pack, &replayed, &measurements), scored(&pack, &steps, &measurements));
    }
}
