//! Looking things up while linking, and saying so where they are not to be found.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;

use super::fault::Fault;
use super::file::Word;
use super::link::Linker;
use super::words;
use crate::model::{Level, MetricName, PackId};

impl Linker<'_> {
    /// A table that must be there; one that is there and could not be read has its fault already.
    pub(super) fn missing(&mut self, table: &str, keys: &str) {
        if self.file.is_broken(table) {
            return;
        }
        let help = format!("add a table `[{table}]` with {keys}");
        self.found.push(Fault::new(0..0, format!("the table `[{table}]` is missing"), help));
    }

    pub(super) fn unknown_pack(&mut self, word: &Word, id: &str) {
        let ids = self.library.ids();
        let otherwise = "`trueup packs list` shows the packs that are here";
        let help = words::did_you_mean(id, ids.iter().map(PackId::as_str), otherwise);
        self.found.push(Fault::new(word.span(), format!("there is no pack `{id}`"), help));
    }

    pub(super) fn unique<'w>(&mut self, ids: impl Iterator<Item = &'w Word>, what: &str, how: &str) {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id.get_ref()) {
                let help = format!("give every {what} its own place and its own id");
                self.found.push(Fault::new(id.span(), format!("{what} `{}` {how}", id.get_ref()), help));
            }
        }
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
        let otherwise = if candidates.len() <= 40 {
            format!("choose one of: {}", candidates.join(", "))
        } else {
            format!("no {what} of that name is in the catalogue")
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
