//! From a pack file to a questionnaire: the parts of a pack other than its own questions, and how they are
//! joined. Every reference is looked up; every fault is collected, not only the first.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::Fault;
use super::file::{self, PackFile, SCHEMA, Word};
use super::{Entry, Library, Origin, is_built_in, order, words};
use crate::model::questionnaire::{Guard, Question, Questionnaire, Section, Workshop};
use crate::model::{PackId, QuestionId, RoleId};

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
    if let Err(fault) = schema(file) {
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

/// Checks the first line; `Err(None)` when it could not be read, which is a fault already.
fn schema(file: &PackFile) -> Result<(), Option<Fault>> {
    let help = format!("begin the file with `schema = \"{SCHEMA}\"`");
    match &file.schema {
        Some(schema) if schema.get_ref() == SCHEMA => Ok(()),
        Some(schema) => {
            let message = format!("`{}` is not a pack that this version reads", schema.get_ref());
            Err(Some(Fault::new(schema.span(), message, help)))
        }
        None if file.is_broken("schema") => Err(None),
        None => Err(Some(Fault::new(0..0, "the line that says what this file is, is missing", help))),
    }
}

impl Linker<'_> {
    fn questionnaire(&mut self, entry: &Entry, own: &[Question]) -> Option<Questionnaire> {
        let file = self.file;
        let minutes = self.head(entry);
        let self_rating = file.self_rating.as_ref().map(|rating| self.self_rating(rating));
        let rules = self.rules();
        let guards: Vec<Guard> = file.guards.iter().filter_map(|guard| self.guard(guard)).collect();
        let class_rules = self.class_rules();
        self.duplicates();
        let mut questions = own.to_vec();
        questions.extend(file.uses.iter().filter_map(|used| self.used(used)));
        let sections = self.sections();
        self.circle(&questions, &guards);
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

    /// No question's level may depend on itself.
    fn circle(&mut self, questions: &[Question], guards: &[Guard]) {
        let Some(circle) = order::circle(questions, guards, &self.library.catalog) else { return };
        let file = self.file;
        let of_circle = |id: &&Word| circle.iter().any(|question| question.as_str() == id.get_ref());
        let Some(id) = file.own_and_used().find(of_circle) else { return };
        let path: Vec<&str> = circle.iter().map(QuestionId::as_str).collect();
        let message = format!("levels depend on one another in a circle: {}", path.join(" → "));
        self.found.push(Fault::new(id.span(), message, "let one of them do without `level(…)`"));
    }

    fn head(&mut self, entry: &Entry) -> u32 {
        let Some(head) = &self.file.pack else {
            self.missing(
                "pack",
                "id, version, title, description, minutes, audience, vocabulary and metrics",
            );
            return 0;
        };
        self.pack_id(&head.id, entry);
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

    /// A pack's id is well formed and its own.
    fn pack_id(&mut self, id: &Word, entry: &Entry) {
        let shape = "small letters, digits and hyphens, at most 64";
        self.must(is_pack_id(id.get_ref()), id, "this id cannot name a pack", shape);
        let help = format!("give your pack an id of its own, such as `{}-acme`", id.get_ref());
        if *entry.origin() != Origin::BuiltIn && is_built_in(id.get_ref()) {
            let message = format!("`{}` is the id of a built-in pack", id.get_ref());
            self.found.push(Fault::new(id.span(), message, help).label("taken"));
        } else if let Some(twin) = self.library.twin(entry) {
            let message = format!("`{}` is also the id of {}", id.get_ref(), twin.name());
            self.found.push(Fault::new(id.span(), message, help).label("taken"));
        }
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

    /// A question of another pack, as this pack uses it.
    fn used(&mut self, used: &file::Use) -> Option<Question> {
        let Some(entry) = self.library.entry(used.from.get_ref()) else {
            self.unknown_pack(&used.from, used.from.get_ref());
            return None;
        };
        let own = entry.own(self.library);
        if !(entry.parsed().found.is_empty() && own.found.is_empty()) {
            let message = format!("the pack `{}` has faults of its own", used.from.get_ref());
            let help = format!("mend {} first; `trueup packs lint` shows what is wrong", entry.name());
            self.found.push(Fault::new(used.from.span(), message, help));
            return None;
        }
        let Some(question) = own.questions.iter().find(|question| question.id.as_str() == used.id.get_ref())
        else {
            self.not_owned(used, own.questions.iter().map(|question| question.id.as_str()));
            return None;
        };
        if question.rev != *used.rev.get_ref() {
            let message =
                format!("`{}` has revision {}, not {}", question.id, question.rev, used.rev.get_ref());
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
        if here.is_empty() && !file.is_broken("question") && !file.is_broken("use") {
            let help = "add a `[[question]]`, or take one over with `[[use]]`";
            self.found.push(Fault::new(0..0, "the pack asks nothing", help));
        }
        let listed: BTreeSet<&str> = listed().map(|id| id.get_ref().as_str()).collect();
        let is_homeless = |id: &&Word| !listed.contains(id.get_ref().as_str()) && !file.is_broken("section");
        for id in file.own_and_used().filter(is_homeless) {
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
}

/// Questions in the order in which the sections list them.
fn in_order(sections: &[Section], mut questions: Vec<Question>) -> Vec<Question> {
    let listed = sections.iter().flat_map(|section| &section.questions);
    let places: BTreeMap<&QuestionId, usize> = listed.enumerate().map(|(place, id)| (id, place)).collect();
    questions.sort_by_key(|question| places.get(&question.id).copied());
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
