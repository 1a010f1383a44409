//! From a pack file to a questionnaire: the parts of a pack other than its own questions, and how they are
//! joined. Every reference is looked up; every fault is collected, not only the first.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;

use super::fault::Fault;
use super::file::{self, PackFile, SCHEMA, Word};
use super::{Entry, Library, Origin, words};
use crate::model::questionnaire::{
    ClassRule, Guard, Question, Questionnaire, Rules, Section, SelfRating, Workshop,
};
use crate::model::{Level, MetricName, PackId, QuestionId, RoleId};

/// Links one file; holds what was found so far.
pub(super) struct Linker<'a> {
    pub library: &'a Library,
    pub text: &'a str,
    pub file: &'a PackFile,
    pub found: Vec<Fault>,
}

/// A linked pack and what was found; the pack is `None` when a fault keeps it from being used.
pub(super) struct Linked {
    pub questionnaire: Option<Questionnaire>,
    pub found: Vec<Fault>,
}

/// Links a whole pack. The questions of its own come linked with the entry.
pub(super) fn whole(library: &Library, entry: &Entry) -> Linked {
    let parsed = entry.parsed();
    let mut found = parsed.found.clone();
    let file = &parsed.file;
    // Without the right first line nothing else in the file means what it seems to mean.
    if let Err(fault) = schema(file, &found) {
        found.extend(fault);
        return Linked { questionnaire: None, found };
    }
    let own = entry.own(library);
    found.extend(own.found.iter().cloned());
    let mut linker = Linker { library, text: entry.text(), file, found };
    let questionnaire = linker.questionnaire(entry, &own.questions);
    let is_usable = linker.found.iter().all(|fault| fault.is_warning);
    Linked { questionnaire: questionnaire.filter(|_| is_usable), found: linker.found }
}

/// Checks the first line; `Err(None)` when the file is not TOML at all, which is a fault already.
fn schema(file: &PackFile, found: &[Fault]) -> Result<(), Option<Fault>> {
    let help = format!("begin the file with `schema = \"{SCHEMA}\"`");
    match &file.schema {
        Some(schema) if schema.get_ref() == SCHEMA => Ok(()),
        Some(schema) => {
            let message = format!("`{}` is not a pack that this version reads", schema.get_ref());
            Err(Some(Fault::new(schema.span(), message, help)))
        }
        None if file.pack.is_none() && !found.is_empty() => Err(None),
        None => Err(Some(Fault::new(0..0, "the line that says what this file is, is missing", help))),
    }
}

