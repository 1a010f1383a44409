//! From a question in a file to a question of the model: levels, checks, documents, roles, controls.

use std::collections::BTreeMap;

use toml::Spanned;

use super::fault::Fault;
use super::file::{self, Word};
use super::link::Linker;
use super::place;
use super::words;
use crate::model::expr::Expr;
use crate::model::questionnaire::{About, Cap, Check, Direction, Question, Step};
use crate::model::{CapabilityId, DomainId, Level, QuestionId, RoleId};

impl Linker<'_> {
    pub(super) fn question(&mut self, question: &file::Question) -> Question {
        self.identity(question);
        Question {
            id: QuestionId::new(question.id.get_ref()),
            rev: *question.rev.get_ref(),
            domain: DomainId::new(question.domain.get_ref()),
            capability: CapabilityId::new(question.capability.get_ref()),
            title: self.words(&question.title),
            prompt: self.words(&question.prompt),
            why: question.why.clone(),
            class: self.class(&question.class),
            gate: question.gate,
            weight: self.weight(&question.weight),
            weight_reason: question.weight_reason.clone(),
            ask: self.ask(&question.ask),
            levels: self.levels(&question.levels),
            checks: question.checks.iter().filter_map(|check| self.check(check)).collect(),
            caps: question.caps.iter().filter_map(|cap| self.cap(cap)).collect(),
            docs: question.docs.clone(),
            docs_from: self.docs_from(&question.docs_from),
            doc_cap: self.level(&question.doc_cap),
            max_age_days: *question.max_age_days.get_ref(),
            verify: question.verify.get_ref().clone(),
            not_applicable_when: question.na_when.as_ref().and_then(|when| self.condition(when)),
            first: question.first.as_ref().map(|step| self.step(step)),
            next: question.next.as_ref().map(|step| self.step(step)),
            maps: self.maps(&question.maps),
            workshop: None,
        }
    }

    /// A text that people are shown.
    fn words(&mut self, text: &Word) -> String {
        let says_something = !text.get_ref().trim().is_empty();
        self.must(says_something, text, "this text is empty", "write what people shall read");
        text.get_ref().clone()
    }

    fn identity(&mut self, question: &file::Question) {
        let is_id = |id: &str| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
            !id.is_empty() && id.len() <= 32 && id.bytes().all(plain)
        };
        let help = "use letters, digits and hyphens, such as `INV-01`";
        self.must(is_id(question.id.get_ref()), &question.id, "this id cannot name a question", help);
        self.must(*question.rev.get_ref() > 0, &question.rev, "revisions begin with 1", "write `rev = 1`");
        let age = *question.max_age_days.get_ref();
        let help = "write the days after which evidence is too old, 1 or more";
        self.must(age > 0, &question.max_age_days, "evidence would be too old at once", help);
        let words = &self.library.catalog.vocabulary;
        self.named(&question.domain, "domain", words.domains.iter().map(|domain| domain.id.as_str()));
        self.named(
            &question.capability,
            "capability",
            words.capabilities.iter().map(|known| known.id.as_str()),
        );
        self.one_of(&question.verify, "way to verify", &["metric", "mixed", "document", "sample"]);
    }

    fn class(&mut self, word: &Word) -> About {
        self.one_of(word, "class", &["human", "machine", "ai", "all"]);
        match word.get_ref().as_str() {
            "human" => About::Human,
            "machine" => About::Machine,
            "ai" => About::Ai,
            _ => About::All,
        }
    }

    pub(super) fn weight(&mut self, weight: &Spanned<u32>) -> u32 {
        let value = *weight.get_ref();
        let message = format!("{value} is not a weight");
        self.must((2..=5).contains(&value), weight, &message, "weights are 2 to 5");
        value
    }

    fn ask(&mut self, roles: &Spanned<Vec<Word>>) -> Vec<RoleId> {
        let is_asked = !roles.get_ref().is_empty();
        self.must(is_asked, roles, "nobody is asked", "name at least one role of the vocabulary");
        roles.get_ref().iter().for_each(|role| self.role(role));
        roles.get_ref().iter().map(|role| RoleId::new(role.get_ref())).collect()
    }

    fn levels(&mut self, levels: &Spanned<Vec<Word>>) -> [String; 5] {
        let texts: Vec<String> = levels.get_ref().iter().map(|text| self.words(text)).collect();
        let message = format!("a question has five levels, this one has {}", texts.len());
        let start = levels.span().start;
        self.must(
            texts.len() == 5,
            &Spanned::new(start..start + 1, ()),
            &message,
            "write one sentence for each level from 0 to 4",
        );
        texts.try_into().unwrap_or_default()
    }

    fn docs_from(&mut self, from: &Spanned<u8>) -> u8 {
        let help = "write the first level that needs a document, 1 to 4, or 5 for never";
        let message = format!("documents cannot be needed from level {}", from.get_ref());
        self.must((1..=5).contains(from.get_ref()), from, &message, help);
        *from.get_ref()
    }

    fn check(&mut self, check: &file::Check) -> Option<Check> {
        self.one_of(&check.dir, "direction", &["up", "down"]);
        let direction = if check.dir.get_ref() == "down" { Direction::Down } else { Direction::Up };
        let from = *check.from.get_ref();
        let message = format!("a check cannot begin at level {from}");
        let is_level = (1..=4).contains(&from);
        self.must(is_level, &check.from, &message, "write 1 to 4; level 0 asks for nothing");
        if is_level {
            self.limits(check, direction, from);
        }
        let expr = self.quantity(&check.expr)?;
        let at = check.at.get_ref().iter().map(|limit| *limit.get_ref()).collect();
        Some(Check { expr, direction, from: Level::new(from)?, at })
    }

    /// One limit for each level from `from` on, none easier than the one below.
    fn limits(&mut self, check: &file::Check, direction: Direction, from: u8) {
        let limits = check.at.get_ref();
        let wanted = usize::from(5 - from);
        let message = format!("the levels from {from} to 4 need {wanted} limits, not {}", limits.len());
        self.must(limits.len() == wanted, &check.at, &message, &format!("write exactly {wanted}"));
        for limit in limits.iter().filter(|limit| !limit.get_ref().is_finite()) {
            self.found.push(Fault::new(limit.span(), "this is no limit", "write an ordinary number"));
        }
        let (is_easier, rule): (fn(f64, f64) -> bool, _) = match direction {
            Direction::Up => (|hard, easy| hard < easy, "with `dir = \"up\"` limits rise or stay"),
            Direction::Down => (|hard, easy| hard > easy, "with `dir = \"down\"` limits fall or stay"),
        };
        let mut steps = limits.iter().zip(limits.iter().skip(1));
        if let Some((easy, hard)) = steps.find(|(easy, hard)| is_easier(*hard.get_ref(), *easy.get_ref())) {
            let message = format!(
                "{} is easier to meet than {}, the limit of the level below",
                hard.get_ref(),
                easy.get_ref()
            );
            self.found.push(Fault::new(hard.span(), message, rule));
        }
    }

    fn cap(&mut self, cap: &file::Cap) -> Option<Cap> {
        let level = self.level(&cap.level);
        self.condition(&cap.when).map(|when| Cap { when, level, note: cap.note.clone() })
    }

    fn step(&mut self, step: &file::Step) -> Step {
        self.one_of(&step.effort, "effort", &["S", "M", "L"]);
        self.role(&step.owner);
        Step {
            action: step.action.clone(),
            effort: step.effort.get_ref().clone(),
            owner: RoleId::new(step.owner.get_ref()),
            when_below: self.level(&step.when_below),
        }
    }

    fn maps(&mut self, maps: &BTreeMap<Word, Vec<Word>>) -> BTreeMap<String, Vec<String>> {
        let frameworks = &self.library.catalog.frameworks;
        for (key, controls) in maps {
            let Some(framework) = frameworks.iter().find(|framework| framework.key == *key.get_ref()) else {
                self.named(key, "framework", frameworks.iter().map(|framework| framework.key.as_str()));
                continue;
            };
            let ids = framework.items.iter().map(|control| control.id.as_str());
            for control in controls {
                self.named(control, &format!("{} control", framework.key), ids.clone());
            }
        }
        let texts = |words: &[Word]| words.iter().map(|word| word.get_ref().clone()).collect();
        maps.iter().map(|(key, controls)| (key.get_ref().clone(), texts(controls))).collect()
    }

    /// An expression that comes to a number.
    fn quantity(&mut self, word: &Word) -> Option<Expr> {
        let expr = self.expr(word)?;
        let help = "write what is measured, without a comparison; the limits stand under `at`";
        self.must(!expr.is_condition(), word, "a check needs a number, this is a condition", help);
        Some(expr)
    }

    /// An expression that holds or does not hold.
    pub(super) fn condition(&mut self, word: &Word) -> Option<Expr> {
        let expr = self.expr(word)?;
        let help = "compare it with something, as in `ai.agents.total == 0`";
        self.must(expr.is_condition(), word, "this needs a condition, and is a number", help);
        Some(expr)
    }

    fn expr(&mut self, word: &Word) -> Option<Expr> {
        let expr = match Expr::parse(word.get_ref()) {
            Ok(expr) => expr,
            Err(error) => {
                let at = place::inside(self.text, word, error.at);
                self.found.push(Fault::new(at, error.message, error.help));
                return None;
            }
        };
        for metric in expr.metrics() {
            self.metric(metric.as_str(), place::of_name(self.text, word, metric.as_str()));
        }
        for id in expr.levels() {
            if !self.library.has_question(self.file, id.as_str()) {
                let ids: Vec<&str> = self.file.own_and_used().map(|id| id.get_ref().as_str()).collect();
                let otherwise = "`level` reads a question of this pack or of a built-in one";
                let help = words::did_you_mean(id.as_str(), ids, otherwise);
                let at = place::of_name(self.text, word, id.as_str());
                self.found.push(Fault::new(at, format!("there is no question `{id}`"), help));
            }
        }
        Some(expr)
    }
}
