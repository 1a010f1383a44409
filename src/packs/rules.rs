//! How a pack is judged: self-rating, rules, guards, readiness classes.

use toml::Spanned;

use super::fault::Fault;
use super::file;
use super::link::Linker;
use crate::model::questionnaire::{ClassRule, Guard, Rules, SelfRating};
use crate::model::{Level, MetricName, QuestionId};

impl Linker<'_> {
    pub(super) fn self_rating(&mut self, rating: &file::SelfRating) -> SelfRating {
        self.one_of(&rating.when, "moment of the self-rating", &["before_first_question"]);
        self.must(
            !rating.scored.get_ref(),
            &rating.scored,
            "the self-rating is never scored",
            "write `false`",
        );
        let answers = rating.answers.get_ref().clone();
        let message = format!("the self-rating has {} answers", answers.len());
        self.must(answers.len() == 5, &rating.answers, &message, "write exactly five, the lowest first");
        SelfRating {
            id: QuestionId::new(rating.id.get_ref()),
            prompt: rating.prompt.clone(),
            answers: answers.try_into().unwrap_or_default(),
            claims_maturity_at: self.level(&rating.claims_maturity_at),
        }
    }

    pub(super) fn rules(&mut self) -> Option<Rules> {
        let Some(rules) = &self.file.rules else {
            self.missing("rules", "perceived, min_respondents, min_answered, min_evidence and the others");
            return None;
        };
        self.one_of(&rules.perceived, "way to join answers", &["median_low"]);
        self.one_of(&rules.gap_points, "way to count the gap", &["on_verified"]);
        self.share(&rules.min_answered);
        self.share(&rules.max_na);
        let respondents = *rules.min_respondents.get_ref();
        self.must(respondents > 0, &rules.min_respondents, "nobody would have to answer", "write 1 or more");
        let evidence = *rules.min_evidence.get_ref();
        let help = "write 0 to 1; anything above 1 means that no class is ever given";
        self.must((0.0..=2.0).contains(&evidence), &rules.min_evidence, "this is no share", help);
        let range = *rules.contested_range.get_ref();
        self.must((1..=4).contains(&range), &rules.contested_range, "this is no distance", "write 1 to 4");
        Some(Rules {
            min_respondents: respondents,
            min_answered: *rules.min_answered.get_ref(),
            min_evidence: evidence,
            max_na: *rules.max_na.get_ref(),
            contested_range: range,
            coverage_caps: self.coverage_caps(&rules.coverage_caps),
        })
    }

    fn coverage_caps(&mut self, caps: &[Spanned<(f64, u8)>]) -> Vec<(f64, Level)> {
        let rises = |pair: &&[Spanned<(f64, u8)>]| {
            let [lower, higher] = pair else { return false };
            lower.get_ref().0 >= higher.get_ref().0 || lower.get_ref().1 > higher.get_ref().1
        };
        if let Some([_, wrong]) = caps.windows(2).find(rises) {
            let help = "let both the share and the level rise from pair to pair";
            self.found.push(Fault::new(wrong.span(), "the coverage caps do not rise", help));
        }
        caps.iter()
            .map(|cap| {
                let (share, level) = *cap.get_ref();
                self.share(&Spanned::new(cap.span(), share));
                (share, self.level(&Spanned::new(cap.span(), level)))
            })
            .collect()
    }

    pub(super) fn guard(&mut self, guard: &file::Guard) -> Option<Guard> {
        self.metric(guard.metric.get_ref(), guard.metric.span());
        let cap = self.level(&guard.cap);
        let metric = MetricName::new(guard.metric.get_ref());
        self.condition(&guard.when).map(|when| Guard { when, metric, cap })
    }

    pub(super) fn class_rules(&mut self) -> Vec<ClassRule> {
        let rules = &self.file.class_rules;
        for (earlier, rule) in rules.iter().zip(rules.iter().skip(1)) {
            if earlier.min_score.get_ref() < rule.min_score.get_ref() {
                let help = "list the readiness classes best first: highest `min_score` on top";
                self.found.push(Fault::new(
                    rule.min_score.span(),
                    "this class asks for more than the one above",
                    help,
                ));
            }
        }
        rules.iter().map(|rule| self.class_rule(rule)).collect()
    }

    fn class_rule(&mut self, rule: &file::ClassRule) -> ClassRule {
        for score in [&rule.min_score, &rule.min_domain] {
            self.must((0.0..=100.0).contains(score.get_ref()), score, "this is no score", "write 0 to 100");
        }
        self.share(&rule.min_evidence);
        ClassRule {
            id: rule.id.get_ref().clone(),
            title: rule.title.clone(),
            min_score: *rule.min_score.get_ref(),
            min_domain: *rule.min_domain.get_ref(),
            min_evidence: *rule.min_evidence.get_ref(),
            gates_at: self.level(&rule.gates_at),
        }
    }
}