impl Linker<'_> {
    fn questionnaire(&mut self, entry: &Entry, own: &[Question]) -> Option<Questionnaire> {
        let file = self.file;
        let minutes = self.head(entry);
        let self_rating = file.self_rating.as_ref().map(|rating| self.self_rating(rating));
        let rules = self.rules();
        let guards = file.guards.iter().filter_map(|guard| self.guard(guard)).collect();
        let class_rules = self.class_rules();
        self.duplicates();
        let mut questions = own.to_vec();
        questions.extend(file.uses.iter().filter_map(|used| self.used(used)));
        let sections = self.sections();
        let head = file.pack.as_ref()?;
        Some(Questionnaire {
            id: PackId::new(head.id.get_ref()),
            version: head.version.get_ref().clone(),
            title: head.title.clone(),
            description: head.description.clone(),
            minutes,
            audience: head.audience.iter().map(|role| RoleId::new(role.get_ref())).collect(),
            self_rating,
            rules: rules?,
            guards,
            class_rules,
            questions: in_order(&sections, questions),
            sections,
        })
    }

    fn head(&mut self, entry: &Entry) -> u32 {
        let Some(head) = &self.file.pack else {
            if self.file.lost.is_empty() {
                self.missing(
                    "pack",
                    "id, version, title, description, minutes, audience, vocabulary, metrics",
                );
            }
            return 0;
        };
        let shape = "small letters, digits and hyphens, at most 64";
        self.must(is_pack_id(head.id.get_ref()), &head.id, "this id cannot name a pack", shape);
        if entry.origin() != &Origin::BuiltIn && self.library.is_built_in(head.id.get_ref()) {
            let message = format!("`{}` is the id of a built-in pack", head.id.get_ref());
            let help = format!("give your pack an id of its own, such as `{}-acme`", head.id.get_ref());
            self.found.push(Fault::new(head.id.span(), message, help).label("taken"));
        }
        let digits = head.version.get_ref().split('.').all(|part| part.parse::<u32>().is_ok());
        self.must(digits, &head.version, "this is no version", "write three numbers, such as \"1.0.0\"");
        head.audience.iter().for_each(|role| self.role(role));
        self.release(&head.vocabulary, "vocabulary", &self.library.vocabulary_version);
        self.release(&head.metrics, "metrics", &self.library.catalog.metrics_version);
        for required in &head.requires {
            self.requirement(required);
        }
        *head.minutes.get_ref()
    }

    /// Checks a reference such as `metrics@1` against the version that is here.
    fn release(&mut self, word: &Word, name: &str, version: &str) {
        let here = format!("{name}@{}", major(version));
        if word.get_ref() != &here {
            let message = format!("`{}` is not what this version of trueup has", word.get_ref());
            self.found.push(Fault::new(word.span(), message, format!("write `{here}`")));
        }
    }

    fn requirement(&mut self, word: &Word) {
        let (id, wanted) = word.get_ref().split_once('@').unwrap_or((word.get_ref(), ""));
        let Some(entry) = self.library.entry(id) else {
            return self.unknown_pack(word, id);
        };
        let version = entry.parsed().file.pack.as_ref().map(|head| head.version.get_ref().clone());
        if let Some(version) = version.filter(|version| major(version) != wanted) {
            let message = format!("`{}` is not here; version {version} is", word.get_ref());
            let help = format!("write `{id}@{}`", major(&version));
            self.found.push(Fault::new(word.span(), message, help));
        }
    }

    fn self_rating(&mut self, rating: &file::SelfRating) -> SelfRating {
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

    fn rules(&mut self) -> Option<Rules> {
        let Some(rules) = &self.file.rules else {
            if self.found.is_empty() {
                self.missing(
                    "rules",
                    "perceived, min_respondents, min_answered, min_evidence and the others",
                );
            }
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

    fn guard(&mut self, guard: &file::Guard) -> Option<Guard> {
        self.metric(guard.metric.get_ref(), guard.metric.span());
        let cap = self.level(&guard.cap);
        let metric = MetricName::new(guard.metric.get_ref());
        self.condition(&guard.when).map(|when| Guard { when, metric, cap })
    }

    fn class_rules(&mut self) -> Vec<ClassRule> {
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

    /// A question of another pack, as this pack uses it.
    fn used(&mut self, used: &file::Use) -> Option<Question> {
        let Some(entry) = self.library.entry(used.from.get_ref()) else {
            self.unknown_pack(&used.from, used.from.get_ref());
            return None;
        };
        let own = entry.own(self.library);
        let Some(question) = own.questions.iter().find(|question| question.id.as_str() == used.id.get_ref())
        else {
            self.not_owned(used, own.questions.iter().map(|question| question.id.as_str()));
            return None;
        };
        if question.rev != *used.rev.get_ref() {
            let message = format!("`{}` has revision {}", used.id.get_ref(), question.rev);
            let help = format!("write `rev = {}`, and read the question again: it was changed", question.rev);
            self.found.push(Fault::new(used.rev.span(), message, help));
        }
        let mut question = question.clone();
        if let Some(weight) = &used.weight {
            question.weight = self.weight(weight);
        }
        if let Some(reason) = &used.weight_reason {
            question.weight_reason.clone_from(reason);
        }
        question.workshop = self.workshop(used);
        Some(question)
    }

    fn not_owned<'c>(&mut self, used: &file::Use, ids: impl Iterator<Item = &'c str>) {
        let (id, from) = (used.id.get_ref(), used.from.get_ref());
        let help = words::did_you_mean(id, ids, &format!("`trueup packs show {from}` lists its questions"));
        self.found.push(Fault::new(
            used.id.span(),
            format!("`{from}` has no question `{id}` of its own"),
            help,
        ));
    }

    fn workshop(&mut self, used: &file::Use) -> Option<Workshop> {
        let texts = [&used.open, &used.listen_for, &used.challenge, &used.show];
        if used.minutes.is_none() && texts.iter().all(|text| text.is_none()) {
            return None;
        }
        let [Some(open), Some(listen_for), Some(challenge), Some(show)] = texts else {
            return self.half_a_workshop(used);
        };
        let Some(minutes) = used.minutes else { return self.half_a_workshop(used) };
        Some(Workshop {
            minutes,
            open: open.clone(),
            listen_for: listen_for.clone(),
            challenge: challenge.clone(),
            show: show.clone(),
        })
    }

    fn half_a_workshop(&mut self, used: &file::Use) -> Option<Workshop> {
        let help = "give all five, or none: minutes, open, listen_for, challenge, show";
        self.found.push(Fault::new(used.id.span(), "the notes for the workshop are not complete", help));
        None
    }

    /// No id may name two things that are answered.
    fn duplicates(&mut self) {
        let file = self.file;
        let ids = file.self_rating.iter().map(|rating| &rating.id);
        let ids = ids.chain(file.questions.iter().map(|question| &question.id));
        self.unique(ids.chain(file.uses.iter().map(|used| &used.id)), "question", "appears twice");
        self.unique(file.sections.iter().map(|section| &section.id), "section", "appears twice");
        self.unique(file.class_rules.iter().map(|rule| &rule.id), "class", "appears twice");
    }

    fn unique<'w>(&mut self, ids: impl Iterator<Item = &'w Word>, what: &str, how: &str) {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id.get_ref()) {
                let help = format!("give every {what} its own place and its own id");
                self.found.push(Fault::new(id.span(), format!("{what} `{}` {how}", id.get_ref()), help));
            }
        }
    }

    /// Every question stands in exactly one section.
    fn sections(&mut self) -> Vec<Section> {
        let file = self.file;
        let here: BTreeSet<&str> = file.own_and_used().map(|id| id.get_ref().as_str()).collect();
        let listed = || file.sections.iter().flat_map(|section| &section.questions);
        self.unique(listed(), "question", "is listed twice");
        for id in
            listed().filter(|id| !here.contains(id.get_ref().as_str()) && !file.lost.contains(id.get_ref()))
        {
            let otherwise = "add it as `[[question]]`, or take it over with `[[use]]`";
            let help = words::did_you_mean(id.get_ref(), here.iter().copied(), otherwise);
            self.found.push(Fault::new(
                id.span(),
                format!("there is no question `{}` in this pack", id.get_ref()),
                help,
            ));
        }
        let listed: BTreeSet<&str> = listed().map(|id| id.get_ref().as_str()).collect();
        for id in file.own_and_used().filter(|id| !listed.contains(id.get_ref().as_str())) {
            let help = "list it under `questions` of one `[[section]]`; otherwise nobody is asked";
            self.found.push(Fault::new(
                id.span(),
                format!("question `{}` stands in no section", id.get_ref()),
                help,
            ));
        }
        let section = |section: &file::Section| Section {
            id: section.id.get_ref().clone(),
            title: section.title.clone(),
            questions: section.questions.iter().map(|id| QuestionId::new(id.get_ref())).collect(),
        };
        file.sections.iter().map(section).collect()
    }

    fn missing(&mut self, table: &str, keys: &str) {
        let help = format!("add a table `[{table}]` with {keys}");
        self.found.push(Fault::new(0..0, format!("the table `[{table}]` is missing"), help));
    }

    fn unknown_pack(&mut self, word: &Word, id: &str) {
        let ids = self.library.ids();
        let otherwise = "`trueup packs list` shows the packs that are here";
        let help = words::did_you_mean(id, ids.iter().map(PackId::as_str), otherwise);
        self.found.push(Fault::new(word.span(), format!("there is no pack `{id}`"), help));
    }

    pub(super) fn must<T>(&mut self, holds: bool, place: &Spanned<T>, message: &str, help: &str) {
        if !holds {
            self.found.push(Fault::new(place.span(), message, help));
        }
    }

    pub(super) fn share(&mut self, share: &Spanned<f64>) {
        let is_share = (0.0..=1.0).contains(share.get_ref());
        self.must(is_share, share, "this is no share", "write a number from 0 to 1: 80 % is 0.80");
    }

    pub(super) fn level(&mut self, level: &Spanned<u8>) -> Level {
        Level::new(*level.get_ref()).unwrap_or_else(|| {
            let message = format!("{} is not a level", level.get_ref());
            self.found.push(Fault::new(level.span(), message, "levels are 0 to 4"));
            Level::MIN
        })
    }

    pub(super) fn role(&mut self, word: &Word) {
        let roles = &self.library.catalog.vocabulary.roles;
        self.named(word, "role", roles.iter().map(|role| role.id.as_str()));
    }

    pub(super) fn one_of(&mut self, word: &Word, what: &str, choices: &[&str]) {
        self.named(word, what, choices.iter().copied());
    }

    /// The word must be one of the candidates.
    pub(super) fn named<'c>(&mut self, word: &Word, what: &str, candidates: impl Iterator<Item = &'c str>) {
        self.found_or(word.get_ref(), word.span(), what, candidates);
    }

    fn found_or<'c>(
        &mut self,
        word: &str,
        at: Range<usize>,
        what: &str,
        candidates: impl Iterator<Item = &'c str>,
    ) {
        let candidates: Vec<&str> = candidates.collect();
        if candidates.contains(&word) {
            return;
        }
        let otherwise = if candidates.len() <= 20 {
            format!("choose one of: {}", candidates.join(", "))
        } else {
            "see the vocabulary for the words that packs may use".to_owned()
        };
        let help = words::did_you_mean(word, candidates, &otherwise);
        self.found.push(Fault::new(at, format!("there is no {what} `{word}`"), help).label("unknown"));
    }

    pub(super) fn metric(&mut self, name: &str, at: Range<usize>) {
        let catalog = &self.library.catalog;
        if catalog.metrics.contains_key(name) || catalog.derived.contains_key(name) {
            return;
        }
        let names = catalog.metrics.keys().chain(catalog.derived.keys()).map(MetricName::as_str);
        let otherwise = "a pack can only use metrics that trueup knows how to count";
        let help = words::did_you_mean(name, names, otherwise);
        self.found.push(Fault::new(at, format!("there is no metric `{name}`"), help).label("unknown metric"));
    }
}

/// Questions in the order in which the sections list them.
fn in_order(sections: &[Section], mut questions: Vec<Question>) -> Vec<Question> {
    let order: Vec<&QuestionId> = sections.iter().flat_map(|section| &section.questions).collect();
    questions.sort_by_key(|question| order.iter().position(|id| **id == question.id));
    questions
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

fn is_pack_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !id.starts_with('-')
}
