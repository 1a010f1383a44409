//! What works and is probably not meant: numbers in words that the limits do not have, minutes that do not add up.

use toml::Spanned;

use super::fault::Fault;
use super::file::{PackFile, Question, Word};
use super::{Entry, place};

/// The lowest level whose words must agree with the limits; below it, words describe rather than measure.
const WORDS_BIND_FROM: usize = 2;

/// Hours, minutes and seconds in longer units, and the other way round.
const CONVERSIONS: [f64; 6] = [1.0, 24.0, 60.0, 3_600.0, 1_440.0, 86_400.0];

const NUMERALS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
];

/// Looks over a pack that has no faults.
pub(super) fn warnings(entry: &Entry) -> Vec<Fault> {
    let file = &entry.parsed().file;
    let mut found = Vec::new();
    for question in &file.questions {
        found.extend(words_against_limits(question, entry.text()));
        found.extend(unprovable(question));
    }
    found.extend(agenda(file));
    found.extend(requirements(file));
    found.extend(file.sections.iter().filter(|section| section.questions.is_empty()).map(|section| {
        Fault::new(section.id.span(), "this section asks nothing", "list questions under it, or remove it")
            .warning()
    }));
    found
}

fn unprovable(question: &Question) -> Option<Fault> {
    let is_provable = !question.checks.is_empty() || !question.docs.is_empty();
    let message = format!("nothing can ever prove `{}`", question.id.get_ref());
    let help = "give it a check, or say under `docs` which documents prove it";
    (!is_provable).then(|| Fault::new(question.id.span(), message, help).warning())
}

/// Percentages, and amounts after "at least" and "at most", must be limits of the same level.
fn words_against_limits(question: &Question, text: &str) -> Vec<Fault> {
    let mut found = Vec::new();
    for (level, words) in question.levels.get_ref().iter().enumerate().skip(WORDS_BIND_FROM) {
        let limits = limits_at(question, level);
        for stated in stated(words).into_iter().filter(|stated| !limits.is_empty() && !stated.agrees(&limits))
        {
            let at = place::inside(text, words, stated.at.clone());
            let message =
                format!("level {level} of `{}` says this, and no check asks for it", question.id.get_ref());
            let asked: Vec<String> = limits.iter().map(|limit| shown(*limit)).collect();
            let help = format!("the checks ask for {}; let words and limits agree", asked.join(" and "));
            found.push(Fault::new(at, message, help).warning());
        }
    }
    found
}

fn limits_at(question: &Question, level: usize) -> Vec<f64> {
    let limit = |check: &super::file::Check| {
        let step = level.checked_sub(usize::from(*check.from.get_ref()))?;
        check.at.get_ref().get(step).map(|limit| *limit.get_ref())
    };
    question.checks.iter().filter_map(limit).collect()
}

/// A number in the words of a level.
struct Stated {
    number: f64,
    is_percentage: bool,
    at: std::ops::Range<usize>,
}

impl Stated {
    fn agrees(&self, limits: &[f64]) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        if self.is_percentage {
            return limits.iter().any(|limit| near(self.number / 100.0, *limit));
        }
        // Where all limits are shares, an amount in the words describes something else.
        limits.iter().all(|limit| *limit <= 1.0)
            || limits.iter().any(|limit| CONVERSIONS.iter().any(|unit| near(self.number * unit, *limit)))
    }
}

fn stated(words: &Word) -> Vec<Stated> {
    let tokens = tokens(words.get_ref());
    let mut found = Vec::new();
    for (index, (at, token)) in tokens.iter().enumerate() {
        let after = tokens.get(index + 1).map_or("", |(_, token)| token);
        let bare = token.trim_end_matches([',', ';', '.', ')', '%']);
        let Some(number) = number(bare) else { continue };
        let is_percentage =
            token.trim_end_matches([',', ';', '.', ')']).ends_with('%') || after.starts_with('%');
        if is_percentage || follows_a_bound(&tokens, index) {
            found.push(Stated { number, is_percentage, at: *at..at + bare.len() });
        }
    }
    found
}

fn follows_a_bound(tokens: &[(usize, &str)], index: usize) -> bool {
    let before =
        |steps: usize| index.checked_sub(steps).and_then(|at| tokens.get(at)).map_or("", |(_, token)| token);
    before(2).eq_ignore_ascii_case("at") && matches!(before(1), "least" | "most")
}

fn tokens(text: &str) -> Vec<(usize, &str)> {
    let start = |token: &str| token.as_ptr() as usize - text.as_ptr() as usize;
    text.split_whitespace().map(|token| (start(token), token)).collect()
}

fn number(token: &str) -> Option<f64> {
    let numeral = || NUMERALS.iter().position(|numeral| numeral.eq_ignore_ascii_case(token));
    token.parse().ok().or_else(|| numeral().map(|number| number as f64))
}

fn shown(limit: f64) -> String {
    if limit <= 1.0 { format!("{} %", (limit * 10_000.0).round() / 100.0) } else { limit.to_string() }
}

/// What the parts of a workshop take must be what the pack says that it takes.
fn agenda(file: &PackFile) -> Option<Fault> {
    let agenda: &Spanned<_> = file.agenda.as_ref()?;
    let parts = agenda.get_ref();
    let total =
        parts.opening_minutes.saturating_add(parts.questions_minutes).saturating_add(parts.closing_minutes);
    let promised = file.pack.as_ref().map(|head| &head.minutes)?;
    if total != *promised.get_ref() {
        let help = format!("the agenda adds up to {total} minutes; let both agree");
        return Some(Fault::new(promised.span(), "this is not what the agenda takes", help).warning());
    }
    let asked: u32 = file.uses.iter().filter_map(|used| used.minutes).fold(0, u32::saturating_add);
    let message = format!("the agenda gives the questions {} minutes", parts.questions_minutes);
    let help = format!("their own minutes add up to {asked}; let both agree");
    let at = agenda.span().start..agenda.span().start + "[agenda]".len();
    (asked != parts.questions_minutes).then(|| Fault::new(at, message, help).warning())
}

/// `requires` lists the packs whose questions are used, no more and no fewer.
fn requirements(file: &PackFile) -> Vec<Fault> {
    let Some(head) = &file.pack else { return Vec::new() };
    let name = |word: &Word| word.get_ref().split('@').next().unwrap_or_default().to_owned();
    let required: Vec<String> = head.requires.iter().map(name).collect();
    let mut found = Vec::new();
    for used in file.uses.iter().filter(|used| !required.contains(used.from.get_ref())) {
        let help =
            format!("add \"{}@1\" to `requires`, so that a later version is noticed", used.from.get_ref());
        found.push(Fault::new(used.from.span(), "this pack is used and not required", help).warning());
    }
    for word in
        head.requires.iter().filter(|word| !file.uses.iter().any(|used| *used.from.get_ref() == name(word)))
    {
        found.push(
            Fault::new(word.span(), "this pack is required and not used", "take it out of `requires`")
                .warning(),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<(f64, bool)> {
        let word = Word::new(0..text.len(), text.to_owned());
        stated(&word).iter().map(|stated| (stated.number, stated.is_percentage)).collect()
    }

    #[test]
    fn only_percentages_and_bounds_count_as_stated() {
        assert_eq!(numbers("At least 50 % in 12 months; at most two days."), [(50.0, true), (2.0, false)]);
        assert_eq!(numbers("At most 0.5% did, the 95th percentile too"), [(0.5, true)]);
    }

    #[test]
    fn hours_and_days_agree() {
        let stated = Stated { number: 7.0, is_percentage: false, at: 0..1 };
        assert!(stated.agrees(&[168.0]));
        assert!(!stated.agrees(&[24.0]));
    }
}
